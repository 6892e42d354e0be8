"""What a webhook costs the processor, against the floor, in the same minute."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final

from bench.carrier import THINKING_S, Step, Webhook, closed_loop, whole_call
from bench.figures import MICROSECONDS, CannotMeasure, Goal, Sample, Section
from bench.scene import Pair, Scene, Server

ROUNDS: Final = 7
# Source: the issue that asked for this program; a plain design of routes, objects and
# sessions needs about five times the floor.
MOST_TIMES_THE_FLOOR: Final = 2.5
JUDGED: Final = (Step.INCOMING, Step.MENU)
FLOOR_ROW: Final = "floor"


def measure(pair: Pair, *, calls: int, on_round: Callable[[int], None]) -> Section:
    """Every kind of webhook of *calls* calls, *ROUNDS* times, the floor before each round."""
    scene = pair.scene
    web: dict[str, list[float]] = {name: [] for name in (FLOOR_ROW, *Step)}
    database: dict[str, list[float]] = {name: [] for name in (FLOOR_ROW, *Step)}

    def note(name: str, server: Server, webhooks: Sequence[Webhook]) -> None:
        if webhooks[0].step is Step.CHOOSE:
            time.sleep(THINKING_S)  # Or the second key would pass for a slip of the finger.
        web_before, database_before = server.cpu_s(), scene.database_cpu_s()
        answers = closed_loop(server.port, webhooks)
        web[name].append((server.cpu_s() - web_before) / len(webhooks) * MICROSECONDS)
        used = scene.database_cpu_s() - database_before
        database[name].append(used / len(webhooks) * MICROSECONDS)
        if name != FLOOR_ROW:
            _refuse_if_put_off(name, webhooks, answers)

    for number in range(ROUNDS):
        on_round(number)
        by_step = list(zip(*(whole_call(scene.caller()) for _ in range(calls)), strict=True))
        judged = [webhook for step in by_step for webhook in step if webhook.step in JUDGED]
        note(FLOOR_ROW, pair.floor, judged)
        for webhooks in by_step:
            note(webhooks[0].step, pair.product, webhooks)
    return _section(scene, {name: Sample(web[name]) for name in web}, database)


def _refuse_if_put_off(name: str, webhooks: Sequence[Webhook], answers: Sequence[bytes]) -> None:
    """A caller who is asked to hold costs little: such figures must not count."""
    put_off = sum(webhooks[0].leads_to not in answer for answer in answers)
    if put_off:
        raise CannotMeasure(f"{put_off} of {len(answers)} were put off: {name}.")


def _section(scene: Scene, web: dict[str, Sample], database: dict[str, list[float]]) -> Section:
    floor = web[FLOOR_ROW]
    rows = tuple(
        (
            name,
            f"{sample.least:.0f}",
            f"{sample.median:.0f}",
            f"{sample.least / floor.least:.2f}",
            f"{sample.median / floor.median:.2f}",
            f"{Sample(database[name]).median:.0f}",
        )
        for name, sample in web.items()
    )
    return Section(
        f"Processor time of a webhook on {scene.name}, µs, {scene.people.count:,} customers",
        ("webhook", "web, least", "median", "× floor, least", "median", "database, median"),
        rows,
        tuple(
            Goal(
                f"{scene.name}, {step}, against the floor, least of {ROUNDS} rounds",
                web[step].least / floor.least,
                MOST_TIMES_THE_FLOOR,
            )
            for step in JUDGED
        ),
        "All workers together, floor and product by turns. The floor checks the signature,"
        " reads one row by key, writes one and commits.",
        {
            name: {"web_us": sample.values, "database_us": database[name]}
            for name, sample in web.items()
        },
    )
