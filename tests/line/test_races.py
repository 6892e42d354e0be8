"""Two things at the same instant, and the sweeper that would find what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

import pytest
from sqlalchemy import Connection

from ivr.store import Store
from tests.line.house import Caller, playing
from tests.line.invariants import faults
from tests.line.premises import BOTH, ELDER, furnish

OPEN = "SELECT kind FROM command WHERE status = 'pending' ORDER BY id"
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


class BlindStore(Store):
    """A turn of the dialogue that sees no idle agents: a fault for the sweeper to find."""

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        with super().transaction() as conn:
            hidden = list(conn.exec_driver_sql("SELECT pool, agent_id, idle_since FROM idle_agent"))
            conn.exec_driver_sql("DELETE FROM idle_agent")
            yield conn
            for row in hidden:
                conn.exec_driver_sql(
                    f"INSERT INTO idle_agent (pool, agent_id, idle_since) VALUES"
                    f" ('{row[0]}', {row[1]}, {row[2]})"
                )


def test_the_sweeper_counts_whom_it_finds_and_serves_the_best_claim(database_url: str) -> None:
    furnish(database_url, {"1001": BOTH})
    with playing(database_url) as play, playing(database_url, BlindStore) as blind:
        play.on_duty("1001")
        for number in ("+8675500000081", "+8675500000082", ELDER):
            blind.at(1).waiting(number)
        assert "waits beside a free agent" in " ".join(faults(play.house.store))

        assert play.at(10).look_around() == 1

        (offer,) = play.offers()
        assert offer["sid"] == f"CA{3:032x}"
        assert faults(play.house.store) == ["the sweeper found somebody"]


# --- two things at the same instant


class InterruptedStore(Store):
    """Something happens just before a routing transaction gets its turn."""

    interrupt: Callable[[], object] | None = None

    def become_serial(self, conn: Connection) -> None:
        interrupt, self.interrupt = self.interrupt, None
        if interrupt:
            interrupt()
        super().become_serial(conn)


@ON_POSTGRESQL
def test_who_hangs_up_while_entering_the_line_does_not_live_on_in_it(database_url: str) -> None:
    furnish(database_url, {"1001": BOTH})
    with playing(database_url) as play, playing(database_url, InterruptedStore) as slow:
        caller = slow.ring()
        assert isinstance(slow.house.store, InterruptedStore)
        slow.house.store.interrupt = Caller(play, caller.sid).hang_up

        caller.press("0")

        assert caller.status is None
        assert faults(play.house.store) == []


@ON_POSTGRESQL
@pytest.mark.parametrize("key", ["2", "9"])
@pytest.mark.parametrize("what", ["hang_up", "accept"])
def test_a_key_and_a_report_at_the_same_instant_do_not_hinder_each_other(
    database_url: str, key: str, what: str
) -> None:
    furnish(database_url, {"1001": BOTH})
    start = Barrier(2, timeout=10)
    with playing(database_url) as play, ThreadPoolExecutor(2) as pool:
        play.sign_in("1001")
        for _ in range(25):
            play.at(60).ready("1001")
            caller = play.waiting(ELDER)
            offer_id = play.offer_to("1001")
            play.at(3)

            def press(caller: Caller = caller) -> None:
                start.wait()
                caller.press(key)

            def report(caller: Caller = caller, offer_id: int = offer_id) -> None:
                start.wait()
                play.accept(offer_id) if what == "accept" else caller.hang_up()

            for done in [pool.submit(press), pool.submit(report)]:
                done.result(timeout=10)
            assert faults(play.house.store) == []
            caller.hang_up()
            play.at(31).tick()
            play.not_ready("1001")
