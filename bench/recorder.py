"""A carrier that does nothing but note when each command arrives."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, Queue
from urllib.parse import parse_qs

from bench.carrier import new_sid
from bench.figures import CannotMeasure

PATIENCE_S = 10.0


@dataclass(frozen=True, slots=True)
class Command:
    """A command of ours. *call_sid*: the call it is about, of a new call its new name."""

    at: float  # time.perf_counter()
    call_sid: str
    form: dict[str, str]

    @property
    def rings_agent(self) -> bool:
        """Whether a phone is called, rather than a live call changed."""
        return "Url" in self.form and "To" in self.form


@dataclass
class Recorder:
    """What has arrived, in order."""

    port: int
    _arrived: Queue[Command] = field(default_factory=Queue)

    def next(self) -> Command:
        """The next command.

        Raises:
            CannotMeasure: none came within ten seconds.
        """
        try:
            return self._arrived.get(timeout=PATIENCE_S)
        except Empty:
            raise CannotMeasure(f"The clock sent no command for {PATIENCE_S:g} s.") from None

    def note(self, command: Command) -> None:
        """Keep it until somebody asks."""
        self._arrived.put(command)


@contextmanager
def recorder() -> Iterator[Recorder]:
    """A recording carrier on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1  # Head and body leave together, or the answer waits for an acknowledgement.

        def do_POST(self) -> None:
            at = time.perf_counter()
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            name = self.path.rpartition("/")[2].removesuffix(".json")
            sid = name if name.startswith("CA") else new_sid()
            found.note(Command(at, sid, form))
            answer = json.dumps({"sid": sid, "status": "in-progress"}).encode()
            self.send_response(201 if name == "Calls" else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the commands are the record."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Recorder(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
