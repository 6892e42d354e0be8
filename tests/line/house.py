"""A house in which calls are played flow by flow, at a time that the test keeps.

Nothing is replaced: the flows, the menu and the database are the real ones. What is written
for the carrier stays in the outbox until the test plays the carrier's part.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import text

from ivr.flows import advance, agents, answer, clock, hearing, legs, offers
from ivr.flows.house import House, open_house
from ivr.flows.legs import ConferenceEvent
from ivr.flows.outbox import Outcome, claim_next, record
from ivr.routing import AgentState
from ivr.store import Store
from ivr.store.outbox import Command, CommandKind, CommandStatus
from tests.line.premises import MORNING, STRANGER, settings

DONE = Outcome(CommandStatus.DONE, "in-progress")
GONE = Outcome(CommandStatus.MOOT, "the leg was over", leg_is_gone=True)
REFUSED = Outcome(CommandStatus.FAILED, "refused, error 21211")
STATUS_OF_CALL = "SELECT status FROM queued_call JOIN call ON call.id = call_id WHERE sid = :sid"
LIVE_OFFERS = (
    "SELECT o.id, c.sid, a.agent_no, o.status, o.leg_sid FROM offer o"
    " JOIN call c ON c.id = o.call_id JOIN agent a ON a.id = o.agent_id"
    " WHERE o.status IN ('ringing', 'accepted') ORDER BY o.id"
)


@dataclass
class Playing:
    """A house, the time in it, and what people do there.

    Attributes:
        now: the time; the test moves it.
    """

    house: House
    now: datetime = MORNING
    _sids: Iterator[int] = field(default_factory=lambda: count(1))

    def at(self, seconds: float) -> Playing:
        """Let *seconds* go by (or back)."""
        self.now += timedelta(seconds=seconds)
        return self

    def rows(self, statement: str, **values: Any) -> list[dict[str, Any]]:
        """What is in the database."""
        with self.house.store.reading() as conn:
            return [dict(row._mapping) for row in conn.execute(text(statement), values)]

    def value(self, statement: str, **values: Any) -> Any:
        """The single value of the single row that *statement* finds."""
        (row,) = self.rows(statement, **values)
        return next(iter(row.values()))

    # --- callers

    def ring(self, number: str = STRANGER, sid: str = "") -> Caller:
        """Somebody calls, and we answer."""
        caller = Caller(self, sid or f"CA{next(self._sids):032x}", number)
        caller.ring()
        return caller

    def waiting(self, number: str = STRANGER) -> Caller:
        """Somebody calls and goes straight to the line."""
        caller = self.ring(number)
        caller.press("0")
        return caller

    # --- agents

    def sign_in(self, agent_no: str) -> None:
        agents.sign_in(self.house, agent_no, self.now)

    def ready(self, agent_no: str) -> None:
        agents.set_ready(self.house, agent_no, self.now)

    def on_duty(self, *numbers: str) -> None:
        """Sign in and get ready."""
        for agent_no in numbers:
            self.sign_in(agent_no)
            self.ready(agent_no)

    def not_ready(self, agent_no: str) -> None:
        agents.set_not_ready(self.house, agent_no, "break", self.now)

    def sign_out(self, agent_no: str) -> None:
        agents.sign_out(self.house, agent_no, self.now)

    def state(self, agent_no: str) -> AgentState:
        state = self.value("SELECT state FROM agent WHERE agent_no = :no", no=agent_no)
        return AgentState(state)

    def offers(self) -> list[dict[str, Any]]:
        """The live offers: id, sid, agent_no, status, leg_sid."""
        return self.rows(LIVE_OFFERS)

    def offer_to(self, agent_no: str) -> int:
        """The live offer of this agent."""
        (found,) = [o["id"] for o in self.offers() if o["agent_no"] == agent_no]
        return int(found)

    def accept(self, offer_id: int, leg: str = "") -> str:
        """The agent's phone is answered."""
        return offers.accept(self.house, offer_id, leg or leg_of(offer_id), self.now)

    def leg(self, offer_id: int, status: str, leg: str = "") -> None:
        """The carrier reports on an agent's phone."""
        legs.agent_status(self.house, offer_id, leg or leg_of(offer_id), status, self.now)

    def room(self, offer_id: int, kind: str, status: str = "", sequence: int = 0) -> None:
        """The carrier reports a coming (``join``) or going (``leave``) of the agent."""
        number = sequence or (1 if kind == "join" else 2)
        event = ConferenceEvent(
            f"CF{offer_id:032x}", number, f"participant-{kind}", f"agent-{offer_id}", status
        )
        legs.conference_event(self.house, event, self.now)

    def talk(self, agent_no: str, seconds: float = 60) -> int:
        """The agent answers, is led in, and talks for *seconds*; gives the offer."""
        offer_id = self.offer_to(agent_no)
        self.leg(offer_id, "ringing")
        self.accept(offer_id)
        self.commands()
        self.at(5).room(offer_id, "join")
        self.at(seconds)
        return offer_id

    def agent_left(self, offer_id: int, status: str) -> None:
        """The agent's leg comes out of the conference and asks what comes next."""
        legs.agent_left_the_room(self.house, offer_id, status, self.now)

    # --- what happens by itself

    def tick(self) -> int:
        """A clock does what is due."""
        return clock.run_due(self.house, self.now)

    def look_around(self) -> int:
        """A clock looks around; how many callers the engine had missed."""
        return clock.look_around(self.house, self.now)

    def claim(self) -> Command | None:
        return claim_next(self.house, self.now)

    def record(self, command: Command, outcome: Outcome = DONE) -> None:
        """The carrier has answered."""
        record(self.house, command, outcome, self.now)

    def commands(self) -> list[CommandKind]:
        """The carrier does everything that is waiting for it; what that was."""
        done: list[CommandKind] = []
        while (command := self.claim()) is not None:
            if command.kind is CommandKind.RING_AGENT:
                assert command.offer_id is not None
                self.leg(command.offer_id, "ringing")
            self.record(command)
            done.append(command.kind)
        return done


