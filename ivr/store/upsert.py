"""INSERT … ON CONFLICT, built once for each database we speak to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from sqlalchemy import Connection, Table
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as lite_insert


class Upsert:
    """A statement in both dialects; the connection says which one is executed."""

    def __init__(self, table: Table, build: Callable[[Insert], Any]) -> None:
        # SQLite's construct has the same methods; only the types do not know it.
        self._made = {
            "postgresql": build(pg_insert(table)),
            "sqlite": build(cast(Insert, lite_insert(table))),
        }

    def on(self, conn: Connection) -> Any:
        """The statement for *conn*'s database."""
        return self._made[conn.dialect.name]
