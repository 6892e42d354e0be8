"""One leg's place in a conference."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from ivr.exchange.call import Call
from ivr.exchange.states import CallStatus, Cause


class ParticipantStatus(StrEnum):
    """The carrier's states of a participant."""

    QUEUED = "queued"
    CONNECTING = "connecting"
    RINGING = "ringing"
    CONNECTED = "connected"
    COMPLETE = "complete"
    FAILED = "failed"


@dataclass(slots=True)
class Wishes:
    """How somebody wants to take part.

    Args:
        wait_url: what is heard before the conference starts: None the carrier's music,
            "" nothing.
        beep: true, false, onEnter or onExit.
        coach_sid: the one participant who hears this one; "" everybody does.
    """

    label: str = ""
    muted: bool = False
    start_on_enter: bool = True
    end_on_exit: bool = False
    beep: str = "true"
    wait_url: str | None = None
    wait_method: str = "POST"
    coach_sid: str = ""
    coaching: bool = False
    most_participants: int = 250
    status_url: str = ""
    status_method: str = "POST"
    status_events: frozenset[str] = field(default_factory=frozenset)


class Home(Protocol):
    """The conference, as a participant sees it."""

    @property
    def sid(self) -> str:
        """Its identifier."""

    def leave(self, participant: Participant, cause: Cause) -> None:
        """Let *participant* go."""


class Participant:
    """A leg that is connected to a conference or about to be."""

    def __init__(self, call: Call, wishes: Wishes, conference: Home, now: datetime) -> None:
        self.call = call
        self.wishes = wishes
        self.conference = conference
        self.muted = wishes.muted
        self.hold = False
        self.hold_url: str | None = None
        self.hold_method = "GET"
        self.connected = False
        self.created_at = now
        self.updated_at = now
        self.left: asyncio.Future[Cause] = asyncio.get_running_loop().create_future()
        self.music: asyncio.Task[None] | None = None
        self.hears = ""

    @property
    def label(self) -> str:
        """The name the hotline gave, "" if none."""
        return self.wishes.label

    @property
    def coaching(self) -> bool:
        """Whether only the one who is coached hears this participant."""
        return self.wishes.coaching

    @property
    def conference_sid(self) -> str:
        """The conference."""
        return self.conference.sid

    @property
    def status(self) -> ParticipantStatus:
        """The carrier's word for where the leg is."""
        if self.connected:
            return ParticipantStatus.CONNECTED
        match self.call.status:
            case CallStatus.QUEUED:
                return ParticipantStatus.QUEUED
            case CallStatus.RINGING:
                return ParticipantStatus.RINGING
            case CallStatus.IN_PROGRESS:
                return ParticipantStatus.CONNECTING
            case CallStatus.COMPLETED:
                return ParticipantStatus.COMPLETE
            case _:
                return ParticipantStatus.FAILED

    def leave(self, cause: Cause) -> None:
        """Leave the conference."""
        self.conference.leave(self, cause)

    def play(self, what: str, task: asyncio.Task[None] | None) -> None:
        """Let the person hear *what* from *task* instead of what they heard before."""
        if self.music is not None:
            self.music.cancel()
        self.hears, self.music = what, task
