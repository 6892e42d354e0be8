"""What every test may ask for: a database of each kind, freshly migrated."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

# The tests' own settings come before anything reads the environment.
for name in [name for name in os.environ if name.startswith(("TWILIO_", "EXCHANGE_", "CLOCK_"))]:
    del os.environ[name]
os.environ["PRACTICE"] = "true"
os.environ.pop("DATABASE_URL", None)

from ivr.store import Store, open_store
from ivr.store.migrate import upgrade
from tests.postgres import Cluster, cluster
from tests.town import Town, open_town

DATABASES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """One PostgreSQL server for the session."""
    with cluster() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    store = open_store(f"sqlite:///{path}")
    upgrade(store)
    store.close()  # The last connection to leave folds the write-ahead log into the file.
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: Cluster) -> str:
    """A migrated PostgreSQL database, to be copied."""
    name = postgres.create()
    store = open_store(postgres.url(name))
    upgrade(store)
    store.close()
    return name


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh, migrated database; each test that asks runs on both kinds."""
    if request.param == "sqlite":
        path = tmp_path / "hotline.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: Cluster = request.getfixturevalue("postgres")
    name = server.create(template=request.getfixturevalue("postgres_template"))
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A fresh database, open."""
    opened = open_store(database_url)
    yield opened
    opened.close()


@pytest.fixture(scope="session", params=DATABASES)
def whole_town(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    """One town for each kind of database and session; ask for ``town`` instead."""
    folder = tmp_path_factory.mktemp("town")
    if request.param == "sqlite":
        path = folder / "hotline.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        url = f"sqlite:///{path}"
    else:
        server: Cluster = request.getfixturevalue("postgres")
        url = server.url(server.create(template=request.getfixturevalue("postgres_template")))
    with open_town(url, folder) as opened:
        yield opened


@pytest.fixture
def town(whole_town: Town) -> Iterator[Town]:
    """A town in which nothing has happened yet."""
    whole_town.tidy()
    yield whole_town
    whole_town.tidy()
