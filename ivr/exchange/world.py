"""Everything that is on one network at the moment: legs, phones, conferences, lines."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from ivr.exchange.call import Call, Source
from ivr.exchange.conference import Conference
from ivr.exchange.phones import Phones
from ivr.exchange.reports import report_progress
from ivr.exchange.services import Services
from ivr.exchange.states import Direction
from ivr.exchange.waiting import WaitingLine

KEPT_CALLS: Final = 5000
KEPT_RECORDINGS: Final = 1000


class World:
    """The network's present, and as much of its past as is worth keeping.

    Args:
        run: executes a source on a leg; answers False when that hung up.
    """

    def __init__(
        self, services: Services, run: Callable[[World, Call, Source], Awaitable[bool]]
    ) -> None:
        self.services = services
        self.phones = Phones(services.settings.callers, services.settings.agents)
        self.calls: dict[str, Call] = {}
        self.conferences: dict[str, Conference] = {}
        self.lines: dict[str, WaitingLine] = {}
        self.recordings: dict[str, float] = {}
        self._run = run

    def new_call(
        self, direction: Direction, from_: str, to: str, phone: str, parent_sid: str = ""
    ) -> Call:
        """A leg that is known to the network from now on."""

        async def run(call: Call, source: Source) -> bool:
            return await self._run(self, call, source)

        call = Call(self.services, direction, from_, to, phone, run, parent_sid)
        call.on_progress.append(report_progress)
        self.calls[call.sid] = call
        self._forget_the_oldest()
        return call

    def room(self, friendly_name: str) -> Conference:
        """The conference that goes by this name now; a new one if there is none."""
        existing = self.find_room(friendly_name)
        if existing is not None:
            return existing
        conference = Conference(self.services, friendly_name)
        self.conferences[conference.sid] = conference
        return conference

    def find_room(self, friendly_name: str) -> Conference | None:
        """The conference that goes by this name now."""
        for conference in reversed(self.conferences.values()):
            if conference.friendly_name == friendly_name and not conference.over:
                return conference
        return None

    def line(self, name: str, most: int) -> WaitingLine:
        """The queue of this name; made when it is first used."""
        return self.lines.setdefault(name, WaitingLine(name, most))

    def keep_recording(self, sid: str, seconds: float) -> None:
        """Remember a recording so that it can be fetched."""
        self.recordings[sid] = seconds
        while len(self.recordings) > KEPT_RECORDINGS:
            del self.recordings[next(iter(self.recordings))]

    def in_another_call(self, call: Call) -> bool:
        """Whether the phone of *call* is busy with another one."""
        return any(
            other is not call
            and other.phone == call.phone
            and other.answered.is_set()
            and not other.ended
            for other in self.calls.values()
        )

    def _forget_the_oldest(self) -> None:
        if len(self.calls) > KEPT_CALLS:
            ended = [sid for sid, call in self.calls.items() if call.ended]
            for sid in ended[: KEPT_CALLS // 10]:
                del self.calls[sid]
        if len(self.conferences) > KEPT_CALLS:
            over = [sid for sid, room in self.conferences.items() if room.over]
            for sid in over[: KEPT_CALLS // 10]:
                del self.conferences[sid]
