"""The transition table as people like to read it: a Mermaid or Graphviz diagram, or a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ivr.dialogue.table import Menu, Node, targets

# What holds at (nearly) every node would bury the rest; diagrams say it once, in words.
_EVERYWHERE = {"hung_up": "gone", "agent_ready": "talk"}
_PLACES = {
    "before": "before the line",
    "line": "in the line",
    "talk": "talking",
    "after": "after the talk",
    "end": "the end",
}


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table. ``when`` holds counts and conditions; ``target`` is where it leads,
    the node itself for "the same words again"."""

    node: str
    event: str
    when: str
    target: str
    effects: str


def transitions(menu: Menu) -> list[Transition]:
    """Every transition of *menu*, the start first."""
    rows = [
        Transition("(answered)", "answered", when, target or "", "")
        for when, target in targets(menu.start, {})
    ]
    for node in menu.nodes.values():
        for event, outcome in node.events.items():
            for when, target in targets(outcome, node.events):
                there = menu.nodes.get(target or "")
                effects = _effects(there) if there else ""
                rows.append(Transition(node.name, event, when, target or node.name, effects))
    return rows


def as_table(menu: Menu) -> str:
    """Tab-separated rows under a line of headings: what is said, waited for, and what follows."""
    lines = ["node\tplace\tsays\twaits_s\tevent\twhen\ttarget\teffects"]
    for row in transitions(menu):
        node = menu.nodes.get(row.node)
        about = [node.place, _says(node), f"{node.wait_s or 0:g}"] if node else ["", "", ""]
        cells = [row.node, *about, row.event, row.when, row.target, row.effects]
        lines.append("\t".join(cells))
    return "\n".join(lines)


def as_mermaid(menu: Menu) -> str:
    """A Mermaid flowchart, one box per place of the call."""
    lines = [
        "%% " + _note(menu),
        "flowchart LR",
        '  answered(["answered"])',
    ]
    for place, nodes in _by_place(menu):
        lines.append(f'  subgraph place_{place}["{_PLACES[place]}"]')
        lines += [f'    {_id(node.name)}["{_label(node, "<br/>")}"]' for node in nodes]
        lines.append("  end")
    for source, target, label in _arrows(menu):
        lines.append(f'  {_id(source)} -->|"{label}"| {_id(target)}')
    return "\n".join(lines)


def as_dot(menu: Menu) -> str:
    """A Graphviz digraph, one cluster per place of the call."""
    lines = [
        "// " + _note(menu),
        "digraph dialogue {",
        "  rankdir=LR;",
        '  node [shape=box, style=rounded, fontname="sans-serif"];',
        '  answered [label="answered", shape=oval];',
    ]
    for place, nodes in _by_place(menu):
        lines.append(f'  subgraph cluster_{place} {{ label="{_PLACES[place]}";')
        lines += [
            f'    {_id(node.name)} [label="{_label(node, chr(92) + "n")}"];' for node in nodes
        ]
        lines.append("  }")
    for source, target, label in _arrows(menu):
        lines.append(f'  {_id(source)} -> {_id(target)} [label="{label}"];')
    lines.append("}")
    return "\n".join(lines)


def _note(menu: Menu) -> str:
    everywhere = ", ".join(f"{event} leads to {node}" for event, node in _EVERYWHERE.items())
    return f"{menu.file}: everywhere, {everywhere}; what says the same words again is left out."


def _by_place(menu: Menu) -> Iterator[tuple[str, list[Node]]]:
    for place in _PLACES:
        nodes = [node for node in menu.nodes.values() if node.place == place]
        if nodes:
            yield place, nodes


def _arrows(menu: Menu) -> Iterator[tuple[str, str, str]]:
    """Source, target and label; what leads from one node to another is one arrow."""
    labels: dict[tuple[str, str], list[str]] = {}
    for row in transitions(menu):
        if row.target == row.node or _EVERYWHERE.get(row.event) == row.target:
            continue
        source = "answered" if row.node == "(answered)" else row.node
        label = row.when if source == "answered" else _short(row.event, row.when)
        found = labels.setdefault((source, row.target), [])
        if label not in found:
            found.append(label)
    for (source, target), found in labels.items():
        yield source, target, ", ".join(label or "otherwise" for label in found)


def _short(event: str, when: str) -> str:
    return f"{event} ({when})" if when else event


def _says(node: Node) -> str:
    said = [
        f"{say.prompt} if {' and '.join(say.conditions)}" if say.conditions else say.prompt
        for say in node.says
    ]
    return ", ".join([*said, *(["music"] if node.music else [])])


def _effects(node: Node) -> str:
    done = [f"{what.replace('_', ' ')}: {how}" for what, how in node.does.items()]
    if "complaint" in (node.does.get("enter_line"), node.does.get("change_topic")):
        done.append("file complaint")
    return ", ".join(done)


def _label(node: Node, newline: str) -> str:
    parts = [node.name]
    if node.says or node.music:
        parts.append("says " + _says(node))
    if node.wait_s:
        parts.append(f"listens {node.wait_s:g} s" + (" to speech and keys" if node.speech else ""))
    if node.does:
        parts.append("does " + _effects(node))
    return newline.join(parts)


def _id(name: str) -> str:
    # "end" is a word of Mermaid's own, and dots are not allowed in names.
    return "n_" + name.replace(".", "_") if name != "answered" else name
