"""Instructions of the dialogue as TwiML. The only place that writes it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from twilio.twiml.voice_response import Conference, Dial, Gather, Say, VoiceResponse

from ivr.config import Settings
from ivr.dialogue import HangUp, Instruction, Listen, Meet, Music, Speak, prosody_percent
from ivr.telephony.addresses import Addresses

LOUD: Final = "+6dB"
NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# Most callers hear the same few answers: written once, each costs a look-up instead of a third
# of the webhook. An answer has two or three thousand characters.
MOST_REMEMBERED: Final = 1024

# The first participant fixes address and events for everybody, so every leg sends the same.
CONFERENCE_EVENTS: Final = "start end join leave mute hold modify"


@dataclass(frozen=True, slots=True)
class Manner:
    """How we speak, and in what language the carrier listens.

    Attributes:
        rate: per cent of the voice's own rate at which it reaches 165 to 215 characters a
            minute (rate_articulation in ivr_limits.csv); the slow pace follows from it.
    """

    voice: str
    language: str
    rate: int
    recognition_language: str

    @property
    def is_told_by_marks(self) -> bool:
        """Whether the voice obeys marks for rate, volume and pauses (SSML).

        The carrier documents it for Amazon's voices, the generative ones excepted; another
        voice may read the marks aloud or say nothing at all, so it gets plain words.
        """
        return self.voice.startswith("Polly.") and not self.voice.endswith("-Generative")


@dataclass(frozen=True, slots=True)
class Renderer:
    """Writes TwiML for one installation."""

    to: Addresses
    manner: Manner

    def answer(self, instructions: Sequence[Instruction], turn: int, room: str) -> str:
        """The whole answer number *turn* to a caller's webhook.

        What is said before a ``Listen`` goes inside its ``<Gather>``, so that no key is lost.
        """
        # The room's name is each call's own, and only those who meet are told it.
        meets = any(isinstance(instruction, Meet) for instruction in instructions)
        return _written(self, tuple(instructions), turn, room if meets else "")

    def write(self, instructions: Sequence[Instruction], turn: int, room: str) -> str:
        """The same, written afresh."""
        response = VoiceResponse()
        before: list[Speak | Music] = []
        for instruction in instructions:
            match instruction:
                case Speak() | Music():
                    before.append(instruction)
                case Listen():
                    response.append(self._gather(instruction, before, turn))
                    # An empty result is reported as well, so this is never reached unless
                    # the carrier slips; then the caller is led on all the same.
                    response.redirect(self.to.resume, method="POST")
                    before = []
                case Meet():
                    self._say(response, before)
                    response.append(self._meet(room, "caller"))
                    before = []
                case HangUp():
                    self._say(response, before)
                    response.hangup()
                    before = []
        self._say(response, before)
        return str(response)

    def _gather(self, listen: Listen, before: Iterable[Speak | Music], turn: int) -> Gather:
        gather = Gather(
            input="dtmf" if listen.speech is None else "dtmf speech",
            num_digits=1,
            # The empty string makes # an ordinary key: it must not end anything.
            finish_on_key="",
            timeout=max(1, round(listen.wait_s)),
            action_on_empty_result=True,
            action=self.to.turn(turn),
            method="POST",
        )
        if listen.speech is not None:
            gather.attrs["language"] = self.manner.recognition_language
            gather.attrs["speechTimeout"] = str(max(1, round(listen.speech.end_silence_s)))
        self._say(gather, before)
        return gather

    def _say(self, parent: VoiceResponse | Gather, parts: Iterable[Speak | Music]) -> None:
        for part in parts:
            match part:
                case Music(seconds):
                    parent.play(self.to.music(seconds))
                case Speak():
                    parent.append(self.speech(part))

    def speech(self, words: Speak) -> Say:
        """One prompt, slowly, with its pauses."""
        say = Say(voice=self.manner.voice, language=self.manner.language)
        if not self.manner.is_told_by_marks:
            say.append(_legible(words.text))
            return say
        rate = f"{round(self.manner.rate * prosody_percent(words.pace) / 100)}%"
        for clause in words.clauses:
            if clause.text:
                volume = {"volume": LOUD} if words.louder else {}
                say.prosody(_legible(clause.text), rate=rate, **volume)
            if clause.pause_after_s > 0:
                say.break_(time=f"{round(clause.pause_after_s * 1000)}ms")
        return say

    def _meet(self, room: str, label: str) -> Dial:
        is_caller = label == "caller"
        dial = Dial(action=self.to.after_talk, method="POST")
        dial.append(
            Conference(
                room,
                participant_label=label,
                start_conference_on_enter=not is_caller,
                end_conference_on_exit=is_caller,
                beep="false",
                wait_url=self.to.hold if is_caller else "",
                wait_method="POST",
                status_callback=self.to.conference,
                status_callback_method="POST",
                status_callback_event=CONFERENCE_EVENTS,
            )
        )
        return dial

    def meet(self, room: str) -> str:
        """Lead the caller into their conference."""
        response = VoiceResponse()
        response.append(self._meet(room, "caller"))
        return str(response)

    def whisper(self, words: Speak, room: str, offer_id: int) -> str:
        """Tell the agent, and only the agent, who is there; then let them meet."""
        response = VoiceResponse()
        response.append(self.speech(words))
        dial = self._meet(room, f"agent-{offer_id}")
        dial.attrs["action"] = self.to.agent_after(offer_id)
        response.append(dial)
        return str(response)

    def tell_and_hang_up(self, words: Speak) -> str:
        """For an agent's phone that has nobody to talk to."""
        response = VoiceResponse()
        response.append(self.speech(words))
        response.hangup()
        return str(response)

    def hang_up(self) -> str:
        """End a leg that has done its work."""
        response = VoiceResponse()
        response.hangup()
        return str(response)

    def tell_and_go_on(
        self, words: Sequence[Speak], url: str, music_s: int = 0, pause_s: int = 0
    ) -> str:
        """Speak, play, wait, and ask again at *url*: the shape of every holding answer."""
        response = VoiceResponse()
        for part in words:
            response.append(self.speech(part))
        if music_s:
            response.play(self.to.music(music_s))
        if pause_s:
            response.pause(length=pause_s)
        response.redirect(url, method="POST")
        return str(response)

    def nothing(self) -> str:
        """An answer to a report that asks for no answer."""
        return str(VoiceResponse())


def _legible(text: str) -> str:
    """Without what XML cannot hold, such as a control character from somebody's editor."""
    return NOT_XML.sub("", text)


@lru_cache(maxsize=MOST_REMEMBERED)
def _written(by: Renderer, instructions: tuple[Instruction, ...], turn: int, room: str) -> str:
    return by.write(instructions, turn, room)


def renderer(settings: Settings, *, sounds_at: str = "") -> Renderer:
    """What writes TwiML for this installation; needs no database.

    Args:
        sounds_at: where music is fetched from, if not from the hotline itself.
    """
    manner = Manner(
        settings.voice,
        settings.voice_language,
        settings.voice_rate,
        settings.recognition_language,
    )
    base = settings.public_base_url
    return Renderer(Addresses(base, sounds_at or base), manner)
