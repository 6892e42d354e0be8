"""One leg: its state, what it is doing, and how it is interrupted.

Every change of state is synchronous; only executing TwiML takes time. So a hang-up, a REST
update and a conference's end can never overtake each other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from aiohttp import CookieJar

from ivr.exchange.ids import new_sid
from ivr.exchange.services import Services
from ivr.exchange.states import FINAL, CallStatus, Cause, Direction
from ivr.exchange.transcript import Kind


@dataclass(frozen=True, slots=True)
class Source:
    """Where TwiML comes from: a request, or a text given inline."""

    url: str = ""
    method: str = "POST"
    params: Mapping[str, str] = field(default_factory=dict)
    twiml: str | None = None
    is_gather: bool = False


@dataclass(slots=True)
class Progress:
    """Where status callbacks of a leg go, and which of its events."""

    url: str
    method: str = "POST"
    events: frozenset[str] = frozenset({"completed"})
    sent: int = 0


class Ear(Protocol):
    """Whatever listens to the person on a leg at the moment: a Gather, a stream, a recording."""

    def key(self, digit: str) -> bool:
        """A key was pressed; False if it is of no use here, and so is lost."""

    def talk(self, text: str, seconds: float, audio: bytes | None) -> None:
        """The person speaks for *seconds*; *audio* is 8 kHz µ-law when the phone sent sound."""


class Membership(Protocol):
    """A leg's place in a conference."""

    muted: bool
    hold: bool

    @property
    def coaching(self) -> bool:
        """Whether only one other participant hears this one."""

    @property
    def conference_sid(self) -> str:
        """The conference."""

    def leave(self, cause: Cause) -> None:
        """Leave it."""


