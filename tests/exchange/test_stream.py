"""Media streams: the call's audio to a WebSocket server, and back."""

from __future__ import annotations

import asyncio
import base64
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from websockets.asyncio.server import ServerConnection, serve

from ivr.exchange.client import PracticeClient
from ivr.exchange.settings import PRACTICE_TOKEN

CALLER = "+861000000018"


class SpeechServer:
    """A WebSocket server that notes what it gets and does what it was told at the start."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.headers: dict[str, str] = {}
        self.path = ""
        self.says: list[dict[str, Any]] = []
        self.close_on: str | None = None
        self.url = ""
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._run(),))

    async def _run(self) -> None:
        async with serve(self._handle, "127.0.0.1", 0) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            self.url = f"ws://127.0.0.1:{port}/stream"
            self._ready.set()
            await self._stop.wait()

    async def _handle(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        self.path = socket.request.path
        self.headers = dict(socket.request.headers.raw_items())
        async for text in socket:
            message = json.loads(text)
            self.messages.append(message)
            if message["event"] == "start":
                for reply in self.says:
                    await socket.send(json.dumps(reply | {"streamSid": message["streamSid"]}))
            if message["event"] == self.close_on:
                return

    def start(self) -> None:
        self._thread.start()
        self._ready.wait(5)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._loop.close()

    def got(self, event: str) -> list[dict[str, Any]]:
        return [message for message in list(self.messages) if message["event"] == event]


@pytest.fixture
def speech() -> Iterator[SpeechServer]:
    server = SpeechServer()
    server.start()
    yield server
    server.stop()


def stream(speech: SpeechServer, query: str = "") -> str:
    return (
        f'<Connect action="/heard"><Stream url="{speech.url}{query}" name="ear"'
        ' statusCallback="/stream"><Parameter name="turn" value="7"/></Stream></Connect>'
    )


def test_a_stream_follows_the_protocol_until_the_server_closes(
    net: PracticeClient, hotline: Any, speech: SpeechServer
) -> None:
    hotline.says("/voice", stream(speech, "?token=lost"))
    hotline.says("/heard", "<Say>听到了</Say>")
    hotline.says("/stream", "")
    speech.close_on = "dtmf"

    phone = net.dial(CALLER).wait_until_doing("stream")
    net.wait_for(lambda: len(speech.got("media")) > 20)
    phone.press("5").wait_to_hear("听到了")

    assert speech.path == "/stream"
    signature = speech.headers["X-Twilio-Signature"]
    assert RequestValidator(PRACTICE_TOKEN).validate(speech.url, {}, signature)
    assert speech.messages[0] == {"event": "connected", "protocol": "Call", "version": "1.0.0"}
    start = speech.messages[1]
    assert start["start"]["callSid"] == phone.sid
    assert start["start"]["customParameters"] == {"turn": "7"}
    assert start["start"]["mediaFormat"] == {
        "encoding": "audio/x-mulaw",
        "sampleRate": 8000,
        "channels": 1,
    }
    numbers = [int(message["sequenceNumber"]) for message in speech.messages[1:]]
    assert numbers == list(range(1, len(numbers) + 1))
    media = speech.got("media")[1]
    assert media["media"]["chunk"] == "2"
    assert base64.b64decode(media["media"]["payload"]) == b"\xff" * 160
    assert speech.got("dtmf")[0]["dtmf"] == {"track": "inbound_track", "digit": "5"}
    events = {form["StreamEvent"] for form in hotline.wait("/stream", 2)}
    assert events == {"stream-started", "stream-stopped"}


def test_the_phones_sound_reaches_the_server(
    net: PracticeClient, hotline: Any, speech: SpeechServer, silence: Any
) -> None:
    hotline.says("/voice", stream(speech))
    wav = silence(0.1)
    loud = wav[:44] + b"\x00\x40" * 800

    net.dial(CALLER).wait_until_doing("stream").talk("喂", wav=loud)

    def loud_frames() -> list[str]:
        quiet = base64.b64encode(b"\xff" * 160).decode()
        frames = [one["media"]["payload"] for one in speech.got("media")]
        return [frame for frame in frames if frame != quiet]

    net.wait_for(lambda: len(loud_frames()) == 5)


def test_marks_come_back_when_the_audio_has_been_played_or_cleared(
    net: PracticeClient, hotline: Any, speech: SpeechServer
) -> None:
    hotline.says("/voice", stream(speech))
    audio = base64.b64encode(b"\xff" * 8000 * 4).decode()
    speech.says = [
        {"event": "mark", "mark": {"name": "before"}},
        {"event": "media", "media": {"payload": audio}},
        {"event": "mark", "mark": {"name": "after"}},
    ]
    phone = net.dial(CALLER).wait_until_doing("stream")
    net.wait_for(lambda: len(speech.got("mark")) == 2)

    sent_between = speech.messages.index(speech.got("mark")[1]) - speech.messages.index(
        speech.got("mark")[0]
    )
    assert sent_between > 150  # four seconds of frames, with room for a slow machine
    assert phone.entries("played")[0]["detail"]["seconds"] == 4.0


def test_clearing_gives_the_marks_back_at_once(
    net: PracticeClient, hotline: Any, speech: SpeechServer
) -> None:
    hotline.says("/voice", stream(speech))
    audio = base64.b64encode(b"\xff" * 8000 * 600).decode()
    speech.says = [
        {"event": "media", "media": {"payload": audio}},
        {"event": "mark", "mark": {"name": "end"}},
        {"event": "clear"},
    ]
    net.dial(CALLER)

    net.wait_for(lambda: speech.got("mark"))


def test_a_redirection_stops_the_stream(
    net: PracticeClient, rest: Client, hotline: Any, speech: SpeechServer
) -> None:
    hotline.says("/voice", stream(speech))
    hotline.says("/stream", "")
    phone = net.dial(CALLER).wait_until_doing("stream")
    net.wait_for(lambda: speech.got("media"))

    rest.calls(phone.sid).update(twiml="<Response><Say>换一种方式</Say></Response>")
    phone.wait_to_hear("换一种方式")

    net.wait_for(lambda: speech.got("stop"))
    assert speech.got("stop")[0]["stop"]["callSid"] == phone.sid
    assert hotline.asked("/heard") == []


@pytest.mark.parametrize(("do", "code"), [("refuse", 31920), ("cut", 31921)])
def test_a_stream_that_fails_goes_on_with_the_document(
    net: PracticeClient, hotline: Any, speech: SpeechServer, do: str, code: int
) -> None:
    hotline.says("/voice", stream(speech).replace(' action="/heard"', "") + "<Say>请按键</Say>")
    hotline.says("/stream", "")
    net.misbehave("stream", do, seconds=1, times=1)

    phone = net.dial(CALLER).wait_to_hear("请按键")

    assert phone.entries("error")[0]["detail"]["code"] == code
    net.wait_for(
        lambda: "stream-error" in [form["StreamEvent"] for form in hotline.forms("/stream")]
    )
    assert speech.got("stop") == []
