"""The line: who waits, who is idle, and the two index probes that bring them together.

Every function here that changes something runs inside ``Store.routing``: these transactions
are serial, so to look and then to take is safe.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, ScalarSelect, bindparam, delete, func, insert, select, update

from ivr.routing import Head, IdleAgent, Place
from ivr.store.instants import microseconds
from ivr.store.schema import (
    agent,
    agent_skill,
    idle_agent,
    place_in_line,
    queued_call,
)


class LineStatus(StrEnum):
    """Where a caller stands with respect to the line."""

    WAITING = "waiting"
    OFFERED = "offered"
    CONNECTED = "connected"
    SERVED = "served"
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True)
class QueuedCall:
    """A caller's place in line, as it stands now."""

    call_id: int
    status: LineStatus
    priority: int
    rank: int
    topic: str
    entered_at: datetime
    agent_id: int | None


@dataclass(frozen=True, slots=True)
class Position:
    """What a waiting caller may be told. *ahead*: how many are served before them."""

    ahead: int
    on_duty: int


ENTER = insert(queued_call)
OPEN = insert(place_in_line)
GET = select(queued_call).where(queued_call.c.call_id == bindparam("call_id"))
SET_TOPIC = (
    update(queued_call)
    .where(queued_call.c.call_id == bindparam("id"))
    .values(topic=bindparam("new_topic"))
)
SET_STATUS = (
    update(queued_call)
    .where(queued_call.c.call_id == bindparam("id"))
    .values(status=bindparam("to"), agent_id=bindparam("by"))
)
ANSWERED = (
    update(queued_call)
    .where(queued_call.c.call_id == bindparam("id"))
    .values(answered_at=bindparam("now"))
)
LEFT = (
    update(queued_call)
    .where(queued_call.c.call_id == bindparam("id"))
    .values(left_at=bindparam("now"))
)
RETURNED = (
    update(queued_call)
    .where(queued_call.c.call_id == bindparam("id"))
    .values(returns=queued_call.c.returns + 1, left_at=None)
)
CLOSE_PLACES = delete(place_in_line).where(place_in_line.c.call_id == bindparam("id"))
POOLS_OF_CALL = select(place_in_line.c.pool).where(place_in_line.c.call_id == bindparam("id"))
HEAD = (
    select(place_in_line.c.precedence, place_in_line.c.rank, place_in_line.c.call_id)
    .where(place_in_line.c.pool == bindparam("pool"))
    .order_by(place_in_line.c.precedence, place_in_line.c.rank, place_in_line.c.call_id)
    .limit(1)
)
AHEAD = (
    select(func.count())
    .select_from(place_in_line)
    .where(
        place_in_line.c.pool == bindparam("pool"),
        (place_in_line.c.precedence < bindparam("precedence"))
        | (
            (place_in_line.c.precedence == bindparam("precedence"))
            & (place_in_line.c.rank < bindparam("rank"))
        ),
    )
)
ON_DUTY = (
    select(func.count(func.distinct(agent.c.id)))
    .select_from(agent.join(agent_skill))
    .where(
        agent_skill.c.skill_group.in_(bindparam("pools", expanding=True)),
        agent.c.state.in_(("ready", "ringing", "on_call", "wrap_up")),
    )
)
POOLS_OF_AGENT = select(agent_skill.c.skill_group).where(agent_skill.c.agent_id == bindparam("id"))
IDLE = insert(idle_agent)
NOT_IDLE = delete(idle_agent).where(idle_agent.c.agent_id == bindparam("id"))
LONGEST_IDLE = (
    select(idle_agent.c.idle_since, idle_agent.c.agent_id)
    .where(idle_agent.c.pool == bindparam("pool"))
    .order_by(idle_agent.c.idle_since, idle_agent.c.agent_id)
    .limit(1)
)


def _last_of(status: str) -> ScalarSelect[int | None]:
    return (
        select(func.max(queued_call.c.rank))
        .where(queued_call.c.status == status, queued_call.c.priority == bindparam("priority"))
        .scalar_subquery()
    )


# In the line, or with an agent and perhaps to return: three probes of one index.
LAST_RANKS = select(*(_last_of(status) for status in ("waiting", "offered", "connected")))
# More than the clocks of two machines may differ, or a request may wait for its turn.
CLOCK_STEP_US = 60_000_000


def enter(conn: Connection, call_id: int, place: Place, topic: str, now: datetime) -> QueuedCall:
    """Give the caller a place; the rank is the moment of entering and never changes.

    When the clock was set back, it is just behind the last one who is there: by the new time
    everybody who comes now would be ahead of those who have been waiting.
    """
    rank, last = microseconds(now), _last_rank(conn, place.priority)
    if rank < last - CLOCK_STEP_US:
        rank = last + 1
    conn.execute(
        ENTER,
        {
            "call_id": call_id,
            "status": LineStatus.WAITING,
            "priority": place.priority,
            "rank": rank,
            "topic": topic,
            "entered_at": now,
        },
    )
    return QueuedCall(call_id, LineStatus.WAITING, place.priority, rank, topic, now, None)


