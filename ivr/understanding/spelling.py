"""Sounds: toneless pinyin, and how far apart two of them are on the telephone."""

from __future__ import annotations

from functools import cache
from typing import Final

from pypinyin import Style, lazy_pinyin, pinyin

from ivr.understanding.lexicon import table

COMMON: Final = 2  # Rarer readings of a character are not what was said.

Slips = tuple[tuple[str, str], ...]

_SLIPS: Final = table("homophones")["slips"]
# The rarer form is written as the commoner one, so that equal keys mean "may be confused".
_INITIALS: Final[Slips] = tuple((a, b) for a, b in _SLIPS["initials"])
_FINALS: Final[Slips] = tuple((a, b) for a, b in _SLIPS["finals"])


@cache
def sounds(char: str) -> tuple[str, ...]:
    """The toneless readings of one character, the commonest first; () if it is no hanzi.

    >>> sounds("退"), sounds("重"), sounds("a")
    (('tui',), ('zhong', 'chong', 'tong'), ())
    """
    if not "㐀" <= char <= "鿿":
        return ()
    readings = pinyin(char, style=Style.NORMAL, heteronym=True, errors="ignore")
    return tuple(dict.fromkeys(readings[0])) if readings else ()


@cache
def blurred(syllable: str) -> str:
    """The syllable as a bad line or a regional accent leaves it.

    >>> blurred("zhong") == blurred("zong"), blurred("ling") == blurred("nin")
    (True, True)
    """
    for whole, part in _FINALS:
        if syllable.endswith(whole):
            syllable = syllable.removesuffix(whole) + part
            break
    for whole, part in _INITIALS:
        if syllable.startswith(whole) and len(syllable) > len(whole):
            return part + syllable.removeprefix(whole)
    return syllable


@cache
def slips(heard: str, syllable: str) -> int | None:
    """How many slips lead from *syllable* to the character *heard*.

    0 if it can sound like that but for the tone, 1 if a bad line confuses them, else None.

    >>> slips("推", "tui"), slips("中", "zong"), slips("大", "tui")
    (0, 1, None)
    """
    mine = sounds(heard)[:COMMON]
    if syllable in mine:
        return 0
    return 1 if blurred(syllable) in map(blurred, mine) else None


def spelled(word: str) -> tuple[str, ...]:
    """The syllables of a whole word, in which a character has one reading.

    >>> spelled("重复")
    ('chong', 'fu')
    """
    return tuple(lazy_pinyin(word))
