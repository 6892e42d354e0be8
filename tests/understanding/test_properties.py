"""What holds for any text: it is understood without an error, and its form does not matter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from ivr.understanding import AgeOf, Elder, Understanding, understand
from ivr.understanding.lexicon import table
from tests.understanding.scoring import labelled
from tests.understanding.test_parts import spoken

ON = date(2026, 11, 22)
LABELLED = [
    row.found.text.replace(" ", "")
    for file in ("elder_expressions_dev.tsv", "understanding_tune.tsv")
    for row in labelled(file)
]
PIECES = sorted({
    *"零一二三四五六七八九十百千万亿两半几多来岁年月日号初底后前的了我他是属差快奔",
    *"0123456789٣７｜/-.~ ",
    *(word for words in table("concepts").values() for word in words),
    *(word for relation in table("persons")["relation"] for word in relation["kin"]),
    *("民国", "农历", "腊月", "闰", "年代", "解放", "那年", "去年", "明年", "虚岁", "不对", "不是"),
})  # fmt: skip


def meaning(found: Understanding) -> Understanding:
    """What was understood, apart from the form of the text."""
    return replace(found, text="", reasons=())


@given(st.text(max_size=60))
def test_no_text_at_all_is_an_error(text):
    found = understand(text, on=ON)
    assert found.text == text
    assert len(found.reasons) >= 2


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_no_mixture_of_words_we_know_is_an_error(text):
    found = understand(text, on=ON)
    assert (found.age is None) == (found.age_of is None)
    if found.age:
        low, high = found.age
        assert 0 <= low <= high <= 130
        if found.age_of is AgeOf.CALLER:
            assert (found.elder is Elder.YES) >= (low >= 65)
            assert (found.elder is Elder.NO) >= (high < 65)


@given(st.sampled_from(LABELLED), st.randoms(use_true_random=False))
def test_spaces_between_characters_do_not_matter(text, chance):
    apart = "".join(
        char + (" " if chance.random() < 0.5 and not char.isascii() else "") for char in text
    )
    assert meaning(understand(apart, on=ON)) == meaning(understand(text, on=ON))


@given(st.sampled_from(LABELLED), st.sampled_from(["嗯", "呃", "哎呀", "嗯嗯"]))
def test_a_filler_before_and_after_does_not_matter(text, filler):
    assert meaning(understand(filler + text + filler, on=ON)) == meaning(understand(text, on=ON))


@given(st.integers(min_value=21, max_value=99))
def test_an_age_is_the_same_in_characters_and_in_the_digits_of_any_script(age):
    wide = str(age).translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)})
    indic = str(age).translate({ord(str(digit)): chr(0x0660 + digit) for digit in range(10)})
    for words in (spoken(age), str(age), wide, indic):
        for form in (f"我今年{words}岁", f"我{words}了", f"今年{words}", f"我{words}周岁"):
            assert understand(form, on=ON).age == (age, age), form


@given(st.integers(min_value=20, max_value=98), st.integers(min_value=18, max_value=120))
def test_the_same_age_makes_an_elder_or_not_by_the_limit_alone(age, limit):
    elder = understand(f"我今年{spoken(age)}岁", on=ON, elder_age=limit).elder
    assert elder is (Elder.YES if age >= limit else Elder.NO)


@given(st.integers(min_value=1927, max_value=1999))
def test_a_year_of_birth_is_the_same_in_every_form(year):
    digits = "".join("零一二三四五六七八九"[int(digit)] for digit in str(year))
    for form in (
        f"我{year}年生的",
        f"我{digits}年生的",
        f"我{digits[2:]}年出生的",
        f"生于{year}年",
    ):
        found = understand(form, on=ON)
        assert (found.birth_year, found.age) == (year, (2025 - year, 2026 - year)), form


@given(st.dates(min_value=date(1930, 1, 1), max_value=date(2000, 12, 31)))
def test_a_birthday_gives_one_age_which_is_that_of_the_calendar(born_on):
    words = f"我{born_on.year}年{born_on.month}月{born_on.day}号生的"
    age = ON.year - born_on.year - ((born_on.month, born_on.day) > (ON.month, ON.day))
    assert understand(words, on=ON).age == (age, age)
