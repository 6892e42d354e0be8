"""Writing a batch of customers: what is new, what has changed, and whose lines.

A batch is compared with what is on file and only the difference is written, so that a second
import of the same file reads and writes nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, delete, exists, insert, select, text, update

from ivr.callers.customer_file import CustomerRow
from ivr.store.schema import customer, customer_line, phone_line

# Two imports at once would both insert what neither sees; they take turns, batch by batch.
_IMPORT_LOCK: Final = text("SELECT pg_advisory_xact_lock(95519, 1)")

_ON_FILE: Final = select(
    customer.c.id,
    customer.c.customer_no,
    customer.c.name,
    customer.c.birth_on,
    customer.c.dialect,
    customer.c.home_centre,
).where(customer.c.customer_no.in_(bindparam("nos", expanding=True)))
_LINES_OF: Final = (
    select(customer_line.c.customer_id, phone_line.c.number, phone_line.c.id)
    .join(phone_line, phone_line.c.id == customer_line.c.line_id)
    .where(customer_line.c.customer_id.in_(bindparam("keys", expanding=True)))
)
_ADD: Final = insert(customer).returning(customer.c.customer_no, customer.c.id)
_CHANGE: Final = (
    update(customer)
    .where(customer.c.id == bindparam("key"))
    .values(
        name=bindparam("name"),
        birth_on=bindparam("birth_on"),
        dialect=bindparam("dialect"),
        home_centre=bindparam("home_centre"),
    )
)
_NUMBERS: Final = select(phone_line.c.number, phone_line.c.id).where(
    phone_line.c.number.in_(bindparam("numbers", expanding=True))
)
_ADD_LINE: Final = insert(phone_line).returning(phone_line.c.number, phone_line.c.id)
_LINK: Final = insert(customer_line)
_UNLINK: Final = delete(customer_line).where(
    customer_line.c.line_id == bindparam("line"),
    customer_line.c.customer_id == bindparam("key"),
)
_FORGET_ORPHANS: Final = delete(phone_line).where(
    phone_line.c.id.in_(bindparam("lines", expanding=True)),
    ~exists().where(customer_line.c.line_id == phone_line.c.id),
)


@dataclass(frozen=True, slots=True)
class Written:
    """What became of the rows of a batch, or of several together."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0

    @property
    def total(self) -> int:
        return self.added + self.changed + self.unchanged

    def __add__(self, other: Written) -> Written:
        return Written(
            self.added + other.added,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
        )


class SeenCustomerNos:
    """Which customers' numbers a file has had, for a file of any size.

    They are kept in a private temporary database, on disk as soon as they outgrow its cache
    and removed by SQLite itself. A set of a million would take 100 MB, and the table of
    customers cannot answer: a row that is there may be from this file or an earlier one.
    """

    def __init__(self) -> None:
        self._scratch = sqlite3.connect("", isolation_level=None)
        self._scratch.execute("PRAGMA journal_mode=OFF")
        self._scratch.execute("PRAGMA synchronous=OFF")
        self._scratch.execute("PRAGMA cache_size=-8192")
        self._scratch.execute("CREATE TABLE seen (no TEXT PRIMARY KEY, line INT) WITHOUT ROWID")
        self._scratch.execute("BEGIN")

    def first_line(self, customer_no: str, line: int) -> int | None:
        """The line that had *customer_no* before; None if it is new, and now it is seen."""
        put = "INSERT OR IGNORE INTO seen VALUES (?, ?)"
        if self._scratch.execute(put, (customer_no, line)).rowcount:
            return None
        found = self._scratch.execute("SELECT line FROM seen WHERE no = ?", (customer_no,))
        return int(found.fetchone()[0])

    def close(self) -> None:
        """Forget everything."""
        self._scratch.close()


@dataclass(frozen=True, slots=True)
class _OnFile:
    """A customer as the database has it; ``lines`` is number → key of the line."""

    key: int
    values: dict[str, Any]  # the columns that a file may change
    lines: dict[str, int]


