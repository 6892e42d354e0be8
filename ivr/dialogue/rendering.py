"""From a node to instructions: its words at the caller's pace, its music, its ear."""

from __future__ import annotations

from datetime import datetime

from ivr.dialogue.conditions import Situation, holds
from ivr.dialogue.effects import call_back_by
from ivr.dialogue.events import KEYS
from ivr.dialogue.state import State
from ivr.dialogue.table import Menu, Node, Say
from ivr.dialogue.timing import speech_seconds
from ivr.dialogue.values import (
    Clause,
    HangUp,
    Instruction,
    Listen,
    Meet,
    Music,
    Speak,
)
from ivr.dialogue.words import spoken_by


def render(
    menu: Menu, node: Node, state: State, lead_s: float, now: datetime
) -> tuple[Instruction, ...]:
    """What the caller hears at *node*, and what we listen for.

    Args:
        lead_s: silence before the first words (after a key, at the start of the call).
    """
    if node.meets:
        return (Meet(),)
    says = [say for say in node.says if _is_said(menu, say, state)]
    out: list[Instruction] = []
    spoken_s = 0.0
    for at, say in enumerate(says):
        words = _words(menu, say, state, say.pause_s if at < len(says) - 1 else 0.0, now)
        if at == 0 and lead_s:
            clauses = (Clause("", lead_s), *words.clauses)
            words = Speak(words.prompt, clauses, words.pace, words.louder, words.barge_in)
        if node.music:
            spoken_s += speech_seconds(words.clauses, words.pace)
        out.append(words)
    if node.music:
        out.append(Music(_music_s(menu, state, spoken_s, now.timestamp())))
    if node.hangs_up:
        return (*out, HangUp())
    if node.wait_s is not None:
        out.append(Listen(KEYS, node.wait_s, node.speech if state.speech else None))
    return tuple(out)


def _is_said(menu: Menu, say: Say, state: State) -> bool:
    if not say.conditions:
        return True
    return holds(say.conditions, Situation(state, None, None, 0.0, menu.limits, menu.settings))


def _words(menu: Menu, say: Say, state: State, pause_s: float, now: datetime) -> Speak:
    key = (say.prompt, state.pace, state.louder, pause_s)
    ready = menu.ready.get(key)
    if ready is not None:
        return ready
    needed = menu.prompts[say.prompt].values
    values = {name: _value(menu, state, name, now) for name in needed}
    # Half a sentence is better than none: what a missing value belongs to is left out.
    clauses = menu.prompts.clauses(say.prompt, values, state.pace, leave_out=True)
    barge_in = menu.prompts[say.prompt].barge_in
    words = _with_pause(Speak(say.prompt, clauses, state.pace, state.louder, barge_in), pause_s)
    if not needed:
        menu.ready[key] = words
    return words


def _with_pause(words: Speak, pause_s: float) -> Speak:
    if not pause_s:
        return words
    *clauses, last = words.clauses
    clauses.append(Clause(last.text, pause_s))
    return Speak(words.prompt, tuple(clauses), words.pace, words.louder, words.barge_in)


def missing_values(menu: Menu, node: Node, state: State, now: datetime) -> list[str]:
    """The values that the words of *node* need and this state does not have."""
    needed = {
        name
        for say in node.says
        if _is_said(menu, say, state)
        for name in menu.prompts[say.prompt].values
    }
    return sorted(name for name in needed if _value(menu, state, name, now) is None)


def _value(menu: Menu, state: State, name: str, now: datetime) -> object:
    """The value for a gap in a prompt; None if it is not known."""
    match name:
        case "位":
            return state.told_position - 1 if state.told_position else None
        case "分钟":
            return state.told_minutes
        case "尾号":
            return state.number_tail
        case "受理号":
            return state.receipt
        case "来意":
            return menu.topics.get(state.topic or "")
        case "时间":
            return spoken_by(call_back_by(menu, now), now)
        case _:
            return None


def _music_s(menu: Menu, state: State, spoken_s: float, at: float) -> int:
    """Whole seconds of music until something is due to be said, as the caller hears it."""
    limits, settings = menu.limits, menu.settings
    due_at = at
    if state.position_at is not None:
        comfort_at = at if state.comfort_at is None else state.comfort_at
        due_at = min(
            state.position_at + limits("queue_update"), comfort_at + limits("queue_comfort")
        )
        if spoken_s:
            due_at = max(due_at, at + spoken_s + settings.apart_s)
    gaps_s = settings.go_on_s + limits("response_latency")
    return max(settings.least_music_s, round(due_at - at - spoken_s - gaps_s))