def _last_rank(conn: Connection, priority: int) -> int:
    """The last rank of this class that is still at stake; 0 if there is none."""
    return max(rank or 0 for rank in conn.execute(LAST_RANKS, {"priority": priority}).one())


def open_places(conn: Connection, waiting: QueuedCall, pools: list[str]) -> None:
    """Let the caller be answered from *pools*."""
    conn.execute(
        OPEN,
        [
            {
                "pool": pool,
                "call_id": waiting.call_id,
                "precedence": -waiting.priority,
                "rank": waiting.rank,
            }
            for pool in pools
        ],
    )


def get(conn: Connection, call_id: int) -> QueuedCall | None:
    """The caller's place; None if they never entered the line."""
    row = conn.execute(GET, {"call_id": call_id}).first()
    if row is None:
        return None
    return QueuedCall(
        row.call_id,
        LineStatus(row.status),
        row.priority,
        row.rank,
        row.topic,
        row.entered_at,
        row.agent_id,
    )


def set_topic(conn: Connection, call_id: int, topic: str) -> None:
    """Change what the call is about; the place stays."""
    conn.execute(SET_TOPIC, {"id": call_id, "new_topic": topic})


def mark(conn: Connection, call_id: int, to: LineStatus, agent_id: int | None = None) -> None:
    """Set the caller's status; *agent_id* with offered and connected, and only then."""
    conn.execute(SET_STATUS, {"id": call_id, "to": to, "by": agent_id})


def mark_answered(conn: Connection, call_id: int, now: datetime) -> None:
    """An agent has taken the call; the first time counts as the end of the wait."""
    conn.execute(ANSWERED.where(queued_call.c.answered_at.is_(None)), {"id": call_id, "now": now})


def mark_left(conn: Connection, call_id: int, now: datetime) -> None:
    """The caller is out of the line for good."""
    conn.execute(LEFT, {"id": call_id, "now": now})


def mark_returned(conn: Connection, call_id: int) -> None:
    """The caller is back in line through no fault of their own."""
    conn.execute(RETURNED, {"id": call_id})


def close_places(conn: Connection, call_id: int) -> None:
    """Nobody may be offered this caller any more."""
    conn.execute(CLOSE_PLACES, {"id": call_id})


def open_pools(conn: Connection, call_id: int) -> list[str]:
    """The pools in which the caller may be answered now."""
    return list(conn.execute(POOLS_OF_CALL, {"id": call_id}).scalars())


def head(conn: Connection, pool: str) -> Head | None:
    """The first caller of *pool*: one probe of an index, whatever the length of the line."""
    row = conn.execute(HEAD, {"pool": pool}).first()
    return Head(row.precedence, row.rank, row.call_id, pool) if row else None


def heads(conn: Connection, pools: list[str]) -> list[Head]:
    """The first callers of *pools*, empty ones left out."""
    return [found for pool in pools if (found := head(conn, pool))]


def position(conn: Connection, waiting: QueuedCall) -> Position:
    """How many are served before the caller, and how many agents serve the line."""
    pools = open_pools(conn, waiting.call_id)
    if not pools:  # An agent's phone is ringing for them.
        return Position(0, 1)
    values = {"precedence": -waiting.priority, "rank": waiting.rank}
    ahead = min(conn.execute(AHEAD, {"pool": pool, **values}).scalar_one() for pool in pools)
    return Position(ahead, conn.execute(ON_DUTY, {"pools": pools}).scalar_one())


def pools_of_agent(conn: Connection, agent_id: int) -> list[str]:
    """The pools that the agent serves."""
    return list(conn.execute(POOLS_OF_AGENT, {"id": agent_id}).scalars())


def set_idle(conn: Connection, agent_id: int, since: int) -> list[str]:
    """The agent can be offered calls, and has been idle *since* (microseconds since 1970).

    Gives the pools that the agent serves.
    """
    pools = pools_of_agent(conn, agent_id)
    if pools:
        conn.execute(
            IDLE, [{"pool": pool, "agent_id": agent_id, "idle_since": since} for pool in pools]
        )
    return pools


def clear_idle(conn: Connection, agent_id: int) -> None:
    """The agent cannot be offered calls."""
    conn.execute(NOT_IDLE, {"id": agent_id})


def idle_agents(conn: Connection, pools: list[str]) -> list[IdleAgent]:
    """The longest-idle agent of each pool; *pools* in the order of the ladder."""
    found: list[IdleAgent] = []
    for step, pool in enumerate(pools):
        row: Any = conn.execute(LONGEST_IDLE, {"pool": pool}).first()
        if row:
            found.append(IdleAgent(step, row.idle_since, row.agent_id, pool))
    return found
