"""Deliberate trouble on the way: what the hotline meets when the network misbehaves."""

from __future__ import annotations

import time
from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from ivr.exchange.client import PracticeClient, PracticeError

CALLER = "+861000000018"
HOTLINE = "+861000095519"
LI = "client:li"
MENU = '<Gather action="/menu" numDigits="1" timeout="60"><Say>请按键</Say></Gather>'


@pytest.mark.parametrize(("do", "code"), [("drop", "11205"), ("refuse", "11205"), ("5xx", "11200")])
def test_a_webhook_that_never_arrives_leads_to_the_fallback(
    net: PracticeClient, hotline: Any, do: str, code: str
) -> None:
    hotline.says("/voice", MENU)
    hotline.says("/fallback", "<Say>请稍候</Say>")
    net.misbehave("voice", do, url_contains="/voice", times=1)

    net.dial(CALLER).wait_to_hear("请稍候")

    assert hotline.asked("/voice") == []
    assert hotline.forms("/fallback")[0]["ErrorCode"] == code
    assert net.state()["misbehaviour"] == []


def test_a_lost_answer_has_been_acted_upon_all_the_same(net: PracticeClient, hotline: Any) -> None:
    hotline.says("/voice", MENU)
    hotline.says("/fallback", "<Say>请稍候</Say>")
    net.misbehave("voice", "cut", times=1)

    net.dial(CALLER).wait_to_hear("请稍候")

    assert len(hotline.asked("/voice")) == 1


def test_a_key_may_be_told_twice_at_the_same_time(net: PracticeClient, hotline: Any) -> None:
    hotline.says("/voice", MENU)
    hotline.says("/menu", "<Hangup/>")
    net.misbehave("gather", "duplicate")

    net.dial(CALLER).wait_to_be_asked().press("1").wait_until("completed")

    first, second = hotline.wait("/menu", 2)
    assert first == second
    assert len(hotline.asked("/voice")) == 1


def test_statuses_may_arrive_in_the_wrong_order(
    net: PracticeClient, rest: Client, hotline: Any
) -> None:
    hotline.says("/progress", "")
    net.switch_on(LI, auto_answer_s=2)
    net.misbehave("status", "reorder", url_contains="/progress", seconds=60, times=1)

    rest.calls.create(
        to=LI,
        from_=HOTLINE,
        twiml="<Response><Pause length='2'/></Response>",
        status_callback=f"{hotline.url}/progress",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
    )
    forms = hotline.wait("/progress", 4)

    assert [form["SequenceNumber"] for form in forms][:2] == ["1", "0"]


def test_a_status_may_arrive_late(net: PracticeClient, hotline: Any) -> None:
    hotline.says("/voice", "<Hangup/>")
    net.misbehave("status", "delay", seconds=10)

    net.dial(CALLER).wait_until("completed")
    ended = time.monotonic()
    hotline.wait("/status")

    assert hotline.asked("/status")[0].at - ended > 0.3


def test_rest_may_fail_before_or_after_doing_what_was_asked(
    net: PracticeClient, rest: Client
) -> None:
    order = {"to": LI, "from_": HOTLINE, "twiml": "<Response><Pause length='60'/></Response>"}
    net.switch_on(LI)

    for do, status in [("5xx", 503), ("refuse", 429)]:
        net.misbehave("rest", do, times=1)
        with pytest.raises(TwilioRestException) as refusal:
            rest.calls.create(**order)
        assert refusal.value.status == status
    net.misbehave("rest", "drop", times=1)
    with pytest.raises(requests.ConnectionError):
        rest.calls.create(**order)
    assert rest.calls.list() == []

    net.misbehave("rest", "cut", times=1)
    with pytest.raises(requests.ConnectionError):
        rest.calls.create(**order)
    assert len(rest.calls.list()) == 1


def test_trouble_ends_when_it_is_lifted(net: PracticeClient, hotline: Any) -> None:
    hotline.says("/voice", "<Hangup/>")
    rule = net.misbehave("all", "5xx")
    net.ask("DELETE", f"/misbehave/{rule}")
    net.misbehave("all", "5xx")
    net.behave()

    net.dial(CALLER).wait_until("completed")

    assert len(hotline.asked("/voice")) == 1


@pytest.mark.parametrize(
    "rule",
    [
        {"on": "voice"},
        {"on": "everything", "do": "drop"},
        {"on": "rest", "do": "duplicate"},
        {"on": "stream", "do": "reorder"},
        {"on": "voice", "do": "delay", "seconds": "long"},
        {"on": "voice", "do": "drop", "times": 0},
        {"on": "voice", "do": "drop", "probability": 2},
    ],
)
def test_rules_that_make_no_sense_are_refused(net: PracticeClient, rule: dict[str, Any]) -> None:
    with pytest.raises(PracticeError) as refusal:
        net.ask("POST", "/misbehave", rule)

    assert refusal.value.status == 400
    assert net.state()["misbehaviour"] == []


def test_some_trouble_only_happens_now_and_then(net: PracticeClient, hotline: Any) -> None:
    hotline.says("/voice", "<Hangup/>")
    net.misbehave("voice", "5xx", probability=0)

    net.dial(CALLER).wait_until("completed")

    assert len(hotline.asked("/voice")) == 1
