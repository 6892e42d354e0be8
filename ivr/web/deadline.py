"""Our own deadline for every webhook, well before the carrier's (15 s).

The work is done in a thread of a small pool; when it takes too long the caller hears a voice
at once, and the late result is found by the next webhook, because every turn is done once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from typing import TypeVar

from ivr.errors import DatabaseAway

T = TypeVar("T")


class Deadline:
    """Runs work with a time limit, and refuses work when too much is still unfinished.

    Args:
        limit_s: real seconds, whatever the practice clock says: the carrier is real.
        most: how many pieces of work may be under way; a dead database must not pile up
            threads and connections.
    """

    def __init__(self, limit_s: float, most: int = 24) -> None:
        self._limit_s = limit_s
        self._room = threading.BoundedSemaphore(most)
        self._pool = ThreadPoolExecutor(most, thread_name_prefix="webhook")

    def run(self, work: Callable[[], T]) -> T:
        """The result of *work*.

        Raises:
            DatabaseAway: no result in time, or too many others are waiting for theirs.
        """
        if not self._room.acquire(blocking=False):
            raise DatabaseAway("Too many webhooks are waiting for the database.")
        future = self._pool.submit(work)
        future.add_done_callback(lambda _: self._room.release())
        try:
            return future.result(self._limit_s)
        except TooLate:
            raise DatabaseAway(f"No answer within {self._limit_s} s.") from None
