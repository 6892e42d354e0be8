"""People and reports in any order, and the model beside them: a Hypothesis state machine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)

from ivr.errors import NotPossible
from ivr.store.calls import FINAL_STATUSES
from ivr.store.outbox import CommandKind
from tests.line.house import DONE, GONE, REFUSED, Caller, Playing
from tests.line.invariants import faults, order_faults
from tests.line.model import Line, Worker
from tests.line.premises import BOTH, ELDER, GENERAL, MORNING, STRANGER, clear

PEOPLE = {"1001": BOTH, "1002": BOTH, "2001": GENERAL, "2002": GENERAL}
STATUSES = ("ringing", "in-progress", *sorted(FINAL_STATUSES))
CALLERS = """
    SELECT c.sid, q.status, COALESCE(a.agent_no, '') AS agent FROM queued_call q
    JOIN call c ON c.id = q.call_id LEFT JOIN agent a ON a.id = q.agent_id
"""
OFFERS = """
    SELECT o.id, c.sid, a.agent_no FROM offer o
    JOIN call c ON c.id = o.call_id JOIN agent a ON a.id = o.agent_id ORDER BY o.id
"""
MAY = {
    "sign_in": ("off_duty", "not_ready"),
    "ready": ("not_ready", "ready", "wrap_up"),
    "not_ready": ("not_ready", "ready", "wrap_up"),
    "sign_out": ("off_duty", "not_ready", "ready", "wrap_up"),
}
THEN = {"sign_in": "not_ready", "sign_out": "off_duty"}

# The shortest talk, and the shortest without a report that the agent came into the room.
TALK, UNSEEN = 6_000_000, 15_000_000
which = st.integers(0, 50)
Item = TypeVar("Item")


def pick(among: Sequence[Item], number: int) -> Item | None:
    return among[number % len(among)] if among else None


class Hotline(RuleBasedStateMachine):
    """People and reports in any order; the model beside it."""

    playing: Playing  # Given by the test.

    @initialize()
    def opens(self) -> None:
        self.play = self.playing
        self.play.now = MORNING
        clear(self.play.house.store)
        self.line = Line({no: Worker(frozenset(pools)) for no, pools in PEOPLE.items()})
        self.callers: list[Caller] = []
        self.gone: set[str] = set()
        self.offers: list[tuple[int, str, str]] = []
        self.since: dict[int, tuple[int, int]] = {}  # Offer → when it was answered, least talk.
        self.steps = 0
        self.was_set_back = False
        for agent_no in ("2001", "1001"):
            self.an_agent_gets_ready(agent_no)

    # --- helpers

    def step(self, seconds: float = 0.25) -> None:
        """Time goes by, and never so that two things fall on the same microsecond."""
        self.steps += 1
        self.play.now += timedelta(seconds=seconds, microseconds=self.steps)
        self.line.now = (self.play.now - MORNING) // timedelta(microseconds=1)

    def status(self, caller: Caller) -> str:
        """As the model knows it; "" before the line."""
        waiter = self.line.waiters.get(caller.sid)
        return waiter.status if waiter else ""

    def caller(self, number: int, *among: str) -> Caller | None:
        """One of those on the phone who stand so with respect to the line."""
        there = [c for c in self.callers if c.sid not in self.gone]
        return pick([c for c in there if self.status(c) in among], number)

    def live(self, offer_id: int, status: str) -> str:
        """The caller of the offer if it stands so, else ""."""
        newest = {sid: (number, agent) for number, sid, agent in self.offers}
        for sid, (number, agent) in newest.items():
            waiter = self.line.waiters[sid]
            if number == offer_id and (waiter.status, waiter.agent) == (status, agent):
                return sid
        return ""

    def agent_of(self, offer_id: int | None) -> str:
        return next(agent for number, _, agent in self.offers if number == offer_id)

    def leg_is_over(self, offer_id: int, status: str) -> None:
        """What the model makes of the end of an agent's leg."""
        if sid := self.live(offer_id, "offered"):
            self.line.part(sid, "waiting", "not_ready")
        elif sid := self.live(offer_id, "connected"):
            began, least = self.since[offer_id]
            is_talk = status == "completed" and not 0 <= self.line.now - began < least
            if is_talk:
                self.line.part(sid, "served", "wrap_up")
            else:
                self.line.part(sid, "waiting", "not_ready")

    def caller_is_gone(self, sid: str) -> None:
        if sid in self.gone:
            return
        self.gone.add(sid)
        match self.line.waiters[sid].status if sid in self.line.waiters else "":
            case "waiting" | "offered":
                self.line.part(sid, "abandoned", "ready")
            case "connected":
                self.line.part(sid, "served", "wrap_up")

    # --- callers

    @rule(elder=st.booleans())
    def somebody_calls(self, elder: bool) -> None:
        self.step()
        self.callers.append(self.play.ring(ELDER if elder else STRANGER))

    @rule(elder=st.booleans(), key=st.sampled_from("01234"))
    def somebody_calls_and_enters_the_line(self, elder: bool, key: str) -> None:
        self.somebody_calls(elder)
        self.step(3)
        caller = self.callers[-1]
        caller.press(key)
        self.line.enter(caller.sid, *((2, BOTH) if elder else (1, GENERAL)))

    @rule(elder=st.booleans())
    def somebody_enters_the_line_and_gives_up(self, elder: bool) -> None:
        self.somebody_calls_and_enters_the_line(elder, "0")
        self.step()
        self.callers[-1].hang_up()
        self.caller_is_gone(self.callers[-1].sid)

    @rule(number=which, keys=st.sampled_from(["", "1", "2", "4", "9", "*", "#", "0"]))
    def somebody_in_line_presses_a_key_or_none(self, number: int, keys: str) -> None:
        self.step(3)
        if caller := self.caller(number, "waiting", "offered", "connected"):
            caller.come_back()
            caller.press(keys)

    @rule(number=which, key=st.sampled_from("0123"))
    def somebody_presses_a_key_after_the_talk(self, number: int, key: str) -> None:
        self.step(3)
        caller = self.caller(number, "served")
        if caller is None or (key == "0" and self.was_set_back):
            return
        caller.come_back()
        caller.press(key)
        if key == "0":
            self.line.waiters[caller.sid].status = "waiting"
            self.line.match()

    @rule(number=which)
    def a_webhook_comes_late_or_twice(self, number: int) -> None:
        self.step()
        if caller := pick(self.callers, number):
            heard = caller.heard
            caller.press("0", turn=-1)
            caller.ring()
            caller.heard = heard

    @rule(number=which, status=st.sampled_from(sorted(FINAL_STATUSES)))
    def a_caller_hangs_up_or_is_said_to_have(self, number: int, status: str) -> None:
        self.step()
        if caller := pick(self.callers, number):
            caller.hang_up(status)
            self.caller_is_gone(caller.sid)

    @rule(number=which)
    def a_caller_comes_out_of_the_room(self, number: int) -> None:
        self.step()
        if caller := self.caller(number, "connected", "waiting", "offered", "served"):
            caller.leave_room()
            if self.status(caller) == "connected":
                self.line.part(caller.sid, "waiting", "not_ready")

    # --- agents

    @rule(agent=st.sampled_from(sorted(PEOPLE)), what=st.sampled_from(sorted(MAY)))
    def an_agent_presses_a_button(self, agent: str, what: str) -> None:
        self.step()
        worker = self.line.workers[agent]
        try:
            getattr(self.play, what)(agent)
        except NotPossible:
            assert worker.state not in MAY[what]
            return
        assert worker.state in MAY[what]
        to = THEN.get(what, what)
        if worker.state != to:
            self.line.set(agent, to)

    @rule(agent=st.sampled_from(sorted(PEOPLE)))
    def an_agent_gets_ready(self, agent: str) -> None:
        self.an_agent_presses_a_button(agent, "sign_in")
        self.an_agent_presses_a_button(agent, "ready")

    @rule(number=which)
    def an_agent_answers_any_offer_ever_made(self, number: int) -> None:
        self.step()
        if offer := pick(self.offers[::-1], number):
            self.play.accept(offer[0])
            if sid := self.live(offer[0], "offered"):
                if self.line.now >= self.line.workers[offer[2]].until:
                    self.line.part(sid, "waiting", "not_ready")
                else:
                    self.line.accept(sid)
                    self.since[offer[0]] = (self.line.now, UNSEEN)

    @rule(number=which, seconds=st.sampled_from([1, 4, 60]))
    def an_agent_answers_and_joins(self, number: int, seconds: float) -> None:
        self.an_agent_answers_any_offer_ever_made(number)
        self.step(2)
        if offer := pick(self.offers[::-1], number):
            self.play.room(offer[0], "join", sequence=self.steps)
            if offer[0] in self.since:
                self.since[offer[0]] = (self.since[offer[0]][0], TALK)
            self.step(seconds)

    @rule(number=which, status=st.sampled_from(STATUSES))
    def the_carrier_reports_on_any_agents_leg(self, number: int, status: str) -> None:
        self.step()
        if offer := pick(self.offers[::-1], number):
            self.play.leg(offer[0], status)
            if status in FINAL_STATUSES:
                self.leg_is_over(offer[0], status)

    @rule(number=which, status=st.sampled_from(["completed", "failed", "in-progress"]))
    def the_carrier_reports_that_an_agent_left(self, number: int, status: str) -> None:
        self.step()
        if offer := pick(self.offers[::-1], number):
            for _ in range(2):  # The same report twice.
                self.play.room(offer[0], "leave", status, sequence=self.steps)
            self.play.agent_left(offer[0], "in-progress")
            if status in FINAL_STATUSES:
                self.leg_is_over(offer[0], status)

    # --- what happens by itself

    @rule(seconds=st.sampled_from([1, 4, 120, 3600, -3600]))
    def time_passes(self, seconds: float) -> None:
        self.was_set_back = self.was_set_back or seconds < 0
        self.step(seconds)

    @rule(seconds=st.sampled_from([5, 16, 31]))
    def time_passes_and_a_clock_ticks(self, seconds: float) -> None:
        self.step(seconds)
        self.a_clock_ticks()

    @rule()
    def a_clock_ticks(self) -> None:
        self.step()
        self.play.tick()
        self.line.tick()
        assert self.play.look_around() == 0

    @rule(outcome=st.sampled_from([DONE, DONE, DONE, GONE, REFUSED]))
    def the_carrier_does_what_is_next(self, outcome: Any) -> None:
        self.step()
        command = self.play.claim()
        if command is None:
            return
        if command.kind is CommandKind.RING_AGENT and self.live(command.offer_id or 0, "offered"):
            self.line.workers[self.agent_of(command.offer_id)].rung = True
        self.play.record(command, outcome)
        if command.kind is CommandKind.RING_AGENT:
            sid = self.live(command.offer_id or 0, "offered")
            if sid and outcome is not DONE:
                self.line.part(sid, "waiting", "not_ready")
        elif outcome is GONE and command.kind is not CommandKind.END_AGENT_LEG:
            self.caller_is_gone(command.call_sid)

    @invariant()
    def the_engine_agrees_with_the_model(self) -> None:
        if not hasattr(self, "line"):
            return
        callers = {row["sid"]: (row["status"], row["agent"]) for row in self.play.rows(CALLERS)}
        assert callers == {s: (one.status, one.agent) for s, one in self.line.waiters.items()}
        agents = {r["agent_no"]: r["state"] for r in self.play.rows("SELECT * FROM agent")}
        assert agents == {no: worker.state for no, worker in self.line.workers.items()}
        found = self.play.rows(OFFERS)
        self.offers = [(row["id"], row["sid"], row["agent_no"]) for row in found]
        assert faults(self.play.house.store, ranks_are_entries=not self.was_set_back) == []

    def teardown(self) -> None:
        if hasattr(self, "line"):
            assert order_faults(self.play.house.store) == []
