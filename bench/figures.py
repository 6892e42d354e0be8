"""Figures, goals and how they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

import click
from rich.console import Console
from rich.table import Table

MICROSECONDS = 1e6


class CannotMeasure(click.ClickException):
    """There are no figures; the message says why. The exit status is 1, as for a missed goal."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A promise: *value* is *at_most* so much. *unit* is ``×`` for a ratio."""

    name: str
    value: float
    at_most: float
    unit: str = "×"

    @property
    def is_met(self) -> bool:
        """Whether the promise was kept."""
        return self.value <= self.at_most


@dataclass(frozen=True, slots=True)
class Section:
    """One table, what it promises, and a remark on how to read it."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    goals: tuple[Goal, ...] = ()
    note: str = ""
    figures: dict[str, Any] = field(default_factory=dict)  # JSON: the same, unrounded

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        goals = [asdict(goal) | {"is_met": goal.is_met} for goal in self.goals]
        return {"title": self.title, "goals": goals, "figures": self.figures}


@dataclass(frozen=True, slots=True)
class Sample:
    """Several measurements of one thing."""

    values: Sequence[float]

    @property
    def least(self) -> float:
        """The least disturbed measurement."""
        return min(self.values)

    @property
    def median(self) -> float:
        """The ordinary one."""
        return median(self.values)

    def percentile(self, per_cent: float) -> float:
        """The smallest value that *per_cent* of all do not exceed.

        >>> Sample([3.0, 1.0, 2.0, 4.0]).percentile(50), Sample([1.0]).percentile(99)
        (2.0, 1.0)
        """
        ordered = sorted(self.values)
        return ordered[max(0, -int(-len(ordered) * per_cent // 100) - 1)]


def show(console: Console, section: Section) -> None:
    """Print *section*."""
    table = Table(title=section.title, title_justify="left", title_style="bold")
    for number, column in enumerate(section.columns):
        table.add_column(column, justify="left" if number == 0 else "right")
    for row in section.rows:
        table.add_row(*row)
    console.print()
    console.print(table)
    if section.note:
        console.print(f"[dim]{section.note}[/dim]")
    for goal in section.goals:
        word = "[green]PASS[/green]" if goal.is_met else "[red]FAIL[/red]"
        said = f"{goal.value:.2f} {goal.unit}, goal: at most {goal.at_most:g} {goal.unit}"
        console.print(f"{word}  {goal.name}: {said}")
