"""The slowest way through a graph without circles, and the circles if there are any."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ivr.dialogue.graph import Edge, Graph
from ivr.dialogue.state import State


@dataclass(frozen=True, slots=True)
class Way:
    """A way to the line: seconds and presses until the place is given, and its edges."""

    seconds: float
    presses: int
    edges: tuple[Edge, ...] = ()


def find_circle(graph: Graph, starts: Iterable[State]) -> list[State] | None:
    """States of a circle that can be reached from *starts*, the first one again at the end."""
    done: set[State] = set()
    for start in starts:
        if start in done:
            continue
        stack = [(start, 0)]
        on_way: dict[State, None] = {start: None}
        while stack:
            state, nth = stack.pop()
            edges = graph[state].edges
            if nth == len(edges):
                on_way.pop(state)
                done.add(state)
                continue
            stack.append((state, nth + 1))
            target = edges[nth].target
            if target in on_way:
                way = list(on_way)
                return [*way[way.index(target) :], target]
            if target not in done:
                on_way[target] = None
                stack.append((target, 0))
    return None


class Slowest:
    """The slowest ways from every spot of a graph without circles to the line.

    Time runs to the moment the place in the line is given; the words that tell of it are
    heard by a caller who already has the place.
    """

    def __init__(self, graph: Graph, only: str | None = None) -> None:
        self._graph = graph
        self._only = only
        self._by_time: dict[State, Way | None] = {}
        self._by_presses: dict[State, int] = {}

    def way(self, state: State) -> Way | None:
        """The slowest way from the end of the turn at *state*; None if none leads to the line."""
        if state not in self._by_time:
            self._by_time[state] = max(
                (way for edge in self._edges(state) if (way := self._over(edge))),
                key=lambda way: way.seconds,
                default=None,
            )
        return self._by_time[state]

    def presses(self, state: State) -> int:
        """The most presses any caller can need from *state* to the line."""
        if state not in self._by_presses:
            self._by_presses[state] = max(
                (
                    edge.presses + (0 if edge.target.in_line else self.presses(edge.target))
                    for edge in self._edges(state)
                ),
                default=0,
            )
        return self._by_presses[state]

    def _edges(self, state: State) -> list[Edge]:
        edges = self._graph[state].edges
        return [edge for edge in edges if self._only in (None, edge.event)]

    def _over(self, edge: Edge) -> Way | None:
        if edge.target.in_line:
            return Way(edge.after_s, edge.presses, (edge,))
        rest = self.way(edge.target)
        if rest is None:
            return None
        seconds, presses = edge.seconds + rest.seconds, edge.presses + rest.presses
        return Way(seconds, presses, (edge, *rest.edges))
