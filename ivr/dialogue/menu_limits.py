"""The limits that hold for the table and its timing rather than for single prompts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import pairwise
from typing import Final

from ivr.dialogue.events import KEYS, Silence, StillWaiting
from ivr.dialogue.graph import NOW
from ivr.dialogue.machine import Turn, start, step
from ivr.dialogue.problems import Problem
from ivr.dialogue.table import Counted, Go, Menu, Node, Rules, outcome_of, targets
from ivr.dialogue.timing import articulation, turn_seconds
from ivr.dialogue.values import Caller, Pace, Segment, Speak, WaitFacts

Check = Callable[[Menu], Iterator[Problem]]
_WATCHED_S = 600.0


def _wrong(limit: str, node: str, said: str) -> Problem:
    return Problem("limit", node, f"{node}: {said} ({limit}).", (node,))


def _says_menu(menu: Menu, node: Node) -> bool:
    return any(menu.prompts[say.prompt].is_menu for say in node.says)


def _menu_depth(menu: Menu) -> Iterator[Problem]:
    """A business key of a menu leads to a person, not to another menu."""
    for node in menu.nodes.values():
        if node.place != "before" or not _says_menu(menu, node):
            continue
        for key in "1234":
            outcome = outcome_of(node.events, key)
            for _, target in targets(outcome, node.events) if outcome else ():
                there = menu.nodes.get(target or node.name)
                if there is None or (_says_menu(menu, there) and there.question != node.question):
                    yield _wrong("menu_depth", node.name, f"{key} leads to another menu")


def check_announced_keys(menu: Menu) -> Iterator[Problem]:
    """A key that the words announce does something of its own."""
    for node in menu.nodes.values():
        for say in node.says:
            text = menu.prompts[say.prompt].text
            for key in KEYS:
                if f"请按{key}" in text and key not in node.events:
                    said = f"{say.prompt} announces {key}, and nothing of its own follows on it"
                    yield Problem("unheard key", node.name, f"{node.name}: {said}.", (node.name,))


def _waits(limit: str, applies: Callable[[Menu, Node], bool], menu: Menu) -> Iterator[Problem]:
    bounds = menu.limits[limit]
    for node in menu.nodes.values():
        if not applies(menu, node) or node.wait_s is None or bounds.allows(node.wait_s):
            continue
        said = f"it waits {node.wait_s:g} s; {bounds.minimum:g} to {bounds.maximum:g} are allowed"
        yield _wrong(limit, node.name, said)


def _first_wait(menu: Menu, node: Node) -> bool:
    keys_only = node.place == "before" and node.speech is None
    return keys_only and not _retry_wait(menu, node) and (not node.says or _says_menu(menu, node))


def _retry_wait(menu: Menu, node: Node) -> bool:
    after_a_wrong_key = any(
        menu.prompts[say.prompt].kind.startswith("提示（第一次按错") for say in node.says
    )
    return node.place == "before" and node.speech is None and after_a_wrong_key


def _noinput_wait(menu: Menu, node: Node) -> bool:
    keys_only = node.place == "before" and node.speech is None
    return keys_only and bool(node.says) and not _says_menu(menu, node)


def _speech_wait(menu: Menu, node: Node) -> bool:
    return node.place == "before" and node.speech is not None


def _speech_turns(limit: str, value: str, menu: Menu) -> Iterator[Problem]:
    for node in menu.nodes.values():
        if node.speech and not menu.limits[limit].allows(getattr(node.speech, value)):
            yield _wrong(limit, node.name, f"{value} is {getattr(node.speech, value):g}")


def _max_failures(menu: Menu) -> Iterator[Problem]:
    """A question that counts failures leads to a person, or away, when they are enough."""
    bounds = menu.limits["max_failures"]
    for node in menu.nodes.values():
        for outcome in node.events.values():
            match outcome:
                case Counted("failure" | "asked", steps) if not bounds.allows(len(steps)):
                    said = f"{len(steps)} failures until it goes on"
                    yield _wrong("max_failures", node.name, said)


def _confirm_only(menu: Menu) -> Iterator[Problem]:
    """Choosing from a menu is never asked back: the key itself gives the place."""
    for node in menu.nodes.values():
        if node.place != "before" or not _says_menu(menu, node):
            continue
        for key in "1234":
            match outcome_of(node.events, key):
                case Go(target) if menu.nodes[target].place == "line":
                    continue
                case Go() | Counted() | Rules():
                    said = f"{key} does not lead straight to the line"
                    yield _wrong("confirm_only", node.name, said)


def _working_value(limit: str, menu: Menu) -> Iterator[Problem]:
    """The value that the machine works with is inside its own limit."""
    bounds = menu.limits[limit]
    if bounds.default is None or not bounds.allows(bounds.default):
        yield Problem("limit", limit, f"The working value {bounds.default_text} breaks {limit}.")


def _articulation(menu: Menu) -> Iterator[Problem]:
    for pace in Pace:
        rate = articulation(pace, menu.limits)
        if not menu.limits["rate_articulation"].allows(rate):
            yield Problem("limit", pace, f"The {pace} pace is {rate:.0f} (rate_articulation).")


def _response(menu: Menu) -> Iterator[Problem]:
    """Our own silence after a key, together with the network's, is inside the limit."""
    limit, after_key_s = menu.limits["response_latency"], menu.limits("after_key_silence")
    total = (limit.default or 0.0) + after_key_s
    if not limit.allows(total):
        yield Problem("limit", "", f"{total:.2f} s pass before an answer (response_latency).")


