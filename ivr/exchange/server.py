"""The exchange as a server: in the foreground, or in a thread for tests and demonstrations."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aiohttp import web

from ivr.errors import IVRError
from ivr.exchange.interpreter import run
from ivr.exchange.keys import WORLD
from ivr.exchange.practice import views
from ivr.exchange.rest import app as rest_app
from ivr.exchange.services import Services
from ivr.exchange.settings import Settings
from ivr.exchange.world import World

PAGE: Final = Path(__file__).parent / "page"
MOST_BODY: Final = 20_000_000
START_S: Final = 10.0


class CannotListen(IVRError):
    """The address is in use, or is not ours."""

    def __init__(self, host: str, port: int, why: str) -> None:
        super().__init__(
            f"The exchange cannot listen on {host}:{port}: {why}. Choose another --port."
        )


def build_app(services: Services) -> web.Application:
    """The application: the carrier's REST, the practice interface, and the page."""
    app = web.Application(client_max_size=MOST_BODY)
    app[WORLD] = World(services, run)
    rest_app.add_routes(app)
    views.add_routes(app)
    app.router.add_get("/", _index)
    if PAGE.is_dir():
        app.router.add_static("/page/", PAGE)
        app.on_response_prepare.append(_ask_again)
    return app


async def _ask_again(request: web.Request, response: web.StreamResponse) -> None:
    """After an upgrade a browser must not mix old files of the page with new ones."""
    if request.path == "/" or request.path.startswith("/page/"):
        response.headers["Cache-Control"] = "no-cache"


async def _index(request: web.Request) -> web.StreamResponse:
    index = PAGE / "index.html"
    if not index.is_file():
        return web.Response(text="The practice page is not installed.", status=404)
    return web.FileResponse(index)


@dataclass(frozen=True, slots=True)
class _Listening:
    """A server that accepts requests."""

    runner: web.AppRunner
    services: Services
    url: str

    async def close(self) -> None:
        await self.services.close()
        await self.runner.cleanup()


async def _listen(settings: Settings) -> _Listening:
    services = Services.start(settings)
    # An event stream never ends by itself; do not wait for it when stopping.
    runner = web.AppRunner(build_app(services), access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, settings.host, settings.port)
    try:
        await site.start()
    except OSError as error:
        await services.close()
        await runner.cleanup()
        reason = error.strerror or str(error)
        raise CannotListen(settings.host, settings.port, reason) from error
    port = runner.addresses[0][1]
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    services.public_url = f"http://{host}:{port}"
    return _Listening(runner, services, services.public_url)


def serve(settings: Settings, on_ready: Callable[[str], None] = lambda url: None) -> None:
    """Run in the foreground until SIGINT or SIGTERM.

    Args:
        on_ready: told the address once requests are accepted.

    Raises:
        CannotListen: the address is not free.
    """

    async def main() -> None:
        listening = await _listen(settings)
        stop = asyncio.Event()
        for sign in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(sign, stop.set)
        on_ready(listening.url)
        try:
            await stop.wait()
        finally:
            await listening.close()

    asyncio.run(main())


class RunningExchange:
    """An exchange in a thread of its own, with its own event loop."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._main, name="exchange", daemon=True)
        self.url = ""

    def start(self) -> None:
        """Start it and wait until it accepts requests.

        Raises:
            CannotListen: the address is not free.
        """
        self._thread.start()
        self._ready.wait(START_S)
        if self._error is not None:
            raise self._error

    def stop(self) -> None:
        """Stop it and wait until it is gone."""
        if self._loop is not None and self._stop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(START_S)

    def _main(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        try:
            listening = await _listen(self._settings)
        except CannotListen as error:
            self._error = error
            self._ready.set()
            return
        self.url = listening.url
        self._ready.set()
        try:
            await self._stop.wait()
        finally:
            await listening.close()


def run_in_thread(settings: Settings) -> RunningExchange:
    """Start an exchange in a thread; ``port=0`` takes a free port, see ``.url``.

    Raises:
        CannotListen: the address is not free.
    """
    exchange = RunningExchange(settings)
    exchange.start()
    return exchange
