"""What must hold after every commit, read from the tables alone."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import select

from ivr.flows.clock import SWEPT
from ivr.routing import place_for
from ivr.store import Store
from ivr.store.instants import microseconds
from ivr.store.schema import (
    LIVE_OFFER,
    agent,
    agent_skill,
    call,
    call_event,
    due,
    idle_agent,
    offer,
    place_in_line,
    queued_call,
    tally,
)

CALLERS = select(queued_call, call.c.segment, call.c.ended_at).join(
    call, call.c.id == queued_call.c.call_id
)
BUSY = {"ringing": "ringing", "on_call": "accepted"}
WITH_AN_AGENT = {"offered": "ringing", "connected": "accepted"}


def faults(store: Store, *, ranks_are_entries: bool = True) -> list[str]:
    """Everything that is wrong in the tables, in words.

    Args:
        ranks_are_entries: false where a clock was set back on purpose.
    """
    tables = _Tables(store)
    return [
        *_of_callers(tables, ranks_are_entries),
        *_of_agents(tables),
        *_of_timers(tables),
        *_of_pairs(tables),
    ]


class _Tables:
    """One state of everything that the line is made of."""

    def __init__(self, store: Store) -> None:
        with store.reading() as conn:

            def rows(statement: Any) -> list[Any]:
                return list(conn.execute(statement))

            self.callers = rows(CALLERS)
            self.places = rows(select(place_in_line))
            self.live = rows(select(offer).where(LIVE_OFFER))
            self.agents = rows(select(agent))
            self.skills = rows(select(agent_skill))
            self.idle = rows(select(idle_agent))
            self.due = {(row.kind, row.ref_id) for row in rows(select(due))}
            self.swept = rows(select(tally).where(tally.c.name == SWEPT))


def _of_callers(tables: _Tables, ranks_are_entries: bool) -> list[str]:
    found = []
    places = defaultdict(set)
    for place in tables.places:
        places[place.call_id].add((place.pool, place.precedence, place.rank))
    live = {one.call_id: one for one in tables.live}
    if len(live) != len(tables.live):
        found.append("a caller has two live offers")
    for one in tables.callers:
        who = f"caller {one.call_id} ({one.status})"
        ladder = place_for(one.segment).ladder if one.status == "waiting" else ()
        if places.pop(one.call_id, set()) != {(s.pool, -one.priority, one.rank) for s in ladder}:
            found.append(f"{who} has the wrong places in line")
        mine = live.pop(one.call_id, None)
        status = mine.status if mine else None
        if status != WITH_AN_AGENT.get(one.status):
            found.append(f"{who} has an offer that is {status}")
        elif mine and mine.agent_id != one.agent_id:
            found.append(f"{who} is offered to one agent and stands with another")
        is_over = one.status in {"served", "abandoned"}
        if is_over != (one.left_at is not None):
            found.append(f"{who} has left at {one.left_at}")
        if one.ended_at is not None and not is_over:
            found.append(f"{who} has hung up and lives on in the line")
        if ranks_are_entries and one.rank != microseconds(one.entered_at):
            found.append(f"{who} has lost the rank")
    return found + [f"offers of nobody: {live}"] * bool(live) + ["places of nobody"] * bool(places)


def _of_agents(tables: _Tables) -> list[str]:
    found = []
    skills, idle = defaultdict(set), defaultdict(set)
    for skill in tables.skills:
        skills[skill.agent_id].add(skill.skill_group)
    for row in tables.idle:
        idle[row.agent_id].add((row.pool, row.idle_since))
    live = {one.agent_id: one for one in tables.live}
    if len(live) != len(tables.live):
        found.append("an agent has two live offers")
    for one in tables.agents:
        who = f"agent {one.id} ({one.state})"
        mine = live.get(one.id)
        status = mine.status if mine else None
        if status != BUSY.get(one.state):
            found.append(f"{who} has an offer that is {status}")
        elif one.call_id != (mine.call_id if mine else None):
            found.append(f"{who} has the wrong call")
        rows = idle[one.id]
        pools = skills[one.id] if one.state == "ready" else set()
        if {pool for pool, _ in rows} != pools or len({since for _, since in rows}) > 1:
            found.append(f"{who} has the wrong idle rows")
    return found


def _of_timers(tables: _Tables) -> list[str]:
    wanted = {("ring_time", one.id) for one in tables.live if one.status == "ringing"}
    wanted |= {("wrap_up", one.id) for one in tables.agents if one.state == "wrap_up"}
    return [f"timers too many or too few: {tables.due ^ wanted}"] * (tables.due != wanted)


def _of_pairs(tables: _Tables) -> list[str]:
    free = {row.pool for row in tables.idle}
    beside = {row.call_id for row in tables.places if row.pool in free}
    found = [f"caller {call_id} waits beside a free agent" for call_id in sorted(beside)]
    return found + ["the sweeper found somebody"] * bool(tables.swept)


def order_faults(store: Store) -> list[str]:
    """Offers made while somebody with a better claim waited, from the calls' time lines.

    Routing is serial, so the order of the events' keys is the order of the commits.
    """
    with store.reading() as conn:
        events = list(conn.execute(select(call_event).order_by(call_event.c.id)))
        callers = {row.call_id: row for row in conn.execute(CALLERS)}
        skills = defaultdict(set)
        for row in conn.execute(select(agent_skill)):
            skills[row.agent_id].add(row.skill_group)
    claims = {i: (-one.priority, one.rank, i) for i, one in callers.items()}
    pools = {i: {s.pool for s in place_for(one.segment).ladder} for i, one in callers.items()}
    waiting: set[int] = set()
    found = []
    for event in events:
        who = event.call_id
        match event.kind:
            case "entered_line" | "offer_failed" | "never_rung" | "returned_to_line":
                waiting.add(who)
            case "hung_up":
                waiting.discard(who)
            case "offered":
                if who not in waiting:
                    found.append(f"caller {who} was offered without waiting")
                waiting.discard(who)
                serves = skills[event.detail["agent"]]
                passed = [w for w in waiting if claims[w] < claims[who] and pools[w] & serves]
                found += [f"caller {who} was served before {passed}"] * bool(passed)
    return found
