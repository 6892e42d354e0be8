"""Ages whose numerals a recogniser wrote as other words: 我今年其实二了 is 我今年七十二了.

Such words are taken for a number only where an age is expected, and everyday words such as
就是 (which sounds like 90) only where nothing else can be meant.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from ivr.understanding.lexicon import any_of, table
from ivr.understanding.numbers import NUMERAL
from ivr.understanding.spelling import sounds

_AGE: Final = table("homophones")["age"]
_STRONG: Final = re.compile(_AGE["strong"])
_WEAK: Final = re.compile(_AGE["weak"])
_CLOSED: Final = re.compile(_AGE["closed"])
_UNIT: Final = re.compile(_AGE["unit"])
_EVERYDAY: Final = re.compile(any_of(_AGE["everyday"]))
_IS_NUMERAL: Final = re.compile(NUMERAL)
_LONGEST_BEFORE: Final = 8

_DIGIT_SOUNDS: Final = {
    "yi": "一", "er": "二", "san": "三", "si": "四", "wu": "五",
    "liu": "六", "qi": "七", "ba": "八", "jiu": "九",
}  # fmt: skip
_YEARS_OLD: Final = re.compile(r"(?<=[零一二三四五六七八九十\d])([^岁])(?=了|啦|的|$)")


@cache
def _digit(char: str) -> str | None:
    return next((_DIGIT_SOUNDS[sound] for sound in sounds(char) if sound in _DIGIT_SOUNDS), None)


@cache
def _is_ten(char: str) -> bool:
    return char == "十" or any(sound in ("shi", "si") for sound in sounds(char)[:1])


def repaired(text: str) -> tuple[str, list[tuple[str, str]]]:
    """*text* with such an age written in numerals, and each (heard, meant) in it.

    >>> repaired("我今年其实二了")
    ('我今年七十二了', [('其实二', '七十二')])
    >>> repaired("我就是想问问")
    ('我就是想问问', [])
    """
    changes: list[tuple[str, str]] = []
    if hit := _YEARS_OLD.search(text):
        unit = hit[1]
        if "sui" in sounds(unit):
            changes.append((unit, "岁"))
            text = f"{text[: hit.start()]}岁{text[hit.end() :]}"
    for start in range(len(text) - 1):
        if not (_digit(text[start]) and _is_ten(text[start + 1])):
            continue
        for length in (3, 2):
            heard = text[start : start + length]
            if len(heard) == length and (number := _age_in(text, start, heard)):
                changes.append((heard, number))
                return text[:start] + number + text[start + length :], changes
    return text, changes


def _age_in(text: str, start: int, heard: str) -> str | None:
    """The age of two digits that *heard* sounds like, if one is expected at *start*."""
    numerals = sum(_IS_NUMERAL.fullmatch(char) is not None for char in heard)
    last = _digit(heard[2]) if len(heard) == 3 else ""
    if numerals == len(heard) or last is None:
        return None
    after = text[start + len(heard) :]
    if not _CLOSED.match(after):
        return None
    before = text[max(0, start - _LONGEST_BEFORE) : start]
    expected = bool(_STRONG.search(before)) or bool(_UNIT.match(after))
    plausible = numerals > 0 and bool(_WEAK.search(before)) and not _EVERYDAY.match(heard)
    # Two everyday syllables before 岁 (其实岁) are a number only right after 今年 or the like.
    if len(heard) == 2 and numerals == 0:
        expected = bool(_STRONG.search(before)) and bool(_UNIT.match(after))
    return f"{_digit(heard[0])}十{last}" if expected or plausible else None
