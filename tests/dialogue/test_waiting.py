"""What a waiting caller hears, and when."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.dialogue import AgentLost, KeysPressed, Segment, WaitFacts, load_menu
from ivr.dialogue.menu_limits import watched_wait
from tests.dialogue.call import Call


def in_line(**caller: object) -> Call:
    return Call(**caller).presses("2")


def test_the_position_is_told_at_once_with_the_wait_in_whole_minutes():
    call = in_line().waits(4, 290.0)
    assert call.prompts == ["queue.position"]
    assert "前面还有三位" in call.words
    assert "大约要等五分钟" in call.words


def test_only_elders_are_told_that_they_come_first():
    assert "您优先" in in_line().waits(4, 290.0).words
    call = in_line(segment=Segment.STANDARD).waits(4, 290.0)
    assert call.prompts == ["queue.position.plain"]
    assert "您优先" not in call.words


def test_who_is_next_is_told_so():
    assert in_line().waits(1, None).prompts == ["queue.next"]


def test_without_an_honest_estimate_there_is_comfort_and_no_figure():
    call = in_line().waits(3, None)
    assert call.prompts == ["queue.comfort"]
    assert call.waits(None, None).prompts in ([], ["queue.comfort"])


def test_when_nobody_is_on_duty_the_caller_is_asked_for_patience():
    call = in_line().waits(3, None, on_duty=False)
    assert call.prompts == ["queue.patience"]
    assert "有人了马上接您" in call.words


def test_every_turn_in_the_line_ends_with_music():
    call = in_line()
    for _ in range(20):
        call.waits()
        assert call.music_s >= 3


def test_comfort_comes_every_30_s_and_the_position_every_60_s_between_the_comforts():
    heard = watched_wait(load_menu(), WaitFacts(3, 170.0))
    assert [prompt for _, prompt in heard[:7]] == [
        "queue.position",
        "queue.comfort",
        "queue.comfort",
        "queue.update",
        "queue.comfort",
        "queue.comfort",
        "queue.update",
    ]
    assert [round(at_s) for at_s, _ in heard[:7]] == [2, 31, 62, 75, 92, 122, 136]


def test_nine_tells_the_position_again_and_fresh_facts_are_preferred():
    call = in_line().waits(4, 290.0)
    assert call.presses("9").words == "您前面还有三位。大约要等五分钟。您优先，请别挂机。"
    call.happens(KeysPressed("9", WaitFacts(2, 100.0)), 10)
    assert call.words == "您前面还有一位。大约要等两分钟。您优先，请别挂机。"


def test_minutes_that_would_rise_are_withheld():
    call = in_line().waits(3, 110.0)
    assert "两分钟" in call.words
    spoken = [call.waits(3, 400.0).prompts for _ in range(12)]
    assert ["queue.update"] not in spoken
    assert ["queue.comfort"] in spoken


def test_after_a_lost_agent_the_old_promise_still_binds():
    call = in_line().waits(3, 110.0).happens(AgentLost(), 5)
    assert "queue.position" not in call.waits(5, 600.0).prompts


def test_a_key_during_the_handover_does_not_delay_the_position():
    call = in_line().presses("1", after_s=2)
    assert call.prompts == ["handover.wrongkey"]
    assert call.music_s == 3
    assert call.waits().prompts == ["queue.position"]


@pytest.mark.parametrize("segment", list(Segment))
@given(
    facts=st.lists(
        st.tuples(
            st.one_of(st.none(), st.integers(1, 40)),
            st.one_of(st.none(), st.floats(0, 4000)),
            st.booleans(),
            st.sampled_from(["", "", "", "9", "0", "2", "#"]),
            st.floats(1, 60),
        ),
        max_size=30,
    )
)
def test_the_spoken_minutes_never_rise(segment, facts):
    call = Call(segment).presses("0")
    told = []
    for position, estimate_s, on_duty, key, after_s in facts:
        wait = WaitFacts(position, estimate_s, 0.0, on_duty)
        if key:
            call.happens(KeysPressed(key, wait), after_s)
        else:
            call.waits(position, estimate_s, on_duty=on_duty, after_s=after_s)
        if "分钟" in call.words:
            told.append((call.state.told_position, call.state.told_minutes))
        assert call.state.in_line
        assert call.prompts or call.music_s
    for before, after in pairwise(told):
        assert after[0] <= before[0]
        assert after[1] <= before[1]
