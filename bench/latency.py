"""How long the carrier waits for an answer, when calls come as they do in life."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bench.carrier import THINKING_S, Step, Taken, open_loop, whole_call
from bench.figures import Goal, Sample, Section
from bench.scene import Pair, Scene, Server

A_SECOND: Final = 80.0
MOST_TIMES_THE_FLOOR: Final = 2.5
MILLISECONDS: Final = 1e3
WHOLE_CALLS: Final = "whole calls"


def measure(pair: Pair, *, slices: int, slice_s: float, on_round: Callable[[int], None]) -> Section:
    """Whole calls at 80 webhooks a second, floor and product by turns, *slices* times each."""
    of_floor: list[Taken] = []
    of_product: list[Taken] = []
    for number in range(slices):
        on_round(number)
        of_floor += _slice(pair.scene, pair.floor, slice_s, seed=number)
        of_product += _slice(pair.scene, pair.product, slice_s, seed=number)
    samples = {"floor": _times(of_floor), WHOLE_CALLS: _times(of_product)}
    for step in Step:
        samples[step] = _times([taken for taken in of_product if taken.step is step])
    put_off = sum(not taken.is_as_due for taken in of_product)
    return _section(pair.scene, samples, put_off / len(of_product))


def _times(taken: list[Taken]) -> Sample:
    return Sample([one.took_s for one in taken])


def _slice(scene: Scene, server: Server, seconds: float, seed: int) -> list[Taken]:
    calls = [whole_call(scene.caller()) for _ in range(round(seconds * A_SECOND / len(Step)))]
    return open_loop(server.port, calls, A_SECOND, seed)


def _section(scene: Scene, samples: dict[str, Sample], put_off: float) -> Section:
    floor = samples["floor"]
    rows = []
    for name, sample in samples.items():
        p50, p99 = sample.percentile(50), sample.percentile(99)
        rows.append(
            (
                name,
                f"{len(sample.values)}",
                f"{p50 * MILLISECONDS:.1f}",
                f"{p99 * MILLISECONDS:.1f}",
                f"{p50 / floor.percentile(50):.2f}",
                f"{p99 / floor.percentile(99):.2f}",
            )
        )
    return Section(
        f"Time to the answer on {scene.name}, ms, at {A_SECOND:g} webhooks a second",
        ("webhook", "number", "p50", "p99", "p50 × floor", "p99 × floor"),
        tuple(rows),
        (
            Goal(
                f"{scene.name}, whole calls, p50 against the floor's",
                samples[WHOLE_CALLS].percentile(50) / floor.percentile(50),
                MOST_TIMES_THE_FLOOR,
            ),
            Goal(f"{scene.name}, callers who were put off", put_off * 100, 0.0, "%"),
        ),
        "From the moment a webhook was due, whether the one before was answered or not, to the"
        f" end of its answer. Calls come at random; each goes on {THINKING_S:g} s later.",
        {name: {"s": sorted(sample.values)} for name, sample in samples.items()},
    )
