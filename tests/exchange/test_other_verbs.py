"""Dialling people, recording, and the carrier's own queue."""

from __future__ import annotations

from typing import Any

import requests
from twilio.rest import Client

from ivr.exchange.client import PracticeClient
from ivr.exchange.lengths import wav_seconds

CALLER = "+861000000018"
HOTLINE = "+861000095519"
LI, ZHAO = "client:li", "client:zhao"


def test_the_first_who_answers_is_connected_and_the_others_stop_ringing(
    net: PracticeClient, hotline: Any
) -> None:
    hotline.says(
        "/voice",
        '<Dial action="/after" timeout="20"><Client statusCallback="/leg"'
        ' statusCallbackEvent="initiated ringing answered completed">li</Client>'
        "<Client>zhao</Client></Dial>",
    )
    hotline.says("/after", "<Say>再见</Say>")
    hotline.says("/leg", "")
    net.switch_on(LI)
    net.switch_on(ZHAO)

    caller = net.dial(CALLER)
    zhao = net.ringing(ZHAO)
    li = net.ringing(LI).answer()
    zhao.wait_until("canceled")
    li.talk("您好")
    caller.wait_to_hear("您好").talk("喂")
    li.wait_to_hear("喂")
    li.hangup()
    caller.wait_to_hear("再见")

    after = hotline.forms("/after")[0]
    assert after["DialCallStatus"] == "completed"
    assert after["DialCallSid"] == li.sid
    assert int(after["DialCallDuration"]) >= 0
    assert after["DialBridged"] == "true"
    legs = sorted(hotline.wait("/leg", 4), key=lambda form: int(form["SequenceNumber"]))
    assert {leg["ParentCallSid"] for leg in legs} == {caller.sid}
    assert {leg["Direction"] for leg in legs} == {"outbound-dial"}
    assert [leg["CallStatus"] for leg in legs][-1] == "completed"


def test_how_a_dial_ended_is_told(net: PracticeClient, hotline: Any) -> None:
    net.switch_on(LI)
    net.busy(LI)
    for target, status in [
        ("<Client>li</Client>", "busy"),
        ("<Client>nobody</Client>", "no-answer"),
        ("<Number>+861000000077</Number>", "failed"),
    ]:
        hotline.says("/voice", f'<Dial action="/after">{target}</Dial>')
        hotline.says("/after", "<Hangup/>")
        net.dial(CALLER).wait_until("completed")
        assert hotline.forms("/after")[-1]["DialCallStatus"] == status


def test_a_caller_who_hangs_up_stops_the_ringing(net: PracticeClient, hotline: Any) -> None:
    hotline.says("/voice", "<Dial><Client>li</Client></Dial>")
    net.switch_on(LI)
    caller = net.dial(CALLER)
    li = net.ringing(LI)

    caller.hangup()

    li.wait_until("canceled")


def test_a_caller_waits_unanswered_until_the_bridge(net: PracticeClient, hotline: Any) -> None:
    hotline.says("/voice", '<Dial answerOnBridge="true"><Client>li</Client></Dial>')
    net.switch_on(LI)
    caller = net.dial(CALLER)
    li = net.ringing(LI)
    assert caller.status == "ringing"

    li.answer()

    caller.wait_until("in-progress")


def test_the_called_hear_a_whisper_first(net: PracticeClient, hotline: Any) -> None:
    hotline.says("/voice", '<Dial><Client url="/whisper">li</Client></Dial>')
    hotline.says("/whisper", "<Say>老年客户</Say>")
    net.switch_on(LI)
    caller = net.dial(CALLER)

    li = net.ringing(LI).answer().wait_to_hear("老年客户")
    li.wait_until_doing("dial").talk("您好")

    caller.wait_to_hear("您好")
    assert "老年客户" not in caller.hears


