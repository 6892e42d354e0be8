"""Birth date → age. Which day it is, is decided in China, where the callers are."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

# The same zone as in the settings, which this room does not load: they cost 0.1 s.
_SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


def today_in_shanghai(now: datetime) -> date:
    """The day on which *now* falls in China.

    The day begins at midnight there, which is 16:00 of the day before in UTC:

    >>> from datetime import UTC
    >>> today_in_shanghai(datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC))
    datetime.date(2026, 11, 22)
    >>> today_in_shanghai(datetime(2026, 11, 22, 16, 0, 0, tzinfo=UTC))
    datetime.date(2026, 11, 23)

    Raises:
        ValueError: *now* has no time zone, so that the day is anybody's guess.
    """
    if now.tzinfo is None:
        raise ValueError("now must be aware: give it a time zone, such as UTC")
    return now.astimezone(_SHANGHAI).date()


def age_on(day: date, born_on: date) -> int:
    """Whole years lived on *day*, the birthday included.

    >>> age_on(date(2026, 2, 28), born_on=date(1961, 3, 1))
    64
    >>> age_on(date(2026, 3, 1), born_on=date(1961, 3, 1))
    65

    Born on 29 February, one grows older on 1 March in common years:

    >>> age_on(date(2025, 2, 28), born_on=date(1960, 2, 29))
    64
    >>> age_on(date(2025, 3, 1), born_on=date(1960, 2, 29))
    65
    >>> age_on(date(2024, 2, 29), born_on=date(1960, 2, 29))
    64

    Who is born after *day* has a negative age; a mistake on file makes nobody an elder:

    >>> age_on(date(2026, 1, 1), born_on=date(2026, 1, 2))
    -1
    """
    birthday_is_ahead = (day.month, day.day) < (born_on.month, born_on.day)
    return day.year - born_on.year - birthday_is_ahead


def is_elder(day: date, born_on: date, elder_age: int) -> bool:
    """Whether someone has reached *elder_age*, in whole years, on *day*.

    >>> is_elder(date(2026, 11, 22), born_on=date(1961, 11, 22), elder_age=65)
    True
    >>> is_elder(date(2026, 11, 21), born_on=date(1961, 11, 22), elder_age=65)
    False

    A caller whose 65th birthday is 23 November is an elder from midnight in China on:

    >>> from datetime import UTC
    >>> late = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
    >>> is_elder(today_in_shanghai(late), born_on=date(1961, 11, 23), elder_age=65)
    True
    """
    return age_on(day, born_on) >= elder_age
