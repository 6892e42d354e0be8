"""<Connect><Stream>: hand the call's audio to the hotline until it closes the stream."""

from __future__ import annotations

import asyncio
from xml.etree.ElementTree import Element

from ivr.exchange.delivery import Webhook
from ivr.exchange.faults import CarrierFault, Fault
from ivr.exchange.media.sound import warn
from ivr.exchange.misbehaviour import On
from ivr.exchange.stream import Stream
from ivr.exchange.twiml import Attributes, resolve
from ivr.exchange.verbs.script import Outcome, Script, Then


async def connect(script: Script, element: Element) -> Outcome:
    """Stream; afterwards the action, or the next verb."""
    noun = element.find("Stream")
    if noun is None:
        warn(script.call, Fault(12200, "<Connect> without <Stream>"))
        return Then.NEXT
    parameters = {one.get("name", ""): one.get("value", "") for one in noun.findall("Parameter")}
    attributes = Attributes(noun)
    stream = Stream(script.call, attributes.text("url"), parameters, attributes.text("name"))
    error = ""
    try:
        with script.call.busy("stream"), script.call.listening(stream):
            await stream.run(lambda: _tell(script, noun, stream, "stream-started"))
    except CarrierFault as problem:
        warn(script.call, problem.fault)
        error = problem.fault.text
    except asyncio.CancelledError:
        _tell(script, noun, stream, "stream-stopped")
        raise
    _tell(script, noun, stream, "stream-error" if error else "stream-stopped", error)
    if element.get("action") is None:
        return Then.NEXT
    return script.action(element, {"StreamSid": stream.sid, "StreamName": stream.name})


def _tell(script: Script, noun: Element, stream: Stream, event: str, error: str = "") -> None:
    url = noun.get("statusCallback", "").strip()
    if not url:
        return
    services = script.world.services
    params = {
        "AccountSid": services.settings.account_sid,
        "CallSid": script.call.sid,
        "StreamSid": stream.sid,
        "StreamName": stream.name,
        "StreamEvent": event,
        "Timestamp": services.clock.now().isoformat().replace("+00:00", "Z"),
    }
    if error:
        params["StreamError"] = error
    try:
        address = resolve(script.base_url, url)
    except CarrierFault as problem:
        warn(script.call, problem.fault)
        return
    method = Attributes(noun).method("statusCallbackMethod")
    services.webhooks.notify(
        Webhook(address, frozenset({On.STATUS}), params, method, script.call.sid)
    )
