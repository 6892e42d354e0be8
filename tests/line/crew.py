"""Eight processes that work on one database, each as a worker of the hotline would."""

from __future__ import annotations

import multiprocessing
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any

SEATS = 8
PATIENCE_S = 60.0

SLOT_S = 0.002

Work = Callable[..., Any]


@dataclass(frozen=True)
class Together:
    """How the processes of a crew keep in step.

    Attributes:
        barrier: all of them.
        steps: for each seat, how far it is.
    """

    barrier: Barrier
    steps: Any

    def reach(self, seat: int, step: int) -> None:
        """Tell the others how far *seat* is."""
        self.steps[seat] = step

    def wait_for(self, seat: int, step: int, look_every_s: float = 0.004) -> None:
        """Wait until *seat* has come so far."""
        end = time.monotonic() + PATIENCE_S
        while self.steps[seat] < step:
            if time.monotonic() > end:
                raise TimeoutError(f"seat {seat} did not come to step {step}")
            time.sleep(look_every_s)

    def meet(self, seat: int, partner: int, step: int) -> None:
        """Go on at the same instant as *partner*."""
        self.reach(seat, step)
        self.wait_for(partner, step, 0.0005)
        # Both have seen each other within one slot; the next one begins for both alike.
        slot = int(time.monotonic() / SLOT_S) + 2
        while time.monotonic() < slot * SLOT_S:
            pass


class Crew:
    """Processes that do the same work at the same time; started once, because that is slow."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._together = Together(context.Barrier(SEATS), context.RawArray("q", SEATS))
        self._lines: list[Connection] = []
        self._people = []
        for seat in range(SEATS):
            ours, theirs = context.Pipe()
            work = (theirs, seat, self._together)
            person = context.Process(target=_serve, args=work, daemon=True)
            person.start()
            theirs.close()
            self._lines.append(ours)
            self._people.append(person)

    def do(self, work: Work, *values: Any) -> list[Any]:
        """Have everybody do ``work(seat, together, *values)``; what each of them gives."""
        self._together.barrier.reset()
        self._together.steps[:] = [0] * SEATS
        for line in self._lines:
            line.send((work, values))
        answers = []
        for line in self._lines:
            assert line.poll(20 * PATIENCE_S), "a process of the crew does not answer"
            answers.append(line.recv())
        for trouble, _ in answers:
            assert not trouble, trouble
        return [found for _, found in answers]

    def stop(self) -> None:
        """Send everybody home."""
        for person in self._people:
            person.kill()
        for person in self._people:
            person.join()


def _serve(line: Connection, seat: int, together: Together) -> None:
    while True:
        work, values = line.recv()
        try:
            answer = ("", work(seat, together, *values))
        except Exception:
            together.barrier.abort()  # Nobody waits for one who has fallen.
            answer = (f"seat {seat}: {traceback.format_exc()}", None)
        line.send(answer)


@contextmanager
def crew() -> Iterator[Crew]:
    """Eight processes for as long as the block lasts."""
    people = Crew()
    try:
        yield people
    finally:
        people.stop()