def test_a_message_is_recorded_and_can_be_fetched(net: PracticeClient, hotline: Any) -> None:
    hotline.says(
        "/voice",
        '<Record action="/recorded" timeout="3" recordingStatusCallback="/recording"/>',
    )
    hotline.says("/recorded", "<Hangup/>")
    hotline.says("/recording", "")

    phone = net.dial(CALLER).wait_until_doing("record")
    phone.wait_to_hear("beep").talk("请给我回电话").press("#").wait_until("completed")

    form = hotline.forms("/recorded")[0]
    assert form["Digits"] == "#"
    sound = requests.get(form["RecordingUrl"], timeout=5)
    assert round(wav_seconds(sound.content) or 0) == int(form["RecordingDuration"])
    assert hotline.wait("/recording")[0]["RecordingStatus"] == "completed"


def test_silence_records_nothing(net: PracticeClient, hotline: Any) -> None:
    hotline.says("/voice", '<Record action="/recorded" timeout="2"/><Say>没有留言</Say>')

    net.dial(CALLER).wait_to_hear("没有留言")

    assert hotline.asked("/recorded") == []


def test_a_queue_plays_its_document_for_ever_and_takes_keys(
    net: PracticeClient, hotline: Any
) -> None:
    hotline.says("/voice", '<Enqueue action="/left" waitUrl="/queue">elders</Enqueue>')
    hotline.says(
        "/queue", '<Gather numDigits="1" timeout="1" action="/key"><Say>请稍候</Say></Gather>'
    )
    hotline.says("/key", "<Leave/>")
    hotline.says("/left", "<Say>您已离开</Say>")

    phone = net.dial(CALLER).wait_to_hear("请稍候")
    waits = hotline.wait("/queue", 3)
    phone.wait_to_be_asked().press("9").wait_to_hear("您已离开")

    assert waits[0]["QueuePosition"] == "1"
    assert waits[0]["MaxQueueSize"] == "1000"
    assert hotline.forms("/left")[0]["QueueResult"] == "leave"


def test_who_is_redirected_out_of_a_queue_is_told_so(
    net: PracticeClient, rest: Client, hotline: Any
) -> None:
    hotline.says("/voice", '<Enqueue action="/left" waitUrl="/queue">elders</Enqueue>')
    hotline.says("/queue", '<Pause length="60"/>')
    hotline.says("/left", "<Say>不会听到</Say>")
    phone = net.dial(CALLER).wait_until_doing("pause")

    rest.calls(phone.sid).update(twiml="<Response><Say>轮到您了</Say></Response>")
    phone.wait_to_hear("轮到您了").wait_until("completed")

    assert hotline.wait("/left")[0]["QueueResult"] == "redirected"
    assert "不会听到" not in phone.hears


def test_who_hangs_up_in_a_queue_is_missed(net: PracticeClient, hotline: Any) -> None:
    hotline.says("/voice", '<Enqueue action="/left" waitUrl="/queue">elders</Enqueue>')
    hotline.says("/queue", '<Pause length="60"/>')
    net.dial(CALLER).wait_until_doing("pause").hangup()

    assert hotline.wait("/left")[0]["QueueResult"] == "hangup"


def test_a_star_ends_the_dial_when_the_document_says_so(net: PracticeClient, hotline: Any) -> None:
    hotline.says(
        "/voice", '<Dial hangupOnStar="true"><Client>li</Client></Dial><Say>还有什么需要？</Say>'
    )
    net.switch_on(LI)
    caller = net.dial(CALLER)
    li = net.ringing(LI).answer()

    caller.wait_until_doing("dial").press("1*").wait_to_hear("还有什么需要")

    li.wait_until("completed")
    assert [one["detail"]["lost"] for one in caller.entries("pressed")] == [True, False]


def test_no_call_lasts_longer_than_it_may(net: PracticeClient, rest: Client, hotline: Any) -> None:
    hotline.says("/voice", '<Dial timeLimit="3"><Client>li</Client></Dial><Say>时间到</Say>')
    net.switch_on(LI)
    caller = net.dial(CALLER)
    net.ringing(LI).answer().wait_until("completed")
    caller.wait_to_hear("时间到")

    call = rest.calls.create(
        to=LI, from_=HOTLINE, twiml="<Response><Pause length='600'/></Response>", time_limit=3
    )
    net.ringing(LI).answer().wait_until("completed")
    assert int(rest.calls(call.sid).fetch().duration) in range(2, 8)
