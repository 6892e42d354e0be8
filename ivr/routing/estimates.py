"""How long it will take, from the state of the line."""

from __future__ import annotations

from datetime import timedelta

from ivr.errors import IVRError


class NoAgents(IVRError):
    """Nobody of the skill group is on duty, so a wait cannot be told."""

    def __init__(self) -> None:
        super().__init__("No agent is on duty. Ask for patience; do not tell a number.")


def estimated_wait(position: int, agents: int, handle_time: timedelta) -> timedelta:
    """Expected wait (EWT) until the caller at *position* is answered.

    Args:
        position: place in the line; 1 is answered next.
        agents: agents of the skill group who are on duty and not on a break.
        handle_time: mean of talk, hold and wrap-up together (AHT).

    Raises:
        ValueError: *position* is less than 1.
        NoAgents: *agents* is 0.

    Source: the queue-length estimator in Ibrahim and Whitt, "Real-Time Delay Estimation
    Based on Delay History", M&SOM 11(3), 2009, pp. 397-415. All agents are taken to be busy
    and nobody to hang up, so it errs on the long side.

    >>> estimated_wait(position=3, agents=6, handle_time=timedelta(minutes=8))
    datetime.timedelta(seconds=240)
    """
    if position < 1:
        raise ValueError(f"A position counts from 1, not {position}.")
    if agents < 1:
        raise NoAgents
    return handle_time * position / agents
