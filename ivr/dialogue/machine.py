"""The interpreter of the table: an event in, instructions and effects out.

Nothing here knows a prompt or a node by name, except where a fault of the table must not be
the caller's: whatever happens, the answer is something to hear, or the call is over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ivr.dialogue.conditions import Situation, holds
from ivr.dialogue.effects import carry_out
from ivr.dialogue.events import (
    KEYS,
    AgentLost,
    AgentReady,
    Answered,
    Event,
    Heard,
    HungUp,
    KeysPressed,
    NotUnderstood,
    Resumed,
    Silence,
    SpeechFailed,
    StillWaiting,
    TalkEnded,
)
from ivr.dialogue.rendering import render
from ivr.dialogue.state import State, changed
from ivr.dialogue.table import (
    LASTING_COUNTERS,
    As,
    Counted,
    Go,
    Menu,
    Node,
    Outcome,
    Rules,
    Same,
    outcome_of,
)
from ivr.dialogue.timing import speech_seconds
from ivr.dialogue.values import Caller, Effect, Instruction, Pace, Segment, Speak, WaitFacts

_EVENT_NAMES = {
    Silence: "silence",
    Heard: "heard",
    NotUnderstood: "unclear",
    SpeechFailed: "speech_failed",
    StillWaiting: "still_waiting",
    AgentReady: "agent_ready",
    TalkEnded: "talk_ended",
    AgentLost: "agent_lost",
    Resumed: "resumed",
    HungUp: "hung_up",
}


@dataclass(frozen=True, slots=True)
class Turn:
    """Our answer to one event: where the call stands now, what to say, what to do."""

    state: State
    instructions: tuple[Instruction, ...]
    effects: tuple[Effect, ...] = ()


def start(menu: Menu, caller: Caller, now: datetime) -> Turn:
    """The first turn of a call: the greeting, and the menu or the open question."""
    at = now.timestamp()
    state = State(
        node="",
        segment=caller.segment,
        speech=caller.speech_available,
        night=caller.is_night,
        number_tail=caller.number_tail,
    )
    situation = Situation(state, None, None, at, menu.limits, menu.settings)
    target, state = _follow(menu, menu.start, {}, state, situation)
    node = menu.nodes[target or next(iter(menu.nodes))]
    return _enter(menu, node, situation, state, now, menu.limits("lead_silence"))


def step(menu: Menu, state: State, event: Event, now: datetime) -> Turn:
    """The answer to *event* for a call that stands at *state*.

    Never raises for any event in any state. A state whose node this table no longer has (the
    operations team changed it while the call was on) starts the dialogue again, or goes on
    waiting if the caller was in the line.
    """
    at = now.timestamp()
    node = menu.nodes.get(state.node) or _stand_in(menu, state)
    lead_s = 0.0
    heard: Heard | None = None
    wait: WaitFacts | None = None
    match event:
        case KeysPressed(keys, wait) if keys:
            key = keys[0]
            lead_s = menu.limits("after_key_silence")
            if _is_residue(menu, state, key, at):
                # Only another press of the counted key prolongs its window; a key that was
                # ignored for coming too soon has not counted yet, and its next press may.
                key_at = at if key == state.key else state.key_at
                state = changed(state, key_at=key_at, ignored=state.ignored + 1)
                return Turn(state, render(menu, node, state, lead_s, now))
            state = changed(state, key=key, key_at=at, answered_at=at, ignored=0)
            name = key if key in KEYS else "wrong"
        case KeysPressed():
            name = "silence"
        case Answered():
            # The carrier asked twice: the call goes on where it is.
            name = "resumed"
        case Heard():
            heard, name = event, "heard"
            state = _remember(state, event)
        case StillWaiting(wait):
            name = "still_waiting"
        case Silence() if state.in_line:
            # The loop came round without facts: nothing is known, so nothing is repeated.
            wait, name = WaitFacts(None, None), "silence"
        case _:
            name = _EVENT_NAMES[type(event)]
    state = _before(menu, node, state, event, at)
    situation = Situation(state, heard, wait, at, menu.limits, menu.settings)
    outcome = outcome_of(node.events, name) or Same()
    target, state = _follow(menu, outcome, node.events, state, situation)
    if target is None or target not in menu.nodes:
        return Turn(state, render(menu, node, state, lead_s, now))
    return _enter(menu, menu.nodes[target], situation, state, now, lead_s)


def _stand_in(menu: Menu, state: State) -> Node:
    """A node for a state that names none of this table's: its place, and words without gaps."""
    place = "line" if state.in_line else "after" if state.talked else "before"
    nodes = menu.nodes.values()
    fit = (
        node
        for node in nodes
        if node.place == place
        and node.says
        and not any(menu.prompts[say.prompt].values for say in node.says)
    )
    return next(fit, next(iter(nodes)))


