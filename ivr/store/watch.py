"""What a look around sees: callers whom the engine missed, and calls that fell silent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, func, select

from ivr.store.queue import LineStatus
from ivr.store.schema import call, idle_agent, place_in_line, queued_call

FALLEN_SILENT = (
    select(queued_call.c.call_id)
    .join(call, call.c.id == queued_call.c.call_id)
    .where(
        queued_call.c.status == bindparam("standing"),
        call.c.seen_at < bindparam("before"),
        call.c.ended_at.is_(None),
    )
    .limit(50)
)
MISSED = (
    select(place_in_line.c.call_id)
    .where(exists().where(idle_agent.c.pool == place_in_line.c.pool))
    .group_by(place_in_line.c.call_id)
    .order_by(
        func.min(place_in_line.c.precedence),
        func.min(place_in_line.c.rank),
        place_in_line.c.call_id,
    )
)


def missed_callers(conn: Connection) -> list[int]:
    """Callers who wait beside an idle agent, as they are served. Always empty: see the sweeper."""
    return list(conn.execute(MISSED).scalars())


def fallen_silent(conn: Connection, status: LineStatus, before: datetime) -> list[int]:
    """Calls of this *status* of which the carrier has not spoken since *before*."""
    return list(conn.execute(FALLEN_SILENT, {"standing": status, "before": before}).scalars())
