"""What an utterance can mean: the values that ``understand`` returns."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Intent(StrEnum):
    """What the caller wants. Where several fit, the first of these is it, ``other`` apart."""

    SURRENDER = "surrender"
    COMPLAINT = "complaint"
    CLAIM = "claim"
    PAYMENT = "payment"
    POLICY = "policy"
    HUMAN = "human"
    REPEAT = "repeat"
    OTHER = "other"

    @property
    def is_business(self) -> bool:
        """Whether there is something to be done, beside being heard."""
        return self not in (Intent.HUMAN, Intent.REPEAT, Intent.OTHER)


class Elder(StrEnum):
    """Whether the caller has reached the elder age."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class AgeOf(StrEnum):
    """Whose age was told."""

    CALLER = "caller"
    THIRD = "third"


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a caller said, as far as it can be told from the words alone.

    Attributes:
        text: the utterance as it came.
        intent: what the caller wants.
        elder: whether the caller has reached the elder age; ``no`` also if they act for
            somebody else and say nothing of themselves.
        age: the youngest and the oldest age that fits the words, in whole years.
        birth_year: the year of birth, if one was told (of the common calendar).
        age_of: whose age and birth year these are; None if none was told.
        on_behalf_of: whether the caller acts for somebody else.
        dialect: a code of ``dialects.csv``, a two- or three-letter code of a language that
            is not Chinese, ``und`` (a dialect, but which?), or None.
        wants_person: whether a person was asked for, whatever else was.
        slower, louder, again: how the caller wishes to be spoken to.
        urgent: whether somebody may need first aid.
        reasons: the words that decided, one sentence each.
    """

    text: str
    intent: Intent
    elder: Elder
    age: tuple[int, int] | None = None
    birth_year: int | None = None
    age_of: AgeOf | None = None
    on_behalf_of: bool = False
    dialect: str | None = None
    wants_person: bool = False
    slower: bool = False
    louder: bool = False
    again: bool = False
    urgent: bool = False
    reasons: tuple[str, ...] = ()
