"""Ages as they are said: 虚岁七十, 快八十了, 六十好几, 差一岁九十, 去年七十, 年近古稀."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ivr.understanding.approximations import NAMED, Setting, approximation_before, bounds
from ivr.understanding.lexicon import table
from ivr.understanding.numbers import Number, value_of
from ivr.understanding.persons import Person, Relation, is_followed, subject

_DATA: Final = table("ages")
_PATTERNS: Final = {
    key: re.compile(value) for key, value in _DATA.items() if isinstance(value, str)
}
_UNIT: Final = re.compile(f"^{_DATA['unit']}")
_THROUGH_UNIT: Final = re.compile(f"^(?:多|来|几|好几|出头)?{_DATA['unit']}?")
_FILL_ONLY: Final = re.compile(f"^{_DATA['fill']}$")
_AND_MORE: Final = re.compile(r"^[有又零单挂]([一二三四五六七八九\d])(?![十百千万年月个\d])")
_DECADES: Final = re.compile(r"^[旬秩]")
_ANCHORS: Final = ("anchor", "negated", "nominal_before", "exact_before")
_TELLING: Final = ("a little over", "well over", "heading for")  # Said of ages only.
_LONGEST_BEFORE: Final = 14  # Characters; what says how to take a number stands close to it.
_WIDEST: Final = 10  # Years between the ends of one open statement.
_ENOUGH: Final = 2  # Weight of the evidence that a number without 岁 is an age.


@dataclass(frozen=True, slots=True)
class Said:
    """An age that was said, or follows from a year that was.

    Attributes:
        start, end: where in the text.
        low, high: the youngest and oldest age that fits, in whole years.
        person: whose it is.
        why: what it was taken from, for the reasons.
        nominal: counted in 虚岁; an age in whole years beside it says more.
        birth_year: the year, if it is from one.
        loose: an approximation (还没到六十五); a plain number beside it says more.
    """

    start: int
    end: int
    low: int
    high: int
    person: Person
    why: str
    nominal: bool = False
    birth_year: int | None = None
    loose: bool = False

    @property
    def of_caller(self) -> bool:
        return self.person.relation is Relation.SELF


def ages(
    text: str, found: Sequence[Number], persons: Sequence[Person], taken: Sequence[tuple[int, int]]
) -> list[Said]:
    """The ages said in *text*; numbers within the spans *taken* are years or dates."""
    named = list(_named(text, persons))
    taken = [*taken, *((one.start, one.end) for one in named)]
    said: list[Said] = []
    plan_until = -1  # Where the last number ended that was a plan's age, not a person's.
    for number in found:
        if any(start < number.end and number.start < end for start, end in taken):
            continue
        if _is_plan(text, number, plan_until):
            plan_until = number.end
            continue
        last = said[-1] if said else None
        one = _read(text, number, persons, expected=_is_awaited(text, last, number))
        if one is None:
            continue
        if last and _continues(text, last, one):
            low, high = min(last.low, one.low), max(last.high, one.high)
            why = f"{last.why} or {one.why}"
            said[-1] = replace(last, end=one.end, low=low, high=high, why=why)
        else:
            said.append(one)
    return sorted([*said, *named], key=lambda one: one.start)


def _is_plan(text: str, number: Number, plan_until: int) -> bool:
    """Whether the number is an age limit or a plan's term: 交到六十岁, 七十岁以上, 五十岁那年."""
    before = text[max(0, number.start - _LONGEST_BEFORE) : number.start]
    after = text[number.end :]
    joined = plan_until >= 0 and _PATTERNS["plan_joined"].match(text[plan_until : number.start])
    return bool(
        joined
        or _PATTERNS["plan_before"].search(before)
        or _PATTERNS["plan_after"].match(after)
        or _PATTERNS["plan_around"].search(f"{before[-4:]}N{after[:6]}")
    )


def _is_awaited(text: str, last: Said | None, number: Number) -> bool:
    """Whether an age must follow: after a correction, a denial, or 还是."""
    if last is None:
        return False
    between = text[last.end : number.start]
    return bool(
        _PATTERNS["correction"].search(between)
        or _PATTERNS["joined"].match(between)
        or _PATTERNS["negated"].search(text[: last.start])
    )


def _continues(text: str, last: Said, one: Said) -> bool:
    """Whether the two ages are one open statement: 六十九还是七十, 六十五到七十, 六十六六十七."""
    between = text[last.end : one.start]
    if _PATTERNS["negated"].search(text[: last.start]):
        return False
    if between in ("", "岁"):
        return one.low in (last.high, last.high + 1) and last.low == last.high
    if _PATTERNS["or"].match(between):
        return abs(one.high - last.low) <= _WIDEST
    return bool(_PATTERNS["joined"].match(between)) and 0 < one.high - last.low <= _WIDEST


