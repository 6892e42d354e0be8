"""A hotline on each kind of database, and one beside which nothing else is needed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.telephony.rest import Recorder, recording_rest
from tests.web.hotline import Hotline, open_hotline


@pytest.fixture(scope="session")
def rest() -> Iterator[Recorder]:
    """The carrier's REST interface, recorded."""
    with recording_rest() as recorder:
        yield recorder


@pytest.fixture
def hotline(database_url: str, rest: Recorder, tmp_path: Path) -> Iterator[Hotline]:
    """The hotline on a fresh database; each test that asks runs on both kinds."""
    rest.asked, rest.answers = [], []
    opened = open_hotline(database_url, rest.url, spool_dir=tmp_path / "spool")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def door(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hotline]:
    """One hotline for a whole file, for what concerns no database."""
    folder = tmp_path_factory.mktemp("door")
    shutil.copy(sqlite_template, folder / "hotline.db")
    opened = open_hotline(f"sqlite:///{folder / 'hotline.db'}", spool_dir=folder / "spool")
    yield opened
    opened.close()
