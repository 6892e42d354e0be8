"""The time-to-human certificate: given to the packaged menu, refused to broken ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.dialogue import load_limits, load_menu
from ivr.dialogue.certificate import Certificate, certify, certify_files
from ivr.dialogue.prompts import SHARED
from tests.dialogue.call import Call
from tests.dialogue.mutation import mutated


@pytest.fixture(scope="module")
def packaged() -> Certificate:
    return certify(load_menu())


def test_the_packaged_menu_is_certified(packaged):
    assert packaged.problems == ()
    assert packaged.certified
    assert packaged.unreachable == ()


def test_who_does_nothing_is_in_the_line_within_80_s_by_night_and_after_about_72_s_by_day(packaged):
    limit = load_limits()["time_to_human_max"]
    worst = packaged.worst
    assert worst.presses == 0
    assert limit.allows(worst.seconds)
    assert worst.path == ["welcome.elder", "elder.menu.noinput", "menu.fallback"]
    day = next(c for c in packaged.worst_by_caller if c.caller.startswith("elder, keys only, day"))
    # The place is given when the second wait is over; the words that say so end later. The
    # figure of the limits file (72 s) lies between.
    assert day.seconds < limit.default < day.words_end_s
    assert day.seconds == pytest.approx(limit.default, abs=5)
    assert day.words_end_s == pytest.approx(limit.default, abs=5)


def test_the_certified_time_is_what_a_call_takes(packaged):
    call = Call(night=True)
    began_at = call.now
    call.is_silent().is_silent()
    assert call.state.in_line
    assert (call.now - began_at).total_seconds() == pytest.approx(packaged.worst.seconds, abs=0.01)


def test_every_kind_of_caller_has_a_worst_case(packaged):
    assert len(packaged.worst_by_caller) == packaged.callers == 24
    assert len({case.caller for case in packaged.worst_by_caller}) == 24
    assert max(case.seconds for case in packaged.worst_by_caller) == packaged.worst.seconds


def test_the_slowest_of_all_is_found_and_within_its_own_limits(packaged):
    assert packaged.worst.seconds < packaged.worst_any.seconds <= packaged.limit_any_s
    assert packaged.worst_any.presses <= packaged.most_presses <= packaged.limit_any_presses


def test_the_json_has_what_was_agreed(packaged):
    out = packaged.as_dict()
    assert out["certified"] is True
    assert out["problems"] == []
    assert out["worst"]["presses"] == 0
    assert out["worst"]["path"][0] == "welcome.elder"
    assert len(out["worst_by_caller"]) == 24


SILENCE = "      silence: {failure: [.noinput, menu.fallback]}\n"
# Reason, the node at fault, what is changed, nodes that must be on the named path in this order.
REFUSED = {
    "nothing follows on silence": ("dead end", "welcome.elder", [(SILENCE, "")], ["welcome.elder"]),
    "nine goes round": (
        "loop",
        "elder.menu.again",
        [("9: {again: [.again, .slowly, handover.0]}", "9: .again")],
        ["welcome.elder", "elder.menu.again", "elder.menu.again"],
    ),
    "two nodes lead to each other": (
        "loop",
        "elder.menu.noinput",
        [("silence: {failure: [.noinput, menu.fallback]}", "silence: .noinput")],
        ["welcome.elder", "elder.menu.noinput", "elder.menu.noinput"],
    ),
    "silence is answered with the same words": (
        "loop",
        "welcome.elder",
        [("silence: {failure: [.noinput, menu.fallback]}", "silence: same")],
        ["welcome.elder", "welcome.elder"],
    ),
    "0 is removed": (
        "no person at 0",
        "welcome.elder",
        [("      0: handover.0\n      heard: same", "      heard: same")],
        ["welcome.elder"],
    ),
    "0 says the menu": (
        "no person at 0",
        "welcome.elder",
        [
            (
                "      0: handover.0\n      heard",
                "      0: {failure: [.again, handover.0]}\n      heard",
            )
        ],
        ["welcome.elder", "elder.menu.again"],
    ),
    "the menu waits too long": (
        "too slow",
        "menu.fallback",
        [
            (
                "    wait: timeout_dtmf_first\n    events:\n      1: handover.1",
                "    wait: 14\n    events:\n      1: handover.1",
            )
        ],
        ["welcome.elder", "elder.menu.noinput", "menu.fallback"],
    ),
    "we hang up on silence": (
        "hang-up",
        "elder.menu.noinput",
        [("{failure: [.noinput, menu.fallback]}", "{failure: [.noinput, end]}")],
        ["welcome.elder", "elder.menu.noinput", "end"],
    ),
    "a wrong key is sent away with a goodbye": (
        "hang-up",
        "bye",
        [("wrong: {failure: [.invalid, menu.fallback]}", "wrong: {failure: [.invalid, bye]}")],
        ["welcome.elder", "elder.menu.invalid", "bye", "end"],
    ),
    "a node says nothing": (
        "silent",
        "elder.menu.noinput",
        [("say: [elder.menu.noinput1]", "say: []")],
        ["welcome.elder", "elder.menu.noinput"],
    ),
    "a node listens for nothing": (
        "dead end",
        "welcome.open",
        [("    wait: timeout_speech_start\n    speech: open\n", "    music: true\n")],
        ["welcome.open"],
    ),
    "an announced key is not listened for": (
        "unheard key",
        "elder.menu.noinput",
        [("      9: {again: [.again, .slowly, handover.0]}\n", "")],
        ["elder.menu.noinput"],
    ),
    "what is not understood is asked for ever": (
        "loop",
        "welcome.open",
        [("unclear: {asked: [.nomatch, open.fallback]}", "unclear: same")],
        ["welcome.open", "welcome.open"],
    ),
    "too many presses": (
        "too many presses",
        "handover.0",
        [("presses: 10", "presses: 5")],
        ["welcome.open", "handover.0"],
    ),
    "the slowest of all is too slow": (
        "too slow",
        "handover.0",
        [("seconds: 420", "seconds: 390")],
        ["welcome.open", "handover.0"],
    ),
    "a waiting caller hears nothing": (
        "silent",
        "line.music",
        [("line.music: {like: line, say: [], music: true}", "line.music: {like: line, say: []}")],
        ["line.music"],
    ),
    "a lost agent loses the caller": (
        "place lost",
        "handover.0",
        [("agent_lost: line.return", "agent_lost: bye")],
        ["bye"],
    ),
    "0 after the talk is no person": (
        "no person at 0",
        "survey.ask",
        [('      0: after.person\n      "*"', '      0: survey.thanks\n      "*"')],
        ["survey.ask", "survey.thanks"],
    ),
    "a number is read out that is not known": (
        "missing value",
        "callback.number",
        [
            ("        - {if: number_known, then: callback.number}\n", ""),
            ("        - {else: after.person}\n", "        - {else: callback.number}\n"),
        ],
        ["survey.ask", "survey.low", "callback.number"],
    ),
    "the survey goes round": (
        "loop",
        "survey.ask.again",
        [
            (
                "      wrong: {failure: [.again, survey.thanks]}\n      silence: bye",
                "      wrong: .again\n      silence: bye",
            )
        ],
        ["survey.ask", "survey.ask.again", "survey.ask.again"],
    ),
    "a prompt is misspelt": (
        "unknown prompt",
        "elder.menu.noinput",
        [("say: [elder.menu.noinput1]", "say: [elder.menu.noinput9]")],
        ["elder.menu.noinput"],
    ),
    "a target is misspelt": (
        "unknown target",
        "elder.menu",
        [("1: handover.1", "1: handover.7")],
        ["elder.menu"],
    ),
}


def in_order(wanted: list[str], path: tuple[str, ...]) -> bool:
    rest = iter(path)
    return all(node in rest for node in wanted)


@pytest.mark.parametrize("why", sorted(REFUSED))
def test_a_broken_menu_is_refused_for_the_right_reason_with_the_path(why: str, tmp_path: Path):
    kind, node, changes, way = REFUSED[why]
    certificate = certify_files(mutated(tmp_path, *changes))
    assert not certificate.certified
    found = [p for p in certificate.problems if (p.kind, p.node) == (kind, node)]
    assert found, [(p.kind, p.node) for p in certificate.problems]
    assert in_order(way, found[0].path)
    assert found[0].message


def test_a_menu_from_which_no_way_leads_to_a_person_is_refused(tmp_path: Path):
    trap = (
        "  trap:\n    say: [greet.common]\n    wait: 10\n"
        "    events: {wrong: end, silence: end, hung_up: gone, resumed: same}\n\n  anywhere:\n"
    )
    file = mutated(tmp_path, ("  anywhere:\n", trap), ("then: welcome.elder}", "then: trap}"))
    kinds = {(p.kind, p.node) for p in certify_files(file).problems}
    assert ("dead end", "trap") in kinds
    assert ("no person at 0", "trap") in kinds


def test_a_prompt_that_breaks_a_limit_refuses_the_certificate(tmp_path: Path):
    text = SHARED.read_text(encoding="utf-8")
    file = tmp_path / "prompts.md"
    file.write_text(text.replace("／／直接找人，请按0。", "", 1), encoding="utf-8")
    certificate = certify_files(prompts=file)
    assert [p.node for p in certificate.problems if "human_key" in p.message] == ["elder.menu"]


def test_longer_words_make_it_too_slow(tmp_path: Path):
    text = SHARED.read_text(encoding="utf-8")
    file = tmp_path / "prompts.md"
    longer = text.replace(
        "> 没听到您按键，没关系。", "> 没听到您按键，没关系。／／您慢慢想，不着急。"
    )
    file.write_text(longer, encoding="utf-8")
    assert any(p.kind == "too slow" for p in certify_files(prompts=file).problems)
