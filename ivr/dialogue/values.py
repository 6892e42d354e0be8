"""What the dialogue takes in and gives out: facts, instructions to the telephone, effects.

Instructions are what the caller hears and what we listen for, in order. Effects are what the
flow does in the world (a place in the line, a complaint on file). Neither knows the carrier.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Segment(StrEnum):
    """Which line of service the caller belongs to, as far as we know."""

    ELDER = "elder"
    STANDARD = "standard"
    UNKNOWN = "unknown"


class Topic(StrEnum):
    """What the caller wants; HUMAN when all we know is that they want a person."""

    POLICY = "policy"
    CLAIM = "claim"
    PAYMENT = "payment"
    COMPLAINT = "complaint"
    SURRENDER = "surrender"
    HUMAN = "human"


class Pace(StrEnum):
    """How fast we speak. SLOW stays for the rest of the call once it was asked for."""

    NORMAL = "normal"
    SLOW = "slow"


class BargeIn(StrEnum):
    """What may cut a prompt short."""

    KEYS = "keys"
    KEYS_AND_SPEECH = "keys_and_speech"
    ZERO_ONLY = "zero_only"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Caller:
    """What is known of the caller when we answer.

    Args:
        segment: the line of service.
        speech_available: a recogniser is there for this call.
        is_night: few people are on duty, and the caller is told so.
        number_tail: last four digits of the number they call from; None if it is withheld.
    """

    segment: Segment
    speech_available: bool = False
    is_night: bool = False
    number_tail: str | None = None


@dataclass(frozen=True, slots=True)
class WaitFacts:
    """Where a waiting caller stands.

    Args:
        position: place in the line, 1 is answered next; None if it cannot be said.
        estimated_wait_s: expected wait from now; None if no honest estimate can be given.
        waited_s: seconds in the line so far.
        someone_on_duty: False when nobody at all is logged in who could answer.
    """

    position: int | None
    estimated_wait_s: float | None
    waited_s: float = 0.0
    someone_on_duty: bool = True


@dataclass(frozen=True, slots=True)
class Clause:
    """Words said in one breath, and the silence after them in seconds.

    The words may be empty: then it is only the silence (before the first words of a turn).
    """

    text: str
    pause_after_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Speak:
    """Say one prompt. ``clauses`` are ready to be spoken: digits and values are words."""

    prompt: str
    clauses: tuple[Clause, ...]
    pace: Pace = Pace.NORMAL
    louder: bool = False
    barge_in: BargeIn = BargeIn.KEYS

    @property
    def text(self) -> str:
        """The words alone, as a transcript shows them."""
        return "".join(clause.text for clause in self.clauses)


@dataclass(frozen=True, slots=True)
class Music:
    """Play the soothing music for *seconds* (whole); keys work meanwhile."""

    seconds: int


@dataclass(frozen=True, slots=True)
class SpeechTurn:
    """How to listen to speech: which grammar, and the recogniser's time limits in seconds."""

    grammar: str
    start_s: float
    end_silence_s: float
    max_s: float


@dataclass(frozen=True, slots=True)
class Listen:
    """Collect one key (during everything before it in this turn, and *wait_s* after it).

    Nothing pressed or said in that time is reported as ``Silence``, or as ``StillWaiting``
    for a caller in the line. ``speech`` is None where only keys count.
    """

    keys: str
    wait_s: float
    speech: SpeechTurn | None = None


@dataclass(frozen=True, slots=True)
class Meet:
    """Go and talk: join the conference of this call."""


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call. Comes only after the service and a goodbye."""


Instruction = Speak | Music | Listen | Meet | HangUp


@dataclass(frozen=True, slots=True)
class EnterLine:
    """Give the caller a place in the line, from now."""

    topic: Topic


@dataclass(frozen=True, slots=True)
class ReturnToLine:
    """Put the caller back in the line with the rank they had before."""

    reason: str


@dataclass(frozen=True, slots=True)
class ChangeTopic:
    """The caller corrected what they want; the place in the line stays."""

    topic: Topic


@dataclass(frozen=True, slots=True)
class FileComplaint:
    """Put a complaint on file, then tell its number with ``owe_receipt``."""


@dataclass(frozen=True, slots=True)
class RecordSurvey:
    """The caller rated the service: 1 satisfied, 2 so-so, 3 dissatisfied."""

    score: int


@dataclass(frozen=True, slots=True)
class KeepRemark:
    """What the caller just said belongs to the survey answer."""


@dataclass(frozen=True, slots=True)
class BookCallBack:
    """We promised to ring the caller's number before *by_at*."""

    reason: str
    by_at: datetime


Effect = (
    EnterLine
    | ReturnToLine
    | ChangeTopic
    | FileComplaint
    | RecordSurvey
    | KeepRemark
    | BookCallBack
)
