"""The slowest way through a graph without circles, and the circles if there are any."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from ivr.dialogue.graph import Edge, Graph
from ivr.dialogue.state import State


@dataclass(frozen=True, slots=True)
class Way:
    """A way to the line: seconds and presses until the place is given, and its edges."""

    seconds: float
    presses: int
    edges: tuple[Edge, ...] = ()


def find_circle(graph: Graph) -> list[State] | None:
    """The states of a circle, the first one again at the end; None if there is no circle.

    Of several, the one that callers can get into first.
    """
    if _has_none(graph):
        return None
    # The graph has its spots in the order in which the walk came to them.
    return next((way for state in graph if (way := _way_back(graph, state))), None)


def _has_none(graph: Graph) -> bool:
    """Can the spots be put in an order in which all edges lead on? (Kahn's algorithm.)"""
    coming = dict.fromkeys(graph, 0)
    for spot in graph.values():
        for edge in spot.edges:
            coming[edge.target] += 1
    free = [state for state, edges in coming.items() if not edges]
    seen = 0
    while free:
        seen += 1
        for edge in graph[free.pop()].edges:
            coming[edge.target] -= 1
            if not coming[edge.target]:
                free.append(edge.target)
    return seen == len(graph)


def _way_back(graph: Graph, start: State) -> list[State] | None:
    """The shortest way from *start* round to itself, both ends included."""
    came_from: dict[State, State] = {}
    ahead = deque([start])
    while ahead:
        state = ahead.popleft()
        for edge in graph[state].edges:
            if edge.target == start:
                way = [start, state]
                while way[-1] != start:
                    way.append(came_from[way[-1]])
                return way[::-1]
            if edge.target not in came_from:
                came_from[edge.target] = state
                ahead.append(edge.target)
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
