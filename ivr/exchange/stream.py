"""A two-way media stream: the call's audio to the hotline's speech process, and back.

Source: twilio.com/docs/voice/media-streams/websocket-messages. All numbers are strings.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import aiohttp

from ivr.exchange.call import Call
from ivr.exchange.faults import CarrierFault
from ivr.exchange.ids import new_sid
from ivr.exchange.misbehaviour import Do, On, Rule
from ivr.exchange.mulaw import BYTES_PER_S, FRAME_BYTES, FRAME_S, SILENCE
from ivr.exchange.overrides import real_seconds
from ivr.exchange.transcript import Kind

HANDSHAKE_S: Final = 10.0
CLOSED_CLEANLY: Final = (1000, 1001, 1005)

_QUIET: Final = base64.b64encode(SILENCE).decode()


def without_query(url: str) -> str:
    """The address that is really connected to: the carrier drops the query.

    >>> without_query("wss://speech.example/ws?token=secret")
    'wss://speech.example/ws'
    """
    scheme, host, path, _, _ = urlsplit(url)
    return urlunsplit((scheme, host, path, "", ""))


class LineBroken(CarrierFault):
    """The connection of a stream was lost, because a rule of misbehaviour said so."""


class Stream:
    """One stream of one call; listens to the call's phone while it runs."""

    def __init__(self, call: Call, url: str, parameters: Mapping[str, str], name: str) -> None:
        self.call = call
        self.sid = new_sid("MZ")
        self.name = name or self.sid
        self._url = without_query(url)
        self._parameters = parameters
        self._audio: deque[bytes] = deque()
        self._keys: deque[str] = deque()
        self._sequence = 0
        self._chunk = 0
        self._speaking_until = 0.0
        self._marks: list[tuple[float, str]] = []
        self._cleared = asyncio.Event()

    def key(self, digit: str) -> bool:
        """A key, passed on as a dtmf message."""
        self._keys.append(digit)
        return True

    def talk(self, text: str, seconds: float, audio: bytes | None) -> None:
        """Sound from the phone; words without sound are heard as silence."""
        if audio is not None:
            self._audio.extend(
                audio[start : start + FRAME_BYTES].ljust(FRAME_BYTES, b"\xff")
                for start in range(0, len(audio), FRAME_BYTES)
            )

    async def run(self, on_start: Callable[[], None]) -> None:
        """Stream until the hotline closes the socket.

        Args:
            on_start: called when the connection has come about.

        Raises:
            CarrierFault: no connection came about, or it broke.
        """
        services = self.call.services
        rule = services.rules.strike(frozenset({On.STREAM}), self._url)
        if rule is not None and rule.do in (Do.DROP, Do.REFUSE):
            raise CarrierFault(31920, "connection refused", self._url)
        if rule is not None and rule.do is Do.DELAY:
            await services.clock.sleep(rule.seconds)
        async with aiohttp.ClientSession() as session:
            socket = await self._open(session)
            on_start()
            try:
                await self._converse(socket, rule if rule and rule.do is Do.CUT else None)
            except LineBroken:
                # Closing beneath the socket: a broken line says no goodbye.
                await session.close()
                raise
            except (aiohttp.ClientError, ConnectionError) as error:
                raise CarrierFault(31921, str(error), self._url) from error
            finally:
                await self._stop(socket)

    async def _open(self, session: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
        services = self.call.services
        connecting = session.ws_connect(
            self._url,
            headers={"X-Twilio-Signature": services.delivery.signature(self._url)},
            max_msg_size=0,
        )
        try:
            async with asyncio.timeout(real_seconds(HANDSHAKE_S, services.clock.speed)):
                return await connecting
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise CarrierFault(31920, str(error), self._url) from error

    async def _converse(self, socket: aiohttp.ClientWebSocketResponse, cut: Rule | None) -> None:
        await self._greet(socket)
        jobs = (self._send_audio(socket), self._echo_marks(socket))
        sending = {asyncio.create_task(_while_open(job)) for job in jobs}
        hearing = asyncio.create_task(self._hear(socket))
        breaking = asyncio.create_task(self._break_after(cut))
        everything = sending | {hearing, breaking}
        try:
            done, _ = await asyncio.wait({hearing, breaking}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for job in everything:
                job.cancel()
            await asyncio.gather(*everything, return_exceptions=True)
        if breaking in done:
            raise LineBroken(31921, "connection lost", self._url)
        hearing.result()
        if socket.close_code not in CLOSED_CLEANLY:
            raise CarrierFault(31921, f"closed with {socket.close_code}", self._url)

    async def _break_after(self, cut: Rule | None) -> None:
        if cut is None:
            await asyncio.Event().wait()
        else:
            await self.call.services.clock.sleep(cut.seconds)

    async def _greet(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        await socket.send_json({"event": "connected", "protocol": "Call", "version": "1.0.0"})
        await self._send(
            socket,
            "start",
            start={
                "accountSid": self.call.services.settings.account_sid,
                "streamSid": self.sid,
                "callSid": self.call.sid,
                "tracks": ["inbound"],
                "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
                "customParameters": dict(self._parameters),
            },
        )

    async def _send(
        self,
        socket: aiohttp.ClientWebSocketResponse,
        event: str,
        **content: Any,  # Any: JSON
    ) -> None:
        self._sequence += 1
        await socket.send_str(
            json.dumps(
                {"event": event, "sequenceNumber": str(self._sequence)}
                | content
                | {"streamSid": self.sid}
            )
        )

    async def _send_audio(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """A frame every 20 ms of practice time, and keys in between."""
        clock = self.call.services.clock
        started = clock.now()
        while True:
            while self._keys:
                digit = self._keys.popleft()
                track = {"track": "inbound_track", "digit": digit}
                await self._send(socket, "dtmf", dtmf=track)
            passed_s = (clock.now() - started).total_seconds()
            while self._chunk * FRAME_S <= passed_s:
                await self._send_frame(socket)
                await asyncio.sleep(0)  # Whoever is late must not keep all others waiting.
            await clock.sleep(FRAME_S)

    async def _send_frame(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        frame = base64.b64encode(self._audio.popleft()).decode() if self._audio else _QUIET
        self._chunk += 1
        await self._send(
            socket,
            "media",
            media={
                "track": "inbound",
                "chunk": str(self._chunk),
                "timestamp": str(round(self._chunk * FRAME_S * 1000)),
                "payload": frame,
            },
        )

    async def _hear(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """What the hotline sends: audio, marks, and the order to be silent."""
        async for message in socket:
            if message.type is not aiohttp.WSMsgType.TEXT:
                continue
            try:
                content = json.loads(message.data)
                event = content.get("event")
                match event:
                    case "media":
                        self._play(base64.b64decode(content["media"]["payload"], validate=True))
                    case "mark":
                        self._marks.append((self._speaking_until, content["mark"]["name"]))
                        self._cleared.set()
                    case "clear":
                        self._speaking_until = 0.0
                        self._marks = [(0.0, name) for _, name in self._marks]
                        self._cleared.set()
                    case _:
                        raise ValueError(f"unknown event {event!r}")
            except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
                raise CarrierFault(31924, str(error), self._url) from error

    def _play(self, audio: bytes) -> None:
        now = self.call.services.clock.now().timestamp()
        if self._speaking_until <= now:
            self.call.write(Kind.PLAYED, "(stream audio)", seconds=len(audio) / BYTES_PER_S)
        self._speaking_until = max(self._speaking_until, now) + len(audio) / BYTES_PER_S

    async def _echo_marks(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Each mark goes back when everything before it has been played or cleared."""
        clock = self.call.services.clock
        while True:
            while self._marks and self._marks[0][0] <= clock.now().timestamp():
                _, name = self._marks.pop(0)
                await self._send(socket, "mark", mark={"name": name})
            self._cleared.clear()
            due_s = self._marks[0][0] - clock.now().timestamp() if self._marks else 3600.0
            await clock.wait(self._cleared, max(due_s, 0.001))

    async def _stop(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Say goodbye if anybody still listens, and close in any case."""
        account = self.call.services.settings.account_sid
        with suppress(aiohttp.ClientError, ConnectionError):
            if not socket.closed:
                stop = {"accountSid": account, "callSid": self.call.sid}
                await self._send(socket, "stop", stop=stop)
        with suppress(aiohttp.ClientError, ConnectionError):
            await socket.close()


async def _while_open(job: Coroutine[Any, Any, None]) -> None:
    """Send until the socket closes; whether that was an error, the hearing side tells."""
    with suppress(aiohttp.ClientError, ConnectionError):
        await job
