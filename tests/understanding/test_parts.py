"""The parts: numbers, sounds, the lunar calendar."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import ivr.understanding
from ivr.understanding import numerals
from ivr.understanding.calendar import lunar
from ivr.understanding.homophones import meant, repaired
from ivr.understanding.lexicon import rows, table
from ivr.understanding.numbers import numbers, value_of
from ivr.understanding.spelling import sounds, spelled

LEXICON = Path(ivr.understanding.__file__).parent / "data"
DIGITS = "零一二三四五六七八九"


def spoken(number: int) -> str:
    """*number*, below 100 million, as it is read aloud."""
    if number >= 10_000:
        head, tail = divmod(number, 10_000)
        gap = "零" if 0 < tail < 1000 else ""
        return f"{spoken(head)}万{gap}{spoken(tail) if tail else ''}"
    words, gap = "", False
    for unit, size in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit, number = divmod(number, size)
        if digit:
            words += ("零" if gap and words else "") + DIGITS[digit] + unit
            gap = False
        else:
            gap = bool(words)
    return words or "零"


@given(st.integers(min_value=1, max_value=99_999_999))
def test_a_number_that_is_read_aloud_keeps_its_value(number):
    assert value_of(spoken(number)) == number
    assert [(found.low, found.high) for found in numbers(f"给{spoken(number)}块")] == [
        (number, number)
    ]


@given(st.integers(min_value=11, max_value=19))
def test_the_teens_may_be_said_without_their_one(number):
    assert value_of(spoken(number).removeprefix("一")) == number


@given(st.integers(min_value=0, max_value=10**9))
def test_digits_and_characters_read_one_by_one_are_the_same_number(number):
    row = "".join(DIGITS[int(digit)] for digit in str(number))
    assert [found.digits for found in numbers(row)] == [str(number)]
    assert [found.low for found in numbers(str(number))] == [number]


@given(st.integers(min_value=20, max_value=98))
def test_two_neighbouring_last_digits_are_a_range(number):
    assume(1 <= number % 10 <= 8)
    found = list(numbers(spoken(number) + DIGITS[number % 10 + 1]))
    assert [(one.low, one.high) for one in found] == [(number, number + 1)]


WORDS = sorted(table("homophones")["words"])
CHARACTERS = [chr(code) for code in range(0x4E00, 0x9FA6)]


@given(st.sampled_from(WORDS), st.data())
def test_a_word_of_ours_is_known_again_when_one_character_only_sounds_right(word, data):
    position = data.draw(st.integers(min_value=0, max_value=len(word) - 1))
    sound = spelled(word)[position]
    alike = [char for char in CHARACTERS[:6000] if sounds(char)[:1] == (sound,)]
    other = data.draw(st.sampled_from(alike))
    heard = word[:position] + other + word[position + 1 :]
    assume(heard not in WORDS)
    assert meant(heard) in {*_sounding_like(word), word}


def _sounding_like(word: str) -> set[str]:
    """Words of ours that cannot be told from *word* by ear."""
    return {
        other
        for other in WORDS
        if len(other) == len(word)
        and all(set(sounds(a)) & set(sounds(b)) for a, b in zip(word, other, strict=True))
    }


@pytest.mark.parametrize("word", ["客户", "保安", "祝愿", "粉红", "缴费", "眼镜", "天气", "你赔"])
def test_an_ordinary_word_that_sounds_like_one_of_ours_is_left_alone(word):
    assert repaired(f"那个{word}呢") == (f"那个{word}呢", [])


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("我今年其实二了", "我今年七十二了"),
        ("我今年流失八岁", "我今年六十八岁"),
        ("我七十六碎了", "我七十六岁了"),
        ("我就是五了", "我就是五了"),
        ("其实我想问问", "其实我想问问"),
        ("我就是想找人", "我就是想找人"),
    ],
)
def test_numerals_are_put_back_only_where_an_age_is_expected(heard, meant):
    assert numerals.repaired(heard)[0] == meant


@pytest.mark.parametrize(
    ("year", "new_year"),
    [(1949, (1, 29)), (1961, (2, 15)), (1985, (2, 20)), (2024, (2, 10)), (2026, (2, 17))],
)
def test_the_lunar_year_begins_when_it_did(year, new_year):
    days = lunar(year, 1, 1)
    assert days is not None
    assert days.first == date(year, *new_year)


def test_each_lunar_year_ends_on_the_day_before_the_next():
    years = rows("understanding", "lunar_years")
    for one, following in pairwise(years):
        days = sum(30 if long == "1" else 29 for long in one["long_months"])
        end = date.fromisoformat(one["new_year"]) + timedelta(days=days)
        assert end.isoformat() == following["new_year"], one["year"]
        assert len(one["long_months"]) == (13 if one["leap_month"] != "0" else 12)


@pytest.mark.parametrize("path", sorted(LEXICON.glob("*.toml")), ids=lambda path: path.name)
def test_no_pattern_repeats_a_group_without_a_bound(path):
    """Groups whose words overlap (一, 下, 一下) would take a time that doubles with each word."""
    unbounded = re.findall(r"\)[*+]", path.read_text(encoding="utf-8"))
    assert unbounded == []
