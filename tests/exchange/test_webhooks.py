"""How the hotline is asked: signed, in time, with a fallback; and what it makes of answers."""

from __future__ import annotations

import socket
from dataclasses import replace
from typing import Any

import pytest
from twilio.request_validator import RequestValidator

from ivr.exchange.client import PracticeClient
from ivr.exchange.server import run_in_thread
from ivr.exchange.settings import PRACTICE_TOKEN, Settings
from ivr.exchange.signature import sign

CALLER = "+861000000018"
SORRY = "an application error has occurred"


def codes(phone: Any) -> list[int]:
    """The error codes on a call's transcript."""
    return [entry["detail"]["code"] for entry in phone.entries("error")]


@pytest.mark.parametrize(
    ("url", "params"),
    [
        ("http://127.0.0.1:5000/voice?a=1&b=", {"From": "+861000000018", "FromCity": ""}),
        ("https://hotline.example/voice", {"SpeechResult": "我要理赔 1+1", "Digits": "#"}),
        ("https://hotline.example/hold?ConferenceSid=CF1", {}),
    ],
)
def test_signatures_pass_the_official_validator(url: str, params: dict[str, str]) -> None:
    validator = RequestValidator(PRACTICE_TOKEN)

    assert validator.validate(url, params, sign(PRACTICE_TOKEN, url, params))
    assert not validator.validate(url, params, sign("another token", url, params))


def test_a_get_carries_its_parameters_in_the_signed_address(
    net: PracticeClient, hotline: Any
) -> None:
    hotline.says("/voice", '<Redirect method="GET">/next?turn=1</Redirect>')
    hotline.says("/next", "<Hangup/>")

    phone = net.dial(CALLER).wait_until("completed")

    (request,) = hotline.asked("/next")
    assert request.method == "GET"
    assert request.query.startswith("turn=1&")
    assert f"CallSid={phone.sid}" in request.query
    assert request.headers["x-twilio-signature"] == sign(PRACTICE_TOKEN, request.url)


def test_the_fragment_is_neither_sent_nor_signed(settings: Settings, hotline: Any) -> None:
    hotline.says("/voice", "<Hangup/>")
    exchange = run_in_thread(replace(settings, voice_url=f"{hotline.url}/voice#rc=2&rp=all"))
    try:
        PracticeClient(exchange.url).dial(CALLER).wait_until("completed")
    finally:
        exchange.stop()

    assert hotline.asked("/voice")[0].url == f"{hotline.url}/voice"


def test_cookies_last_as_long_as_the_call(net: PracticeClient, hotline: Any, reply: Any) -> None:
    hotline.says(
        "/voice",
        reply("<Redirect>/next</Redirect>", headers={"Set-Cookie": "turn=7; Path=/"}),
    )
    hotline.says("/next", "<Hangup/>")

    net.dial(CALLER).wait_until("completed")
    net.dial(CALLER).wait_until("completed")

    assert [one.headers.get("cookie") for one in hotline.asked("/next")] == ["turn=7"] * 2
    assert [one.headers.get("cookie") for one in hotline.asked("/voice")] == [None, None]


def test_an_error_answer_is_not_repeated_but_goes_to_the_fallback(
    net: PracticeClient, hotline: Any, reply: Any
) -> None:
    hotline.says("/voice", reply("oops", status=500))
    hotline.says("/fallback", "<Say>请稍候</Say>")

    net.dial(CALLER).wait_to_hear("请稍候").wait_until("completed")

    (form,) = hotline.forms("/fallback")
    assert form["ErrorCode"] == "11200"
    assert form["ErrorUrl"] == f"{hotline.url}/voice"
    assert len(hotline.asked("/voice")) == 1


def test_with_an_override_an_error_answer_is_repeated(
    settings: Settings, hotline: Any, reply: Any
) -> None:
    hotline.says("/voice", reply("oops", status=503))
    hotline.says("/fallback", "<Hangup/>")
    exchange = run_in_thread(replace(settings, voice_url=f"{hotline.url}/voice#rc=2&rp=5xx"))
    try:
        PracticeClient(exchange.url).dial(CALLER).wait_until("completed")
    finally:
        exchange.stop()

    tokens = [one.headers["i-twilio-idempotency-token"] for one in hotline.asked("/voice")]
    assert len(tokens) == 3
    assert len(set(tokens)) == 1


