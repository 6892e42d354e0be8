"""The caller's number, in whatever form the carrier sends it.

A number is read as one of a **line**: something that people have at home or in a pocket and
that can be called back. Whether it is *possible* decides, not whether it is *valid*: the
carriers hand out new ranges sooner than libraries learn of them, and the sample numbers of
tests and demonstrations (area code + 0000 xxxx) are possible but cannot exist.

For China the lengths are our own (the national numbering plan), because the library also
calls a ten-digit mobile number or a number without its area code possible; foreign numbers
are judged by ``phonenumbers``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import unquote

import phonenumbers

LONGEST_INPUT: Final = 256  # A SIP address of record fits; nothing longer is a number.
LONGEST_E164: Final = 15  # Recommendation ITU-T E.164, digits without the plus sign.


class WhyNot(StrEnum):
    """Why a caller cannot be identified by the number."""

    BLANK = "blank"
    WITHHELD = "withheld"
    NOT_A_LINE = "not_a_line"
    NOT_A_NUMBER = "not_a_number"
    TOO_SHORT = "too_short"
    NOT_POSSIBLE = "not_possible"
    SAME_AS_DIALLED = "same_as_dialled"

    @property
    def in_words(self) -> str:
        return _IN_WORDS[self]


_IN_WORDS: Final = {
    WhyNot.BLANK: "no number was sent",
    WhyNot.WITHHELD: "the caller or the network withholds the number",
    WhyNot.NOT_A_LINE: "a SIP user, a browser or an application, not a telephone line",
    WhyNot.NOT_A_NUMBER: "it is not written as a telephone number",
    WhyNot.TOO_SHORT: "a service number, or a local number without its area code",
    WhyNot.NOT_POSSIBLE: "no line anywhere has a number of this form",
    WhyNot.SAME_AS_DIALLED: "the caller's number is the one that was dialled",
}


@dataclass(frozen=True, slots=True)
class Identified:
    """The line is known; ``e164`` is its number, such as +861000000018."""

    e164: str


@dataclass(frozen=True, slots=True)
class Unidentified:
    """The line is not known; the call goes on as that of an unknown caller."""

    reason: WhyNot


# Words that carriers put where the number should be; one is enough, in any case.
_WITHHELD_WORDS: Final = (
    "anonymous",
    "restricted",
    "unknown",
    "private",
    "unavailable",
    "blocked",
    "withheld",
)
# The same words spelt on a keypad: ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN, UNAVAILABLE.
# They arrive with and without a plus sign or a leading 1; the last reads as one of Chengdu.
_WITHHELD_DIGITS: Final = frozenset(
    {"266696687", "7378742833", "2562533", "8656696", "86282452253"}
)

# What Chinese keyboards type by default. Digits of other scripts are not a telephone number:
# no carrier sends them, and what they stand for would be a guess.
_HALF_WIDTH: Final = str.maketrans("０１２３４５６７８９＋－（）．\u3000", "0123456789+-(). ")
_SEPARATORS: Final = re.compile(r"[ \u00a0().\-\u2010-\u2015]")
_DIGITS: Final = re.compile(r"\+?[0-9]+")

_NAMED: Final = re.compile(r"[^<>]*<([^<>]*)>[^<>]*")
_SCHEME: Final = re.compile(r"(sips?|tel|client):(.*)", re.IGNORECASE | re.DOTALL)
_CONTEXT: Final = re.compile(r";phone-context=([^;]*)", re.IGNORECASE)

# A Chinese number without its trunk 0. Beijing is the only area code that begins with 1 and
# all others of two digits begin with 2; no area code begins with 86.
_NATIONAL: Final = r"(10[0-9]{8}|1[3-9][0-9]{9}|2[0-9]{9}|(?!86)[3-9][0-9]{9,10})"
_CHINESE: Final = re.compile(rf"(?:\+|00)?860?{_NATIONAL}")
# A long-distance carrier's prefix (17951, 12593) stays in front when it was dialled.
_DOMESTIC: Final = re.compile(rf"(?:1[12][0-9]{{3}}|179[0-9]{{2}})?0?{_NATIONAL}")
_SHORTEST_LINE: Final = 10


def identify(raw_from: str | None, raw_to: str | None = None) -> Identified | Unidentified:
    """Who is calling, from the ``From`` and ``To`` of the carrier.

    Never raises, and looks at no more than 256 characters.

    >>> identify("+861000000018")
    Identified(e164='+861000000018')
    >>> identify("010 0000 0018") == identify("00861000000018") == identify("861000000018")
    True
    >>> identify("sip:+861000000018@example.com;transport=udp").e164
    '+861000000018'
    >>> identify("Anonymous").reason.value, identify("+86282452253").reason.value
    ('withheld', 'withheld')

    A real line of Yiyang has the same digits as a withheld one, but never without +86 or 0:

    >>> identify("7378742833").reason.value, identify("+867378742833").e164
    ('withheld', '+867378742833')

    Some exchanges repeat the dialled number when they have no other:

    >>> identify("+861000095519", "+861000095519").reason.value
    'same_as_dialled'
    """
    text = _tidy(raw_from)
    if text is not None and _is_withheld(text):
        return Unidentified(WhyNot.WITHHELD)
    caller = line_of(raw_from)
    if isinstance(caller, Identified) and caller == line_of(raw_to):
        return Unidentified(WhyNot.SAME_AS_DIALLED)
    return caller


def line_of(raw: str | None) -> Identified | Unidentified:
    """The line that a number names, wherever it is written, such as in a customer's file.

    Unlike a caller's number it is never withheld, so the keypad words are numbers here.

    >>> line_of("１３８-0000-0018").e164
    '+8613800000018'
    >>> line_of("138 0000 001").reason.value
    'not_possible'
    >>> line_of("0000 0018").reason.value
    'too_short'
    """
    text = _tidy(raw)
    if text is None:
        return Unidentified(WhyNot.NOT_A_NUMBER)
    if not text:
        return Unidentified(WhyNot.BLANK)
    written = _number_in(text)
    if isinstance(written, WhyNot):
        return Unidentified(written)
    digits = _SEPARATORS.sub("", written)
    if not _DIGITS.fullmatch(digits):
        return Unidentified(WhyNot.NOT_A_NUMBER)
    return _read(digits)


def mask(e164: str) -> str:
    """A number for screens: the country and the last two digits, not even the length.

    >>> mask("+861000000018"), mask("+85200000018"), mask("anonymous")
    ('+86 ****18', '+852 ****18', '****')
    """
    if not re.fullmatch(r"\+[0-9]{7,15}", e164):
        return "****"
    for length in (1, 2, 3):
        if int(e164[1 : 1 + length]) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
            return f"{e164[: 1 + length]} ****{e164[-2:]}"
    return f"****{e164[-2:]}"


def tail(e164: str) -> str:
    """The last four digits, by which a caller can recognise their own number.

    >>> tail("+861000000018")
    '0018'
    """
    return e164[-4:]


def _tidy(raw: str | None) -> str | None:
    """Without spaces around it and in half-width signs; None if it is too long to be read."""
    if raw is None:
        return ""
    if len(raw) > LONGEST_INPUT:
        return None
    return raw.strip().translate(_HALF_WIDTH)


def _is_withheld(text: str) -> bool:
    """A word or a keypad word stands where the number should be.

    The host of a SIP address may be called anything, so that only the user counts.
    """
    named = _NAMED.fullmatch(text)
    address = (named[1] if named else text).strip()
    scheme = _SCHEME.fullmatch(address)
    user = (scheme[2] if scheme else address).partition("@")[0].partition(";")[0]
    folded = user.casefold()
    if any(word in folded for word in _WITHHELD_WORDS):
        return True
    digits = _SEPARATORS.sub("", user).removeprefix("+")
    return digits in _WITHHELD_DIGITS or digits.removeprefix("1") in _WITHHELD_DIGITS


def _number_in(text: str) -> str | WhyNot:
    """What stands for the number in *text*, which may be an address with a scheme.

    >>> _number_in('"Li" <sip:%2B861000000018;user=phone@example.com>')
    '+861000000018'
    >>> _number_in("tel:2079460018;phone-context=+44").value
    'not_a_line'
    """
    named = _NAMED.fullmatch(text)
    address = (named[1] if named else text).strip()
    scheme = _SCHEME.fullmatch(address)
    if scheme is None:
        return address
    kind, rest = scheme[1].lower(), scheme[2]
    if kind == "client":
        return WhyNot.NOT_A_LINE
    if kind == "tel":
        context = _CONTEXT.search(rest)
        number = rest.partition(";")[0]
        foreign = context is not None and context[1] != "+86" and not number.startswith("+")
        return WhyNot.NOT_A_LINE if foreign else number
    user, at, _host = rest.partition("@")
    user = unquote(user.partition(";")[0].partition(":")[0])
    if not at or not _DIGITS.fullmatch(_SEPARATORS.sub("", user)):
        return WhyNot.NOT_A_LINE
    return user


def _read(digits: str) -> Identified | Unidentified:
    """The line whose number is *digits*: an optional plus sign, then ASCII digits only."""
    chinese = _CHINESE.fullmatch(digits) or _DOMESTIC.fullmatch(digits)
    if chinese:
        return Identified(f"+86{chinese[1]}")
    abroad = re.fullmatch(r"(?:\+|00)((?!86)[1-9][0-9]*)", digits)
    if abroad:
        return _read_foreign(abroad[1])
    bare = re.sub(r"^(?:\+|00)86", "", digits).lstrip("+")
    return Unidentified(WhyNot.TOO_SHORT if len(bare) < _SHORTEST_LINE else WhyNot.NOT_POSSIBLE)


def _read_foreign(digits: str) -> Identified | Unidentified:
    if len(digits) > LONGEST_E164:
        return Unidentified(WhyNot.NOT_POSSIBLE)
    try:
        number = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return Unidentified(WhyNot.NOT_POSSIBLE)
    match phonenumbers.is_possible_number_with_reason(number):
        case phonenumbers.ValidationResult.IS_POSSIBLE:
            e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            return Identified(e164)
        case (
            phonenumbers.ValidationResult.TOO_SHORT
            | phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY
        ):
            return Unidentified(WhyNot.TOO_SHORT)
        case _:
            return Unidentified(WhyNot.NOT_POSSIBLE)
