"""Bringing a database to the present shape.

Alembic is imported only when there is something to do: a web worker checks one row and
goes on. The migrations themselves are in ``migrations/versions`` with numbered names.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, text

from ivr.errors import IVRError
from ivr.store.engine import Store

MIGRATIONS: Final = Path(__file__).resolve().parents[2] / "migrations"


class OldDatabase(IVRError):
    """The database has an older shape than this release needs."""


def newest_revision() -> str:
    """The number of the last migration of this release, such as ``0003``."""
    return max(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def present_revision(conn: Connection) -> str | None:
    """The number of the last migration that this database has had; None if it is empty."""
    if not inspect(conn).has_table("alembic_version"):
        return None
    return conn.execute(text("SELECT version_num FROM alembic_version")).scalar()


def is_up_to_date(store: Store) -> bool:
    """Whether *store* has the shape of this release, or a later one still being rolled out."""
    with store.reading() as conn:
        present = present_revision(conn)
    return present is not None and present >= newest_revision()


def upgrade(store: Store) -> None:
    """Run the missing migrations here and now; several processes may try at once."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = store.engine
    command.upgrade(config, "head")


def ensure_up_to_date(store: Store, *, migrate: bool) -> None:
    """Make sure that *store* can be used by this release.

    Args:
        migrate: run missing migrations, in a process of their own so that this one does not
            carry Alembic about for the rest of its life.

    Raises:
        OldDatabase: it is behind, and *migrate* is false or did not work.
    """
    if is_up_to_date(store):
        return
    if migrate:
        url = store.engine.url.render_as_string(hide_password=False)
        done = subprocess.run(
            [sys.executable, "-m", "ivr", "db", "upgrade", "--url-from-stdin"],
            input=url,
            text=True,
            capture_output=True,
            check=False,
            cwd=MIGRATIONS.parent,
        )
        if done.returncode == 0 and is_up_to_date(store):
            return
        raise OldDatabase(f"The database could not be upgraded: {done.stderr.strip()}")
    raise OldDatabase(
        "The database has an older shape than this release."
        " Run `python -m ivr db upgrade`, or set AUTO_MIGRATE=true."
    )
