"""The order: of callers for a free agent, and of agents for a caller."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Head:
    """The first caller of one pool; compares as it is served.

    Attributes:
        precedence: the class's priority with its sign turned; lower is served sooner.
        rank: effective time of arrival, microseconds since 1970; never changes.
    """

    precedence: int
    rank: int
    call_id: int
    pool: str


@dataclass(frozen=True, slots=True, order=True)
class IdleAgent:
    """The longest-idle agent of one pool.

    Attributes:
        step: how far up the caller's ladder the pool stands; 0 is its first step.
        idle_since: microseconds since 1970.
    """

    step: int
    idle_since: int
    agent_id: int
    pool: str


def first_served(heads: Iterable[Head]) -> Head | None:
    """Whom a free agent serves next: highest priority, then longest wait.

    >>> elder = Head(precedence=-2, rank=900, call_id=7, pool="general")
    >>> other = Head(precedence=-1, rank=100, call_id=3, pool="general")
    >>> first_served([other, elder]).call_id
    7
    """
    return min(heads, default=None)


def longest_idle(agents: Iterable[IdleAgent]) -> IdleAgent | None:
    """Who serves a caller: the earliest step of the ladder, then the longest idle.

    >>> a = IdleAgent(step=0, idle_since=500, agent_id=1, pool="elder")
    >>> b = IdleAgent(step=1, idle_since=100, agent_id=2, pool="general")
    >>> longest_idle([b, a]).agent_id
    1
    """
    return min(agents, default=None)
