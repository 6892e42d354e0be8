"""What the agent hears just before the caller: who it is, what they want, how long they waited."""

from __future__ import annotations

from ivr.dialogue.prompts import speak
from ivr.dialogue.table import Menu
from ivr.dialogue.values import Segment, Speak, Topic


def whisper(menu: Menu, segment: Segment, topic: Topic | None, waited_s: float) -> Speak:
    """The words for the agent's ear only; nothing private is in them.

    Full minutes are said, and no minutes at all under one.
    """
    kind = "elder" if segment is Segment.ELDER else "standard"
    minutes = int(waited_s // 60)
    prompt = f"whisper.{kind}" if minutes else f"whisper.{kind}.soon"
    matter = menu.topics[topic or Topic.HUMAN]
    return speak(menu.prompts, prompt, {"来意": matter, "分钟": minutes})
