"""The phones on the network: who can be called, and how they behave when they ring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ivr.exchange.faults import BadRequest
from ivr.exchange.settings import Label, ListedPhone


@dataclass(slots=True)
class Phone:
    """A phone that is switched on.

    Args:
        auto_answer_s: answers by itself after so many practice seconds of ringing.
        busy: refuses every call with a busy tone.
    """

    endpoint: str
    label: Label
    auto_answer_s: float | None = None
    busy: bool = False

    def as_json(self, key: str = "endpoint") -> dict[str, Any]:
        """The phone as the practice interface shows it."""
        return {
            key: self.endpoint,
            "label": {"zh": self.label.zh, "en": self.label.en},
            "auto_answer_s": self.auto_answer_s,
            "busy": self.busy,
        }


class Phones:
    """Callers' phones, which are always on, and agents' phones, which are switched on and off."""

    def __init__(self, callers: tuple[ListedPhone, ...], agents: tuple[ListedPhone, ...]) -> None:
        self.callers = {one.endpoint: Phone(one.endpoint, one.label) for one in callers}
        self.agents = {one.endpoint: Phone(one.endpoint, one.label) for one in agents}

    def find(self, endpoint: str) -> Phone | None:
        """The phone at *endpoint*, None when none is switched on."""
        return self.agents.get(endpoint) or self.callers.get(endpoint)

    def seen(self, endpoint: str) -> None:
        """Remember that somebody dialled from here: a phone that calls can be called."""
        if self.find(endpoint) is None:
            self.callers[endpoint] = Phone(endpoint, Label(endpoint, endpoint))

    def switch_on(self, endpoint: str, label: Label) -> Phone:
        """An agent's phone that can be reached from now on."""
        phone = self.agents.setdefault(endpoint, Phone(endpoint, label))
        phone.label = label
        return phone

    def switch_off(self, endpoint: str) -> None:
        """Switch an agent's phone off.

        Raises:
            BadRequest: no such phone is on.
        """
        del self.agents[self.agent(endpoint).endpoint]

    def agent(self, endpoint: str) -> Phone:
        """An agent's phone.

        Raises:
            BadRequest: no such phone is on.
        """
        phone = self.agents.get(endpoint)
        if phone is None:
            raise BadRequest(
                f"话机 {endpoint} 没有开机。",
                f"No phone {endpoint} is switched on. Switch it on with POST /practice/agents.",
                status=404,
            )
        return phone
