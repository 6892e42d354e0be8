"""Server-sent events: the transcript and the state as they change."""

from __future__ import annotations

import asyncio
import json
from typing import Final

from aiohttp import web

from ivr.exchange.keys import WORLD
from ivr.exchange.practice.state import state
from ivr.exchange.transcript import Entry
from ivr.exchange.world import World

STATE_EVERY_S: Final = 0.25
"""At most so often the whole state is sent, in real seconds: it is large and changes much."""

HEARTBEAT_S: Final = 15.0


async def events(request: web.Request) -> web.StreamResponse:
    """GET /practice/events: every entry after Last-Event-ID (or ?since=), then as they come."""
    world = request.app[WORLD]
    response = web.StreamResponse(
        headers={
            "Content-Type": "text/event-stream; charset=utf-8",
            "Cache-Control": "no-cache",
            "X-Accel-Buffering": "no",
        }
    )
    await response.prepare(request)
    transcript = world.services.transcript
    seen = request.headers.get("Last-Event-ID") or request.query.get("since", "")
    with transcript.listening() as queue:
        since = int(seen) if seen.isdigit() else transcript.last_id
        try:
            for entry in transcript.since(since):
                await response.write(_entry(entry))
            await response.write(_state(world))
            await _follow(world, queue, response)
        except ConnectionError:
            return response
    return response


async def _follow(
    world: World, queue: asyncio.Queue[Entry | None], response: web.StreamResponse
) -> None:
    loop = asyncio.get_running_loop()
    state_is_old, next_state_at = False, 0.0
    while True:
        patience_s = max(0.0, next_state_at - loop.time()) if state_is_old else HEARTBEAT_S
        try:
            async with asyncio.timeout(patience_s):
                entry = await queue.get()
        except TimeoutError:
            if state_is_old:
                await response.write(_state(world))
                state_is_old, next_state_at = False, loop.time() + STATE_EVERY_S
            else:
                await response.write(b": still here\n\n")
            continue
        state_is_old = True
        if entry is not None:
            await response.write(_entry(entry))


def _entry(entry: Entry) -> bytes:
    data = json.dumps(entry.as_json(), ensure_ascii=False)
    return f"id: {entry.id}\nevent: entry\ndata: {data}\n\n".encode()


def _state(world: World) -> bytes:
    data = json.dumps(state(world), ensure_ascii=False)
    return f"event: state\ndata: {data}\n\n".encode()
