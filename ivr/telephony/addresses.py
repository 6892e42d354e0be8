"""Our own addresses, as the carrier is told them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# Connection overrides, which the carrier cuts off before it asks: a report that met an error
# of ours, or nobody, is repeated up to five times. Answers are never repeated like that: for
# them the carrier has the fallback address, and the caller hears it at once.
REPEATED: Final = "#rc=5&rp=ct,5xx"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Absolute URLs below *base*, which is ``PUBLIC_BASE_URL`` and never what a Host header says.

    They name calls by number of turn or offer, never by anything personal. *sounds* is the
    base of those that are only listened to.
    """

    base: str
    sounds: str

    def turn(self, turn: int) -> str:
        """Where the carrier reports what the caller did after our answer number *turn*."""
        return f"{self.base}/voice/turn/{turn}"

    @property
    def resume(self) -> str:
        """Where a caller is led on from wherever they are."""
        return f"{self.base}/voice/resume"

    @property
    def after_talk(self) -> str:
        """Where a caller comes out of the conference."""
        return f"{self.base}/voice/after-talk"

    @property
    def hold(self) -> str:
        """What a caller hears alone in the conference."""
        return f"{self.base}/voice/hold"

    @property
    def conference(self) -> str:
        """Where the carrier reports comings and goings of the conference."""
        return f"{self.base}/voice/conference{REPEATED}"

    def agent(self, offer_id: int) -> str:
        """What an agent's phone is asked to do when it is answered."""
        return f"{self.base}/voice/agent/{offer_id}"

    def agent_after(self, offer_id: int) -> str:
        """Where an agent comes out of the conference."""
        return f"{self.base}/voice/agent/{offer_id}/after"

    def agent_status(self, offer_id: int) -> str:
        """Where the carrier reports how the agent's phone fares."""
        return f"{self.base}/voice/agent/{offer_id}/status{REPEATED}"

    def music(self, seconds: int) -> str:
        """Soothing music of this length."""
        return f"{self.sounds}/voice/music/{seconds}.wav"
