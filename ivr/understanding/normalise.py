"""The recogniser's words, made comparable: spaces, scripts, hesitation, dialect, homophones."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from ivr.understanding import homophones, numerals
from ivr.understanding.lexicon import any_of, table

_DATA: Final = table("normalise")
_SIMPLIFIED: Final = {ord(pair[0]): pair[1] for pair in _DATA["script"].split()}
_NUMERALS: Final = {ord(pair[0]): pair[1:] for pair in _DATA["numerals"].split()}
_FILLERS: Final = re.compile("|".join(_DATA["fillers"]["patterns"]))
_STUTTER: Final = re.compile(rf"([{_DATA['fillers']['stutter']}])\1+")
_STANDARD: Final = re.compile(any_of(_DATA["standard"]))

_ANY_NUMERAL: Final = f"[零一二三四五六七八九十百千万亿0-9{''.join(map(chr, _NUMERALS))}]"
_NUMERAL_RUN: Final = re.compile(f"{_ANY_NUMERAL}{{2,}}")
# A pause between two numbers keeps them apart; a sign inside a date or a range is part of it.
_PAUSE: Final = re.compile(rf"(?<={_ANY_NUMERAL})\s*[,，、;；。!！?？]\s*(?={_ANY_NUMERAL})")
_NUMBERS_APART: Final = re.compile(r"(?<=\d{2})\s+(?=\d{2})")
_MARK_IN_NUMBER: Final = re.compile(r"(?<=\d)\s*[-~至/.:](?=\s*\d)")
_NOT_SPOKEN: Final = re.compile(r"[^\w%|/~.:-]|_|(?<!\d)[-~/.:]|[-~/.:](?!\d)")
_DIGIT: Final = re.compile(r"\d")
_SAID_TWICE: Final = re.compile(r"(.{2,8}?)\1+")
_THRICE: Final = re.compile(r"([^\d零一二三四五六七八九|])\1{2,}")
_DIGIT_STUTTER: Final = re.compile(r"(?<![零一二三四五六七八九])([二三四五六七八九])\1(?=十)")
_ONLY_DIGITS: Final = re.compile(r"[\d零一二三四五六七八九两|~/.:-]+")
_LONGEST: Final = 400  # Characters; an utterance is a sentence or two, not a speech.


@dataclass(frozen=True, slots=True)
class Heard:
    """An utterance, ready to be understood.

    Attributes:
        text: simplified, without spaces, fillers and repetitions, dialect words in their
            standard form, misheard words put back.
        as_spoken: the same before dialect words were replaced; it tells the dialect.
        repairs: the misheard words, as (heard, meant).
    """

    text: str
    as_spoken: str
    repairs: tuple[tuple[str, str], ...]


def heard(utterance: str) -> Heard:
    """Normalise what a recogniser wrote.

    >>> heard("我 我 我今年，七十七十二 了").text
    '我今年七十二了'
    >>> heard("唔该帮我揾個人工").text
    '请帮我找个人工'
    """
    spoken = _once(_clean(utterance))
    text = _STANDARD.sub(lambda hit: _DATA["standard"][hit[0]], spoken)
    text, words = homophones.repaired(text)
    text, ages = numerals.repaired(text)
    return Heard(text=text, as_spoken=spoken, repairs=(*words, *ages))


def _clean(utterance: str) -> str:
    """One script, one form of numerals, no spaces, no punctuation, no fillers."""
    text = unicodedata.normalize("NFKC", utterance)[:_LONGEST].lower().translate(_SIMPLIFIED)
    # Digits of other scripts are digits too, and must not meet a table that lacks them.
    text = _DIGIT.sub(lambda hit: str(unicodedata.decimal(hit[0])), text)
    text = _PAUSE.sub("|", text)
    text = _NUMBERS_APART.sub("|", text)
    text = _MARK_IN_NUMBER.sub(lambda hit: "~" if "至" in hit[0] else hit[0].strip(), text)
    text = _NOT_SPOKEN.sub("", text)
    text = _NUMERAL_RUN.sub(lambda hit: hit[0].translate(_NUMERALS), text)
    return _FILLERS.sub("", text)


def _once(text: str) -> str:
    """Without what was said twice in one breath, except digits, which may well be double."""
    text = _THRICE.sub(r"\1", _STUTTER.sub(r"\1", text))
    text = _SAID_TWICE.sub(lambda hit: hit[0] if _ONLY_DIGITS.fullmatch(hit[0]) else hit[1], text)
    return _DIGIT_STUTTER.sub(r"\1", text)