@dataclass
class Caller:
    """Somebody who calls. *heard*: the last answer that the carrier carried out."""

    playing: Playing
    sid: str
    number: str = STRANGER
    heard: str = ""
    reports: int = 0

    @property
    def turn(self) -> int:
        """The answer that the caller listens to."""
        found = re.search(r"/voice/turn/(\d+)", self.heard)
        return int(found.group(1)) if found else 0

    @property
    def status(self) -> str | None:
        """Where they stand with respect to the line."""
        rows = self.playing.rows(STATUS_OF_CALL, sid=self.sid)
        return rows[0]["status"] if rows else None

    def ring(self) -> str:
        ring = answer.Ring(self.sid, self.number, "+861000095519", "ringing")
        self.heard = answer.answer(self.playing.house, ring, self.playing.now)
        return self.heard

    def press(self, keys: str, turn: int | None = None) -> str:
        """Press *keys*, or nothing at all, while listening to answer number *turn*."""
        house, now = self.playing.house, self.playing.now
        event = hearing.event_of(house, keys, "", now)
        at = self.turn if turn is None else turn
        self.heard = advance.advance(house, self.sid, at, event, now)
        return self.heard

    def come_back(self) -> str:
        """The carrier fetches what comes next."""
        self.heard = advance.resume(self.playing.house, self.sid, self.playing.now)
        return self.heard

    def leave_room(self) -> None:
        """Out of the conference, and still on the phone."""
        house, now = self.playing.house, self.playing.now
        legs.caller_left_the_room(house, self.sid, "in-progress", now)
        self.come_back()

    def hang_up(self, status: str = "completed") -> None:
        """The carrier's last word on the call."""
        self.reports += 1
        now = self.playing.now
        legs.caller_status(self.playing.house, self.sid, status, self.reports, now)


def leg_of(offer_id: int) -> str:
    """The name of an agent's leg."""
    return f"CA{offer_id:032x}".replace("CA0", "CAf", 1)


@contextmanager
def playing(database_url: str, store: type[Store] = Store, **more: Any) -> Iterator[Playing]:
    """A house on a migrated database.

    Args:
        store: another way to the database, to show what it would do.
    """
    house = open_house(settings(database_url, **more))
    if store is not Store:
        house.store.close()
        house = replace(house, store=store(database_url))
    try:
        yield Playing(house)
    finally:
        house.store.close()
