"""What becomes of an offer: accepted, failed, withdrawn, or done.

Whatever happens, the caller keeps the rank.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from ivr.dialogue import AgentLost, AgentReady, Segment, TalkEnded, Topic, speak, whisper
from ivr.flows.agents import change_state
from ivr.flows.house import House
from ivr.flows.line import back_to_the_line
from ivr.flows.turns import lead_on
from ivr.routing import AgentEvent, AgentState, after
from ivr.store import agents, calls, due, outbox, queue
from ivr.store.agents import Offer, OfferStatus
from ivr.store.due import DueKind
from ivr.store.outbox import CommandKind
from ivr.store.queue import LineStatus


class WhyFailed(StrEnum):
    """Why an offer came to nothing; the agent's reason for not being ready."""

    RONA = "rona"
    DECLINED = "declined"
    UNREACHABLE = "unreachable"
    LINE_LOST = "line_lost"


def accept(house: House, offer_id: int, leg_sid: str, now: datetime) -> str:
    """The agent's phone was answered: what it is to do, as TwiML.

    In time, the agent hears who is there and the caller is led into the room; too late, the
    agent is told so, and the caller keeps the place.
    """
    with house.store.routing() as conn:
        offer = agents.offer_by_id(conn, offer_id)
        if offer is None:
            return house.twiml.tell_and_hang_up(speak(house.prompts, "agent.gone"))
        if offer.status is OfferStatus.ACCEPTED and offer.leg_sid == leg_sid:
            return _whisper(conn, house, offer)  # The carrier asks a second time.
        if offer.status is not OfferStatus.RINGING:
            return house.twiml.tell_and_hang_up(speak(house.prompts, "agent.gone"))
        if now >= offer.expires_at:
            # The answer itself ends the leg, after the words; to stop it would cut them off.
            fail(conn, house, offer, WhyFailed.RONA, now, leg_is_over=True)
            return house.twiml.tell_and_hang_up(speak(house.prompts, "agent.late"))
        due.cancel(conn, DueKind.RING_TIME, offer.id)
        agents.accept_offer(conn, offer.id, leg_sid, now)
        on_call = after(AgentState.RINGING, AgentEvent.ACCEPTED)
        agents.set_state(conn, offer.agent_id, on_call, now, call_id=offer.call_id)
        queue.mark(conn, offer.call_id, LineStatus.CONNECTED, offer.agent_id)
        queue.mark_answered(conn, offer.call_id, now)
        lead_on(conn, house, offer.call_id, AgentReady(), now)
        outbox.write(conn, CommandKind.JOIN_ROOM, offer.call_id, now, offer.id)
        calls.note(conn, offer.call_id, "accepted", now, offer=offer.id)
        return _whisper(conn, house, offer)


def _whisper(conn: Connection, house: House, offer: Offer) -> str:
    call = calls.by_id(conn, offer.call_id)
    waiting = queue.get(conn, offer.call_id)
    assert waiting is not None
    waited_s = max(0.0, (offer.offered_at - waiting.entered_at).total_seconds())
    words = whisper(house.menu, Segment(call.segment), Topic(waiting.topic), waited_s)
    return house.twiml.whisper(words, call.room, offer.id)


def fail(
    conn: Connection,
    house: House,
    offer: Offer,
    why: WhyFailed,
    now: datetime,
    *,
    leg_is_over: bool = False,
    resume: bool = True,
) -> None:
    """The agent did not take, or lost, the caller: back in line, old rank, next agent.

    Args:
        leg_is_over: the carrier said so; nobody need tell it.
        resume: the caller has to be fetched out of the room.
    """
    _close(conn, offer, OfferStatus.FAILED, now)
    calls.note(conn, offer.call_id, "offer_failed", now, offer=offer.id, why=why)
    change_state(conn, house, offer.agent_id, AgentState.NOT_READY, now, reason=why)
    if offer.status is OfferStatus.ACCEPTED:
        outbox.drop_unsent(conn, CommandKind.JOIN_ROOM, offer.id, now)
        queue.mark_returned(conn, offer.call_id)
        lead_on(conn, house, offer.call_id, AgentLost(), now)
        if resume:
            outbox.write(conn, CommandKind.RESUME_CALLER, offer.call_id, now, offer.id)
    if not leg_is_over:
        _silence(conn, offer, now)
    back_to_the_line(conn, house, offer.call_id, now)


def withdraw(conn: Connection, house: House, offer: Offer, now: datetime) -> None:
    """The caller hung up while the agent's phone rang: it stops, the agent loses nothing."""
    _close(conn, offer, OfferStatus.WITHDRAWN, now)
    _silence(conn, offer, now)
    ready = after(AgentState.RINGING, AgentEvent.RELEASED)
    change_state(conn, house, offer.agent_id, ready, now, idle_since=offer.idle_since)


def caller_hung_up(conn: Connection, house: House, offer: Offer, now: datetime) -> None:
    """The caller ended the talk: the agent's leg is let go."""
    _finish(conn, house, offer, now)
    _silence(conn, offer, now)


def agent_hung_up(conn: Connection, house: House, offer: Offer, now: datetime) -> None:
    """The agent ended the talk in good order: the caller may rate it."""
    _finish(conn, house, offer, now)
    calls.note(conn, offer.call_id, "talk_ended", now, offer=offer.id)
    lead_on(conn, house, offer.call_id, TalkEnded(), now)
    outbox.write(conn, CommandKind.RESUME_CALLER, offer.call_id, now, offer.id)


def _finish(conn: Connection, house: House, offer: Offer, now: datetime) -> None:
    """The talk is over, and the agent has notes to write."""
    _close(conn, offer, OfferStatus.DONE, now)
    wrap_up = after(AgentState.ON_CALL, AgentEvent.TALK_ENDED)
    change_state(conn, house, offer.agent_id, wrap_up, now)
    queue.mark(conn, offer.call_id, LineStatus.SERVED)
    queue.mark_left(conn, offer.call_id, now)


def ring_time_is_over(conn: Connection, house: House, offer_id: int, now: datetime) -> None:
    """RONA: the phone rang out. If we never came to ring it, nobody is to blame."""
    offer = agents.offer_by_id(conn, offer_id)
    if offer is None or offer.status is not OfferStatus.RINGING:
        return
    if outbox.drop_unsent(conn, CommandKind.RING_AGENT, offer.id, now):
        _take_back(conn, house, offer, now)
    else:
        fail(conn, house, offer, WhyFailed.RONA, now)


def _take_back(conn: Connection, house: House, offer: Offer, now: datetime) -> None:
    """An offer that was never made: both sides stand where they stood, and may match again."""
    _close(conn, offer, OfferStatus.WITHDRAWN, now)
    calls.note(conn, offer.call_id, "never_rung", now, offer=offer.id)
    back_to_the_line(conn, house, offer.call_id, now)
    ready = after(AgentState.RINGING, AgentEvent.RELEASED)
    change_state(conn, house, offer.agent_id, ready, now, idle_since=offer.idle_since)


def _close(conn: Connection, offer: Offer, to: OfferStatus, now: datetime) -> None:
    due.cancel(conn, DueKind.RING_TIME, offer.id)
    agents.close_offer(conn, offer.id, to, now)


def _silence(conn: Connection, offer: Offer, now: datetime) -> None:
    """A phone that has not been called yet need not be; any other stops ringing or talking."""
    if not outbox.drop_unsent(conn, CommandKind.RING_AGENT, offer.id, now):
        outbox.write(conn, CommandKind.END_AGENT_LEG, offer.call_id, now, offer.id)
