"""Reading the menu file into a table; whatever is not understood is refused with its line."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from ivr.dialogue.limits import DATA, load_limits
from ivr.dialogue.prompts import Prompts, load_prompts
from ivr.dialogue.reading_nodes import read_nodes, read_outcome
from ivr.dialogue.table import Go, Menu, Promise, Settings, longest_count
from ivr.dialogue.values import Topic
from ivr.dialogue.yaml_file import YamlFile

MENU = DATA / "menus.yaml"
_TOP = ("language", "settings", "topics", "call_backs", "start", "nodes")
_SETTINGS = ("go_on_s", "least_music_s", "early_s", "apart_s", "ignored_in_a_row", "longest")


def load_menu(path: Path | None = None, prompts: Prompts | None = None) -> Menu:
    """The dialogue of *path* (or the packaged one), speaking *prompts* (or the packaged ones).

    Raises:
        DialogueFileRefused: unknown keys, prompts, targets or conditions, double nodes, bad
            values; every fault is named with its line and what to do.
    """
    words = prompts or load_prompts()
    return _packaged(words) if path is None else _read(path, words)


@cache
def _packaged(prompts: Prompts) -> Menu:
    return _read(MENU, prompts)


def _read(path: Path, prompts: Prompts) -> Menu:
    file = YamlFile(path)
    top = file.mapping(file.root, "the menu file", _TOP)
    for name in _TOP:
        if name not in top:
            file.fault("missing", file.root, f"There is no {name}.", "Copy the packaged file's.")
    file.refuse_faults()
    limits = load_limits()
    settings = _settings(file, top["settings"])
    nodes, names = read_nodes(file, top["nodes"], prompts, limits, settings)
    start = read_outcome(file, top["start"], "start", "", names)
    topics, promises = _topics(file, top["topics"]), _promises(file, top["call_backs"])
    file.refuse_faults()
    return Menu(
        file=path.name,
        settings=settings,
        topics=topics,
        promises=promises,
        start=start or Go(""),
        nodes=nodes,
        prompts=prompts,
        limits=limits,
        most_counted=max(
            (longest_count(each) for node in nodes.values() for each in node.events.values()),
            default=0,
        ),
    )


def _settings(file: YamlFile, at: yaml.Node) -> Settings:
    entries = file.mapping(at, "settings", _SETTINGS)
    missing = [name for name in _SETTINGS if name not in entries]
    longest = (
        file.mapping(entries["longest"], "longest", ("presses", "seconds"))
        if ("longest" in entries)
        else {}
    )
    missing += [name for name in ("presses", "seconds") if name not in longest]
    if missing:
        what = f"settings lack {', '.join(missing)}."
        file.fault("missing", at, what, "Copy them from the packaged file.")
        file.refuse_faults()

    def number(name: str, high: float) -> float:
        return file.number(entries[name], f"settings.{name}", 0, high)

    return Settings(
        go_on_s=number("go_on_s", 5),
        least_music_s=int(number("least_music_s", 30)),
        early_s=number("early_s", 5),
        apart_s=number("apart_s", 30),
        ignored_in_a_row=int(number("ignored_in_a_row", 10)),
        longest_presses=int(file.number(longest["presses"], "longest.presses", 1, 99)),
        longest_s=file.number(longest["seconds"], "longest.seconds", 1, 3600),
    )


def _topics(file: YamlFile, at: yaml.Node) -> dict[str, str]:
    entries = file.mapping(at, "topics", list(Topic))
    for topic in Topic:
        if topic not in entries:
            remedy = "Say what the agent is told."
            file.fault("missing", at, f"topics lack {topic}.", remedy)
    return {name: file.text(value, f"topics.{name}") for name, value in entries.items()}


def _promises(file: YamlFile, at: yaml.Node) -> tuple[Promise, ...]:
    promises = []
    for item in file.items(at):
        entries = file.mapping(item, "call_backs", ("booked_before", "by", "tomorrow"))
        if "booked_before" not in entries or "by" not in entries:
            what = "A call-back needs booked_before and by."
            file.fault("missing", item, what, "Write both hours, 0 to 24.")
            continue
        before = int(file.number(entries["booked_before"], "booked_before", 0, 24))
        by = int(file.number(entries["by"], "by", 0, 23))
        tomorrow = "tomorrow" in entries and file.yes(entries["tomorrow"], "tomorrow")
        if by < before and not tomorrow:
            what = f"A call-back booked before {before} cannot be promised for {by} the same day."
            file.fault("bad value", item, what, "Promise a later hour, or tomorrow.")
        promises.append(Promise(before, by, tomorrow))
    if not promises or promises[-1].booked_before != 24:
        what, remedy = "The last call-back must be booked_before 24.", "Cover the whole day."
        file.fault("missing", at, what, remedy)
    return tuple(promises)
