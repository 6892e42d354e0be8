"""The practice interface: phones, clock, transcript, events, and what it refuses."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from twilio.rest import Client

from ivr.errors import BadSetting
from ivr.exchange.client import PracticeClient, PracticeError
from ivr.exchange.server import CannotListen, RunningExchange, run_in_thread
from ivr.exchange.settings import Label, ListedPhone, Settings, read_phones

CALLER = "+861000000018"
HOTLINE = "+861000095519"
LI = "client:li"


def refused(ask: Callable[[], object]) -> int:
    """The status with which something is refused, in both languages."""
    with pytest.raises(PracticeError) as refusal:
        ask()
    assert '"zh"' in str(refusal.value)
    assert '"en"' in str(refusal.value)
    return refusal.value.status


def test_what_makes_no_sense_is_refused_in_both_languages(
    net: PracticeClient, hotline: Any
) -> None:
    hotline.says("/voice", '<Pause length="60"/>')
    phone = net.dial(CALLER).wait_until("in-progress")

    assert refused(lambda: net.dial(CALLER, to="+861000000001")) == 400
    assert refused(lambda: net.dial("")) == 400
    assert refused(lambda: net.call("CA0")) == 404
    assert refused(lambda: phone.press("x")) == 400
    assert refused(lambda: phone.talk("")) == 400
    assert refused(lambda: phone.answer()) == 400
    assert refused(lambda: net.switch_off(LI)) == 404
    assert refused(lambda: net.auto_answer(LI, 1)) == 404
    assert refused(lambda: net.speed(0)) == 400
    assert refused(lambda: net.ask("POST", "/agents", {})) == 400
    phone.hangup()
    assert refused(lambda: phone.hangup()) == 409
    assert refused(lambda: phone.press("1")) == 409


def test_the_state_shows_everything_at_a_glance(settings: Settings, hotline: Any) -> None:
    hotline.says("/voice", '<Gather input="dtmf speech" timeout="60"/>')
    settings = Settings(
        port=0,
        voice_url=settings.voice_url,
        speed=20,
        callers=(ListedPhone(CALLER, Label("王奶奶", "Mrs Wang")),),
        agents=(ListedPhone(LI, Label("李", "Li")),),
    )
    exchange = run_in_thread(settings)
    try:
        net = PracticeClient(exchange.url)
        phone = net.dial(CALLER).wait_to_be_asked()
        state = net.state()
    finally:
        exchange.stop()

    assert state["clock"]["speed"] == 20
    assert state["callers"][0]["label"] == {"zh": "王奶奶", "en": "Mrs Wang"}
    assert state["callers"][0]["number"] == CALLER
    assert state["agents"][0]["endpoint"] == LI
    (call,) = state["calls"]
    assert call["sid"] == phone.sid
    assert call["doing"] == "gather"
    assert call["collecting"] == {"keys": True, "speech": True}
    assert (call["muted"], call["hold"], call["conference"]) == (False, False, None)
    assert all(lack["zh"] and lack["en"] for lack in state["lacks"])


def test_a_lost_network_fails_the_call(net: PracticeClient, hotline: Any) -> None:
    hotline.says("/voice", '<Pause length="60"/>')

    phone = net.dial(CALLER).wait_until("in-progress").drop()

    assert phone.status == "failed"
    assert hotline.wait("/status")[0]["CallStatus"] == "failed"


def test_a_phone_that_answers_by_itself_and_one_that_is_busy(
    net: PracticeClient, rest: Client
) -> None:
    order = {"to": LI, "from_": HOTLINE, "twiml": "<Response><Pause length='60'/></Response>"}
    net.switch_on(LI, "李", auto_answer_s=3)
    first = rest.calls.create(**order)
    net.wait_for(lambda: net.call(first.sid)["status"] == "in-progress")

    # A browser in a call lets the next one ring on until its time is over.
    second = rest.calls.create(**order, timeout=5)
    ringing = net.ringing(LI)
    assert ringing.sid == second.sid
    assert refused(lambda: ringing.answer()) == 409
    net.wait_for(lambda: net.call(second.sid)["status"] == "no-answer")

    net.hangup(first.sid)
    net.busy(LI)
    third = rest.calls.create(**order)
    net.wait_for(lambda: net.call(third.sid)["status"] == "busy")
    net.switch_off(LI)
    assert net.state()["agents"] == []


def test_a_caller_can_be_called_back(net: PracticeClient, rest: Client, hotline: Any) -> None:
    hotline.says("/voice", "<Hangup/>")
    net.dial(CALLER).wait_until("completed")

    rest.calls.create(
        to=CALLER, from_=HOTLINE, twiml="<Response><Say>我们给您回电</Say></Response>"
    )

    net.ringing(CALLER).answer().wait_to_hear("我们给您回电")


def test_keys_may_be_pressed_with_pauses_between(net: PracticeClient, hotline: Any) -> None:
    hotline.says("/voice", '<Gather numDigits="3" timeout="60" action="/menu"/>')
    hotline.says("/menu", "<Hangup/>")

    net.dial(CALLER).wait_to_be_asked().press("1w2w3").wait_until("completed")

    assert hotline.forms("/menu")[0]["Digits"] == "123"


def test_the_transcript_is_numbered_through_all_calls(net: PracticeClient, hotline: Any) -> None:
    hotline.says("/voice", "<Say>您好</Say>")
    first = net.dial(CALLER).wait_until("completed")
    last = net.transcript()[-1]["id"]
    second = net.dial("+861000000019").wait_until("completed")

    later = net.transcript(since=last)
    assert {entry["call_sid"] for entry in later} <= {first.sid, second.sid}
    numbers = [entry["id"] for entry in net.transcript()]
    assert numbers == list(range(1, len(numbers) + 1))
    webhook = next(
        entry
        for entry in later
        if entry["kind"] == "webhook" and entry["detail"]["url"].endswith("/voice")
    )
    assert webhook["detail"]["status"] == 200
    assert "From" in webhook["detail"]["params"]
    assert "您好" in webhook["detail"]["twiml"]
    assert CALLER not in json.dumps(webhook["detail"]["params"])


def test_events_go_on_where_a_listener_left_off(
    net: PracticeClient, exchange: RunningExchange, hotline: Any
) -> None:
    hotline.says("/voice", "<Say>您好</Say>")
    net.dial(CALLER).wait_until("completed")
    address = urlsplit(exchange.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=5)
    connection.request("GET", "/practice/events", headers={"Last-Event-ID": "2"})
    response = connection.getresponse()
    assert response.headers["Content-Type"].startswith("text/event-stream")

    first = [response.readline().decode().strip() for _ in range(3)]
    assert first[:2] == ["id: 3", "event: entry"]
    assert json.loads(first[2].removeprefix("data: "))["id"] == 3
    threading.Timer(0.1, lambda: net.dial("+861000000019")).start()
    seen = []
    while not any("+861000000019" in line for line in seen) or "event: state" not in seen:
        seen.append(response.readline().decode().strip())
    connection.close()
    response.close()


def test_the_clock_changes_speed_while_people_wait(net: PracticeClient, hotline: Any) -> None:
    hotline.says("/voice", '<Pause length="600"/>')
    net.speed(1)
    phone = net.dial(CALLER).wait_until_doing("pause")

    net.speed(1000)

    phone.wait_until("completed", timeout_s=5)


def test_a_clock_with_an_epoch_agrees_with_the_formula_and_keeps_its_speed(
    settings: Settings,
) -> None:
    epoch = datetime(2026, 1, 5, tzinfo=UTC)
    exchange = run_in_thread(Settings(port=0, speed=3, epoch=epoch))
    try:
        net = PracticeClient(exchange.url)
        shown = datetime.fromisoformat(net.state()["clock"]["now"])
        wanted = epoch + (datetime.now(UTC) - epoch) * 3
        assert abs(shown - wanted) < timedelta(seconds=3)
        assert refused(lambda: net.speed(5)) == 409
    finally:
        exchange.stop()


def test_an_address_in_use_is_told_in_words(exchange: RunningExchange) -> None:
    with pytest.raises(CannotListen, match="another --port"):
        run_in_thread(Settings(port=urlsplit(exchange.url).port or 0))


def test_lists_of_phones_are_read_from_json(tmp_path: Path) -> None:
    file = tmp_path / "callers.json"
    file.write_text('[{"number": "+861000000018", "label": {"zh": "王", "en": "Wang"}}]', "utf-8")
    assert read_phones(file, "number") == (ListedPhone(CALLER, Label("王", "Wang")),)

    file.write_text('[{"label": "x"}]', "utf-8")
    with pytest.raises(BadSetting, match="number"):
        read_phones(file, "number")
    with pytest.raises(BadSetting, match="JSON"):
        read_phones(tmp_path / "missing.json", "number")


def test_two_hundred_calls_at_once_do_not_fall_behind(settings: Settings, hotline: Any) -> None:
    """Each call lasts 100 practice seconds, which are two real ones at speed 50."""
    hotline.says("/voice", '<Pause length="50"/><Redirect>/more</Redirect>')
    hotline.says("/more", '<Gather timeout="50"/>')
    exchange = run_in_thread(Settings(port=0, voice_url=settings.voice_url, speed=50))
    try:
        net = PracticeClient(exchange.url)
        phones = [net.dial(f"+86100000{number:04}") for number in range(200)]
        phones[-1].wait_until("completed", timeout_s=20)
        net.wait_for(lambda: all(phone.status == "completed" for phone in phones))
        calls = [phone.call for phone in phones]
    finally:
        exchange.stop()

    lasted = [
        (
            datetime.fromisoformat(call["ended_at"]) - datetime.fromisoformat(call["answered_at"])
        ).total_seconds()
        for call in calls
    ]
    # A real second is fifty practice seconds; a busy machine may be half a second late.
    assert sorted(lasted)[100] < 125
    assert max(lasted) < 200
