"""Conversations as callers have them, key by key."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ivr.dialogue import (
    AgentLost,
    AgentReady,
    Answered,
    BookCallBack,
    Caller,
    ChangeTopic,
    EnterLine,
    FileComplaint,
    KeepRemark,
    Meet,
    NotUnderstood,
    Pace,
    RecordSurvey,
    Resumed,
    ReturnToLine,
    Segment,
    SpeechFailed,
    TalkEnded,
    Topic,
)
from tests.dialogue.call import MORNING, Call

TOPICS = {"1": Topic.POLICY, "2": Topic.CLAIM, "3": Topic.PAYMENT, "4": Topic.COMPLAINT}


def test_an_elder_on_file_is_greeted_and_hears_the_menu_with_keys_only():
    call = Call(speech=True)
    assert call.prompts == ["notice.record", "greet.elder", "elder.menu"]
    assert call.lead_s == 1.0
    assert call.listens.wait_s == 10
    assert call.listens.speech is None
    assert "九五五幺九长者服务" in call.words
    assert "请按一" in call.words


def test_a_caller_under_65_on_file_hears_a_menu_with_the_same_keys():
    call = Call(Segment.STANDARD)
    assert call.prompts == ["notice.record", "greet.common", "standard.menu"]
    call.presses("2")
    assert call.effects == [EnterLine(Topic.CLAIM)]


def test_an_unknown_caller_is_asked_openly_with_keys_alongside():
    call = Call(Segment.UNKNOWN, speech=True)
    assert call.prompts == ["notice.record", "greet.common", "open.ask"]
    assert call.listens.speech is not None
    assert call.listens.speech.grammar == "open"
    assert (call.listens.speech.start_s, call.listens.speech.end_silence_s) == (10, 2)


def test_without_a_recogniser_an_unknown_caller_gets_the_keypad_menu():
    call = Call(Segment.UNKNOWN)
    assert call.prompts == ["notice.record", "greet.common", "degraded.asr", "elder.menu"]
    assert call.listens.speech is None


@pytest.mark.parametrize(
    ("segment", "speech", "last"),
    [
        (Segment.ELDER, False, "elder.menu"),
        (Segment.STANDARD, False, "standard.menu"),
        (Segment.UNKNOWN, True, "open.ask"),
        (Segment.UNKNOWN, False, "elder.menu"),
    ],
)
def test_at_night_the_caller_is_told_before_the_menu(segment, speech, last):
    prompts = Call(segment, speech=speech, night=True).prompts
    assert prompts.index("degraded.night") < prompts.index(last)
    assert prompts[-1] == last


@pytest.mark.parametrize("key", "1234")
@pytest.mark.parametrize("segment", [Segment.ELDER, Segment.STANDARD])
def test_a_business_key_gives_the_place_at_once_and_is_not_asked_back(segment, key):
    call = Call(segment).presses(key)
    assert call.prompts == [f"handover.{key}"]
    assert call.lead_s == 0.6
    assert call.effects[0] == EnterLine(TOPICS[key])
    assert call.state.in_line
    assert call.state.topic is TOPICS[key]


def test_zero_is_a_person():
    call = Call().presses("0")
    assert call.prompts == ["handover.0"]
    assert call.effects == [EnterLine(Topic.HUMAN)]


def test_who_presses_nothing_is_helped_to_a_person():
    call = Call().is_silent()
    assert call.prompts == ["elder.menu.noinput1"]
    assert call.listens.wait_s == 6
    call.is_silent()
    assert call.prompts == ["elder.menu.fallback"]
    assert call.effects == [EnterLine(Topic.HUMAN)]


def test_nine_after_the_reminder_says_the_menu_again():
    assert Call().is_silent().presses("9").prompts == ["elder.menu"]


def test_a_first_wrong_key_is_forgiven_and_the_second_leads_to_a_person():
    call = Call().presses("7")
    assert call.prompts == ["elder.menu.invalid1", "elder.menu"]
    assert call.listens.wait_s == 12
    # One second between the apology and the menu.
    assert call.turn.instructions[0].clauses[-1].pause_after_s == 1.0
    call.presses("8")
    assert call.prompts == ["elder.menu.fallback"]
    assert call.state.in_line


@pytest.mark.parametrize("first", ["7", None])
def test_silence_and_a_wrong_key_count_together(first):
    call = Call()
    call = call.presses("7").is_silent() if first else call.is_silent().presses("7")
    assert call.prompts == ["elder.menu.fallback"]


def test_nine_again_then_slowly_then_a_person():
    call = Call().presses("9")
    assert call.prompts == ["elder.menu"]
    assert call.state.pace is Pace.NORMAL
    call.presses("9")
    assert call.prompts == ["speed.slower", "elder.menu"]
    assert all(i.pace is Pace.SLOW for i in call.turn.instructions[:2])
    call.presses("9")
    assert call.prompts == ["handover.0"]
    assert call.state.in_line


def test_the_slow_pace_stays_for_the_rest_of_the_call():
    call = Call().presses("9").presses("9").presses("2").waits()
    assert call.prompts == ["queue.position"]
    assert call.turn.instructions[0].pace is Pace.SLOW


def test_hash_is_as_if_not_pressed_and_then_silence():
    call = Call().presses("#")
    assert call.prompts == []
    assert call.listens.wait_s == 10
    assert call.presses("#").prompts == ["elder.menu.noinput1"]


def test_star_says_a_menu_of_one_level_again():
    assert Call().presses("*").prompts == ["elder.menu"]


def test_star_goes_back_to_the_open_question_once():
    call = Call(Segment.UNKNOWN, speech=True).presses("1")
    assert call.prompts == ["elder.menu"]
    assert call.presses("*").prompts == ["open.ask"]
    assert call.presses("1").presses("*").prompts == ["elder.menu"]


@pytest.mark.parametrize(
    ("intent", "prompts", "topic"),
    [
        ("policy", ["handover.1"], Topic.POLICY),
        ("claim", ["handover.2"], Topic.CLAIM),
        ("payment", ["handover.3"], Topic.PAYMENT),
        ("complaint", ["handover.4"], Topic.COMPLAINT),
        ("surrender", ["fraud.warn", "fraud.rights"], Topic.SURRENDER),
        ("human", ["open.to_human"], Topic.HUMAN),
    ],
)
def test_what_was_said_leads_to_the_line_with_its_topic(intent, prompts, topic):
    call = Call(Segment.UNKNOWN, speech=True).says(intent)
    assert call.prompts == prompts
    assert call.effects[0] == EnterLine(topic)
    assert call.state.in_line


def test_an_urgent_claim_hears_of_the_ambulance_first():
    call = Call(Segment.UNKNOWN, speech=True).says("claim", urgent=True)
    assert call.prompts == ["handover.2.urgent", "handover.2"]
    assert "幺二零" in call.words


def test_who_calls_for_family_is_led_to_a_person_with_the_matter():
    call = Call(Segment.UNKNOWN, speech=True).says("payment", on_behalf_of=True)
    assert call.prompts == ["open.on_behalf"]
    assert call.effects == [EnterLine(Topic.PAYMENT)]


def test_an_elder_without_a_clear_need_is_led_to_one_key():
    call = Call(Segment.UNKNOWN, speech=True).says("other", elder=True)
    assert call.prompts == ["open.to_elder", "elder.menu"]
    assert call.state.segment is Segment.ELDER
    assert call.listens.speech is None


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        ({"intent": "claim"}, Topic.CLAIM),
        ({"intent": "human"}, Topic.HUMAN),
        ({"intent": "other", "wants_person": True}, Topic.HUMAN),
    ],
)
def test_an_elder_who_said_what_they_need_goes_straight_to_the_line(said, topic):
    call = Call(Segment.UNKNOWN, speech=True).says(elder=True, **said)
    assert call.effects == [EnterLine(topic)]
    assert call.state.segment is Segment.ELDER


def test_slower_and_louder_work_wherever_speech_is_heard():
    call = Call(Segment.UNKNOWN, speech=True).says("repeat", slower=True)
    assert call.prompts == ["speed.slower", "open.ask"]
    assert call.state.pace is Pace.SLOW
    call = Call(Segment.UNKNOWN, speech=True).says("repeat", louder=True)
    assert call.prompts == ["volume.up", "open.ask"]
    assert call.turn.instructions[1].louder
    call = Call(Segment.UNKNOWN, speech=True).is_silent().says("repeat", again=True)
    assert call.prompts == ["open.to_human"]


def test_a_matter_said_with_slower_is_not_asked_again_but_spoken_slowly():
    call = Call(Segment.UNKNOWN, speech=True).says("claim", slower=True)
    assert call.prompts == ["handover.2"]
    assert call.turn.instructions[0].pace is Pace.SLOW


def test_the_open_question_is_asked_twice_at_most():
    call = Call(Segment.UNKNOWN, speech=True).is_silent()
    assert (call.prompts, call.listens.wait_s) == (["open.noinput1"], 12)
    assert call.happens(NotUnderstood()).prompts == ["open.fallback"]
    call = Call(Segment.UNKNOWN, speech=True).happens(NotUnderstood())
    assert (call.prompts, call.listens.wait_s) == (["open.nomatch1"], 12)
    assert call.is_silent().prompts == ["open.fallback"]
    assert call.effects == [EnterLine(Topic.HUMAN)]


def test_words_that_mean_nothing_to_us_are_asked_again():
    assert Call(Segment.UNKNOWN, speech=True).says("other").prompts == ["open.nomatch1"]


def test_keys_work_beside_the_open_question():
    assert Call(Segment.UNKNOWN, speech=True).presses("1").prompts == ["elder.menu"]
    assert Call(Segment.UNKNOWN, speech=True).presses("0").prompts == ["handover.0"]


def test_a_recogniser_that_fails_leaves_the_keys():
    call = Call(Segment.UNKNOWN, speech=True).happens(SpeechFailed())
    assert call.prompts == ["degraded.asr", "elder.menu"]
    assert not call.state.speech
    # Going back to a question that cannot be answered would be no help.
    assert call.presses("*").prompts == ["elder.menu"]


def test_the_warning_about_surrender_agents_is_heard_in_the_line_and_zero_ends_it():
    call = Call(Segment.UNKNOWN, speech=True).says("surrender")
    assert call.state.in_line
    assert call.presses("0").prompts == ["queue.comfort"]
    assert call.effects == [EnterLine(Topic.SURRENDER)]


def test_another_key_during_the_warning_begins_it_again_once():
    call = Call(Segment.UNKNOWN, speech=True).says("surrender").presses("1")
    assert call.prompts == ["fraud.warn", "fraud.rights"]
    assert call.state.topic is Topic.SURRENDER
    assert call.presses("2").prompts == ["queue.comfort"]


def test_a_complaint_is_filed_at_once_and_its_receipt_spoken_while_waiting():
    call = Call().presses("4")
    assert call.effects == [EnterLine(Topic.COMPLAINT), FileComplaint()]
    call.is_told("2026112201").waits(3, 170.0)
    assert call.prompts == ["queue.position", "complaint.receipt", "complaint.number"]
    assert "二零二六幺幺二二零幺" in call.words
    assert call.presses("9").prompts == ["complaint.number"]
    # Told once.
    assert "complaint.receipt" not in call.waits().prompts
    assert not call.is_told("2026112201").state.receipt_owed


def test_a_receipt_that_came_later_is_spoken_on_the_next_turn():
    call = Call().presses("4").waits().is_told("17").waits()
    assert call.prompts == ["complaint.receipt", "complaint.number"]


def test_if_an_agent_is_faster_the_receipt_is_spoken_after_the_talk():
    call = Call().presses("4").is_told("20261122").happens(AgentReady(), 3)
    assert call.turn.instructions == (Meet(),)
    call.happens(TalkEnded(), 200)
    assert call.prompts == ["complaint.receipt", "complaint.number"]
    assert call.presses("9").prompts == ["complaint.number"]
    assert call.is_silent().prompts == ["survey.ask"]


def test_a_receipt_that_an_agent_cut_short_is_owed_again():
    call = Call().presses("4").waits().is_told("17").waits()
    call.happens(AgentReady(), 4).happens(TalkEnded(), 200)
    assert call.prompts == ["complaint.receipt", "complaint.number"]
    heard_out = Call().presses("4").waits().is_told("17").waits()
    heard_out.happens(AgentReady(), 40).happens(TalkEnded(), 200)
    assert heard_out.prompts == ["survey.ask"]


@pytest.mark.parametrize("key", "234")
def test_a_key_while_waiting_changes_the_topic_and_never_the_place(key):
    call = Call().presses("1").waits().presses(key)
    assert call.prompts == ["handover.wrongkey"]
    filed = [FileComplaint()] if key == "4" else []
    assert call.effects == [EnterLine(Topic.POLICY), ChangeTopic(TOPICS[key]), *filed]
    assert call.state.in_line


def test_a_complaint_is_filed_once_a_call():
    call = Call().presses("4").waits().presses("1").waits().presses("4")
    assert call.effects.count(FileComplaint()) == 1


def test_the_key_of_the_topic_they_have_is_no_correction():
    assert Call().presses("1").waits().presses("1").prompts == ["queue.comfort"]


@pytest.mark.parametrize("key", "0567*")
def test_other_keys_while_waiting_are_answered_with_comfort(key):
    call = Call().presses("1").waits().presses(key)
    assert call.prompts == ["queue.comfort"]
    assert call.effects == [EnterLine(Topic.POLICY)]


def test_the_same_key_pressed_twice_in_a_hurry_counts_once():
    call = Call().presses("2").presses("2", after_s=0.7)
    assert call.prompts == ["handover.2"]
    assert call.effects == [EnterLine(Topic.CLAIM)]
    assert call.presses("2", after_s=0.9).prompts == ["queue.comfort"]


def test_any_key_just_after_an_answered_one_is_residue():
    call = Call().presses("9").presses("3", after_s=0.4)
    assert call.prompts == ["elder.menu"]
    assert call.effects == []
    assert call.presses("3", after_s=0.6).effects == [EnterLine(Topic.PAYMENT)]


def test_whoever_goes_on_pressing_gets_on():
    call = Call()
    for _ in range(20):
        call.presses("9", after_s=0.3)
    assert call.state.in_line


def test_of_several_keys_the_first_decides():
    assert Call().presses("23").effects == [EnterLine(Topic.CLAIM)]


def test_a_lost_agent_is_told_and_the_place_is_the_old_one():
    call = Call().presses("1").waits().happens(AgentReady(), 5).happens(AgentLost(), 30)
    assert call.prompts == ["queue.return"]
    assert call.effects[-1] == ReturnToLine("agent_lost")
    assert call.state.in_line
    assert call.waits(1, 20.0).prompts == ["queue.next"]


def test_an_agent_lost_before_a_word_was_spoken_is_the_same():
    call = Call().presses("1").waits().happens(AgentLost(), 5)
    assert call.prompts == ["queue.return"]
    assert call.effects[-1] == ReturnToLine("agent_lost")


def after_a_talk(**caller: object) -> Call:
    call = Call(**caller).presses("1").waits()
    return call.happens(AgentReady(), 5).happens(TalkEnded(), 300)


@pytest.mark.parametrize(("key", "score"), [("1", 1), ("2", 2)])
def test_a_survey_that_is_answered_ends_the_call_with_thanks(key, score):
    call = after_a_talk()
    assert call.prompts == ["survey.ask"]
    call.presses(key)
    assert call.prompts == ["survey.thanks"]
    assert call.effects[-1] == RecordSurvey(score)
    assert not call.is_over
    assert call.is_silent().is_over


def test_a_dissatisfied_caller_is_called_back():
    call = after_a_talk().presses("3")
    assert call.prompts == ["survey.low.keys"]
    assert call.effects[-1] == RecordSurvey(3)
    call.presses("1")
    assert call.prompts == ["callback.number"]
    assert "尾号零零幺八" in call.words
    assert call.listens.wait_s == 12
    call.presses("1")
    assert call.prompts == ["callback.booked", "callback.bye"]
    by_at = (MORNING + timedelta(hours=5)).replace(hour=7, minute=0)
    assert call.effects[-1] == BookCallBack("dissatisfied", by_at)
    assert "今天下午三点前" in call.words
    assert call.is_silent().is_over


def test_a_dissatisfied_caller_without_a_number_is_given_to_a_person():
    call = after_a_talk(tail=None).presses("3").presses("1")
    assert call.prompts == ["handover.0"]
    assert call.effects[-1] == ReturnToLine("asked")


def test_a_dissatisfied_caller_may_say_why_where_we_can_listen():
    call = after_a_talk(speech=True).presses("3")
    assert call.prompts == ["survey.low"]
    assert call.listens.speech is not None
    assert call.listens.wait_s == 20
    call.says("complaint")
    assert call.effects[-1] == KeepRemark()
    assert call.prompts == ["survey.thanks"]


def test_silence_in_the_survey_is_a_friendly_end():
    assert after_a_talk().is_silent().prompts == ["bye"]
    assert after_a_talk().presses("3").is_silent().prompts == ["bye"]


def test_a_wrong_key_in_the_survey_is_asked_once_more():
    call = after_a_talk().presses("6")
    assert call.prompts == ["survey.ask"]
    assert call.presses("6").prompts == ["survey.thanks"]
    assert RecordSurvey(1) not in call.effects


@pytest.mark.parametrize("keys", ["", "1", "3", "31", "311", "6"])
def test_zero_after_the_talk_is_a_person_with_the_old_rank(keys):
    call = after_a_talk()
    for key in keys:
        call.presses(key)
    call.presses("0")
    assert call.prompts == ["handover.0"]
    assert call.effects[-1] == ReturnToLine("asked")
    assert call.state.in_line


def test_a_second_talk_is_not_surveyed_twice():
    call = after_a_talk().presses("1").presses("0")
    call.happens(AgentReady(), 5).happens(TalkEnded(), 60)
    assert call.prompts == ["bye"]
    assert sum(isinstance(effect, RecordSurvey) for effect in call.effects) == 1


def test_a_fault_of_the_carrier_costs_nothing_but_hearing_it_again():
    call = Call().happens(Resumed())
    assert call.prompts == ["notice.record", "greet.elder", "elder.menu"]
    call.presses("4").happens(Resumed())
    assert call.prompts == ["queue.comfort"]
    assert call.effects == [EnterLine(Topic.COMPLAINT), FileComplaint()]


def test_a_call_that_is_answered_twice_goes_on_where_it_is():
    call = Call().presses("1").happens(Answered(Caller(Segment.ELDER)))
    assert call.state.in_line
    assert call.effects == [EnterLine(Topic.POLICY)]


def test_during_the_talk_the_carrier_is_led_back_into_the_room():
    call = Call().presses("1").waits().happens(AgentReady(), 5).happens(Resumed(), 60)
    assert call.turn.instructions == (Meet(),)
