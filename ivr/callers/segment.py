"""Customers on the line → whom the menu is for, with the evidence.

A number names a line, not a person: where an elder and their grandchild share one, the
elder's menu is offered.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from ivr.callers.age import age_on

MOST_IN_EVIDENCE: Final = 10


class Segment(StrEnum):
    """Whom we take the caller to be, before a word is said."""

    ELDER = "elder"
    STANDARD = "standard"
    UNKNOWN = "unknown"


class Rule(StrEnum):
    """Which rule decided the segment; kept in the evidence."""

    AN_ELDER_IS_ON_THE_LINE = "an_elder_is_on_the_line"
    NO_ELDER_IS_ON_THE_LINE = "no_elder_is_on_the_line"
    NOBODY_IS_ON_FILE = "nobody_is_on_file"
    NOT_LOOKED_UP = "not_looked_up"


@dataclass(frozen=True, slots=True)
class CustomerOnLine:
    """What the answer needs to know of a customer; neither the name nor the number.

    ``dialect`` is None as long as the customer has not agreed that we go by it.
    """

    customer_id: int
    birth_on: date
    dialect: str | None = None
    home_centre: str | None = None


@dataclass(frozen=True, slots=True)
class SegmentFinding:
    """The segment, and what it follows from in a form that can be kept as JSON."""

    segment: Segment
    evidence: dict[str, Any]  # JSON


def segment_of(customers: Iterable[CustomerOnLine], on: date, elder_age: int) -> SegmentFinding:
    """The segment of a line on the day *on*.

    Args:
        customers: all customers on the line, in any order.
        on: the day in Asia/Shanghai, see :func:`ivr.callers.today_in_shanghai`.
        elder_age: whole years from which one is an elder.

    >>> family = [CustomerOnLine(7, date(1990, 1, 1)), CustomerOnLine(3, date(1950, 5, 1))]
    >>> finding = segment_of(family, on=date(2026, 11, 22), elder_age=65)
    >>> finding.segment.value, finding.evidence["rule"]
    ('elder', 'an_elder_is_on_the_line')
    >>> finding.evidence["customers"]
    [{'id': 3, 'age': 76}, {'id': 7, 'age': 36}]
    >>> segment_of([], on=date(2026, 11, 22), elder_age=65).segment.value
    'unknown'
    """
    oldest_first = sorted(customers, key=lambda one: (one.birth_on, one.customer_id))
    ages = [(one.customer_id, age_on(on, one.birth_on)) for one in oldest_first]
    if not ages:
        segment, rule = Segment.UNKNOWN, Rule.NOBODY_IS_ON_FILE
    elif ages[0][1] >= elder_age:
        segment, rule = Segment.ELDER, Rule.AN_ELDER_IS_ON_THE_LINE
    else:
        segment, rule = Segment.STANDARD, Rule.NO_ELDER_IS_ON_THE_LINE
    # A line that hundreds share, such as a nursing home's, must not make a row of the call
    # large: the oldest decide, so the oldest are kept.
    evidence = {
        "rule": rule.value,
        "on": on.isoformat(),
        "elder_age": elder_age,
        "customer_count": len(ages),
        "customers": [{"id": key, "age": age} for key, age in ages[:MOST_IN_EVIDENCE]],
    }
    return SegmentFinding(segment, evidence)


def not_looked_up(on: date, why: str) -> SegmentFinding:
    """The finding where nobody could be looked up: no number, or no database.

    Args:
        on: the day in Asia/Shanghai.
        why: a word such as a :class:`ivr.callers.WhyNot`, or ``database_away``.

    >>> not_looked_up(date(2026, 11, 22), "withheld").evidence
    {'rule': 'not_looked_up', 'on': '2026-11-22', 'why': 'withheld'}
    """
    evidence = {"rule": Rule.NOT_LOOKED_UP.value, "on": on.isoformat(), "why": str(why)}
    return SegmentFinding(Segment.UNKNOWN, evidence)
