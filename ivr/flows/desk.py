"""What the desk shows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ivr.callers import mask
from ivr.errors import UnknownAgent
from ivr.flows.house import House
from ivr.store import agents, calls, queue


def agent_with_code(house: House, digest: str) -> str | None:
    """The number of the agent whose duty code has this SHA-256 digest."""
    with house.store.reading() as conn:
        agent = agents.by_code(conn, digest)
    return agent.agent_no if agent else None


def everybody(house: House) -> list[dict[str, str]]:
    """Agents by number, for the practice desk's list."""
    with house.store.reading() as conn:
        return [
            {"agent_no": agent.agent_no, "surname": agent.surname, "centre": agent.centre}
            for agent in agents.everybody(conn)
        ]


def view_of(house: House, agent_no: str, now: datetime) -> dict[str, Any]:
    """The agent's state, and the call in hand with the caller's number masked.

    Raises:
        UnknownAgent: the agent was removed while signed in.
    """
    with house.store.reading() as conn:
        agent = agents.by_number(conn, agent_no)
        if agent is None:
            raise UnknownAgent(agent_no)
        view: dict[str, Any] = {
            "agent_no": agent.agent_no,
            "surname": agent.surname,
            "endpoint": agent.endpoint,
            "state": agent.state,
            "reason": agent.reason,
            "in_state_s": round((now - agent.state_since).total_seconds()),
            "call": None,
        }
        if agent.call_id is not None:
            call = calls.by_id(conn, agent.call_id)
            waiting = queue.get(conn, agent.call_id)
            assert waiting is not None
            offer = agents.live_offer_for_agent(conn, agent.id)
            view["call"] = {
                "segment": call.segment,
                "topic": waiting.topic,
                "topic_zh": house.menu.topics.get(waiting.topic, waiting.topic),
                "number": mask(call.number) if call.number else None,
                "waited_s": round((now - waiting.entered_at).total_seconds()),
                "rings_until_s": round((offer.expires_at - now).total_seconds())
                if offer and offer.accepted_at is None
                else None,
            }
    return view
