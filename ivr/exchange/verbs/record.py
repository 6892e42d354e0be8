"""<Record>: let the person leave a message."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from xml.etree.ElementTree import Element

from ivr.exchange.delivery import Webhook
from ivr.exchange.faults import CarrierFault, Fault
from ivr.exchange.ids import new_sid, rfc2822
from ivr.exchange.media.sound import BEEP_S, play_audio, warn, warn_all
from ivr.exchange.misbehaviour import On
from ivr.exchange.reports import API_VERSION
from ivr.exchange.transcript import Kind
from ivr.exchange.twiml import Attributes, resolve
from ivr.exchange.verbs.script import Outcome, Script, Then

_ANY_KEY: Final = "1234567890*#"


@dataclass(slots=True)
class Tape:
    """Listens until a key ends it; words keep it running."""

    finish_on: str
    key_pressed: str = ""
    words: list[str] = field(default_factory=list)
    speaks_for_s: float = 0.0
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    def key(self, digit: str) -> bool:
        """A key; only those of finishOnKey count."""
        if digit not in self.finish_on:
            return False
        self.key_pressed = digit
        self.moved.set()
        return True

    def talk(self, text: str, seconds: float, audio: bytes | None) -> None:
        """Words that are recorded."""
        self.words.append(text)
        self.speaks_for_s = seconds
        self.moved.set()


async def record(script: Script, element: Element) -> Outcome:
    """Beep, record until silence, a key or the limit, and go to the action."""
    call = script.call
    attributes = Attributes(element)
    timeout_s = attributes.whole("timeout", 5, 13611, least=1)
    limit_s = attributes.whole("maxLength", 3600, 13612, least=1)
    beep = attributes.flag("playBeep", True)
    warn_all(call, attributes)
    tape = Tape(attributes.text("finishOnKey", _ANY_KEY))
    if beep:
        with call.busy("play"):
            await play_audio(call, "(beep)", BEEP_S)
    with call.busy("record"):
        started = call.services.clock.now()
        try:
            with call.listening(tape):
                await _run(script, tape, timeout_s, limit_s)
        except asyncio.CancelledError:
            # A caller who hangs up has left a message too; "hangup" is the carrier's word.
            result = _keep(script, element, started, "hangup")
            script.tell_action(element, result)
            raise
    if not tape.words and not tape.key_pressed:
        return Then.NEXT  # Nothing but silence: the carrier goes on without the action.
    return script.action(element, _keep(script, element, started, tape.key_pressed))


async def _run(script: Script, tape: Tape, timeout_s: float, limit_s: float) -> None:
    clock = script.world.services.clock
    deadline = clock.now().timestamp() + limit_s
    patience_s = timeout_s
    while not tape.key_pressed:
        left_s = deadline - clock.now().timestamp()
        tape.moved.clear()
        if left_s <= 0 or not await clock.wait(tape.moved, min(patience_s, left_s)):
            return
        patience_s = tape.speaks_for_s + timeout_s


def _keep(script: Script, element: Element, started: datetime, digits: str) -> dict[str, str]:
    """Store the recording, tell its status callback, and return the action's parameters."""
    call, world = script.call, script.world
    seconds = max(1, round((world.services.clock.now() - started).total_seconds()))
    sid = new_sid("RE")
    world.keep_recording(sid, seconds)
    account = world.services.settings.account_sid
    path = f"/{API_VERSION}/Accounts/{account}/Recordings/{sid}"
    result = {
        "RecordingSid": sid,
        "RecordingUrl": world.services.public_url + path,
        "RecordingDuration": str(seconds),
        "Digits": digits,
    }
    call.write(Kind.TALKED, "(recorded)", seconds=seconds, recording_sid=sid)
    _tell_status(script, element, result, started)
    return result


def _tell_status(
    script: Script, element: Element, result: dict[str, str], started: datetime
) -> None:
    call, services = script.call, script.world.services
    url = element.get("recordingStatusCallback", "").strip()
    events = element.get("recordingStatusCallbackEvent", "completed").split()
    if not url or "completed" not in events:
        return
    try:
        url = resolve(script.base_url, url)
    except CarrierFault as problem:
        warn(call, Fault(problem.fault.code, url))
        return
    params = {name: value for name, value in result.items() if name != "Digits"} | {
        "AccountSid": services.settings.account_sid,
        "CallSid": call.sid,
        "RecordingStatus": "completed",
        "RecordingChannels": "1",
        "RecordingStartTime": rfc2822(started),
        "RecordingSource": "RecordVerb",
    }
    method = Attributes(element).method("recordingStatusCallbackMethod")
    services.webhooks.notify(Webhook(url, frozenset({On.STATUS}), params, method, call.sid))
