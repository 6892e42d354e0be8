"""What callers hear when the house cannot think: a voice, music, and another try.

Needs neither the database nor the flows, so it serves the process that stands in for them.
"""

from __future__ import annotations

from dataclasses import dataclass

from ivr.dialogue import Prompts, speak
from ivr.telephony.twiml import Renderer

MUSIC_S = 8
ROOM_MUSIC_S = 28


@dataclass(frozen=True, slots=True)
class Holding:
    """Holding answers in the house's voice."""

    twiml: Renderer
    prompts: Prompts

    def to_caller(self) -> str:
        """Say that it takes a little longer, play music, and come back."""
        words = speak(self.prompts, "degraded.data")
        return self.twiml.tell_and_go_on([words], self.twiml.to.resume, music_s=MUSIC_S)

    def to_agent(self, url: str) -> str:
        """An agent's phone asks again at *url* in a moment; the caller hears music meanwhile."""
        return self.twiml.tell_and_go_on((), url, pause_s=1)

    def outage(self) -> str:
        """The number is noted down; whoever stays on the line is not sent away."""
        words = speak(self.prompts, "degraded.outage")
        return self.twiml.tell_and_go_on([words], self.twiml.to.resume, music_s=MUSIC_S)

    def in_room(self) -> str:
        """Alone in the room: somebody is coming."""
        words = speak(self.prompts, "queue.next")
        return self.twiml.tell_and_go_on([words], self.twiml.to.hold, music_s=ROOM_MUSIC_S)
