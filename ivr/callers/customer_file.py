"""A file of customers, record by record: what is good comes out, what is wrong says where.

The lines come from whoever owns the file, one at a time, so that a file of any size is read
in the memory of one record. A record may span several lines inside quotation marks. One bad
record never spoils the next: a quotation mark that is not closed costs its own line only.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from ivr.callers.dialects import find_dialect
from ivr.callers.number import Identified, line_of
from ivr.errors import BadFile, Place

COLUMNS: Final = ("customer_no", "name", "birth_date", "numbers", "dialect", "home_centre")
NEEDED: Final = 4  # The last two columns may be absent.

# As long as the columns of the tables.
LONGEST: Final = {"customer_no": 40, "name": 80, "home_centre": 24}
MOST_NUMBERS: Final = 20
FIRST_YEAR: Final = 1900
LONGEST_RECORD: Final = 64 * 1024  # bytes
MOST_LINES: Final = 100  # in one record

_ISO_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Not str.isprintable, which refuses the ideographic space and rare characters in names.
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
_UNCLOSED: Final = "a quotation mark is opened and never closed"


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A good record. None in the last two says nothing: what is on file stays."""

    line: int  # where the record starts in the file; the header is line 1
    customer_no: str
    name: str
    birth_on: date
    numbers: frozenset[str]  # E.164
    dialect: str | None = None
    home_centre: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a record; tells what, and repeats no personal data."""

    line: int
    customer_no: str
    column: str  # empty where the whole record is meant
    reason: str


Faults = tuple[Fault, ...]


def columns_of(header: bytes, file: str) -> tuple[str, ...]:
    """The columns that a file has, from its first line.

    >>> columns_of(b"\\xef\\xbb\\xbfcustomer_no,name,birth_date,numbers\\r\\n", "a.csv")
    ('customer_no', 'name', 'birth_date', 'numbers')

    Raises:
        BadFile: the file is empty, is not UTF-8, or has another header.
    """
    where = Place(file, 1)
    expected = ",".join(COLUMNS)
    if not header.strip():
        raise BadFile(where, "The file is empty, or its first line is.", f"Write {expected}.")
    _refuse_other_formats(header, where)
    text = header.decode("utf-8-sig").strip()
    names = tuple(name.strip().strip('"').lower() for name in text.split(","))
    if len(names) < NEEDED or names != COLUMNS[: len(names)]:
        raise BadFile(
            where,
            "The header names other columns than a file of customers has.",
            f"Write {expected}, separated by commas; the last two may be absent.",
        )
    return names


def refuse_other_encodings(sample: bytes, file: str, *, is_cut: bool) -> None:
    """Look at the beginning of a file: most of its lines must be UTF-8.

    A single line that is not is a bad row; a file in GBK is a mistake of whoever saved it,
    and a million bad rows would say so less clearly.

    Args:
        is_cut: the sample ends within a line, perhaps within a character.

    Raises:
        BadFile: more than half of the lines are in another encoding.
    """
    lines = sample.split(b"\n")[1:]
    if is_cut:
        lines = lines[:-1]
    filled = [line for line in lines if line.strip()]
    wrong = [line for line in filled if _decoded(line) is None]
    if len(wrong) * 2 > len(filled):
        raise BadFile(
            Place(file, 2),
            "The text is not UTF-8; it is probably GBK, as Excel saves CSV by default.",
            "Save it as “CSV UTF-8” and import it again.",
        )


def _refuse_other_formats(head: bytes, where: Place) -> None:
    if head.startswith(b"PK\x03\x04"):
        what = "This is an Excel workbook, not a CSV file."
    elif head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in head:
        what = "The text is UTF-16, not UTF-8."
    elif _decoded(head) is None:
        what = "The first line is not UTF-8."
    else:
        return
    raise BadFile(where, what, "Save it as “CSV UTF-8” and import it again.")


def read_customers(
    lines: Iterable[bytes], columns: tuple[str, ...], today: date
) -> Iterator[CustomerRow | Faults]:
    """The records after the header, in order.

    Args:
        lines: the lines of the file from line 2 on, each with its end.
        columns: as :func:`columns_of` found them.
        today: the day in Asia/Shanghai; nobody is born after it.
    """
    for line, cells in _records(lines, most=len(columns)):
        if isinstance(cells, Fault):
            yield (cells,)
        elif cells:
            yield _checked(line, cells, today)


def _records(lines: Iterable[bytes], most: int) -> Iterator[tuple[int, list[str] | Fault]]:
    """The cells of each record, or what is wrong with it; no cells for an empty line."""
    waiting: deque[bytes] = deque()  # lines to be read again, because they were taken too soon
    source = iter(lines)
    number = 2
    while True:
        taken = _take_record(waiting, source)
        if not taken:
            return
        cells = _cells(number, taken, most)
        if isinstance(cells, Fault) and _hides_rows(taken):
            waiting.extendleft(reversed(taken[1:]))
            taken = taken[:1]
            cells = _fault(number, taken[0], _UNCLOSED)
        yield number, cells
        number += len(taken)


def _take_record(waiting: deque[bytes], source: Iterator[bytes]) -> list[bytes]:
    """Lines up to one where all quotation marks are closed, or as many as a record may have."""
    taken: list[bytes] = []
    size, is_open = 0, False
    while len(taken) < MOST_LINES and size <= LONGEST_RECORD:
        line = waiting.popleft() if waiting else next(source, None)
        if line is None:
            break
        taken.append(line)
        size += len(line)
        is_open ^= line.count(b'"') % 2 == 1
        if not is_open:
            break
    return taken


def _hides_rows(taken: list[bytes]) -> bool:
    """A record over several lines that is wrong, and whose later lines look like rows."""
    return any(line.count(b",") >= NEEDED - 1 for line in taken[1:])


def _cells(number: int, taken: list[bytes], most: int) -> list[str] | Fault:
    raw = b"".join(taken)
    if len(raw) > LONGEST_RECORD:
        return _fault(number, raw, f"the record is longer than {LONGEST_RECORD} bytes")
    text = _decoded(raw)
    if text is None:
        return _fault(number, raw, "the record is not UTF-8")
    if not text.strip():
        return []
    if raw.count(b'"') % 2:
        return _fault(number, raw, _UNCLOSED)
    try:
        cells = next(csv.reader([text], strict=True))
    except csv.Error as error:
        return _fault(number, raw, f"the record is not CSV: {error}")
    if not NEEDED <= len(cells) <= most:
        needed = str(most) if most == NEEDED else f"{NEEDED} to {most}"
        return _fault(number, raw, f"there are {len(cells)} columns, not {needed}")
    return cells


def _fault(number: int, raw: bytes, reason: str) -> Fault:
    first = raw[:200].partition(b",")[0].decode("utf-8", "replace")
    return Fault(number, shown(first.strip('" ')), "", reason)


def _decoded(raw: bytes) -> str | None:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def shown(customer_no: str) -> str:
    """A customer's number as a report may repeat it; what is in a wrong place is masked."""
    clean = _CONTROL.sub(" ", customer_no)[: LONGEST["customer_no"]]
    return clean if clean.isascii() else "****"


