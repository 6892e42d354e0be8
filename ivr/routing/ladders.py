"""The ladder of a caller: in which pools they wait, and with what priority.

This is where routing tables will be read; what comes out stays the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final


@dataclass(frozen=True, slots=True)
class Step:
    """A pool that opens to the caller.

    Attributes:
        after: how long after entering the line it opens.
    """

    pool: str
    after: timedelta


@dataclass(frozen=True, slots=True)
class Place:
    """How a caller stands in line. *priority*: higher is served sooner."""

    priority: int
    ladder: tuple[Step, ...]


AT_ONCE: Final = timedelta(0)

# Elders are served by their own group first and by anybody at once: an elder never waits
# beside a free agent. Agents of the elder group help with the rest, behind every elder.
ELDER: Final = Place(2, (Step("elder", AT_ONCE), Step("general", AT_ONCE)))
OTHERS: Final = Place(1, (Step("general", AT_ONCE),))


def place_for(segment: str) -> Place:
    """The place in line of a caller of *segment* (``elder``, ``standard`` or ``unknown``).

    >>> place_for("elder").priority > place_for("unknown").priority
    True
    """
    return ELDER if segment == "elder" else OTHERS