def test_a_slow_answer_is_given_up_after_fifteen_seconds(
    settings: Settings, hotline: Any, reply: Any
) -> None:
    hotline.says("/voice", reply("<Say>zu spät</Say>", delay_s=0.6))
    hotline.says("/fallback", "<Say>请稍候</Say>")
    # The override shortens the fifteen seconds so that the test need not wait for them.
    exchange = run_in_thread(replace(settings, voice_url=f"{hotline.url}/voice#rt=200"))
    try:
        phone = PracticeClient(exchange.url).dial(CALLER).wait_to_hear("请稍候")
    finally:
        exchange.stop()

    assert hotline.forms("/fallback")[0]["ErrorCode"] == "11205"
    assert phone is not None


def test_nobody_at_the_address_is_tried_twice_then_the_fallback(
    settings: Settings, hotline: Any
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    hotline.says("/fallback", "<Say>请稍候</Say>")
    exchange = run_in_thread(replace(settings, voice_url=f"http://127.0.0.1:{port}/voice"))
    try:
        PracticeClient(exchange.url).dial(CALLER).wait_to_hear("请稍候")
    finally:
        exchange.stop()

    assert hotline.forms("/fallback")[0]["ErrorCode"] == "11205"


def test_when_the_fallback_fails_too_the_caller_hears_the_carriers_sentence(
    net: PracticeClient, hotline: Any, reply: Any
) -> None:
    hotline.says("/voice", reply("oops", status=500))
    hotline.says("/fallback", reply("oops", status=500))

    phone = net.dial(CALLER).wait_until("completed")

    assert SORRY in phone.entries("error")[-1]["text"]
    assert phone.call["end_reason"] == "application error"


@pytest.mark.parametrize(
    ("body", "content_type", "code"),
    [
        ("<Response><Say>", "text/xml", 12100),
        ("", "text/xml", 12100),
        ("<html/>", "text/html", 12102),
        ("{}", "application/json", 12300),
        ("<Response>" + " " * 70_000 + "</Response>", "text/xml", 11750),
    ],
)
def test_answers_that_are_no_twiml_go_to_the_fallback(
    net: PracticeClient, hotline: Any, reply: Any, body: str, content_type: str, code: int
) -> None:
    hotline.says("/voice", reply(body, content_type=content_type, raw=True))
    hotline.says("/fallback", "<Hangup/>")

    net.dial(CALLER).wait_until("completed")

    assert hotline.forms("/fallback")[0]["ErrorCode"] == str(code)


def test_what_the_carrier_does_not_know_is_warned_about_and_skipped(
    net: PracticeClient, hotline: Any
) -> None:
    hotline.says("/voice", '<Sing/><Say speed="2" loop="twice">您好</Say><Pause length="x"/>')

    phone = net.dial(CALLER).wait_until("completed")

    assert phone.hears == ["您好"]
    assert sorted(codes(phone)) == [12200, 12200, 13510, 13910]


def test_plain_text_is_read_aloud(net: PracticeClient, hotline: Any, reply: Any) -> None:
    hotline.says("/voice", reply("您好，再见", content_type="text/plain", raw=True))

    assert net.dial(CALLER).wait_until("completed").hears == ["您好，再见"]


def test_redirections_of_http_are_followed_ten_times_at_most(
    net: PracticeClient, hotline: Any, reply: Any
) -> None:
    hotline.says("/voice", reply("", status=307, headers={"Location": "/moved"}))
    hotline.says("/moved", reply("", status=302, headers={"Location": "/round"}))
    hotline.says("/round", reply("", status=302, headers={"Location": "/round"}))
    hotline.says("/fallback", "<Hangup/>")

    net.dial(CALLER).wait_until("completed")

    assert hotline.asked("/moved")[0].method == "POST"
    assert {one.method for one in hotline.asked("/round")} == {"GET"}
    assert len(hotline.asked("/round")) == 9
    assert hotline.forms("/fallback")[0]["ErrorCode"] == "11215"


def test_audio_that_cannot_be_had_is_skipped(net: PracticeClient, hotline: Any) -> None:
    hotline.says("/voice", "<Play>/missing.wav</Play><Say>继续</Say>")

    phone = net.dial(CALLER).wait_until("completed")

    assert phone.hears == ["继续"]
    assert codes(phone) == [11200]


def test_audio_lasts_as_long_as_it_is(
    net: PracticeClient, hotline: Any, reply: Any, silence: Any
) -> None:
    hotline.says("/voice", '<Play loop="2">/prompt.wav</Play><Play>/prompt.mp3</Play>')
    hotline.says("/prompt.wav", reply(silence(1.5), content_type="audio/wav", raw=True))
    hotline.says("/prompt.mp3", reply(b"ID3", content_type="audio/mpeg", raw=True))

    phone = net.dial(CALLER).wait_until("completed")

    assert [one["detail"]["seconds"] for one in phone.entries("played")] == [1.5, 1.5, 3.0]
    assert hotline.asked("/prompt.wav")[0].method == "GET"
