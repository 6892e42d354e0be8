"""The carrier's webhooks about callers, agents' phones and rooms."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import HTTPException

from ivr.errors import DatabaseAway, UnknownCall
from ivr.flows import advance, answer, hearing, legs, offers
from ivr.flows.answer import Ring
from ivr.flows.house import House
from ivr.flows.legs import ConferenceEvent
from ivr.web import webhook
from ivr.web.deadline import Deadline
from ivr.web.holding import Holding
from ivr.web.webhook import from_the_carrier

log = logging.getLogger(__name__)
bp = Blueprint("voice", __name__, url_prefix="/voice")
P = ParamSpec("P")


def house() -> House:
    """The house of this app."""
    found: House = current_app.extensions["house"]
    return found


def holding() -> Holding:
    """What is said when nothing else can be."""
    found: Holding = current_app.extensions["holding"]
    return found


def twiml(document: str) -> Response:
    """TwiML as the carrier wants it: UTF-8, and said to be."""
    return Response(document, content_type="text/xml; charset=utf-8")


def always_speaks(view: Callable[P, Callable[[], str]]) -> Callable[P, Response]:
    """Turn a view that gives work to do into one that answers in time, whatever happens.

    A bad request is told so (4xx). Everything else that goes wrong on our side makes the
    caller hear a voice and come back: never a 500, never silence.
    """

    @wraps(view)
    def speaking(*args: P.args, **kwargs: P.kwargs) -> Response:
        done = _in_time(view(*args, **kwargs))
        if done is not None:
            return done
        if request.path.startswith("/voice/agent/"):
            return twiml(holding().to_agent(house().twiml.to.base + request.path))
        return twiml(holding().to_caller())

    return speaking


def is_heard(view: Callable[P, Callable[[], None]]) -> Callable[P, Response]:
    """The same for a report, which nobody listens to: what we could not note is asked for again.

    The addresses that we give for reports let the carrier repeat them after a 503.
    """

    @wraps(view)
    def hearing_it(*args: P.args, **kwargs: P.kwargs) -> Response:
        work, home = view(*args, **kwargs), house()

        def noted() -> str:
            work()
            return home.twiml.nothing()

        not_now = Response("Not noted; send it again.", 503, content_type="text/plain")
        return _in_time(noted) or not_now

    return hearing_it


def _in_time(work: Callable[[], str]) -> Response | None:
    """The answer that *work* gives; None if it could not be had in time, or at all."""
    deadline: Deadline = current_app.extensions["deadline"]
    try:
        return twiml(deadline.run(work))
    except UnknownCall:
        return Response("No such call is on record here.", 404, content_type="text/plain")
    except HTTPException:
        raise
    except DatabaseAway as error:
        log.warning("%s held: %s", request.path, error)
    except Exception:
        log.exception("%s held", request.path)
    return None


@bp.post("/incoming")
@from_the_carrier
@always_speaks
def incoming() -> Callable[[], str]:
    """A call comes in."""
    home, ring = house(), _ring()
    return lambda: answer.answer(home, ring, home.settings.now())


@bp.post("/turn/<count:turn>")
@from_the_carrier
@always_speaks
def take_turn(turn: int) -> Callable[[], str]:
    """What the caller did while our answer number *turn* was carried out."""
    home, sid, (keys, words) = house(), webhook.call_sid(), webhook.caller_did()

    def work() -> str:
        now = home.settings.now()
        return advance.advance(home, sid, turn, hearing.event_of(home, keys, words, now), now)

    return work


@bp.post("/resume")
@from_the_carrier
@always_speaks
def resume() -> Callable[[], str]:
    """A caller is led on, by us or after a fault; one we have not met is welcome as well."""
    home, ring, is_inbound = house(), _ring(), webhook.is_inbound()

    def work() -> str:
        try:
            return advance.resume(home, ring.sid, home.settings.now())
        except UnknownCall:
            if not is_inbound:
                raise
            return answer.answer(home, ring, home.settings.now())

    return work


@bp.post("/after-talk")
@from_the_carrier
@always_speaks
def after_talk() -> Callable[[], str]:
    """The caller came out of the room without being led out."""
    home, sid, status = house(), webhook.call_sid(), webhook.status()

    def work() -> str:
        legs.caller_left_the_room(home, sid, status, home.settings.now())
        return advance.resume(home, sid, home.settings.now())

    return work


@bp.post("/hold")
@from_the_carrier
def hold() -> Response:
    """What a caller hears alone in the room: for the moment until the agent is there."""
    return twiml(holding().in_room())


@bp.post("/status")
@from_the_carrier
@is_heard
def caller_status() -> Callable[[], None]:
    """The carrier's report on a caller's call."""
    home, sid, status = house(), webhook.call_sid(), webhook.status()
    sequence = webhook.sequence()
    return lambda: legs.caller_status(home, sid, status, sequence, home.settings.now())


@bp.post("/conference")
@from_the_carrier
@is_heard
def conference() -> Callable[[], None]:
    """The carrier's report on a room."""
    home = house()
    event = ConferenceEvent(
        conference_sid=webhook.conference_sid(),
        sequence=webhook.sequence(),
        kind=request.form.get("StatusCallbackEvent", "")[:32],
        label=webhook.label(),
        status=request.form.get("ParticipantCallStatus", "completed")[:16],
    )
    return lambda: legs.conference_event(home, event, home.settings.now())


@bp.post("/agent/<count:offer_id>")
@from_the_carrier
@always_speaks
def agent_answers(offer_id: int) -> Callable[[], str]:
    """An agent's phone was answered."""
    home, sid = house(), webhook.call_sid()
    return lambda: offers.accept(home, offer_id, sid, home.settings.now())


@bp.post("/agent/<count:offer_id>/after")
@from_the_carrier
@always_speaks
def agent_after(offer_id: int) -> Callable[[], str]:
    """An agent came out of the room, and is let go."""
    home, status = house(), webhook.status()

    def work() -> str:
        legs.agent_left_the_room(home, offer_id, status, home.settings.now())
        return home.twiml.hang_up()

    return work


@bp.post("/agent/<count:offer_id>/status")
@from_the_carrier
@is_heard
def agent_status(offer_id: int) -> Callable[[], None]:
    """The carrier's report on an agent's phone."""
    home, sid, status = house(), webhook.call_sid(), webhook.status()
    return lambda: legs.agent_status(home, offer_id, sid, status, home.settings.now())


def _ring() -> Ring:
    return Ring(
        sid=webhook.call_sid(),
        raw_from=webhook.number("From"),
        raw_to=webhook.number("To"),
        status=webhook.status(),
    )
