"""Days: whole years of age, and the lunar calendar in which many elders know their birthday."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from typing import Final

from ivr.understanding.lexicon import rows


@dataclass(frozen=True, slots=True)
class Days:
    """The days from *first* to *last*, both included."""

    first: date
    last: date

    @classmethod
    def of_years(cls, first: int, last: int) -> Days:
        return cls(date(first, 1, 1), date(last, 12, 31))

    def ages(self, on: date) -> tuple[int, int]:
        """The ages, in whole years on the day *on*, of who was born in these days.

        >>> Days.of_years(1950, 1950).ages(date(2026, 11, 22))
        (75, 76)
        >>> Days.of_years(1950, 1959).ages(date(2026, 11, 22))
        (66, 76)
        """
        return age_on(on, self.last), age_on(on, self.first)


def age_on(day: date, born_on: date) -> int:
    """Whole years lived on *day*, the birthday included.

    >>> [age_on(date(2026, 11, 22), date(1961, 11, day)) for day in (22, 23)]
    [65, 64]
    """
    return day.year - born_on.year - ((born_on.month, born_on.day) > (day.month, day.day))


def solar(year: int, month: int, day: int | None) -> Days | None:
    """A day of the common calendar, or its whole month; None if there is no such day."""
    if not 1 <= month <= 12:
        return None
    length = monthrange(year, month)[1]
    if day is None:
        return Days(date(year, month, 1), date(year, month, length))
    return Days(date(year, month, day), date(year, month, day)) if 1 <= day <= length else None


@dataclass(frozen=True, slots=True)
class _LunarYear:
    new_year: date
    leap_month: int  # 0 if the year has none.
    lengths: tuple[int, ...]  # Days of each month; a leap month follows the month it repeats.


@cache
def _lunar_years() -> dict[int, _LunarYear]:
    return {
        int(row["year"]): _LunarYear(
            new_year=date.fromisoformat(row["new_year"]),
            leap_month=int(row["leap_month"]),
            lengths=tuple(30 if long == "1" else 29 for long in row["long_months"]),
        )
        for row in rows("understanding", "lunar_years")
    }


def lunar(year: int, month: int, day: int | None) -> Days | None:
    """A day of the lunar calendar in common days, or its whole month.

    The twelfth month of 1961 was in 1962:

    >>> lunar(1961, 12, 8)
    Days(first=datetime.date(1962, 1, 13), last=datetime.date(1962, 1, 13))
    >>> lunar(1960, 1, 1).first
    datetime.date(1960, 1, 28)

    Returns:
        None if there is no such day, or the year is not in the table (1911 to 2030).
    """
    known = _lunar_years().get(year)
    if known is None or not 1 <= month <= 12:
        return None
    index = month - 1 + (1 if 0 < known.leap_month < month else 0)
    start = known.new_year + timedelta(days=[0, *accumulate(known.lengths)][index])
    length = known.lengths[index]
    if day is None:
        return Days(start, start + timedelta(days=length - 1))
    if not 1 <= day <= 30:
        return None
    there = start + timedelta(days=min(day, length) - 1)
    return Days(there, there)


LUNAR_MONTHS: Final = {"正": 1, "冬": 11, "腊": 12}
