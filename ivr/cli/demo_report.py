"""What is told during the demonstration, and the table at its end."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import datetime
from types import TracebackType
from typing import Any, Final, Self

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ivr.callers import mask
from ivr.cli.town import DATA, PracticeTown
from ivr.config import SHANGHAI
from ivr.store.summaries import CallSummary, all_calls

POLL_S: Final = 0.1
RATINGS: Final = {1: "content", 2: "so-so", 3: "not content", None: "not asked"}


class Teller:
    """Prints what people say and hear, as it happens; runs in a thread of its own."""

    def __init__(self, town: PracticeTown) -> None:
        self._town = town
        self._console = Console(highlight=False)
        self._names = dict(_names())
        self._legs: dict[str, dict[str, Any]] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()

    def title(self, text: str) -> None:
        """Begin a chapter."""
        self._stop.wait(2 * POLL_S)
        self._console.print()
        self._console.rule(f"[bold]{text}", align="left")

    def _follow(self) -> None:
        seen = 0
        while True:
            is_last = self._stop.is_set()
            for entry in self._town.network.transcript(seen):
                seen = max(seen, int(entry["id"]))
                line = self._line(entry)
                if line is not None:
                    self._console.print(line)
            if is_last:
                return
            self._stop.wait(POLL_S)

    def _line(self, entry: dict[str, Any]) -> Table | None:
        told = _told(entry)
        if told is None:
            return None
        words, style = told
        at = datetime.fromisoformat(entry["at"]).astimezone(SHANGHAI)
        line = Table.grid(padding=(0, 2))
        line.add_column(width=8, style="dim")
        line.add_column(width=20, style="cyan", no_wrap=True)
        line.add_column(style=style)
        line.add_row(f"{at:%H:%M:%S}", self._who(entry), Text(words, overflow="fold"))
        return line

    def _who(self, entry: dict[str, Any]) -> str:
        sid = entry["call_sid"]
        if sid not in self._legs:
            self._legs[sid] = self._town.network.call(sid)
        phone = str(self._legs[sid]["phone"])
        return self._names.get(phone) or (mask(phone) if phone.startswith("+") else phone)


def _told(entry: dict[str, Any]) -> tuple[str, str] | None:
    """What to print of an entry of the transcript: words and style; None for the technical."""
    text = str(entry["text"])
    match entry["kind"]:
        case "said":
            return f"hears   “{text}”", ""
        case "played":
            return "hears   ♪ music", "dim"
        case "talked":
            return f"says    “{text}”", "bold"
        case "pressed":
            return f"presses {text}", "bold yellow"
        case "ringing":
            return "rings", "magenta"
        case "answered":
            return "is answered", "magenta"
        case "joined":
            return "is in the room", "green"
        case "left":
            return "is out of the room", "green"
        case "ended":
            return f"ends    ({text})" if text else "ends", "red"
        case "error":
            return f"error   {text}", "bold red"
    return None


def _names() -> Iterator[tuple[str, str]]:
    """Who is at which phone, in a few words."""
    for name, key in (("agents.json", "endpoint"), ("callers.json", "number")):
        for one in json.loads((DATA / name).read_text(encoding="utf-8")):
            yield one[key], one["label"]["en"].split(",")[0]


def print_what_happened(town: PracticeTown) -> None:
    """A table of all calls."""
    table = Table(title="What happened")
    for column in (
        "call",
        "segment",
        "topic",
        "to the line",
        "waited",
        "phones rung",
        "answered by",
        "rating",
    ):
        table.add_column(column)
    with town.store.reading() as conn:
        for number, summary in enumerate(all_calls(conn), 1):
            table.add_row(str(number), *_cells(summary))
    console = Console(highlight=False)
    console.print()
    console.print(table)


def _cells(call: CallSummary) -> Iterator[str]:
    yield call.segment
    yield call.topic or "–"
    yield _seconds(call.started_at, call.entered_at)
    yield _seconds(call.entered_at, call.answered_at)
    yield str(call.rung)
    yield call.agent_no or "nobody"
    yield RATINGS[call.score]


def _seconds(begin: datetime | None, end: datetime | None) -> str:
    return f"{(end - begin).total_seconds():.0f} s" if begin and end else "–"
