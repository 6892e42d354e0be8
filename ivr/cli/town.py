"""A whole hotline on this machine, with a telephone network, for demonstrations and tests.

Nothing is replaced: gunicorn serves the webhooks, the clock runs, the carrier's client sends,
and the exchange signs. Time runs *speed* times as fast as in life, for everybody alike.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ivr.callers import today_in_shanghai
from ivr.exchange.client import PracticeClient
from ivr.exchange.server import RunningExchange, run_in_thread
from ivr.exchange.settings import Settings as ExchangeSettings
from ivr.exchange.settings import read_phones
from ivr.flows.customers import import_customers
from ivr.flows.roster import load_roster, read_roster
from ivr.store import Store, open_store
from ivr.store.migrate import ensure_up_to_date

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(__file__).parent / "practice_data"


def free_port() -> int:
    """A port on this machine that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def load_practice_data(store: Store, now: datetime, report: Path) -> None:
    """Centres, agents and made-up customers; what is there already stays."""
    load_roster(store, read_roster(DATA / "roster.yaml"), now)
    report.parent.mkdir(parents=True, exist_ok=True)
    customers = DATA / "customers.csv"
    import_customers(store, customers, report, lambda *_: None, today_in_shanghai(now))


@dataclass
class PracticeTown:
    """The running processes, and the ways to reach them."""

    store: Store
    web_url: str
    fallback_url: str
    exchange: RunningExchange
    network: PracticeClient
    environment: dict[str, str]
    epoch: datetime
    speed: float
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def now(self) -> datetime:
        """The time in this town."""
        return self.epoch + (datetime.now(UTC) - self.epoch) * self.speed

    def let_pass(self, seconds: float) -> None:
        """Let so many of the town's seconds go by."""
        time.sleep(seconds / self.speed)

    def start(self, name: str) -> None:
        """Start the process *name*: web, fallback or clock."""
        self.processes[name] = subprocess.Popen(  # noqa: S603 - our own commands
            self._command(name), cwd=ROOT, env={**os.environ, **self.environment}
        )

    def _command(self, name: str) -> list[str]:
        if name == "clock":
            return [sys.executable, "-m", "ivr", "clock"]
        bind = self._url(name).removeprefix("http://")
        module = {"web": "app:app", "fallback": "ivr.web.fallback:app"}[name]
        gunicorn = [sys.executable, "-m", "gunicorn", "--no-control-socket", "--bind", bind]
        gunicorn += ["--log-level", "warning", "--worker-class", "gthread", "--threads", "16"]
        return [*gunicorn, module]

    def _url(self, name: str) -> str:
        return {"web": self.web_url, "fallback": self.fallback_url}[name]

    def wait_until_up(self, *names: str) -> None:
        """Wait until the web processes *names* answer."""
        for name in names:
            end = time.monotonic() + 30
            while True:
                try:
                    urllib.request.urlopen(f"{self._url(name)}/healthz", timeout=2).close()  # noqa: S310
                    break
                except OSError:
                    if time.monotonic() > end or self.processes[name].poll() is not None:
                        raise
                    time.sleep(0.05)

    def stop(self, name: str, *, kill: bool = False) -> None:
        """End a process, or kill it as a crash would."""
        process = self.processes.pop(name)
        if kill:
            process.kill()
        else:
            process.terminate()
        process.wait(timeout=20)


@contextmanager
def open_practice_town(
    database_url: str, folder: Path, speed: float, **settings: str
) -> Iterator[PracticeTown]:
    """A town on the database at *database_url*, with its files in *folder*.

    Args:
        settings: environment variables of the hotline that differ from practice.
    """
    web, fallback = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
    epoch = datetime.now(UTC)
    exchange = run_in_thread(
        ExchangeSettings(
            port=0,
            voice_url=f"{web}/voice/incoming",
            fallback_url=f"{fallback}/voice/fallback",
            status_url=f"{web}/voice/status",
            callers=read_phones(DATA / "callers.json", "number"),
            agents=read_phones(DATA / "agents.json", "endpoint"),
            speed=speed,
            epoch=epoch,
        )
    )
    environment = {
        "PRACTICE": "true",
        "DATABASE_URL": database_url,
        "PUBLIC_BASE_URL": web,
        "FALLBACK_BASE_URL": fallback,
        "TWILIO_API_BASE_URL": exchange.url,
        "CLOCK_SPEED": str(speed),
        "CLOCK_EPOCH": epoch.isoformat(),
        "NIGHT_FROM": "00:00",  # It is never night: what is said must not hang on the hour.
        "NIGHT_UNTIL": "00:00",
        "SPOOL_DIR": str(folder / "spool"),
        "LOG_LEVEL": "WARNING",
    } | settings
    store = open_store(database_url)
    ensure_up_to_date(store, migrate=True)
    load_practice_data(store, epoch - timedelta(days=1), folder / "customers.report.csv")
    town = PracticeTown(
        store, web, fallback, exchange, PracticeClient(exchange.url), environment, epoch, speed
    )
    try:
        for name in ("web", "fallback", "clock"):
            town.start(name)
        town.wait_until_up("web", "fallback")
        yield town
    finally:
        for name in list(town.processes):
            town.stop(name)
        exchange.stop()
        store.close()
