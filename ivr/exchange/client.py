"""Telephones for synchronous tests and demonstrations, over the practice interface."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from http.client import HTTPConnection
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlsplit

from ivr.errors import IVRError

PATIENCE_S: Final = 10.0
LOOK_EVERY_S: Final = 0.02
HEARD_KINDS: Final = ("said", "played", "heard")

Found = TypeVar("Found")


class PracticeError(IVRError):
    """The exchange refused what we asked for; *status* is the HTTP status."""

    def __init__(self, what: str, status: int, body: str) -> None:
        super().__init__(f"The exchange refused {what} with {status}: {body}")
        self.status = status


class NotInTime(IVRError, AssertionError):
    """Something did not happen in time; also an assertion, so that a test fails with it."""

    def __init__(self, what: str, after_s: float, seen: str) -> None:
        super().__init__(f"{what} did not happen within {after_s:g} s. Seen: {seen}")


class PracticeClient:
    """The practice interface of one exchange; one connection per request, usable by threads."""

    def __init__(self, base_url: str) -> None:
        parts = urlsplit(base_url)
        self.base_url = base_url.rstrip("/")
        self._address = (parts.hostname or "127.0.0.1", parts.port or 80)

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """One request; the answer is decoded JSON, None if it is empty.

        Raises:
            PracticeError: the exchange refused it.
        """
        connection = HTTPConnection(*self._address, timeout=60)
        try:
            data = None if body is None else json.dumps(body).encode()
            headers = {"Content-Type": "application/json"} if data is not None else {}
            connection.request(method, f"/practice{path}", data, headers)
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        if response.status >= 400:
            raise PracticeError(f"{method} {path}", response.status, text)
        return json.loads(text) if text else None

    def dial(self, from_: str, to: str | None = None) -> Telephone:
        """Ring the hotline and hold the receiver."""
        body = {"from": from_} | ({"to": to} if to else {})
        return Telephone(self, self.ask("POST", "/dial", body)["sid"])

    def press(self, sid: str, digits: str) -> None:
        """Press keys, one after another."""
        self.ask("POST", f"/calls/{sid}/press", {"digits": digits})

    def talk(self, sid: str, text: str, wav: bytes | None = None) -> None:
        """Say something; *wav* is how it sounds (8 kHz, mono)."""
        sound = {"audio": base64.b64encode(wav).decode()} if wav else {}
        self.ask("POST", f"/calls/{sid}/talk", {"text": text} | sound)

    def answer(self, sid: str) -> None:
        """Pick up a ringing phone."""
        self.ask("POST", f"/calls/{sid}/answer")

    def reject(self, sid: str) -> None:
        """Refuse a ringing call."""
        self.ask("POST", f"/calls/{sid}/reject")

    def hangup(self, sid: str) -> None:
        """Put the receiver down."""
        self.ask("POST", f"/calls/{sid}/hangup")

    def drop(self, sid: str) -> None:
        """Lose the network."""
        self.ask("POST", f"/calls/{sid}/drop")

    def call(self, sid: str) -> dict[str, Any]:
        """A call with its transcript."""
        call: dict[str, Any] = self.ask("GET", f"/calls/{sid}")
        return call

    def state(self) -> dict[str, Any]:
        """Everything on the network at a glance."""
        state: dict[str, Any] = self.ask("GET", "/state")
        return state

    def transcript(self, since: int = 0) -> list[dict[str, Any]]:
        """The entries of all calls after *since*."""
        entries: list[dict[str, Any]] = self.ask("GET", f"/transcript?since={since}")
        return entries

    def switch_on(
        self, endpoint: str, label: str | None = None, *, auto_answer_s: float | None = None
    ) -> None:
        """Switch an agent's phone on."""
        self.ask("POST", "/agents", {"endpoint": endpoint, "label": label})
        if auto_answer_s is not None:
            self.auto_answer(endpoint, auto_answer_s)

    def switch_off(self, endpoint: str) -> None:
        """Switch an agent's phone off."""
        self.ask("DELETE", f"/agents/{quote(endpoint, safe='')}")

    def auto_answer(self, endpoint: str, seconds: float | None) -> None:
        """Let a phone answer by itself after so many practice seconds; None: no more."""
        self.ask("PUT", f"/agents/{quote(endpoint, safe='')}", {"auto_answer_s": seconds})

    def busy(self, endpoint: str, on: bool = True) -> None:
        """Let a phone refuse everything with a busy tone."""
        self.ask("PUT", f"/agents/{quote(endpoint, safe='')}", {"busy": on})

    def speed(self, speed: float) -> None:
        """Change the speed of practice time."""
        self.ask("POST", "/clock", {"speed": speed})

    def misbehave(self, on: str, do: str, **more: Any) -> int:
        """Ask for trouble; answers the rule's number. See ``Rule`` for the fields."""
        rule = self.ask("POST", "/misbehave", {"on": on, "do": do} | more)
        return int(rule["id"])

    def behave(self) -> None:
        """No more trouble."""
        self.ask("DELETE", "/misbehave")

    def wait_for(
        self, look: Callable[[], Found], what: str = "it", timeout_s: float = PATIENCE_S
    ) -> Found:
        """Look again and again until *look* answers something true.

        Args:
            timeout_s: real seconds.

        Raises:
            NotInTime: it never did.
        """
        deadline = time.monotonic() + timeout_s
        while not (found := look()):
            if time.monotonic() > deadline:
                raise NotInTime(what, timeout_s, repr(found))
            time.sleep(LOOK_EVERY_S)
        return found

    def ringing(self, endpoint: str, timeout_s: float = PATIENCE_S) -> Telephone:
        """Wait until the phone at *endpoint* rings, and stand beside it."""

        def look() -> str | None:
            for call in self.state()["calls"]:
                if (
                    call["phone"] == endpoint
                    and call["status"] == "ringing"
                    and call["direction"] != "inbound"
                ):
                    sid: str = call["sid"]
                    return sid
            return None

        sid = self.wait_for(look, f"a ring at {endpoint}", timeout_s)
        assert sid is not None
        return Telephone(self, sid)


