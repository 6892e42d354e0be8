"""Agents, their states, and the offers made to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select, update

from ivr.routing import AgentState, IdleAgent
from ivr.store.schema import LIVE_OFFER, agent, agent_skill, offer


class OfferStatus(StrEnum):
    """The life of an offer."""

    RINGING = "ringing"
    ACCEPTED = "accepted"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    DONE = "done"


LIVE_OFFERS: Final = frozenset({OfferStatus.RINGING, OfferStatus.ACCEPTED})


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent as the flows need them. *endpoint*: ``client:…``, ``sip:…`` or E.164."""

    id: int
    agent_no: str
    surname: str
    centre: str
    endpoint: str
    state: AgentState
    reason: str | None
    state_since: datetime
    call_id: int | None


@dataclass(frozen=True, slots=True)
class Offer:
    """One caller offered to one agent."""

    id: int
    call_id: int
    agent_id: int
    pool: str
    status: OfferStatus
    offered_at: datetime
    idle_since: int
    expires_at: datetime
    accepted_at: datetime | None
    leg_sid: str | None
    leg_joined_at: datetime | None


AGENT_COLUMNS = (
    agent.c.id,
    agent.c.agent_no,
    agent.c.surname,
    agent.c.centre,
    agent.c.endpoint,
    agent.c.state,
    agent.c.reason,
    agent.c.state_since,
    agent.c.call_id,
)
AGENT_BY_ID = select(*AGENT_COLUMNS).where(agent.c.id == bindparam("agent_id"))
AGENT_BY_NO = select(*AGENT_COLUMNS).where(agent.c.agent_no == bindparam("agent_no"))
AGENT_BY_CODE = select(*AGENT_COLUMNS).where(agent.c.code_digest == bindparam("digest"))
ALL_AGENTS = select(*AGENT_COLUMNS).order_by(agent.c.agent_no)
SET_STATE = (
    update(agent)
    .where(agent.c.id == bindparam("agent"))
    .values(
        state=bindparam("to"),
        reason=bindparam("why"),
        state_since=bindparam("now"),
        call_id=bindparam("with_call"),
    )
)
OFFER_COLUMNS = (
    offer.c.id,
    offer.c.call_id,
    offer.c.agent_id,
    offer.c.pool,
    offer.c.status,
    offer.c.offered_at,
    offer.c.idle_since,
    offer.c.expires_at,
    offer.c.accepted_at,
    offer.c.leg_sid,
    offer.c.leg_joined_at,
)
OFFER_BY_ID = select(*OFFER_COLUMNS).where(offer.c.id == bindparam("offer_id"))
LIVE_FOR_CALL = select(*OFFER_COLUMNS).where(offer.c.call_id == bindparam("call"), LIVE_OFFER)
LIVE_FOR_AGENT = select(*OFFER_COLUMNS).where(offer.c.agent_id == bindparam("agent"), LIVE_OFFER)
NEW_OFFER = insert(offer).returning(offer.c.id)
ACCEPT = (
    update(offer)
    .where(offer.c.id == bindparam("offer"))
    .values(status="accepted", accepted_at=bindparam("now"), leg_sid=bindparam("leg"))
)
CLOSE = (
    update(offer)
    .where(offer.c.id == bindparam("offer"), LIVE_OFFER)
    .values(status=bindparam("to"), closed_at=bindparam("now"))
)
SET_LEG = (
    update(offer)
    .where(offer.c.id == bindparam("offer"), offer.c.leg_sid.is_(None))
    .values(leg_sid=bindparam("leg"))
)
OFFER_OF_LEG = select(offer.c.id).where(offer.c.leg_sid == bindparam("leg"))
JOINED = (
    update(offer)
    .where(offer.c.id == bindparam("offer"), offer.c.leg_joined_at.is_(None))
    .values(leg_joined_at=bindparam("now"))
)
NEW_AGENT = insert(agent).returning(agent.c.id)
NEW_SKILL = insert(agent_skill)
SET_CODE = (
    update(agent).where(agent.c.id == bindparam("agent")).values(code_digest=bindparam("digest"))
)


def _agent(row: Any) -> Agent | None:
    if row is None:
        return None
    return Agent(
        row.id,
        row.agent_no,
        row.surname,
        row.centre,
        row.endpoint,
        AgentState(row.state),
        row.reason,
        row.state_since,
        row.call_id,
    )


