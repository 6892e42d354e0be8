"""Practice time: the network's own clock, which may run faster than life."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

from ivr.errors import IVRError


class SpeedIsFixed(IVRError):
    """Somebody wanted to change the speed of a clock that other processes follow too."""

    def __init__(self) -> None:
        super().__init__(
            "The clock follows CLOCK_EPOCH, which other processes follow as well."
            " Restart all of them with another CLOCK_SPEED instead."
        )


class Clock:
    """Practice time, and waiting in it.

    Without an epoch the clock starts at the real time and its speed may be changed while it
    runs. With one it follows a fixed formula (see ``Settings``), so that it agrees with the
    clocks of other processes.
    """

    def __init__(self, speed: float = 1.0, epoch: datetime | None = None) -> None:
        self._speed = speed
        self._epoch = epoch
        self._real_anchor = time.monotonic()
        self._anchor = datetime.now(UTC)
        self._changed = asyncio.Event()

    @property
    def speed(self) -> float:
        """Practice seconds per real second."""
        return self._speed

    def now(self) -> datetime:
        """The practice time, aware, in UTC."""
        if self._epoch is not None:
            return self._epoch + (datetime.now(UTC) - self._epoch) * self._speed
        passed = time.monotonic() - self._real_anchor
        return self._anchor + timedelta(seconds=passed * self._speed)

    def set_speed(self, speed: float) -> None:
        """Run at *speed* from now on; whoever is waiting waits on at the new speed.

        Raises:
            SpeedIsFixed: the clock follows an epoch.
        """
        if self._epoch is not None:
            raise SpeedIsFixed
        self._anchor, self._real_anchor = self.now(), time.monotonic()
        self._speed = speed
        self._changed.set()
        self._changed = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        """Wait *seconds* of practice time, through changes of speed."""
        await self.sleep_until(self.now() + timedelta(seconds=seconds))

    async def sleep_until(self, instant: datetime) -> None:
        """Wait until it is *instant* in practice time."""
        while (left := (instant - self.now()).total_seconds()) > 0:
            if self._epoch is not None:
                await asyncio.sleep(left / self._speed)
                continue
            # Waiting for the event rather than sleeping lets a change of speed take effect.
            changed = self._changed
            try:
                async with asyncio.timeout(left / self._speed):
                    await changed.wait()
            except TimeoutError:
                continue

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Wait for *event*, at most *seconds* of practice time; answers whether it came."""
        if event.is_set():
            return True
        coming = asyncio.create_task(event.wait())
        timer = asyncio.create_task(self.sleep(seconds))
        try:
            await asyncio.wait({coming, timer}, return_when=asyncio.FIRST_COMPLETED)
            return event.is_set()
        finally:
            coming.cancel()
            timer.cancel()
