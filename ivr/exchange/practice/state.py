"""What is on the network now, as the page and tests see it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any, Final

from ivr.exchange.call import Call
from ivr.exchange.faults import BadRequest
from ivr.exchange.lacks import LACKS
from ivr.exchange.world import World

SHOWN_AFTER_END: Final = timedelta(minutes=30)
MOST_ENDED: Final = 100


def state(world: World) -> dict[str, Any]:
    """Everything at a glance: what is live, and the calls that ended lately."""
    services = world.services
    return {
        "clock": {"now": services.clock.now().isoformat(), "speed": services.clock.speed},
        "numbers": list(services.settings.numbers),
        "last_entry_id": services.transcript.last_id,
        "callers": [phone.as_json("number") for phone in world.phones.callers.values()],
        "agents": [phone.as_json() for phone in world.phones.agents.values()],
        "calls": [call.as_json() for call in _worth_showing(world)],
        "conferences": [room.as_json() for room in world.conferences.values() if not room.over],
        "misbehaviour": [rule.as_json() for rule in services.rules.rules],
        "lacks": [asdict(lack) for lack in LACKS],
    }


def _worth_showing(world: World) -> list[Call]:
    now = world.services.clock.now()
    live = [call for call in world.calls.values() if not call.ended]
    ended = [
        call
        for call in world.calls.values()
        if call.ended_at is not None and now - call.ended_at < SHOWN_AFTER_END
    ]
    return ended[-MOST_ENDED:] + live


def find(world: World, sid: str) -> Call:
    """A call.

    Raises:
        BadRequest: there is none.
    """
    call = world.calls.get(sid)
    if call is None:
        raise BadRequest(f"没有通话 {sid}。", f"There is no call {sid}.", status=404)
    return call


def with_transcript(world: World, call: Call) -> dict[str, Any]:
    """A call and everything that happened on it."""
    entries = world.services.transcript.of(call.sid)
    return call.as_json() | {"transcript": [entry.as_json() for entry in entries]}
