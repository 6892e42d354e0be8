"""A caller enters and an agent gets ready at the same instant: they find each other.

To insert and then to look, in two transactions that do not see each other, leaves nearly every
such pair both waiting; the last test shows that this would be noticed.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from ivr.errors import DatabaseAway
from ivr.flows.answer import FIRST_TURN
from ivr.store import Store
from tests.line.crew import SEATS, Crew, Together
from tests.line.house import Caller, playing
from tests.line.invariants import faults, order_faults
from tests.line.premises import GENERAL, furnish

ROUNDS = int(os.environ.get("LINE_PAIRS", "300"))
NAIVE_ROUNDS = 100
STAGGER_S = 0.0006


class NaiveStore(Store):
    """The same statements in ordinary transactions: what the engine must never become."""

    @contextmanager
    def routing(self) -> Iterator[Connection]:
        with self.transaction() as conn:
            yield conn

    def become_serial(self, conn: Connection) -> None:
        """Nothing: that is the fault."""


def meet(seat: int, together: Together, url: str, rounds: int, kind: type[Store]) -> int:
    """Four pairs of processes, one after another: one brings a caller, the other an agent.

    Gives how many callers this process found waiting beside a free agent.
    """
    missed = 0
    partner = seat ^ 1
    with playing(url, kind) as play:
        together.barrier.wait()
        for number in range(seat // 2, rounds, SEATS // 2):
            play.at(1)
            brings_caller = (seat + number // 4) % 2
            caller = Caller(play, f"CA{number:032x}")
            act = partial(caller.press, "0", FIRST_TURN)
            if not brings_caller:
                act = partial(play.ready, str(number))
            # The pair before is done when both of it are past its round.
            for before in ((seat - seat % 2 - n) % SEATS for n in (1, 2)):
                together.wait_for(before, 4 * (number - 1) + 3 if number else 0)
            together.meet(seat, partner, 4 * number + 1)
            if not brings_caller:  # The caller's turn looks before it writes, for as long.
                time.sleep(number // 4 % 6 * STAGGER_S)
            insist(act)
            together.meet(seat, partner, 4 * number + 2)
            if brings_caller:
                missed += play.look_around()
            together.reach(seat, 4 * number + 3)
    return missed


def invite(url: str, rounds: int) -> None:
    """A caller in the menu and an agent on duty for each round."""
    furnish(url, {str(number): GENERAL for number in range(rounds)})
    with playing(url) as play:
        for number in range(rounds):
            play.ring(sid=f"CA{number:032x}")
            play.sign_in(str(number))


def insist(act: Callable[[], object]) -> None:
    """Do it, and again when the database was busy, or refused a second offer."""
    while True:
        try:
            act()
            return
        except (DatabaseAway, IntegrityError):
            continue


def test_nobody_is_left_beside_a_free_agent(crew: Crew, database_url: str) -> None:
    invite(database_url, ROUNDS)

    missed = crew.do(meet, database_url, ROUNDS, Store)

    assert sum(missed) == 0
    with playing(database_url) as play:
        offers = play.offers()
        assert len(offers) == ROUNDS
        assert len({one["sid"] for one in offers}) == ROUNDS
        assert len({one["agent_no"] for one in offers}) == ROUNDS
        assert faults(play.house.store) == []
        assert order_faults(play.house.store) == []


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_without_the_routing_lock_pairs_are_missed(crew: Crew, database_url: str) -> None:
    invite(database_url, NAIVE_ROUNDS)

    missed = crew.do(meet, database_url, NAIVE_ROUNDS, NaiveStore)

    assert sum(missed) > 0
