"""The states of a call, and why it stops what it is doing."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class CallStatus(StrEnum):
    """The carrier's states of a call."""

    QUEUED = "queued"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    FAILED = "failed"
    NO_ANSWER = "no-answer"
    CANCELED = "canceled"


FINAL: Final = frozenset(CallStatus) - {
    CallStatus.QUEUED,
    CallStatus.RINGING,
    CallStatus.IN_PROGRESS,
}


class Direction(StrEnum):
    """Who placed a call."""

    INBOUND = "inbound"
    API = "outbound-api"
    DIAL = "outbound-dial"


class Cause(StrEnum):
    """Why a leg stopped what it was doing."""

    HUNG_UP = "hung up"
    LOST = "network lost"
    REDIRECTED = "redirected by REST"
    API = "ended by REST"
    KICKED = "removed by REST"
    CONFERENCE_OVER = "the conference ended"
    CONFERENCE_ENDED_BY_API = "the conference was ended by REST"
    HOTLINE = "ended by TwiML"
    NO_WAIT_MUSIC = "waitUrl failed"
    UNREACHABLE = "no such phone is switched on"
    BUSY = "busy"
    NOT_ANSWERED = "not answered"
    TIME_LIMIT = "time limit reached"
    REFUSED = "rejected by TwiML"
    APPLICATION_ERROR = "application error"
    OUR_FAULT = "a fault of the exchange"
