"""What can go wrong, in words: what happened, to what, and what to do next.

Errors know nothing of HTTP or of the shell; the doors map them to a status.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


class IVRError(Exception):
    """The root of everything that this product raises on purpose."""


class BadSetting(IVRError):
    """A setting cannot be used; the product refuses to start."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something is wrong; lines count from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}"


class BadFile(IVRError):
    """A file of data (prompts, menu, CSV) cannot be used."""

    def __init__(self, where: Place, what: str, remedy: str) -> None:
        super().__init__(f"{where}: {what} {remedy}")
        self.where = where
        self.what = what
        self.remedy = remedy


class DatabaseAway(IVRError):
    """The database does not answer, or not in time; the caller hears a holding message."""


class UnknownCall(IVRError):
    """The carrier speaks of a call that we have never seen."""

    def __init__(self, sid: str) -> None:
        super().__init__(f"No call {sid} is on record. Send its first request to /voice/incoming.")
        self.sid = sid


class UnknownAgent(IVRError):
    """Nobody with this agent number works here."""

    def __init__(self, agent_no: str) -> None:
        super().__init__(f"No agent has the number {agent_no}. See `python -m ivr agents list`.")
        self.agent_no = agent_no


class NotPossible(IVRError):
    """An agent asked for something that does not fit the state they are in."""

    def __init__(self, agent_no: str, state: str, wanted: str) -> None:
        super().__init__(
            f"Agent {agent_no} is {state}; “{wanted}” is not possible now."
            " Look at the desk, then try again."
        )
        self.agent_no = agent_no
        self.state = state
        self.wanted = wanted


class OfferExpired(IVRError):
    """An agent accepted a call after the ring time was over (RONA)."""

    def __init__(self, offer_id: int, late_by: timedelta) -> None:
        super().__init__(
            f"Offer {offer_id} expired {late_by.total_seconds():.0f} s ago;"
            " the caller is back in the line. Set yourself ready for the next call."
        )
        self.offer_id = offer_id
        self.late_by = late_by
