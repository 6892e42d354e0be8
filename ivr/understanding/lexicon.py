"""The words we know, as data: loads the packaged TOML and CSV files, each once.

A pattern in a file may name a set of words of ``concepts.toml`` in braces, so that
``{WANT}.{0,4}{PERSON}`` stays readable. Braces around anything but capitals are a
regular expression's own. No pattern repeats a group without a bound: words overlap (一, 下,
一下), and whatever a caller says must be understood in a millisecond or so.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

_MACRO: Final = re.compile(r"\{([A-Z]+)\}")


@cache
def table(name: str) -> Mapping[str, Any]:  # Any: TOML has no static types; callers know theirs.
    """The file ``data/<name>.toml`` of this package."""
    source = files("ivr.understanding") / "data" / f"{name}.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def rows(room: str, name: str) -> list[dict[str, str]]:
    """The rows of the CSV file ``ivr/<room>/data/<name>.csv``, by column name.

    The file is found by its path below ``ivr``, because importing another room's package
    would run its code.
    """
    source = files("ivr") / room / "data" / f"{name}.csv"
    return list(csv.DictReader(source.read_text(encoding="utf-8").splitlines()))


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of *words*, the longest first.

    >>> any_of(["键", "按键"])
    '(?:按键|键)'
    """
    return f"(?:{'|'.join(sorted(map(re.escape, words), key=lambda word: (-len(word), word)))})"


@cache
def concept(name: str) -> str:
    """The pattern for one of the sets of words in ``concepts.toml``."""
    return any_of(table("concepts")[name])


def pattern(*alternatives: str) -> re.Pattern[str]:
    """Compile *alternatives* into one pattern, with the named sets of words filled in.

    >>> bool(pattern("找.{0,2}{PERSON}").search("找个接线员"))
    True
    """
    text = "|".join(f"(?:{one})" if len(alternatives) > 1 else one for one in alternatives)
    return re.compile(_MACRO.sub(lambda hit: concept(hit[1]), text))


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern, what it shows, and the words that would show something else."""

    why: str
    seen: re.Pattern[str]
    unless: re.Pattern[str] | None = None

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Rule:  # Any: an entry of a TOML file.
        unless = entry.get("unless")
        return cls(
            why=entry["why"],
            seen=pattern(*entry["any"]),
            unless=pattern(*unless) if unless else None,
        )

    def search(self, text: str) -> re.Match[str] | None:
        """The words in *text* that the rule sees, unless something speaks against it."""
        hit = self.seen.search(text)
        if hit is None or (self.unless is not None and self.unless.search(text)):
            return None
        return hit