class Call:
    """A leg and the telephone at its other end.

    Args:
        phone: the endpoint whose handset this is.
        run: executes a source on this leg, and answers False when that hung up.
    """

    def __init__(
        self,
        services: Services,
        direction: Direction,
        from_: str,
        to: str,
        phone: str,
        run: Callable[[Call, Source], Awaitable[bool]],
        parent_sid: str = "",
    ) -> None:
        self.services = services
        self.sid = new_sid("CA")
        self.direction = direction
        self.from_ = from_
        self.to = to
        self.phone = phone
        self.parent_sid = parent_sid
        self.status = CallStatus.QUEUED
        self.created_at = services.clock.now()
        self.updated_at = self.created_at
        self.answered_at: datetime | None = None
        self.ended_at: datetime | None = None
        self.end_reason = ""
        self.base = "ringing"
        self._doings: list[list[str]] = []
        self.collecting: dict[str, bool] | None = None
        self.ear: Ear | None = None
        self.membership: Membership | None = None
        self.heard_by: Callable[[str, float], None] | None = None
        self.fallback: Source | None = None
        self.progress: Progress | None = None
        self.whisper: Source | None = None
        self.cause = Cause.HOTLINE
        self.dialled = direction is Direction.INBOUND
        self.jar = CookieJar(unsafe=True)
        self.answered = asyncio.Event()
        self.over = asyncio.Event()
        self.taken = asyncio.Event()
        self.answered_or_over = asyncio.Event()
        self.on_progress: list[Callable[[Call, str], None]] = []
        self._run = run
        self._script: asyncio.Task[None] | None = None

    @property
    def ended(self) -> bool:
        """Whether the leg is over."""
        return self.status in FINAL

    @property
    def doing(self) -> str:
        """What is going on, in one word: say, gather, conference, ringing, idle, …"""
        if self.ended or not self._doings:
            return self.base
        return self._doings[-1][0]

    @property
    def seconds(self) -> int:
        """How long the answered call has lasted, whole practice seconds."""
        if self.answered_at is None:
            return 0
        until = self.ended_at or self.services.clock.now()
        return max(0, round((until - self.answered_at).total_seconds()))

    def write(self, kind: Kind, text: str, **detail: Any) -> None:  # Any: JSON
        """Write a line about this leg."""
        self.services.transcript.add(self.sid, kind, text, **detail)

    def set_status(self, status: CallStatus, event: str) -> None:
        """Move to *status* and report *event* (initiated, ringing, answered, completed)."""
        self.status = status
        self.updated_at = self.services.clock.now()
        self.write(Kind.STATUS, status, event=event)
        for report in self.on_progress:
            report(self, event)

    def answer(self) -> None:
        """The leg is picked up; nothing happens if it was already, or is over."""
        if self.ended or self.status is CallStatus.IN_PROGRESS:
            return
        self.answered_at = self.services.clock.now()
        self.base = "idle"
        self.write(Kind.ANSWERED, self.phone)
        self.set_status(CallStatus.IN_PROGRESS, "answered")
        self.answered.set()
        self.answered_or_over.set()

    def end(self, status: CallStatus, cause: Cause) -> None:
        """The leg is over, whatever it was doing; nothing happens if it was already."""
        if self.ended:
            return
        self.cause = cause
        self.ended_at = self.services.clock.now()
        self.end_reason = cause
        self.base = "idle"
        self.collecting = None
        self.set_status(status, "completed")
        self.write(Kind.ENDED, cause, status=status, seconds=self.seconds)
        if self.membership is not None:
            self.membership.leave(cause)
        self.over.set()
        self.answered_or_over.set()
        self._stop_script()

    def start(self, source: Source) -> None:
        """Execute *source* from now on, instead of anything before."""
        before = self._stop_script()
        self._script = self.services.tasks.start(self._perform(source, before))

    def redirect(self, source: Source) -> None:
        """A REST update: drop what the leg is doing and execute *source* at once."""
        self.cause = Cause.REDIRECTED
        self.taken.set()
        self.write(Kind.REDIRECTED, source.url or "TwiML", twiml=source.twiml or "")
        if self.membership is not None:
            self.membership.leave(Cause.REDIRECTED)
        self.start(source)

    async def execute(self, source: Source) -> bool:
        """Execute *source* without ending the leg after it; False if it hung up."""
        return await self._run(self, source)

    async def _perform(self, source: Source, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            # The verb that was interrupted puts its things away first.
            await asyncio.wait({before})
        self.cause = Cause.HOTLINE
        try:
            await self._run(self, source)
        except Exception:
            # A fault of ours, not of the hotline: no caller may be left hanging by it.
            self.end(CallStatus.FAILED, Cause.OUR_FAULT)
            raise
        self.end(CallStatus.COMPLETED, Cause.HOTLINE)

    def _stop_script(self) -> asyncio.Task[None] | None:
        script, self._script = self._script, None
        if script is None or script.done() or script is asyncio.current_task():
            return None
        script.cancel()
        return script

    @contextmanager
    def busy(self, doing: str) -> Iterator[None]:
        """Say what the leg is doing, for as long as it does it."""
        # Music in a conference may stop after the next verb has begun: each one takes away
        # its own word and no other.
        mine = [doing]
        self._doings.append(mine)
        try:
            yield
        finally:
            self._doings = [one for one in self._doings if one is not mine]

    @contextmanager
    def listening(self, ear: Ear) -> Iterator[None]:
        """Let *ear* hear keys and words."""
        before, self.ear = self.ear, ear
        try:
            yield
        finally:
            self.ear = before

    def as_json(self) -> dict[str, Any]:
        """The call as the practice interface shows it."""
        member = self.membership
        return {
            "sid": self.sid,
            "direction": self.direction,
            "from": self.from_,
            "to": self.to,
            "status": self.status,
            "phone": self.phone,
            "doing": self.doing,
            "collecting": self.collecting,
            "conference": member.conference_sid if member else None,
            "muted": bool(member and member.muted),
            "hold": bool(member and member.hold),
            "coaching": bool(member and member.coaching),
            "started_at": self.created_at.isoformat(),
            "answered_at": self.answered_at.isoformat() if self.answered_at else None,
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
            "end_reason": self.end_reason or None,
            "parent_sid": self.parent_sid or None,
        }
