"""Say, Play and Pause: what is heard, and how long it takes."""

from __future__ import annotations

import asyncio
from typing import Final
from xml.etree.ElementTree import Element

from ivr.exchange.call import Call
from ivr.exchange.delivery import Webhook
from ivr.exchange.faults import CarrierFault, Fault
from ivr.exchange.lengths import say_seconds, spoken_text, wav_seconds
from ivr.exchange.misbehaviour import On
from ivr.exchange.transcript import Entry, Kind
from ivr.exchange.twiml import DEFAULT_AUDIO_S, Attributes, resolve

MOST_LOOPS: Final = 1000
MOST_CHARACTERS: Final = 4096
TONE_S: Final = 0.3
BEEP_S: Final = 0.5


def warn(call: Call, fault: Fault) -> None:
    """Write an entry of the carrier's debugger."""
    call.write(Kind.ERROR, fault.text, code=fault.code)


def warn_all(call: Call, attributes: Attributes) -> None:
    """Write what was found wrong with an element's attributes."""
    for fault in attributes.warnings:
        warn(call, fault)


async def take_time(call: Call, entry: Entry, seconds: float) -> None:
    """Let *entry* last *seconds*; note where it was cut if something interrupts it."""
    clock = call.services.clock
    started = clock.now()
    try:
        await clock.sleep(seconds)
    except asyncio.CancelledError:
        entry.detail["cut_at_s"] = round((clock.now() - started).total_seconds(), 2)
        raise


async def say(call: Call, element: Element) -> None:
    """<Say>: speak."""
    attributes = Attributes(element)
    loops = attributes.whole("loop", 1, 13510)
    text, seconds = spoken_text(element), say_seconds(element)
    if not text:
        warn(call, Fault(13520))
    if len(text) > MOST_CHARACTERS:
        warn(call, Fault(13521, f"{len(text)} characters"))
        return
    warn_all(call, attributes)
    details = {"voice": attributes.text("voice"), "language": attributes.text("language")}
    with call.busy("say"):
        for _ in range(loops or MOST_LOOPS):
            await speak(call, text, seconds, **details)


async def speak(call: Call, text: str, seconds: float, **details: str) -> None:
    """Say *text* to the person on the leg."""
    entry = call.services.transcript.add(
        call.sid, Kind.SAID, text, seconds=round(seconds, 2), **details
    )
    await take_time(call, entry, seconds)


async def play(call: Call, element: Element, base_url: str | None) -> None:
    """<Play>: fetch audio and play it; what cannot be fetched is skipped."""
    attributes = Attributes(element)
    loops = attributes.whole("loop", 1, 13410)
    warn_all(call, attributes)
    with call.busy("play"):
        if digits := attributes.text("digits"):
            await play_audio(call, f"[{digits}]", TONE_S * len(digits))
            return
        try:
            url = resolve(base_url, (element.text or "").strip())
            seconds = await audio_seconds(call, url)
        except CarrierFault as problem:
            warn(call, problem.fault)
            return
        for _ in range(loops or MOST_LOOPS):
            await play_audio(call, url, seconds)


async def play_audio(call: Call, name: str, seconds: float) -> None:
    """Play something that is called *name* in the transcript."""
    entry = call.services.transcript.add(call.sid, Kind.PLAYED, name, seconds=round(seconds, 2))
    await take_time(call, entry, seconds)


async def audio_seconds(call: Call, url: str) -> float:
    """Fetch audio, with a signed GET, and tell its length.

    Raises:
        CarrierFault: it cannot be fetched, or it is not audio.
    """
    answer = await call.services.webhooks.fetch(
        Webhook(url, frozenset({On.VOICE}), method="GET", call_sid=call.sid, jar=call.jar)
    )
    if not answer.content_type.startswith(("audio/", "application/octet-stream")):
        raise CarrierFault(13420, answer.content_type, url)
    return wav_seconds(answer.body) or DEFAULT_AUDIO_S


async def pause(call: Call, element: Element) -> None:
    """<Pause>: silence."""
    attributes = Attributes(element)
    seconds = attributes.whole("length", 1, 13910, least=1)
    warn_all(call, attributes)
    entry = call.services.transcript.add(call.sid, Kind.PAUSED, "", seconds=seconds)
    with call.busy("pause"):
        await take_time(call, entry, seconds)
