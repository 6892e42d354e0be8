"""How long a web worker takes to be there, and what it weighs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Final

from bench.figures import Goal, Sample, Section
from bench.processes import memory_mib
from bench.scene import ROOT, Pair, Scene

# Source: the issue that asked for this program.
MOST_S: Final = 1.0
MOST_MIB: Final = 110.0
UNWANTED: Final = ("phonenumbers.geocoder", "twilio.rest", "alembic", "sqlalchemy.orm")

IMPORT: Final = f"""
import json, sys, time
begun, used = time.perf_counter(), time.process_time()
import app
took, used = time.perf_counter() - begun, time.process_time() - used
print(json.dumps([took, used, [name for name in {UNWANTED!r} if name in sys.modules]]))
"""


def measure(pair: Pair, *, times: int) -> Section:
    """``import app`` in fresh processes, and the workers of a server that has been at work."""
    scene = pair.scene
    took: list[float] = []
    used: list[float] = []
    unwanted: set[str] = set()
    _import(scene)  # The byte code is written once, at the first start after an upgrade.
    for _ in range(times):
        wall_s, cpu_s, found = _import(scene)
        took.append(wall_s)
        used.append(cpu_s)
        unwanted.update(found)
    mib = [memory_mib(pid) for pid in pair.product.workers]
    wall, cpu, memory = Sample(took), Sample(used), Sample(mib)
    return Section(
        f"Start of a web worker on {scene.name}",
        ("what", "least", "median", "most"),
        (
            ("import app, s", f"{wall.least:.2f}", f"{wall.median:.2f}", f"{max(took):.2f}"),
            ("processor for it, s", f"{cpu.least:.2f}", f"{cpu.median:.2f}", f"{max(used):.2f}"),
            (
                "memory of a worker, MiB",
                f"{memory.least:.0f}",
                f"{memory.median:.0f}",
                f"{max(mib):.0f}",
            ),
        ),
        (
            Goal(f"{scene.name}, import, processor time", cpu.median, MOST_S, "s"),
            Goal(f"{scene.name}, memory of the largest worker", max(mib), MOST_MIB, "MiB"),
            Goal(f"{scene.name}, unwanted modules at the start", len(unwanted), 0, "modules"),
        ),
        "Imported in a fresh process, on a database that is up to date; processor time is judged,"
        " which other load does not touch. Memory is the proportional set size after a hundred"
        f" calls. Unwanted: {', '.join(UNWANTED)}; found: {', '.join(sorted(unwanted)) or 'none'}.",
        {"wall_s": took, "cpu_s": used, "mib": mib},
    )


def _import(scene: Scene) -> tuple[float, float, list[str]]:
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", IMPORT],
        cwd=ROOT,
        env={**os.environ, **scene.environment},
        check=True,
        capture_output=True,
    )
    wall_s, cpu_s, found = json.loads(done.stdout)
    return wall_s, cpu_s, found
