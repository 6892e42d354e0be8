"""The 42 dialects we can ask for, and who understands whom.

``data/dialects.csv`` holds them in the order of the Language Atlas of China; what its columns
mean is told in ``docs/data.md``. Mandarin (``cmn``) is none of the 42: it is what remains.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from ivr.callers import tables
from ivr.errors import BadFile, Place

MANDARIN: Final = "cmn"
COLUMNS: Final = (
    "code",
    "name_zh",
    "name_en",
    "group_zh",
    "iso639_3",
    "provinces",
    "cities",
    "fallbacks",
)
# A BCP 47 tag: a language, and where that is too coarse a private subtag.
_CODE: Final = re.compile(r"[a-z]{3}(-x-[a-z]{1,8})?")


@dataclass(frozen=True, slots=True)
class Dialect:
    """A dialect; ``fallbacks`` are the codes to try in turn where nobody speaks it."""

    code: str
    name_zh: str
    name_en: str
    group_zh: str
    iso639_3: str
    provinces: tuple[str, ...]
    cities: tuple[str, ...]
    fallbacks: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What people call it: the name, then the common names in its brackets.

        >>> dialects()["cmn-x-chengyu"].names
        ('四川话', '成都话', '重庆话')
        """
        name, _, bracket = self.name_zh.rstrip("）").partition("（")
        # Parts that begin with 含 (includes) name places, not dialects.
        common, _, _places = bracket.partition("含")
        return (name, *(part for part in re.split("[、，]", common) if part))


@lru_cache(maxsize=1)
def dialects() -> Mapping[str, Dialect]:
    """The dialects of the package by code, in the order of the file."""
    return load_dialects(tables.DATA / "dialects.csv")


def load_dialects(path: Path) -> Mapping[str, Dialect]:
    """The dialects in *path*, checked.

    A list of fallbacks is complete in itself: nobody follows the list of a fallback, so that
    two dialects may well name each other. What would send a caller in a circle is a dialect
    that falls back on itself or twice on the same, and that is refused.

    Raises:
        BadFile: with the line, for an unreadable file, a malformed or repeated code, or
            fallbacks that are unknown, circular, or do not end with Mandarin.
    """
    found: dict[str, tuple[Place, Dialect]] = {}
    for where, row in tables.rows(path, COLUMNS):
        code = row["code"]
        if not _CODE.fullmatch(code) or code == MANDARIN:
            raise BadFile(where, f"{code!r} is no code of a dialect.", "Write cmn-x-name.")
        if code in found:
            raise BadFile(
                where, f"{code} is also in line {found[code][0].line}.", "Keep one of them."
            )
        found[code] = (
            where,
            Dialect(
                code=code,
                name_zh=row["name_zh"],
                name_en=row["name_en"],
                group_zh=row["group_zh"],
                iso639_3=row["iso639_3"],
                provinces=tables.several(row["provinces"]),
                cities=tables.several(row["cities"]),
                fallbacks=tables.several(row["fallbacks"]),
            ),
        )
    for where, dialect in found.values():
        _check_fallbacks(where, dialect, known=found)
    return MappingProxyType({code: dialect for code, (_, dialect) in found.items()})


def _check_fallbacks(where: Place, dialect: Dialect, known: Mapping[str, object]) -> None:
    chain = (dialect.code, *dialect.fallbacks)
    for position, code in enumerate(chain):
        if code in chain[:position]:
            raise BadFile(where, f"{dialect.code} comes back to {code}.", "Remove the circle.")
        if code not in known and code != MANDARIN:
            raise BadFile(
                where,
                f"{dialect.code} falls back on {code}, which is not in the file.",
                "Correct the code or add the dialect.",
            )
    if chain[-1] != MANDARIN:
        raise BadFile(where, f"The fallbacks of {dialect.code} do not end with cmn.", "Add |cmn.")


def find_dialect(text: str) -> str | None:
    """The code of a dialect named by its code or by one of its Chinese names.

    >>> find_dialect("四川话"), find_dialect("yue-x-guangfu"), find_dialect("普通话")
    ('cmn-x-chengyu', 'yue-x-guangfu', 'cmn')
    >>> find_dialect("方言") is None
    True
    """
    return _by_name().get(text)


@lru_cache(maxsize=1)
def _by_name() -> Mapping[str, str]:
    names = {MANDARIN: MANDARIN, "普通话": MANDARIN}
    for code, dialect in dialects().items():
        for name in (code, dialect.name_zh, *dialect.names):
            names.setdefault(name, code)
    return MappingProxyType(names)
