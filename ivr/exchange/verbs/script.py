"""What a verb is given, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final
from xml.etree.ElementTree import Element

from ivr.exchange.call import Call, Source
from ivr.exchange.delivery import Webhook
from ivr.exchange.faults import CarrierFault
from ivr.exchange.media.sound import warn
from ivr.exchange.misbehaviour import On
from ivr.exchange.reports import call_params
from ivr.exchange.twiml import Attributes, resolve
from ivr.exchange.world import World

WEBHOOKS: Final = frozenset({On.VOICE})
GATHERED: Final = frozenset({On.VOICE, On.GATHER})


class Then(Enum):
    """What follows a verb, unless a new document does."""

    NEXT = "the next verb"
    HANG_UP = "the end of the call"


Outcome = Then | Source


@dataclass(frozen=True, slots=True)
class Script:
    """A document that is being executed on a leg; base_url is None if it was given inline."""

    world: World
    call: Call
    base_url: str | None

    def action(
        self, element: Element, params: Mapping[str, str], *, is_gather: bool = False
    ) -> Source:
        """The request that the verb's action attribute asks for.

        Raises:
            CarrierFault: the address is relative and there is nothing to resolve it against.
        """
        url = resolve(self.base_url, element.get("action", "").strip())
        return Source(url, Attributes(element).method(), params, is_gather=is_gather)

    def tell_action(self, element: Element, params: Mapping[str, str]) -> None:
        """Request the action of a verb that was interrupted; the answer is thrown away."""
        if element.get("action") is None:
            return
        try:
            source = self.action(element, params)
        except CarrierFault as problem:
            warn(self.call, problem.fault)
            return
        self.world.services.webhooks.notify(
            Webhook(
                source.url,
                WEBHOOKS,
                call_params(self.call) | dict(params),
                source.method,
                self.call.sid,
                self.call.jar,
            )
        )
