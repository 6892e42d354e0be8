"""Puts back the words of our business that a recogniser wrote with other characters.

推保 is 退保 and 转人公 is 转人工, because they sound the same. Compared are sounds, not a
list of known mistakes; ordinary words that sound like one of ours are left alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import Final

from ivr.understanding.lexicon import any_of, table
from ivr.understanding.numbers import NUMERAL
from ivr.understanding.spelling import COMMON, blurred, slips, sounds, spelled

_DATA: Final = table("homophones")
_WORDS: Final = frozenset[str](_DATA["words"])
_LENGTHS: Final = sorted({len(word) for word in _WORDS}, reverse=True)
_KEEP: Final = re.compile(any_of({*_WORDS, *_DATA["ordinary"]}))
_NUMERALS: Final = re.compile(rf"{NUMERAL}+(?=[号年月岁个点])|{NUMERAL}{{2,}}")


@cache
def _keys(char: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(blurred(sound) for sound in sounds(char)[:COMMON]))


def _index() -> dict[tuple[str, ...], list[tuple[str, tuple[str, ...]]]]:
    index = defaultdict(list)
    for word in sorted(_WORDS):
        syllables = spelled(word)
        index[tuple(map(blurred, syllables))].append((word, syllables))
    return dict(index)


_INDEX: Final = _index()
_BEGINNINGS: Final = frozenset(key[0] for key in _INDEX)


def meant(heard: str) -> str | None:
    """The word of ours that *heard* must be, or None.

    >>> meant("推保"), meant("转人公"), meant("收益人")
    ('退保', '转人工', '受益人')
    >>> meant("天气") is None
    True
    """
    candidates: list[tuple[int, str]] = []
    for key in product(*map(_keys, heard)):
        for word, syllables in _INDEX.get(key, ()):
            wrong = [slips(char, one) for char, one in zip(heard, syllables, strict=True)]
            if None in wrong:
                continue
            cost = sum(one or 0 for one in wrong)
            right = sum(ours == theirs for ours, theirs in zip(heard, word, strict=True))
            if cost == 0 or (right > 0 and cost <= len(word) // 2):
                candidates.append((cost, word))
    return min(candidates)[1] if candidates else None


def repaired(text: str) -> tuple[str, list[tuple[str, str]]]:
    """*text* with the words put back, and each (heard, meant) in it.

    >>> repaired("我要推保")
    ('我要退保', [('推保', '退保')])

    客户 sounds like 客服, but is a word of its own:

    >>> repaired("我是客户")
    ('我是客户', [])
    """
    changes: list[tuple[str, str]] = []
    for seen, word in _AFTER:
        for hit in seen.finditer(text):
            changes.append((hit["heard"], word))
        text = seen.sub(rf"\g<before>{word}", text)
    out: list[str] = []
    done = 0
    for start, end, word in _misheard(text):
        out += [text[done:start], word]
        changes.append((text[start:end], word))
        done = end
    return "".join(out) + text[done:], changes


def _misheard(text: str) -> Iterator[tuple[int, int, str]]:
    kept = _ordinary(text)
    start = 0
    while start < len(text):
        if kept[start] or not any(key in _BEGINNINGS for key in _keys(text[start])):
            start += 1
            continue
        for end in (start + length for length in _LENGTHS):
            if end <= len(text) and not any(kept[start:end]) and (word := meant(text[start:end])):
                yield start, end, word
                start = end
                break
        else:
            start += 1


def _ordinary(text: str) -> list[bool]:
    """For each character, whether it belongs to a word that is right as it stands."""
    kept = [False] * len(text)
    position = 0
    while hit := _KEEP.search(text, position):  # Such words may overlap: step by one.
        kept[hit.start() : hit.end()] = [True] * (hit.end() - hit.start())
        position = hit.start() + 1
    for hit in _NUMERALS.finditer(text):
        kept[hit.start() : hit.end()] = [True] * (hit.end() - hit.start())
    return kept


_AFTER: Final = tuple(
    (re.compile(f"(?P<before>{entry['before']})(?P<heard>{entry['heard']})"), entry["meant"])
    for entry in _DATA["after"]
)
