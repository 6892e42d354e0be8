"""Calls from the first ring to the survey, through the real doors, on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from ivr.callers import today_in_shanghai
from ivr.exchange.client import Telephone
from tests.calls import in_line, rank, status_in_line, talking
from tests.town import ELDER, FAMILY, STRANGER, YOUNGER, Town


def test_an_elder_presses_a_key_and_an_agent_answers_and_the_call_is_rated(town: Town) -> None:
    li = town.desk("1001").ready()
    elder = town.dial(ELDER)
    elder.wait_to_hear("请按二").press("2").wait_to_hear("正在帮您找人")

    phone = li.take_call()
    phone.wait_to_hear("长者客户").wait_until_doing("conference")
    elder.wait_until_doing("conference")
    elder.talk("喂，我想问理赔")
    phone.wait_to_hear("我想问理赔")
    phone.talk("您好，您慢慢说")
    elder.wait_to_hear("您慢慢说")
    assert li.me["call"]["segment"] == "elder"
    assert li.me["call"]["topic"] == "claim"
    assert ELDER[-6:] not in str(li.me), "the desk shows no more of a number than it must"

    town.let_pass(5)
    phone.hangup()
    elder.wait_to_hear("麻烦您评一评").press("1").wait_to_hear("谢谢您")
    elder.wait_until("completed")
    assert town.value("SELECT score FROM survey") == 1
    li.wait_until("wrap_up")
    li.wait_until("ready")


def test_an_elder_we_know_is_served_before_others_who_came_first(town: Town) -> None:
    in_line(town, YOUNGER, "1")
    in_line(town, ELDER, "2")

    sun = town.desk("2001").ready()

    assert sun.take_call().wait_to_hear("长者客户")
    assert sun.me["call"]["segment"] == "elder"


def test_whoever_presses_nothing_reaches_the_line_and_an_agent(town: Town) -> None:
    li = town.desk("1001").ready()
    elder = town.dial(ELDER)

    elder.wait_to_hear("没听到您按键").wait_to_hear("不用按了")

    li.take_call().wait_to_hear("长者客户")
    elder.wait_until_doing("conference")
    waited = town.value("SELECT entered_at FROM queued_call")
    assert waited is not None


def test_a_line_shared_by_a_family_gets_the_elders_menu(town: Town) -> None:
    town.dial(FAMILY).wait_to_hear("您慢慢听")
    assert town.value("SELECT segment FROM call") == "elder"


@pytest.mark.parametrize("number", [STRANGER, "anonymous", "+86282452253"])
def test_an_unknown_number_is_led_by_keys_as_long_as_there_is_no_recogniser(
    town: Town, number: str
) -> None:
    phone = town.dial(number)
    phone.wait_to_hear("请您按键").wait_to_hear("请按零").press("0").wait_to_hear("马上帮您找人")
    assert town.value("SELECT segment FROM call") == "unknown"


def test_an_agent_who_does_not_answer_costs_the_caller_nothing(town: Town) -> None:
    li = town.desk("1001").ready()
    elder = in_line(town)
    before = rank(town, elder)
    li.phone()

    li.wait_until("not_ready")
    assert li.me["reason"] == "rona"
    assert (status_in_line(town, elder), rank(town, elder)) == ("waiting", before)
    zhao = town.desk("1002").ready()
    zhao.take_call().wait_until_doing("conference")
    elder.wait_until_doing("conference")
    assert "对不起，刚才的电话断了" not in "".join(elder.hears), "nothing was interrupted"


def test_an_agent_who_declines_makes_room_for_the_next(town: Town) -> None:
    li, zhao = town.desk("1001").ready(), town.desk("1002").ready()
    in_line(town)
    li.phone().reject()

    zhao.phone()
    assert (li.state, li.me["reason"]) == ("not_ready", "declined")


def test_a_phone_that_is_switched_off_makes_room_for_the_next(town: Town) -> None:
    town.network.switch_off("client:li")
    li, zhao = town.desk("1001").ready(), town.desk("1002").ready()
    in_line(town)

    zhao.phone()
    assert li.state == "not_ready"


def test_an_agent_lost_in_mid_talk_is_made_good_within_two_seconds(town: Town) -> None:
    li = town.desk("1001").ready()
    elder, agent = talking(town, li)
    before = rank(town, elder)
    agent.drop()

    elder.wait_to_hear("刚才的电话断了")
    assert (status_in_line(town, elder), rank(town, elder)) == ("waiting", before)
    assert seconds_of_silence_after_leaving_the_room(elder) <= 2
    town.desk("1002").ready().take_call().wait_until_doing("conference")
    elder.wait_until_doing("conference")


def seconds_of_silence_after_leaving_the_room(caller: Telephone) -> float:
    """From the agent's going to the next words."""
    entries = caller.entries()
    joined = max(i for i, e in enumerate(entries) if e["kind"] == "left")
    spoken = next(e for e in entries[joined:] if e["kind"] == "said")
    gap = datetime.fromisoformat(spoken["at"]) - datetime.fromisoformat(entries[joined]["at"])
    return gap.total_seconds()