def _read(text: str, number: Number, persons: Sequence[Person], *, expected: bool) -> Said | None:
    """The age that *number* tells, or None if it is no age."""
    before = text[max(0, number.start - _LONGEST_BEFORE) : number.start]
    if number.high < _DATA["youngest"] and _PATTERNS["difference"].search(before):
        return None
    whole, low, high, certain = _whole(text, number, before)
    setting = Setting.of(before, text[whole.end :])
    if not certain and _PATTERNS["measure"].match(setting.after):
        return None
    certain = certain or bool(_UNIT.match(setting.rest) or _UNIT.match(setting.after))
    if not certain and not _is_age(text, number, setting, persons, expected=expected):
        return None
    wide, why = high - low, ""
    if wide == whole.high - whole.low:
        low, high, why = bounds(whole, setting)
    elif setting.ahead and setting.ahead.high < 0:  # 年近八旬: the years before the decade.
        low, high, why = low + setting.ahead.low, low + setting.ahead.high, ", nearly"
    if not 0 <= low <= high <= _DATA["oldest"]:
        return None
    unit = _THROUGH_UNIT.match(setting.after)
    end = whole.end + (unit.end() if unit else 0)
    person = subject(text, persons, number.start, end, high)
    if setting.is_nominal:
        low, high = low + _DATA["nominal_low"], high + _DATA["nominal_high"]
        why = f"{why}, counted from birth as one"
    words = text[whole.start : whole.end]
    return Said(
        whole.start, whole.end, low, high, person, f"“{words}”{why}",
        nominal=setting.is_nominal, loose=why != "",
    )  # fmt: skip


def _whole(text: str, number: Number, before: str) -> tuple[Number, int, int, bool]:
    """The number with what completes it, its two values, and whether that makes it an age.

    七十有三 is 73, 八旬 is 80 to 89, 活了八十八年 is 88, 奔八 is 奔八十, 三四岁 is 3 to 4.
    """
    start, low, high, after = number.start, number.low, number.high, text[number.end :]
    if number.is_round and (more := _AND_MORE.match(after)) and low < 100:
        low += value_of(more[1])
        return Number(start, number.end + more.end(), low, low), low, low, True
    if _DECADES.match(after) and 1 <= low <= 10:
        low *= 10
        return Number(start, number.end + 1, low, low), low, low + 9, True
    if _PATTERNS["lived_years"].match(after) and _PATTERNS["lived"].search(before):
        return number, low, high, True
    if before.endswith("奔") and 5 <= low == high <= 9 and _PATTERNS["slang"].match(after):
        return Number(start, number.end, low * 10, low * 10), low * 10, low * 10, True
    tens, ones = divmod(low, 10)
    spoken = len(number.digits) == 2 and not text[start].isascii()
    if spoken and ones == tens + 1 and after.startswith("岁"):
        return Number(start, number.end, tens, ones), tens, ones, True
    return Number(start, number.end, low, high), low, high, False


def _is_age(
    text: str, number: Number, setting: Setting, persons: Sequence[Person], *, expected: bool
) -> bool:
    """Whether a number without 岁 is an age, by the weight of what stands around it."""
    if not (_DATA["youngest"] <= number.low <= number.high <= _DATA["oldest"]):
        return False
    before, behind, rest = setting.before, setting.behind, setting.rest
    if _PATTERNS["not_age_before"].search(before):
        return False
    weight = 0
    if setting.ahead or expected or any(_PATTERNS[one].search(before) for one in _ANCHORS):
        weight += 2
    if any(_is_of(text, person, number) for person in persons):
        weight += 1 if _PATTERNS["clause_not"].match(setting.after) else 2
    if number.start == 0 or before.endswith("|"):
        weight += 1
    if behind:
        weight += 2 if behind.name in _TELLING else 1
    said_of_people = _PATTERNS["of_people"].match(rest) or is_followed(text, persons, number.end)
    if said_of_people or (number.low >= _DATA["surely_old"] and _PATTERNS["firm"].match(rest)):
        weight += 2
    elif _PATTERNS["closing"].match(rest) or _PATTERNS["clause"].match(rest):
        weight += 1
    return weight >= _ENOUGH


def _is_of(text: str, person: Person, number: Number) -> bool:
    """Whether only words like 都 and 今年 stand between *person* and *number*."""
    near = person.end <= number.start <= person.end + _LONGEST_BEFORE
    return near and bool(_FILL_ONLY.match(text[person.end : number.start]))


def _named(text: str, persons: Sequence[Person]) -> Iterator[Said]:
    """Ages that have a name: 花甲, 古稀, 七老八十."""
    for one in NAMED:
        for hit in one.seen.finditer(text):
            before = text[max(0, hit.start() - _LONGEST_BEFORE) : hit.start()]
            ahead = approximation_before(before)
            low, high = one.low, one.high
            if ahead and ahead.high < 0:
                low, high = one.low + ahead.low, one.low + ahead.high
            person = subject(text, persons, hit.start(), hit.end(), high)
            yield Said(hit.start(), hit.end(), low, high, person, f"“{hit[0]}”")
