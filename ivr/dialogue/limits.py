"""The limits that prompts, menus and timings are held to: one row of ivr_limits.csv each."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ivr.dialogue.errors import DialogueFileRefused, FileFault
from ivr.errors import Place

DATA = Path(__file__).parent / "data"
_COLUMNS = ["id", "name_zh", "min", "max", "default", "unit", "applies_to", "basis"]


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit. ``default`` is the value we work with; None where the limit is a rule in words.

    ``default_text`` is the default as written (some are words: "事项在前").
    """

    id: str
    name_zh: str
    minimum: float | None
    maximum: float | None
    default: float | None
    default_text: str
    unit: str
    applies_to: str

    def allows(self, value: float) -> bool:
        """Is *value* inside the limit, its ends included?

        >>> load_limits()["prompt_chars"].allows(50), load_limits()["prompt_chars"].allows(51)
        (True, False)
        """
        above = self.minimum is None or value >= self.minimum
        return above and (self.maximum is None or value <= self.maximum)


class Limits(Mapping[str, Limit]):
    """All limits by their id; calling it gives the working value.

    >>> load_limits()("timeout_dtmf_first")
    10.0
    """

    def __init__(self, limits: dict[str, Limit]) -> None:
        self._limits = limits

    def __getitem__(self, key: str) -> Limit:
        return self._limits[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._limits)

    def __len__(self) -> int:
        return len(self._limits)

    def __call__(self, key: str) -> float:
        default = self._limits[key].default
        if default is None:
            raise TypeError(f"Limit {key!r} is a rule in words and has no number to work with.")
        return default


def load_limits(path: Path | None = None) -> Limits:
    """The limits of *path*, or the packaged ones (read once).

    Raises:
        DialogueFileRefused: a column is missing, a number is not one, or an id comes twice.
    """
    return _packaged() if path is None else _read(path)


@cache
def _packaged() -> Limits:
    return _read(DATA / "ivr_limits.csv")


def _read(path: Path) -> Limits:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        if rows.fieldnames != _COLUMNS:
            raise _refuse(path, 1, "The columns are others.", f"Write {','.join(_COLUMNS)}.")
        limits: dict[str, Limit] = {}
        for row in rows:
            if row["id"] in limits:
                raise _refuse(path, rows.line_num, f"{row['id']} is there twice.", "Remove one.")
            limits[row["id"]] = _limit(row, path, rows.line_num)
    return Limits(limits)


def _limit(row: dict[str, str], path: Path, line: int) -> Limit:
    try:
        minimum, maximum = (float(row[end]) if row[end] else None for end in ("min", "max"))
    except ValueError:
        raise _refuse(
            path, line, f"min or max of {row['id']} is no number.", "Correct it."
        ) from None
    try:
        default = float(row["default"])
    except ValueError:
        default = None
    return Limit(
        id=row["id"],
        name_zh=row["name_zh"],
        minimum=minimum,
        maximum=maximum,
        default=default,
        default_text=row["default"],
        unit=row["unit"],
        applies_to=row["applies_to"],
    )


def _refuse(path: Path, line: int, what: str, remedy: str) -> DialogueFileRefused:
    return DialogueFileRefused([FileFault("limits file", Place(path.name, line), what, remedy)])
