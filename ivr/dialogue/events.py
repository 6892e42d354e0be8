"""What can happen to a call, as the dialogue sees it: past tense, no carrier words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ivr.dialogue.values import Caller, WaitFacts

KEYS = "0123456789*#"


class Intent(StrEnum):
    """What an utterance asks for (the eight labels of the understanding room)."""

    HUMAN = "human"
    POLICY = "policy"
    CLAIM = "claim"
    PAYMENT = "payment"
    COMPLAINT = "complaint"
    SURRENDER = "surrender"
    REPEAT = "repeat"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Answered:
    """We picked up."""

    caller: Caller


@dataclass(frozen=True, slots=True)
class KeysPressed:
    """The caller pressed keys; the first decides.

    ``wait`` may carry fresh facts when the caller is in the line; without them the dialogue
    repeats what it told last.
    """

    keys: str
    wait: WaitFacts | None = None


@dataclass(frozen=True, slots=True)
class Silence:
    """The waiting time of the last ``Listen`` ran out."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The caller said something that was understood.

    ``elder`` only if what they said makes it certain; flags default to "not said".
    """

    intent: Intent
    elder: bool = False
    wants_person: bool = False
    on_behalf_of: bool = False
    slower: bool = False
    louder: bool = False
    again: bool = False
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """The caller spoke, and we made nothing of it."""


@dataclass(frozen=True, slots=True)
class SpeechFailed:
    """The recogniser is gone; keys still work."""


@dataclass(frozen=True, slots=True)
class StillWaiting:
    """The waiting loop came round."""

    wait: WaitFacts


@dataclass(frozen=True, slots=True)
class AgentReady:
    """An agent accepted; both legs meet now."""


@dataclass(frozen=True, slots=True)
class TalkEnded:
    """The agent hung up in good order."""


@dataclass(frozen=True, slots=True)
class AgentLost:
    """The agent's leg failed or dropped before the talk was over."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """The carrier came back after a fault and asks what to do."""


@dataclass(frozen=True, slots=True)
class HungUp:
    """The caller put the phone down."""


Event = (
    Answered
    | KeysPressed
    | Silence
    | Heard
    | NotUnderstood
    | SpeechFailed
    | StillWaiting
    | AgentReady
    | TalkEnded
    | AgentLost
    | Resumed
    | HungUp
)
