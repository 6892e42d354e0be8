"""What the tests of the line share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.line.crew import Crew
from tests.line.crew import crew as open_crew


@pytest.fixture(scope="session")
def crew() -> Iterator[Crew]:
    """Eight processes for the session."""
    with open_crew() as people:
        yield people
