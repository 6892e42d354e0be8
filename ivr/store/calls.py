"""Calls: one row for each, with the state of its dialogue and the last answer given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select, update

from ivr.store.schema import call, call_event, carrier_event
from ivr.store.upsert import Upsert

LONGEST_DIALLED: Final = 64
FINAL_STATUSES: Final = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


@dataclass(frozen=True, slots=True)
class CallRecord:
    """A call as the dialogue needs it.

    Attributes:
        number: the caller's number in E.164; None when unidentified.
        turn: the number of the answer that the carrier is carrying out now.
        state: the dialogue's state, as its own JSON.
        answer: the TwiML last given, repeated when a webhook comes twice.
        room: the random name of the call's conference.
    """

    id: int
    sid: str
    number: str | None
    segment: str
    ended: bool
    room: str
    turn: int
    state: dict[str, Any]
    answer: str


COLUMNS = (
    call.c.id,
    call.c.sid,
    call.c.number,
    call.c.segment,
    call.c.ended_at,
    call.c.room,
    call.c.turn,
    call.c.state,
    call.c.answer,
)
BY_SID = select(*COLUMNS).where(call.c.sid == bindparam("sid"))
BY_ID = select(*COLUMNS).where(call.c.id == bindparam("call_id"))
BY_ID_ALONE = BY_ID.with_for_update()
TAKE_TURN = (
    update(call)
    .where(
        call.c.id == bindparam("call_id"),
        call.c.turn == bindparam("at_turn"),
        call.c.ended_at.is_(None),
    )
    .values(
        turn=bindparam("at_turn") + 1,
        state=bindparam("new_state"),
        answer=bindparam("new_answer"),
        seen_at=bindparam("now"),
    )
)
SEEN = update(call).where(call.c.id == bindparam("call_id")).values(seen_at=bindparam("now"))
END = (
    update(call)
    .where(call.c.id == bindparam("call_id"), call.c.ended_at.is_(None))
    .values(ended_at=bindparam("now"), carrier_status=bindparam("status"))
)
HEARD_STATUS = (
    update(call)
    .where(call.c.id == bindparam("call_id"), call.c.carrier_sequence < bindparam("sequence"))
    .values(
        carrier_sequence=bindparam("sequence"),
        carrier_status=bindparam("status"),
        seen_at=bindparam("now"),
    )
)
SET_SEGMENT = (
    update(call).where(call.c.id == bindparam("call_id")).values(segment=bindparam("new_segment"))
)
ADD_EVENT = insert(call_event)
EVENTS = (
    select(call_event.c.at, call_event.c.kind, call_event.c.detail)
    .where(call_event.c.call_id == bindparam("call_id"))
    .order_by(call_event.c.id)
)
NEW_CALL = Upsert(
    call, lambda new: new.on_conflict_do_nothing(index_elements=["sid"]).returning(call.c.id)
)
# RETURNING tells whether a row was written; an INSERT's row count is not kept on PostgreSQL.
FIRST_TIME = Upsert(
    carrier_event, lambda new: new.on_conflict_do_nothing().returning(carrier_event.c.sid)
)


def _record(row: Any) -> CallRecord:
    return CallRecord(
        row.id,
        row.sid,
        row.number,
        row.segment,
        row.ended_at is not None,
        row.room,
        row.turn,
        row.state,
        row.answer,
    )


def by_sid(conn: Connection, sid: str) -> CallRecord | None:
    """The call that the carrier names *sid*."""
    row = conn.execute(BY_SID, {"sid": sid}).first()
    return _record(row) if row else None


def by_id(conn: Connection, call_id: int) -> CallRecord:
    """The call *call_id*, which must exist."""
    return _record(conn.execute(BY_ID, {"call_id": call_id}).one())


def by_id_alone(conn: Connection, call_id: int) -> CallRecord:
    """The call *call_id*, whose turn nobody else takes before this transaction ends.

    Only under the routing lock: the order of locks is that one first, then a call.
    """
    return _record(conn.execute(BY_ID_ALONE, {"call_id": call_id}).one())


def begin(conn: Connection, values: dict[str, Any]) -> int | None:
    """Record a new call; None if its first webhook has been here before."""
    call_id: int | None = conn.execute(NEW_CALL.on(conn), values).scalar()
    return call_id


def take_turn(
    conn: Connection, call_id: int, turn: int, state: dict[str, Any], answer: str, now: datetime
) -> bool:
    """Write the answer that follows answer number *turn*.

    False if somebody did before us, or the caller hung up meanwhile: whoever is gone must not
    enter the line after the report that would have taken them out of it.
    """
    done = conn.execute(
        TAKE_TURN,
        {
            "call_id": call_id,
            "at_turn": turn,
            "new_state": state,
            "new_answer": answer,
            "now": now,
        },
    )
    return done.rowcount == 1


def set_segment(conn: Connection, call_id: int, segment: str) -> None:
    """The caller turned out to belong to another segment than their number said."""
    conn.execute(SET_SEGMENT, {"call_id": call_id, "new_segment": segment})


def seen(conn: Connection, call_id: int, now: datetime) -> None:
    """The carrier has just spoken of this call."""
    conn.execute(SEEN, {"call_id": call_id, "now": now})


def hear_status(conn: Connection, call_id: int, sequence: int, status: str, now: datetime) -> bool:
    """Note the carrier's status; False if a later one has been heard already."""
    values = {"call_id": call_id, "sequence": sequence, "status": status, "now": now}
    return conn.execute(HEARD_STATUS, values).rowcount == 1


def end(conn: Connection, call_id: int, status: str, now: datetime) -> bool:
    """Close the call; False if it was closed before."""
    values = {"call_id": call_id, "status": status, "now": now}
    return conn.execute(END, values).rowcount == 1


def first_time(conn: Connection, sid: str, sequence: int, kind: str, now: datetime) -> bool:
    """Whether the carrier reports this for the first time; remembers it."""
    values = {"sid": sid, "sequence": sequence, "kind": kind, "at": now}
    return conn.execute(FIRST_TIME.on(conn), values).first() is not None


def note(conn: Connection, call_id: int, kind: str, now: datetime, **detail: Any) -> None:
    """Add to the call's time line. *detail* holds no numbers, names or words of the caller."""
    conn.execute(ADD_EVENT, {"call_id": call_id, "at": now, "kind": kind, "detail": detail})


def time_line(conn: Connection, call_id: int) -> list[tuple[datetime, str, dict[str, Any]]]:
    """What happened on the call, in order."""
    rows = conn.execute(EVENTS, {"call_id": call_id})
    return [(row.at, row.kind, row.detail) for row in rows]
