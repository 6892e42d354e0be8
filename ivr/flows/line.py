"""The line: entering it, returning to it, and the moment when a caller and an agent match.

All of this runs inside ``Store.routing``.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from ivr.flows.house import House
from ivr.routing import (
    AgentEvent,
    AgentState,
    IdleAgent,
    after,
    first_served,
    longest_idle,
    place_for,
)
from ivr.store import agents, calls, due, outbox, queue, watch
from ivr.store.due import DueKind
from ivr.store.outbox import CommandKind
from ivr.store.queue import LineStatus


def enter_line(
    conn: Connection, house: House, call_id: int, segment: str, topic: str, now: datetime
) -> None:
    """Give the caller a place, and an agent at once if one is free."""
    place = place_for(segment)
    pools = [step.pool for step in place.ladder]
    waiting = queue.enter(conn, call_id, place, topic, now)
    queue.open_places(conn, waiting, pools)
    calls.note(conn, call_id, "entered_line", now, priority=place.priority, topic=topic)
    match_caller(conn, house, call_id, pools, now)


def back_to_the_line(conn: Connection, house: House, call_id: int, now: datetime) -> None:
    """Put the caller where they were: the rank is the one they first got."""
    waiting = queue.get(conn, call_id)
    assert waiting is not None
    queue.mark(conn, call_id, LineStatus.WAITING)
    call = calls.by_id(conn, call_id)
    pools = [step.pool for step in place_for(call.segment).ladder]
    queue.open_places(conn, waiting, pools)
    match_caller(conn, house, call_id, pools, now)


def match_caller(
    conn: Connection, house: House, call_id: int, pools: list[str], now: datetime
) -> bool:
    """Offer the caller to the agent whose turn it is; False if nobody is free."""
    found = longest_idle(queue.idle_agents(conn, pools))
    if found is None:
        return False
    _offer(conn, house, call_id, found, now)
    return True


def match_agent(
    conn: Connection, house: House, agent_id: int, pools: list[str], since: int, now: datetime
) -> bool:
    """Offer the agent the caller whose turn it is; False if nobody waits for them."""
    found = first_served(queue.heads(conn, pools))
    if found is None:
        return False
    _offer(conn, house, found.call_id, IdleAgent(0, since, agent_id, found.pool), now)
    return True


def _offer(conn: Connection, house: House, call_id: int, to: IdleAgent, now: datetime) -> None:
    """One offer, written down; the phone rings when this is committed."""
    queue.close_places(conn, call_id)
    queue.clear_idle(conn, to.agent_id)
    queue.mark(conn, call_id, LineStatus.OFFERED, to.agent_id)
    ringing = after(AgentState.READY, AgentEvent.OFFERED)
    agents.set_state(conn, to.agent_id, ringing, now, call_id=call_id)
    ring = timedelta(seconds=house.settings.ring_time_s)
    offer_id = agents.new_offer(conn, call_id, to, now, ring)
    due.set_due(conn, DueKind.RING_TIME, offer_id, now + ring)
    outbox.write(conn, CommandKind.RING_AGENT, call_id, now, offer_id)
    calls.note(conn, call_id, "offered", now, offer=offer_id, agent=to.agent_id, pool=to.pool)


def sweep(conn: Connection, house: House, now: datetime) -> int:
    """Serve every caller who waits beside an idle agent; how many there were.

    There are never any. If there are, the engine has a fault, and the count says so.
    """
    found = 0
    for call_id in watch.missed_callers(conn):
        pools = queue.open_pools(conn, call_id)
        found += match_caller(conn, house, call_id, pools, now)
    return found
