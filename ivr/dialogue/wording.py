"""Every limit of ivr_limits.csv that can be checked on words, menus and timing, as a check.

``CHECKS`` has one function per limit; ``NOT_ON_TEXT`` says of all others why they are not here.
Texts are measured with the longest values they are likely to be filled with.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from ivr.dialogue import menu_limits
from ivr.dialogue.problems import Problem
from ivr.dialogue.prompts import Prompt, speak
from ivr.dialogue.table import Menu
from ivr.dialogue.timing import speech_seconds
from ivr.dialogue.values import BargeIn, Pace, Speak
from ivr.dialogue.words import characters

SAMPLES: Final[dict[str, object]] = {
    "分钟": 28,
    "位": 12,
    "方言": "四川话",
    "工号": "1024",
    "姓": "王",
    "尾号": "0018",
    "受理号": "20261122",
    "时间": "今天下午三点前",
    "来意": "查保单、办业务",
}
_KEY = re.compile(r"请按(\d)")
_DAYS = re.compile(r"(\d+)天")
# "整条语速 … 20 字以上的文案才测"
_LONG_ENOUGH = 20
Check = Callable[[Menu], Iterator[Problem]]


def sample(menu: Menu, prompt: Prompt, pace: Pace = Pace.NORMAL) -> Speak:
    """*prompt* filled with sample values."""
    return speak(menu.prompts, prompt.id, SAMPLES, pace)


def announced_keys(prompt: Prompt) -> list[str]:
    """The keys that a prompt tells callers to press, in its order."""
    return _KEY.findall(prompt.text)


def spoken_prompts(menu: Menu) -> set[str]:
    """The prompts that the dialogue itself says somewhere."""
    return {say.prompt for node in menu.nodes.values() for say in node.says}


def check_limits(menu: Menu) -> list[Problem]:
    """Everything in words, menus and timing that breaks a limit."""
    checks = (*CHECKS.values(), menu_limits.check_announced_keys)
    return [problem for check in checks for problem in check(menu)]


def _broken(limit: str, prompt: Prompt, said: str) -> Problem:
    message = f"{prompt.id} ({prompt.where}): {said} ({limit})."
    return Problem("limit", prompt.id, message)


def _count(limit: str, unit: str, of: Callable[[Menu, Prompt], float | None]) -> Check:
    """A check that a figure of every prompt is inside *limit*; None: the limit does not apply."""

    def check(menu: Menu) -> Iterator[Problem]:
        for prompt in menu.prompts.values():
            value = of(menu, prompt)
            if value is not None and not menu.limits[limit].allows(round(value, 2)):
                bounds = menu.limits[limit]
                allowed = f"{bounds.minimum or 0:g} to {bounds.maximum:g} are allowed"
                yield _broken(limit, prompt, f"{value:.4g} {unit}; {allowed}")

    return check


def _chars(menu: Menu, prompt: Prompt) -> int:
    return sum(characters(clause.text) for clause in sample(menu, prompt).clauses)


def _seconds(menu: Menu, prompt: Prompt, pace: Pace = Pace.NORMAL) -> float:
    return speech_seconds(sample(menu, prompt, pace).clauses, pace)


def _rate(menu: Menu, prompt: Prompt, pace: Pace) -> float | None:
    chars = _chars(menu, prompt)
    return chars * 60 / _seconds(menu, prompt, pace) if chars >= _LONG_ENOUGH else None


def _slow_rate(menu: Menu, prompt: Prompt) -> float | None:
    # Only this dialogue has a slow gear; what people say themselves has not.
    return _rate(menu, prompt, Pace.SLOW) if prompt.id in spoken_prompts(menu) else None


def _pauses(kinds: tuple[str, ...]) -> Callable[[Menu, Prompt], float | None]:
    def worst(menu: Menu, prompt: Prompt) -> float | None:
        limit = menu.limits[kinds[0]]
        found = [
            menu.prompts.pauses[pace][phrase.pause]
            for pace in Pace
            for phrase in prompt.phrases
            if phrase.pause in kinds
        ]
        outside = [pause for pause in found if not limit.allows(pause)]
        return next(iter(outside or found), None)

    return worst


def _menu_choices(menu: Menu, prompt: Prompt) -> float | None:
    choices = [key for key in announced_keys(prompt) if key not in "09"]
    return len(choices) if prompt.is_menu else None


def _option_order(menu: Menu) -> Iterator[Problem]:
    for prompt in menu.prompts.values():
        for sentence in re.split(r"／／|／|。", prompt.text):
            if _KEY.search(sentence) and not re.match(r"[^，]+.*，请按\d", sentence):
                yield _broken("option_order", prompt, f"“{sentence}” must name the matter first")


def _key_sequence(menu: Menu) -> Iterator[Problem]:
    for prompt in menu.prompts.values():
        keys = [key for key in announced_keys(prompt) if key not in "09"]
        if prompt.is_menu and keys != [str(n) for n in range(1, len(keys) + 1)]:
            said = f"it announces {'、'.join(keys)}; keys run from 1 without gaps"
            yield _broken("key_sequence", prompt, said)


def _human_key(menu: Menu) -> Iterator[Problem]:
    for prompt in menu.prompts.values():
        if prompt.is_menu and "0" not in announced_keys(prompt):
            yield _broken("human_key", prompt, "it does not say that 0 is a person")


def _repeat_key(menu: Menu) -> Iterator[Problem]:
    for prompt in menu.prompts.values():
        if re.search(r"再听一遍，请按[^9]", prompt.text):
            yield _broken("repeat_key", prompt, "hearing it again is key 9")


def _bargein_dtmf(menu: Menu) -> Iterator[Problem]:
    for prompt in menu.prompts.values():
        if prompt.is_menu and prompt.barge_in not in (BargeIn.KEYS, BargeIn.KEYS_AND_SPEECH):
            yield _broken("bargein_dtmf", prompt, "keys must cut a menu short at any time")


def _bargein_speech(menu: Menu) -> Iterator[Problem]:
    for prompt in menu.prompts.values():
        notice = prompt.is_menu or prompt.kind.startswith("告知")
        if notice and prompt.barge_in is BargeIn.KEYS_AND_SPEECH:
            yield _broken("bargein_speech", prompt, "speech must not cut menus and notices short")


def _complaint_feedback(menu: Menu) -> Iterator[Problem]:
    for prompt in menu.prompts.values():
        for days in _DAYS.findall(prompt.text) if prompt.id.startswith("complaint.") else ():
            if not menu.limits["complaint_feedback"].allows(float(days)):
                yield _broken("complaint_feedback", prompt, f"it promises {days} days")


CHECKS: Final[dict[str, Check]] = {
    "menu_choices": _count("menu_choices", "choices", _menu_choices),
    "option_order": _option_order,
    "key_sequence": _key_sequence,
    "human_key": _human_key,
    "repeat_key": _repeat_key,
    "menu_chars": _count(
        "menu_chars", "characters", lambda menu, p: _chars(menu, p) if p.is_menu else None
    ),
    "prompt_chars": _count(
        "prompt_chars", "characters", lambda menu, p: None if p.is_menu else _chars(menu, p)
    ),
    "clause_chars": _count(
        "clause_chars",
        "characters in one breath",
        lambda menu, p: max(characters(c.text) for c in sample(menu, p).clauses),
    ),
    "menu_seconds": _count(
        "menu_seconds",
        "s",
        lambda menu, p: _seconds(menu, p, Pace.SLOW) if p.is_menu else None,
    ),
    "prompt_seconds": _count(
        "prompt_seconds", "s", lambda menu, p: None if p.is_menu else _seconds(menu, p)
    ),
    "rate_overall": _count(
        "rate_overall", "characters a minute", lambda menu, p: _rate(menu, p, Pace.NORMAL)
    ),
    "rate_overall_slow": _count("rate_overall_slow", "characters a minute", _slow_rate),
    "pause_option": _count("pause_option", "s", _pauses(("pause_option",))),
    "pause_clause": _count("pause_clause", "s", _pauses(("pause_clause",))),
    "pause_before_key": _count("pause_before_key", "s", _pauses(("pause_before_key",))),
    "bargein_dtmf": _bargein_dtmf,
    "bargein_speech": _bargein_speech,
    "complaint_feedback": _complaint_feedback,
    **menu_limits.CHECKS,
}

NOT_ON_TEXT: Final[dict[str, str]] = {
    "timeout_interdigit": "one key at a time is asked for, so there is no gap between two",
    "callback_offer_ewt": "the line offers no call-backs yet",
    "callback_offer_waited": "the line offers no call-backs yet",
    "answer_target": "a figure of service, measured on real calls by the metrics",
    "elder_age": "a setting of the callers room, not of the dialogue",
    "audio_level": "a property of recordings",
    "audio_band": "a property of recordings",
    "audio_rate": "a property of recordings",
    "audio_peak": "a property of recordings",
    "complaint_legal": "a deadline of the complaint's handling, spoken nowhere",
}
