"""Where one call stands in the dialogue: a small value that is stored with the call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, Final

from ivr.dialogue.errors import StateUnreadable
from ivr.dialogue.values import Pace, Segment, Topic

_ENUMS: Final = {"segment": Segment, "pace": Pace, "topic": Topic}


@dataclass(frozen=True, slots=True)
class State:
    """Everything the dialogue remembers about a call.

    ``node`` is the place in the table. ``counts`` are how often things happened at the
    question being asked now. Instants (``_at``) are seconds since 1970, UTC, because a state
    is written and read at every turn. ``told_*`` is what the caller was told last.
    """

    node: str
    segment: Segment = Segment.UNKNOWN
    speech: bool = False
    night: bool = False
    number_tail: str | None = None
    pace: Pace = Pace.NORMAL
    louder: bool = False
    urgent: bool = False
    topic: Topic | None = None
    in_line: bool = False
    has_rank: bool = False
    talked: bool = False
    surveyed: bool = False
    complaint_filed: bool = False
    receipt: str | None = None
    receipt_owed: bool = False
    counts: tuple[tuple[str, int], ...] = ()
    told_position: int | None = None
    told_minutes: int | None = None
    position_at: float | None = None
    comfort_at: float | None = None
    words_at: float | None = None
    key: str | None = None
    key_at: float | None = None
    answered_at: float | None = None
    ignored: int = 0

    def count(self, name: str) -> int:
        """How often *name* was counted at the present question."""
        for counted, times in self.counts:
            if counted == name:
                return times
        return 0

    def to_json(self) -> dict[str, Any]:
        """A small dict of plain values; what is at its default is left out."""
        out: dict[str, Any] = {}
        for name, default in _DEFAULTS:
            value = getattr(self, name)
            if value != default:
                out[name] = str(value) if name in _ENUMS else value
        if self.counts:
            out["counts"] = dict(self.counts)
        return {"node": self.node} | out

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> State:
        """The state that was stored; fields of older and newer releases are tolerated.

        Raises:
            StateUnreadable: there is no node, or a value is not one that we ever wrote.
        """
        if not isinstance(stored.get("node"), str):
            raise StateUnreadable("it names no node")
        known = {name: stored[name] for name in _NAMES if name in stored}
        try:
            for name, enum in _ENUMS.items():
                if known.get(name) is not None:
                    known[name] = enum(known[name])
            counts = known.get("counts") or {}
            known["counts"] = tuple(sorted((str(k), int(v)) for k, v in counts.items()))
        except (ValueError, TypeError, AttributeError) as error:
            raise StateUnreadable(str(error)) from None
        return cls(**known)


_NAMES: Final = tuple(field.name for field in fields(State))
_PLACES: Final = {name: nth for nth, name in enumerate(_NAMES)}
_values = attrgetter(*_NAMES)
_DEFAULTS: Final = tuple(
    (field.name, field.default) for field in fields(State) if field.name not in ("node", "counts")
)


def changed(state: State, **changes: object) -> State:
    """``dataclasses.replace`` for a state, at a third of its price: a turn needs several.

    >>> changed(State("elder.menu"), louder=True).to_json()
    {'node': 'elder.menu', 'louder': True}
    """
    values = list(_values(state))
    for name, value in changes.items():
        values[_PLACES[name]] = value
    return State(*values)


def owe_receipt(state: State, number: str) -> State:
    """The state of a caller whose complaint was filed under *number*, to be told once.

    The next waiting turn speaks it; if an agent is faster, the turn after the talk does.
    A number that was told already is not told again.
    """
    if state.receipt is not None and not state.receipt_owed:
        return state
    return changed(state, receipt=number, receipt_owed=True)
