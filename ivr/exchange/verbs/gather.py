"""<Gather>: collect keys or words while a prompt is played."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Final, Self
from xml.etree.ElementTree import Element

from ivr.exchange.faults import Fault
from ivr.exchange.media.sound import pause, play, say, warn, warn_all
from ivr.exchange.transcript import Kind
from ivr.exchange.twiml import Attributes
from ivr.exchange.verbs.script import Outcome, Script, Then

KEYS: Final = frozenset("0123456789*#ABCD")
CONFIDENCE: Final = "0.9"
AUTO_SPEECH_TIMEOUT_S: Final = 1
MOST_SPEECH_S: Final = 60

# The languages of Chinese that a Gather understands. They are not those that Say speaks: with
# zh-CN or zh-HK nothing is recognised, which has cost others days.
CHINESE: Final = frozenset({"zh", "cmn-Hans-CN", "cmn-Hant-TW", "zh-TW", "yue-Hant-HK"})


@dataclass(frozen=True, slots=True)
class Wishes:
    """The attributes of a <Gather>; times in seconds, num_digits 0 for any number."""

    keys: bool
    speech: bool
    timeout_s: int
    speech_timeout_s: int
    num_digits: int
    finish_on_key: str
    act_on_empty: bool
    understands: bool

    @classmethod
    def of(cls, attributes: Attributes) -> Self:
        """Read them; what is wrong is noted in *attributes*."""
        inputs = attributes.choice(
            "input", ("dtmf", "speech", "dtmf speech", "speech dtmf"), 13326
        ).split()
        timeout_s = attributes.whole("timeout", 5, 13313)
        finish = attributes.text("finishOnKey", "#")
        if len(finish) > 1 or (finish and finish not in KEYS):
            attributes.warnings.append(Fault(13310, finish))
            finish = "#"
        return cls(
            keys="dtmf" in inputs,
            speech="speech" in inputs,
            timeout_s=timeout_s,
            speech_timeout_s=_speech_timeout(attributes, timeout_s),
            num_digits=attributes.whole("numDigits", 0, 13314, least=1),
            finish_on_key=finish,
            act_on_empty=attributes.flag("actionOnEmptyResult", False, 13338),
            understands=_understands(attributes) if "speech" in inputs else False,
        )


@dataclass(slots=True)
class Collector:
    """Listens to keys and words; whichever comes first decides."""

    wishes: Wishes
    digits: str = ""
    finished_on: str = ""
    words: list[str] = field(default_factory=list)
    speaks_for_s: float = 0.0
    done: bool = False
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    def key(self, digit: str) -> bool:
        """A key; of no use when words came first, or when enough was pressed."""
        if not self.wishes.keys or self.words or self.done:
            return False
        if self.wishes.finish_on_key and digit == self.wishes.finish_on_key:
            self.finished_on, self.done = digit, True
        else:
            self.digits += digit
            self.done = len(self.digits) == self.wishes.num_digits
        self.moved.set()
        return True

    def talk(self, text: str, seconds: float, audio: bytes | None) -> None:
        """Words; of no use when keys came first."""
        if not self.wishes.speech or self.digits or self.done:
            return
        self.words.append(text)
        self.speaks_for_s = min(seconds, MOST_SPEECH_S)
        self.moved.set()

    @property
    def patience_s(self) -> float:
        """How long to wait for more."""
        if self.words:
            return self.speaks_for_s + self.wishes.speech_timeout_s
        return self.wishes.timeout_s

    def result(self) -> dict[str, str] | None:
        """What the action is told; None when there is nothing to tell."""
        if self.words and self.wishes.understands:
            return {"SpeechResult": " ".join(self.words), "Confidence": CONFIDENCE}
        if self.digits or self.wishes.act_on_empty:
            return {
                "Digits": self.digits,
                "FinishedOnKey": self.finished_on,
                "msg": "Gather End",
            }
        return None


async def gather(script: Script, element: Element) -> Outcome:
    """Play the nested prompts, collect, and go to the action if anything came."""
    call = script.call
    attributes = Attributes(element)
    wishes = Wishes.of(attributes)
    warn_all(call, attributes)
    collector = Collector(wishes)
    call.write(
        Kind.GATHER,
        element.get("input", "dtmf"),
        keys=wishes.keys,
        speech=wishes.speech,
        num_digits=wishes.num_digits or None,
        finish_on_key=wishes.finish_on_key,
        timeout_s=wishes.timeout_s,
    )
    call.collecting = {"keys": wishes.keys, "speech": wishes.speech}
    try:
        with call.busy("gather"), call.listening(collector):
            await _prompt(script, element, collector)
            while not collector.done:
                collector.moved.clear()
                if not await call.services.clock.wait(collector.moved, collector.patience_s):
                    break
    finally:
        call.collecting = None
    result = collector.result()
    if result is None:
        return Then.NEXT
    return script.action(element, result, is_gather=True)


async def _prompt(script: Script, element: Element, collector: Collector) -> None:
    """Play the prompts until they end or the person does something."""
    prompts = asyncio.create_task(_play_nested(script, element))
    moved = asyncio.create_task(collector.moved.wait())
    try:
        await asyncio.wait({prompts, moved}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        moved.cancel()
        if not prompts.done():
            prompts.cancel()
            await asyncio.wait({prompts})
    if not prompts.cancelled():
        prompts.result()


async def _play_nested(script: Script, element: Element) -> None:
    for child in element:
        match child.tag:
            case "Say":
                await say(script.call, child)
            case "Play":
                await play(script.call, child, script.base_url)
            case "Pause":
                await pause(script.call, child)
            case _:
                warn(script.call, Fault(13320, f"<{child.tag}>"))


def _speech_timeout(attributes: Attributes, timeout_s: int) -> int:
    value = attributes.text("speechTimeout")
    if value == "auto":
        if attributes.text("speechModel"):
            attributes.warnings.append(Fault(13335, attributes.text("speechModel")))
        return AUTO_SPEECH_TIMEOUT_S
    return attributes.whole("speechTimeout", timeout_s, 13327, least=1)


def _understands(attributes: Attributes) -> bool:
    language = attributes.text("language", "en-US")
    is_chinese = language.lower().startswith(("zh", "cmn", "yue"))
    if is_chinese and language not in CHINESE:
        attributes.warnings.append(Fault(13331, language))
        return False
    return True
