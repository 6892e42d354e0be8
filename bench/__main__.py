"""``python -m bench``: measure, print, and fail where a goal is missed."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console

from bench import latency, redirect, rendering, startup, webhooks
from bench.figures import Section, show
from bench.people import People
from bench.scene import Scene, postgres_scene, side_by_side, sqlite_scene
from tests.postgres import cluster

NAMES = ("startup", "rendering", "webhooks", "latency", "redirect")
ON_A_DATABASE = frozenset({"startup", "webhooks", "latency", "redirect"})


@click.command()
@click.option("--quick", is_flag=True, help="100,000 customers and less of everything.")
@click.option("--only", type=click.Choice(NAMES), multiple=True, help="Only this; repeatable.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the figures.")
def main(quick: bool, only: tuple[str, ...], json_file: Path | None) -> None:
    """Measure the hotline against its floors; exit status 1 if a goal is missed."""
    console = Console()
    console.print(
        f"{os.cpu_count()} processors, load before the start {os.getloadavg()[0]:.1f};"
        f" Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}."
    )
    begun = time.monotonic()
    chosen = set(only or NAMES)
    people = People(100_000 if quick else 1_000_000)
    if quick:
        console.print("[yellow]Quick: 100,000 customers and few samples; expect noise.[/yellow]")
    sections: list[Section] = []

    def done(section: Section) -> None:
        sections.append(section)
        show(console, section)

    if "rendering" in chosen:
        done(rendering.measure(rounds=10 if quick else 50))
    if chosen & ON_A_DATABASE:
        for scene in _scenes(people, console):
            for section in _on_database(scene, chosen, quick, console):
                done(section)
    if json_file:
        json_file.write_text(json.dumps([section.as_json() for section in sections], indent=1))
    goals = [goal for section in sections for goal in section.goals]
    missed = [goal for goal in goals if not goal.is_met]
    console.print(
        f"\n{len(goals) - len(missed)} of {len(goals)} goals met"
        f" in {time.monotonic() - begun:.0f} s."
    )
    sys.exit(1 if missed else 0)


def _scenes(people: People, console: Console) -> Iterator[Scene]:
    """One database after the other, so that only one is at work."""
    with cluster(durable=True) as server, postgres_scene(server, people, console) as scene:
        yield scene
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        sqlite_scene(Path(folder), people, console) as scene,
    ):
        yield scene


def _on_database(
    scene: Scene, chosen: set[str], quick: bool, console: Console
) -> Iterator[Section]:
    with _round(console, scene) as on_round, side_by_side(scene) as pair:
        if "startup" in chosen:
            yield startup.measure(pair, times=2 if quick else 7)
        if "webhooks" in chosen:
            yield webhooks.measure(pair, calls=40 if quick else 200, on_round=on_round)
        if "latency" in chosen:
            slices, slice_s = (1, 2.0) if quick else (2, 10.0)
            yield latency.measure(pair, slices=slices, slice_s=slice_s, on_round=on_round)
        if "redirect" in chosen:
            yield redirect.measure(pair, samples=15 if quick else 100, on_round=on_round)


@contextmanager
def _round(console: Console, scene: Scene) -> Iterator[Callable[[int], None]]:
    """A line that says that something is going on."""
    with console.status(scene.name) as status:
        yield lambda number: status.update(f"{scene.name}, round {number + 1}")


if __name__ == "__main__":
    main()
