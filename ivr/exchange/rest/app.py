"""The carrier's REST interface: addresses, credentials, and trouble on the way."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import BasicAuth, web

from ivr.exchange.keys import WORLD
from ivr.exchange.misbehaviour import Do, On
from ivr.exchange.mulaw import silence_wav
from ivr.exchange.reports import API_VERSION
from ivr.exchange.rest import calls, conferences, participants
from ivr.exchange.rest.problems import RestProblem, not_found

BASE: Final = f"/{API_VERSION}/Accounts/{{account}}"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def add_routes(app: web.Application) -> None:
    """Offer the resources in *app*, which holds the world already."""
    room, person = f"{BASE}/Conferences/{{conference}}", "Participants/{participant}.json"
    app.add_routes(
        [
            web.post(f"{BASE}/Calls.json", _door(calls.create)),
            web.get(f"{BASE}/Calls.json", _door(calls.listed)),
            web.get(f"{BASE}/Calls/{{sid}}.json", _door(calls.fetch)),
            web.post(f"{BASE}/Calls/{{sid}}.json", _door(calls.update)),
            web.delete(f"{BASE}/Calls/{{sid}}.json", _door(calls.remove)),
            web.get(f"{BASE}/Conferences.json", _door(conferences.listed)),
            web.get(f"{room}.json", _door(conferences.fetch)),
            web.post(f"{room}.json", _door(conferences.update)),
            web.post(f"{room}/Participants.json", _door(participants.create)),
            web.get(f"{room}/Participants.json", _door(participants.listed)),
            web.get(f"{room}/{person}", _door(participants.fetch)),
            web.post(f"{room}/{person}", _door(participants.update)),
            web.delete(f"{room}/{person}", _door(participants.remove)),
            # The carrier gives recordings away to whoever knows their address.
            web.get(f"{BASE}/Recordings/{{recording}}", _recording),
            web.route("*", f"/{API_VERSION}/{{rest:.*}}", _door(_nothing_here)),
        ]
    )


async def _nothing_here(request: web.Request) -> web.StreamResponse:
    raise not_found(request)


async def _recording(request: web.Request) -> web.StreamResponse:
    sid = request.match_info["recording"].removesuffix(".wav").removesuffix(".mp3")
    seconds = request.app[WORLD].recordings.get(sid)
    if seconds is None:
        return not_found(request).response()
    return web.Response(body=silence_wav(seconds), content_type="audio/x-wav")


def _door(handler: Handler) -> Handler:
    """Check who is asking, let trouble happen, and answer problems as the carrier does."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        try:
            _authenticate(request)
            return await _with_trouble(request, handler)
        except RestProblem as problem:
            return problem.response()

    return guarded


def _authenticate(request: web.Request) -> None:
    settings = request.app[WORLD].services.settings
    refused = RestProblem(20003, "Authenticate", 401)
    try:
        given = BasicAuth.decode(request.headers.get("Authorization", ""), "utf-8")
    except ValueError:
        raise refused from None
    right = hmac.compare_digest(given.password.encode(), settings.auth_token.encode())
    if given.login != settings.account_sid or not right:
        raise refused
    if request.match_info.get("account", settings.account_sid) != settings.account_sid:
        raise not_found(request)


async def _with_trouble(request: web.Request, handler: Handler) -> web.StreamResponse:
    services = request.app[WORLD].services
    rule = services.rules.strike(frozenset({On.REST}), request.path)
    match rule.do if rule else None:
        case Do.DROP:
            return _hang_up(request)
        case Do.REFUSE:
            raise RestProblem(20429, "Too Many Requests", 429)
        case Do.SERVER_ERROR:
            raise RestProblem(20503, "Service unavailable", 503)
        case Do.CUT:
            await _quietly(handler, request)
            return _hang_up(request)
        case Do.DELAY:
            assert rule is not None
            await services.clock.sleep(rule.seconds)
    return await handler(request)


async def _quietly(handler: Handler, request: web.Request) -> None:
    """Do what is asked, although nobody will hear of it."""
    try:
        await handler(request)
    except RestProblem:
        return


def _hang_up(request: web.Request) -> web.StreamResponse:
    """Close the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
