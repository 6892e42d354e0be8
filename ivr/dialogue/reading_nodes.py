"""The nodes of the menu file: inheritance, words, waits, and what follows on which event."""

from __future__ import annotations

from dataclasses import dataclass, field

import yaml

from ivr.dialogue.conditions import CONDITIONS
from ivr.dialogue.events import KEYS
from ivr.dialogue.limits import Limits
from ivr.dialogue.prompts import Prompts
from ivr.dialogue.table import (
    COUNTERS,
    EVENTS,
    PLACES,
    As,
    Counted,
    Go,
    Node,
    Outcome,
    Rule,
    Rules,
    Same,
    Say,
    Settings,
    stands_for_itself,
)
from ivr.dialogue.values import Pace, SpeechTurn, Topic
from ivr.dialogue.yaml_file import YamlFile

_INHERITED = (
    "place",
    "question",
    "say",
    "wait",
    "speech",
    "pace",
    "louder",
    "music",
    "marks",
    "meet",
    "hang_up",
)
_ENTRIES = ("like", "abstract", *_INHERITED, "does", "events")
_DOES = {
    "enter_line": (*Topic, "heard"),
    "return_to_line": ("agent_lost", "asked"),
    "change_topic": tuple(Topic),
    "record_survey": ("1", "2", "3"),
    "keep_remark": ("said",),
    "book_call_back": ("dissatisfied",),
    "tell_receipt": ("once",),
}


@dataclass(slots=True)
class _Raw:
    """A node as written, and after inheritance."""

    name: str
    at: yaml.Node
    entries: dict[str, yaml.Node]
    events: dict[str, yaml.Node] = field(default_factory=dict)
    resolved: bool = False

    @property
    def abstract(self) -> bool:
        at = self.entries.get("abstract")
        return isinstance(at, yaml.ScalarNode) and at.value == "true"


def read_nodes(
    file: YamlFile, at: yaml.Node, prompts: Prompts, limits: Limits, settings: Settings
) -> tuple[dict[str, Node], set[str]]:
    """All nodes that are not abstract, and their names. Faults are noted in *file*."""
    raws = {
        name: _Raw(name, value, file.mapping(value, name, _ENTRIES))
        for name, value in file.mapping(at, "nodes").items()
    }
    for raw in raws.values():
        _inherit(file, raw, raws, ())
    names = {raw.name for raw in raws.values() if not raw.abstract}
    reader = _NodeReader(file, prompts, limits, settings, names)
    return {name: reader.node(raws[name]) for name in raws if name in names}, names


def _inherit(file: YamlFile, raw: _Raw, raws: dict[str, _Raw], below: tuple[str, ...]) -> None:
    if raw.resolved:
        return
    raw.resolved = True
    own = raw.entries.get("events")
    if own is not None:
        raw.events = file.mapping(own, f"events of {raw.name}", (*KEYS, *EVENTS))
    like = raw.entries.get("like")
    if like is None:
        return
    name = file.text(like, raw.name)
    if name not in raws or name in (raw.name, *below):
        what = f"{raw.name} is like {name}, which is {'itself' if name in raws else 'no node'}."
        file.fault("unknown node", like, what, "Name another node.", raw.name)
        return
    parent = raws[name]
    _inherit(file, parent, raws, (*below, raw.name))
    taken = {key: parent.entries[key] for key in _INHERITED if key in parent.entries}
    raw.entries = taken | raw.entries
    raw.events = parent.events | raw.events


def read_outcome(
    file: YamlFile, at: yaml.Node, owner: str, question: str, names: set[str]
) -> Outcome | None:
    """What follows on an event, as written at *at*; None (and a fault) if it is nothing."""
    if isinstance(at, yaml.ScalarNode):
        target = str(at.value)
        if target == "same":
            return Same()
        target = question + target if target.startswith(".") else target
        if target not in names:
            remedy = "Correct the name, or add the node (an abstract one cannot be entered)."
            file.fault("unknown target", at, f"{owner} leads to {target}: no node.", remedy, owner)
        return Go(target)
    if isinstance(at, yaml.MappingNode):
        entries = file.mapping(at, owner, ("as", *COUNTERS))
        if len(entries) != 1:
            remedy = "Write {as: event} or {failure: [first, second]}."
            file.fault("bad value", at, f"{owner} has an outcome of no kind.", remedy, owner)
            return None
        ((word, value),) = entries.items()
        if word == "as":
            event = file.text(value, owner)
            if event not in (*KEYS, *EVENTS):
                remedy = f"Use a key, or one of {', '.join(EVENTS)}."
                file.fault("unknown event", value, f"{owner}: no event {event}.", remedy, owner)
            return As(event)
        steps = [read_outcome(file, i, owner, question, names) for i in file.items(value)]
        return Counted(word, tuple(step for step in steps if step))
    return Rules(tuple(_rules(file, at, owner, question, names)))


def _rules(file: YamlFile, at: yaml.Node, owner: str, question: str, names: set[str]) -> list[Rule]:
    rules = []
    for item in file.items(at):
        entries = file.mapping(item, owner, ("if", "then", "else"))
        then = entries.get("else", entries.get("then"))
        if then is None or ("if" in entries) == ("else" in entries):
            remedy = "Write {if: …, then: …}, and {else: …} at the end."
            file.fault("bad value", item, f"{owner} has an incomplete rule.", remedy, owner)
            continue
        conditions = read_conditions(file, entries["if"], owner) if "if" in entries else ()
        outcome = read_outcome(file, then, owner, question, names)
        if outcome:
            rules.append(Rule(conditions, outcome))
    return rules


