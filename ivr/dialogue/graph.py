"""Every way through a dialogue, found by running the dialogue itself.

A spot is a state of the machine with its instants taken out; an edge is an event and how long
it takes at the latest to get to the end of the next turn. Nothing is modelled: every edge is a
call of ``step``, so what is proved of the graph holds for the callers.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from ivr.dialogue.events import (
    KEYS,
    Event,
    Heard,
    HungUp,
    Intent,
    KeysPressed,
    NotUnderstood,
    Silence,
    SpeechFailed,
)
from ivr.dialogue.machine import Turn, step
from ivr.dialogue.state import State, changed
from ivr.dialogue.table import Menu
from ivr.dialogue.timing import turn_seconds
from ivr.dialogue.values import Listen, Speak

# Any instant will do; the walk never looks at the clock.
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
# One of each thing that can be noticed about an utterance besides its intent.
_NOTICED = {
    "elder": Heard(Intent.OTHER, elder=True),
    "wants a person": Heard(Intent.OTHER, wants_person=True),
    "on behalf of": Heard(Intent.OTHER, on_behalf_of=True),
    "slower": Heard(Intent.OTHER, slower=True),
    "louder": Heard(Intent.OTHER, louder=True),
    "again": Heard(Intent.OTHER, again=True),
    "urgent": Heard(Intent.OTHER, urgent=True),
}


@dataclass(frozen=True, slots=True)
class Edge:
    """One event at one spot, and the turn that answers it.

    ``after_s`` runs from the end of the last turn to the beginning of this one at the latest,
    ``seconds`` to its end; its words take ``words_s``.
    """

    event: str
    target: State
    turn: Turn
    after_s: float
    seconds: float
    words_s: float
    presses: int


@dataclass(slots=True)
class Spot:
    """A state, the turn that was given there, and the first way there that was found."""

    state: State
    turn: Turn
    parent: State | None = None
    by: str = "answered"
    edges: list[Edge] = field(default_factory=list)


Graph = dict[State, Spot]


@dataclass(frozen=True, slots=True)
class Stimulus:
    """Something that can happen: its name, the event, how many seconds after the wait for a
    key is over it happens at the latest, and how long after the last turn for the clock."""

    name: str
    event: Event
    late_s: float = 0.0
    elapsed_s: float = 10.0


def caller_stimuli(turn: Turn) -> list[Stimulus]:
    """Everything a caller can do before the line: name, event, seconds after the wait began.

    Keys and silence come at the end of the waiting time. Speech may begin as late as that,
    last as long as the recogniser allows, and end with the silence that shows its end.
    """
    out = [Stimulus(f"key {key}", KeysPressed(key)) for key in KEYS]
    out += [Stimulus("silence", Silence()), Stimulus("hang-up", HungUp())]
    listen = next((i for i in turn.instructions if isinstance(i, Listen)), None)
    if listen is None or listen.speech is None:
        return out
    speech = listen.speech
    late_s = max(0.0, speech.start_s - listen.wait_s) + speech.max_s + speech.end_silence_s
    for intent in Intent:
        out.append(Stimulus(f"says {intent}", Heard(intent), late_s))
        for noticed, heard in _NOTICED.items():
            said = replace(heard, intent=intent)
            out.append(Stimulus(f"says {intent}, {noticed}", said, late_s))
    out += [
        Stimulus("speech not understood", NotUnderstood(), late_s),
        Stimulus("recogniser fails", SpeechFailed(), late_s),
    ]
    return out


def walk(
    menu: Menu,
    starts: Iterable[Turn],
    stimuli: Callable[[Turn], list[Stimulus]],
    is_over: Callable[[Turn], bool],
    plain: Callable[[State], State] = lambda state: state,
) -> Graph:
    """All spots that can be reached from *starts* before the dialogue ``is_over``.

    ``plain`` takes out of a state what the way on does not depend on in this part of the call.
    """
    graph: Graph = {}
    ahead: deque[Spot] = deque()
    for turn in starts:
        spot = Spot(plain(timeless(turn.state)), turn)
        if spot.state not in graph:
            graph[spot.state] = spot
            ahead.append(spot)
    bounce_s = menu.settings.ignored_in_a_row * menu.limits("dtmf_repeat_ignore")
    latency_s = menu.limits("response_latency")
    while ahead:
        spot = ahead.popleft()
        if is_over(spot.turn):
            continue
        wrong: Edge | None = None
        for stimulus in stimuli(spot.turn):
            unknown_key = _is_unknown_key(menu, spot.state, stimulus.event)
            if unknown_key and wrong:
                # All keys that the table does not name do the same.
                spot.edges.append(replace(wrong, event=stimulus.name))
                continue
            now = NOW + timedelta(seconds=stimulus.elapsed_s)
            turn = step(menu, spot.state, stimulus.event, now)
            state = plain(timeless(turn.state, now))
            pressed = isinstance(stimulus.event, KeysPressed)
            after_s = stimulus.late_s + latency_s + (bounce_s if pressed else 0.0)
            spot.edges.append(
                Edge(
                    event=stimulus.name,
                    target=state,
                    turn=turn,
                    seconds=after_s + turn_seconds(turn.instructions),
                    words_s=words_seconds(turn),
                    presses=int(pressed),
                    after_s=after_s,
                )
            )
            wrong = spot.edges[-1] if unknown_key else wrong
            if state not in graph:
                graph[state] = Spot(state, turn, spot.state, stimulus.name)
                ahead.append(graph[state])
    return graph


def _is_unknown_key(menu: Menu, state: State, event: Event) -> bool:
    return isinstance(event, KeysPressed) and event.keys not in menu.nodes[state.node].events


def words_seconds(turn: Turn) -> float:
    """How long the words of a turn are heard, in seconds."""
    return turn_seconds(i for i in turn.instructions if isinstance(i, Speak))


def timeless(state: State, now: datetime = NOW) -> State:
    """The state without its instants, its last key and what only words depend on.

    In the line it matters when something was told last: never, in this turn, or long ago.
    """

    def kept(at: float | None) -> float | None:
        if at is None:
            return None
        return NOW.timestamp() - (0.0 if at == now.timestamp() else 3600.0)

    return changed(
        state,
        louder=False,
        talked=False,
        words_at=None,
        key=None,
        key_at=None,
        answered_at=None,
        ignored=0,
        position_at=kept(state.position_at),
        comfort_at=kept(state.comfort_at),
    )


def way_to(graph: Graph, state: State) -> list[str]:
    """The nodes on the first way found to *state*, its own included."""
    nodes: list[str] = []
    here: State | None = state
    while here is not None:
        nodes.append(here.node)
        here = graph[here].parent
    return nodes[::-1]
