"""Scores of ``understand`` on a file of labelled utterances."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from ivr.understanding import AgeOf, Elder, Intent, Understanding, understand

ON = date(2026, 11, 22)
DATA = Path(__file__).parents[1] / "data"


@dataclass(frozen=True, slots=True)
class Labelled:
    """An utterance, what it means, and what was understood."""

    name: str
    intent: Intent
    elder: Elder
    age: tuple[int, int] | None
    birth_year: int | None
    age_of: AgeOf | None
    on_behalf_of: bool
    dialect: str | None
    found: Understanding


@cache
def labelled(file: str) -> tuple[Labelled, ...]:
    """The rows of a file, each with what is understood of it."""
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return tuple(_read(row) for row in rows)


def _read(row: dict[str, str]) -> Labelled:
    return Labelled(
        name=f"{row['id']} {row['text']}",
        intent=Intent(row["intent"]),
        elder=Elder(row["elder"]),
        age=(int(row["age_lo"]), int(row["age_hi"])) if row["age_lo"] else None,
        birth_year=int(row["birth_year"]) if row["birth_year"] else None,
        age_of=AgeOf(row["age_of"]) if row["age_of"] else None,
        on_behalf_of=row["on_behalf_of"] == "true",
        dialect=row["dialect_hint"] or None,
        found=understand(row["text"], on=ON),
    )


def share(right: Iterable[bool]) -> float:
    """The share of what is right, 0 to 1."""
    outcomes = list(right)
    return sum(outcomes) / len(outcomes)


def elder_precision(rows: Iterable[Labelled]) -> float:
    """Of those taken for elders, the share that are."""
    return share(row.elder is Elder.YES for row in rows if row.found.elder is Elder.YES)


def elder_recall(rows: Iterable[Labelled]) -> float:
    """Of the elders, the share taken for one."""
    return share(row.found.elder is Elder.YES for row in rows if row.elder is Elder.YES)
