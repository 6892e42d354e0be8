"""What is kept after the call: ratings, complaints, promises to call back, tallies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from ivr.store.schema import call_back, complaint, offer, survey, tally
from ivr.store.upsert import Upsert

RATE = Upsert(survey, lambda new: new.on_conflict_do_nothing())
LAST_AGENT = (
    select(offer.c.agent_id)
    .where(offer.c.call_id == bindparam("call"), offer.c.accepted_at.is_not(None))
    .order_by(offer.c.id.desc())
    .limit(1)
)
RECEIPT_OF = select(complaint.c.receipt).where(complaint.c.call_id == bindparam("call"))
FILE = insert(complaint).returning(complaint.c.id)
SET_RECEIPT = (
    update(complaint)
    .where(complaint.c.id == bindparam("complaint"))
    .values(receipt=bindparam("number"))
)
OPEN_COMPLAINTS = (
    select(complaint.c.receipt, complaint.c.filed_at, complaint.c.due_on)
    .where(complaint.c.closed_at.is_(None))
    .order_by(complaint.c.due_on, complaint.c.id)
)
BOOK = Upsert(call_back, lambda new: new.on_conflict_do_nothing())
OPEN_CALL_BACKS = (
    select(
        call_back.c.id,
        call_back.c.number,
        call_back.c.reason,
        call_back.c.asked_at,
        call_back.c.due_at,
    )
    .where(call_back.c.done_at.is_(None))
    .order_by(call_back.c.due_at, call_back.c.id)
)
MADE = (
    update(call_back)
    .where(call_back.c.id == bindparam("which"), call_back.c.done_at.is_(None))
    .values(done_at=bindparam("now"), done_by=bindparam("who"))
)
COUNT = Upsert(
    tally,
    lambda new: new.on_conflict_do_update(
        index_elements=["name"], set_={"total": tally.c.total + new.excluded.total}
    ),
)
TALLIES = select(tally.c.name, tally.c.total)


@dataclass(frozen=True, slots=True)
class CallBack:
    """A promise to ring somebody."""

    id: int
    number: str
    reason: str
    asked_at: datetime
    due_at: datetime


def receipt_number(complaint_id: int) -> str:
    """Seven digits that name a complaint; the last one finds a slip of the tongue.

    The check digit is Luhn's (ISO/IEC 7812-1), which catches every wrong digit and nearly
    every pair that changed places.

    >>> receipt_number(1), receipt_number(2)
    ('1000017', '1000025')
    """
    digits = str(100_000 + complaint_id)
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)


def rate(conn: Connection, call_id: int, score: int, now: datetime) -> None:
    """Keep the caller's rating, 1 (content) to 3 (not content); the first one counts."""
    agent_id = conn.execute(LAST_AGENT, {"call": call_id}).scalar()
    values = {"call_id": call_id, "score": score, "agent_id": agent_id, "at": now}
    conn.execute(RATE.on(conn), values)


def file_complaint(conn: Connection, call_id: int, due_on: date, now: datetime) -> str:
    """File the call's complaint and give its receipt number; a second time, the same one."""
    known = conn.execute(RECEIPT_OF, {"call": call_id}).scalar()
    if known:
        return str(known)
    values = {"call_id": call_id, "filed_at": now, "due_on": due_on}
    complaint_id = conn.execute(FILE, values).scalar_one()
    number = receipt_number(complaint_id)
    conn.execute(SET_RECEIPT, {"complaint": complaint_id, "number": number})
    return number


def open_complaints(conn: Connection) -> list[tuple[str, datetime, date]]:
    """Receipt number, filed at, due on: those that are not closed, most pressing first."""
    return [(row.receipt, row.filed_at, row.due_on) for row in conn.execute(OPEN_COMPLAINTS)]


def book_call_back(
    conn: Connection, sid: str, number: str, reason: str, now: datetime, due_at: datetime
) -> None:
    """Promise to ring *number* (E.164) by *due_at*; one promise a call, named by its SID."""
    values: dict[str, Any] = {
        "sid": sid,
        "number": number,
        "reason": reason,
        "asked_at": now,
        "due_at": due_at,
    }
    conn.execute(BOOK.on(conn), values)


def open_call_backs(conn: Connection) -> list[CallBack]:
    """The promises not kept yet, most pressing first."""
    rows = conn.execute(OPEN_CALL_BACKS)
    return [CallBack(r.id, r.number, r.reason, r.asked_at, r.due_at) for r in rows]


def call_back_made(conn: Connection, which: int, who: str, now: datetime) -> bool:
    """Note that the promise *which* was kept; False if there is no such open promise."""
    return conn.execute(MADE, {"which": which, "who": who, "now": now}).rowcount == 1


def count(conn: Connection, name: str, by: int = 1) -> None:
    """Add to a tally."""
    conn.execute(COUNT.on(conn), {"name": name, "total": by})


def tallies(conn: Connection) -> dict[str, int]:
    """All tallies."""
    return {row.name: row.total for row in conn.execute(TALLIES)}
