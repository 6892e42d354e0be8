"""What became of calls, one line each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from ivr.store.schema import agent, call, offer, queued_call, survey


@dataclass(frozen=True, slots=True)
class CallSummary:
    """One call in a nutshell.

    Attributes:
        rung: how many agents' phones rang for it.
        agent_no: who answered last; None if nobody did.
        score: 1 content to 3 not content; None if the caller did not say.
    """

    sid: str
    segment: str
    topic: str | None
    status: str | None
    started_at: datetime
    entered_at: datetime | None
    answered_at: datetime | None
    rung: int
    agent_no: str | None
    score: int | None


RUNG = select(func.count()).where(offer.c.call_id == call.c.id).correlate(call).scalar_subquery()
ANSWERED_BY = (
    select(agent.c.agent_no)
    .join(offer, offer.c.agent_id == agent.c.id)
    .where(offer.c.call_id == call.c.id, offer.c.accepted_at.is_not(None))
    .order_by(offer.c.id.desc())
    .limit(1)
    .correlate(call)
    .scalar_subquery()
)
ALL = (
    select(
        call.c.sid,
        call.c.segment,
        queued_call.c.topic,
        queued_call.c.status,
        call.c.started_at,
        queued_call.c.entered_at,
        queued_call.c.answered_at,
        RUNG.label("rung"),
        ANSWERED_BY.label("agent_no"),
        survey.c.score,
    )
    .select_from(call.outerjoin(queued_call).outerjoin(survey, survey.c.call_id == call.c.id))
    .order_by(call.c.id)
)


def all_calls(conn: Connection) -> list[CallSummary]:
    """Every call on record, in the order in which they came."""
    return [CallSummary(**row) for row in conn.execute(ALL).mappings()]
