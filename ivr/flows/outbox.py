"""Commit, call, record: what was written for the carrier is sent, and the outcome kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from ivr.flows import offers
from ivr.flows.house import House
from ivr.flows.legs import call_is_over, still_there
from ivr.flows.offers import WhyFailed
from ivr.store import agents, outbox
from ivr.store.agents import OfferStatus
from ivr.store.outbox import Command, CommandKind, CommandStatus
from ivr.telephony.carrier import (
    LIVE,
    AgentLeg,
    Carrier,
    CarrierBusy,
    CarrierRefused,
    CarrierUnsure,
    LegGone,
)

DONE: Final = CommandStatus.DONE

# These are real seconds. The lease is longer than the carrier's client waits for an answer:
# only a dead sender is overtaken.
LEASE: Final = timedelta(seconds=8)
RETRY: Final = timedelta(seconds=0.2)
MOST_ATTEMPTS: Final = 6


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a command, in a few words.

    Attributes:
        leg_is_gone: the leg that it was for is over.
        agent_status: the carrier's word for the agent's leg, where it was asked.
    """

    status: CommandStatus
    words: str
    leg_is_gone: bool = False
    agent_status: str | None = None


NOT_WANTED: Final = Outcome(CommandStatus.MOOT, "no longer wanted")
LEG_IS_OVER: Final = Outcome(CommandStatus.MOOT, "the leg was over", leg_is_gone=True)


def done(words: str) -> Outcome:
    """The carrier did it."""
    return Outcome(CommandStatus.DONE, words)


def claim_next(house: House, now: datetime) -> Command | None:
    """The next command to send, if there is one; nobody else gets it for a while."""
    with house.store.reading() as conn:
        if not outbox.something_is_due(conn, now, _stretched(house, LEASE)):
            return None
    with house.store.transaction() as conn:
        return outbox.claim(conn, now, _stretched(house, LEASE))


def deliver(house: House, carrier: Carrier, command: Command) -> None:
    """Send *command* and record what became of it."""
    try:
        outcome = _send(house, carrier, command)
    except LegGone:
        outcome = LEG_IS_OVER
    except CarrierRefused as error:
        outcome = Outcome(CommandStatus.FAILED, f"refused, error {error.code}")
    except (CarrierBusy, CarrierUnsure) as error:
        # Whom nobody fetches sits in an empty room: that is tried for as long as they are there.
        if command.attempts < MOST_ATTEMPTS or command.kind is CommandKind.RESUME_CALLER:
            pause = _stretched(house, RETRY) * min(command.attempts, MOST_ATTEMPTS)
            with house.store.transaction() as conn:
                outbox.postpone(conn, command, house.settings.now() + pause)
            return
        outcome = Outcome(CommandStatus.FAILED, str(error))
    record(house, command, outcome, house.settings.now())


def _stretched(house: House, span: timedelta) -> timedelta:
    """Real seconds on the clock of the house: practice may run at many times life's speed."""
    return span * house.settings.clock_speed


def _send(house: House, carrier: Carrier, command: Command) -> Outcome:
    """Do it. A second attempt looks before it acts."""
    match command.kind:
        case CommandKind.RING_AGENT:
            return _ring(house, carrier, command)
        case CommandKind.JOIN_ROOM:
            return _lead_in(house, carrier, command)
        case CommandKind.RESUME_CALLER:
            carrier.redirect(command.call_sid, url=house.twiml.to.resume)
            return done("led on")
        case CommandKind.END_AGENT_LEG:
            if command.leg_sid is None:
                return done("was never called")
            carrier.stop(command.leg_sid)
            return done("ended")
        case CommandKind.LOOK_UP_CALLER:
            return _look_up(carrier, command)


def _ring(house: House, carrier: Carrier, command: Command) -> Outcome:
    assert command.offer_id is not None
    assert command.endpoint is not None
    sid = None
    if command.attempts > 1:
        if command.leg_sid is not None:  # The leg itself has told us.
            return done("was ringing already")
        if not _is_wanted(house, command, OfferStatus.RINGING):
            return NOT_WANTED
        sid = carrier.live_leg_to(command.endpoint, command.created_at)
        with house.store.transaction() as conn:
            # The same phone may still ring for the offer before this one.
            if sid is not None and agents.is_leg_of_another(conn, command.offer_id, sid):
                sid = None
            if not outbox.hold(conn, command, house.settings.now() + _stretched(house, LEASE)):
                return NOT_WANTED
    found = sid is not None
    if sid is None:
        to = house.twiml.to
        sid = carrier.ring(
            AgentLeg(
                to=command.endpoint,
                url=to.agent(command.offer_id),
                status_url=to.agent_status(command.offer_id),
                ring_s=house.settings.ring_time_s,
            )
        )
    with house.store.transaction() as conn:
        agents.set_leg(conn, command.offer_id, sid)
    return done("was ringing already" if found else "rings")


def _lead_in(house: House, carrier: Carrier, command: Command) -> Outcome:
    """Into the room, unless the caller is there: who is led in twice is led out once."""
    if command.attempts > 1:
        if not _is_wanted(house, command, OfferStatus.ACCEPTED):
            return NOT_WANTED
        if carrier.is_in_room(command.call_sid, command.room):
            return done("was there already")
    carrier.redirect(command.call_sid, twiml=house.twiml.meet(command.room))
    return done("led into the room")


def _look_up(carrier: Carrier, command: Command) -> Outcome:
    status = carrier.status(command.call_sid)
    if status not in LIVE:
        return Outcome(CommandStatus.DONE, status, leg_is_gone=True)
    agent_status = None
    if command.leg_sid is not None:
        try:
            agent_status = carrier.status(command.leg_sid)
        except LegGone:
            agent_status = "failed"
    return Outcome(CommandStatus.DONE, status, agent_status=agent_status)


def _is_wanted(house: House, command: Command, status: OfferStatus) -> bool:
    """Whether the offer still stands as it did when the command was written."""
    assert command.offer_id is not None
    with house.store.reading() as conn:
        offer = agents.offer_by_id(conn, command.offer_id)
    return offer is not None and offer.status is status


def record(house: House, command: Command, outcome: Outcome, now: datetime) -> None:
    """Keep the outcome, and let the line go on where the carrier could not do its part."""
    with house.store.routing() as conn:
        if not outbox.close(conn, command, outcome.status, outcome.words, now):
            return
        match command.kind:
            case CommandKind.JOIN_ROOM | CommandKind.RESUME_CALLER | CommandKind.LOOK_UP_CALLER:
                if outcome.leg_is_gone:
                    call_is_over(conn, house, command.call_id, "completed", now)
                elif command.kind is CommandKind.LOOK_UP_CALLER and outcome.status is DONE:
                    still_there(
                        conn, house, command.call_id, command.offer_id, outcome.agent_status, now
                    )
            case CommandKind.RING_AGENT if outcome.status is not DONE:
                _agent_cannot_be_reached(conn, house, command, now)


def _agent_cannot_be_reached(
    conn: Connection, house: House, command: Command, now: datetime
) -> None:
    assert command.offer_id is not None
    offer = agents.offer_by_id(conn, command.offer_id)
    if offer is not None and offer.status is OfferStatus.RINGING:
        offers.fail(conn, house, offer, WhyFailed.UNREACHABLE, now, leg_is_over=True)
