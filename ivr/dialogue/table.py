"""The transition table as values: nodes, and what leads where on which event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from ivr.dialogue.events import KEYS
from ivr.dialogue.limits import Limits
from ivr.dialogue.prompts import Prompts
from ivr.dialogue.values import Pace, Speak, SpeechTurn

# Names of events in the table, besides the keys.
EVENTS: Final = (
    "silence",
    "wrong",
    "heard",
    "unclear",
    "speech_failed",
    "still_waiting",
    "agent_ready",
    "talk_ended",
    "agent_lost",
    "resumed",
    "hung_up",
)
# What can be counted, until another question is asked; all counts end in the line. Three outlive
# the question, because a question may be left and come back to, and every way must end.
COUNTERS: Final = ("failure", "repeat", "again", "hash", "asked")
LASTING_COUNTERS: Final = frozenset({"again", "asked", "hash"})
PLACES: Final = ("before", "line", "talk", "after", "end")


@dataclass(frozen=True, slots=True)
class Go:
    """Enter a node: its effects happen and its words are said."""

    target: str


@dataclass(frozen=True, slots=True)
class Same:
    """Stay, and say the words of this node again; nothing else happens."""


@dataclass(frozen=True, slots=True)
class As:
    """Do what another event would do here."""

    event: str


@dataclass(frozen=True, slots=True)
class Counted:
    """The first time the first outcome, the second time the second, then always the last."""

    counter: str
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """An outcome that holds when all its conditions do."""

    conditions: tuple[str, ...]
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Rules:
    """The outcome of the first rule that holds."""

    rules: tuple[Rule, ...]


Outcome = Go | Same | As | Counted | Rules


@dataclass(frozen=True, slots=True)
class Say:
    """One prompt of a node: only if its conditions hold; ``pause_s`` follows unless it is last."""

    prompt: str
    conditions: tuple[str, ...] = ()
    pause_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Node:
    """One place in the dialogue. ``question`` is what the counters belong to."""

    name: str
    line: int
    question: str
    place: str = "before"
    says: tuple[Say, ...] = ()
    wait_s: float | None = None
    speech: SpeechTurn | None = None
    music: bool = False
    marks: tuple[str, ...] = ()
    pace: Pace | None = None
    louder: bool = False
    does: Mapping[str, str] = field(default_factory=dict)
    meets: bool = False
    hangs_up: bool = False
    events: Mapping[str, Outcome] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Promise:
    """A call-back booked before *booked_before* o'clock is promised for *by* o'clock."""

    booked_before: int
    by: int
    tomorrow: bool


@dataclass(frozen=True, slots=True)
class Settings:
    """The few figures of the menu file that no limit gives. Seconds end in ``_s``.

    go_on_s: the carrier's shortest wait for a key where we only want to go on.
    least_music_s: no shorter piece of music is worth the start.
    early_s: a waiting turn may come this much before its time and still count as due.
    apart_s: least music after a message to a waiting caller.
    ignored_in_a_row: how many bounced keys in a row are ignored before one counts.
    longest_presses, longest_s: what the certificate allows the slowest of all callers.
    """

    go_on_s: float
    least_music_s: int
    early_s: float
    apart_s: float
    ignored_in_a_row: int
    longest_presses: int
    longest_s: float


@dataclass(frozen=True, slots=True)
class Menu:
    """A whole dialogue, ready to run. ``file`` is the name it was read from.

    No count goes beyond ``most_counted``, the longest list of outcomes: from there on nothing
    changes, and a state stays one of finitely many.
    """

    file: str
    settings: Settings
    topics: Mapping[str, str]
    promises: tuple[Promise, ...]
    start: Outcome
    nodes: Mapping[str, Node]
    prompts: Prompts
    limits: Limits
    most_counted: int
    # Words that need no values, by prompt, pace, loudness and the pause that follows.
    ready: dict[tuple[str, Pace, bool, float], Speak] = field(default_factory=dict)


def outcome_of(events: Mapping[str, Outcome], event: str) -> Outcome | None:
    """What follows on *event*; a key without an entry of its own is a wrong one."""
    return events.get(event) or (events.get("wrong") if event in KEYS else None)


def stands_for_itself(events: Mapping[str, Outcome]) -> str | None:
    """An event that by ``as`` stands for itself in the end, or None. Such a table never ends."""

    def others(outcome: Outcome | None) -> list[str]:
        match outcome:
            case As(event):
                return [event]
            case Counted(_, outcomes):
                return [event for each in outcomes for event in others(each)]
            case Rules(rules):
                return [event for rule in rules for event in others(rule.outcome)]
            case _:
                return []

    for first in events:
        seen: set[str] = set()
        ahead = others(outcome_of(events, first))
        while ahead:
            event = ahead.pop()
            if event == first:
                return first
            if event not in seen:
                seen.add(event)
                ahead += others(outcome_of(events, event))
    return None


def longest_count(outcome: Outcome) -> int:
    """The length of the longest list of outcomes in *outcome*."""
    match outcome:
        case Counted(_, outcomes):
            return max([len(outcomes), *(longest_count(each) for each in outcomes)])
        case Rules(rules):
            return max([0, *(longest_count(rule.outcome) for rule in rules)])
        case _:
            return 0


def conditions_of(outcome: Outcome) -> set[str]:
    """The names of all conditions that an outcome may look at."""
    match outcome:
        case Counted(_, outcomes):
            return {name for each in outcomes for name in conditions_of(each)}
        case Rules(rules):
            return {name for r in rules for name in (*r.conditions, *conditions_of(r.outcome))}
        case _:
            return set()


def targets(outcome: Outcome, events: Mapping[str, Outcome]) -> list[tuple[str, str | None]]:
    """Every way an outcome can go, as (when, target); the target is None for "same"."""
    match outcome:
        case Go(target):
            return [("", target)]
        case Same():
            return [("", None)]
        case As(event):
            other = outcome_of(events, event)
            return targets(other, events) if other is not None else []
        case Counted(_, outcomes):
            return [
                (_join(f"{nth}.", when), target)
                for nth, each in enumerate(outcomes, start=1)
                for when, target in targets(each, events)
            ]
        case Rules(rules):
            return [
                (_join(" ".join(rule.conditions), when), target)
                for rule in rules
                for when, target in targets(rule.outcome, events)
            ]


def _join(*words: str) -> str:
    return " ".join(word for word in words if word)
