"""Requests to the hotline, with deliberate trouble on the way when a rule asks for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from typing import Any, Final

from ivr.exchange.clock import Clock
from ivr.exchange.delivery import Answer, Delivery, Webhook
from ivr.exchange.faults import WebhookFailed
from ivr.exchange.misbehaviour import Do, Misbehaviours, On, Rule
from ivr.exchange.overrides import Overrides, split
from ivr.exchange.tasks import Tasks
from ivr.exchange.transcript import Kind, Transcript

SHOWN_TWIML: Final = 20_000
CONNECT_TRIES: Final = 2
"""The carrier waits for a connection twice before it says that there is none."""


class Webhooks:
    """The carrier's HTTP client."""

    def __init__(
        self,
        delivery: Delivery,
        clock: Clock,
        transcript: Transcript,
        rules: Misbehaviours,
        tasks: Tasks,
    ) -> None:
        self._delivery = delivery
        self._clock = clock
        self._transcript = transcript
        self._rules = rules
        self._tasks = tasks
        self._held: list[tuple[frozenset[On], asyncio.Event]] = []

    def notify(self, webhook: Webhook) -> None:
        """Send a webhook whose answer nobody waits for."""
        self._tasks.start(self._notify(webhook))

    async def _notify(self, webhook: Webhook) -> None:
        try:
            await self.fetch(webhook)
        except WebhookFailed as problem:
            self._transcript.add(
                webhook.call_sid, Kind.ERROR, problem.fault.text, code=problem.fault.code
            )

    async def fetch(self, webhook: Webhook) -> Answer:
        """Send a webhook and return the answer, which has a 2xx status.

        Raises:
            WebhookFailed: nothing came back in time, or an HTTP error did.
        """
        started = time.monotonic()
        status, twiml = 0, ""
        try:
            answer = await self._with_trouble(webhook)
            status = answer.status
            if "xml" in answer.content_type or answer.content_type.startswith("text/"):
                twiml = answer.body[:SHOWN_TWIML].decode("utf-8", "replace")
            return answer
        except WebhookFailed as problem:
            status = problem.status
            raise
        finally:
            self._transcript.add(
                webhook.call_sid,
                Kind.WEBHOOK,
                f"{webhook.method} {webhook.url} → {status or '-'}",
                url=webhook.url,
                status=status,
                ms=round((time.monotonic() - started) * 1000, 1),
                params=sorted(webhook.params),
                twiml=twiml,
            )

    async def _with_trouble(self, webhook: Webhook) -> Answer:
        url, overrides = split(webhook.url)
        rule = self._rules.strike(webhook.kinds, url)
        if self._let_pass(webhook.kinds) and rule is not None and rule.do is Do.REORDER:
            rule = None  # This is the one that an earlier webhook was held back for.
        match rule.do if rule else None:
            case Do.DROP:
                waited = min(overrides.connect_s * CONNECT_TRIES, overrides.total_s)
                await self._clock.sleep(waited)
                raise WebhookFailed(11205, "no connection", url, unconnected=True)
            case Do.REFUSE:
                raise WebhookFailed(11205, "connection refused", url, unconnected=True)
            case Do.SERVER_ERROR:
                raise WebhookFailed(11200, "HTTP 503", url, status=503)
            case Do.DELAY:
                assert rule is not None
                return await self._late(webhook, self._clock.sleep(rule.seconds), overrides)
            case Do.REORDER:
                assert rule is not None
                return await self._late(webhook, self._held_back(rule, webhook.kinds), overrides)
            case Do.DUPLICATE:
                self._tasks.start(self._send_blindly(webhook))
                return await self._delivery.send(webhook)
            case Do.CUT:
                await self._send_blindly(webhook)
                raise WebhookFailed(11200, "connection lost before the answer", url)
        return await self._delivery.send(webhook)

    def _let_pass(self, kinds: frozenset[On]) -> bool:
        """Release what was held back for the next of its kind, which comes past it now."""
        passed = [held for held in self._held if held[0] & kinds]
        for held in passed:
            self._held.remove(held)
            self._tasks.start(_set_soon(held[1]))
        return bool(passed)

    async def _held_back(self, rule: Rule, kinds: frozenset[On]) -> None:
        held = (kinds, asyncio.Event())
        self._held.append(held)
        limit = asyncio.create_task(self._clock.sleep(rule.seconds))
        release = asyncio.create_task(held[1].wait())
        try:
            await asyncio.wait({limit, release}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            limit.cancel()
            release.cancel()
            if held in self._held:
                self._held.remove(held)

    async def _late(
        self, webhook: Webhook, trouble: Coroutine[Any, Any, None], overrides: Overrides
    ) -> Answer:
        """Send after *trouble* is over. When that takes longer than the carrier waits for an
        answer it gives up, and yet the request arrives.
        """
        holding = self._tasks.start(trouble)
        giving_up = asyncio.create_task(self._clock.sleep(overrides.total_s))
        try:
            await asyncio.wait({holding, giving_up}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            giving_up.cancel()
        if holding.done():
            return await self._delivery.send(webhook)

        async def send_in_vain() -> None:
            await holding
            await self._send_blindly(webhook)

        self._tasks.start(send_in_vain())
        raise WebhookFailed(11205, "no answer in time", split(webhook.url)[0])

    async def _send_blindly(self, webhook: Webhook) -> None:
        try:
            await self._delivery.send(webhook)
        except WebhookFailed:
            return


async def _set_soon(event: asyncio.Event) -> None:
    """Give what came past a head start, so that the order on the wire is really swapped."""
    await asyncio.sleep(0.05)
    event.set()
