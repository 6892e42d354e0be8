"""Migrations build what the code expects, on both databases, from empty and again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from ivr.store import Store, open_store
from ivr.store.migrate import is_up_to_date, newest_revision, present_revision, upgrade
from ivr.store.schema import metadata
from tests.postgres import Cluster


def test_migrations_and_tables_in_the_code_are_the_same(store: Store) -> None:
    with store.reading() as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_a_migrated_database_says_so_and_upgrading_again_changes_nothing(store: Store) -> None:
    assert is_up_to_date(store)
    upgrade(store)
    with store.reading() as conn:
        assert present_revision(conn) == newest_revision()


def test_an_empty_database_is_not_up_to_date(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'new.db'}")
    assert not is_up_to_date(store)
    store.close()


def test_several_processes_may_upgrade_at_once(postgres: Cluster) -> None:
    name = postgres.create()
    stores = [open_store(postgres.url(name)) for _ in range(2)]
    # Alembic keeps its configuration in module globals, so threads would share it: the
    # real thing is processes, which the start-up test covers; here two in turn.
    for store in stores:
        upgrade(store)
    with ThreadPoolExecutor(2) as pool:
        assert all(pool.map(is_up_to_date, stores))
    for store in stores:
        store.close()
    postgres.drop(name)
