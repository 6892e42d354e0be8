"""The carrier asks what comes next: a key, silence, words, or a call that lost its way."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from ivr.dialogue import Event, KeysPressed, Silence, State, StillWaiting, step
from ivr.errors import UnknownCall
from ivr.flows.house import House
from ivr.flows.turns import Overtaken, carry_out, routes, state_of, wait_facts
from ivr.store import calls, outbox
from ivr.store.calls import CallRecord
from ivr.store.outbox import CommandKind

PERSON = "0"
TOGETHER_S = 2  # Music for a caller whom the carrier is about to lead into the room.


def advance(house: House, sid: str, turn: int, event: Event, now: datetime) -> str:
    """One turn of the dialogue: what the caller did in, TwiML out.

    A webhook that comes twice or late gets the answer that was given to the first one, and
    does nothing.

    Args:
        turn: the number of the answer that the caller was listening to.

    Raises:
        UnknownCall: we never answered this call.
    """
    try:
        with house.store.transaction() as conn:
            call = calls.by_sid(conn, sid)
            if call is None:
                raise UnknownCall(sid)
            if call.turn != turn or call.ended:
                return _again(conn, house, call)
            state, is_readable = state_of(call)
            if not is_readable:
                event = KeysPressed(PERSON)
            event = _with_facts(conn, house, call, state, event, now)
            next_turn = step(house.menu, state, event, now)
            if routes(next_turn):
                house.store.become_serial(conn)
            return carry_out(conn, house, call, next_turn, event, now)
    except Overtaken:
        return resume(house, sid, now)


def resume(house: House, sid: str, now: datetime) -> str:
    """Where a call is led on from wherever it is: the answer last given, once more."""
    with house.store.transaction() as conn:
        call = calls.by_sid(conn, sid)
        if call is None:
            raise UnknownCall(sid)
        calls.seen(conn, call.id, now)
        return _again(conn, house, call)


def _with_facts(
    conn: Connection, house: House, call: CallRecord, state: State, event: Event, now: datetime
) -> Event:
    """The event as the dialogue knows it: a caller in line is told how things stand."""
    if not state.in_line:
        return event
    facts = wait_facts(conn, house, call, now)
    match event:
        case KeysPressed():
            return replace(event, wait=facts)
        case Silence() if facts is not None:
            return StillWaiting(facts)
    return event


def _again(conn: Connection, house: House, call: CallRecord) -> str:
    """The stored answer, unless it leads into a room to which the caller is being taken.

    To enter a conference twice is to leave it once, and with the caller everybody goes. So
    the command in the outbox leads the caller in, and this answer only once that is closed.
    Nothing is taken back because a webhook has come: it may be a late one, whose answer
    nobody hears, and then nobody would fetch the caller.
    """
    if outbox.is_open(conn, CommandKind.JOIN_ROOM, call.id):
        return house.twiml.tell_and_go_on((), house.twiml.to.resume, music_s=TOGETHER_S)
    return call.answer
