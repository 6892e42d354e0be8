"""A REST interface that records what it is asked, and answers as it is told to.

It checks every request against the carrier's own description, so that a command that the real
carrier would refuse is seen here.
"""

from __future__ import annotations

import json
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from jsonschema import Draft202012Validator

DESCRIPTION = Path(__file__).parents[1] / "data" / "twilio_api_v2010.json"
LONGEST_TWIML = 4000
"""Characters; the description says so in words only."""


@dataclass(frozen=True)
class Asked:
    """One request that came."""

    method: str
    path: str
    query: dict[str, list[str]]
    form: dict[str, list[str]]


@dataclass(frozen=True)
class Answer:
    """What to answer. *cut_at*: hang up after so many bytes of the body."""

    status: int = 200
    body: str = ""
    cut_at: int | None = None
    after: threading.Event | None = None


@lru_cache(maxsize=1)
def description() -> Mapping[str, Any]:
    """The carrier's description of its REST interface."""
    found: Mapping[str, Any] = json.loads(DESCRIPTION.read_text(encoding="utf-8"))
    return found


def faults(asked: Asked) -> list[str]:
    """What the carrier would find wrong with a request; empty if nothing."""
    for template, operations in description()["paths"].items():
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template))
        match = re.fullmatch(pattern, asked.path)
        if match is None:
            continue
        operation = operations.get(asked.method.lower())
        if operation is None:
            return [f"{asked.method} is not possible on {template}"]
        return list(_faults_of(operation, match.groupdict(), asked))
    return [f"there is no {asked.path}"]


def _faults_of(
    operation: Mapping[str, Any], in_path: Mapping[str, str], asked: Asked
) -> Iterator[str]:
    given = {"path": {k: [unquote(v)] for k, v in in_path.items()}, "query": asked.query}
    for place, values in given.items():
        known = {p["name"]: p for p in operation.get("parameters", ()) if p["in"] == place}
        properties = {name: p["schema"] for name, p in known.items()}
        required = [name for name, p in known.items() if p.get("required")]
        yield from _misfits(properties, required, values, place)
    bodies = operation.get("requestBody", {}).get("content", {})
    schema = bodies.get("application/x-www-form-urlencoded", {}).get("schema", {})
    required = schema.get("required", [])
    yield from _misfits(schema.get("properties", {}), required, asked.form, "form")
    for document in asked.form.get("Twiml", ()):
        if len(document) > LONGEST_TWIML:
            yield f"Twiml has {len(document)} characters"


def _misfits(
    properties: Mapping[str, Any], required: list[str], values: Mapping[str, list[str]], place: str
) -> Iterator[str]:
    schema = {
        "type": "object",
        "properties": dict(properties),
        "required": required,
        "additionalProperties": False,
        "components": description()["components"],
    }
    decoded = {name: _decoded(properties.get(name, {}), found) for name, found in values.items()}
    for fault in Draft202012Validator(schema).iter_errors(decoded):
        yield f"{place}: {fault.message}"


def _decoded(schema: Mapping[str, Any], values: list[str]) -> Any:
    """A field as JSON: repeated keys are an array where the description says so."""
    if schema.get("type") == "array":
        return [_decoded(schema["items"], [value]) for value in values]
    if len(values) != 1:
        return values
    match schema.get("type"):
        case "integer" if re.fullmatch(r"-?[0-9]+", values[0]):
            return int(values[0])
        case "boolean" if values[0] in {"true", "false"}:
            return values[0] == "true"
    return values[0]


@dataclass
class Recorder:
    """The carrier's side. *answers* come first, one for each request; then *otherwise*."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    otherwise: Callable[[Asked], Answer] = field(default=lambda asked: as_usual(asked))

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        return self.answers.pop(0) if self.answers else self.otherwise(asked)

    @property
    def last(self) -> Asked:
        return self.asked[-1]

    def faults(self) -> list[str]:
        """What was wrong with anything that was ever asked."""
        return [fault for asked in self.asked for fault in faults(asked)]


def sid_of(kind: str, number: int) -> str:
    """A name such as the carrier gives: two letters and 32 hexadecimal digits."""
    return f"{kind}{number:032x}"


_numbers = iter(range(1, 1_000_000))


def as_usual(asked: Asked) -> Answer:
    """What a carrier in good health answers."""
    if asked.path.endswith("/Calls.json") and asked.method == "POST":
        return Answer(201, json.dumps({"sid": sid_of("CA", 0xA0000 + next(_numbers))}))
    if asked.path.endswith("/Calls.json"):
        return Answer(200, json.dumps({"calls": [], "next_page_uri": None}))
    if asked.path.endswith("/Conferences.json"):
        return Answer(200, json.dumps({"conferences": [], "next_page_uri": None}))
    if asked.path.endswith("/Participants.json"):
        return Answer(200, json.dumps({"participants": [], "next_page_uri": None}))
    return Answer(200, json.dumps({"sid": sid_of("CA", 1), "status": "in-progress"}))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    recorder: Recorder

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        form = parse_qs(self.rfile.read(length).decode(), keep_blank_values=True)
        query = parse_qs(url.query, keep_blank_values=True)
        answer = self.recorder.answer(Asked(self.command, url.path, query, form))
        if answer.after is not None:
            answer.after.wait(10)
        body = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if answer.cut_at is not None:
            self.wfile.write(body[: answer.cut_at])
            self.wfile.flush()
            # To linger for no time is to send a reset: a connection that breaks, not one that ends.
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.close_connection = True
            return
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - the server looks for this name

    def log_message(self, *_: object) -> None:
        """Nothing on the screen."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that hangs up early is what some tests are about."""


@contextmanager
def recording_rest() -> Iterator[Recorder]:
    """A carrier on a port of its own."""
    recorder = Recorder()
    handler = type("Handler", (_Handler,), {"recorder": recorder})
    server = _Server(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    recorder.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield recorder
    finally:
        server.shutdown()
        server.server_close()
