"""Clocks that are set forward and back: no negative wait, and nobody loses their place."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ivr.flows.turns import wait_facts
from ivr.routing import AgentState
from ivr.store import calls
from ivr.store.outbox import CommandKind
from tests.line.house import Playing, playing
from tests.line.invariants import faults
from tests.line.premises import BOTH, ELDER, furnish

HOUR = 3600


@pytest.fixture
def play(database_url: str) -> Iterator[Playing]:
    furnish(database_url, {"1001": BOTH, "1002": BOTH})
    with playing(database_url) as opened:
        yield opened
        assert faults(opened.house.store, ranks_are_entries=False) == []


@pytest.mark.parametrize("step", [-HOUR, HOUR])
def test_who_came_first_is_served_first_though_the_clock_was_set(play: Playing, step: int) -> None:
    callers = [play.at(10).waiting(ELDER)]
    play.at(step)
    callers += [play.at(10).waiting(ELDER) for _ in range(2)]
    play.at(-step)
    callers += [play.at(10).waiting(ELDER)]

    served = []
    play.at(5).on_duty("1001")
    for _ in callers:
        (offer,) = play.offers()
        served.append(offer["sid"])
        next(c for c in callers if c.sid == offer["sid"]).hang_up()

    assert served == [caller.sid for caller in callers]


def test_a_caller_whose_agent_is_lost_is_still_ahead_of_who_came_after_the_step(
    play: Playing,
) -> None:
    play.on_duty("1001")
    first = play.at(10).waiting(ELDER)
    offer_id = play.offer_to("1001")
    second = play.at(10 - HOUR).waiting(ELDER)
    play.leg(offer_id, "no-answer")
    play.on_duty("1002")

    (offer,) = play.offers()

    assert offer["sid"] == first.sid
    assert second.status == "waiting"


@pytest.mark.parametrize("step", [-HOUR, HOUR])
def test_no_wait_is_negative(play: Playing, step: int) -> None:
    caller = play.waiting(ELDER)
    play.at(step)
    with play.house.store.reading() as conn:
        call = calls.by_sid(conn, caller.sid)
        assert call is not None
        facts = wait_facts(conn, play.house, call, play.now)
    assert facts is not None
    assert facts.waited_s == max(0, step)
    play.on_duty("1001")
    assert "长者客户" in play.accept(play.offer_to("1001"))


def test_a_command_is_sent_at_once_though_the_clock_was_set_back(play: Playing) -> None:
    play.on_duty("1001")
    play.waiting(ELDER)

    assert play.at(-HOUR).commands() == [CommandKind.RING_AGENT]


def test_a_command_on_its_way_is_left_alone_until_its_lease_is_over(play: Playing) -> None:
    play.on_duty("1001")
    play.waiting(ELDER)
    first = play.claim()
    assert first is not None
    assert play.at(7).claim() is None

    second = play.at(2).claim()

    assert second is not None
    assert (second.id, second.attempts) == (first.id, 2)
    play.record(first)  # The first sender was not dead, only slow: it has no say any more.
    assert play.value("SELECT status FROM command") == "sending"
    play.record(second)
    assert play.at(60).claim() is None


def test_a_talk_during_which_the_clock_was_set_back_is_a_talk(play: Playing) -> None:
    play.on_duty("1001")
    caller = play.waiting(ELDER)
    offer_id = play.talk("1001")

    play.at(-HOUR).leg(offer_id, "completed")

    assert caller.status == "served"
    assert play.state("1001") is AgentState.WRAP_UP


def test_a_step_forward_ends_no_ringing_twice_and_loses_nobody(play: Playing) -> None:
    play.on_duty("1001", "1002")
    caller = play.waiting(ELDER)
    play.commands()

    assert play.at(HOUR).tick() == 1

    assert caller.status == "offered"
    assert play.state("1001") is AgentState.NOT_READY
    assert play.state("1002") is AgentState.RINGING
