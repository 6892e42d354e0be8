"""``python -m ivr db``: the shape of the database."""

from __future__ import annotations

import sys

import click


@click.group()
def db() -> None:
    """The database: upgrade it, show its version."""


@db.command()
@click.option("--url-from-stdin", is_flag=True, hidden=True)
def upgrade(url_from_stdin: bool) -> None:
    """Bring the database at DATABASE_URL to the shape of this release."""
    from ivr.config import settings
    from ivr.store import open_store
    from ivr.store.migrate import newest_revision, upgrade

    # A password must not stand on a command line, where every user of the machine reads it.
    url = sys.stdin.read().strip() if url_from_stdin else settings().database_url
    store = open_store(url, patient=True)
    upgrade(store)
    store.close()
    click.echo(f"The database is at revision {newest_revision()}.")


@db.command()
def version() -> None:
    """Show the revision of the database and of this release."""
    from ivr.config import settings
    from ivr.store import open_store
    from ivr.store.migrate import newest_revision, present_revision

    store = open_store(settings().database_url)
    with store.reading() as conn:
        click.echo(f"database {present_revision(conn) or 'empty'}, release {newest_revision()}")
    store.close()