def _is_residue(menu: Menu, state: State, key: str, at: float) -> bool:
    """A key that bounced, or that was meant for the words before.

    The same key within its window after its last press, or any key just after we answered
    one. So many ignored in a row are enough: whoever goes on pressing means it, and must get
    somewhere.
    """
    if state.key_at is None or state.answered_at is None:
        return False
    if state.ignored >= menu.settings.ignored_in_a_row:
        return False
    bounced = key == state.key and 0 <= at - state.key_at < menu.limits("dtmf_repeat_ignore")
    return bounced or 0 <= at - state.answered_at < menu.limits("dtmf_guard")


def _remember(state: State, heard: Heard) -> State:
    """What was said holds for the rest of the call, whatever follows."""
    unsure = heard.elder and state.segment is not Segment.ELDER
    return changed(
        state,
        segment=Segment.ELDER if unsure else state.segment,
        pace=Pace.SLOW if heard.slower else state.pace,
        louder=state.louder or heard.louder,
        urgent=state.urgent or heard.urgent,
    )


def _before(menu: Menu, node: Node, state: State, event: Event, at: float) -> State:
    """What an event changes whatever follows it."""
    match event:
        case SpeechFailed():
            return changed(state, speech=False)
        case AgentReady() | TalkEnded() if state.in_line:
            return changed(_owe_again(menu, node, state, at), talked=True)
        case _:
            return state


def _owe_again(menu: Menu, node: Node, state: State, at: float) -> State:
    """The receipt is owed again if an agent took the call while it was being said."""
    if "tell_receipt" not in node.does or state.words_at is None:
        return state
    words = render(menu, node, state, 0.0, datetime.fromtimestamp(at).astimezone())
    needed_s = sum(speech_seconds(w.clauses, w.pace) for w in words if isinstance(w, Speak))
    return changed(state, receipt_owed=True) if at - state.words_at < needed_s else state


def _follow(
    menu: Menu,
    outcome: Outcome,
    events: Mapping[str, Outcome],
    state: State,
    now: Situation,
) -> tuple[str | None, State]:
    """The target of *outcome* (None: stay), and the state with what was counted.

    It ends, because the reader refuses a table in which events stand for each other in a circle.
    """
    while True:
        match outcome:
            case Go(target):
                return target, state
            case Same():
                return None, state
            case As(event):
                outcome = outcome_of(events, event) or Same()
            case Counted(counter, outcomes):
                before = state.count(counter)
                counts = dict(state.counts) | {counter: min(before + 1, menu.most_counted)}
                state = changed(state, counts=tuple(sorted(counts.items())))
                outcome = outcomes[min(before, len(outcomes) - 1)] if outcomes else Same()
            case Rules(rules):
                outcome = next(
                    (rule.outcome for rule in rules if holds(rule.conditions, now)), Same()
                )


def _enter(
    menu: Menu, node: Node, now: Situation, state: State, instant: datetime, lead_s: float
) -> Turn:
    """Stand at *node*: what was counted, marked and told there, its effects, its words."""
    previous = menu.nodes.get(state.node)
    counts = state.counts if node.place != "line" else ()
    if previous is None or previous.question != node.question:
        counts = tuple(count for count in counts if count[0] in LASTING_COUNTERS)
    position_at, comfort_at = state.position_at, state.comfort_at
    told = (state.told_position, state.told_minutes)
    if "position" in node.marks:
        position_at = now.at
        told = now.told() or ((1, told[1]) if now.is_next() else told)
    # The first words in the line start the clock of the comforting words as well.
    if "comfort" in node.marks or (node.marks and comfort_at is None):
        comfort_at = now.at
    state = changed(
        state,
        node=node.name,
        counts=counts,
        pace=node.pace or state.pace,
        louder=state.louder or node.louder,
        in_line=node.place == "line",
        talked=state.talked or node.place == "talk",
        words_at=now.at,
        position_at=position_at,
        comfort_at=comfort_at,
        told_position=told[0],
        told_minutes=told[1],
    )
    effects: tuple[Effect, ...] = ()
    if node.does:
        state, effects = carry_out(menu, node, state, now.heard, instant)
    return Turn(state, render(menu, node, state, lead_s, instant), effects)
