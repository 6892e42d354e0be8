"""The conditions that rules and prompts of the menu file may name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Final

from ivr.dialogue.events import Heard, Intent
from ivr.dialogue.limits import Limits
from ivr.dialogue.state import State
from ivr.dialogue.table import Settings
from ivr.dialogue.values import Segment, Topic, WaitFacts


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything a condition may look at: the call, what was heard, the wait, the instant."""

    state: State
    heard: Heard | None
    wait: WaitFacts | None
    at: float
    limits: Limits
    settings: Settings

    def told(self) -> tuple[int, int] | None:
        """Position and minutes that may be told now, or None.

        Fresh facts are told only if neither figure is higher than the last one the caller
        heard: a forecast that rises is worse than none. Without fresh facts the last figures
        are repeated.
        """
        state, wait = self.state, self.wait
        if wait is None:
            if state.told_position is None or state.told_minutes is None:
                return None
            return state.told_position, state.told_minutes
        if wait.position is None or wait.estimated_wait_s is None or wait.position < 1:
            return None
        minutes = max(1, ceil(wait.estimated_wait_s / 60))
        rises = (state.told_minutes is not None and minutes > state.told_minutes) or (
            state.told_position is not None and wait.position > state.told_position
        )
        return None if rises or max(minutes, wait.position) > 9999 else (wait.position, minutes)

    def is_next(self) -> bool:
        """Nobody is ahead of the caller, as far as is known now."""
        position = self.wait.position if self.wait else self.state.told_position
        return position == 1

    def is_due(self, last_at: float | None, limit: str) -> bool:
        """Has the interval *limit* passed since *last_at*, as nearly as turns come round?"""
        if last_at is None:
            return True
        return self.at - last_at >= self.limits(limit) - self.settings.early_s


def _heard(test: Callable[[Heard], bool]) -> Callable[[Situation], bool]:
    return lambda now: now.heard is not None and test(now.heard)


def _intent(intent: Intent) -> Callable[[Situation], bool]:
    return lambda now: now.heard is not None and now.heard.intent is intent


def _topic(topic: Topic) -> Callable[[Situation], bool]:
    return lambda now: now.state.topic is topic


CONDITIONS: Final[dict[str, Callable[[Situation], bool]]] = {
    "elder": lambda now: now.state.segment is Segment.ELDER,
    "not_elder": lambda now: now.state.segment is not Segment.ELDER,
    "standard": lambda now: now.state.segment is Segment.STANDARD,
    "night": lambda now: now.state.night,
    "speech": lambda now: now.state.speech,
    "no_speech": lambda now: not now.state.speech,
    "can_ask_openly": lambda now: now.state.speech and now.state.segment is Segment.UNKNOWN,
    "number_known": lambda now: now.state.number_tail is not None,
    "urgent": lambda now: now.state.urgent,
    "receipt_owed": lambda now: now.state.receipt_owed,
    "surveyed": lambda now: now.state.surveyed,
    # What was just heard.
    "on_behalf_of": _heard(lambda heard: heard.on_behalf_of),
    "wants_person": _heard(lambda heard: heard.wants_person or heard.intent is Intent.HUMAN),
    "heard_elder": _heard(lambda heard: heard.elder),
    "slower": _heard(lambda heard: heard.slower),
    "louder": _heard(lambda heard: heard.louder),
    "again": _heard(lambda heard: heard.again or heard.intent is Intent.REPEAT),
    # The line.
    "nothing_told": lambda now: now.state.position_at is None,
    "position_due": lambda now: now.is_due(now.state.position_at, "queue_update"),
    "comfort_due": lambda now: now.is_due(now.state.comfort_at, "queue_comfort"),
    "nobody_on_duty": lambda now: now.wait is not None and not now.wait.someone_on_duty,
    "next": lambda now: now.is_next(),
    "wait_known": lambda now: now.told() is not None,
    **{f"intent.{intent}": _intent(intent) for intent in Intent},
    **{f"topic.{topic}": _topic(topic) for topic in Topic},
}


def holds(conditions: tuple[str, ...], now: Situation) -> bool:
    """Do all *conditions* hold?"""
    return all(CONDITIONS[name](now) for name in conditions)
