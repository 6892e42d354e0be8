"""CSV tables that travel with the package, read strictly: a mistake names its line."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ivr.errors import BadFile, Place

DATA: Final = Path(__file__).parent / "data"


def rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[Place, dict[str, str]]]:
    """The rows of *path* with the place of each; the header must be exactly *columns*.

    Raises:
        BadFile: it cannot be read, or a row has not as many cells as the header.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = next(reader, [])
            if tuple(header) != columns:
                raise BadFile(
                    Place(str(path), 1),
                    f"The header is {','.join(header) or 'missing'}.",
                    f"Write {','.join(columns)}.",
                )
            for cells in reader:
                where = Place(str(path), reader.line_num)
                if len(cells) != len(columns):
                    raise BadFile(
                        where,
                        f"There are {len(cells)} cells, not {len(columns)}.",
                        "Quote cells that contain a comma.",
                    )
                yield where, dict(zip(columns, cells, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadFile(
            Place(str(path), 1),
            f"The file cannot be read as CSV in UTF-8 ({error}).",
            "Restore it from the package.",
        ) from error


def several(cell: str) -> tuple[str, ...]:
    """The values of a cell that holds several, in order.

    >>> several("成都|眉山"), several("")
    (('成都', '眉山'), ())
    """
    return tuple(value for value in cell.split("|") if value)
