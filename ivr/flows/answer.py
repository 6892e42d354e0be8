"""A call comes in: who is it, what do they hear first?"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from ivr.callers import (
    Identified,
    PlaceFinding,
    Segment,
    SegmentFinding,
    identify,
    not_looked_up,
    place_of,
    segment_of,
    tail,
    today_in_shanghai,
)
from ivr.config import SpeechEngine
from ivr.dialogue import Caller, Turn, start
from ivr.dialogue import Segment as MenuSegment
from ivr.flows.house import House
from ivr.store import calls
from ivr.store.customers import customers_on_line

FIRST_TURN = 1


@dataclass(frozen=True, slots=True)
class Ring:
    """What the carrier says of a new call; numbers raw, as they came."""

    sid: str
    raw_from: str
    raw_to: str
    status: str


@dataclass(frozen=True, slots=True)
class _Who:
    number: str | None
    finding: SegmentFinding
    place: PlaceFinding | None


def answer(house: House, ring: Ring, now: datetime) -> str:
    """The first answer to a call, as TwiML. A second webhook of the same call repeats it."""
    with house.store.transaction() as conn:
        who = _recognise(conn, house, ring, now)
        first = start(house.menu, _as_caller(house, who, now), now)
        room = f"r-{secrets.token_hex(12)}"
        twiml = house.twiml.answer(first.instructions, FIRST_TURN, room)
        call_id = calls.begin(conn, _row(ring, who, first, room, twiml, now))
        if call_id is None:
            known = calls.by_sid(conn, ring.sid)
            assert known is not None
            return known.answer
        calls.note(
            conn, call_id, "answered", now, segment=who.finding.segment, node=first.state.node
        )
    return twiml


def _recognise(conn: Connection, house: House, ring: Ring, now: datetime) -> _Who:
    found = identify(ring.raw_from, ring.raw_to)
    today = today_in_shanghai(now)
    if not isinstance(found, Identified):
        return _Who(None, not_looked_up(today, found.reason), None)
    customers = customers_on_line(conn, found.e164)
    finding = segment_of(customers, today, house.settings.elder_age)
    return _Who(found.e164, finding, place_of(found.e164))


def _as_caller(house: House, who: _Who, now: datetime) -> Caller:
    return Caller(
        segment=MenuSegment(who.finding.segment),
        speech_available=house.settings.speech_engine is not SpeechEngine.NONE
        and who.finding.segment is Segment.UNKNOWN,
        is_night=house.is_night(now),
        number_tail=tail(who.number) if who.number else None,
    )


def _row(
    ring: Ring, who: _Who, first: Turn, room: str, twiml: str, now: datetime
) -> dict[str, object]:
    place = who.place
    return {
        "sid": ring.sid,
        "number": who.number,
        "dialled": ring.raw_to[: calls.LONGEST_DIALLED],
        "segment": who.finding.segment,
        "evidence": who.finding.evidence,
        "place": place.place if place else None,
        "dialects": list(place.to_ask) if place else [],
        "started_at": now,
        "seen_at": now,
        "carrier_status": ring.status,
        "room": room,
        "turn": FIRST_TURN,
        "state": first.state.to_json(),
        "answer": twiml,
    }
