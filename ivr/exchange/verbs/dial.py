"""<Dial>: call somebody and connect the two, or join a conference."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

from ivr.exchange.call import Call, Progress, Source
from ivr.exchange.faults import CarrierFault, Fault
from ivr.exchange.ids import is_number
from ivr.exchange.media.sound import warn, warn_all
from ivr.exchange.ringing import ring
from ivr.exchange.states import CallStatus, Cause, Direction
from ivr.exchange.transcript import Kind
from ivr.exchange.twiml import Attributes, resolve
from ivr.exchange.verbs.dial_conference import dial_conference
from ivr.exchange.verbs.script import Outcome, Script, Then
from ivr.exchange.verbs.star import Star

MOST_TARGETS: Final = 10
_EVENTS: Final = frozenset({"initiated", "ringing", "answered", "completed"})


@dataclass(frozen=True, slots=True)
class Target:
    """One noun of a <Dial>; the noun is the <Dial> itself when only a number stands in it."""

    endpoint: str
    noun: Element


async def dial(script: Script, element: Element) -> Outcome:
    """Ring everybody who is named; whoever answers first is connected."""
    call = script.call
    if call.direction is Direction.DIAL and not call.taken.is_set():
        raise CarrierFault(13201)
    conference = element.find("Conference")
    if conference is not None:
        if len(element) > 1:
            warn(call, Fault(13000))
        call.answer()
        return await dial_conference(script, element, conference)
    attributes = Attributes(element)
    timeout_s = attributes.whole("timeout", 30, 13212, least=1)
    limit_s = attributes.whole("timeLimit", 4 * 3600, 13216, least=1)
    star = Star(attributes.flag("hangupOnStar", False, 13213))
    if not attributes.flag("answerOnBridge", False):
        call.answer()
    legs = _legs(script, element, attributes)
    warn_all(call, attributes)
    with call.busy("dial"), call.listening(star):
        try:
            winner = await _first_answer(script, legs, timeout_s)
            if winner is not None:
                await _bridge(script, winner, star, limit_s)
        except asyncio.CancelledError:
            _call_off(legs, None)
            script.tell_action(element, _result(legs, None) | {"DialCallStatus": "completed"})
            raise
    if element.get("action") is None:
        return Then.NEXT
    return script.action(element, _result(legs, winner))


def _targets(element: Element) -> list[Target]:
    if len(element) == 0:
        return [Target((element.text or "").strip(), element)]
    targets = []
    for noun in element:
        text = (noun.text or "").strip()
        match noun.tag:
            case "Number" | "Sip":
                targets.append(Target(text, noun))
            case "Client":
                name = text or (noun.findtext("Identity") or "").strip()
                targets.append(Target(f"client:{name}", noun))
    return targets[:MOST_TARGETS]


def _legs(script: Script, element: Element, attributes: Attributes) -> list[Call]:
    call = script.call
    caller_id = attributes.text("callerId") or call.from_
    legs = []
    for target in _targets(element):
        is_address = target.endpoint.startswith(("client:", "sip:", "sips:"))
        if not is_address and not is_number(target.endpoint):
            attributes.warnings.append(Fault(13223, target.endpoint))
            continue
        if not is_address and not is_number(caller_id):
            attributes.warnings.append(Fault(13214, caller_id))
            continue
        leg = script.world.new_call(
            Direction.DIAL, caller_id, target.endpoint, target.endpoint, call.sid
        )
        leg.progress = _progress(script, attributes, target.noun)
        leg.whisper = _whisper(script, attributes, target.noun)
        legs.append(leg)
    return legs


def _progress(script: Script, attributes: Attributes, noun: Element) -> Progress | None:
    url = _address(script, attributes, noun, "statusCallback")
    if not url:
        return None
    events = frozenset(noun.get("statusCallbackEvent", "completed").split()) & _EVENTS
    return Progress(url, Attributes(noun).method("statusCallbackMethod"), events)


def _whisper(script: Script, attributes: Attributes, noun: Element) -> Source | None:
    url = _address(script, attributes, noun, "url")
    return Source(url, Attributes(noun).method()) if url and noun.tag != "Dial" else None


def _address(script: Script, attributes: Attributes, noun: Element, name: str) -> str:
    url = noun.get(name, "").strip()
    try:
        return resolve(script.base_url, url) if url else ""
    except CarrierFault as problem:
        attributes.warnings.append(problem.fault)
        return ""


async def _first_answer(script: Script, legs: list[Call], timeout_s: float) -> Call | None:
    """Ring all legs at once; the first that answers, and hears its whisper out, wins."""
    attempts = {
        script.world.services.tasks.start(_attempt(script, leg, timeout_s)): leg for leg in legs
    }
    waiting = set(attempts)
    try:
        while waiting:
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for attempt in done:
                if attempt.result():
                    _call_off(legs, attempts[attempt])
                    return attempts[attempt]
        return None
    finally:
        for attempt in waiting:
            attempt.cancel()


async def _attempt(script: Script, leg: Call, timeout_s: float) -> bool:
    if not await ring(script.world, leg, timeout_s):
        return False
    if leg.whisper is None:
        return True
    whisper = asyncio.create_task(leg.execute(leg.whisper))
    over = asyncio.create_task(leg.over.wait())
    try:
        await asyncio.wait({whisper, over}, return_when=asyncio.FIRST_COMPLETED)
        if whisper.done() and whisper.result() and not leg.ended:
            return True
    finally:
        whisper.cancel()
        over.cancel()
    leg.end(CallStatus.COMPLETED, Cause.HOTLINE)
    return False


async def _bridge(script: Script, leg: Call, star: Star, limit_s: float) -> None:
    """Both talk until one of them is gone."""
    call = script.call
    call.answer()
    call.heard_by = _Carry(leg, call)
    leg.heard_by = _Carry(call, leg)
    leg.base = "dial"
    ended = star.pressed
    watching = [
        script.world.services.tasks.start(_set_after(event, ended))
        for event in (leg.over, leg.taken)
    ]
    try:
        await script.world.services.clock.wait(ended, limit_s)
    finally:
        call.heard_by = leg.heard_by = None
        for watch in watching:
            watch.cancel()
    if not leg.taken.is_set():
        leg.end(CallStatus.COMPLETED, Cause.HOTLINE)


async def _set_after(event: asyncio.Event, then: asyncio.Event) -> None:
    await event.wait()
    then.set()


@dataclass(frozen=True, slots=True)
class _Carry:
    """Lets *listener* hear what *speaker* says."""

    listener: Call
    speaker: Call

    def __call__(self, text: str, seconds: float) -> None:
        self.listener.write(
            Kind.HEARD, text, from_label=self.speaker.phone, from_call_sid=self.speaker.sid
        )


def _call_off(legs: list[Call], winner: Call | None) -> None:
    for leg in legs:
        if leg is winner or leg.ended or leg.taken.is_set():
            continue
        answered = leg.answered.is_set()
        leg.end(CallStatus.COMPLETED if answered else CallStatus.CANCELED, Cause.HOTLINE)


def _result(legs: list[Call], winner: Call | None) -> dict[str, str]:
    """What the action is told about the leg that counts: who answered, else the last tried."""
    leg = winner or (legs[-1] if legs else None)
    if leg is None:
        return {"DialCallStatus": "failed", "DialBridged": "false"}
    result = {
        "DialCallSid": leg.sid,
        "DialCallStatus": leg.status.value if leg.ended else "completed",
        "DialBridged": "true" if winner else "false",
    }
    if winner is not None:
        result["DialCallDuration"] = str(leg.seconds)
    return result
