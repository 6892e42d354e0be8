"""A queue of the carrier's: strictly first in, first out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from ivr.exchange.ids import new_sid


@dataclass(slots=True)
class WaitingLine:
    """Who waits under one name, and since when."""

    name: str
    most: int
    sid: str = field(default_factory=lambda: new_sid("QU"))
    since: dict[str, datetime] = field(default_factory=dict)

    @property
    def full(self) -> bool:
        """Whether nobody else gets in."""
        return len(self.since) >= self.most

    def params(self, call_sid: str, now: datetime) -> dict[str, str]:
        """What waitUrl is told. The average is that of those who still wait."""
        waits = [int((now - begun).total_seconds()) for begun in self.since.values()]
        mine = int((now - self.since[call_sid]).total_seconds())
        return {
            "QueuePosition": str(list(self.since).index(call_sid) + 1),
            "QueueSid": self.sid,
            "QueueTime": str(mine),
            "AvgQueueTime": str(sum(waits) // len(waits)),
            "CurrentQueueSize": str(len(waits)),
            "MaxQueueSize": str(self.most),
        }
