"""What a process has used, read from /proc (Linux)."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from bench.figures import CannotMeasure


def children(pid: int) -> list[int]:
    """The processes that *pid* has started."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += map(int, (task / "children").read_text().split())
    return found


def cpu_s(pids: Iterable[int]) -> float:
    """Seconds of processor that the threads of *pids* have used so far.

    From the scheduler's own account, in nanoseconds: the clock ticks of ``/proc/PID/stat`` are
    ten milliseconds, as long as ten webhooks.
    """
    return sum(_cpu_ns(pid) for pid in pids) / 1e9


def _cpu_ns(pid: int) -> int:
    used = 0
    for task in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        # A thread or a process may have ended since it was listed.
        with suppress(FileNotFoundError, ProcessLookupError):
            used += int(task.read_text().split()[0])
    return used


def memory_mib(pid: int) -> float:
    """The proportional set size: private memory, and a share of what is shared."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise CannotMeasure(f"The kernel does not tell the memory of process {pid}.")
