"""Identifiers and dates in the carrier's forms."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime
from email.utils import format_datetime
from typing import Final

E164: Final = re.compile(r"\+[1-9]\d{3,14}")
CALL_SID: Final = re.compile(r"CA[0-9a-fA-F]{32}")

# Only what a practice network meets; +266 is where the carrier places withheld numbers
# (+266696687 spells ANONYMOUS), a trap that the hotline must know.
_COUNTRIES: Final = {
    "+1": "US",
    "+44": "GB",
    "+61": "AU",
    "+65": "SG",
    "+81": "JP",
    "+82": "KR",
    "+86": "CN",
    "+266": "LS",
    "+852": "HK",
    "+853": "MO",
    "+886": "TW",
}


def new_sid(prefix: str) -> str:
    """A fresh identifier: two letters and 32 hexadecimal digits."""
    return prefix + secrets.token_hex(16)


def number_sid(number: str) -> str:
    """The identifier of a phone number of ours; the same number always has the same one."""
    return "PN" + hashlib.blake2b(number.encode(), digest_size=16).hexdigest()


def rfc2822(instant: datetime) -> str:
    """An instant as REST answers write it.

    >>> from datetime import UTC
    >>> rfc2822(datetime(2026, 1, 5, 8, 0, tzinfo=UTC))
    'Mon, 05 Jan 2026 08:00:00 +0000'
    """
    return format_datetime(instant)


def is_number(endpoint: str) -> bool:
    """Whether *endpoint* is a telephone number in E.164.

    >>> is_number("+861000000018"), is_number("client:li"), is_number("anonymous")
    (True, False, False)
    """
    return E164.fullmatch(endpoint) is not None


def country(endpoint: str) -> str:
    """The ISO country of a number, "" if unknown.

    >>> country("+8610000000018"), country("+266696687"), country("anonymous")
    ('CN', 'LS', '')
    """
    for length in (4, 3, 2):
        if endpoint[:length] in _COUNTRIES:
            return _COUNTRIES[endpoint[:length]]
    return ""
