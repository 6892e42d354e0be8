"""A telephone network, a tiny hotline that it calls, and the official client."""

from __future__ import annotations

import io
import json
import threading
import time
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from jsonschema import Draft202012Validator
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from ivr.exchange.client import PracticeClient
from ivr.exchange.server import RunningExchange, run_in_thread
from ivr.exchange.settings import PRACTICE_ACCOUNT, PRACTICE_TOKEN, Settings

HOTLINE = "+861000095519"
CALLER = "+861000000018"
SPEED = 20.0


@dataclass(frozen=True)
class Request:
    """One request that the hotline got."""

    method: str
    path: str
    url: str
    form: dict[str, str]
    headers: dict[str, str]
    query: str
    at: float


@dataclass(frozen=True)
class Reply:
    """What the hotline answers."""

    body: bytes | str = ""
    status: int = 200
    content_type: str = "text/xml; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0.0


Answer = str | Reply | Callable[[Request], "str | Reply"]


class Hotline:
    """A hotline in a few lines: answers by path, remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {"/status": ""}
        self.requests: list[Request] = []
        self.unsigned: list[Request] = []
        hotline = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                hotline.answer(self, self.rfile.read(length))

            do_GET = do_POST = answer  # noqa: N815 - the names are the library's

            def log_message(self, format: str, *args: Any) -> None:
                """Be quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def says(self, path: str, answer: Answer) -> None:
        """Answer *path* with TwiML (the inside of Response), a reply, or a function."""
        self.answers[path] = answer

    def answer(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        parts = urlsplit(handler.path)
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        request = Request(
            handler.command,
            parts.path,
            self.url + handler.path,
            form,
            {name.lower(): value for name, value in handler.headers.items()},
            parts.query,
            time.monotonic(),
        )
        self.requests.append(request)
        signature = request.headers.get("x-twilio-signature", "")
        if not RequestValidator(PRACTICE_TOKEN).validate(request.url, form, signature):
            self.unsigned.append(request)
        given = self.answers.get(parts.path, Reply(status=404))
        made = given(request) if callable(given) else given
        reply = made if isinstance(made, Reply) else Reply(twiml(made))
        time.sleep(reply.delay_s)
        data = reply.body.encode() if isinstance(reply.body, str) else reply.body
        try:
            handler.send_response(reply.status)
            if reply.content_type:
                handler.send_header("Content-Type", reply.content_type)
            handler.send_header("Content-Length", str(len(data)))
            for name, value in reply.headers.items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(data)
        except ConnectionError:
            return

    def asked(self, path: str) -> list[Request]:
        """The requests for *path* so far."""
        return [request for request in self.requests if request.path == path]

    def forms(self, path: str) -> list[dict[str, str]]:
        """The forms posted to *path* so far."""
        return [request.form for request in self.asked(path)]

    def wait(self, path: str, count: int = 1, timeout_s: float = 10) -> list[dict[str, str]]:
        """Wait until *path* was asked *count* times; the forms."""
        deadline = time.monotonic() + timeout_s
        while len(self.asked(path)) < count:
            seen = [request.path for request in self.requests]
            assert time.monotonic() < deadline, f"{path} was not asked {count} times: {seen}"
            time.sleep(0.01)
        return self.forms(path)


def twiml(inside: str) -> str:
    """A document around some verbs, unless it is one already."""
    if inside.lstrip().startswith("<?xml") or inside.lstrip().startswith("<Response"):
        return inside
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{inside}</Response>'


class ToTheExchange(TwilioHttpClient):
    """The official transport, which only takes the address of our network instead."""

    def __init__(self, base_url: str) -> None:
        super().__init__()
        self._base_url = base_url

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        return super().request(
            method, url.replace("https://api.twilio.com", self._base_url), *args, **kwargs
        )


@pytest.fixture
def hotline() -> Iterator[Hotline]:
    hotline = Hotline()
    hotline.start()
    yield hotline
    hotline.stop()
    assert hotline.unsigned == []


@pytest.fixture
def settings(hotline: Hotline) -> Settings:
    return Settings(
        port=0,
        numbers=(HOTLINE,),
        voice_url=f"{hotline.url}/voice",
        fallback_url=f"{hotline.url}/fallback",
        status_url=f"{hotline.url}/status",
        speed=SPEED,
    )


@pytest.fixture
def exchange(settings: Settings) -> Iterator[RunningExchange]:
    exchange = run_in_thread(settings)
    yield exchange
    exchange.stop()


@pytest.fixture
def net(exchange: RunningExchange) -> PracticeClient:
    """The telephones."""
    return PracticeClient(exchange.url)


@pytest.fixture
def rest(exchange: RunningExchange) -> Iterator[Client]:
    """The official client, unchanged but for the address."""
    transport = ToTheExchange(exchange.url)
    yield Client(PRACTICE_ACCOUNT, PRACTICE_TOKEN, http_client=transport)
    if transport.session is not None:
        transport.session.close()


@pytest.fixture(scope="session")
def fits() -> Callable[[str, dict[str, Any]], None]:
    """Fails unless a resource has every property of the carrier's schema, and each fits."""
    file = Path(__file__).parents[1] / "data" / "twilio_api_v2010.json"
    components = json.loads(file.read_text(encoding="utf-8"))["components"]
    modern = in_modern_words(components)

    def check(name: str, resource: dict[str, Any]) -> None:
        schema = {"$ref": f"#/components/schemas/{name}", "components": modern}
        errors = [
            error.message
            for error in Draft202012Validator(schema).iter_errors(resource)
            # The description forgets that as long as nothing has ended there is no reason.
            if not (list(error.path) == ["reason_conference_ended"] and error.instance is None)
        ]
        assert errors == []
        assert resource.keys() == components["schemas"][name]["properties"].keys()

    return check


def in_modern_words(node: Any) -> Any:
    """The description's "nullable" as today's JSON Schema says it."""
    if isinstance(node, list):
        return [in_modern_words(one) for one in node]
    if not isinstance(node, dict):
        return node
    plain = {name: in_modern_words(value) for name, value in node.items()}
    if plain.pop("nullable", False) and "type" in plain:
        plain["type"] = [plain["type"], "null"]
    return plain


@pytest.fixture(scope="session")
def reply() -> Callable[..., Reply]:
    """Makes replies that are more than some verbs; *raw* bodies are sent as they stand."""

    def make(body: str | bytes, *, raw: bool = False, **fields: Any) -> Reply:
        whole = body if raw or isinstance(body, bytes) or not body else twiml(body)
        return Reply(whole, **fields)

    return make


@pytest.fixture(scope="session")
def silence() -> Callable[[float], bytes]:
    """A WAV file of silence, so many seconds long; 16-bit samples at 8 kHz."""

    def make(seconds: float) -> bytes:
        file = io.BytesIO()
        with wave.open(file, "wb") as wav:
            wav.setnchannels(1)
            wav.setsampwidth(2)
            wav.setframerate(8000)
            wav.writeframes(bytes(2 * int(8000 * seconds)))
        return file.getvalue()

    return make
