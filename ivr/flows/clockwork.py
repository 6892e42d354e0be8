"""The clock's process: one thread ticks, a few send. All of them may be killed at any time."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Final

from ivr.errors import DatabaseAway
from ivr.flows.clock import keep_outage_promises, look_around, run_due
from ivr.flows.house import House
from ivr.flows.outbox import claim_next, deliver
from ivr.spool import Spool
from ivr.telephony.carrier import Carrier

log = logging.getLogger(__name__)

TICK_S: Final = 0.1
LOOK_S: Final = 1.0
# What an agent's "accept" waits at most before the caller is fetched. A look is one probe of
# a partial index that holds only what is not sent yet.
OUTBOX_POLL_S: Final = 0.02
AFTER_FAULT_S: Final = 1.0


class Clockwork:
    """Threads that repeat small pieces of work until they are told to stop.

    Args:
        senders: commands to the carrier under way at the same time; a command takes as long
            as the carrier takes to answer, 0.1 to 0.3 s.
    """

    def __init__(self, house: House, senders: int = 4) -> None:
        self._house = house
        self._stop = threading.Event()
        self._looking = threading.Lock()
        self._spool = Spool(house.settings.spool_dir)
        self._threads = [
            threading.Thread(target=self._tick, name="tick", daemon=True),
            threading.Thread(target=self._look, name="look", daemon=True),
        ]
        self._threads += [
            threading.Thread(target=self._send, name=f"sender-{n}", daemon=True)
            for n in range(senders)
        ]

    def start(self) -> None:
        """Begin; returns at once."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Finish what is under way, and end."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=10)

    def run_until_told_to_stop(self) -> None:
        """Run in the foreground until SIGTERM or SIGINT."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: self._stop.set())
        self.start()
        self._stop.wait()
        self.stop()

    def _tick(self) -> None:
        while self._again(lambda now: run_due(self._house, now)):
            self._stop.wait(TICK_S / self._house.settings.clock_speed)

    def _look(self) -> None:
        def work(now: datetime) -> None:
            look_around(self._house, now)
            keep_outage_promises(self._house, self._spool, now)

        while self._again(work):
            self._stop.wait(LOOK_S / self._house.settings.clock_speed)

    def _send(self) -> None:
        settings = self._house.settings
        carrier = Carrier(
            settings.twilio_account_sid,
            settings.twilio_auth_token[0],
            settings.twilio_api_base_url,
            settings.hotline_number,
        )

        def work(_: datetime) -> None:
            # One idle sender looks; the others wait for their turn to look, not for the carrier.
            with self._looking:
                # What is due is asked when the turn comes, not when the waiting for it began.
                command = claim_next(self._house, self._house.settings.now())
                if command is None:
                    self._stop.wait(OUTBOX_POLL_S)
            if command is not None:
                deliver(self._house, carrier, command)

        while self._again(work):
            pass

    def _again(self, work: Callable[[datetime], object]) -> bool:
        """Do it once more; a fault is told, waited out, and not allowed to end the thread."""
        if self._stop.is_set():
            return False
        try:
            work(self._house.settings.now())
        except DatabaseAway as error:
            log.warning("the clock waits for the database: %s", error)
            self._stop.wait(AFTER_FAULT_S)
        except Exception:
            log.exception("a fault in the clock")
            self._stop.wait(AFTER_FAULT_S)
        return not self._stop.is_set()
