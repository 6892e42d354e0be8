"""Reports of the carrier: late, twice, in the wrong order, or never."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ivr.flows.outbox import Outcome
from ivr.routing import AgentState
from ivr.store import due
from ivr.store.due import Due, DueKind
from ivr.store.outbox import CommandKind, CommandStatus
from tests.line.house import DONE, GONE, Caller, Playing, leg_of, playing
from tests.line.invariants import faults
from tests.line.premises import BOTH, ELDER, furnish

OPEN = "SELECT kind FROM command WHERE status = 'pending' ORDER BY id"
TOO_LATE = -1  # A turn that was over long ago.


@pytest.fixture
def play(database_url: str) -> Iterator[Playing]:
    furnish(database_url, {"1001": BOTH, "1002": BOTH})
    with playing(database_url) as opened:
        yield opened
        assert faults(opened.house.store) == []


def talking(play: Playing) -> tuple[Caller, int]:
    """An elder who is connected with 1001, and the offer."""
    play.on_duty("1001")
    caller = play.waiting(ELDER)
    return caller, play.talk("1001")


def unsent(play: Playing) -> list[str]:
    return [row["kind"] for row in play.rows(OPEN)]


# --- the caller hangs up, and the agent's leg is heard of first


def test_a_room_that_closed_because_the_caller_left_costs_nobody_anything(play: Playing) -> None:
    caller, offer_id = talking(play)
    play.sign_in("1002")
    play.ready("1002")

    play.room(offer_id, "leave", "in-progress")
    play.agent_left(offer_id, "in-progress")
    assert play.state("1002") is AgentState.READY  # Nobody's phone rings for a caller who is gone.
    command = play.claim()
    assert command is not None
    assert command.kind is CommandKind.LOOK_UP_CALLER
    play.record(command, GONE)

    assert caller.status == "served"
    assert play.state("1001") is AgentState.WRAP_UP
    caller.hang_up()
    assert play.state("1002") is AgentState.READY


def test_a_caller_who_is_out_of_the_room_and_still_there_goes_back_to_the_line(
    play: Playing,
) -> None:
    caller, offer_id = talking(play)

    play.agent_left(offer_id, "in-progress")
    caller.leave_room()

    assert caller.status == "waiting"


def test_an_agent_who_hangs_up_on_the_whisper_has_not_met_the_caller(play: Playing) -> None:
    play.on_duty("1001")
    caller = play.waiting(ELDER)
    offer_id = play.offer_to("1001")
    play.accept(offer_id)

    play.at(4).leg(offer_id, "completed")

    assert caller.status == "waiting"
    assert play.state("1001") is AgentState.NOT_READY


def test_a_talk_of_which_the_beginning_was_not_reported_is_a_talk(play: Playing) -> None:
    play.on_duty("1001")
    caller = play.waiting(ELDER)
    offer_id = play.offer_to("1001")
    play.accept(offer_id)

    play.at(60).leg(offer_id, "completed")

    assert caller.status == "served"


# --- webhooks that come late


def test_a_late_webhook_does_not_take_back_what_fetches_the_caller(play: Playing) -> None:
    caller, offer_id = talking(play)
    play.leg(offer_id, "completed")
    assert unsent(play) == ["resume_caller"]

    caller.press("", turn=TOO_LATE)
    caller.come_back()

    assert unsent(play) == ["resume_caller"]


def test_only_the_command_leads_a_caller_into_the_room(play: Playing) -> None:
    play.on_duty("1001")
    caller = play.waiting()
    play.accept(play.offer_to("1001"))

    caller.press("", turn=TOO_LATE)
    assert "<Conference" not in caller.heard
    assert "join_room" in unsent(play)
    play.commands()
    assert "<Conference" in caller.come_back()


def test_the_next_phone_rings_when_the_caller_has_been_fetched_out_of_the_room(
    play: Playing,
) -> None:
    _, offer_id = talking(play)
    play.on_duty("1002")
    play.leg(offer_id, "failed")

    fetch = play.claim()
    assert fetch is not None
    assert fetch.kind is CommandKind.RESUME_CALLER
    assert play.claim() is None  # One at a time within a call.
    play.record(fetch)
    ring = play.claim()

    assert ring is not None
    assert ring.kind is CommandKind.RING_AGENT


# --- legs that nobody wants any more


def test_a_phone_that_is_heard_of_after_the_caller_left_is_silenced(play: Playing) -> None:
    play.on_duty("1001")
    caller = play.waiting()
    offer_id = play.offer_to("1001")
    command = play.claim()
    assert command is not None
    caller.hang_up()
    play.record(command, Outcome(CommandStatus.FAILED, "The carrier cannot be reached."))
    end = play.claim()
    assert end is not None
    assert end.leg_sid is None
    play.record(end, DONE)

    play.leg(offer_id, "ringing")
    play.leg(offer_id, "ringing")

    assert unsent(play) == ["end_agent_leg"]
    again = play.claim()
    assert again is not None
    assert again.leg_sid == leg_of(offer_id)


def test_who_answers_too_late_hears_so_before_the_leg_ends(play: Playing) -> None:
    play.on_duty("1001")
    caller = play.waiting()
    offer_id = play.offer_to("1001")
    play.commands()

    assert "接晚了" in play.at(15).accept(offer_id)

    assert unsent(play) == []
    assert caller.status == "waiting"


# --- calls that fall silent


def test_a_waiting_caller_whose_last_word_was_lost_is_found_and_taken_out(play: Playing) -> None:
    caller = play.waiting()
    play.at(91).look_around()
    play.look_around()
    assert unsent(play) == ["look_up_caller"]
    command = play.claim()
    assert command is not None

    play.record(command, GONE)

    assert caller.status == "abandoned"


def test_a_waiting_caller_who_is_there_and_silent_is_fetched(play: Playing) -> None:
    play.waiting()
    play.at(91).look_around()
    assert play.commands() == [CommandKind.LOOK_UP_CALLER, CommandKind.RESUME_CALLER]

    play.at(1).look_around()

    assert unsent(play) == []  # Seen just now; not asked for again every second.


def test_a_caller_who_sits_alone_is_led_on(play: Playing) -> None:
    caller, _ = talking(play)
    play.at(121).look_around()
    command = play.claim()
    assert command is not None
    assert command.leg_sid is not None

    play.record(command, Outcome(CommandStatus.DONE, "in-progress", agent_status="completed"))

    assert caller.status == "served"
    assert unsent(play) == ["resume_caller"]
    assert play.state("1001") is AgentState.WRAP_UP


def test_a_long_talk_is_asked_about_now_and_then_and_goes_on(play: Playing) -> None:
    caller, _ = talking(play)
    for _ in range(5):
        play.at(121).look_around()
        command = play.claim()
        assert command is not None
        play.record(command, Outcome(CommandStatus.DONE, "in-progress", agent_status="in-progress"))
        play.at(1).look_around()
        assert unsent(play) == []

    assert caller.status == "connected"


def test_a_caller_who_is_gone_when_fetched_is_offered_to_nobody(play: Playing) -> None:
    caller, offer_id = talking(play)
    play.leg(offer_id, "failed")
    command = play.claim()
    assert command is not None
    assert command.kind is CommandKind.RESUME_CALLER

    play.record(command, GONE)

    assert caller.status == "abandoned"


# --- timers


def test_a_timer_that_was_put_off_is_not_done_early(play: Playing) -> None:
    ripe = Due(DueKind.WRAP_UP, 1, play.now)
    with play.house.store.routing() as conn:
        due.set_due(conn, ripe.kind, ripe.ref_id, play.at(30).now)
        assert not due.take(conn, ripe, ripe.due_at)
        assert due.take(conn, ripe, play.now)
        assert not due.take(conn, ripe, play.now)
