"""When somebody was born, and what else a year tells of the speaker's age."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from ivr.understanding.ages import Said
from ivr.understanding.lexicon import table
from ivr.understanding.numbers import NUMERAL, value_of
from ivr.understanding.persons import Person, Relation, subject
from ivr.understanding.years import Named

_ERAS: Final = table("eras")
_WORDS: Final = {key: re.compile(value) for key, value in _ERAS["words"].items()}
_EXPERIENCE: Final = tuple(
    (re.compile(one["any"]), int(one["at_least"])) for one in _ERAS["experience"]
)
_SINCE: Final = tuple(
    (
        re.compile(rf"(?:{one['any']})(?:.{{0,4}}?)(?P<years>{NUMERAL}+)(?:多|来|几)?年"),
        int(one["at_least"]),
    )
    for one in _ERAS["since"]
)
_THEN_AGED: Final = re.compile(
    rf"^(?:那年|那一年|那会儿?|那时候?|的时候|时候|时|年)?(?:我|俺)?(?:才|已经|刚|都|正好|就|刚好|是|有|虚岁){{0,6}}(?P<age>{NUMERAL}+)(?:多)?(?:岁|了|$)(?!.{{0,2}}前)"
)
_CORRECTED: Final = re.compile(
    "年.{0,4}(?:不对|哦不|说错了?|错了|不不|讲错了?)(?:是|我|他|她|应该){0,6}$"
)
_THEN: Final = re.compile("那年|那一年|那会|那时|的时候|时候|时")
_LATER: Final = re.compile("^.{0,3}(?:才|还没|没)?(?:买|领|投)")
_NOT_TODAY: Final = 5  # Years; who says 五零年我七十六 tells today's age, not that of 1950.
_OLDEST: Final = 125
_LONGEST: Final = 12  # Characters between a year and what happened in it.


@dataclass(frozen=True, slots=True)
class Experience:
    """Something that the speaker lived through: they are at least *at_least* years old."""

    at_least: int
    words: str


def births(text: str, years: Sequence[Named], persons: Sequence[Person], on: date) -> list[Said]:
    """The ages that follow from the years of birth in *text*."""
    said: list[Said] = []
    for named in years:
        if named.days is None:
            continue
        then = _THEN_AGED.match(text[named.end :]) if named.kind != "cohort" else None
        if then and _tells_then(text, named, then, on):
            said += _aged_then(text, named, then, persons, on)
        elif _is_birth(text, named, _after(text, years, named), persons) and not _is_past(
            named, on
        ):
            low, high = named.days.ages(on)
            words = text[named.start : named.end]
            person = subject(text, persons, named.start, named.end, max(low, 0))
            said.append(Said(named.start, named.end, max(low, 0), high, person,
                             f"born “{words}”", birth_year=named.year))  # fmt: skip
    return said


def _is_past(named: Named, on: date) -> bool:
    """Whether nobody who was born then can be meant: not yet, or too long ago."""
    assert named.days is not None
    return named.days.first > on or on.year - named.days.last.year > _OLDEST


def _tells_then(text: str, named: Named, then: re.Match[str], on: date) -> bool:
    """Whether the age is that of the year named, not of today (六零年我都五岁了)."""
    if named.kind == "event" or _THEN.match(text[named.end :]):
        return True
    if named.year is None or not re.match("我|都|才|已经", text[named.end :]):
        return False
    return value_of(then["age"]) <= on.year - named.year - _NOT_TODAY


def _aged_then(
    text: str, named: Named, then: re.Match[str], persons: Sequence[Person], on: date
) -> list[Said]:
    """解放那年我六岁: the age today of who had that age in that year."""
    if named.year is None:
        return []
    born = named.year - value_of(then["age"])
    low, high = on.year - 1 - born, on.year - born
    if not 0 <= low <= high <= _OLDEST:
        return []
    person = subject(text, persons, named.start, named.end + then.start("age"), high)
    words = text[named.start : named.end + then.end()]
    return [Said(named.start, named.end + then.end(), low, high, person, f"“{words}”")]


def _after(text: str, years: Sequence[Named], named: Named) -> str:
    """What follows *named*, and an event that is told with it (四五年鬼子投降那天生的)."""
    told = (one.end for one in years if one.start == named.end and one.kind == "event")
    return text[next(told, named.end) :]


def _is_birth(text: str, named: Named, after: str, persons: Sequence[Person]) -> bool:
    before = text[: named.start]
    if named.kind == "cohort":
        return True
    if _WORDS["born_after"].match(after) or _WORDS["same_age"].search(after[:6]):
        return True
    if _WORDS["born_before"].search(before):
        return True
    if named.kind == "year" and _CORRECTED.search(before):
        return True
    follows = _follows_person(before, named.start, persons)
    if named.kind == "year" and follows and _WORDS["person_after"].match(after):
        return True
    if named.kind == "event" or _WORDS["not_born"].match(after):
        return named.kind == "decade" and after.startswith(("的人", "生人"))
    if named.kind == "year" and _WORDS["near_birth"].match(after):
        return True
    if named.kind == "decade":
        return after.startswith("的") and bool(_WORDS["plain_after"].match(after))
    if not _WORDS["plain_after"].match(after):
        return False
    whole = not before and (after in ("", "的", "生", "的了", "吧") or after.startswith("的"))
    return whole or follows


def _follows_person(before: str, start: int, persons: Sequence[Person]) -> bool:
    """Whether the year is said right after a person: 我六零年的, 我妈是四九年的."""
    for person in persons:
        between = before[person.end : start] if person.end <= start else None
        if between is not None and re.fullmatch(
            "(?:们)?(?:都|也|就|本来|应该|其实|今年|真|不)?(?:是|属.(?:儿)?的?)?(?:个)?", between
        ):
            return True
    return bool(re.search("(?:不是|其实是|\\||了)(?:是|我|他|她){0,6}$", before))


def experiences(
    text: str, years: Sequence[Named], persons: Sequence[Person], on: date
) -> list[Experience]:
    """What the speaker lived through that bounds their age from below.

    A year bounds it with the least age at which such a thing happens: who was a soldier in
    1955 was born in 1939 or before. Nobody's age is taken from it, only that they are old.
    """
    found: list[Experience] = []
    for named in years:
        if named.days is None:
            continue
        first = max(0, named.start - _LONGEST // 2) if named.kind == "event" else named.end
        for seen, least in _EXPERIENCE:
            hit = seen.search(text, first, named.end + _LONGEST)
            if hit is None or _of_other(text, persons, hit.start()):
                continue
            age = on.year - 1 - named.days.last.year + least
            words = text[min(hit.start(), named.start) : max(hit.end(), named.end)]
            found.append(Experience(age, words))
    for seen, least in _SINCE:
        for hit in seen.finditer(text):
            if not _of_other(text, persons, hit.start()):
                found.append(Experience(least + value_of(hit["years"]), hit[0]))
    return found


def _of_other(text: str, persons: Sequence[Person], start: int) -> bool:
    relation = subject(text, persons, start, start, None).relation
    return relation not in (Relation.SELF, Relation.PARTNER)
