"""Years that are named: 五三年, 1953年3月5号, 民国三十七年, 五零后, 解放那年, 六一年腊月."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from ivr.understanding.calendar import LUNAR_MONTHS, Days, lunar, solar
from ivr.understanding.lexicon import any_of, table
from ivr.understanding.numbers import DIGIT, value_of

_ERAS: Final = table("eras")
_SEASONS: Final[dict[str, list[int]]] = _ERAS["season"]
_COUNT: Final = "[零一二三四五六七八九十\\d]"
_REPUBLIC: Final = 1911  # 民国 N is 1911 + N.

_MONTH: Final = rf"(?P<leap>闰)?(?P<month>正|冬|腊|{_COUNT}{{1,3}})月份?"
_DAY: Final = (
    rf"(?:(?P<early>初)?(?P<day>{_COUNT}{{1,3}})"
    r"(?:号|日|(?![零一二三四五六七八九十百千万块元天个岁点\d])))?"
)
_PART: Final = r"(?P<part>底|尾|末|头|中旬|上旬|下旬|初(?![一二三四五六七八九十]))?"
_REST: Final = (
    r"(?:的)?(?:(?P<lunar>农历|阴历|旧历)|阳历|公历)?"
    rf"(?:{_MONTH}(?:的)?{_PART}{_DAY}|(?P<season>{any_of(_SEASONS)}))"
)
_NOT_IN_NUMBER: Final = "(?<![零一二三四五六七八九十百千万\\d第])"

_YEAR: Final = re.compile(
    rf"民国(?P<republic>{_COUNT}{{1,3}})年"
    rf"|民国(?P<republic_tens>[一二三四]?十)几年"
    rf"|{_NOT_IN_NUMBER}(?P<iso>(?:19|20)\d\d)[-./](?P<iso_month>\d{{1,2}})[-./](?P<iso_day>\d{{1,2}})"
    rf"|{_NOT_IN_NUMBER}(?P<full>(?:19|20|一九|二零){DIGIT}{{2}})(?!{DIGIT})年?(?![块元个分])"
    rf"|{_NOT_IN_NUMBER}(?P<short>{DIGIT}{{2}})(?:年(?!级|期|限|代)|(?={_MONTH}))"
    rf"|{_NOT_IN_NUMBER}(?P<round>[二三四五六七八九]十)年(?=生(?!意)|出生)"
    rf"|{_NOT_IN_NUMBER}(?P<cohort>{DIGIT}[零五05])后(?!四|三|几|面|来|年|天)"
    rf"|(?P<decade>[一二三四五六七八九]十|[1-9]0)年代(?P<when>初|末|中期|中|初期|后期)?"
    rf"|{_NOT_IN_NUMBER}(?:一九|19)?(?P<some>[二三四五六七八九2-9])几年(?!了|级|前)"
)
_AFTER_YEAR: Final = re.compile(_REST)
_DECADE_PARTS: Final = {
    "初": (0, 3),
    "初期": (0, 3),
    "中": (4, 6),
    "中期": (4, 6),
    "末": (7, 9),
    "后期": (7, 9),
}
_YOUNGEST_CENTURY: Final = 26  # 二六年 and earlier may be of this century, for a child.

_EVENTS: Final = tuple((re.compile(one["any"]), one["from"], one["to"]) for one in _ERAS["event"])
_BEFORE_ERAS: Final = tuple((re.compile(one["any"]), one["year"]) for one in _ERAS["before"])
_YEARS_FROM: Final = re.compile(r"(?P<side>前|后)(?:第)?(?P<n>[一二两三四五六七八九十])年")


@dataclass(frozen=True, slots=True)
class Named:
    """A year or stretch of years named in a text, from *start* to *end*.

    Attributes:
        days: the days it names; None if there are no such days (30 February).
        year: the one year it names, or None.
        kind: ``year``, ``cohort`` (always told of a birth), ``decade`` or ``event``.
    """

    start: int
    end: int
    days: Days | None
    year: int | None
    kind: str


def named_years(text: str, on: date, *, young: bool = False) -> list[Named]:
    """The years named in *text*, from left to right.

    Args:
        on: today; a short year that is not over yet is of the last century.
        young: whether children are spoken of, whose 零五年 is 2005 and not 1905.

    >>> [(n.year, n.kind) for n in named_years("我五三年生的", date(2026, 11, 22))]
    [(1953, 'year')]
    >>> named_years("六一年腊月初八", date(2026, 11, 22))[0].days.first
    datetime.date(1962, 1, 13)
    """
    found = [*_written(text, on, young), *_events(text, on)]
    free: list[Named] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if not free or one.start >= free[-1].end:
            free.append(one)
    return free


def _written(text: str, on: date, young: bool) -> Iterator[Named]:
    for hit in _YEAR.finditer(text):
        start, end = hit.span()
        if hit["iso"]:
            year = int(hit["iso"])
            yield Named(
                start, end, solar(year, int(hit["iso_month"]), int(hit["iso_day"])), year, "year"
            )
        elif hit["cohort"] or hit["decade"] or hit["some"]:
            yield _decade(hit, on, young)
        elif hit["republic_tens"]:
            first = _REPUBLIC + value_of(hit["republic_tens"])
            yield Named(start, end, Days.of_years(first, first + 9), None, "event")
        else:
            year = _year(hit, on, young)
            rest = _AFTER_YEAR.match(text, end)
            days = _date(year, rest, text[:start]) if rest else Days.of_years(year, year)
            yield Named(start, rest.end() if rest else end, days, year, "year")


def _year(hit: re.Match[str], on: date, young: bool) -> int:
    if hit["republic"]:
        return _REPUBLIC + value_of(hit["republic"])
    if hit["full"]:
        return value_of(hit["full"])
    return _century(value_of(hit["short"] or hit["round"]), on, young)


def _century(short: int, on: date, young: bool) -> int:
    """The year that two digits mean: 五三 is 1953, 零五 is 2005, 二零 is 1920 unless *young*.

    >>> on = date(2026, 11, 22)
    >>> _century(53, on, False), _century(5, on, False), _century(20, on, True)
    (1953, 2005, 2020)
    """
    this_century = short <= on.year % 100 and (young or short < 20)
    return (2000 if this_century else 1900) + short


def _decade(hit: re.Match[str], on: date, young: bool) -> Named:
    start, end = hit.span()
    if cohort := hit["cohort"]:
        tens = value_of(cohort)
        first = _century(tens, on, young or tens < _YOUNGEST_CENTURY)
        last = first + (4 if tens % 10 == 5 else 9)
        return Named(start, end, Days.of_years(first, last), None, "cohort")
    if hit["some"]:
        first = 1900 + value_of(hit["some"]) * 10
        return Named(start, end, Days.of_years(first, first + 9), None, "decade")
    first = 1900 + value_of(hit["decade"])
    low, high = _DECADE_PARTS.get(hit["when"] or "", (0, 9))
    return Named(start, end, Days.of_years(first + low, first + high), None, "decade")


def _date(year: int, rest: re.Match[str], before: str) -> Days | None:
    """The days that month, day and part of the month or year name within *year*."""
    if season := rest["season"]:
        first_month, first_day, last_month, last_day = _SEASONS[season]
        return Days(date(year, first_month, first_day), date(year, last_month, last_day))
    named = rest["month"]
    month = LUNAR_MONTHS.get(named) or value_of(named)
    day = value_of(rest["day"]) if rest["day"] else None
    by_moon = bool(named in LUNAR_MONTHS or rest["lunar"] or rest["early"] or rest["leap"]) or bool(
        re.search("(?:农历|阴历|旧历).{0,4}$", before)
    )
    days = (lunar if by_moon else solar)(year, month, day)
    part = rest["part"]
    if days is None or day is not None or not part:
        return days
    length = (days.last - days.first).days
    low, high = {
        "头": (0, 9),
        "初": (0, 9),
        "上旬": (0, 9),
        "中旬": (10, 19),
        "下旬": (20, 30),
    }.get(part, (length - 6, 30))
    first = date.fromordinal(days.first.toordinal() + low)
    return Days(first, min(days.last, date.fromordinal(days.first.toordinal() + high)))


def _events(text: str, on: date) -> Iterator[Named]:
    oldest = on.year - _ERAS["oldest"]
    for seen, last in _BEFORE_ERAS:
        for hit in seen.finditer(text):
            days = Days(date(oldest, on.month, on.day if on.day < 29 else 28), date(last, 12, 31))
            yield Named(hit.start(), hit.end(), days, None, "event")
    for seen, first, last in _EVENTS:
        for hit in seen.finditer(text):
            shifted = _YEARS_FROM.match(text, hit.end()) if first == last else None
            if shifted is None:
                year = first if first == last else None
                yield Named(hit.start(), hit.end(), Days.of_years(first, last), year, "event")
                continue
            years = value_of(shifted["n"]) * (-1 if shifted["side"] == "前" else 1)
            year = first + years
            yield Named(hit.start(), shifted.end(), Days.of_years(year, year), year, "event")
