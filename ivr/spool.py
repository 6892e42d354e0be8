"""Numbers put aside on disk while the database is away, one file for each call.

Files, because several processes write and one reads, and a file that appears by renaming is
there whole or not at all. Readable by the hotline's own user only: they hold numbers.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

MOST_FILES: Final = 100_000


@dataclass(frozen=True, slots=True)
class PutAside:
    """A caller who was promised a call when the fault is mended."""

    sid: str
    number: str


class Spool:
    """The folder *folder*, made when it is first needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, sid: str, number: str) -> bool:
        """Keep the number of the call *sid*; False if the disk does not let us."""
        final = self._folder / f"{sid}.json"
        part = final.with_suffix(f".{os.getpid()}.part")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if len(os.listdir(self._folder)) >= MOST_FILES:
                return False
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                json.dump({"sid": sid, "number": number}, file)
                file.flush()
                os.fsync(file.fileno())
            part.rename(final)
        except OSError as error:
            log.warning("could not put a number aside: %s", error.strerror)
            return False
        return True

    @contextmanager
    def oldest(self) -> Iterator[PutAside | None]:
        """The next number to deal with; it is removed if the block ends well."""
        path = next(self._waiting(), None)
        if path is None:
            yield None
            return
        try:
            kept = json.loads(path.read_text(encoding="ascii"))
            found = PutAside(str(kept["sid"]), str(kept["number"]))
        except (OSError, ValueError, KeyError, TypeError):
            # Half a file can only be the work of a dying disk: keep it for a person to see.
            path.rename(path.with_suffix(".unreadable"))
            yield None
            return
        yield found
        path.unlink(missing_ok=True)

    def _waiting(self) -> Iterator[Path]:
        if self._folder.is_dir():
            yield from sorted(self._folder.glob("*.json"), key=lambda path: path.stat().st_mtime)
