"""What every part of one exchange shares: its clock, its transcript and its way out."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.exchange.clock import Clock
from ivr.exchange.delivery import Delivery
from ivr.exchange.misbehaviour import Misbehaviours
from ivr.exchange.settings import Settings
from ivr.exchange.tasks import Tasks
from ivr.exchange.transcript import Transcript
from ivr.exchange.webhook import Webhooks


@dataclass(slots=True)
class Services:
    """The shared parts; one set per exchange, made inside its event loop.

    Args:
        public_url: under which the hotline reaches us; known once we listen.
    """

    settings: Settings
    clock: Clock
    transcript: Transcript
    rules: Misbehaviours
    tasks: Tasks
    delivery: Delivery
    webhooks: Webhooks
    public_url: str = ""

    @classmethod
    def start(cls, settings: Settings) -> Services:
        """Build them; needs a running event loop."""
        clock = Clock(settings.speed, settings.epoch)
        transcript = Transcript(clock)
        rules, tasks = Misbehaviours(), Tasks()
        delivery = Delivery(settings.auth_token, clock)
        webhooks = Webhooks(delivery, clock, transcript, rules, tasks)
        return cls(settings, clock, transcript, rules, tasks, delivery, webhooks)

    async def close(self) -> None:
        """End all background work and close all connections."""
        await self.tasks.close()
        await self.delivery.session.close()
