"""Proof for the line, the talk and what comes after: never silent, never lost, 0 is a person."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from ivr.dialogue.before_line import Ways
from ivr.dialogue.events import (
    KEYS,
    AgentLost,
    AgentReady,
    Heard,
    HungUp,
    Intent,
    KeysPressed,
    Resumed,
    Silence,
    StillWaiting,
    TalkEnded,
)
from ivr.dialogue.graph import NOW, Graph, Stimulus, caller_stimuli, walk, way_to
from ivr.dialogue.longest import find_circle
from ivr.dialogue.machine import Turn
from ivr.dialogue.problems import Problem
from ivr.dialogue.rendering import missing_values
from ivr.dialogue.state import State, changed, owe_receipt
from ivr.dialogue.table import Menu, Node, outcome_of
from ivr.dialogue.values import (
    HangUp,
    Listen,
    Meet,
    Music,
    Pace,
    Segment,
    Speak,
    WaitFacts,
)

_FACTS = {
    "next": WaitFacts(1, 20.0),
    "third": WaitFacts(3, 170.0),
    "estimate unknown": WaitFacts(3, None),
    "nobody on duty": WaitFacts(3, 170.0, someone_on_duty=False),
}
_RECEIPT = "20261122"
_REMARKS = (Intent.HUMAN, Intent.COMPLAINT, Intent.REPEAT, Intent.OTHER)


def line_stimuli(_: Turn) -> list[Stimulus]:
    """Everything that can happen to a caller in the line."""
    out = [Stimulus(f"key {key}", KeysPressed(key)) for key in KEYS]
    for name, facts in _FACTS.items():
        out.append(Stimulus(f"still waiting, {name}", StillWaiting(facts)))
    out += [
        Stimulus("silence", Silence()),
        Stimulus("agent ready", AgentReady()),
        Stimulus("talk ended", TalkEnded()),
        Stimulus("agent lost", AgentLost()),
        Stimulus("resumed", Resumed()),
        Stimulus("hang-up", HungUp()),
    ]
    return out


def check_after(menu: Menu, before: list[Ways]) -> list[Problem]:
    """Everything wrong from the place in the line to the end of the call."""
    entered = [spot.turn for ways in before for spot in ways.graph.values() if spot.state.in_line]
    line = walk(menu, _with_receipts(_line_starts(entered)), line_stimuli, _has_left, _plain)
    ended = [spot.turn for spot in line.values() if spot.by == "talk ended"]
    after = walk(menu, _after_starts(ended), _after_stimuli, _is_settled, _plain_after)
    problems: dict[tuple[str, str], Problem] = {}
    for problem in (*_faults_in_line(menu, line), *_faults_after(menu, after)):
        problems.setdefault((problem.kind, problem.node), problem)
    return list(problems.values())


def _line_starts(turns: list[Turn]) -> Iterator[Turn]:
    """One caller in the line who has an elder's words, and one who has not.

    In the line callers differ in nothing else but topic and receipt, and the walk varies both.
    """
    seen: set[bool] = set()
    for turn in turns:
        elder = turn.state.segment is Segment.ELDER
        if elder not in seen:
            seen.add(elder)
            yield turn


def _plain(state: State) -> State:
    """The state without what only words, effects or the time before the line depend on."""
    return changed(
        state,
        speech=False,
        number_tail=None,
        night=False,
        urgent=False,
        pace=Pace.NORMAL,
        complaint_filed=True,
    )


def _with_receipts(turns: Iterator[Turn]) -> Iterator[Turn]:
    for turn in turns:
        yield turn
        yield Turn(owe_receipt(turn.state, _RECEIPT), turn.instructions)


def _after_stimuli(turn: Turn) -> list[Stimulus]:
    """What callers can do after the talk. What they say is a remark, so its matter is alike."""
    return [
        stimulus
        for stimulus in caller_stimuli(turn)
        if not isinstance(stimulus.event, Heard)
        or (stimulus.event.intent in _REMARKS and _is_noticed_after(stimulus.event))
    ]


def _is_noticed_after(heard: Heard) -> bool:
    """Age, family and urgency open no way after the talk; pace, volume and a person may."""
    return not (heard.elder or heard.on_behalf_of or heard.urgent or heard.again)


def _after_starts(turns: list[Turn]) -> Iterator[Turn]:
    """Callers whose talk has ended, of each kind that what follows can tell apart."""
    seen: set[State] = set()
    for turn, speech, tail in product(turns, (False, True), ("0018", None)):
        state = changed(_plain_after(turn.state), speech=speech, number_tail=tail)
        if state not in seen:
            seen.add(state)
            yield Turn(state, turn.instructions)


def _plain_after(state: State) -> State:
    """The state after the talk without what only words and effects depend on by then."""
    return changed(
        state,
        segment=Segment.ELDER,
        pace=Pace.NORMAL,
        surveyed=False,
        topic=None,
        told_position=None,
        told_minutes=None,
        position_at=None,
        comfort_at=None,
    )


def _has_left(turn: Turn) -> bool:
    return not turn.state.in_line and not any(isinstance(i, Meet) for i in turn.instructions)


def _is_settled(turn: Turn) -> bool:
    return turn.state.in_line or any(isinstance(i, HangUp) for i in turn.instructions)


def _faults_in_line(menu: Menu, graph: Graph) -> Iterator[Problem]:
    for spot in graph.values():
        if _has_left(spot.turn):
            continue
        node, way = menu.nodes[spot.state.node], tuple(way_to(graph, spot.state))
        yield from _unfilled(menu, node, spot.state, way)
        if not any(isinstance(i, Speak | Music | Meet) for i in spot.turn.instructions):
            message = f"{node.name} is silent; say something or play music."
            yield Problem("silent", node.name, message, way)
        for edge in spot.edges:
            there = (*way, edge.target.node)
            if edge.event in ("hang-up", "talk ended"):
                continue
            if _has_left(edge.turn):
                message = f"At {node.name}, {edge.event} takes the caller out of the line."
                yield Problem("place lost", node.name, message, there)
            elif edge.event == "key 0" and outcome_of(node.events, "0") is None:
                message = f"At {node.name}, nothing follows on 0."
                yield Problem("no person at 0", node.name, message, way)


def _unfilled(menu: Menu, node: Node, state: State, way: tuple[str, ...]) -> Iterator[Problem]:
    for name in missing_values(menu, node, state, NOW):
        message = f"{node.name} says {{{name}}}, which is not known for every caller there."
        yield Problem("missing value", node.name, message, way)


def _faults_after(menu: Menu, graph: Graph) -> Iterator[Problem]:
    circle = find_circle(graph)
    if circle:
        way = (*way_to(graph, circle[0])[:-1], *(each.node for each in circle))
        message = f"Callers can go round in a circle at {circle[0].node} for ever."
        yield Problem("loop", circle[0].node, message, way)
    for spot in graph.values():
        if _is_settled(spot.turn):
            continue
        node, way = menu.nodes[spot.state.node], tuple(way_to(graph, spot.state))
        yield from _unfilled(menu, node, spot.state, way)
        told = any(isinstance(i, Speak | Music) for i in spot.turn.instructions)
        if not told and spot.by != "key #":
            message = f"{node.name} says nothing, and the caller hears silence."
            yield Problem("silent", node.name, message, way)
        if not any(isinstance(i, Listen) for i in spot.turn.instructions):
            message = f"{node.name} listens for nothing; give it a `wait`."
            yield Problem("dead end", node.name, message, way)
        for edge in spot.edges:
            if edge.event == "key 0" and not edge.target.in_line:
                message = f"At {node.name}, 0 leads to {edge.target.node} and not to a person."
                yield Problem("no person at 0", node.name, message, (*way, edge.target.node))
