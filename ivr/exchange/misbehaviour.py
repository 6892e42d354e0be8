"""Deliberate trouble: rules that lose, delay, double or spoil what passes between us."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeVar

from ivr.exchange.faults import BadRequest


class On(StrEnum):
    """What a rule applies to.

    VOICE is every request for TwiML, GATHER only the action of a <Gather>; STATUS and
    CONFERENCE are callbacks; REST is what the hotline asks of us; STREAM is media streams.
    """

    VOICE = "voice"
    GATHER = "gather"
    STATUS = "status"
    CONFERENCE = "conference"
    REST = "rest"
    STREAM = "stream"
    ALL = "all"


class Do(StrEnum):
    """What goes wrong.

    DROP: the request never arrives; the sender waits for a connection in vain.
    REFUSE: no connection, at once. On REST: 429, nothing is done.
    DELAY: the request arrives *seconds* late.
    DUPLICATE: it arrives twice, at the same time.
    REORDER: it is held back until the next of its kind has passed, at most *seconds*.
    SERVER_ERROR: answered 503 without reaching the other side.
    CUT: the request arrives and is acted upon, but its answer is lost. A stream breaks
    after *seconds*.
    """

    DROP = "drop"
    REFUSE = "refuse"
    DELAY = "delay"
    DUPLICATE = "duplicate"
    REORDER = "reorder"
    SERVER_ERROR = "5xx"
    CUT = "cut"


_NOT_ON_REST: Final = frozenset({Do.DUPLICATE, Do.REORDER})
_NOT_ON_STREAM: Final = frozenset({Do.DUPLICATE, Do.REORDER, Do.SERVER_ERROR})


@dataclass(slots=True)
class Rule:
    """One kind of trouble.

    Args:
        seconds: practice seconds, for DELAY, REORDER and CUT.
        times: how often it may still strike; None for ever.
        probability: 0 to 1, decided anew each time.
    """

    id: int
    on: On
    do: Do
    url_contains: str | None = None
    seconds: float = 5.0
    times: int | None = None
    probability: float = 1.0

    def as_json(self) -> dict[str, Any]:
        """The rule as the practice interface shows it."""
        return {
            "id": self.id,
            "on": self.on,
            "do": self.do,
            "url_contains": self.url_contains,
            "seconds": self.seconds,
            "times": self.times,
            "probability": self.probability,
        }

    def concerns(self, kinds: frozenset[On], url: str) -> bool:
        """Whether something of *kinds* that goes to *url* is meant."""
        if self.on is not On.ALL and self.on not in kinds:
            return False
        if On.REST in kinds and self.do in _NOT_ON_REST:
            return False
        if On.STREAM in kinds and self.do in _NOT_ON_STREAM:
            return False
        return self.url_contains is None or self.url_contains in url


class Misbehaviours:
    """The rules in force, oldest first; the first that concerns a request strikes it."""

    def __init__(self, chance: random.Random | None = None) -> None:
        self._rules: dict[int, Rule] = {}
        self._ids = itertools.count(1)
        self._chance = chance or random.Random()  # noqa: S311 - trouble needs no secrecy

    @property
    def rules(self) -> list[Rule]:
        """The rules in force."""
        return list(self._rules.values())

    def add(self, wanted: dict[str, Any]) -> Rule:
        """Put a rule in force, as the practice interface describes it.

        Raises:
            BadRequest: a field is missing or makes no sense.
        """
        rule = Rule(
            id=next(self._ids),
            on=_choice(On, wanted.get("on"), "on"),
            do=_choice(Do, wanted.get("do"), "do"),
            url_contains=wanted.get("url_contains") or None,
            seconds=_number(wanted.get("seconds"), 5.0, 0, 3600, "seconds"),
            times=_times(wanted.get("times")),
            probability=_number(wanted.get("probability"), 1.0, 0, 1, "probability"),
        )
        impossible = {On.REST: _NOT_ON_REST, On.STREAM: _NOT_ON_STREAM}.get(rule.on, frozenset())
        if rule.do in impossible:
            raise BadRequest(
                f"“{rule.do}”不能用于“{rule.on}”。",
                f"{rule.do!s} cannot happen on {rule.on!s}. Choose another.",
            )
        self._rules[rule.id] = rule
        return rule

    def remove(self, rule_id: int) -> None:
        """Lift one rule.

        Raises:
            BadRequest: there is no such rule.
        """
        if self._rules.pop(rule_id, None) is None:
            raise BadRequest(
                f"没有编号为 {rule_id} 的规则。", f"There is no rule {rule_id}.", status=404
            )

    def clear(self) -> None:
        """Lift all rules."""
        self._rules.clear()

    def strike(self, kinds: frozenset[On], url: str) -> Rule | None:
        """The rule that strikes now, counted down; None if all goes well."""
        for rule in self._rules.values():
            if not rule.concerns(kinds, url) or self._chance.random() >= rule.probability:
                continue
            if rule.times is not None:
                rule.times -= 1
                if rule.times <= 0:
                    del self._rules[rule.id]
            return rule
        return None


_Choice = TypeVar("_Choice", bound=StrEnum)


def _choice(kind: type[_Choice], value: object, field: str) -> _Choice:
    try:
        return kind(str(value))
    except ValueError:
        choices = ", ".join(kind)
        raise BadRequest(
            f"{field} 只能是：{choices}。", f"{field} must be one of {choices}, not {value!r}."
        ) from None


def _number(value: object, default: float, least: float, most: float, field: str) -> float:
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise BadRequest(
            f"{field} 应为 {least} 到 {most} 之间的数。",
            f"{field} must be a number from {least} to {most}, not {value!r}.",
        )
    return float(value)


def _times(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise BadRequest(
            "times 应为正整数。", f"times must be a whole number above 0, not {value!r}."
        )
    return value
