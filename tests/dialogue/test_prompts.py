"""Prompt files: what is read from them, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.dialogue import (
    BargeIn,
    Clause,
    DialogueFileRefused,
    PromptUnknown,
    Segment,
    Topic,
    load_menu,
    load_prompts,
    speak,
    whisper,
)
from ivr.dialogue.errors import PromptValueMissing
from ivr.dialogue.prompts import ADDED, SHARED
from ivr.dialogue.timing import articulation
from ivr.dialogue.values import Pace


def test_all_61_shared_prompts_are_read_and_ours_beside_them():
    shared = SHARED.read_text(encoding="utf-8").count("\n### ")
    added = ADDED.read_text(encoding="utf-8").count("\n### ")
    assert shared == 61
    assert len(load_prompts()) == shared + added


def test_a_prompt_knows_how_it_may_be_interrupted():
    prompts = load_prompts()
    assert prompts["handover.1"].barge_in is BargeIn.ZERO_ONLY
    assert speak(prompts, "elder.menu").barge_in is BargeIn.KEYS
    assert prompts["dialect.offer"].barge_in is BargeIn.KEYS_AND_SPEECH
    assert prompts["whisper.elder"].barge_in is BargeIn.NONE


def test_the_pauses_of_a_menu_are_between_matter_and_key_and_between_options():
    assert speak(load_prompts(), "elder.menu").clauses[:3] == (
        Clause("查保单、办业务，", 0.3),
        Clause("请按一。", 0.9),
        Clause("理赔、报案，", 0.3),
    )


def test_telephone_tails_and_receipts_are_said_digit_by_digit_with_rests():
    words = speak(load_prompts(), "complaint.number", {"受理号": "2026112201"})
    assert words.clauses[:4] == (
        Clause("您的受理号是二零二", 0.5),
        Clause("六幺幺", 0.5),
        Clause("二二零幺。", 0.9),
        Clause("再听一遍，", 0.3),
    )
    tail = speak(load_prompts(), "callback.number", {"尾号": "1018"})
    assert "尾号幺零幺八。" in tail.text


def test_the_hotline_says_its_own_name():
    assert "这里是九五五幺九。" in speak(load_prompts(), "greet.common").text
    assert "这里是青山热线。" in speak(load_prompts(hotline="青山热线"), "greet.common").text


def test_a_missing_value_and_a_missing_prompt_say_what_to_do():
    with pytest.raises(PromptValueMissing, match=r"queue\.position.*位.*Pass it"):
        speak(load_prompts(), "queue.position", {"分钟": 3})
    with pytest.raises(PromptUnknown, match=r"no\.such.*Add it"):
        speak(load_prompts(), "no.such")


def test_the_slow_pace_is_slower_but_not_slurred():
    prompts = load_prompts()
    assert articulation(Pace.SLOW, prompts.limits) == 165
    slow = speak(prompts, "elder.menu", pace=Pace.SLOW).clauses
    assert slow[0].pause_after_s == 0.36
    assert slow[1].pause_after_s == 1.08


def test_the_agent_hears_who_comes_and_why():
    menu = load_menu()
    words = whisper(menu, Segment.ELDER, Topic.CLAIM, 185.0)
    assert words.text == "长者客户，来意是理赔、报案。等了三分钟。"
    assert whisper(menu, Segment.STANDARD, None, 20.0).text == "来意是找人。"


def broken(tmp_path: Path, old: str, new: str) -> DialogueFileRefused:
    text = SHARED.read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "prompts.md"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DialogueFileRefused) as refused:
        load_prompts(file)
    return refused.value


@pytest.mark.parametrize(
    ("old", "new", "kind", "says"),
    [
        ("### greet.common", "### elder.menu", "duplicate prompt", "Remove one"),
        ("打断：仅零", "打断：不能", "", "Use 按键"),
        ("类型：问候 ｜ ", "类型：问候 | ", "", "Write `类型"),
        ("{分钟}分钟", "{分}分钟", "", "unknown value {分}"),
        ("> 为了保护您的权益，通话会录音。", "", "", "notice.record says nothing"),
    ],
)
def test_a_prompt_file_that_is_not_understood_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, kind: str, says: str
):
    refused = broken(tmp_path, old, new)
    assert len(refused.faults) == 1
    fault = refused.faults[0]
    assert says in str(refused)
    assert fault.kind == (kind or "prompt file")
    lines = (tmp_path / "prompts.md").read_text(encoding="utf-8").splitlines()
    assert lines[fault.where.line - 1].startswith("### ")


def test_a_file_that_is_not_there_is_refused_and_not_a_crash(tmp_path: Path):
    with pytest.raises(DialogueFileRefused, match="cannot be read"):
        load_prompts(tmp_path / "nowhere.md")
    empty = tmp_path / "empty.md"
    empty.write_text("nothing here", encoding="utf-8")
    with pytest.raises(DialogueFileRefused, match="no prompts"):
        load_prompts(empty)
