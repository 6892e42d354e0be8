"""The caller's number, in every form that a carrier sends or a file holds."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.callers import Identified, Unidentified, WhyNot, identify, line_of, mask, tail

LANDLINE = "+861000000018"
MOBILE = "+8613800000018"


@pytest.mark.parametrize(
    "written",
    [
        "+861000000018",
        "861000000018",
        "00861000000018",
        "01000000018",
        "1000000018",
        "010-0000-0018",
        "010 0000 0018",
        "(010) 0000 0018",
        "+86 (0)10 0000 0018",
        "  +861000000018\n",
        "０１０－００００－００１８",
        "1795101000000018",
        "sip:+861000000018@192.0.2.7:5060;transport=udp",
        "SIPS:01000000018@example.com",
        '"Mrs Li" <sip:+861000000018;user=phone@example.com>;tag=9f',
        "sip:%2B861000000018@private.example.com",
        "tel:+86-10-0000-0018",
        "tel:010-0000-0018;phone-context=+86",
    ],
)
def test_a_landline_is_known_in_every_form(written):
    assert identify(written, "+861000095519") == Identified(LANDLINE)


@pytest.mark.parametrize(
    "written",
    [
        "+8613800000018",
        "8613800000018",
        "008613800000018",
        "13800000018",
        "013800000018",
        "+86013800000018",
        "138-0000-0018",
        "1259313800000018",
        "sip:13800000018@example.com",
    ],
)
def test_a_mobile_is_known_in_every_form(written):
    assert identify(written) == Identified(MOBILE)


@pytest.mark.parametrize(
    ("written", "e164"),
    [
        ("+447700900123", "+447700900123"),
        ("00447700900123", "+447700900123"),
        ("+44 (0)7700 900123", "+447700900123"),
        ("+14155550100", "+14155550100"),
        ("+85200000018", "+85200000018"),
    ],
)
def test_a_caller_from_abroad_has_a_line_too(written, e164):
    assert identify(written) == Identified(e164)


@pytest.mark.parametrize("prefix", ["", "+", "1", "+1"])
@pytest.mark.parametrize("spelt", ["266696687", "7378742833", "2562533", "8656696", "86282452253"])
def test_a_word_spelt_on_a_keypad_is_nobodys_number(prefix, spelt):
    assert identify(prefix + spelt) == Unidentified(WhyNot.WITHHELD)


@pytest.mark.parametrize(
    "word",
    ["anonymous", "Restricted", "UNKNOWN", "private", "Unavailable", "blocked", "withheld"],
)
@pytest.mark.parametrize("form", ["{}", " {} number", "sip:{}@example.com", "<sip:{}@x.invalid>"])
def test_a_withheld_number_is_withheld_in_any_case_and_form(word, form):
    assert identify(form.format(word)) == Unidentified(WhyNot.WITHHELD)


def test_lines_with_the_digits_of_a_keypad_word_are_not_lost():
    assert identify("+867378742833") == Identified("+867378742833")
    assert identify("07378742833") == Identified("+867378742833")
    assert identify("+8617378742833") == Identified("+8617378742833")
    assert line_of("17378742833") == Identified("+8617378742833"), "a file withholds nothing"


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", WhyNot.BLANK),
        (" \t\n", WhyNot.BLANK),
        (None, WhyNot.BLANK),
        ("95519", WhyNot.TOO_SHORT),
        ("+8695519", WhyNot.TOO_SHORT),
        ("10086", WhyNot.TOO_SHORT),
        ("00000018", WhyNot.TOO_SHORT),
        ("sip:1001@example.com", WhyNot.TOO_SHORT),
        ("1380000001", WhyNot.NOT_POSSIBLE),
        ("138000000018", WhyNot.NOT_POSSIBLE),
        ("0100000001", WhyNot.NOT_POSSIBLE),
        ("+999123456789", WhyNot.NOT_POSSIBLE),
        ("+" + "1" * 40, WhyNot.NOT_POSSIBLE),
        ("client:li", WhyNot.NOT_A_LINE),
        ("sip:li@example.com", WhyNot.NOT_A_LINE),
        ("sip:138.000.000.18", WhyNot.NOT_A_LINE),
        ("tel:2000000018;phone-context=+44", WhyNot.NOT_A_LINE),
        ("1-800-FLOWERS", WhyNot.NOT_A_NUMBER),
        ("13800000018,,5", WhyNot.NOT_A_NUMBER),
        ("13800\x0000018", WhyNot.NOT_A_NUMBER),
        ("13800000018\x00", WhyNot.NOT_A_NUMBER),
        ("+86\r\n13800000018", WhyNot.NOT_A_NUMBER),
        ("١٣٨٠٠٠٠٠٠١٨", WhyNot.NOT_A_NUMBER),
        ("¹³⁸⁰⁰⁰⁰⁰⁰¹⁸", WhyNot.NOT_A_NUMBER),
        ("①③⑧", WhyNot.NOT_A_NUMBER),
    ],
)
def test_what_is_no_line_is_unidentified_and_says_why(written, why):
    assert identify(written) == Unidentified(why)
    assert why.in_words


@pytest.mark.parametrize("dialled", ["+861000095519", "01000095519", "sip:+861000095519@x"])
def test_the_dialled_number_is_not_the_callers(dialled):
    assert identify("+861000095519", dialled) == Unidentified(WhyNot.SAME_AS_DIALLED)


@given(st.text(), st.text())
def test_nothing_that_is_sent_raises(raw_from, raw_to):
    identify(raw_from, raw_to)


@given(st.text(alphabet="+0123456789 -;:@<>%().spteliSIPanonymous０９", max_size=60))
def test_a_line_is_always_in_e164_and_stays_the_same(raw):
    found = line_of(raw)
    if isinstance(found, Identified):
        assert re.fullmatch(r"\+[1-9][0-9]{6,14}", found.e164)
        assert line_of(found.e164) == found


@pytest.mark.parametrize("sign", ["1", "+", "<", '"', ";", "%", " ", "\x00", "０", "sip:", "-1"])
def test_a_megabyte_is_refused_at_once(sign):
    start = time.perf_counter()
    assert isinstance(identify(sign * 1_000_000, sign * 1_000_000), Unidentified)
    assert isinstance(identify((sign * 256)[:256]), Unidentified)
    assert time.perf_counter() - start < 0.1


def test_a_screen_shows_neither_the_number_nor_its_length():
    assert mask(LANDLINE) == "+86 ****18"
    assert mask(MOBILE) == "+86 ****18"
    assert mask("+447700900123") == "+44 ****23"
    assert mask("not a number") == mask("") == "****"
    assert tail(LANDLINE) == "0018"
