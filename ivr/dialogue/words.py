"""How figures are spoken: keys, telephone tails, receipt numbers, minutes, hours."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from functools import lru_cache

_PLAIN = str.maketrans("0123456789", "零一二三四五六七八九")
_DIALLED = str.maketrans("0123456789", "零幺二三四五六七八九")
_RUN = re.compile(r"\d+")
# China has one time and no summer time, so a fixed offset needs no time zone database.
CHINA_TIME = timezone(timedelta(hours=8))


def spoken_figures(text: str) -> str:
    """*text* with its figures as words: one figure is a key or a count, more are dialled.

    >>> spoken_figures("理赔、报案，请按2。")
    '理赔、报案，请按二。'
    >>> spoken_figures("请先打120。")
    '请先打幺二零。'
    """
    return _RUN.sub(lambda run: run[0].translate(_PLAIN if len(run[0]) == 1 else _DIALLED), text)


def spoken_count(number: int) -> str:
    """A whole number from 0 to 9999 as it is counted aloud.

    >>> [spoken_count(n) for n in (1, 2, 10, 12, 20, 22, 105, 120)]
    ['一', '两', '十', '十二', '二十', '二十二', '一百零五', '一百二十']
    """
    if number == 2:
        return "两"
    if not 0 <= number <= 9999:
        raise ValueError(f"{number} cannot be counted aloud; it must be from 0 to 9999.")
    digits = str(number)
    words, gap = "", False
    for digit, unit in zip(digits, ["千", "百", "十", ""][-len(digits) :], strict=True):
        if digit == "0":
            gap = bool(words)
            continue
        words += ("零" if gap else "") + digit.translate(_PLAIN) + unit
        gap = False
    return (words.removeprefix("一") if 10 <= number < 20 else words) or "零"


def digit_groups(number: str) -> list[str]:
    """The digits of a telephone or receipt number, in groups of three or four, as words.

    Signs between the digits are dropped, letters stay.

    >>> digit_groups("0018"), digit_groups("2026112207")
    (['零零幺八'], ['二零二', '六幺幺', '二二零七'])
    """
    digits = "".join(sign for sign in number if sign.isalnum())
    parts = max(1, -(-len(digits) // 4))
    size, longer = divmod(len(digits), parts)
    groups, start = [], 0
    for part in range(parts):
        end = start + size + (part >= parts - longer)
        groups.append(digits[start:end].translate(_DIALLED))
        start = end
    return groups


def spoken_by(by_at: datetime, now: datetime) -> str:
    """An hour of today or tomorrow as a promise is spoken.

    >>> noon = datetime(2026, 11, 22, 4, 0, tzinfo=timezone.utc)
    >>> spoken_by(noon + timedelta(hours=5), noon), spoken_by(noon + timedelta(hours=24), noon)
    ('今天下午五点前', '明天中午十二点前')
    """
    local, here = by_at.astimezone(CHINA_TIME), now.astimezone(CHINA_TIME)
    day = "今天" if local.date() == here.date() else "明天"
    part = "上午" if local.hour < 12 else "中午" if local.hour < 13 else "下午"
    part = "晚上" if local.hour >= 18 else part
    hour = local.hour - 12 if local.hour > 12 else local.hour
    return f"{day}{part}{spoken_count(hour)}点前"


@lru_cache(maxsize=4096)
def characters(text: str) -> int:
    """How many characters are spoken: signs do not count.

    >>> characters("查保单、办业务，请按1。")
    9
    """
    return sum(sign.isalnum() for sign in text)
