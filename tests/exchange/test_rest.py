"""The official client, unchanged, against our REST; every answer fits the carrier's schemas."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from ivr.exchange.client import PracticeClient
from ivr.exchange.server import RunningExchange
from ivr.exchange.settings import PRACTICE_ACCOUNT, PRACTICE_TOKEN

HOTLINE = "+861000095519"
AGENT = "client:li"
ACCOUNT = f"/2010-04-01/Accounts/{PRACTICE_ACCOUNT}"
TALK = "<Response><Say>您好，我是客服。</Say><Pause length='60'/></Response>"


def get(exchange: RunningExchange, path: str, **query: str) -> Any:
    response = requests.get(
        f"{exchange.url}{ACCOUNT}{path}", query, auth=(PRACTICE_ACCOUNT, PRACTICE_TOKEN), timeout=5
    )
    assert response.status_code == 200
    return response.json()


def test_a_call_is_placed_answered_and_executed(
    net: PracticeClient, rest: Client, hotline: Any, exchange: RunningExchange, fits: Any
) -> None:
    hotline.says("/agent", TALK)
    net.switch_on(AGENT)

    call = rest.calls.create(
        to=AGENT,
        from_=HOTLINE,
        url=f"{hotline.url}/agent",
        status_callback=f"{hotline.url}/progress",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
    )
    assert call.status == "queued"
    assert call.direction == "outbound-api"
    phone = net.ringing(AGENT).answer().wait_to_hear("我是客服")
    fits("api.v2010.account.call", get(exchange, f"/Calls/{call.sid}.json"))
    phone.hangup()

    assert rest.calls(call.sid).fetch().status == "completed"
    fits("api.v2010.account.call", get(exchange, f"/Calls/{call.sid}.json"))
    events = sorted(hotline.wait("/progress", 4), key=lambda form: int(form["SequenceNumber"]))
    assert [event["CallStatus"] for event in events] == [
        "initiated",
        "ringing",
        "in-progress",
        "completed",
    ]
    assert {event["CallbackSource"] for event in events} == {"call-progress-events"}
    assert hotline.forms("/agent")[0]["CallStatus"] == "in-progress"


def test_only_completed_is_reported_unless_more_is_asked_for(
    net: PracticeClient, rest: Client, hotline: Any
) -> None:
    net.switch_on(AGENT)
    rest.calls.create(
        to=AGENT, from_=HOTLINE, twiml=TALK, status_callback=f"{hotline.url}/progress"
    )

    net.ringing(AGENT).reject()

    (form,) = hotline.wait("/progress")
    assert form["CallStatus"] == "busy"
    assert form["CallDuration"] == "0"


def test_several_events_in_one_field_silence_the_callbacks(
    net: PracticeClient, rest: Client, hotline: Any
) -> None:
    net.switch_on(AGENT, auto_answer_s=1)
    call = rest.calls.create(
        to=AGENT,
        from_=HOTLINE,
        twiml="<Response><Hangup/></Response>",
        status_callback=f"{hotline.url}/progress",
        status_callback_event=["initiated ringing answered completed"],
    )

    net.wait_for(lambda: rest.calls(call.sid).fetch().status == "completed")

    assert net.call(call.sid)["transcript"][0]["detail"]["code"] == 21626
    assert hotline.asked("/progress") == []


def test_a_phone_that_is_not_answered_or_not_there(net: PracticeClient, rest: Client) -> None:
    net.switch_on(AGENT)
    ringing = rest.calls.create(to=AGENT, from_=HOTLINE, twiml=TALK, timeout=5)
    browser = rest.calls.create(to="client:nobody", from_=HOTLINE, twiml=TALK)
    number = rest.calls.create(to="+861000000099", from_=HOTLINE, twiml=TALK)

    def statuses() -> list[str]:
        return [rest.calls(one.sid).fetch().status for one in (ringing, browser, number)]

    net.wait_for(lambda: statuses() == ["no-answer", "no-answer", "failed"])


def test_a_ringing_call_is_cancelled_and_not_redirected(
    net: PracticeClient, rest: Client, hotline: Any
) -> None:
    net.switch_on(AGENT)
    call = rest.calls.create(
        to=AGENT, from_=HOTLINE, twiml=TALK, status_callback=f"{hotline.url}/progress"
    )
    net.ringing(AGENT)

    with pytest.raises(TwilioRestException) as refusal:
        rest.calls(call.sid).update(twiml=TALK)
    assert (refusal.value.status, refusal.value.code) == (400, 21220)

    assert rest.calls(call.sid).update(status="canceled").status == "canceled"
    assert hotline.wait("/progress")[0]["CallStatus"] == "canceled"


def test_nobody_is_told_of_a_call_that_was_cancelled_in_the_queue(
    net: PracticeClient, rest: Client, hotline: Any
) -> None:
    order = {"to": AGENT, "from_": HOTLINE, "twiml": TALK}
    callback = f"{hotline.url}/progress"
    net.speed(0.1)  # A call is queued for a twentieth of a second, which is short.
    queued = rest.calls.create(**order, status_callback=callback)
    assert rest.calls(queued.sid).update(status="canceled").status == "canceled"
    net.speed(20)

    second = rest.calls.create(**order, status_callback=callback)

    assert [form["CallSid"] for form in hotline.wait("/progress")] == [second.sid]


def test_cancelling_does_not_touch_a_call_in_progress(net: PracticeClient, rest: Client) -> None:
    net.switch_on(AGENT)
    call = rest.calls.create(to=AGENT, from_=HOTLINE, twiml=TALK)
    net.ringing(AGENT).answer()

    assert rest.calls(call.sid).update(status="canceled").status == "in-progress"
    assert rest.calls(call.sid).update(status="completed").status == "completed"
    with pytest.raises(TwilioRestException) as refusal:
        rest.calls(call.sid).update(status="completed")
    assert refusal.value.code == 21220


def test_a_redirection_interrupts_what_the_call_is_doing_at_once(
    net: PracticeClient, rest: Client, hotline: Any
) -> None:
    hotline.says("/voice", f'<Gather timeout="60"><Say>{"等" * 500}</Say></Gather>')
    hotline.says("/found", "<Say>找到您了</Say>")
    phone = net.dial("+861000000018").wait_to_hear("等")

    rest.calls(phone.sid).update(url=f"{hotline.url}/found")
    phone.wait_until("completed")

    assert phone.hears[-1] == "找到您了"
    assert phone.entries("said")[0]["detail"]["cut_at_s"] < 60
    assert phone.call["collecting"] is None


def test_inline_twiml_needs_absolute_actions(
    net: PracticeClient, rest: Client, hotline: Any
) -> None:
    hotline.says("/voice", '<Pause length="60"/>')
    hotline.says("/fallback", "<Say>稍等</Say>")
    phone = net.dial("+861000000018").wait_until_doing("pause")

    rest.calls(phone.sid).update(
        twiml="<Response><Gather action='/menu' timeout='1' actionOnEmptyResult='true'/></Response>"
    )
    phone.wait_to_hear("稍等")

    assert hotline.forms("/fallback")[0]["ErrorCode"] == "15004"


def test_wrong_requests_are_refused_in_the_carriers_words(rest: Client) -> None:
    def refused(**fields: Any) -> int:
        with pytest.raises(TwilioRestException) as refusal:
            rest.calls.create(**fields)
        assert refusal.value.status == 400
        return int(refusal.value.code)

    ok: dict[str, Any] = {"to": AGENT, "from_": HOTLINE, "twiml": TALK}
    assert refused(**ok | {"to": ""}) == 21201
    assert refused(**ok | {"from_": ""}) == 21213
    assert refused(**ok | {"to": "95519"}) == 21211
    assert refused(**ok | {"from_": "+861000000001"}) == 21210
    assert refused(to=AGENT, from_=HOTLINE) == 21205
    assert refused(to=AGENT, from_=HOTLINE, url="not a url") == 21205
    assert refused(to=AGENT, from_=HOTLINE, url="http://my_host.example/voice") == 21205
    assert refused(**ok | {"timeout": 601}) == 21208
    assert refused(**ok | {"twiml": "<Response>" + "x" * 4000 + "</Response>"}) == 20422


def test_unknown_things_and_wrong_credentials(rest: Client, exchange: RunningExchange) -> None:
    with pytest.raises(TwilioRestException) as missing:
        rest.calls("CA" + "0" * 32).fetch()
    assert (missing.value.status, missing.value.code) == (404, 20404)

    for auth in [(PRACTICE_ACCOUNT, "wrong"), None]:
        denied = requests.get(f"{exchange.url}{ACCOUNT}/Calls.json", auth=auth, timeout=5)
        assert denied.status_code == 401
        assert denied.json() == {
            "code": 20003,
            "message": "Authenticate",
            "more_info": "https://www.twilio.com/docs/errors/20003",
            "status": 401,
        }


def test_calls_are_listed_in_pages(net: PracticeClient, rest: Client, hotline: Any) -> None:
    hotline.says("/voice", "<Hangup/>")
    sids = [
        net.dial(f"+8610000000{number}").wait_until("completed").sid for number in range(20, 25)
    ]

    assert [call.sid for call in rest.calls.list(page_size=2)] == sids[::-1]
    assert [call.sid for call in rest.calls.list(from_="+861000000021")] == [sids[1]]
    assert rest.calls.list(status="in-progress") == []
    assert len(rest.calls.list(limit=3)) == 3
