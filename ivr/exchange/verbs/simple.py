"""The verbs that need no more than a few lines: Redirect and Reject."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from ivr.exchange.call import Source
from ivr.exchange.media.sound import warn_all
from ivr.exchange.states import CallStatus, Cause
from ivr.exchange.twiml import Attributes, resolve
from ivr.exchange.verbs.script import Outcome, Script, Then


def redirect(script: Script, element: Element) -> Outcome:
    """<Redirect>: go on with another document."""
    attributes = Attributes(element)
    method = attributes.method(code=13710)
    warn_all(script.call, attributes)
    return Source(resolve(script.base_url, (element.text or "").strip()), method)


def reject(script: Script, element: Element) -> Outcome:
    """<Reject> as the first verb: the call is refused without being answered."""
    attributes = Attributes(element)
    reason = attributes.choice("reason", ("rejected", "busy"), 13810)
    warn_all(script.call, attributes)
    status = CallStatus.BUSY if reason == "busy" else CallStatus.FAILED
    script.call.end(status, Cause.REFUSED)
    return Then.HANG_UP
