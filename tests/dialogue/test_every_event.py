"""Every state with every event: it never raises, and there is always something to hear."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ivr.dialogue import (
    AgentLost,
    AgentReady,
    Answered,
    Caller,
    EnterLine,
    Event,
    FileComplaint,
    HangUp,
    Heard,
    HungUp,
    Intent,
    KeysPressed,
    Listen,
    Meet,
    Music,
    NotUnderstood,
    Pace,
    Resumed,
    ReturnToLine,
    Segment,
    Silence,
    Speak,
    SpeechFailed,
    State,
    StillWaiting,
    TalkEnded,
    Topic,
    WaitFacts,
    load_menu,
    step,
)
from tests.dialogue.call import MORNING

EVENTS: list[Event] = [
    Answered(Caller(Segment.ELDER)),
    *(KeysPressed(key) for key in "0123456789*#"),
    KeysPressed(""),
    KeysPressed("A"),
    KeysPressed("12#"),
    KeysPressed("9", WaitFacts(2, 100.0)),
    Silence(),
    *(Heard(intent) for intent in Intent),
    Heard(Intent.OTHER, elder=True),
    Heard(Intent.OTHER, wants_person=True),
    Heard(Intent.REPEAT, slower=True, louder=True, again=True),
    Heard(Intent.CLAIM, on_behalf_of=True, urgent=True),
    NotUnderstood(),
    SpeechFailed(),
    StillWaiting(WaitFacts(1, 10.0)),
    StillWaiting(WaitFacts(5, 300.0)),
    StillWaiting(WaitFacts(None, None)),
    StillWaiting(WaitFacts(0, -5.0)),
    StillWaiting(WaitFacts(70000, 1e9)),
    StillWaiting(WaitFacts(3, 100.0, 60.0, someone_on_duty=False)),
    AgentReady(),
    TalkEnded(),
    AgentLost(),
    Resumed(),
    HungUp(),
]
T0 = MORNING.timestamp()
COUNTS = tuple((name, 3) for name in ("again", "asked", "failure", "hash", "repeat"))


def states_at(node: str) -> list[State]:
    """A node as it may be reached: fresh or worn out, told or not, known or not."""
    in_line = load_menu().nodes[node].place == "line"
    fresh = State(node, in_line=in_line)
    return [
        fresh,
        replace(fresh, segment=Segment.ELDER, speech=True, number_tail="0018", counts=COUNTS),
        replace(
            fresh,
            pace=Pace.SLOW,
            louder=True,
            topic=Topic.COMPLAINT,
            has_rank=True,
            talked=True,
            receipt="20261122",
            receipt_owed=True,
            told_position=3,
            told_minutes=4,
            position_at=T0 - 20,
            comfort_at=T0 - 20,
            words_at=T0 - 1,
        ),
        replace(fresh, has_rank=True, key="9", key_at=T0, answered_at=T0, surveyed=True),
    ]


@pytest.mark.parametrize("node", [*sorted(load_menu().nodes), "a.node.that.was.removed"])
def test_every_event_is_answered_with_something_to_hear(node):
    menu = load_menu()
    states = states_at(node) if node in menu.nodes else [State(node), State(node, in_line=True)]
    for state in states:
        for event in EVENTS:
            for after_s in (0.3, 45.0):
                turn = step(menu, state, event, MORNING + timedelta(seconds=after_s))
                assert State.from_json(turn.state.to_json()) == turn.state
                assert any(isinstance(i, Listen | Meet | HangUp) for i in turn.instructions)
                if not any(isinstance(i, Speak | Music | Meet | HangUp) for i in turn.instructions):
                    # Only after a key that does not exist do we go on listening without a word.
                    assert turn.state.node.endswith(".listen")


@pytest.mark.parametrize("node", sorted(load_menu().nodes))
def test_zero_is_a_person_in_every_state(node):
    menu = load_menu()
    for state in states_at(node)[:3]:
        turn = step(menu, state, KeysPressed("0"), MORNING + timedelta(seconds=60))
        if node == "gone":
            assert turn.instructions == (HangUp(),)
        else:
            talks = turn.instructions == (Meet(),)
            assert turn.state.in_line or talks


@pytest.mark.parametrize("node", sorted(load_menu().nodes))
def test_a_state_that_is_waiting_never_hangs_up_and_never_loses_the_place(node):
    menu = load_menu()
    if menu.nodes[node].place != "line":
        return
    for state in states_at(node):
        for event in EVENTS:
            if isinstance(event, HungUp | TalkEnded | AgentReady):
                continue
            turn = step(menu, state, event, MORNING + timedelta(seconds=60))
            assert turn.state.in_line
            assert not any(isinstance(i, HangUp) for i in turn.instructions)
            assert not any(isinstance(e, EnterLine) for e in turn.effects if state.has_rank)


@pytest.mark.parametrize("node", sorted(load_menu().nodes))
def test_the_same_event_twice_at_once_has_its_effects_once(node):
    menu = load_menu()
    for state in states_at(node)[:2]:
        for key in "01234":
            first = step(menu, state, KeysPressed(key), MORNING)
            again = step(menu, first.state, KeysPressed(key), MORNING + timedelta(seconds=0.3))
            assert again.effects == ()
            assert again.state.node == first.state.node


def test_a_table_that_changed_during_a_call_leaves_the_caller_in_the_line():
    state = State("a.node.that.was.removed", in_line=True, has_rank=True, topic=Topic.CLAIM)
    turn = step(load_menu(), state, StillWaiting(WaitFacts(2, 60.0)), MORNING)
    assert turn.state.in_line
    assert not any(isinstance(e, EnterLine | ReturnToLine | FileComplaint) for e in turn.effects)


def test_a_place_that_was_given_is_never_given_again():
    state = State("elder.menu", has_rank=True)
    turn = step(load_menu(), state, KeysPressed("1"), MORNING)
    assert turn.effects == (ReturnToLine("asked"),)


def test_a_rating_that_was_given_is_not_changed():
    state = State("survey.ask", surveyed=True, has_rank=True, talked=True)
    turn = step(load_menu(), state, KeysPressed("3"), MORNING)
    assert turn.effects == ()