def _checked(line: int, cells: list[str], today: date) -> CustomerRow | Faults:
    """The row of *cells*, or all that is wrong with it."""
    # A name typed with a line break in it is that name.
    trimmed = [" ".join(cell.split()) for cell in cells]
    no, name, born, numbers, spoken, centre = (*trimmed, "", "")[: len(COLUMNS)]
    birth_on, wrong_day = _birthday(born, today)
    lines, wrong_number = _lines(numbers)
    dialect = find_dialect(spoken) if spoken else None
    wrong = {
        "customer_no": _wrong_text("customer_no", no),
        "name": _wrong_text("name", name),
        "birth_date": wrong_day,
        "numbers": wrong_number,
        "dialect": "no such dialect is on our list" if spoken and not dialect else "",
        "home_centre": _wrong_text("home_centre", centre, needed=False),
    }
    if birth_on is None or any(wrong.values()):
        return tuple(Fault(line, shown(no), at, why) for at, why in wrong.items() if why)
    return CustomerRow(line, no, name, birth_on, lines, dialect, centre or None)


def _wrong_text(column: str, text: str, *, needed: bool = True) -> str:
    if needed and not text:
        return "it is empty"
    if len(text) > LONGEST[column]:
        return f"it is longer than {LONGEST[column]} characters"
    if _CONTROL.search(text):
        return "it contains control characters"
    return ""


def _birthday(text: str, today: date) -> tuple[date | None, str]:
    """The day, or what is wrong with it.

    >>> _birthday("1950-02-30", date(2026, 11, 22))
    (None, 'there is no such day')
    """
    if not _ISO_DAY.fullmatch(text):
        return None, "it is not written YYYY-MM-DD" if text else "it is empty"
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None, "there is no such day"
    if day > today:
        return None, "it is in the future"
    if day.year < FIRST_YEAR:
        return None, f"it is before {FIRST_YEAR}"
    return day, ""


def _lines(text: str) -> tuple[frozenset[str], str]:
    """The lines in a cell that separates them by semicolons, or what is wrong with one.

    >>> sorted(_lines("010 0000 0018；13800000018;")[0])
    ['+861000000018', '+8613800000018']
    >>> _lines("010 0000 0018;95519")[1]
    'number 2: a service number, or a local number without its area code'
    """
    written = [part for part in text.replace("；", ";").split(";") if part.strip()]
    if not written:
        return frozenset(), "there is no number"
    if len(written) > MOST_NUMBERS:
        return frozenset(), f"there are more than {MOST_NUMBERS} numbers"
    found: set[str] = set()
    for position, part in enumerate(written, start=1):
        line = line_of(part)
        if not isinstance(line, Identified):
            return frozenset(), f"number {position}: {line.reason.in_words}"
        found.add(line.e164)
    return frozenset(found), ""
