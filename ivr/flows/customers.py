"""Importing a file of customers: good rows are kept, bad rows are reported."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final, TextIO

from ivr.callers.customer_file import (
    LONGEST_RECORD,
    CustomerRow,
    Fault,
    Faults,
    columns_of,
    read_customers,
    refuse_other_encodings,
    shown,
)
from ivr.errors import DatabaseAway, IVRError
from ivr.store import Store
from ivr.store.customer_import import SeenCustomerNos, Written, write_customers

# One batch is one transaction. On SQLite a call that comes in meanwhile waits for it, so it
# must be short; larger batches would hardly be faster.
BATCH: Final = 1000
TRIES: Final = 3  # of a batch, where the database is busy; to write it twice does no harm
SAMPLE: Final = 256 * 1024  # bytes; enough to tell the encoding
TELL_EVERY: Final = 256 * 1024  # bytes between two reports of progress
REPORT_COLUMNS: Final = ("line", "customer_no", "column", "reason")

OnProgress = Callable[[int, int], None]  # bytes read, bytes to read


class CannotImport(IVRError):
    """The import did not take place, or not to its end; the message says which."""


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What became of a file; ``report`` lists the bad rows."""

    written: Written
    bad: int
    report: Path

    @property
    def rows(self) -> int:
        return self.written.total + self.bad


def import_customers(
    store: Store,
    path: Path,
    report: Path,
    on_progress: OnProgress,
    today: date,
    *,
    strict: bool = False,
) -> ImportSummary:
    """Bring the customers on file to what the CSV at *path* says.

    The file is read as it comes, and each thousand rows are committed. To run it again changes
    nothing, and is what to do after an interruption. Customers who are not in the file stay.

    Args:
        report: where to list the bad rows; an older report is replaced.
        today: the day in Asia/Shanghai.
        strict: read everything first, and import nothing if a row is bad.

    Raises:
        BadFile: *path* is no file of customers; nothing was imported.
        CannotImport: it or *report* cannot be opened, a row is bad in strict mode, or the
            database went away.
    """
    with ExitStack() as stack:
        file = stack.enter_context(_open_to_read(path))
        columns = _examine(file, path)
        bad = _Report(stack.enter_context(_open_to_write(report, path)))
        size = os.fstat(file.fileno()).st_size * (2 if strict else 1)
        done = 0
        if strict:
            done = size // 2
            for _ in bad.listed(_read(file, columns, today, lambda at: on_progress(at, size))):
                pass
            if bad.rows:
                raise CannotImport(
                    f"{bad.rows} rows of {path} are bad, and nothing was imported. Correct those"
                    f" that {report} lists, or import the others without --strict."
                )
        rows = _read(file, columns, today, lambda at: on_progress(done + at, size))
        written = _write(store, bad.listed(rows), path)
        return ImportSummary(written, bad.rows, report)


class _Report:
    """The list of bad rows: a CSV file that Excel opens as what it is."""

    def __init__(self, file: TextIO) -> None:
        self.rows = 0
        self._writer = csv.writer(file)
        self._writer.writerow(REPORT_COLUMNS)

    def listed(self, found: Iterable[CustomerRow | Faults]) -> Iterator[CustomerRow]:
        """The good rows of *found*; the others are listed on the way."""
        for one in found:
            if isinstance(one, CustomerRow):
                yield one
                continue
            self.rows += 1
            for fault in one:
                cells = (fault.customer_no, fault.column, fault.reason)
                self._writer.writerow((fault.line, *map(harmless, cells)))


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula.

    >>> harmless("=1+1"), harmless("C20260018")
    ("'=1+1", 'C20260018')
    """
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _open_to_read(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise CannotImport(
            f"{path} cannot be read: {error.strerror}. Nothing was imported; give the name of"
            " a CSV file."
        ) from None


def _open_to_write(report: Path, path: Path) -> TextIO:
    """The report, for the eyes of this user only: it has customers' numbers."""
    if report.exists() and report.samefile(path):
        raise CannotImport(
            f"{report} is the file to import; the report would overwrite it. Nothing was"
            " imported; give another name with --report."
        )
    try:
        handle = os.open(report, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise CannotImport(
            f"The report {report} cannot be written: {error.strerror}. Nothing was imported;"
            " give another name with --report."
        ) from None
    # With the mark at the beginning, Excel reads it as UTF-8.
    return open(handle, "w", encoding="utf-8-sig", newline="")


def _examine(file: BinaryIO, path: Path) -> tuple[str, ...]:
    """The columns of a file whose beginning looks like a file of customers."""
    sample = file.read(SAMPLE)
    columns = columns_of(sample.partition(b"\n")[0], str(path))
    refuse_other_encodings(sample, str(path), is_cut=len(sample) == SAMPLE)
    return columns


def _read(
    file: BinaryIO, columns: tuple[str, ...], today: date, tell: Callable[[int], None]
) -> Iterator[CustomerRow | Faults]:
    """The records of *file* from its beginning; of two with one customer_no the first is good."""
    file.seek(0)
    file.readline()
    with closing(SeenCustomerNos()) as seen:
        for found in read_customers(_lines(file, tell), columns, today):
            if isinstance(found, CustomerRow):
                first = seen.first_line(found.customer_no, found.line)
                if first is not None:
                    why = f"it is already in line {first}, which counts"
                    yield (Fault(found.line, shown(found.customer_no), "customer_no", why),)
                    continue
            yield found


def _lines(file: BinaryIO, tell: Callable[[int], None]) -> Iterator[bytes]:
    """Lines from where *file* stands; of one that is too long only the beginning."""
    told = 0
    while line := file.readline(LONGEST_RECORD + 1):
        yield line
        while len(line) > LONGEST_RECORD and not line.endswith(b"\n"):
            line = file.readline(LONGEST_RECORD + 1)
        if file.tell() - told >= TELL_EVERY:
            told = file.tell()
            tell(told)
    tell(file.tell())


def _write(store: Store, rows: Iterable[CustomerRow], path: Path) -> Written:
    written, last = Written(), 1
    for batch in _batches(rows):
        try:
            written += _write_batch(store, batch)
        except DatabaseAway as error:
            raise CannotImport(
                f"The database went away during the import of {path}. The rows up to line {last}"
                f" are imported ({written.total} customers). Import the file again: that changes"
                " nothing where it has been and goes on where it has not."
            ) from error
        last = batch[-1].line
    return written


def _write_batch(store: Store, batch: Sequence[CustomerRow]) -> Written:
    for _ in range(TRIES - 1):
        with suppress(DatabaseAway), store.transaction() as conn:
            return write_customers(conn, batch)
    with store.transaction() as conn:
        return write_customers(conn, batch)


def _batches(rows: Iterable[CustomerRow]) -> Iterator[list[CustomerRow]]:
    source = iter(rows)
    while batch := list(islice(source, BATCH)):
        yield batch
