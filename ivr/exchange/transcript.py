"""The transcript: everything that happens on the network, in order, as a person would tell it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Any, Final

from ivr.exchange.clock import Clock

KEPT_ENTRIES: Final = 100_000
"""How many entries are remembered; an exchange that runs for weeks must not fill the memory."""


class Kind(StrEnum):
    """What sort of thing happened."""

    SAID = "said"
    PLAYED = "played"
    PAUSED = "paused"
    HEARD = "heard"
    PRESSED = "pressed"
    TALKED = "talked"
    GATHER = "gather"
    DIALLED = "dialled"
    RINGING = "ringing"
    ANSWERED = "answered"
    JOINED = "joined"
    LEFT = "left"
    HELD = "held"
    UNHELD = "unheld"
    MUTED = "muted"
    COACHED = "coached"
    REDIRECTED = "redirected"
    WEBHOOK = "webhook"
    STATUS = "status"
    ERROR = "error"
    ENDED = "ended"


@dataclass(slots=True)
class Entry:
    """One line. *detail* of a said or played entry may still gain ``cut_at_s``."""

    id: int
    at: datetime
    call_sid: str
    kind: Kind
    text: str
    detail: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The entry as the practice interface shows it."""
        return {
            "id": self.id,
            "at": self.at.isoformat(),
            "call_sid": self.call_sid,
            "kind": self.kind,
            "text": self.text,
            "detail": self.detail,
        }


class Transcript:
    """All entries of all calls, and who is listening to them as they come."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: deque[Entry] = deque()
        self._by_call: dict[str, deque[Entry]] = {}
        self._last_id = 0
        self._listeners: set[asyncio.Queue[Entry | None]] = set()

    @property
    def last_id(self) -> int:
        """The identifier of the newest entry, 0 before the first."""
        return self._last_id

    def add(self, call_sid: str, kind: Kind, text: str, **detail: Any) -> Entry:  # Any: JSON
        """Write a line about a call ("" for what concerns no call)."""
        self._last_id += 1
        entry = Entry(self._last_id, self._clock.now(), call_sid, kind, text, detail)
        self._entries.append(entry)
        self._by_call.setdefault(call_sid, deque()).append(entry)
        if len(self._entries) > KEPT_ENTRIES:
            self._forget(self._entries.popleft())
        for listener in self._listeners:
            listener.put_nowait(entry)
        return entry

    def changed(self) -> None:
        """Tell listeners that the state moved without a line being written."""
        for listener in self._listeners:
            listener.put_nowait(None)

    def since(self, entry_id: int) -> list[Entry]:
        """The entries after *entry_id* that are still remembered, oldest first."""
        if not self._entries:
            return []
        skipped = max(0, entry_id - self._entries[0].id + 1)
        return list(islice(self._entries, skipped, None))

    def of(self, call_sid: str) -> list[Entry]:
        """The entries of one call."""
        return list(self._by_call.get(call_sid, ()))

    @contextmanager
    def listening(self) -> Iterator[asyncio.Queue[Entry | None]]:
        """New entries as they come; None means that only the state changed."""
        queue: asyncio.Queue[Entry | None] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            yield queue
        finally:
            self._listeners.discard(queue)

    def _forget(self, oldest: Entry) -> None:
        of_call = self._by_call[oldest.call_sid]
        of_call.popleft()
        if not of_call:
            del self._by_call[oldest.call_sid]
