"""Carrying one webhook over HTTP: connecting, signing, repeating, following redirections."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlencode, urljoin

import aiohttp
from aiohttp import hdrs
from aiohttp.abc import AbstractCookieJar
from yarl import URL

from ivr.exchange.clock import Clock
from ivr.exchange.faults import WebhookFailed
from ivr.exchange.misbehaviour import On
from ivr.exchange.overrides import Overrides, real_seconds, split
from ivr.exchange.signature import sign

MOST_REDIRECTS: Final = 10
MOST_BYTES: Final = 20_000_000


@dataclass(frozen=True, slots=True)
class Webhook:
    """One thing to tell the hotline, or to ask of it.

    Args:
        kinds: what it is, for the rules of misbehaviour.
        params: sent as a form (POST) or in the query (GET).
        call_sid: the call it concerns, "" if none.
        jar: the call's cookies.
    """

    url: str
    kinds: frozenset[On]
    params: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"
    call_sid: str = ""
    jar: AbstractCookieJar | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the hotline answered; *url* is where, after redirections."""

    status: int
    content_type: str
    body: bytes
    url: str


class Delivery:
    """The carrier's HTTP client."""

    def __init__(self, token: str, clock: Clock) -> None:
        self._token = token
        self._clock = clock
        # A connection of its own for each request: a kept one may be closed by the server at
        # the very moment it is used again, which the hotline would see as a lost webhook.
        self.session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, force_close=True),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": "TwilioProxy/1.1", "X-Home-Region": "us1", "Accept": "*/*"},
        )

    def signature(self, url: str) -> str:
        """The signature of a request without a form, as the opening of a WebSocket is."""
        return sign(self._token, url)

    async def send(self, webhook: Webhook) -> Answer:
        """Send a webhook and return the answer, which has a 2xx status.

        Raises:
            WebhookFailed: nothing came back in time, or an HTTP error did.
        """
        url, overrides = split(webhook.url)
        deadline = time.monotonic() + real_seconds(overrides.total_s, self._clock.speed)
        token = str(uuid.uuid4())
        attempt = 0
        while True:
            try:
                return await self._follow(replace(webhook, url=url), overrides, deadline, token)
            except WebhookFailed as problem:
                again = overrides.tries_again(
                    status=problem.status, unconnected=problem.unconnected
                )
                attempt += 1
                if not again or attempt > overrides.retries or time.monotonic() >= deadline:
                    raise

    async def _follow(
        self, webhook: Webhook, overrides: Overrides, deadline: float, token: str
    ) -> Answer:
        """One attempt, through at most ten redirections, each signed anew."""
        for _ in range(MOST_REDIRECTS + 1):
            status, location, answer = await self._once(webhook, overrides, deadline, token)
            if status in (301, 302, 303, 307, 308) and location:
                method = webhook.method if status in (307, 308) else "GET"
                webhook = replace(webhook, url=urljoin(webhook.url, location), method=method)
                continue
            if not 200 <= status < 300:
                raise WebhookFailed(11200, f"HTTP {status}", webhook.url, status=status)
            return answer
        raise WebhookFailed(11215, webhook.url, webhook.url)

    async def _once(
        self, webhook: Webhook, overrides: Overrides, deadline: float, token: str
    ) -> tuple[int, str, Answer]:
        speed = self._clock.speed
        timeout = aiohttp.ClientTimeout(
            total=max(deadline - time.monotonic(), 0.001),
            sock_connect=real_seconds(overrides.connect_s, speed),
            sock_read=real_seconds(overrides.read_s, speed),
        )
        url, data, headers = self._prepared(webhook, token)
        # The address must go out exactly as it was signed: no second encoding.
        target = URL(url, encoded=True)
        if webhook.jar is not None:
            cookies = webhook.jar.filter_cookies(target)
            if cookies:
                headers[hdrs.COOKIE] = cookies.output(header="", sep=";").strip()
        try:
            async with self.session.request(
                webhook.method,
                target,
                data=data,
                headers=headers,
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                if webhook.jar is not None:
                    webhook.jar.update_cookies(response.cookies, target)
                body = await response.content.read(MOST_BYTES)
                while not response.content.at_eof() and len(body) < MOST_BYTES:
                    body += await response.content.read(MOST_BYTES - len(body))
                location = response.headers.get(hdrs.LOCATION, "")
                answer = Answer(response.status, response.content_type, body, webhook.url)
                return response.status, location, answer
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise _failure(error, webhook.url) from error

    def _prepared(self, webhook: Webhook, token: str) -> tuple[str, bytes | None, dict[str, str]]:
        url, data = webhook.url, None
        headers = {"I-Twilio-Idempotency-Token": token}
        if webhook.method == "POST":
            data = urlencode(webhook.params).encode()
            headers[hdrs.CONTENT_TYPE] = "application/x-www-form-urlencoded; charset=UTF-8"
            headers["X-Twilio-Signature"] = sign(self._token, url, webhook.params)
        else:
            if webhook.params:
                url += ("&" if "?" in url else "?") + urlencode(webhook.params)
            headers["X-Twilio-Signature"] = sign(self._token, url)
        return url, data, headers


def _failure(error: Exception, url: str) -> WebhookFailed:
    match error:
        case aiohttp.ClientConnectorDNSError():
            return WebhookFailed(11210, "unknown host", url, unconnected=True)
        case aiohttp.ClientConnectorError():
            return WebhookFailed(11205, _reason(error), url, unconnected=True)
        case aiohttp.ConnectionTimeoutError():
            return WebhookFailed(11205, "no connection in time", url, unconnected=True)
        case TimeoutError():
            return WebhookFailed(11205, "no answer in time", url)
        case _:
            return WebhookFailed(11200, str(error) or type(error).__name__, url)


def _reason(error: aiohttp.ClientConnectorError) -> str:
    refused = isinstance(error.os_error, ConnectionRefusedError)
    return "connection refused" if refused else (error.os_error.strerror or "no connection")