class Telephone:
    """One call, seen from the phone."""

    def __init__(self, client: PracticeClient, sid: str) -> None:
        self._client = client
        self.sid = sid

    @property
    def call(self) -> dict[str, Any]:
        """The call with its transcript, as it is now."""
        return self._client.call(self.sid)

    @property
    def status(self) -> str:
        """The carrier's status of the call."""
        return str(self.call["status"])

    @property
    def doing(self) -> str:
        """What the network does on this leg."""
        return str(self.call["doing"])

    @property
    def hears(self) -> list[str]:
        """Everything said, played or spoken by others on this leg so far."""
        return [entry["text"] for entry in self.entries(*HEARD_KINDS)]

    def entries(self, *kinds: str) -> list[dict[str, Any]]:
        """The entries of the transcript, of some kinds or of all."""
        return [one for one in self.call["transcript"] if not kinds or one["kind"] in kinds]

    def wait_to_hear(self, text: str, timeout_s: float = PATIENCE_S) -> Telephone:
        """Wait until something that contains *text* is heard; real seconds."""
        self._wait(lambda: any(text in heard for heard in self.hears), f"{text!r}", timeout_s)
        return self

    def wait_until(self, status: str, timeout_s: float = PATIENCE_S) -> Telephone:
        """Wait until the call has a status; real seconds."""
        self._wait(lambda: self.status == status, f"status {status}", timeout_s)
        return self

    def wait_until_doing(self, doing: str, timeout_s: float = PATIENCE_S) -> Telephone:
        """Wait until the network does something on this leg; real seconds."""
        self._wait(lambda: self.doing == doing, f"doing {doing}", timeout_s)
        return self

    def wait_to_be_asked(self, timeout_s: float = PATIENCE_S) -> Telephone:
        """Wait until keys or words are collected; real seconds."""
        self._wait(lambda: self.call["collecting"], "a question", timeout_s)
        return self

    def press(self, digits: str) -> Telephone:
        """Press keys."""
        self._client.press(self.sid, digits)
        return self

    def talk(self, text: str, wav: bytes | None = None) -> Telephone:
        """Say something."""
        self._client.talk(self.sid, text, wav)
        return self

    def answer(self) -> Telephone:
        """Pick up."""
        self._client.answer(self.sid)
        return self

    def reject(self) -> Telephone:
        """Refuse the call."""
        self._client.reject(self.sid)
        return self

    def hangup(self) -> Telephone:
        """Put the receiver down."""
        self._client.hangup(self.sid)
        return self

    def drop(self) -> Telephone:
        """Lose the network."""
        self._client.drop(self.sid)
        return self

    def _wait(self, look: Callable[[], object], what: str, timeout_s: float) -> None:
        try:
            self._client.wait_for(look, what, timeout_s)
        except NotInTime:
            call = self.call
            lines = [f"{one['kind']}: {one['text']}" for one in call["transcript"]]
            seen = f"{call['status']}, {call['doing']}; " + " | ".join(lines[-12:])
            raise NotInTime(what, timeout_s, seen) from None
