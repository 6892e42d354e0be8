"""Everybody does everything at once, in eight processes; then the tables are read.

A report of the carrier and a key of a caller come again until they are answered, as in life.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from ivr.errors import NotPossible
from ivr.store.outbox import CommandKind
from tests.line.crew import SEATS, Crew, Together
from tests.line.house import DONE, GONE, REFUSED, Caller, Playing, playing
from tests.line.invariants import faults, order_faults
from tests.line.premises import BOTH, ELDER, GENERAL, STRANGER, furnish
from tests.line.test_missed_pair import insist

SECONDS = float(os.environ.get("LINE_STORM_S", "2"))
SPEED = 20  # A ring time of 15 s is over in less than a second.
PEOPLE = {f"1{n:03}": BOTH for n in range(3)} | {f"2{n:03}": GENERAL for n in range(3)}
MOST_CALLERS = 5
LIVE = "SELECT id FROM offer WHERE status IN ('ringing', 'accepted') ORDER BY id"
NEWEST = "SELECT id FROM offer ORDER BY id DESC LIMIT 30"
OPEN_CALLS = "SELECT sid FROM call WHERE ended_at IS NULL"
COUNTS = "SELECT status, COUNT(*) AS total FROM offer GROUP BY status"


class Somebody:
    """One process: a handful of callers and agents, and a clock."""

    def __init__(self, play: Playing, seat: int, began: datetime) -> None:
        self.play, self.seat, self.began = play, seat, began
        self.chance = random.Random(seat)
        self.callers: list[Caller] = []
        self.number = 0

    def tell_time(self) -> None:
        self.play.now = self.began + (datetime.now(UTC) - self.began) * SPEED

    def open_up(self) -> None:
        """Half of the agents come on duty at once."""
        for agent_no in sorted(PEOPLE)[self.seat :: SEATS]:
            insist(lambda: self.play.on_duty(agent_no))  # noqa: B023 - done at once

    def act(self) -> None:
        """One thing, whatever it is."""
        doings: list[tuple[int, Callable[[], object]]] = [
            (6, self.call), (3, self.press), (3, self.hang_up), (6, self.desk), (6, self.answer),
            (2, self.report), (3, self.leave), (8, self.send), (2, self.tick),
        ]  # fmt: skip
        weights, acts = zip(*doings, strict=True)
        (act,) = self.chance.choices(acts, weights)
        self.tell_time()
        insist(act)

    def call(self) -> None:
        if len(self.callers) > MOST_CALLERS:
            self.hang_up()
        self.number += 1
        number = ELDER if self.chance.random() < 0.4 else STRANGER
        caller = Caller(self.play, f"CA{self.seat:02x}{self.number:030x}", number)
        insist(caller.ring)
        self.callers.append(caller)
        insist(lambda: caller.press(self.chance.choice("01234")))

    def press(self) -> None:
        if self.callers:
            caller = self.chance.choice(self.callers)
            caller.come_back()
            caller.press(self.chance.choice(["", "0", "2", "4", "9"]))

    def hang_up(self) -> None:
        if self.callers:
            caller = self.chance.choice(self.callers)
            caller.hang_up()
            self.callers.remove(caller)

    def desk(self) -> None:
        agent_no = self.chance.choice(sorted(PEOPLE))
        button = self.chance.choice(["sign_in"] * 2 + ["ready"] * 6 + ["not_ready", "sign_out"])
        try:
            getattr(self.play, button)(agent_no)
        except NotPossible:
            insist(lambda: None)

    def an_offer(self) -> int | None:
        statement = LIVE if self.chance.random() < 0.8 else NEWEST
        found = [row["id"] for row in self.play.rows(statement)]
        return self.chance.choice(found) if found else None

    def answer(self) -> None:
        if offer_id := self.an_offer():
            self.play.accept(offer_id)

    def report(self) -> None:
        statuses = ["ringing"] * 4 + ["in-progress", "completed", "busy", "no-answer", "failed"]
        if offer_id := self.an_offer():
            self.play.leg(offer_id, self.chance.choice(statuses))

    def leave(self) -> None:
        if offer_id := self.an_offer():
            kind = self.chance.choice(["join", "leave"])
            number = self.chance.randrange(10_000)
            self.play.room(offer_id, kind, self.chance.choice(["completed", "failed"]), number)

    def send(self) -> None:
        command = self.play.claim()
        if command is not None:
            is_ring = command.kind is CommandKind.RING_AGENT
            odds = [DONE] * 8 + [REFUSED if is_ring else DONE] + [DONE if is_ring else GONE]
            self.play.record(command, self.chance.choice(odds))

    def tick(self) -> None:
        self.play.tick()
        assert self.play.look_around() == 0


def storm(seat: int, together: Together, url: str, began: datetime, seconds: float) -> int:
    """Act for *seconds*; how often."""
    with playing(url) as play:
        somebody = Somebody(play, seat, began)
        somebody.tell_time()
        somebody.open_up()
        together.barrier.wait()
        end, acts = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            somebody.act()
            acts += 1
    return acts


def test_after_a_storm_everybody_is_where_they_should_be(crew: Crew, database_url: str) -> None:
    furnish(database_url, PEOPLE)
    began = datetime.now(UTC)

    acts = crew.do(storm, database_url, began, SECONDS)

    with playing(database_url) as play:
        store = play.house.store
        assert faults(store) == []
        assert order_faults(store) == []
        counts = {row["status"]: row["total"] for row in play.rows(COUNTS)}
        assert sum(acts) > 100
        assert counts.keys() >= {"failed", "withdrawn", "done"}, (counts, acts)

        play.now = began + (datetime.now(UTC) - began) * SPEED + timedelta(minutes=5)
        drain(play)
        assert faults(store) == []
        standing = {row["status"] for row in play.rows("SELECT DISTINCT status FROM queued_call")}
        assert standing <= {"served", "abandoned"}


def drain(play: Playing) -> None:
    """Most callers give up; the rest are served until the line is empty, and hang up."""
    for row in play.rows(OPEN_CALLS)[12:]:
        Caller(play, row["sid"], reports=10_000).hang_up()
    for agent_no in PEOPLE:
        try:
            play.sign_in(agent_no)
        except NotPossible:
            continue
    while True:
        play.at(40).tick()
        for agent_no in PEOPLE:
            if play.state(agent_no) in {"not_ready", "wrap_up"}:
                play.ready(agent_no)
        live = [row["id"] for row in play.rows(LIVE)]
        if not live:
            break
        for offer_id in live:
            play.accept(offer_id)
            play.room(offer_id, "join", sequence=90_001)
        play.at(10)
        for offer_id in live:
            play.leg(offer_id, "completed")
        assert faults(play.house.store) == []
    assert play.rows("SELECT 1 FROM place_in_line") == []
    for row in play.rows(OPEN_CALLS):
        Caller(play, row["sid"], reports=10_000).hang_up()
