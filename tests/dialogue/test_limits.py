"""Every limit that can be checked on words, menus and timing, over all prompts and menus."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ivr.dialogue import Pace, load_limits, load_menu, load_prompts, speech_seconds
from ivr.dialogue.menu_limits import check_announced_keys
from ivr.dialogue.prompts import SHARED
from ivr.dialogue.wording import CHECKS, NOT_ON_TEXT, announced_keys, sample, spoken_prompts
from tests.dialogue.mutation import mutated

PROMPTS = sorted(load_prompts())
LIMITS = sorted(load_limits())
# For each kind of breach: a limit, and what to change in a prompt file to break just it.
BREACHES = {
    "menu_choices": ("／／直接找人，请按0", "／／续保，请按5。／／直接找人，请按0"),
    "option_order": ("查保单、办业务，请按1", "请按1，查保单、办业务"),
    "key_sequence": ("理赔、报案，请按2", "理赔、报案，请按6"),
    "human_key": ("／／直接找人，请按0。", ""),
    "repeat_key": ("想再听一遍，请按9", "想再听一遍，请按8"),
    "menu_chars": ("稍等就有人接。", "稍等就有人接。我们一直一直在这里陪您。"),
    "prompt_chars": ("我帮您找人，请别挂机。", "我帮您找人，请别挂机。" * 5),
    "clause_chars": (
        "您的意见我们会认真听。",
        "您的意见我们不管什么时候都一定会认认真真地听。",
    ),
    "menu_seconds": ("稍等就有人接。", "稍等，就有人，来接，您的，电话。" * 2),
    "prompt_seconds": ("我帮您找人，请别挂机。", "我，帮，您，找，人。" * 8),
    "rate_overall": (
        "为了保护您的权益，通话会录音。",
        "为了保护您的权益通话会录音为了保护您的权益。",
    ),
    "rate_overall_slow": ("麻烦您评一评这次服务。", "麻，烦，您，评，一，评，这，次，服，务。"),
    "bargein_dtmf": ("类型：菜单 ｜ 打断：按键", "类型：菜单 ｜ 打断：仅零"),
    "bargein_speech": ("类型：告知 ｜ 打断：按键 ", "类型：告知 ｜ 打断：按键+说话 "),
    "complaint_feedback": ("我们尽量在8天内", "我们尽量在9天内"),
}


@pytest.mark.parametrize("limit", LIMITS)
def test_every_limit_is_checked_or_has_a_reason_not_to_be(limit):
    assert (limit in CHECKS) != (limit in NOT_ON_TEXT)


def test_there_are_no_checks_of_limits_that_do_not_exist():
    assert set(CHECKS) | set(NOT_ON_TEXT) == set(LIMITS)


@pytest.mark.parametrize("limit", sorted(CHECKS))
def test_all_prompts_and_menus_keep_the_limit(limit):
    assert list(CHECKS[limit](load_menu())) == []


@pytest.mark.parametrize("limit", sorted(BREACHES))
def test_a_breach_of_the_limit_is_noticed(limit: str, tmp_path: Path):
    kept, broken = BREACHES[limit]
    text = SHARED.read_text(encoding="utf-8")
    assert kept in text
    file = tmp_path / "prompts.md"
    file.write_text(text.replace(kept, broken, 1), encoding="utf-8")
    problems = list(CHECKS[limit](load_menu(prompts=load_prompts(file))))
    assert problems
    assert all(f"({limit})" in problem.message for problem in problems)
    # The prompt at fault is named with its line.
    assert all(re.search(r"prompts\.md, line \d+", problem.message) for problem in problems)


@pytest.mark.parametrize("limit", LIMITS)
def test_the_working_value_is_inside_its_own_limit(limit):
    row = load_limits()[limit]
    if row.default is not None:
        assert row.allows(row.default)


@pytest.mark.parametrize("prompt", PROMPTS)
def test_prompt_chars_clause_chars_and_seconds_of_each_prompt(prompt):
    menu, limits = load_menu(), load_limits()
    words = sample(menu, menu.prompts[prompt])
    kind = "menu" if menu.prompts[prompt].is_menu else "prompt"
    spoken = [clause.text for clause in words.clauses]
    chars = [sum(sign.isalnum() for sign in text) for text in spoken]
    assert limits[f"{kind}_chars"].allows(sum(chars))
    assert limits["clause_chars"].allows(max(chars))
    assert limits[f"{kind}_seconds"].allows(speech_seconds(words.clauses))
    if sum(chars) >= 20:
        rate = sum(chars) * 60 / speech_seconds(words.clauses)
        assert limits["rate_overall"].allows(round(rate, 2))


@pytest.mark.parametrize("prompt", sorted(spoken_prompts(load_menu())))
def test_rate_overall_slow_of_each_prompt_that_the_dialogue_says(prompt):
    menu, limits = load_menu(), load_limits()
    words = sample(menu, menu.prompts[prompt], Pace.SLOW)
    chars = sum(sign.isalnum() for clause in words.clauses for sign in clause.text)
    seconds = speech_seconds(words.clauses, Pace.SLOW)
    assert seconds > speech_seconds(sample(menu, menu.prompts[prompt]).clauses)
    if chars >= 20:
        assert limits["rate_overall_slow"].allows(chars * 60 / seconds)
    if menu.prompts[prompt].is_menu:
        assert limits["menu_seconds"].allows(seconds)


@pytest.mark.parametrize("prompt", PROMPTS)
def test_no_prompt_uses_jargon_or_speaks_of_age(prompt):
    text = load_prompts()[prompt].text
    for word in ("坐席", "工单", "语音导航", "自助", "井号", "输入", "上级菜单", "转接中"):
        assert word not in text
    for word in ("老人家", "爷爷", "奶奶", "年龄"):
        assert word not in text


@pytest.mark.parametrize("prompt", PROMPTS)
def test_no_digit_is_left_for_the_synthesiser_to_guess_at(prompt):
    menu = load_menu()
    for pace in Pace:
        words = sample(menu, menu.prompts[prompt], pace)
        assert not re.search(r"[0-9{}／>]", words.text)


@pytest.mark.parametrize("prompt", [p for p in PROMPTS if load_prompts()[p].is_menu])
def test_a_menu_announces_one_to_four_then_zero(prompt):
    assert announced_keys(load_prompts()[prompt])[:5] == ["1", "2", "3", "4", "0"]


def test_every_announced_key_is_listened_for():
    assert list(check_announced_keys(load_menu())) == []


TABLE_BREACHES = [
    ("timeout_after_noinput", "wait: timeout_after_noinput", "wait: 3", "elder.menu.noinput"),
    ("timeout_dtmf_first", "wait: timeout_dtmf_first", "wait: 30", "elder.menu"),
    ("timeout_dtmf_retry", "wait: timeout_dtmf_retry", "wait: 5", "elder.menu.invalid"),
    ("timeout_speech_start", "wait: timeout_speech_start", "wait: 20", "welcome.open"),
    ("menu_depth", "1: handover.1", "1: standard.menu.again", "elder.menu"),
    ("confirm_only", "1: handover.1", "1: elder.menu.noinput", "elder.menu"),
    (
        "max_failures",
        "{failure: [.noinput, menu",
        "{failure: [.noinput, .noinput, .noinput, menu",
        "elder.menu",
    ),
    ("never_hangup", "agent_lost: line.return", "agent_lost: end", "handover.0"),
    ("queue_first_update", "go_on_s: 1", "go_on_s: 5", "line"),
    ("queue_update", "wait_known], then: line.update", "wait_known], then: line.music", "line"),
    ("queue_comfort", "marks: [comfort]}", "marks: [position]}", "line"),
]


@pytest.mark.parametrize(
    ("limit", "kept", "broken", "node"), TABLE_BREACHES, ids=[row[0] for row in TABLE_BREACHES]
)
def test_a_breach_of_the_limit_in_the_table_is_noticed(
    limit: str, kept: str, broken: str, node: str, tmp_path: Path
):
    menu = load_menu(mutated(tmp_path, (kept, broken)))
    assert node in [problem.node for problem in CHECKS[limit](menu)]
