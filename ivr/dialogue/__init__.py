"""What we say and ask next: events in, instructions out. Pure, and driven by a table.

``load_menu`` reads the table, ``start`` and ``step`` run it, ``State`` is what a call remembers.
"""

from __future__ import annotations

from ivr.dialogue.errors import DialogueFileRefused, PromptUnknown, StateUnreadable
from ivr.dialogue.events import (
    AgentLost,
    AgentReady,
    Answered,
    Event,
    Heard,
    HungUp,
    Intent,
    KeysPressed,
    NotUnderstood,
    Resumed,
    Silence,
    SpeechFailed,
    StillWaiting,
    TalkEnded,
)
from ivr.dialogue.limits import Limit, Limits, load_limits
from ivr.dialogue.machine import Turn, start, step
from ivr.dialogue.prompts import Prompt, Prompts, load_prompts, speak
from ivr.dialogue.reading import load_menu
from ivr.dialogue.state import State, owe_receipt
from ivr.dialogue.table import Menu
from ivr.dialogue.timing import prosody_percent, speech_seconds, turn_seconds
from ivr.dialogue.values import (
    BargeIn,
    BookCallBack,
    Caller,
    ChangeTopic,
    Clause,
    Effect,
    EnterLine,
    FileComplaint,
    HangUp,
    Instruction,
    KeepRemark,
    Listen,
    Meet,
    Music,
    Pace,
    RecordSurvey,
    ReturnToLine,
    Segment,
    Speak,
    SpeechTurn,
    Topic,
    WaitFacts,
)
from ivr.dialogue.whisper import whisper

__all__ = [
    "AgentLost",
    "AgentReady",
    "Answered",
    "BargeIn",
    "BookCallBack",
    "Caller",
    "ChangeTopic",
    "Clause",
    "DialogueFileRefused",
    "Effect",
    "EnterLine",
    "Event",
    "FileComplaint",
    "HangUp",
    "Heard",
    "HungUp",
    "Instruction",
    "Intent",
    "KeepRemark",
    "KeysPressed",
    "Limit",
    "Limits",
    "Listen",
    "Meet",
    "Menu",
    "Music",
    "NotUnderstood",
    "Pace",
    "Prompt",
    "PromptUnknown",
    "Prompts",
    "RecordSurvey",
    "Resumed",
    "ReturnToLine",
    "Segment",
    "Silence",
    "Speak",
    "SpeechFailed",
    "SpeechTurn",
    "State",
    "StateUnreadable",
    "StillWaiting",
    "TalkEnded",
    "Topic",
    "Turn",
    "WaitFacts",
    "load_limits",
    "load_menu",
    "load_prompts",
    "owe_receipt",
    "prosody_percent",
    "speak",
    "speech_seconds",
    "start",
    "step",
    "turn_seconds",
    "whisper",
]