def write_customers(conn: Connection, rows: Sequence[CustomerRow]) -> Written:
    """Bring what is on file to what *rows* say; no two of them have the same customer_no.

    Numbers that a customer no longer has are removed, and lines that nobody is left on. A
    dialect or home centre of None leaves what is on file, and consent is never touched.
    """
    if conn.dialect.name == "postgresql":
        conn.execute(_IMPORT_LOCK)
    on_file = _read(conn, rows)
    new = [row for row in rows if row.customer_no not in on_file]
    known = [(row, on_file[row.customer_no]) for row in rows if row.customer_no in on_file]
    corrected = [
        (before.key, values)
        for row, before in known
        if (values := _merged(row, before.values)) != before.values
    ]
    moved = [(row, before) for row, before in known if row.numbers != before.lines.keys()]

    keys = _add(conn, new)
    if corrected:
        conn.execute(_CHANGE, [{"key": key, **values} for key, values in corrected])
    gained = [(keys[row.customer_no], number) for row in new for number in row.numbers]
    gained += [
        (before.key, number)
        for row, before in moved
        for number in row.numbers - before.lines.keys()
    ]
    _link(conn, gained)
    # Lines are given up after others have been taken: a couple that swaps numbers keeps both.
    _unlink(
        conn,
        [
            (before.key, line)
            for row, before in moved
            for number, line in before.lines.items()
            if number not in row.numbers
        ],
    )
    changed = {key for key, _ in corrected} | {before.key for _, before in moved}
    return Written(len(new), len(changed), len(known) - len(changed))


def _read(conn: Connection, rows: Sequence[CustomerRow]) -> Mapping[str, _OnFile]:
    found = {
        row.customer_no: _OnFile(
            row.id,
            {
                "name": row.name,
                "birth_on": row.birth_on,
                "dialect": row.dialect,
                "home_centre": row.home_centre,
            },
            {},
        )
        for row in conn.execute(_ON_FILE, {"nos": [row.customer_no for row in rows]})
    }
    by_key = {one.key: one for one in found.values()}
    if by_key:
        for key, number, line in conn.execute(_LINES_OF, {"keys": list(by_key)}):
            by_key[key].lines[number] = line
    return found


def _merged(row: CustomerRow, before: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": row.name,
        "birth_on": row.birth_on,
        "dialect": row.dialect or before["dialect"],
        "home_centre": row.home_centre or before["home_centre"],
    }


def _add(conn: Connection, rows: Sequence[CustomerRow]) -> Mapping[str, int]:
    """Insert *rows*; customer_no → key."""
    if not rows:
        return {}
    values = [
        {
            "customer_no": row.customer_no,
            "name": row.name,
            "birth_on": row.birth_on,
            "dialect": row.dialect,
            "home_centre": row.home_centre,
        }
        for row in rows
    ]
    return _pairs(conn.execute(_ADD, values))


def _pairs(rows: Iterable[Row[str, int]]) -> dict[str, int]:
    """Name or number → key."""
    return {name: key for name, key in rows}  # noqa: C416 - a Row is no tuple to the types


def _link(conn: Connection, gained: Sequence[tuple[int, str]]) -> None:
    """Put customers on the lines with these numbers, which need not exist yet."""
    if not gained:
        return
    numbers = sorted({number for _, number in gained})
    lines = _pairs(conn.execute(_NUMBERS, {"numbers": numbers}))
    missing = [{"number": number} for number in numbers if number not in lines]
    if missing:
        lines |= _pairs(conn.execute(_ADD_LINE, missing))
    conn.execute(_LINK, [{"customer_id": key, "line_id": lines[no]} for key, no in gained])


def _unlink(conn: Connection, lost: Collection[tuple[int, int]]) -> None:
    """Take customers from lines, and forget the lines that nobody is left on."""
    if not lost:
        return
    conn.execute(_UNLINK, [{"key": key, "line": line} for key, line in lost])
    conn.execute(_FORGET_ORPHANS, {"lines": sorted({line for _, line in lost})})
