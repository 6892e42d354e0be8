"""Time-outs as rows: nothing waits in memory, so any clock may die and any may take over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, bindparam, delete, select

from ivr.store.schema import due
from ivr.store.upsert import Upsert


class DueKind(StrEnum):
    """What happens when the time is up; *ref_id* is the offer's or the agent's."""

    RING_TIME = "ring_time"
    WRAP_UP = "wrap_up"


@dataclass(frozen=True, slots=True)
class Due:
    """Something whose time has come."""

    kind: DueKind
    ref_id: int
    due_at: datetime


SET = Upsert(
    due,
    lambda new: new.on_conflict_do_update(
        index_elements=["kind", "ref_id"], set_={"due_at": new.excluded.due_at}
    ),
)
CANCEL = delete(due).where(due.c.kind == bindparam("what"), due.c.ref_id == bindparam("ref"))
TAKE = CANCEL.where(due.c.due_at <= bindparam("now"))
RIPE = (
    select(due.c.kind, due.c.ref_id, due.c.due_at)
    .where(due.c.due_at <= bindparam("now"))
    .order_by(due.c.due_at, due.c.id)
    .limit(100)
)


def set_due(conn: Connection, kind: DueKind, ref_id: int, at: datetime) -> None:
    """Have *kind* happen to *ref_id* at the instant *at*; a later call replaces it."""
    conn.execute(SET.on(conn), {"kind": kind, "ref_id": ref_id, "due_at": at})


def cancel(conn: Connection, kind: DueKind, ref_id: int) -> bool:
    """Take it back; False if it has happened, or was never asked for."""
    return conn.execute(CANCEL, {"what": kind, "ref": ref_id}).rowcount == 1


def take(conn: Connection, item: Due, now: datetime) -> bool:
    """Take what is due, to do it; False if another clock did, or it was put off since we looked."""
    values = {"what": item.kind, "ref": item.ref_id, "now": now}
    return conn.execute(TAKE, values).rowcount == 1


def ripe(conn: Connection, now: datetime) -> list[Due]:
    """What is due by *now*, earliest first, a hundred at most."""
    rows = conn.execute(RIPE, {"now": now})
    return [Due(DueKind(row.kind), row.ref_id, row.due_at) for row in rows]
