"""Somebody dials, hears, presses and hangs up."""

from __future__ import annotations

from typing import Any

from ivr.exchange.client import PracticeClient

CALLER = "+861000000018"
HOTLINE = "+861000095519"

MENU = (
    '<Gather action="/menu" numDigits="1" timeout="8"><Say>您好，理赔请按1。</Say></Gather>'
    "<Redirect>/voice</Redirect>"
)


def test_a_caller_hears_the_menu_presses_a_key_and_is_answered(
    net: PracticeClient, hotline: Any
) -> None:
    hotline.says("/voice", MENU)
    hotline.says("/menu", lambda request: f"<Say>您按了{request.form['Digits']}。</Say>")

    phone = net.dial(CALLER).wait_to_hear("请按1").press("1").wait_until("completed")

    assert phone.hears == ["您好，理赔请按1。", "您按了1。"]
    first, answer = hotline.forms("/voice")[0], hotline.forms("/menu")[0]
    assert first["CallStatus"] == "ringing"
    assert first["Direction"] == "inbound"
    assert (first["From"], first["To"]) == (CALLER, HOTLINE)
    assert first["FromCity"] == ""
    assert first["FromCountry"] == "CN"
    assert answer["CallStatus"] == "in-progress"
    assert answer["Digits"] == "1"
    ended = hotline.wait("/status")[0]
    assert ended["CallStatus"] == "completed"
    assert ended["CallSid"] == phone.sid
    assert int(ended["CallDuration"]) >= 1


def test_a_key_cuts_the_prompt_short(net: PracticeClient, hotline: Any) -> None:
    hotline.says("/voice", f'<Gather action="/menu"><Say>{"请稍候" * 100}</Say></Gather>')
    hotline.says("/menu", "<Hangup/>")

    phone = net.dial(CALLER).wait_to_hear("请稍候").press("2#").wait_until("completed")

    (said,) = phone.entries("said")
    assert said["detail"]["seconds"] > 70
    assert said["detail"]["cut_at_s"] < 60
    assert hotline.forms("/menu")[0]["Digits"] == "2"
    assert hotline.forms("/menu")[0]["FinishedOnKey"] == "#"


def test_silence_falls_through_to_the_next_verb(net: PracticeClient, hotline: Any) -> None:
    hotline.says("/voice", '<Gather timeout="3" action="/menu"/><Say>没有听到</Say>')

    phone = net.dial(CALLER).wait_until("completed")

    assert phone.hears == ["没有听到"]
    assert hotline.asked("/menu") == []


def test_silence_goes_to_the_action_when_asked_to(net: PracticeClient, hotline: Any) -> None:
    hotline.says("/voice", '<Gather timeout="2" action="/menu" actionOnEmptyResult="true"/>')
    hotline.says("/menu", "<Hangup/>")

    net.dial(CALLER).wait_until("completed")

    assert hotline.forms("/menu")[0]["Digits"] == ""


def test_the_finish_key_alone_is_no_input(net: PracticeClient, hotline: Any) -> None:
    hotline.says("/voice", '<Gather timeout="60" action="/menu"/><Say>请重试</Say>')

    phone = net.dial(CALLER).wait_to_be_asked().press("#").wait_until("completed")

    assert phone.hears == ["请重试"]
    assert hotline.asked("/menu") == []


def test_keys_that_nobody_collects_are_lost(net: PracticeClient, hotline: Any) -> None:
    hotline.says("/voice", f'<Say>{"听" * 20}</Say><Gather numDigits="1" action="/menu"/>')
    hotline.says("/menu", "<Hangup/>")

    phone = net.dial(CALLER).wait_until_doing("say").press("1").wait_to_be_asked().press("23")
    phone.wait_until("completed")

    assert hotline.forms("/menu")[0]["Digits"] == "2"
    assert [one["detail"]["lost"] for one in phone.entries("pressed")][:2] == [True, False]


def test_speech_is_recognised_as_it_was_said(net: PracticeClient, hotline: Any) -> None:
    hotline.says(
        "/voice",
        '<Gather input="dtmf speech" language="cmn-Hans-CN" speechTimeout="1" action="/said">'
        "<Say>请说</Say></Gather>",
    )
    hotline.says("/said", "<Hangup/>")

    net.dial(CALLER).wait_to_be_asked().talk("我要理赔").wait_until("completed")

    said = hotline.forms("/said")[0]
    assert said["SpeechResult"] == "我要理赔"
    assert 0 < float(said["Confidence"]) <= 1
    assert "Digits" not in said


def test_with_a_language_of_say_nothing_is_recognised(net: PracticeClient, hotline: Any) -> None:
    hotline.says(
        "/voice", '<Gather input="speech" language="zh-CN" speechTimeout="1" action="/said"/>'
    )

    phone = net.dial(CALLER).wait_to_be_asked().talk("我要理赔").wait_until("completed")

    assert hotline.asked("/said") == []
    assert phone.entries("error")[0]["detail"]["code"] == 13331


def test_a_caller_may_hang_up_at_any_moment(net: PracticeClient, hotline: Any) -> None:
    hotline.says("/voice", MENU)

    phone = net.dial(CALLER).wait_to_hear("请按1").hangup()

    assert phone.status == "completed"
    assert phone.call["end_reason"] == "hung up"
    assert hotline.wait("/status")[0]["CallStatus"] == "completed"
    assert hotline.asked("/menu") == []


def test_a_rejected_call_is_never_answered(net: PracticeClient, hotline: Any) -> None:
    hotline.says("/voice", '<Reject reason="busy"/>')

    phone = net.dial(CALLER).wait_until("busy")

    assert phone.call["answered_at"] is None
    assert hotline.wait("/status")[0]["CallDuration"] == "0"


def test_slow_speech_takes_longer_and_breaks_are_exact(net: PracticeClient, hotline: Any) -> None:
    hotline.says(
        "/voice",
        '<Say>一二三四</Say><Say voice="Polly.Zhiyu"><prosody rate="50%">一二三四</prosody>'
        '<break time="2s"/></Say>',
    )

    phone = net.dial(CALLER).wait_until("completed")

    normal, slow = (one["detail"]["seconds"] for one in phone.entries("said"))
    assert slow == round(2 * normal + 2, 2)


def test_a_withheld_number_is_passed_on_as_it_came(net: PracticeClient, hotline: Any) -> None:
    hotline.says("/voice", "<Hangup/>")

    net.dial("anonymous").wait_until("completed")

    form = hotline.forms("/voice")[0]
    assert form["From"] == "anonymous"
    assert form["FromCountry"] == ""
