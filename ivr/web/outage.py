"""The carrier's fallback address: what is said when the hotline cannot answer.

Served by the hotline and, better, by a process of its own that needs no database
(``ivr.web.fallback``). Whoever keeps meeting the fault is told so once, and their number is
put aside on disk; a clock turns it into a promise to call back when the database is there.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Final

from flask import Blueprint, Response, current_app

from ivr.callers import Identified, identify
from ivr.spool import Spool
from ivr.web import webhook
from ivr.web.holding import Holding
from ivr.web.webhook import from_the_carrier

# After so many visits, of some ten seconds each, it is an outage and not a hiccup.
PATIENCE: Final = 4
MOST_REMEMBERED: Final = 10_000


class Visits:
    """How often each call has come here; the oldest are forgotten first."""

    def __init__(self) -> None:
        self._counts: OrderedDict[str, int] = OrderedDict()
        self._lock = Lock()

    def another(self, sid: str) -> int:
        """Count a visit of the call *sid*."""
        with self._lock:
            count = self._counts.pop(sid, 0) + 1
            self._counts[sid] = count
            if len(self._counts) > MOST_REMEMBERED:
                self._counts.popitem(last=False)
            return count


def outage_blueprint() -> Blueprint:
    """The route, with a memory of its own."""
    bp = Blueprint("outage", __name__)
    visits = Visits()

    @bp.post("/voice/fallback")
    @from_the_carrier
    def fallback() -> Response:
        """Speak, play music, and try the hotline again; never hang up."""
        holding: Holding = current_app.extensions["holding"]
        sid = webhook.call_sid()
        if not webhook.is_inbound():
            return _twiml(holding.twiml.hang_up())
        if visits.another(sid) == PATIENCE and _put_aside(sid):
            return _twiml(holding.outage())
        return _twiml(holding.to_caller())

    return bp


def _put_aside(sid: str) -> bool:
    """Keep the caller's number; False if there is none, or nowhere to keep it."""
    who = identify(webhook.number("From"), webhook.number("To"))
    spool: Spool | None = current_app.extensions.get("spool")
    if spool is None or not isinstance(who, Identified):
        return False
    return spool.put(sid, who.e164)


def _twiml(document: str) -> Response:
    return Response(document, content_type="text/xml; charset=utf-8")
