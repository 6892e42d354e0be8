"""The practice interface's addresses."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from ivr.exchange import handset
from ivr.exchange.clock import SpeedIsFixed
from ivr.exchange.faults import BadRequest
from ivr.exchange.keys import WORLD
from ivr.exchange.mulaw import from_wav
from ivr.exchange.practice.events import events
from ivr.exchange.practice.state import find, state, with_transcript
from ivr.exchange.settings import read_label

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
MOST_SPEED = 1000.0


def add_routes(app: web.Application) -> None:
    """Offer the interface in *app*, which holds the world already."""
    routes: list[tuple[str, str, Handler]] = [
        ("GET", "/state", show_state),
        ("POST", "/dial", dial),
        ("GET", "/calls/{sid}", show_call),
        ("POST", "/calls/{sid}/press", press),
        ("POST", "/calls/{sid}/talk", talk),
        ("POST", "/calls/{sid}/{deed:answer|reject|hangup|drop}", act),
        ("GET", "/transcript", show_transcript),
        ("GET", "/events", events),
        ("POST", "/agents", switch_on),
        ("DELETE", "/agents/{endpoint}", switch_off),
        ("PUT", "/agents/{endpoint}", set_phone),
        ("POST", "/clock", set_clock),
        ("POST", "/misbehave", misbehave),
        ("DELETE", "/misbehave", behave),
        ("DELETE", "/misbehave/{rule}", lift_rule),
    ]
    for method, path, handler in routes:
        app.router.add_route(method, f"/practice{path}", _explaining(handler))


def _explaining(handler: Handler) -> Handler:
    """Answer bad requests in both languages."""

    async def explained(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except BadRequest as problem:
            body = {"error": {"zh": problem.zh, "en": problem.en}}
            return web.json_response(body, status=problem.status)

    return explained


async def _body(request: web.Request) -> dict[str, Any]:
    text = await request.text()
    if not text.strip():
        return {}
    try:
        body = json.loads(text)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise BadRequest("请求内容应为 JSON 对象。", "The body must be a JSON object.")
    return body


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadRequest(f"{name} 应为文字。", f"{name} must be a text, not {value!r}.")
    return value.strip()


async def show_state(request: web.Request) -> web.StreamResponse:
    """GET /practice/state."""
    return web.json_response(state(request.app[WORLD]))


async def dial(request: web.Request) -> web.StreamResponse:
    """POST /practice/dial: ring the hotline."""
    body = await _body(request)
    call = handset.dial(request.app[WORLD], _text(body, "from"), _text(body, "to"))
    return web.json_response(call.as_json(), status=201)


async def show_call(request: web.Request) -> web.StreamResponse:
    """GET /practice/calls/{sid}: a call with its transcript."""
    world = request.app[WORLD]
    return web.json_response(with_transcript(world, find(world, request.match_info["sid"])))


async def press(request: web.Request) -> web.StreamResponse:
    """POST /practice/calls/{sid}/press: press keys."""
    world = request.app[WORLD]
    call = find(world, request.match_info["sid"])
    await handset.press(world, call, _text(await _body(request), "digits"))
    return web.json_response(call.as_json())


async def talk(request: web.Request) -> web.StreamResponse:
    """POST /practice/calls/{sid}/talk: say something; *audio* may be a WAV file in base 64."""
    call = find(request.app[WORLD], request.match_info["sid"])
    body = await _body(request)
    handset.talk(call, _text(body, "text"), _sound(_text(body, "audio")))
    return web.json_response(call.as_json())


def _sound(text: str) -> bytes | None:
    if not text:
        return None
    try:
        sound = from_wav(base64.b64decode(text, validate=True))
    except binascii.Error:
        sound = None
    if sound is None:
        raise BadRequest(
            "audio 应为 base64 编码的 WAV：8 kHz、单声道、µ-law 或 16 位。",
            "audio must be a WAV file in base 64: 8 kHz, mono, µ-law or 16 bits.",
        )
    return sound


async def act(request: web.Request) -> web.StreamResponse:
    """POST /practice/calls/{sid}/answer, reject, hangup or drop."""
    world = request.app[WORLD]
    call = find(world, request.match_info["sid"])
    match request.match_info["deed"]:
        case "answer":
            handset.answer(world, call)
        case "reject":
            handset.reject(call)
        case "hangup":
            handset.hang_up(call)
        case "drop":
            handset.lose(call)
    return web.json_response(call.as_json())


async def show_transcript(request: web.Request) -> web.StreamResponse:
    """GET /practice/transcript?since=ID: the entries after ID."""
    since = request.query.get("since", "0")
    if not since.isdigit():
        raise BadRequest("since 应为数字。", "since must be a number.")
    entries = request.app[WORLD].services.transcript.since(int(since))
    return web.json_response([entry.as_json() for entry in entries])


async def switch_on(request: web.Request) -> web.StreamResponse:
    """POST /practice/agents: switch a phone on."""
    body = await _body(request)
    endpoint = _text(body, "endpoint")
    if not endpoint:
        raise BadRequest("缺少 endpoint。", "Which phone? Give endpoint, such as client:li.")
    label = read_label(body.get("label"), endpoint)
    phone = request.app[WORLD].phones.switch_on(endpoint, label)
    request.app[WORLD].services.transcript.changed()
    return web.json_response(phone.as_json(), status=201)


async def switch_off(request: web.Request) -> web.StreamResponse:
    """DELETE /practice/agents/{endpoint}: switch a phone off."""
    request.app[WORLD].phones.switch_off(request.match_info["endpoint"])
    request.app[WORLD].services.transcript.changed()
    return web.Response(status=204)


async def set_phone(request: web.Request) -> web.StreamResponse:
    """PUT /practice/agents/{endpoint}: how a phone behaves when it rings."""
    phone = request.app[WORLD].phones.agent(request.match_info["endpoint"])
    body = await _body(request)
    if "auto_answer_s" in body:
        value = body["auto_answer_s"]
        if value is not None and (
            isinstance(value, bool) or not isinstance(value, int | float) or value < 0
        ):
            raise BadRequest(
                "auto_answer_s 应为秒数或 null。", "auto_answer_s must be seconds or null."
            )
        phone.auto_answer_s = value
    if "busy" in body:
        if not isinstance(body["busy"], bool):
            raise BadRequest("busy 应为 true 或 false。", "busy must be true or false.")
        phone.busy = body["busy"]
    request.app[WORLD].services.transcript.changed()
    return web.json_response(phone.as_json())


async def set_clock(request: web.Request) -> web.StreamResponse:
    """POST /practice/clock: change the speed of practice time."""
    clock = request.app[WORLD].services.clock
    speed = (await _body(request)).get("speed")
    if isinstance(speed, bool) or not isinstance(speed, int | float):
        raise BadRequest("speed 应为数字。", "speed must be a number.")
    if not 0 < speed <= MOST_SPEED:
        raise BadRequest("speed 应大于 0、不超过 1000。", "speed must be above 0, at most 1000.")
    try:
        clock.set_speed(float(speed))
    except SpeedIsFixed as problem:
        raise BadRequest("时钟与其他进程同步，不能调速。", str(problem), status=409) from problem
    request.app[WORLD].services.transcript.changed()
    return web.json_response({"now": clock.now().isoformat(), "speed": clock.speed})


async def misbehave(request: web.Request) -> web.StreamResponse:
    """POST /practice/misbehave: ask for trouble."""
    services = request.app[WORLD].services
    rule = services.rules.add(await _body(request))
    services.transcript.changed()
    return web.json_response(rule.as_json(), status=201)


async def behave(request: web.Request) -> web.StreamResponse:
    """DELETE /practice/misbehave: no more trouble."""
    request.app[WORLD].services.rules.clear()
    request.app[WORLD].services.transcript.changed()
    return web.Response(status=204)


async def lift_rule(request: web.Request) -> web.StreamResponse:
    """DELETE /practice/misbehave/{id}: one kind of trouble less."""
    rule = request.match_info["rule"]
    request.app[WORLD].services.rules.remove(int(rule) if rule.isdigit() else -1)
    request.app[WORLD].services.transcript.changed()
    return web.Response(status=204)
