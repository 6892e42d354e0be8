"""A database full of customers, and servers on it: the product's command line, twice."""

from __future__ import annotations

import os
import random
import signal
import socket
import sqlite3
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psycopg
from rich.console import Console

from bench.carrier import BASE_URL, closed_loop, whole_call
from bench.figures import CannotMeasure
from bench.floor import MAKE_TABLE
from bench.people import People, load_postgres, sqlite_file
from bench.processes import children, cpu_s
from ivr.cli.supervision import hotline_processes
from ivr.config import PRACTICE_TOKEN, Settings
from ivr.store import open_store
from ivr.store.migrate import upgrade
from tests.postgres import Cluster

ROOT: Final = Path(__file__).parent.parent
PRODUCT: Final = "app:app"
FLOOR: Final = "bench.floor:app"
START_S: Final = 30.0
WARM_UP: Final = 100  # calls, of five webhooks each


@dataclass(frozen=True, slots=True)
class Server:
    """A running web server. *workers*: the processes that answer, without their master."""

    port: int
    master: int
    workers: tuple[int, ...]

    def cpu_s(self) -> float:
        """Seconds of processor that the workers have used so far."""
        return cpu_s(self.workers)


@dataclass
class Scene:
    """One database of *people*, and the environment of everything that works on it."""

    name: str
    database_url: str
    people: People
    environment: dict[str, str]
    random: random.Random = field(default_factory=lambda: random.Random(95519))  # noqa: S311

    def caller(self) -> str:
        """The number of somebody on file."""
        return self.people.number(self.random.randrange(self.people.lines))

    def database_cpu_s(self) -> float:
        """Processor time of the database's own processes; 0 where it has none."""
        if not self.database_url.startswith("postgresql"):
            return 0.0
        with psycopg.connect(self.database_url) as conn:
            pids = conn.execute("SELECT pid FROM pg_stat_activity").fetchall()
        return cpu_s(pid for (pid,) in pids)

    @contextmanager
    def serve(self, app: str) -> Iterator[Server]:
        """The web server with *app*, started by the command line of ``python -m ivr serve``."""
        port = free_port()
        settings = Settings(
            database_url=self.database_url, practice=True, web_bind=f"127.0.0.1:{port}"
        )
        web = next(process for process in hotline_processes(settings) if process.name == "web")
        command = [app if part == PRODUCT else part for part in web.command]
        with running(command, self.environment) as process:
            wait_until_up(port, process)
            yield Server(port, process.pid, tuple(wait_for_workers(process, settings)))


@dataclass(frozen=True, slots=True)
class Pair:
    """Floor and product side by side on one scene."""

    scene: Scene
    floor: Server
    product: Server


@contextmanager
def side_by_side(scene: Scene) -> Iterator[Pair]:
    """Both servers, warm: connected, with their statements compiled and prepared."""
    with scene.serve(FLOOR) as floor, scene.serve(PRODUCT) as product:
        for server in (floor, product):
            calls = [whole_call(scene.caller()) for _ in range(WARM_UP)]
            for webhooks in zip(*calls, strict=True):
                closed_loop(server.port, webhooks)
        yield Pair(scene, floor, product)


@contextmanager
def running(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process for as long as the block lasts."""
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment})  # noqa: S603
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_up(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers its sign of life."""
    end = time.monotonic() + START_S
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > end:
                raise CannotMeasure("The server did not start; its reason is above.") from None
            time.sleep(0.05)


def wait_for_workers(process: subprocess.Popen[bytes], settings: Settings) -> list[int]:
    """The workers, once all of them have imported their application."""
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        before = children(process.pid)
        used = cpu_s(before)
        time.sleep(0.3)
        if before and children(process.pid) == before and cpu_s(before) - used < 0.02:
            return before
    raise CannotMeasure(f"The workers of {settings.web_bind} do not come to rest.")


@contextmanager
def postgres_scene(cluster: Cluster, people: People, console: Console) -> Iterator[Scene]:
    """A scene on PostgreSQL; the database is removed afterwards."""
    name = cluster.create()
    url = cluster.url(name)
    store = open_store(url, patient=True)
    upgrade(store)
    store.close()
    load_postgres(url, people, console)
    with psycopg.connect(url) as conn:
        conn.execute(MAKE_TABLE)
    try:
        yield Scene("PostgreSQL", url, people, _environment(url))
    finally:
        cluster.drop(name)


@contextmanager
def sqlite_scene(folder: Path, people: People, console: Console) -> Iterator[Scene]:
    """A scene on SQLite in *folder*."""
    path = folder / "hotline.db"
    sqlite_file(path, people, console)
    conn = sqlite3.connect(path)
    conn.execute(MAKE_TABLE)
    conn.close()
    url = f"sqlite:///{path}"
    yield Scene("SQLite", url, people, _environment(url))


def _environment(database_url: str) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url,
        "PRACTICE": "true",
        "PUBLIC_BASE_URL": BASE_URL,
        "BENCH_TOKEN": PRACTICE_TOKEN,
        "AUTO_MIGRATE": "false",
        "NIGHT_FROM": "00:00",
        "NIGHT_UNTIL": "00:00",
        "LOG_LEVEL": "WARNING",
    }
