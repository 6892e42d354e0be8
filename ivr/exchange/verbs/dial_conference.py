"""<Dial><Conference>: join a conference and stay there until something ends it."""

from __future__ import annotations

import asyncio
from xml.etree.ElementTree import Element

from ivr.exchange.conference_events import EVENT_NAMES
from ivr.exchange.faults import CarrierFault, Fault
from ivr.exchange.ids import CALL_SID
from ivr.exchange.media.sound import warn, warn_all
from ivr.exchange.participant import Wishes
from ivr.exchange.states import Cause
from ivr.exchange.twiml import Attributes, resolve
from ivr.exchange.verbs.script import Outcome, Script, Then
from ivr.exchange.verbs.star import Star

MOST_LABEL = 128


def bad_label(label: str) -> bool:
    """Whether the carrier refuses a participant's label.

    >>> bad_label("caller"), bad_label("a/b"), bad_label("CA" + "0" * 32), bad_label("x" * 129)
    (False, True, True, True)
    """
    return (
        len(label) > MOST_LABEL
        or "/" in label
        or "%2f" in label.lower()
        or CALL_SID.fullmatch(label) is not None
    )


async def dial_conference(script: Script, dial: Element, noun: Element) -> Outcome:
    """Join the conference that *noun* names."""
    call, world = script.call, script.world
    name = (noun.text or "").strip()
    attributes = Attributes(noun)
    wishes = read_wishes(script, attributes, noun)
    warn_all(call, attributes)
    refusal = _refusal(script, name, wishes)
    if refusal is not None:
        warn(call, refusal)
        # A label in use skips to the next verb; everything else counts as a failed Dial.
        return Then.NEXT if refusal.code == 16025 else _over(script, dial, "failed")
    participant = world.room(name).enter(call, wishes)
    star = Star(Attributes(dial).flag("hangupOnStar", False, 13213))
    limit_s = Attributes(dial).whole("timeLimit", 4 * 3600, 13216, least=1)
    gone = asyncio.Event()
    participant.left.add_done_callback(lambda _: gone.set())
    star.pressed = gone
    try:
        with call.listening(star):
            await world.services.clock.wait(gone, limit_s)
    except asyncio.CancelledError:
        participant.leave(call.cause)
        # The carrier requests the action of a Dial that a hang-up or a REST update broke off,
        # and pays no attention to the answer.
        script.tell_action(dial, {"DialCallStatus": "answered"})
        raise
    participant.leave(Cause.HOTLINE)
    failed = participant.left.result() is Cause.NO_WAIT_MUSIC
    return _over(script, dial, "failed" if failed else "answered")


def _over(script: Script, dial: Element, status: str) -> Outcome:
    if dial.get("action") is None:
        return Then.NEXT
    return script.action(dial, {"DialCallStatus": status})


def _refusal(script: Script, name: str, wishes: Wishes) -> Fault | None:
    if not name or len(name) > 128:
        return Fault(13237, name)
    if wishes.label and bad_label(wishes.label):
        return Fault(16023, wishes.label)
    room = script.world.find_room(name)
    inside = room.connected if room else []
    if room and wishes.label and room.find(wishes.label):
        return Fault(16025, wishes.label)
    if wishes.coach_sid and wishes.coach_sid not in {one.call.sid for one in inside}:
        return Fault(13240, wishes.coach_sid)
    if len(inside) >= wishes.most_participants:
        return Fault(16020, name)
    return None


def read_wishes(script: Script, attributes: Attributes, noun: Element) -> Wishes:
    """How the document wants the leg to take part."""
    events = attributes.text("statusCallbackEvent").split()
    for unknown in sorted(set(events) - EVENT_NAMES):
        attributes.warnings.append(Fault(12200, f"Conference@statusCallbackEvent {unknown}"))
    coach = attributes.text("coach")
    return Wishes(
        label=attributes.text("participantLabel"),
        muted=attributes.flag("muted", False, 13230),
        start_on_enter=attributes.flag("startConferenceOnEnter", True, 13232),
        end_on_exit=attributes.flag("endConferenceOnExit", False, 13231),
        beep=attributes.choice("beep", ("true", "false", "onEnter", "onExit"), 13235),
        wait_url=_wait_url(script, attributes, noun),
        wait_method=attributes.method("waitMethod", code=13234),
        coach_sid=coach,
        coaching=bool(coach),
        most_participants=attributes.whole("maxParticipants", 250, 12200, least=1),
        status_url=_address(script, attributes, "statusCallback"),
        status_method=attributes.method("statusCallbackMethod"),
        status_events=frozenset(events) & EVENT_NAMES,
    )


def _wait_url(script: Script, attributes: Attributes, noun: Element) -> str | None:
    if noun.get("waitUrl") is None:
        return None
    return _address(script, attributes, "waitUrl", 13233)


def _address(script: Script, attributes: Attributes, name: str, code: int = 12200) -> str:
    url = attributes.text(name)
    if not url:
        return ""
    try:
        return resolve(script.base_url, url)
    except CarrierFault:
        attributes.warnings.append(Fault(code, url))
        return ""