def _never_hangup(menu: Menu) -> Iterator[Problem]:
    """We hang up only in the end, after words of goodbye."""
    for node in menu.nodes.values():
        if node.hangs_up and node.place != "end":
            yield _wrong("never_hangup", node.name, "it hangs up outside the end of the call")
    for node in menu.nodes.values():
        for event in ("speech_failed", "agent_lost", "resumed", "unclear", "wrong"):
            outcome = node.events.get(event)
            if node.place in ("end", "after") or outcome is None:
                continue
            for _, target in targets(outcome, node.events):
                if target and menu.nodes[target].hangs_up:
                    yield _wrong("never_hangup", node.name, f"on {event} we hang up")


def watched_wait(menu: Menu, facts: WaitFacts) -> list[tuple[float, str]]:
    """What a caller hears who waits ten minutes: (seconds since the line, prompt)."""
    turn = start(menu, Caller(Segment.ELDER), NOW)
    at_s = 0.0
    while not turn.state.in_line and at_s < _WATCHED_S:
        at_s += turn_seconds(turn.instructions) + menu.limits("response_latency")
        turn = step(menu, turn.state, Silence(), NOW + timedelta(seconds=at_s))
    heard: list[tuple[float, str]] = []
    words_end_s = turn_seconds(i for i in turn.instructions if isinstance(i, Speak))
    waited_s = 0.0
    while waited_s < _WATCHED_S and turn.state.in_line:
        took_s = turn_seconds(turn.instructions) + menu.limits("response_latency")
        at_s, waited_s = at_s + took_s, waited_s + took_s
        wait = replace(facts, waited_s=waited_s)
        turn = step(menu, turn.state, StillWaiting(wait), NOW + timedelta(seconds=at_s))
        heard += [(waited_s - words_end_s, prompt) for prompt in _said(turn)]
    return heard


def _said(turn: Turn) -> list[str]:
    return [i.prompt for i in turn.instructions if isinstance(i, Speak)]


def _queue_first(menu: Menu) -> Iterator[Problem]:
    heard = watched_wait(menu, WaitFacts(3, 170.0))
    first_s = next((at_s for at_s, prompt in heard if prompt == "queue.position"), _WATCHED_S)
    if not menu.limits["queue_first_update"].allows(round(first_s, 2)):
        said = f"the position is told {first_s:.1f} s after the handover's words"
        yield _wrong("queue_first_update", "line", said)


def _queue_every(limit: str, prompts: tuple[str, ...], menu: Menu) -> Iterator[Problem]:
    times = [at for at, prompt in watched_wait(menu, WaitFacts(3, 170.0)) if prompt in prompts]
    if len(times) < 2:
        yield _wrong(limit, "line", "it is never said again")
    for before, after in pairwise(times):
        if not menu.limits[limit].allows(round(after - before, 1)):
            said = f"{' or '.join(prompts)} comes {after - before:.1f} s after the last one"
            yield _wrong(limit, "line", said)
            return


CHECKS: Final[dict[str, Check]] = {
    "menu_depth": _menu_depth,
    "rate_articulation": _articulation,
    "lead_silence": partial(_working_value, "lead_silence"),
    "after_key_silence": partial(_working_value, "after_key_silence"),
    "response_latency": _response,
    "timeout_dtmf_first": partial(_waits, "timeout_dtmf_first", _first_wait),
    "timeout_dtmf_retry": partial(_waits, "timeout_dtmf_retry", _retry_wait),
    "timeout_after_noinput": partial(_waits, "timeout_after_noinput", _noinput_wait),
    "timeout_speech_start": partial(_waits, "timeout_speech_start", _speech_wait),
    "speech_end_silence": partial(_speech_turns, "speech_end_silence", "end_silence_s"),
    "speech_max": partial(_speech_turns, "speech_max", "max_s"),
    "dtmf_repeat_ignore": partial(_working_value, "dtmf_repeat_ignore"),
    "dtmf_guard": partial(_working_value, "dtmf_guard"),
    "max_failures": _max_failures,
    "never_hangup": _never_hangup,
    "confirm_only": _confirm_only,
    "queue_first_update": _queue_first,
    "queue_update": partial(_queue_every, "queue_update", ("queue.position", "queue.update")),
    "queue_comfort": partial(_queue_every, "queue_comfort", ("queue.comfort",)),
    "time_to_human_max": partial(_working_value, "time_to_human_max"),
}
