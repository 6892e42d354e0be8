"""Whatever people do, and whatever the carrier reports: the engine decides as the model does."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.line.hotline import PEOPLE, Hotline
from tests.line.house import playing
from tests.line.premises import furnish

HISTORIES = int(os.environ.get("LINE_HISTORIES", "0"))


def test_every_history_ends_as_the_model_says(database_url: str) -> None:
    furnish(database_url, PEOPLE)
    with playing(database_url) as opened:
        machine = type("Here", (Hotline,), {"playing": opened})
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=HISTORIES or 20,
                stateful_step_count=40,
                derandomize=not HISTORIES,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
