"""Alembic's door. One process migrates at a time; the others wait and find it done."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import context
from sqlalchemy import Engine, text

from ivr.config import settings
from ivr.store.engine import Store
from ivr.store.schema import metadata


@contextmanager
def one_at_a_time(engine: Engine) -> Iterator[None]:
    """Hold the migration lock of the database that *engine* speaks to."""
    if engine.dialect.name == "postgresql":
        with engine.connect() as conn:
            conn.execute(text("SELECT pg_advisory_lock(95520)"))
            conn.commit()
            try:
                yield
            finally:
                conn.execute(text("SELECT pg_advisory_unlock(95520)"))
                conn.commit()
        return
    with Path(f"{engine.url.database}.migrating").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def run() -> None:
    engine = context.config.attributes.get("engine")
    if engine is None:
        engine = Store(settings().database_url, patient=True).engine
    with one_at_a_time(engine), engine.connect() as conn:
        context.configure(
            connection=conn,
            target_metadata=metadata,
            render_as_batch=engine.dialect.name == "sqlite",
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