def test_an_agent_whose_phone_dies_during_the_whisper_never_had_the_caller(town: Town) -> None:
    li = town.desk("1001").ready()
    elder = in_line(town)
    li.take_call().drop()

    li.wait_until("not_ready")
    assert status_in_line(town, elder) == "waiting"
    zhao = town.desk("1002").ready()
    zhao.take_call().wait_until_doing("conference")
    elder.wait_until_doing("conference")


def test_a_caller_who_hangs_up_stops_the_agents_phone(town: Town) -> None:
    li = town.desk("1001").ready()
    elder = in_line(town)
    phone = li.phone()
    elder.hangup()

    town.eventually(lambda: phone.status in {"canceled", "completed", "no-answer"}, "silence")
    li.wait_until("ready")
    assert status_in_line(town, elder) == "abandoned"


def test_a_caller_who_hangs_up_the_talk_sends_the_agent_to_wrap_up(town: Town) -> None:
    li = town.desk("1001").ready()
    elder, agent = talking(town, li)
    elder.hangup()

    agent.wait_until("completed")
    li.wait_until("wrap_up")
    assert status_in_line(town, elder) == "served"


def test_a_key_pressed_while_waiting_changes_the_topic_and_never_the_place(town: Town) -> None:
    elder = in_line(town, key="1")
    before = rank(town, elder)
    elder.wait_to_hear("请别挂机")
    town.let_pass(3)
    elder.press("3").wait_to_hear("不用重新排队")

    assert rank(town, elder) == before
    assert town.value("SELECT topic FROM queued_call") == "payment"


def test_a_complaint_gets_a_receipt_number_and_a_date_eight_days_on(town: Town) -> None:
    elder = in_line(town, key="4")

    elder.wait_to_hear("已经登记受理了").wait_to_hear("您的受理号是")
    (row,) = town.rows("SELECT receipt, due_on FROM complaint")
    spoken = "".join(elder.hears).translate(str.maketrans("零幺二三四五六七八九", "0123456789"))
    assert row["receipt"] in spoken.replace("，", "").replace("。", "")
    promised = str(row["due_on"])
    assert promised == (today_in_shanghai(town.now()) + timedelta(days=8)).isoformat()


def test_an_unhappy_caller_is_promised_a_call_back(town: Town) -> None:
    li = town.desk("1001").ready()
    elder, agent = talking(town, li)
    agent.hangup()

    elder.wait_to_hear("麻烦您评一评").press("3").wait_to_hear("让您不满意了")
    town.let_pass(2)
    elder.press("1").wait_to_hear("尾号")
    town.let_pass(2)
    elder.press("1").wait_to_hear("登记好了")
    elder.wait_until("completed")
    (promise,) = town.rows("SELECT number, reason FROM call_back")
    assert promise["number"] == ELDER
    assert town.value("SELECT score FROM survey") == 3


def test_zero_during_the_survey_brings_a_person_back_at_the_old_rank(town: Town) -> None:
    li = town.desk("1001").ready()
    elder, agent = talking(town, li)
    before = rank(town, elder)
    agent.hangup()
    elder.wait_to_hear("麻烦您评一评").press("0")

    town.eventually(lambda: status_in_line(town, elder) != "served", "back in the line")
    assert rank(town, elder) == before
    li.wait_until("wrap_up")
    li.ready().take_call().wait_until_doing("conference")
    elder.wait_until_doing("conference")
