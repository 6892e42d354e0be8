"""Where the web application keeps the network that its views work on."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from ivr.exchange.world import World

WORLD: Final[web.AppKey[World]] = web.AppKey("world", World)
