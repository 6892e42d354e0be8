"""Customers by the million, made up: no such number can exist (area code + 0000 xxxx)."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql
from rich.console import Console
from rich.progress import track

from ivr.callers.place import area_codes
from ivr.store import open_store
from ivr.store.migrate import MIGRATIONS, upgrade

TEMPLATES: Final = Path("var") / "bench"
NUMBERS_AN_AREA: Final = 10_000
# One line in four is shared by two customers, as by a couple.
PEOPLE_ON_FOUR_LINES: Final = 5
OLDEST_BORN_ON: Final = date(1930, 1, 1)
DAYS_OF_BIRTH: Final = 20_000


class People:
    """*count* customers, the same ones in every run."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.lines = count * 4 // PEOPLE_ON_FOUR_LINES
        self._areas = sorted(prefix for prefix in area_codes() if len(prefix) == 3)
        assert self.lines <= len(self._areas) * NUMBERS_AN_AREA

    def number(self, line: int) -> str:
        """The number of line 0, 1, 2 …, in E.164."""
        area, last = divmod(line, NUMBERS_AN_AREA)
        return f"+86{self._areas[area]}0000{last:04}"

    def customers(self) -> Iterator[tuple[str, str, date]]:
        """Customer's number, name, born on."""
        for n in range(self.count):
            born_on = OLDEST_BORN_ON + timedelta(days=n * 7919 % DAYS_OF_BIRTH)
            yield f"B{n:08}", "样例", born_on

    def numbers(self) -> Iterator[tuple[str]]:
        """The lines' numbers."""
        return ((self.number(line),) for line in range(self.lines))

    def links(self) -> Iterator[tuple[int, int]]:
        """Line and customer, by their keys in an empty database, which begin at 1."""
        return ((n % self.lines + 1, n + 1) for n in range(self.count))


TABLES: Final[Sequence[tuple[str, tuple[str, ...]]]] = (
    ("customer", ("customer_no", "name", "birth_on")),
    ("phone_line", ("number",)),
    ("customer_line", ("line_id", "customer_id")),
)


def load_postgres(url: str, people: People, console: Console) -> None:
    """Fill the migrated, empty database at *url*."""
    with psycopg.connect(url, autocommit=True) as conn:
        for (table, columns), rows in zip(
            TABLES, _rows(people, console, "PostgreSQL"), strict=True
        ):
            query = sql.SQL("COPY {} ({}) FROM STDIN").format(
                sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
            )
            with conn.cursor() as cursor, cursor.copy(query) as copy:
                for row in rows:
                    copy.write_row(row)
        # What the server would otherwise do behind our backs while we measure.
        conn.execute("VACUUM ANALYZE")
        conn.execute("CHECKPOINT")


def sqlite_file(path: Path, people: People, console: Console) -> None:
    """Make *path* a database of *people*, from a template that is kept for the next run."""
    template = TEMPLATES / f"customers-{people.count}-{_shape()}.db"
    if not template.exists():
        TEMPLATES.mkdir(parents=True, exist_ok=True)
        part = template.with_suffix(".part")
        part.unlink(missing_ok=True)
        _fill_sqlite(part, people, console)
        part.rename(template)
        Path(f"{part}.migrating").unlink(missing_ok=True)
    shutil.copy(template, path)


def _shape() -> str:
    """A name for the tables as the migrations make them: a template of other ones is no use."""
    digest = sha256()
    for migration in sorted((MIGRATIONS / "versions").glob("*.py")):
        digest.update(migration.read_bytes())
    return digest.hexdigest()[:12]


def _fill_sqlite(path: Path, people: People, console: Console) -> None:
    store = open_store(f"sqlite:///{path}", patient=True)
    upgrade(store)
    store.close()
    with sqlite3.connect(path) as conn:
        for (table, columns), rows in zip(TABLES, _rows(people, console, "SQLite"), strict=True):
            gaps = ", ".join("?" * len(columns))
            statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({gaps})"  # noqa: S608
            conn.executemany(statement, (tuple(map(_plain, row)) for row in rows))
    conn.close()


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _rows(people: People, console: Console, where: str) -> Iterator[Iterable[tuple[object, ...]]]:
    """The rows of each table in turn, with a bar that moves."""
    kinds: tuple[tuple[str, Iterator[tuple[object, ...]], int], ...] = (
        ("customers", people.customers(), people.count),
        ("lines", people.numbers(), people.lines),
        ("links", people.links(), people.count),
    )
    for what, rows, total in kinds:
        yield track(
            chain(rows), f"{where}: {total:,} {what}", total, console=console, transient=True
        )