def read_conditions(file: YamlFile, at: yaml.Node, owner: str) -> tuple[str, ...]:
    """The names of one or several conditions."""
    found = tuple(file.text(item, owner) for item in file.items(at))
    for name in found:
        if name not in CONDITIONS:
            remedy = f"Use one of {', '.join(CONDITIONS)}."
            file.fault("unknown condition", at, f"{owner}: no condition {name}.", remedy, owner)
    return found


class _NodeReader:
    def __init__(
        self,
        file: YamlFile,
        prompts: Prompts,
        limits: Limits,
        settings: Settings,
        names: set[str],
    ) -> None:
        self.file, self.prompts, self.names = file, prompts, names
        self.limits, self.settings = limits, settings

    def node(self, raw: _Raw) -> Node:
        file, name, entries = self.file, raw.name, raw.entries
        question = file.text(entries["question"], name) if "question" in entries else name
        wait_s = self._wait(entries["wait"], name) if "wait" in entries else None
        marks = (
            tuple(file.text(i, name) for i in file.items(entries["marks"]))
            if ("marks" in entries)
            else ()
        )
        self._known(entries.get("marks"), marks, ("position", "comfort"), name)
        place = file.text(entries["place"], name) if "place" in entries else "before"
        self._known(entries.get("place"), (place,), PLACES, name)
        pace = file.text(entries["pace"], name) if "pace" in entries else None
        self._known(entries.get("pace"), (pace or "slow",), tuple(Pace), name)
        outcomes = {
            event: read_outcome(file, at, name, question, self.names)
            for event, at in raw.events.items()
        }
        events = {event: outcome for event, outcome in outcomes.items() if outcome}
        circle = stands_for_itself(events)
        if circle:
            what = f"{name}: what follows on {circle} is in the end what follows on {circle}."
            file.fault("circle", raw.events[circle], what, "Let one of them lead on.", name)
        return Node(
            name=name,
            line=raw.at.start_mark.line + 1,
            question=question,
            place=place,
            says=self._says(entries["say"], name) if "say" in entries else (),
            wait_s=wait_s,
            speech=self._speech(entries["speech"], wait_s, name) if "speech" in entries else None,
            music=self._yes(raw, "music"),
            marks=marks,
            pace=Pace(pace) if pace in tuple(Pace) else None,
            louder=self._yes(raw, "louder"),
            does=self._does(raw),
            meets=self._yes(raw, "meet"),
            hangs_up=self._yes(raw, "hang_up"),
            events=events,
        )

    def _yes(self, raw: _Raw, entry: str) -> bool:
        return entry in raw.entries and self.file.yes(raw.entries[entry], raw.name)

    def _known(
        self, at: yaml.Node | None, words: tuple[str, ...], known: tuple[str, ...], name: str
    ) -> None:
        for word in words:
            if at is not None and word not in known:
                remedy = f"Use {', '.join(known)}."
                self.file.fault("bad value", at, f"{name}: {word} is unknown.", remedy, name)

    def _wait(self, at: yaml.Node, name: str) -> float:
        written = self.file.text(at, name)
        if written == "go_on_s":
            return self.settings.go_on_s
        if written in self.limits and self.limits[written].unit == "s":
            return self.limits(written)
        return self.file.number(at, name, 0, 60)

    def _speech(self, at: yaml.Node, wait_s: float | None, name: str) -> SpeechTurn:
        limits = self.limits
        longest = limits["timeout_speech_start"].maximum or 0.0
        return SpeechTurn(
            grammar=self.file.text(at, name),
            start_s=min(longest, wait_s or limits("timeout_speech_start")),
            end_silence_s=limits("speech_end_silence"),
            max_s=limits("speech_max"),
        )

    def _says(self, at: yaml.Node, name: str) -> tuple[Say, ...]:
        says: list[Say] = []
        usual = self.limits("pause_clause")
        for item in self.file.items(at):
            conditions: tuple[str, ...] = ()
            words = item
            if isinstance(item, yaml.MappingNode):
                entries = self.file.mapping(item, name, ("pause", *CONDITIONS))
                if "pause" in entries and says:
                    pause_s = self.file.number(entries["pause"], name, 0, 5)
                    says[-1] = Say(says[-1].prompt, says[-1].conditions, pause_s)
                    continue
                if len(entries) != 1 or "pause" in entries:
                    remedy = "Write a prompt, or {condition: prompt}."
                    self.file.fault("bad value", item, f"{name} says nothing.", remedy, name)
                    continue
                ((condition, words),) = entries.items()
                conditions = (condition,)
            prompt = self.file.text(words, name)
            if prompt and prompt not in self.prompts:
                remedy = "Correct the name, or add the prompt to the prompt file."
                what = f"{name} says {prompt}: no prompt."
                self.file.fault("unknown prompt", words, what, remedy, name)
            says.append(Say(prompt, conditions, usual))
        return tuple(says)

    def _does(self, raw: _Raw) -> dict[str, str]:
        if "does" not in raw.entries:
            return {}
        entries = self.file.mapping(raw.entries["does"], raw.name, tuple(_DOES))
        done = {what: self.file.text(at, raw.name) for what, at in entries.items()}
        for what, how in done.items():
            self._known(entries[what], (how,), _DOES[what], raw.name)
        return done
