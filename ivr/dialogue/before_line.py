"""Proof for the time before the line: every caller gets there, soon enough, and 0 at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from ivr.dialogue.graph import NOW, Edge, Graph, Spot, caller_stimuli, timeless, walk, way_to
from ivr.dialogue.longest import Slowest, Way, find_circle
from ivr.dialogue.machine import Turn, start
from ivr.dialogue.problems import Problem
from ivr.dialogue.state import State
from ivr.dialogue.table import Menu, conditions_of, outcome_of, targets
from ivr.dialogue.timing import turn_seconds
from ivr.dialogue.values import Caller, HangUp, Listen, Meet, Music, Segment, Speak


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of caller, with a name to report it by."""

    name: str
    caller: Caller


def kinds_of_caller() -> list[Kind]:
    """Every kind: segment, with and without a recogniser, day and night, number known or not."""
    kinds = []
    for segment, speech, night, tail in product(
        Segment, (False, True), (False, True), ("0018", None)
    ):
        words = [
            segment.value,
            "with speech" if speech else "keys only",
            "night" if night else "day",
            "number known" if tail else "number withheld",
        ]
        kinds.append(Kind(", ".join(words), Caller(segment, speech, night, tail)))
    return kinds


@dataclass(frozen=True, slots=True)
class Ways:
    """What was found for one kind of caller. The ways are None when there is no proof."""

    kind: Kind
    first: Turn
    graph: Graph
    problems: tuple[Problem, ...]
    silent: Way | None
    slowest: Way | None
    most_presses: int

    def seconds(self, way: Way) -> float:
        """From the first ring to the place in the line."""
        return turn_seconds(self.first.instructions) + way.seconds


def explore_all(menu: Menu) -> list[Ways]:
    """Every kind of caller. Those whom nothing but the first words can tell apart share a walk."""
    found: dict[Caller, Ways] = {}
    out = []
    number, night = _matters(menu, "number_known", "尾号"), _matters(menu, "night")
    for kind in kinds_of_caller():
        alike = Caller(
            kind.caller.segment,
            kind.caller.speech_available,
            kind.caller.is_night and night,
            kind.caller.number_tail if number else None,
        )
        if alike not in found:
            found[alike] = explore(menu, Kind(kind.name, alike))
        first = start(menu, kind.caller, NOW)
        out.append(replace(found[alike], kind=kind, first=first))
    return out


def _matters(menu: Menu, condition: str, value: str = "") -> bool:
    """Does anything before the line depend on *condition* or say *value*?

    The words of the first turn do not count: they are timed for each caller by themselves.
    """
    nodes = [node for node in menu.nodes.values() if node.place == "before"]
    outcomes = [menu.start, *(outcome for node in nodes for outcome in node.events.values())]
    named = {name for outcome in outcomes for name in conditions_of(outcome)}
    entered = {t for node in nodes for each in node.events.values() for _, t in targets(each, {})}
    later = [node for node in nodes if node.name in entered]
    named |= {name for node in later for say in node.says for name in say.conditions}
    said = {name for n in nodes for say in n.says for name in menu.prompts[say.prompt].values}
    return condition in named or value in said


def explore(menu: Menu, kind: Kind) -> Ways:
    """Walk everything that *kind* can do before the line, and judge it."""
    first = start(menu, kind.caller, NOW)
    graph = walk(menu, [first], caller_stimuli, is_over)
    here = timeless(first.state)
    problems = list(_faults(menu, graph))
    circle = find_circle(graph)
    if circle:
        way = (*way_to(graph, circle[0])[:-1], *(state.node for state in circle))
        message = f"Callers can go round in a circle at {circle[0].node} and never reach a person."
        problems.append(Problem("loop", circle[0].node, message, way))
        return Ways(kind, first, graph, tuple(problems), None, None, 0)
    slowest = Slowest(graph)
    return Ways(
        kind,
        first,
        graph,
        tuple(problems),
        Slowest(graph, "silence").way(here),
        slowest.way(here),
        slowest.presses(here),
    )


def is_over(turn: Turn) -> bool:
    """The caller is in the line, or talks, or the call has ended."""
    return turn.state.in_line or any(isinstance(i, HangUp | Meet) for i in turn.instructions)


def _faults(menu: Menu, graph: Graph) -> Iterator[Problem]:
    leading_on = _leading_to_line(graph)
    for spot in graph.values():
        yield from _faults_of_turn(graph, spot)
        if is_over(spot.turn):
            continue
        node = menu.nodes[spot.state.node]
        way = tuple(way_to(graph, spot.state))
        for edge in spot.edges:
            if outcome_of(node.events, _event_name(edge.event)) is None:
                message = f"At {node.name}, nothing follows on {edge.event}."
                yield Problem("dead end", node.name, message, way)
            if edge.event == "key 0" and not edge.target.in_line:
                message = f"At {node.name}, 0 leads to {edge.target.node} and not to a person."
                yield Problem("no person at 0", node.name, message, (*way, edge.target.node))
            if _hangs_up(edge) and edge.event != "hang-up":
                message = f"At {node.name}, on {edge.event}, we hang up before the service."
                yield Problem("hang-up", node.name, message, (*way, edge.target.node))
        if spot.state not in leading_on:
            message = f"From {node.name}, no way leads to the line."
            yield Problem("dead end", node.name, message, way)


def _faults_of_turn(graph: Graph, spot: Spot) -> Iterator[Problem]:
    heard = any(isinstance(i, Speak | Music | HangUp | Meet) for i in spot.turn.instructions)
    # A key that does not exist is "as if not pressed": we go on listening, once.
    if not heard and spot.by != "key #":
        message = f"{spot.state.node} says nothing, and the caller hears silence."
        yield Problem("silent", spot.state.node, message, tuple(way_to(graph, spot.state)))
    if not any(isinstance(i, Listen | HangUp | Meet) for i in spot.turn.instructions):
        message = f"{spot.state.node} listens for nothing; give it a `wait`."
        yield Problem("dead end", spot.state.node, message, tuple(way_to(graph, spot.state)))


def _hangs_up(edge: Edge) -> bool:
    return any(isinstance(i, HangUp) for i in edge.turn.instructions)


def _leading_to_line(graph: Graph) -> set[State]:
    """All states from which some way leads to the line."""
    behind: dict[State, list[State]] = {}
    for state, spot in graph.items():
        for edge in spot.edges:
            behind.setdefault(edge.target, []).append(state)
    ahead = [state for state in graph if state.in_line]
    found = set(ahead)
    while ahead:
        for state in behind.get(ahead.pop(), []):
            if state not in found:
                found.add(state)
                ahead.append(state)
    return found


def _event_name(event: str) -> str:
    """The table's name for an event of the walk."""
    if event.startswith("key "):
        return event.removeprefix("key ")
    if event.startswith("says "):
        return "heard"
    names = {
        "speech not understood": "unclear",
        "recogniser fails": "speech_failed",
        "hang-up": "hung_up",
    }
    return names.get(event, event)
