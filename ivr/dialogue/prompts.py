"""The prompts: one Markdown file per language, read into clauses that are ready to speak.

The format is described at the head of ``data/prompts.zh-CN.md``: a heading with the id, a line
of conditions of play, and the words behind ``>``. Our own additions are in
``data/prompts.added.zh-CN.md`` in the same format.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from ivr.dialogue.errors import (
    DialogueFileRefused,
    FileFault,
    PromptUnknown,
    PromptValueMissing,
)
from ivr.dialogue.limits import DATA, Limits, load_limits
from ivr.dialogue.values import BargeIn, Clause, Pace, Speak
from ivr.dialogue.words import digit_groups, spoken_count, spoken_figures
from ivr.errors import Place

SHARED, ADDED = DATA / "prompts.zh-CN.md", DATA / "prompts.added.zh-CN.md"
# The hotline as it says its own name.
HOTLINE = "95519"
# "每三四位停 0.5 秒", from the head of the prompt file.
DIGIT_PAUSE_S = 0.5

VALUES = ("热线", "分钟", "位", "方言", "工号", "姓", "尾号", "受理号", "时间", "来意")
_COUNTED = {"分钟", "位"}
_DIALLED = {"工号", "尾号", "受理号"}

_BARGE_IN = {
    "按键": BargeIn.KEYS,
    "按键+说话": BargeIn.KEYS_AND_SPEECH,
    "仅零": BargeIn.ZERO_ONLY,
    "不适用": BargeIn.NONE,
}
_HEADING = re.compile(r"### +(\S+)$")
_CONDITIONS = re.compile(r"类型：(.+?) ｜ 打断：(.+?) ｜ 之后：(.+)$")
_CLAUSE = re.compile(r"([^，。？！；／]+[，。？！；]*)(／／|／)?")
_VALUE = re.compile(r"\{([^}]*)\}")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A clause with its gaps still open: words and names of values in turn."""

    words: tuple[str, ...]
    pause: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt as the file has it; ``line`` is its heading's.

    ``kind`` is the file's 类型 with its remark, ``after`` its 之后; ``values`` are the names of
    the values it needs, without the hotline's own name.
    """

    id: str
    kind: str
    barge_in: BargeIn
    after: str
    text: str
    phrases: tuple[Phrase, ...]
    values: tuple[str, ...]
    where: Place

    @property
    def is_menu(self) -> bool:
        return self.kind.startswith("菜单")


class Prompts(Mapping[str, Prompt]):
    """All prompts by id, with everything that needs no values ready to speak."""

    def __init__(self, prompts: dict[str, Prompt], limits: Limits, hotline: str) -> None:
        self._prompts = prompts
        self.limits = limits
        self.hotline = hotline
        self.pauses = _pauses(limits)
        self._ready = {
            (prompt.id, pace): _clauses(prompt, {"热线": hotline}, self.pauses[pace])
            for prompt in prompts.values()
            for pace in Pace
            if not prompt.values
        }

    # A menu is cached by the prompts it speaks: the same object, not equal texts.
    __hash__ = object.__hash__
    __eq__ = object.__eq__

    def __getitem__(self, key: str) -> Prompt:
        try:
            return self._prompts[key]
        except KeyError:
            raise PromptUnknown(key) from None

    def __contains__(self, key: object) -> bool:
        return key in self._prompts

    def __iter__(self) -> Iterator[str]:
        return iter(self._prompts)

    def __len__(self) -> int:
        return len(self._prompts)

    def clauses(
        self, key: str, values: Mapping[str, object], pace: Pace, leave_out: bool = False
    ) -> tuple[Clause, ...]:
        """The words of prompt *key*, its gaps filled; the last clause has no pause after it.

        Args:
            leave_out: say the rest where a value is missing, in place of raising.
        """
        ready = self._ready.get((key, pace))
        if ready is not None:
            return ready
        prompt = self[key]
        known = {name: values[name] for name in prompt.values if values.get(name) is not None}
        missing = [name for name in prompt.values if name not in known]
        if missing and not leave_out:
            raise PromptValueMissing(key, missing[0])
        return _clauses(prompt, {"热线": self.hotline, **known}, self.pauses[pace])


def speak(
    prompts: Prompts,
    prompt: str,
    values: Mapping[str, object] | None = None,
    pace: Pace = Pace.NORMAL,
    louder: bool = False,
) -> Speak:
    """The instruction to say *prompt*, with *values* by their names in the file.

    Counts (分钟, 位) are whole numbers, dialled numbers (工号, 尾号, 受理号) are strings of
    digits, everything else is text.

    >>> speak(load_prompts(), "queue.position", {"位": 2, "分钟": 12}).text
    '您前面还有两位。大约要等十二分钟。您优先，请别挂机。'

    Raises:
        PromptUnknown: there is no such prompt.
        PromptValueMissing: a value for a gap is missing.
    """
    clauses = prompts.clauses(prompt, values or {}, pace)
    return Speak(prompt, clauses, pace, louder, prompts[prompt].barge_in)


def load_prompts(path: Path | None = None, hotline: str = HOTLINE) -> Prompts:
    """The prompts of *path* (or the packaged file) together with our own additions.

    A prompt that *path* has is taken from there even where we have one of the same name.

    Raises:
        DialogueFileRefused: something in the file is not as its head describes it.
    """
    return _packaged(hotline) if path is None else _load(path, hotline)


@cache
def _packaged(hotline: str) -> Prompts:
    return _load(SHARED, hotline)


def _load(path: Path, hotline: str) -> Prompts:
    faults: list[FileFault] = []
    prompts = {prompt.id: prompt for prompt in _read(ADDED, faults)}
    seen: set[str] = set()
    for prompt in _read(path, faults):
        if prompt.id in seen:
            faults.append(
                FileFault(
                    "duplicate prompt",
                    prompt.where,
                    f"Prompt {prompt.id} is there twice.",
                    "Remove one of them.",
                )
            )
        seen.add(prompt.id)
        prompts[prompt.id] = prompt
    if faults:
        raise DialogueFileRefused(faults)
    return Prompts(prompts, load_limits(), hotline)


def _read(path: Path, faults: list[FileFault]) -> Iterator[Prompt]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        what = f"It cannot be read ({error.__class__.__name__})."
        where = Place(path.name, 1)
        raise DialogueFileRefused(
            [FileFault("prompt file", where, what, "Check the name, and save it as UTF-8.")]
        ) from None
    heads = [n for n, line in enumerate(lines) if _HEADING.match(line)]
    for start, end in pairwise([*heads, len(lines)]):
        prompt = _section(path.name, start, lines[start:end], faults)
        if prompt:
            yield prompt
    if not heads:
        remedy = "Begin each prompt with a line like `### elder.menu`."
        faults.append(FileFault("prompt file", Place(path.name, 1), "It has no prompts.", remedy))


def _section(file: str, start: int, lines: list[str], faults: list[FileFault]) -> Prompt | None:
    heading = _HEADING.match(lines[0])
    assert heading, "sections begin at their headings"
    key, where = heading[1], Place(file, start + 1)
    conditions = _CONDITIONS.match(lines[1]) if len(lines) > 1 else None
    barge_in = _BARGE_IN.get(conditions[2]) if conditions else None
    text = "".join(line[2:].strip() for line in lines if line.startswith("> "))
    unknown = [name for name in _VALUE.findall(text) if name not in VALUES]
    fault: tuple[str, str] | None = None
    if not conditions:
        fault = (
            f"The line after the heading of {key} does not give its conditions.",
            "Write `类型：… ｜ 打断：… ｜ 之后：…`.",
        )
    elif barge_in is None:
        fault = (f"打断：{conditions[2]} of {key} is unknown.", f"Use {'、'.join(_BARGE_IN)}.")
    elif not text:
        fault = (f"{key} says nothing.", "Write its words behind `> `.")
    elif unknown:
        fault = (f"{key} has the unknown value {{{unknown[0]}}}.", f"Use {'、'.join(VALUES)}.")
    if fault or not conditions or barge_in is None:
        faults.append(FileFault("prompt file", where, *(fault or ("", ""))))
        return None
    values = tuple(name for name in _VALUE.findall(text) if name != "热线")
    return Prompt(key, conditions[1], barge_in, conditions[3], text, _phrases(text), values, where)


def _phrases(text: str) -> tuple[Phrase, ...]:
    """The text cut at its pauses. A comma before "请按" is the pause between matter and key."""
    found = list(_CLAUSE.finditer(text))
    phrases = []
    for match, following in zip(found, [*found[1:], None], strict=True):
        words = match[1]
        if match[2] == "／／":
            pause = "pause_option"
        elif words.endswith("，") and following and following[1].startswith("请按"):
            pause = "pause_before_key"
        else:
            pause = "pause_clause"
        phrases.append(Phrase(tuple(_VALUE.split(words)), pause if following else ""))
    return tuple(phrases)


def _pauses(limits: Limits) -> dict[Pace, dict[str, float]]:
    """Seconds of each kind of pause; at the slow pace pauses stretch as the words do."""
    stretch = limits("rate_overall") / limits("rate_overall_slow")
    kinds = ("pause_option", "pause_clause", "pause_before_key")
    return {
        Pace.NORMAL: {"": 0.0} | {kind: limits(kind) for kind in kinds},
        Pace.SLOW: {"": 0.0} | {kind: round(limits(kind) * stretch, 2) for kind in kinds},
    }


def _clauses(
    prompt: Prompt, values: Mapping[str, object], pauses: Mapping[str, float]
) -> tuple[Clause, ...]:
    clauses: list[Clause] = []
    for phrase in prompt.phrases:
        if any(name not in values for name in phrase.words[1::2]):
            continue
        spoken = ""
        for at, words in enumerate(phrase.words):
            if at % 2 == 0:  # re.split with a group gives words and names in turn
                spoken += spoken_figures(words)
                continue
            *groups, last = _value(words, values[words])
            for group in groups:
                clauses.append(Clause(spoken + group, DIGIT_PAUSE_S))
                spoken = ""
            spoken += last
        clauses.append(Clause(spoken, pauses[phrase.pause]))
    return tuple(clauses)


def _value(name: str, value: object) -> list[str]:
    """The value as it is spoken, in the groups between which the voice rests."""
    if name in _COUNTED:
        return [spoken_count(int(str(value)))]
    if name in _DIALLED:
        return digit_groups(str(value))
    return [spoken_figures(str(value))]
