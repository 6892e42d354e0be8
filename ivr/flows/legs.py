"""What the carrier reports of legs and conferences, in any order, once or more often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from ivr.flows import offers
from ivr.flows.house import House
from ivr.flows.offers import WhyFailed
from ivr.store import agents, calls, outbox, queue
from ivr.store.agents import LIVE_OFFERS, Offer, OfferStatus
from ivr.store.calls import FINAL_STATUSES
from ivr.store.outbox import CommandKind
from ivr.store.queue import LineStatus

# From the agent's answer, whisper included. Nobody has helped an older person in less.
SHORTEST_TALK = timedelta(seconds=6)
# For an agent who is not known to have come into the room, perhaps for want of a report.
SHORTEST_UNSEEN = timedelta(seconds=15)

RING_FAILURES = {
    "busy": WhyFailed.DECLINED,
    "no-answer": WhyFailed.RONA,
    "canceled": WhyFailed.RONA,
    "completed": WhyFailed.RONA,
    "failed": WhyFailed.UNREACHABLE,
}


@dataclass(frozen=True, slots=True)
class ConferenceEvent:
    """A coming or going. *label*: ``caller`` or ``agent-<offer>``; *status*: of the leg left."""

    conference_sid: str
    sequence: int
    kind: str
    label: str
    status: str


def caller_status(house: House, sid: str, status: str, sequence: int, now: datetime) -> None:
    """The caller's own call: its last word takes them out of the line.

    A call that we never answered (it was rejected, or the database was away) is nobody's.
    """
    with house.store.routing() as conn:
        call = calls.by_sid(conn, sid)
        if call is None:
            return
        calls.hear_status(conn, call.id, sequence, status, now)
        if status in FINAL_STATUSES:
            call_is_over(conn, house, call.id, status, now)


def call_is_over(conn: Connection, house: House, call_id: int, status: str, now: datetime) -> None:
    """The caller is gone: out of the line, and no agent's phone rings for them."""
    if not calls.end(conn, call_id, status, now):
        return
    calls.note(conn, call_id, "hung_up", now)
    waiting = queue.get(conn, call_id)
    if waiting is None:
        return
    offer = agents.live_offer_for_call(conn, call_id)
    match waiting.status:
        case LineStatus.WAITING | LineStatus.OFFERED:
            queue.close_places(conn, call_id)
            queue.mark(conn, call_id, LineStatus.ABANDONED)
            queue.mark_left(conn, call_id, now)
            if offer is not None:
                offers.withdraw(conn, house, offer, now)
        case LineStatus.CONNECTED:
            assert offer is not None
            offers.caller_hung_up(conn, house, offer, now)


def agent_status(house: House, offer_id: int, leg_sid: str, status: str, now: datetime) -> None:
    """The agent's phone: ringing, answered, or over in one of several ways."""
    with house.store.routing() as conn:
        offer = agents.offer_by_id(conn, offer_id)
        if offer is None:
            return
        is_news = agents.set_leg(conn, offer_id, leg_sid)
        if status in FINAL_STATUSES:
            if offer.leg_sid in {None, leg_sid}:
                leg_is_over(conn, house, offer, status, now)
        elif is_news and offer.status not in LIVE_OFFERS:
            # It was taken back before the carrier had told us which leg to stop.
            outbox.write(conn, CommandKind.END_AGENT_LEG, offer.call_id, now, offer_id)


def agent_left_the_room(house: House, offer_id: int, status: str, now: datetime) -> None:
    """The agent came out of the conference: by hanging up, or with the phone still up.

    In the second case the room was closed, nearly always because the caller hung up, and this
    comes as soon as the carrier's last word on the caller, or sooner. So nothing is decided;
    we ask. A caller who is still there comes out of the room as well, and says so.
    """
    with house.store.routing() as conn:
        offer = agents.offer_by_id(conn, offer_id)
        if offer is None or offer.status is not OfferStatus.ACCEPTED:
            return
        if status in FINAL_STATUSES:
            leg_is_over(conn, house, offer, status, now)
        else:
            look_up(conn, offer.call_id, now)


