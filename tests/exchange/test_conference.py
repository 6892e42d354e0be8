"""Caller and agents in a conference, through the official client."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from ivr.exchange.client import PracticeClient, Telephone
from ivr.exchange.server import RunningExchange
from ivr.exchange.settings import PRACTICE_ACCOUNT, PRACTICE_TOKEN

HOTLINE = "+861000095519"
CALLER = "+861000000018"
LI, ZHAO = "client:li", "client:zhao"
EVENTS = "start end join leave mute hold modify speaker announcement"


@pytest.fixture
def caller(net: PracticeClient, hotline: Any) -> Telephone:
    """A caller who waits in the room for an agent."""
    hotline.says(
        "/voice",
        '<Dial action="/after"><Conference participantLabel="caller" beep="false"'
        ' startConferenceOnEnter="false" endConferenceOnExit="true" waitUrl="/wait"'
        f' statusCallback="/conference" statusCallbackEvent="{EVENTS}">room-1'
        "</Conference></Dial>",
    )
    hotline.says("/wait", "<Say>请稍候，马上就到。</Say><Redirect/>")
    hotline.says("/after", "<Say>会议结束</Say>")
    hotline.says("/conference", "")
    for agent in (LI, ZHAO):
        net.switch_on(agent)
    return net.dial(CALLER).wait_to_hear("请稍候")


def invite(rest: Client, agent: str, label: str, **more: Any) -> Any:
    return rest.conferences("room-1").participants.create(
        **{
            "from_": HOTLINE,
            "to": agent,
            "label": label,
            "beep": "false",
            "end_conference_on_exit": False,
            "timeout": 20,
        }
        | more
    )


def events(hotline: Any, name: str, count: int = 1) -> list[dict[str, str]]:
    """Wait for *count* events of one name; in their order."""

    def seen() -> list[dict[str, str]]:
        forms = [one for one in hotline.forms("/conference") if one["StatusCallbackEvent"] == name]
        return sorted(forms, key=lambda form: int(form["SequenceNumber"]))

    waiting = PracticeClient("http://127.0.0.1")
    return waiting.wait_for(lambda: seen() if len(seen()) >= count else [], name)


def room(rest: Client) -> Any:
    return rest.conferences.list(friendly_name="room-1")[0]


def in_the_room(rest: Client) -> set[str]:
    return {one.label for one in room(rest).participants.list()}


def meet(net: PracticeClient, rest: Client, agent: str = LI, label: str = "li") -> Telephone:
    invite(rest, agent, label)
    return net.ringing(agent).answer().wait_until_doing("conference")


def test_caller_and_agent_meet_and_hear_each_other(
    net: PracticeClient, rest: Client, hotline: Any, caller: Telephone
) -> None:
    assert room(rest).status == "init"
    agent = meet(net, rest)
    assert room(rest).status == "in-progress"

    agent.talk("您好，请讲。")
    caller.wait_to_hear("请讲").talk("我想问理赔。")
    agent.wait_to_hear("理赔")

    assert caller.entries("heard")[0]["detail"]["from_label"] == "li"
    joined = events(hotline, "participant-join", 2)
    assert [form["ParticipantLabel"] for form in joined] == ["caller", "li"]
    assert joined[0]["StartConferenceOnEnter"] == "false"
    assert joined[0]["EndConferenceOnExit"] == "true"
    assert joined[0]["Muted"] == joined[0]["Hold"] == joined[0]["Coaching"] == "false"
    assert events(hotline, "conference-start")[0]["FriendlyName"] == "room-1"
    assert events(hotline, "participant-speech-start")[0]["ParticipantLabel"] == "li"
    assert events(hotline, "participant-speech-stop")


def test_the_waiting_document_goes_round_until_the_agent_comes(
    net: PracticeClient, rest: Client, hotline: Any, caller: Telephone
) -> None:
    waits = hotline.wait("/wait", 3)
    agent = meet(net, rest)
    asked = len(hotline.asked("/wait"))
    # Far longer than the document lasts, so that one more round would be seen.
    net.speed(1000)
    agent.talk("长" * 42).talk("谢谢")
    caller.wait_to_hear("谢谢")
    events(hotline, "participant-speech-stop", 2)

    assert len(hotline.asked("/wait")) == asked
    assert waits[0]["FriendlyName"] == "room-1"


def test_when_the_caller_hangs_up_the_conference_ends_for_all(
    net: PracticeClient, rest: Client, hotline: Any, caller: Telephone
) -> None:
    agent = meet(net, rest)

    caller.hangup()
    agent.wait_until("completed")

    left = events(hotline, "participant-leave", 2)
    assert [(one["ParticipantLabel"], one["ReasonParticipantLeft"]) for one in left] == [
        ("caller", "participant_hung_up"),
        ("li", "moderator_ended_conference"),
    ]
    assert left[0]["ParticipantCallStatus"] == "completed"
    end = events(hotline, "conference-end")[0]
    assert end["ReasonConferenceEnded"] == "participant-with-end-conference-on-exit-left"
    assert end["CallSidEndingConference"] == caller.sid
    assert end["ParticipantLabelEndingConference"] == "caller"
    assert room(rest).reason_conference_ended == "participant-with-end-conference-on-exit-left"
    # A Dial that a hang-up breaks off requests its action all the same.
    assert hotline.wait("/after")[0]["CallStatus"] == "completed"


def test_when_the_agent_goes_the_caller_stays_and_hears_silence(
    net: PracticeClient, rest: Client, hotline: Any, caller: Telephone
) -> None:
    agent = meet(net, rest)
    heard = len(caller.hears)

    agent.hangup()

    (left,) = events(hotline, "participant-leave")
    assert left["ReasonParticipantLeft"] == "participant_hung_up"
    assert in_the_room(rest) == {"caller"}
    assert room(rest).status == "in-progress"
    assert len(caller.hears) == heard
    assert caller.doing == "conference"


def test_an_agent_who_does_not_answer_leaves_without_having_come(
    net: PracticeClient, rest: Client, hotline: Any, caller: Telephone
) -> None:
    participant = invite(rest, LI, "li", timeout=5)
    assert (participant.status, participant.label) == ("queued", "li")
    net.ringing(LI)
    assert room(rest).participants("li").fetch().status == "ringing"

    (left,) = events(hotline, "participant-leave")

    assert left["ReasonParticipantLeft"] == "participant_add_failed"
    assert left["ParticipantCallStatus"] == "no-answer"
    assert rest.calls(participant.call_sid).fetch().status == "no-answer"
    assert caller.status == "in-progress"


def test_a_transfer_without_a_gap(
    net: PracticeClient, rest: Client, hotline: Any, caller: Telephone
) -> None:
    li = meet(net, rest)
    zhao = meet(net, rest, ZHAO, "zhao")
    zhao.talk("我来帮您。")
    caller.wait_to_hear("我来帮您")

    room(rest).participants("li").delete()
    li.wait_until("completed")

    assert in_the_room(rest) == {"caller", "zhao"}
    (left,) = events(hotline, "participant-leave")
    assert left["ReasonParticipantLeft"] == "participant_updated_via_api"
    zhao.talk("请继续。")
    caller.wait_to_hear("请继续")


def test_who_is_on_hold_neither_hears_nor_is_heard(
    net: PracticeClient, rest: Client, hotline: Any, caller: Telephone
) -> None:
    hotline.says("/hold", "<Say>请您稍等</Say>")
    agent = meet(net, rest)

    held = room(rest).participants("caller").update(hold=True, hold_url=f"{hotline.url}/hold")
    assert held.hold is True
    caller.wait_to_hear("请您稍等").talk("喂？")
    agent.talk("这里说说话")
    assert hotline.asked("/hold")[0].method == "GET"
    assert agent.hears == []
    assert "这里说说话" not in caller.hears

    room(rest).participants("caller").update(hold=False)
    agent.talk("您好")
    caller.wait_to_hear("您好")
    assert events(hotline, "participant-hold")
    assert events(hotline, "participant-unhold")


def test_flags_changed_on_hold_are_silently_ignored(
    net: PracticeClient, rest: Client, hotline: Any, caller: Telephone
) -> None:
    meet(net, rest)
    participant = room(rest).participants("caller")
    participant.update(hold=True)

    assert participant.update(end_conference_on_exit=False).end_conference_on_exit is True
    participant.update(hold=False)
    assert participant.update(end_conference_on_exit=False).end_conference_on_exit is False
    (modified,) = events(hotline, "participant-modify")
    assert modified["EndConferenceOnExit"] == "false"


def test_who_is_muted_is_not_heard(
    net: PracticeClient, rest: Client, hotline: Any, caller: Telephone
) -> None:
    agent = meet(net, rest)

    room(rest).participants("li").update(muted=True)
    agent.talk("一")
    room(rest).participants("li").update(muted=False)
    agent.talk("二")

    caller.wait_to_hear("二")
    assert "一" not in caller.hears
    assert events(hotline, "participant-mute")
    assert events(hotline, "participant-unmute")


def test_a_coach_is_heard_by_one_only_until_the_coaching_ends(
    net: PracticeClient, rest: Client, caller: Telephone
) -> None:
    li = meet(net, rest)
    invite(rest, ZHAO, "zhao", coaching=True, call_sid_to_coach=li.sid)
    zhao = net.ringing(ZHAO).answer().wait_until_doing("conference")

    zhao.talk("悄悄话")
    li.wait_to_hear("悄悄话")
    assert "悄悄话" not in caller.hears
    assert room(rest).participants("zhao").update(coaching=False).coaching is False
    zhao.talk("大家好")
    caller.wait_to_hear("大家好")


def test_a_redirected_caller_leaves_the_room_at_once(
    net: PracticeClient, rest: Client, hotline: Any, caller: Telephone
) -> None:
    agent = meet(net, rest)
    room(rest).participants("caller").update(end_conference_on_exit=False)

    rest.calls(caller.sid).update(twiml="<Response><Say>换个地方</Say></Response>")
    caller.wait_to_hear("换个地方").wait_until("completed")

    (left,) = events(hotline, "participant-leave")
    assert left["ReasonParticipantLeft"] == "participant_updated_via_api"
    assert left["ParticipantCallStatus"] == "in-progress"
    assert agent.status == "in-progress"
    # The action of the broken Dial is requested, and its answer thrown away.
    assert hotline.wait("/after")[0]["DialCallStatus"] == "answered"
    assert "会议结束" not in caller.hears


def test_an_agent_who_was_invited_can_be_redirected_too(
    net: PracticeClient, rest: Client, hotline: Any, caller: Telephone
) -> None:
    agent = meet(net, rest)

    rest.calls(agent.sid).update(twiml="<Response><Say>请填写小结</Say></Response>")
    agent.wait_to_hear("请填写小结").wait_until("completed")

    (left,) = events(hotline, "participant-leave")
    assert left["ParticipantCallStatus"] == "in-progress"
    assert in_the_room(rest) == {"caller"}


def test_a_conference_ended_by_rest_lets_the_caller_go_on(
    net: PracticeClient, rest: Client, hotline: Any, caller: Telephone
) -> None:
    agent = meet(net, rest)

    ended = room(rest).update(status="completed")
    assert (ended.status, ended.reason_conference_ended) == (
        "completed",
        "conference-ended-via-api",
    )
    caller.wait_to_hear("会议结束").wait_until("completed")
    agent.wait_until("completed")

    assert hotline.forms("/after")[0]["DialCallStatus"] == "answered"
    reasons = {one["ReasonParticipantLeft"] for one in events(hotline, "participant-leave", 2)}
    assert reasons == {"conference_ended_via_api"}


def test_the_first_participant_decides_where_events_go(
    net: PracticeClient, rest: Client, hotline: Any, caller: Telephone
) -> None:
    invite(
        rest,
        LI,
        "li",
        conference_status_callback=f"{hotline.url}/other",
        conference_status_callback_event=["join"],
    )
    net.ringing(LI).answer()

    events(hotline, "participant-join", 2)
    assert hotline.asked("/other") == []


def test_without_its_waiting_document_nobody_gets_in(net: PracticeClient, hotline: Any) -> None:
    hotline.says(
        "/voice",
        '<Dial action="/after"><Conference waitUrl="/missing">room-2</Conference></Dial>',
    )
    hotline.says("/after", "<Say>请直接按键</Say>")

    net.dial(CALLER).wait_to_hear("请直接按键")

    assert hotline.forms("/after")[0]["DialCallStatus"] == "failed"


def test_a_label_in_use_skips_to_the_next_verb(
    net: PracticeClient, rest: Client, hotline: Any, caller: Telephone
) -> None:
    hotline.answers["/voice"] += "<Say>下一步</Say>"
    with pytest.raises(TwilioRestException) as refusal:
        invite(rest, LI, "caller")
    assert refusal.value.code == 16026

    second = net.dial("+861000000019").wait_to_hear("下一步")

    assert second.entries("error")[0]["detail"]["code"] == 16025
    assert in_the_room(rest) == {"caller"}


def test_an_announcement_is_heard_and_reported(
    net: PracticeClient, rest: Client, hotline: Any, caller: Telephone
) -> None:
    hotline.says("/notice", "<Say>还剩一分钟</Say>")
    agent = meet(net, rest)

    room(rest).update(announce_url=f"{hotline.url}/notice")
    caller.wait_to_hear("还剩一分钟")
    agent.wait_to_hear("还剩一分钟")

    assert events(hotline, "announcement-end")[0]["AnnounceUrl"].endswith("/notice")


def test_a_target_that_rings_when_everybody_has_gone_rings_on(
    net: PracticeClient, rest: Client, hotline: Any, caller: Telephone
) -> None:
    first = room(rest).sid
    invite(rest, LI, "li")
    phone = net.ringing(LI)

    caller.hangup()
    assert events(hotline, "conference-end")
    assert phone.status == "ringing"

    phone.answer().wait_until_doing("conference")
    assert rest.conferences.list(friendly_name="room-1", status="init")[0].sid != first


def test_resources_fit_the_carriers_schemas(
    net: PracticeClient, rest: Client, exchange: RunningExchange, caller: Telephone, fits: Any
) -> None:
    meet(net, rest)
    account = f"{exchange.url}/2010-04-01/Accounts/{PRACTICE_ACCOUNT}/Conferences"
    auth = (PRACTICE_ACCOUNT, PRACTICE_TOKEN)
    listed = requests.get(f"{account}.json", auth=auth, timeout=5).json()
    (conference,) = listed["conferences"]
    people = requests.get(
        f"{account}/{conference['sid']}/Participants.json", auth=auth, timeout=5
    ).json()

    fits("api.v2010.account.conference", conference)
    assert len(people["participants"]) == 2
    for participant in people["participants"]:
        fits("api.v2010.account.conference.participant", participant)
    for links in (listed, people):
        assert links["next_page_uri"] is None
        assert (links["page"], links["start"]) == (0, 0)


def test_a_beep_is_heard_unless_it_is_switched_off(
    net: PracticeClient, rest: Client, caller: Telephone
) -> None:
    meet(net, rest)
    assert "(beep)" not in caller.hears

    invite(rest, ZHAO, "zhao", beep="onEnter")
    net.ringing(ZHAO).answer()

    caller.wait_to_hear("(beep)")


def test_a_full_conference_lets_nobody_else_in(
    net: PracticeClient, rest: Client, caller: Telephone
) -> None:
    meet(net, rest)

    with pytest.raises(TwilioRestException) as refusal:
        invite(rest, ZHAO, "zhao", max_participants=2)

    assert refusal.value.code == 16020
