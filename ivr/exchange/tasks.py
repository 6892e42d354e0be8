"""Background work: kept alive while it runs, reported when it fails, ended with the exchange."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

from ivr.errors import IVRError

log = logging.getLogger(__name__)

Result = TypeVar("Result")


class Tasks:
    """The tasks of one exchange."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()  # Any: results of every kind

    def start(self, work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
        """Run *work* in the background."""
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    async def close(self) -> None:
        """Cancel everything and wait until it has ended."""
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if task.cancelled() or (error := task.exception()) is None:
            return
        if isinstance(error, IVRError):
            # Told on the transcript already; nobody was left to wait for it.
            log.debug("Background work ended: %s", type(error).__name__)
        else:
            log.error("Background work failed", exc_info=error)
