"""What the hotline orders by REST: placing calls, changing them, inviting into conferences."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from ivr.exchange.call import Call, Progress, Source
from ivr.exchange.conference import Conference
from ivr.exchange.faults import CarrierFault
from ivr.exchange.media.music import entertain
from ivr.exchange.media.sound import warn
from ivr.exchange.participant import Participant, Wishes
from ivr.exchange.ringing import TIMEOUT_BUFFER_S, ring
from ivr.exchange.states import CallStatus, Cause, Direction
from ivr.exchange.world import World


@dataclass(frozen=True, slots=True)
class Order:
    """A phone to be called.

    Args:
        timeout_s: how long it may ring, before the carrier's buffer.
        limit_s: how long the call may last.
    """

    from_: str
    to: str
    timeout_s: int = 60
    limit_s: int = 4 * 3600
    progress: Progress | None = None


def place_call(world: World, order: Order, source: Source, fallback: Source | None) -> Call:
    """Call a phone and execute *source* when it is answered."""
    call = _new(world, order)
    call.fallback = fallback

    async def work() -> None:
        if await ring(world, call, order.timeout_s + TIMEOUT_BUFFER_S):
            _limit(world, call, order.limit_s)
            call.start(source)

    world.services.tasks.start(work())
    return call


def invite(world: World, conference: Conference, order: Order, wishes: Wishes) -> Participant:
    """Call a phone and let it into *conference* when it is answered."""
    call = _new(world, order)
    participant = conference.invite(call, wishes)
    world.services.tasks.start(_bring_in(world, participant, conference, order))
    return participant


async def _bring_in(
    world: World, invited: Participant, conference: Conference, order: Order
) -> None:
    call = invited.call
    if not await ring(world, call, order.timeout_s + TIMEOUT_BUFFER_S):
        conference.leave(invited, call.cause)
        return
    if conference.over:
        # Everybody has gone while the phone rang: whoever answers now waits alone in a new
        # conference of the same name, as the real carrier would have it.
        conference = world.room(conference.friendly_name)
    _limit(world, call, order.limit_s)
    participant = conference.enter(call, invited.wishes)
    cause = await participant.left
    if not call.taken.is_set():
        call.end(CallStatus.COMPLETED, cause)


def _new(world: World, order: Order) -> Call:
    call = world.new_call(Direction.API, order.from_, order.to, order.to)
    call.progress = order.progress
    return call


def _limit(world: World, call: Call, seconds: int) -> None:
    async def work() -> None:
        if not await world.services.clock.wait(call.over, seconds):
            call.end(CallStatus.COMPLETED, Cause.TIME_LIMIT)

    world.services.tasks.start(work())


def end_call(call: Call, status: str) -> None:
    """End a call by REST: *canceled* only stops what is not answered, *completed* anything."""
    if call.status is CallStatus.IN_PROGRESS:
        if status == CallStatus.COMPLETED:
            call.end(CallStatus.COMPLETED, Cause.API)
    else:
        call.end(CallStatus.CANCELED, Cause.API)


def announce(
    world: World, conference: Conference, only: Participant | None, url: str, method: str
) -> None:
    """Let one participant, or everybody, hear a document, and tell when it has ended."""
    listeners = [only] if only is not None else conference.connected
    world.services.tasks.start(_announce(conference, only, listeners, url, method))


async def _announce(
    conference: Conference,
    only: Participant | None,
    listeners: list[Participant],
    url: str,
    method: str,
) -> None:
    results = await asyncio.gather(
        *(_hear_out(one.call, url, method) for one in listeners), return_exceptions=False
    )
    failure = next((problem for problem in results if problem), "")
    conference.events.announced(url, only, failure)


async def _hear_out(call: Call, url: str, method: str) -> str:
    """Let one leg hear the document; answers what went wrong, "" if nothing did."""
    hearing = asyncio.create_task(entertain(call, url, method, dict[str, str]))
    over = asyncio.create_task(call.over.wait())
    try:
        await asyncio.wait({hearing, over}, return_when=asyncio.FIRST_COMPLETED)
        if hearing.done():
            hearing.result()
        return ""
    except CarrierFault as problem:
        warn(call, problem.fault)
        return problem.fault.text
    finally:
        hearing.cancel()
        over.cancel()
