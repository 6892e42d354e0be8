"""The floor: the least that any webhook of this kind has to do.

Flask, the carrier's own validator, one read by key, one row written and committed through the
plain driver, and a constant answer. Served by the same command line as the product.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable
from typing import Any, Final

import psycopg
from flask import Flask, Response, abort, request
from twilio.request_validator import RequestValidator

MAKE_TABLE: Final = "CREATE TABLE bench_floor (sid TEXT PRIMARY KEY, line_id BIGINT, status TEXT)"
READ: Final = "SELECT id, number FROM phone_line WHERE number = {}"
WRITE: Final = "INSERT INTO bench_floor VALUES ({0}, {0}, {0})"
ANSWER: Final = '<?xml version="1.0" encoding="UTF-8"?><Response><Say>您好</Say></Response>'


class Postgres:
    """A connection for each thread, as the product's pool comes to."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._of_thread = threading.local()
        self._read, self._write = READ.format("%s").encode(), WRITE.format("%s").encode()

    def __call__(self, sid: str, number: str, status: str) -> None:
        conn: psycopg.Connection[Any] | None = getattr(self._of_thread, "conn", None)
        if conn is None:
            conn = self._of_thread.conn = psycopg.connect(self._url)
        line = conn.execute(self._read, (number,)).fetchone()
        conn.execute(self._write, (sid, line[0] if line else None, status))
        conn.commit()


class SQLite:
    """The same, with the same promise that what is committed is on disk."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._of_thread = threading.local()
        self._read, self._write = READ.format("?"), WRITE.format("?")

    def _connect(self) -> sqlite3.Connection:
        conn = sqlite3.connect(self._path, isolation_level=None)
        conn.execute("PRAGMA journal_mode=WAL")
        conn.execute("PRAGMA synchronous=FULL")
        return conn

    def __call__(self, sid: str, number: str, status: str) -> None:
        conn: sqlite3.Connection | None = getattr(self._of_thread, "conn", None)
        if conn is None:
            conn = self._of_thread.conn = self._connect()
        conn.execute("BEGIN IMMEDIATE")
        line = conn.execute(self._read, (number,)).fetchone()
        conn.execute(self._write, (sid, line[0] if line else None, status))
        conn.execute("COMMIT")


def create_floor(database_url: str, base_url: str, token: str) -> Flask:
    """The application; every path is the one route."""
    app = Flask("floor")
    validator = RequestValidator(token)
    record: Callable[[str, str, str], None] = (
        SQLite(database_url.removeprefix("sqlite:///"))
        if database_url.startswith("sqlite")
        else Postgres(database_url)
    )

    @app.post("/<path:path>")
    def floor(path: str) -> Response:
        signature = request.headers.get("X-Twilio-Signature", "")
        if not validator.validate(f"{base_url}/{path}", request.form, signature):
            abort(403)
        form = request.form
        # A webhook is one row, whichever of its call it is.
        record(f"{form['CallSid']} {path}", form["From"], form["CallStatus"])
        return Response(ANSWER, content_type="text/xml; charset=utf-8")

    @app.get("/healthz")
    def healthz() -> str:
        return "ok"

    return app


def __getattr__(name: str) -> Any:  # the type of a module's attributes
    if name == "app":
        settings = os.environ
        return create_floor(
            settings["DATABASE_URL"], settings["PUBLIC_BASE_URL"], settings["BENCH_TOKEN"]
        )
    raise AttributeError(name)
