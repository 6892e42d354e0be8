"""What agents do: sign in, get ready, take a break, go home."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from ivr.errors import NotPossible, UnknownAgent
from ivr.flows.house import House
from ivr.flows.line import match_agent
from ivr.routing import AgentEvent, AgentState, WrongState, after
from ivr.store import agents, due, queue
from ivr.store.agents import Agent
from ivr.store.due import DueKind
from ivr.store.instants import microseconds


def sign_in(house: House, agent_no: str, now: datetime) -> Agent:
    """Begin duty: not ready yet, so that there is time to sit down.

    Raises:
        UnknownAgent, NotPossible: nothing was changed.
    """
    return _act(house, agent_no, AgentEvent.SIGNED_IN, now)


def set_ready(house: House, agent_no: str, now: datetime) -> Agent:
    """Ready for the next call, which may be there at once."""
    return _act(house, agent_no, AgentEvent.SET_READY, now)


def set_not_ready(house: House, agent_no: str, reason: str, now: datetime) -> Agent:
    """A break, with its reason (``break``, ``training``, ``paperwork``, …)."""
    return _act(house, agent_no, AgentEvent.SET_NOT_READY, now, reason)


def sign_out(house: House, agent_no: str, now: datetime) -> Agent:
    """End duty."""
    return _act(house, agent_no, AgentEvent.SIGNED_OUT, now)


def _act(
    house: House, agent_no: str, event: AgentEvent, now: datetime, reason: str | None = None
) -> Agent:
    with house.store.routing() as conn:
        agent = agents.by_number(conn, agent_no)
        if agent is None:
            raise UnknownAgent(agent_no)
        try:
            to = after(agent.state, event)
        except WrongState:
            raise NotPossible(agent_no, agent.state, event) from None
        if to is not agent.state or reason != agent.reason:
            change_state(conn, house, agent.id, to, now, reason)
        return agents.by_id(conn, agent.id)


def change_state(
    conn: Connection,
    house: House,
    agent_id: int,
    to: AgentState,
    now: datetime,
    reason: str | None = None,
    idle_since: int | None = None,
) -> None:
    """Write a state without a call, with all that follows from it.

    Args:
        idle_since: for an agent who is ready again through no doing of their own.
    """
    queue.clear_idle(conn, agent_id)
    due.cancel(conn, DueKind.WRAP_UP, agent_id)
    agents.set_state(conn, agent_id, to, now, reason=reason)
    if to is AgentState.WRAP_UP:
        until = now + timedelta(seconds=house.settings.wrap_up_s)
        due.set_due(conn, DueKind.WRAP_UP, agent_id, until)
    if to is AgentState.READY:
        since = microseconds(now) if idle_since is None else idle_since
        pools = queue.set_idle(conn, agent_id, since)
        match_agent(conn, house, agent_id, pools, since, now)


def wrap_up_is_over(conn: Connection, house: House, agent_id: int, now: datetime) -> None:
    """The time for notes has run out: ready again."""
    if agents.by_id(conn, agent_id).state is AgentState.WRAP_UP:
        change_state(conn, house, agent_id, AgentState.READY, now)
