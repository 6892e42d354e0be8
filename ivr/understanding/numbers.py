"""Numbers as people say them and recognisers write them: 七十二, 72, 七十2, 六十八九, 七八十."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_DIGITS: Final = {
    char: value % 10 for value, char in enumerate("零一二三四五六七八九0123456789")
} | {"两": 2}
_UNITS: Final = {"十": 10, "百": 100, "千": 1000}
_MYRIADS: Final = {"万": 10**4, "亿": 10**8}

DIGIT: Final = "[零一二三四五六七八九两0-9]"
NUMERAL: Final = "[零一二三四五六七八九两0-9十百千万亿]"

# A tens range (七八十), a number with units (三百零二, 七十2, 65万), or a row of digits (一九五零).
# A digit that is followed by 十 begins the next number: 六十七十 is two numbers, not 67 and 10.
_TOKEN: Final = re.compile(
    r"(?P<tens>[一二三四五六七八九][一二三四五六七八九](?=十))十(?![一二三四五六七八九])"
    rf"|(?P<counted>(?=(?:\d+|{DIGIT})[十百千万亿]|[十百])"
    rf"(?:(?:\d+|{DIGIT})?亿零?)?(?:(?:\d+|(?:{DIGIT}千零?)?(?:{DIGIT}百零?)?(?:{DIGIT}?十)?{DIGIT}?)万零?)?"
    rf"(?:(?:\d|{DIGIT})?千零?)?(?:(?:\d|{DIGIT})?百零?)?(?:{DIGIT}?十)?(?:{DIGIT}(?!十))?)"
    r"|(?P<row>[零一二三四五六七八九两0-9]+?(?=[一二三四五六七八九\d]十)|[零一二三四五六七八九两0-9]+)"
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text.

    Attributes:
        start, end: where it stands in the text.
        low, high: its value; two values if the speaker left it open (六十八九).
        digits: the digits, if it was said digit by digit (一九五零 → "1950"), else "".
    """

    start: int
    end: int
    low: int
    high: int
    digits: str = ""

    @property
    def is_round(self) -> bool:
        """Whether it is a multiple of ten, as in 快七十."""
        return self.low == self.high and self.low % 10 == 0 and self.low > 0


def value_of(words: str) -> int:
    """The value of one number written with units, or of a row of digits.

    >>> value_of("七十二"), value_of("一百零五"), value_of("十八"), value_of("1950")
    (72, 105, 18, 1950)

    A last digit without a unit counts the next smaller one, and digits mix with characters:

    >>> value_of("三千六"), value_of("一百七"), value_of("65万"), value_of("七十2")
    (3600, 170, 650000, 72)

    Raises:
        KeyError: *words* holds something that is not a numeral.
    """
    if not any(char in _UNITS or char in _MYRIADS for char in words):
        return int("".join(str(_DIGITS[char]) for char in words))
    total = section = digit = 0
    last_unit = 1
    after_zero = False
    for position, char in enumerate(words):
        if char in _MYRIADS:
            total = (total + section + digit) * _MYRIADS[char]
            section, digit, last_unit = 0, 0, _MYRIADS[char]
        elif char in _UNITS:
            section += (digit or (0 if after_zero else 1)) * _UNITS[char]
            digit, last_unit = 0, _UNITS[char]
        else:
            follows_digit = position > 0 and words[position - 1] in _DIGITS
            digit = digit * 10 + _DIGITS[char] if follows_digit else _DIGITS[char]
        after_zero = char in "零0"
    spoken_short = last_unit >= 100 and words[-1] in _DIGITS and words[-2] not in "零0"
    if spoken_short and words[-2] not in _DIGITS:
        digit *= last_unit // 10
    return total + section + digit


def numbers(text: str) -> Iterator[Number]:
    """The numbers in *text*, from left to right.

    >>> [(n.low, n.high) for n in numbers("七十二一九五四年")]
    [(72, 72), (1954, 1954)]

    Two neighbouring digits leave it open which of the two is meant:

    >>> [(n.low, n.high) for n in numbers("六十八九或者七八十")]
    [(68, 69), (70, 89)]
    >>> [(n.low, n.high) for n in numbers("六十六六十七")]
    [(66, 66), (67, 67)]
    """
    position = 0
    while hit := _TOKEN.search(text, position):
        if not hit[0]:  # The pattern with units has optional parts only.
            position = hit.end() + 1
            continue
        number = _read(hit, text)
        yield number
        position = number.end


def _read(hit: re.Match[str], text: str) -> Number:
    start, end = hit.span()
    if tens := hit["tens"]:
        first, second = _DIGITS[tens[0]], _DIGITS[tens[1]]
        if second == first + 1:
            return Number(start, end, first * 10, second * 10 + 9)
        return Number(start, start + 1, first, first, digits=str(first))
    if row := hit["row"]:
        digits = "".join(str(_DIGITS[char]) for char in row)
        return Number(start, end, int(digits), int(digits), digits)
    value = value_of(hit["counted"])
    if _is_open(hit["counted"], text[end : end + 2]):
        return Number(start, end + 1, value, value + 1)
    return Number(start, end, value, value)


def _is_open(counted: str, rest: str) -> bool:
    """Whether the digit after *counted* is its neighbour: 六十八 + 九, but not 六十八 + 九零年."""
    if len(counted) < 2 or counted[-1] not in _DIGITS or not rest or counted[-2] not in "十零":
        return False
    next_is_number = len(rest) > 1 and re.match(NUMERAL, rest[1]) is not None
    return (
        rest[0] in _DIGITS and _DIGITS[rest[0]] == _DIGITS[counted[-1]] + 1 and not next_is_number
    )
