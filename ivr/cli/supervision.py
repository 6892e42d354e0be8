"""The processes of the hotline under one supervisor, which restarts whatever dies.

``supervisord`` does the watching; this file only writes down what is to be watched.
"""

from __future__ import annotations

import os
import socket
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import click

from ivr.config import Settings

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Process:
    """One process: its name and its command line."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)


def hotline_processes(settings: Settings) -> list[Process]:
    """Web, fallback and clock.

    On SQLite one web process owns the writes; on PostgreSQL there are several, and more may
    run on other machines.
    """
    gunicorn = (sys.executable, "-m", "gunicorn", "--no-control-socket", "--log-level", "warning")
    on_sqlite = settings.database_url.startswith("sqlite")
    workers = settings.web_workers or (1 if on_sqlite else 2 * (os.cpu_count() or 1))
    threads = ("--worker-class", "gthread", "--threads", "16") if on_sqlite else ()
    return [
        Process(
            "web",
            (
                *gunicorn,
                "--bind",
                settings.web_bind,
                "--workers",
                str(workers),
                *threads,
                "--graceful-timeout",
                "10",
                "app:app",
            ),
        ),
        Process(
            "fallback",
            (
                *gunicorn,
                "--bind",
                settings.fallback_bind,
                "--worker-class",
                "gthread",
                "--threads",
                "8",
                "ivr.web.fallback:app",
            ),
        ),
        Process("clock", (sys.executable, "-m", "ivr", "clock")),
    ]


def refuse_taken_ports(binds: dict[str, str]) -> None:
    """Say so, before anything starts, when somebody else listens where we want to.

    Args:
        binds: what for → ``host:port``.
    """
    for what, bind in binds.items():
        host, _, port = bind.rpartition(":")
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, int(port)))
            except OSError as error:
                raise click.ClickException(
                    f"{bind} ({what}) cannot be used: {error.strerror}."
                    " End the program that uses it, or choose another port; see docs/settings.md."
                ) from None


def supervise(processes: list[Process]) -> None:
    """Become the supervisor of *processes*; returns never."""
    config = _supervisord_config(processes)
    folder = Path(tempfile.mkdtemp(prefix="hotline-"))
    path = folder / "supervisord.conf"
    path.write_text(config, encoding="utf-8")
    command = [sys.executable, "-m", "supervisor.supervisord", "-n", "-c", str(path)]
    os.chdir(ROOT)
    os.execv(sys.executable, command)  # noqa: S606 - our own interpreter


def _supervisord_config(processes: list[Process]) -> str:
    user = "user=root\n" if os.geteuid() == 0 else ""
    head = (
        "[supervisord]\nnodaemon=true\nsilent=true\nlogfile=/dev/null\nlogfile_maxbytes=0\n"
        f"pidfile={tempfile.mkdtemp(prefix='hotline-')}/pid\n{user}"
    )
    return head + "".join(_program(process) for process in processes)


def _program(process: Process) -> str:
    command = " ".join(_quoted(part) for part in process.command)
    environment = ",".join(
        f'{name}="{_escaped(value)}"' for name, value in process.environment.items()
    )
    return (
        f"\n[program:{process.name}]\ncommand={command}\n"
        + (f"environment={environment}\n" if environment else "")
        + "autorestart=true\nstartsecs=1\nstartretries=1000000\nstopwaitsecs=12\n"
        "stopasgroup=true\nkillasgroup=true\n"
        "stdout_logfile=/dev/stdout\nstdout_logfile_maxbytes=0\n"
        "stderr_logfile=/dev/stderr\nstderr_logfile_maxbytes=0\n"
    )


def _escaped(text: str) -> str:
    return text.replace("%", "%%").replace('"', '\\"')


def _quoted(part: str) -> str:
    return f'"{_escaped(part)}"' if " " in part else _escaped(part)
