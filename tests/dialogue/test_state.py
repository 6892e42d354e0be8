"""What a call remembers: it survives being stored, and stays small."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.dialogue import (
    Caller,
    HangUp,
    KeysPressed,
    Segment,
    State,
    StateUnreadable,
    load_menu,
    owe_receipt,
    start,
    step,
    turn_seconds,
)
from ivr.dialogue.certificate import certify
from ivr.dialogue.graph import caller_stimuli
from tests.dialogue.call import MORNING, NETWORK_S
from tests.dialogue.test_every_event import EVENTS

CALLERS = st.builds(
    Caller,
    st.sampled_from(Segment),
    st.booleans(),
    st.booleans(),
    st.sampled_from([None, "0018"]),
)


@given(
    caller=CALLERS,
    events=st.lists(st.tuples(st.sampled_from(EVENTS), st.floats(0.0, 90.0)), max_size=25),
)
def test_a_state_survives_being_stored_after_any_events(caller, events):
    menu, now = load_menu(), MORNING
    turn = start(menu, caller, now)
    for event, after_s in events:
        stored = json.dumps(turn.state.to_json())
        assert len(stored) < 700
        state = State.from_json(json.loads(stored))
        assert state == turn.state
        now += timedelta(seconds=after_s)
        turn = step(menu, state, event, now)


def test_fields_of_other_releases_are_tolerated():
    state = State.from_json({"node": "elder.menu", "mood": "sunny", "counts": {"again": 1}})
    assert state == State("elder.menu", counts=(("again", 1),))


@pytest.mark.parametrize(
    "stored", [{}, {"node": 3}, {"node": "a", "pace": "hasty"}, {"node": "a", "counts": [1]}]
)
def test_a_state_that_we_never_wrote_is_refused_with_advice(stored):
    with pytest.raises(StateUnreadable, match="line"):
        State.from_json(stored)


def test_a_receipt_is_owed_until_it_is_told():
    owing = owe_receipt(State("line.comfort"), "17")
    assert (owing.receipt, owing.receipt_owed) == ("17", True)
    told = State("line.comfort", receipt="17")
    assert owe_receipt(told, "18") == told


CERTIFICATE = certify(load_menu())


@settings(max_examples=300)
@given(
    caller=CALLERS,
    choices=st.lists(
        st.tuples(st.integers(0, 10_000), st.floats(0.0, 1.0), st.booleans()), max_size=60
    ),
)
def test_whatever_a_caller_does_the_line_is_reached_in_the_certified_time(caller, choices):
    """Random callers, some with bouncing fingers, are never slower than the certificate says."""
    menu, now = load_menu(), MORNING
    turn = start(menu, caller, now)
    waited_s, presses = 0.0, 0
    assert CERTIFICATE.worst_any is not None
    for choice, when, bounces in [*choices, *[(-1, 1.0, False)] * 40]:
        if turn.state.in_line:
            break
        able = [s for s in caller_stimuli(turn) if s.name != "hang-up"]
        stimulus = able[choice % len(able)] if choice >= 0 else able[12]
        # Silence is only silence when the time is over; everything else comes at any moment.
        share = 1.0 if stimulus.name == "silence" else when
        passed_s = share * (turn_seconds(turn.instructions) + stimulus.late_s) + NETWORK_S
        waited_s, now = waited_s + passed_s, now + timedelta(seconds=passed_s)
        before = turn.state
        turn = step(menu, before, stimulus.event, now)
        if isinstance(stimulus.event, KeysPressed):
            presses += turn.state.ignored == 0
            if bounces and not turn.state.in_line:
                waited_s, now = waited_s + 0.79, now + timedelta(seconds=0.79)
                turn = step(menu, turn.state, stimulus.event, now)
        assert not any(isinstance(i, HangUp) for i in turn.instructions)
    assert turn.state.in_line
    assert waited_s <= CERTIFICATE.worst_any.seconds
    assert presses <= CERTIFICATE.most_presses
