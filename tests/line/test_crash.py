"""A process dies at one commit, at each in turn; the carrier and the clock go on.

What a caller or an agent waits for is asked again, as their telephone and browser do. A report
is not: what it said is lost, and has to be found out.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import product

import pytest
from sqlalchemy import Connection

from ivr.errors import NotPossible
from ivr.flows.outbox import Outcome
from ivr.store import Store
from ivr.store.outbox import Command, CommandKind, CommandStatus
from tests.line.house import DONE, GONE, Caller, Playing, playing
from tests.line.invariants import faults, order_faults
from tests.line.premises import BOTH, ELDER, clear, furnish

DOWN = {"completed", "busy", "no-answer", "failed"}
MUST_END_SOON = 40
# Else every third one of the longest story.
EVERY_DEATH = bool(os.environ.get("LINE_EVERY_DEATH"))
END = """
    SELECT q.status, q.rank, s.score FROM queued_call q LEFT JOIN survey s ON s.call_id = q.call_id
"""


class Dies(Exception):
    """The process is no more."""


class FragileStore(Store):
    """Dies once, at a commit of its choice: just before it, or just after."""

    commits = 0
    dies_at = 0
    after = False

    @contextmanager
    def _open(self, begin: str, *, serial: bool = False) -> Iterator[Connection]:
        is_time = False
        with super()._open(begin, serial=serial) as conn:
            yield conn
            if begin == "BEGIN IMMEDIATE":
                self.commits += 1
                is_time = self.commits == self.dies_at
            if is_time and not self.after:
                raise Dies
        if is_time:
            raise Dies


@dataclass
class Life:
    """One call against the fragile house, and what is true at the carrier meanwhile."""

    play: Playing
    legs: dict[int, str] = field(default_factory=dict)  # Offer → status of the agent's leg.
    rung: list[int] = field(default_factory=list)
    is_there: bool = True
    is_in_room: bool = False
    entered: int = 0

    def ask(self, act: Callable[[], object]) -> None:
        """Somebody waits for the answer, so it is asked for again."""
        try:
            act()
        except Dies:
            act()

    def report(self, act: Callable[[], object]) -> None:
        """Nobody waits; what is lost is lost."""
        try:
            act()
        except Dies:
            return

    def hang_up(self, caller: Caller) -> None:
        self.is_there = self.is_in_room = False
        self.report(caller.hang_up)

    def agent_hangs_up(self, offer_id: int, status: str = "completed") -> None:
        self.legs[offer_id] = status
        self.report(partial(self.play.leg, offer_id, status))

    def go_on(self, caller: Caller, until: Callable[[], bool]) -> None:
        """The clock runs and the carrier obeys, until what is waited for has come."""
        for _ in range(MUST_END_SOON):
            for act in (self.play.tick, self.play.look_around):
                self.report(act)
            while self.carrier_acts(caller):
                pass
            if until():
                return
            if self.is_there and not self.is_in_room:
                self.ask(caller.come_back)
            self.play.at(5)
        pytest.fail("what was waited for did not come")

    def carrier_acts(self, caller: Caller) -> bool:
        try:
            command = self.play.claim()
            if command is None:
                return False
            self.play.record(command, self.obey(command, caller))
        except Dies:
            self.play.at(9)  # The lease of a sender who died.
        return True

    def obey(self, command: Command, caller: Caller) -> Outcome:
        offer_id = command.offer_id or 0
        match command.kind:
            case CommandKind.RING_AGENT:
                if offer_id not in self.legs:  # A second attempt looks for the leg first.
                    self.rung.append(offer_id)
                    self.legs[offer_id] = "ringing"
                self.play.leg(offer_id, "ringing")
            case CommandKind.END_AGENT_LEG:
                self.legs[offer_id] = "completed"
            case _ if not self.is_there:
                return GONE
            case CommandKind.JOIN_ROOM:
                self.entered += not self.is_in_room
                self.is_in_room = True
            case CommandKind.RESUME_CALLER:
                self.is_in_room = False
                self.ask(caller.come_back)
            case CommandKind.LOOK_UP_CALLER:
                leg = self.legs.get(offer_id) if command.leg_sid else None
                return Outcome(CommandStatus.DONE, "in-progress", agent_status=leg)
        return DONE


def state_is(caller: Caller, status: str) -> Callable[[], bool]:
    return lambda: caller.status == status


def is_rung(life: Life, agent_no: str) -> Callable[[], bool]:
    def look() -> bool:
        found = [one["id"] for one in life.play.offers() if one["agent_no"] == agent_no]
        return any(life.legs.get(offer_id) == "ringing" for offer_id in found)

    return look


def enter(life: Life) -> Caller:
    caller = Caller(life.play, f"CA{1:032x}", ELDER)
    life.ask(caller.ring)
    life.play.at(3)
    life.ask(partial(caller.press, "0"))
    return caller


def be_ready(life: Life, agent_no: str) -> None:
    life.ask(partial(life.play.sign_in, agent_no))
    # Asked again when the first answer was lost, the desk may say that the phone rings already.
    with suppress(NotPossible):
        life.ask(partial(life.play.ready, agent_no))


def talk(life: Life, caller: Caller, agent_no: str) -> int:
    """The phone rings, is answered, and both talk."""
    life.go_on(caller, is_rung(life, agent_no))
    offer_id = life.play.offer_to(agent_no)
    life.legs[offer_id] = "in-progress"
    life.ask(partial(life.play.accept, offer_id))
    life.go_on(caller, lambda: life.is_in_room)
    life.report(partial(life.play.at(5).room, offer_id, "join"))
    life.play.at(60)
    return offer_id


def rate(life: Life, caller: Caller) -> None:
    life.go_on(caller, lambda: not life.is_in_room)
    life.ask(caller.come_back)
    life.play.at(3)
    life.ask(partial(caller.press, "1"))
    life.hang_up(caller)


def served(life: Life) -> Caller:
    """An ordinary call, to the survey."""
    be_ready(life, "1001")
    caller = enter(life)
    offer_id = talk(life, caller, "1001")
    life.agent_hangs_up(offer_id)
    life.go_on(caller, state_is(caller, "served"))
    rate(life, caller)
    return caller


def lost_and_served_by_another(life: Life) -> Caller:
    """The first agent loses the line, the second does not answer, the third helps."""
    be_ready(life, "1001")
    caller = enter(life)
    offer_id = talk(life, caller, "1001")
    be_ready(life, "1002")
    life.agent_hangs_up(offer_id, "failed")
    life.go_on(caller, is_rung(life, "1002"))
    be_ready(life, "1003")
    life.go_on(caller, is_rung(life, "1003"))
    offer_id = talk(life, caller, "1003")
    life.agent_hangs_up(offer_id)
    life.go_on(caller, state_is(caller, "served"))
    rate(life, caller)
    return caller


def gave_up(life: Life) -> Caller:
    """A caller who hangs up while the agent's phone rings."""
    caller = enter(life)
    be_ready(life, "1001")
    life.go_on(caller, is_rung(life, "1001"))
    life.hang_up(caller)
    life.go_on(caller, state_is(caller, "abandoned"))
    return caller


