"""A webhook may come twice, late, or out of order, and does its work once (R2)."""

from __future__ import annotations

import random
import threading
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from tests.telephony.rest import Recorder
from tests.telephony.twiml_grammar import faults
from tests.web.hotline import BASE, Hotline
from tests.web.recording import Performance, Step, shuffled

SHUFFLES = 12
ALL_CALLS = ("survey", "complaint", "call_back", "command", "due", "carrier_event", "call_event",
             "offer", "place_in_line", "idle_agent", "queued_call", "tally", "call")  # fmt: skip


@pytest.fixture
def stage(hotline: Hotline, rest: Recorder) -> Stage:
    return Stage(hotline, rest)


class Stage:
    """A hotline on which the same call is played again and again."""

    def __init__(self, hotline: Hotline, rest: Recorder) -> None:
        self.hotline, self.rest = hotline, rest

    def begin(self) -> Performance:
        """Forget all calls; the agent is ready."""
        with self.hotline.store.routing() as conn:
            conn.execute(text("UPDATE agent SET state='off_duty', reason=NULL, call_id=NULL"))
            for table in ALL_CALLS:
                conn.execute(text(f"DELETE FROM {table}"))
        self.rest.asked.clear()
        return Performance(self.hotline)

    def effects(self) -> Counter[str]:
        """What was asked of the carrier, by kind."""
        return Counter(
            "ring" if "Timeout" in asked.form else ",".join(sorted(asked.form))
            for asked in self.rest.asked
        )

    def in_order(self) -> tuple[dict[str, Any], Counter[str]]:
        """The call as it should be: every webhook once, in its order."""
        call = self.begin()
        for step in call.steps():
            self.hotline.settings.let_pass(step.after_s)
            assert call.take(step).status_code == 200
        return call.outcome(), self.effects()


def sorted_events(outcome: dict[str, Any]) -> dict[str, Any]:
    """Reports may overtake each other, so their events have no order."""
    return outcome | {"call_event": sorted(map(repr, outcome["call_event"]))}


def test_the_call_goes_as_it_should(stage: Stage) -> None:
    call = stage.begin()
    for step in call.steps():
        stage.hotline.settings.let_pass(step.after_s)
        answer = call.take(step)
        assert answer.content_type == "text/xml; charset=utf-8"
        assert faults(answer.get_data(as_text=True), base=BASE) == []
    outcome, effects = call.outcome(), stage.effects()
    assert stage.rest.faults() == []
    assert [row["score"] for row in outcome["survey"]] == [1]
    assert [row["status"] for row in outcome["offer"]] == ["done"]
    assert [row["status"] for row in outcome["queued_call"]] == ["served"]
    assert [row["carrier_status"] for row in outcome["call"]] == ["completed"]
    assert [row["state"] for row in outcome["agent"]] == ["wrap_up"]
    # The phone rings once, and the caller is led twice: into the room, and out of it.
    assert effects == {"ring": 1, "Twiml": 1, "Method,Url": 1}


def test_every_webhook_three_times_in_order_is_as_good_as_once(stage: Stage) -> None:
    expected = stage.in_order()
    call = stage.begin()
    for step in call.steps():
        stage.hotline.settings.let_pass(step.after_s)
        answers = [call.take(step) for _ in range(3)]
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.data for answer in answers}) == 1, step
    assert (call.outcome(), stage.effects()) == expected


def test_any_order_that_a_carrier_can_make_is_as_good_as_the_natural_one(stage: Stage) -> None:
    outcome, effects = stage.in_order()
    for seed in range(SHUFFLES):
        call = stage.begin()
        steps = call.steps()
        seen = 0
        order = shuffled(steps, 3, random.Random(seed))
        for at in order:
            stage.hotline.settings.let_pass(sum(step.after_s for step in steps[seen + 1 : at + 1]))
            seen = max(seen, at)
            assert call.take(steps[at]).status_code == 200
        assert sorted_events(call.outcome()) == sorted_events(outcome), (seed, order)
        assert stage.effects() == effects, (seed, order)


def test_no_order_whatever_makes_us_fail_or_do_a_thing_twice(stage: Stage) -> None:
    """Not even orders that no carrier can make: an answer before its question."""
    _, effects = stage.in_order()
    for seed in range(4):
        call = stage.begin()
        steps = call.steps()
        order = [*range(len(steps))] * 3
        random.Random(100 + seed).shuffle(order)
        for at in order:
            stage.hotline.settings.let_pass(1)
            assert call.take(steps[at]).status_code in {200, 404}
        # The agent's phone may have to be stopped, which the natural order does not need.
        assert not stage.effects() - effects - Counter({"Status": 1})
        assert len(call.outcome()["survey"]) <= 1
        assert len(call.outcome()["call"]) == 1


def test_four_at_once_are_as_good_as_one(stage: Stage) -> None:
    outcome, effects = stage.in_order()
    call = stage.begin()
    for step in call.steps():
        stage.hotline.settings.let_pass(step.after_s)
        answers = at_once(call, step, 4)
        assert {answer.status_code for answer in answers} == {200}
        if step.is_asked:
            assert len({answer.data for answer in answers}) == 1, step
        call.learn(step, answers[0])
    assert call.outcome() == outcome
    assert stage.effects() == effects


def at_once(call: Performance, step: Step, times: int) -> list[TestResponse]:
    """The same webhook from several threads, let go together."""
    gate, answers = threading.Barrier(times), []
    path, form = call.filled(step)

    def deliver() -> None:
        gate.wait(10)
        answers.append(call.hotline.post(path, form))

    threads = [threading.Thread(target=deliver) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(answers) == times
    return answers
