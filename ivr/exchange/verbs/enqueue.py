"""<Enqueue>: wait in one of the carrier's queues."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final, NoReturn
from xml.etree.ElementTree import Element

from ivr.exchange.faults import CarrierFault, Fault
from ivr.exchange.media.music import carrier_music, entertain
from ivr.exchange.media.sound import warn, warn_all
from ivr.exchange.states import Cause
from ivr.exchange.twiml import Attributes, resolve
from ivr.exchange.verbs.gather import gather
from ivr.exchange.verbs.script import Outcome, Script, Then
from ivr.exchange.waiting import WaitingLine

MOST_NAME: Final = 64
MOST_WAITING: Final = 1000


class _LeftQueue(Exception):
    """The waiting document said <Leave>, or hung up."""

    def __init__(self, hang_up: bool) -> None:
        super().__init__()
        self.hang_up = hang_up


async def enqueue(script: Script, element: Element) -> Outcome:
    """Wait until the document leaves, REST redirects the call, or the caller hangs up."""
    call, clock = script.call, script.world.services.clock
    attributes = Attributes(element)
    name = (element.text or "").strip() or "default"
    if len(name) > MOST_NAME:
        raise CarrierFault(14205, name)
    line = script.world.line(name, attributes.whole("maxQueueSize", MOST_WAITING, 12200, least=1))
    warn_all(call, attributes)
    if line.full:
        warn(call, Fault(14207, name))
        return _over(script, element, {"QueueResult": "queue-full"})
    line.since[call.sid] = started = clock.now()

    def result(how: str) -> dict[str, str]:
        waited = int((clock.now() - started).total_seconds())
        return {"QueueResult": how, "QueueSid": line.sid, "QueueTime": str(waited)}

    try:
        with call.busy("enqueue"):
            await _wait(script, element, line)
    except _LeftQueue as left:
        if left.hang_up:
            return Then.HANG_UP
        return _over(script, element, result("leave"))
    except asyncio.CancelledError:
        how = "redirected" if call.cause is Cause.REDIRECTED else "hangup"
        script.tell_action(element, result(how))
        raise
    except CarrierFault as problem:
        warn(call, Fault(14202, problem.fault.text))
        return _over(script, element, result("error"))
    finally:
        line.since.pop(call.sid, None)


async def _wait(script: Script, element: Element, line: WaitingLine) -> NoReturn:
    """Play the waiting document over and over; the carrier asks for it again for ever."""
    call = script.call
    url = element.get("waitUrl")
    method = Attributes(element).method("waitUrlMethod", code=14206)

    def params() -> Mapping[str, str]:
        return line.params(call.sid, script.world.services.clock.now())

    async def extra(verb: Element) -> bool:
        match verb.tag:
            case "Leave" | "Hangup":
                raise _LeftQueue(hang_up=verb.tag == "Hangup")
            case "Gather":
                # Its action is one more waiting document: the caller keeps the place.
                source = await gather(waiting, verb)
                if not isinstance(source, Then):
                    everything = dict(source.params) | dict(params())
                    await entertain(call, source.url, source.method, lambda: everything, extra)
                    return False
                return True
            case _:
                warn(call, Fault(13238, f"<{verb.tag}>"))
                return True

    if url is None:
        await carrier_music(call)
    if not url:
        await asyncio.Event().wait()  # An empty waitUrl is silence, for ever.
    assert url is not None
    address = resolve(script.base_url, url)
    waiting = Script(script.world, call, address)
    while True:
        await entertain(call, address, method, params, extra)
        await script.world.services.clock.sleep(0.1)


def _over(script: Script, element: Element, result: dict[str, str]) -> Outcome:
    if element.get("action") is None:
        return Then.NEXT
    return script.action(element, result)