def caller_left_the_room(house: House, sid: str, status: str, now: datetime) -> None:
    """The caller came out of the conference: nobody may be lost.

    They hung up; or they were led out by us, the dialogue is already elsewhere and nothing is
    left to do; or the conference failed, and they go back to the line.
    """
    with house.store.routing() as conn:
        call = calls.by_sid(conn, sid)
        if call is None or call.ended:
            return
        if status in FINAL_STATUSES:
            call_is_over(conn, house, call.id, status, now)
            return
        waiting = queue.get(conn, call.id)
        if waiting is None or waiting.status is not LineStatus.CONNECTED:
            return
        offer = agents.live_offer_for_call(conn, call.id)
        assert offer is not None
        offers.fail(conn, house, offer, WhyFailed.LINE_LOST, now, resume=False)


def conference_event(house: House, event: ConferenceEvent, now: datetime) -> None:
    """A coming or going in a room; the going of an agent may reach us here first."""
    offer_id = _offer_of(event.label)
    if offer_id is None or event.kind not in {"participant-join", "participant-leave"}:
        return
    with house.store.routing() as conn:
        if not calls.first_time(conn, event.conference_sid, event.sequence, event.kind, now):
            return
        offer = agents.offer_by_id(conn, offer_id)
        if offer is None:
            return
        if event.kind == "participant-join":
            agents.leg_joined(conn, offer_id, now)
        # The leg may still be up, or its last word still on the way: then that word decides.
        elif event.status in FINAL_STATUSES:
            leg_is_over(conn, house, offer, event.status, now)


def _offer_of(label: str) -> int | None:
    """
    >>> _offer_of("agent-12"), _offer_of("caller"), _offer_of("agent-x")
    (12, None, None)
    """
    kind, _, number = label.partition("-")
    if kind != "agent" or not number.isascii() or not number.isdigit() or len(number) > 18:
        return None
    return int(number)


def look_up(conn: Connection, call_id: int, now: datetime) -> None:
    """Ask the carrier who is still there: its last word may be late, or lost."""
    if not outbox.is_open(conn, CommandKind.LOOK_UP_CALLER, call_id):
        offer = agents.live_offer_for_call(conn, call_id)
        offer_id = offer.id if offer else None
        outbox.write(conn, CommandKind.LOOK_UP_CALLER, call_id, now, offer_id)


def still_there(
    conn: Connection,
    house: House,
    call_id: int,
    offer_id: int | None,
    agent_status: str | None,
    now: datetime,
) -> None:
    """The caller was looked up and is on the phone: nobody may be there for nothing.

    Args:
        offer_id: the offer by which they were served when we asked.
        agent_status: the carrier's word for that agent's leg; None if it was not called.
    """
    calls.seen(conn, call_id, now)
    waiting = queue.get(conn, call_id)
    offer = agents.live_offer_for_call(conn, call_id)
    if waiting is None:
        return
    if waiting.status in {LineStatus.WAITING, LineStatus.OFFERED}:
        # Who waits comes round by themselves, unless they sit in a room that nobody enters.
        outbox.write(conn, CommandKind.RESUME_CALLER, call_id, now, offer_id)
    elif (
        offer is not None
        and offer.id == offer_id
        and offer.status is OfferStatus.ACCEPTED
        and agent_status in FINAL_STATUSES
    ):
        leg_is_over(conn, house, offer, agent_status, now)


def leg_is_over(conn: Connection, house: House, offer: Offer, status: str, now: datetime) -> None:
    """The agent's leg has ended with this final *status*: not taken, lost, or talked out."""
    if offer.status is OfferStatus.RINGING:
        why = RING_FAILURES.get(status, WhyFailed.UNREACHABLE)
        offers.fail(conn, house, offer, why, now, leg_is_over=True)
    elif offer.status is OfferStatus.ACCEPTED:
        if _was_a_talk(offer, status, now):
            offers.agent_hung_up(conn, house, offer, now)
        else:
            offers.fail(conn, house, offer, WhyFailed.LINE_LOST, now, leg_is_over=True)


def _was_a_talk(offer: Offer, status: str, now: datetime) -> bool:
    """Whether the agent ended it in good order, as far as the carrier lets us know.

    Counted from our own record of the answer, because reports of joining come late. A talk
    that ended before it began is one during which the clock was set back.
    """
    assert offer.accepted_at is not None
    shortest = SHORTEST_UNSEEN if offer.leg_joined_at is None else SHORTEST_TALK
    is_short = timedelta(0) <= now - offer.accepted_at < shortest
    return status == "completed" and not is_short
