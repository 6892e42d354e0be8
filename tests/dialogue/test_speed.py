"""A turn of the dialogue costs next to nothing beside its webhook."""

from __future__ import annotations

import timeit
from datetime import timedelta

import pytest

from ivr.dialogue import KeysPressed, Silence, StillWaiting, WaitFacts, load_menu, step
from tests.dialogue.call import MORNING, Call

EVENTS = [Silence(), KeysPressed("2"), KeysPressed("9"), StillWaiting(WaitFacts(3, 170.0))]


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("keys", ["", "2"])
def test_a_step_takes_less_than_100_microseconds(event, keys):
    call, menu = Call(), load_menu()
    for key in keys:
        call.presses(key)
    later = MORNING + timedelta(seconds=40)
    timer = timeit.Timer(lambda: step(menu, call.state, event, later))
    # The best of many short runs: what the code costs, not what else the machine is doing.
    assert min(timer.repeat(repeat=30, number=100)) / 100 < 100e-6
