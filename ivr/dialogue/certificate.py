"""The time-to-human certificate: a proof that a menu brings every caller to a person in time.

The proof runs the dialogue itself on every kind of caller with everything they can do; see
``graph`` for what is walked and ``longest`` for how the slowest way is found.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ivr.dialogue.after_line import check_after
from ivr.dialogue.before_line import Ways, explore_all
from ivr.dialogue.errors import DialogueFileRefused
from ivr.dialogue.longest import Way
from ivr.dialogue.problems import Problem
from ivr.dialogue.prompts import load_prompts
from ivr.dialogue.reading import load_menu
from ivr.dialogue.table import Menu, targets
from ivr.dialogue.timing import turn_seconds
from ivr.dialogue.wording import check_limits


@dataclass(frozen=True, slots=True)
class Stage:
    """One line of a time line: at *at_s* the *event* led to *node*, whose words take *words_s*."""

    at_s: float
    event: str
    node: str
    words_s: float


@dataclass(frozen=True, slots=True)
class WorstCase:
    """A way to the line with its time: ``seconds`` is when the place is given."""

    caller: str
    seconds: float
    presses: int
    stages: tuple[Stage, ...]

    @property
    def path(self) -> list[str]:
        return [stage.node for stage in self.stages]

    @property
    def words_end_s(self) -> float:
        """When the words that tell the caller of it are over."""
        return self.stages[-1].at_s + self.stages[-1].words_s

    def as_dict(self) -> dict[str, object]:
        """Plain values for JSON; seconds to the tenth."""
        return {
            "caller": self.caller,
            "presses": self.presses,
            "seconds": round(self.seconds, 1),
            "words_end_seconds": round(self.words_end_s, 1),
            "path": self.path,
            "stages": [
                {"at_seconds": round(s.at_s, 1), "event": s.event, "node": s.node}
                for s in self.stages
            ],
        }


@dataclass(frozen=True, slots=True)
class Certificate:
    """The outcome. ``worst`` does nothing at all; ``worst_any`` is the slowest of all.

    Both are None when the proof could not be made; then ``problems`` says why.
    """

    problems: tuple[Problem, ...]
    worst: WorstCase | None = None
    worst_any: WorstCase | None = None
    most_presses: int = 0
    worst_by_caller: tuple[WorstCase, ...] = ()
    limit_s: float = 0.0
    limit_any_s: float = 0.0
    limit_any_presses: int = 0
    callers: int = 0
    situations: int = 0
    unreachable: tuple[str, ...] = ()

    @property
    def certified(self) -> bool:
        return not self.problems

    def as_dict(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {
            "certified": self.certified,
            "worst": self.worst.as_dict() if self.worst else None,
            "problems": [problem.as_dict() for problem in self.problems],
            "worst_any": (self.worst_any.as_dict() | {"presses": self.most_presses})
            if self.worst_any
            else None,
            "worst_by_caller": {case.caller: case.as_dict() for case in self.worst_by_caller},
            "limits": {
                "seconds": self.limit_s,
                "any_seconds": self.limit_any_s,
                "any_presses": self.limit_any_presses,
            },
            "walked": {"callers": self.callers, "situations": self.situations},
            "unreachable": list(self.unreachable),
        }


def certify(menu: Menu) -> Certificate:
    """Walk *menu* for every kind of caller and judge what was found."""
    all_ways = explore_all(menu)
    problems: dict[tuple[str, str], Problem] = {}
    for problem in (p for ways in all_ways for p in ways.problems):
        problems.setdefault((problem.kind, problem.node), problem)
    silent = [_case(ways, ways.silent) for ways in all_ways if ways.silent]
    slowest = [_case(ways, ways.slowest) for ways in all_ways if ways.slowest]
    worst = max(silent, key=lambda case: case.seconds, default=None)
    worst_any = max(slowest, key=lambda case: case.seconds, default=None)
    most_presses = max(ways.most_presses for ways in all_ways)
    found = [*problems.values(), *_too_slow(menu, worst, worst_any, most_presses)]
    if not found:
        # Callers who do not get into the line, or too late, are helped first.
        found += check_after(menu, all_ways)
    found += check_limits(menu)
    return Certificate(
        problems=tuple(found),
        worst=worst,
        worst_any=worst_any,
        most_presses=most_presses,
        worst_by_caller=tuple(silent),
        limit_s=menu.limits["time_to_human_max"].maximum or 0.0,
        limit_any_s=menu.settings.longest_s,
        limit_any_presses=menu.settings.longest_presses,
        callers=len(all_ways),
        situations=sum(len(graph) for graph in {id(w.graph): w.graph for w in all_ways}.values()),
        unreachable=_unreachable(menu),
    )


def certify_files(menu: Path | None = None, prompts: Path | None = None) -> Certificate:
    """The certificate of a menu file with a prompt file; None stands for the packaged one.

    Files that cannot be read as a dialogue are refused with their faults as problems.
    """
    try:
        return certify(load_menu(menu, load_prompts(prompts)))
    except DialogueFileRefused as refused:
        problems = tuple(
            Problem(fault.kind, fault.node, str(fault), (fault.node,) if fault.node else ())
            for fault in refused.faults
        )
        return Certificate(problems)


def _too_slow(
    menu: Menu, worst: WorstCase | None, worst_any: WorstCase | None, presses: int
) -> list[Problem]:
    limit = menu.limits["time_to_human_max"]
    settings = menu.settings
    found = []
    if worst and not limit.allows(worst.seconds):
        message = (
            f"A caller who does nothing is in the line after {worst.seconds:.1f} s;"
            f" {limit.maximum:.0f} s are allowed. Shorten the words or the waits on this way."
        )
        found.append(Problem("too slow", worst.path[-1], message, tuple(worst.path)))
    if worst_any and worst_any.seconds > settings.longest_s:
        message = (
            f"The slowest way to the line takes {worst_any.seconds:.1f} s;"
            f" settings.longest allows {settings.longest_s:.0f} s."
        )
        found.append(Problem("too slow", worst_any.path[-1], message, tuple(worst_any.path)))
    if worst_any and presses > settings.longest_presses:
        message = (
            f"A way to the line takes {presses} presses;"
            f" settings.longest allows {settings.longest_presses}."
        )
        found.append(
            Problem("too many presses", worst_any.path[-1], message, tuple(worst_any.path))
        )
    return found


def _case(ways: Ways, way: Way) -> WorstCase:
    at_s = 0.0
    first_s = turn_seconds(ways.first.instructions)
    stages = [Stage(0.0, "answered", ways.first.state.node, first_s)]
    at_s = first_s
    for edge in way.edges:
        stages.append(Stage(at_s + edge.after_s, edge.event, edge.target.node, edge.words_s))
        at_s += edge.seconds
    return WorstCase(ways.kind.name, ways.seconds(way), way.presses, tuple(stages))


def _unreachable(menu: Menu) -> tuple[str, ...]:
    """Nodes that no event leads to: not wrong, but perhaps forgotten."""
    reached = {target for _, target in targets(menu.start, {})}
    for node in menu.nodes.values():
        for outcome in node.events.values():
            reached |= {target for _, target in targets(outcome, node.events)}
    return tuple(name for name in menu.nodes if name not in reached)


__all__ = ["Certificate", "Stage", "WorstCase", "certify", "certify_files"]
