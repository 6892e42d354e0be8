"""Whatever breaks, the caller hears a voice and keeps the place."""

from __future__ import annotations

import pytest

from tests.calls import in_line, rank, status_in_line, talking
from tests.town import ELDER, Town


def test_a_killed_web_process_is_stood_in_for_and_the_call_goes_on(town: Town) -> None:
    elder = town.dial(ELDER).wait_to_hear("请按二")
    town.practice.stop("web", kill=True)
    elder.press("2").wait_to_hear("系统有点慢，我直接帮您找人")

    town.practice.start("web")
    town.practice.wait_until_up("web")
    # The key was lost with the process; the call goes on with the menu where it stood.
    elder.wait_to_be_asked()
    town.let_pass(2)
    elder.press("2").wait_to_hear("理赔、报案")
    town.eventually(lambda: town.rows("SELECT 1 FROM queued_call"), "a place in the line")
    assert elder.status == "in-progress"


def test_a_killed_clock_loses_nothing(town: Town) -> None:
    town.practice.stop("clock", kill=True)
    li = town.desk("1001").ready()
    elder = in_line(town)
    assert li.state == "ringing", "the offer is written, though nobody has rung yet"

    town.practice.start("clock")
    li.take_call().wait_until_doing("conference")
    elder.wait_until_doing("conference")


def test_webhooks_that_come_twice_do_their_work_once(town: Town) -> None:
    town.network.misbehave("all", "duplicate")
    li = town.desk("1001").ready()
    elder, agent = talking(town, li)
    agent.hangup()
    elder.wait_to_hear("麻烦您评一评")
    town.let_pass(2)
    elder.press("2").wait_until("completed")

    assert town.value("SELECT count(*) FROM call") == 1
    assert town.value("SELECT count(*) FROM offer") == 1
    assert town.value("SELECT count(*) FROM command WHERE kind = 'ring_agent'") == 1
    assert town.value("SELECT score FROM survey") == 2
    assert town.value("SELECT count(*) FROM queued_call") == 1


def test_a_lost_last_word_does_not_leave_a_ghost_in_the_line(town: Town) -> None:
    elder = in_line(town)
    town.network.misbehave("status", "drop")
    elder.hangup()
    assert status_in_line(town, elder) == "waiting", "nobody told us"

    town.eventually(lambda: status_in_line(town, elder) == "abandoned", "the ghost gone", 15)


@pytest.mark.parametrize("fault", ["5xx", "refuse"])
def test_a_carrier_that_fails_once_is_asked_again(town: Town, fault: str) -> None:
    town.network.misbehave("rest", fault, times=1)
    li = town.desk("1001").ready()
    elder = in_line(town)

    li.take_call().wait_until_doing("conference")
    elder.wait_until_doing("conference")
    rings = [c for c in town.network.state()["calls"] if c["phone"] == li.endpoint]
    assert len([c for c in rings if c["ended_at"] is None]) == 1, "the phone rang once"


def test_a_hotline_that_answers_with_an_error_is_stood_in_for(town: Town) -> None:
    town.network.misbehave("voice", "5xx", times=1)
    elder = town.dial(ELDER)

    elder.wait_to_hear("系统有点慢").wait_to_hear("请按二")
    assert elder.status == "in-progress"


def test_reports_in_disorder_end_in_the_same_order_of_things(town: Town) -> None:
    town.network.misbehave("status", "reorder")
    town.network.misbehave("conference", "delay", seconds=2)
    li = town.desk("1001").ready()
    elder, agent = talking(town, li)
    before = rank(town, elder)
    agent.hangup()

    elder.wait_to_hear("麻烦您评一评")
    assert status_in_line(town, elder) == "served"
    assert rank(town, elder) == before
    li.wait_until("wrap_up")