def _offer(row: Any) -> Offer | None:
    if row is None:
        return None
    return Offer(
        row.id,
        row.call_id,
        row.agent_id,
        row.pool,
        OfferStatus(row.status),
        row.offered_at,
        row.idle_since,
        row.expires_at,
        row.accepted_at,
        row.leg_sid,
        row.leg_joined_at,
    )


def by_id(conn: Connection, agent_id: int) -> Agent:
    """The agent *agent_id*, who must exist."""
    found = _agent(conn.execute(AGENT_BY_ID, {"agent_id": agent_id}).first())
    assert found is not None
    return found


def by_number(conn: Connection, agent_no: str) -> Agent | None:
    """The agent whom the house calls *agent_no*."""
    return _agent(conn.execute(AGENT_BY_NO, {"agent_no": agent_no}).first())


def by_code(conn: Connection, digest: str) -> Agent | None:
    """The agent whose duty code has this SHA-256 *digest*."""
    return _agent(conn.execute(AGENT_BY_CODE, {"digest": digest}).first())


def everybody(conn: Connection) -> list[Agent]:
    """All agents, by number."""
    return [found for row in conn.execute(ALL_AGENTS) if (found := _agent(row))]


def add(conn: Connection, values: dict[str, Any], skills: dict[str, int]) -> int:
    """Add an agent with *skills*: skill group → proficiency 1 to 5."""
    agent_id: int = conn.execute(NEW_AGENT, values).scalar_one()
    for group, proficiency in skills.items():
        conn.execute(
            NEW_SKILL,
            {"agent_id": agent_id, "skill_group": group, "proficiency": proficiency},
        )
    return agent_id


def set_code(conn: Connection, agent_id: int, digest: str) -> None:
    """Replace the agent's duty code."""
    conn.execute(SET_CODE, {"agent": agent_id, "digest": digest})


def set_state(
    conn: Connection,
    agent_id: int,
    to: AgentState,
    now: datetime,
    *,
    reason: str | None = None,
    call_id: int | None = None,
) -> None:
    """Write the agent's state; *call_id* with ringing and on call, and only then."""
    values = {"agent": agent_id, "to": to, "why": reason, "now": now, "with_call": call_id}
    conn.execute(SET_STATE, values)


def offer_by_id(conn: Connection, offer_id: int) -> Offer | None:
    """The offer *offer_id*."""
    return _offer(conn.execute(OFFER_BY_ID, {"offer_id": offer_id}).first())


def live_offer_for_call(conn: Connection, call_id: int) -> Offer | None:
    """The offer by which this caller is being, or is, served."""
    return _offer(conn.execute(LIVE_FOR_CALL, {"call": call_id}).first())


def live_offer_for_agent(conn: Connection, agent_id: int) -> Offer | None:
    """The offer that this agent is being asked about, or serving."""
    return _offer(conn.execute(LIVE_FOR_AGENT, {"agent": agent_id}).first())


def new_offer(conn: Connection, call_id: int, to: IdleAgent, now: datetime, ring: timedelta) -> int:
    """Record an offer. The database refuses a second live one for the same caller or agent."""
    offer_id: int = conn.execute(
        NEW_OFFER,
        {
            "call_id": call_id,
            "agent_id": to.agent_id,
            "pool": to.pool,
            "status": OfferStatus.RINGING,
            "offered_at": now,
            "idle_since": to.idle_since,
            "expires_at": now + ring,
        },
    ).scalar_one()
    return offer_id


def accept_offer(conn: Connection, offer_id: int, leg_sid: str, now: datetime) -> None:
    """The agent has answered on the leg *leg_sid*."""
    conn.execute(ACCEPT, {"offer": offer_id, "leg": leg_sid, "now": now})


def close_offer(conn: Connection, offer_id: int, to: OfferStatus, now: datetime) -> None:
    """The offer is over, one way or the other."""
    conn.execute(CLOSE, {"offer": offer_id, "to": to, "now": now})


def set_leg(conn: Connection, offer_id: int, leg_sid: str) -> bool:
    """The carrier calls the agent's leg *leg_sid*; False if the offer has a leg already."""
    return conn.execute(SET_LEG, {"offer": offer_id, "leg": leg_sid}).rowcount == 1


def is_leg_of_another(conn: Connection, offer_id: int, leg_sid: str) -> bool:
    """Whether the leg was called for another offer than this one."""
    found = conn.execute(OFFER_OF_LEG, {"leg": leg_sid}).scalar()
    return found is not None and found != offer_id


def leg_joined(conn: Connection, offer_id: int, now: datetime) -> None:
    """The agent is in the conference."""
    conn.execute(JOINED, {"offer": offer_id, "now": now})