STORIES = (served, lost_and_served_by_another, gave_up)


def live(play: Playing, story: Callable[[Life], Caller], dies_at: int, *, after: bool) -> object:
    """Tell the story with one death in it; how it ended."""
    store = play.house.store
    assert isinstance(store, FragileStore)
    store.dies_at = 0
    clear(store)
    store.commits, store.dies_at, store.after = 0, dies_at, after
    life = Life(play)
    caller = story(life)
    store.dies_at = 0
    life.go_on(caller, lambda: not play.rows("SELECT 1 FROM command WHERE closed_at IS NULL"))
    play.at(31).tick()

    assert faults(store) == []
    assert order_faults(store) == []
    assert len(life.rung) == len(set(life.rung)), "a phone was rung twice for one offer"
    assert not play.rows(
        "SELECT 1 FROM agent WHERE state NOT IN ('ready', 'not_ready', 'off_duty')"
    )
    assert all(life.legs[offer_id] in DOWN for offer_id in life.rung)
    return [(row["status"], row["score"]) for row in play.rows(END)], life.entered


@pytest.mark.parametrize("story", STORIES)
def test_a_death_at_any_commit_changes_nothing(
    database_url: str, story: Callable[[Life], Caller]
) -> None:
    furnish(database_url, {"1001": BOTH, "1002": BOTH, "1003": BOTH})
    with playing(database_url, FragileStore) as play:
        store = play.house.store
        assert isinstance(store, FragileStore)
        as_it_should = live(play, story, 0, after=False)
        commits = store.commits
        assert commits > 8
        deaths = list(product((False, True), range(1, commits + 1)))
        for after, dies_at in deaths if EVERY_DEATH or commits < 35 else deaths[::3]:
            found = live(play, story, dies_at, after=after)
            assert found == as_it_should, f"{'after' if after else 'before'} commit {dies_at}"
