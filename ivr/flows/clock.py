"""What happens by itself: time-outs, the sweeper, and a look at calls that fell silent."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from ivr.flows.agents import wrap_up_is_over
from ivr.flows.house import House
from ivr.flows.legs import look_up
from ivr.flows.line import sweep
from ivr.flows.offers import ring_time_is_over
from ivr.spool import Spool
from ivr.store import due, records, watch
from ivr.store.due import Due, DueKind
from ivr.store.queue import LineStatus

# A waiting caller's loop comes round twice a minute; three rounds missed is silence.
WAITING_SILENCE: Final = timedelta(seconds=90)
# A talk is silent by nature; so often we ask whether both are still there.
TALKING_SILENCE: Final = timedelta(minutes=2)
OUTAGE_CALL_BACK: Final = timedelta(hours=4)
SWEPT: Final = "callers_found_beside_an_idle_agent"


def run_due(house: House, now: datetime) -> int:
    """Do everything that is due by *now*; how many things that was.

    Any number of clocks may run: whoever deletes the row does the work.
    """
    with house.store.reading() as conn:
        ripe = due.ripe(conn, now)
    done = 0
    for item in ripe:
        with house.store.routing() as conn:
            if due.take(conn, item, now):
                _do(conn, house, item, now)
                done += 1
    return done


def _do(conn: Connection, house: House, item: Due, now: datetime) -> None:
    match item.kind:
        case DueKind.RING_TIME:
            ring_time_is_over(conn, house, item.ref_id, now)
        case DueKind.WRAP_UP:
            wrap_up_is_over(conn, house, item.ref_id, now)


def look_around(house: House, now: datetime) -> int:
    """Once a second: nobody may wait beside an idle agent, and no call may fall silent.

    Gives the number of callers whom the engine had missed; it stays 0.
    """
    with house.store.reading() as conn:
        missed = bool(watch.missed_callers(conn))
        silent = watch.fallen_silent(conn, LineStatus.WAITING, now - WAITING_SILENCE)
        silent += watch.fallen_silent(conn, LineStatus.OFFERED, now - WAITING_SILENCE)
        silent += watch.fallen_silent(conn, LineStatus.CONNECTED, now - TALKING_SILENCE)
    for call_id in silent:
        with house.store.transaction() as conn:
            look_up(conn, call_id, now)
    if not missed:
        return 0
    with house.store.routing() as conn:
        found = sweep(conn, house, now)
        if found:
            records.count(conn, SWEPT, found)
    return found


def keep_outage_promises(house: House, spool: Spool, now: datetime) -> int:
    """Turn numbers that were put aside during an outage into call-backs; how many."""
    kept = 0
    while True:
        with spool.oldest() as found:
            if found is None:
                return kept
            with house.store.transaction() as conn:
                due_at = now + OUTAGE_CALL_BACK
                records.book_call_back(conn, found.sid, found.number, "outage", now, due_at)
        kept += 1
