"""Reading YAML with its line numbers, so that every fault can say where it is."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import yaml

from ivr.dialogue.errors import DialogueFileRefused, FileFault
from ivr.errors import Place


class YamlFile:
    """One YAML file being read; faults are collected, not raised, until ``refuse_faults``."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.faults: list[FileFault] = []
        try:
            root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            what = f"This is no YAML ({error.problem or error.context})."
            raise self._unreadable(line, what, "Check indents, quotes and brackets.") from None
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            what = f"It cannot be read ({error.__class__.__name__})."
            raise self._unreadable(1, what, "Check the name, and save it as UTF-8.") from None
        if not isinstance(root, yaml.MappingNode):
            raise self._unreadable(1, "It is empty, or a list.", "Start from the packaged file.")
        self.root = root

    def _unreadable(self, line: int, what: str, remedy: str) -> DialogueFileRefused:
        return DialogueFileRefused([FileFault("menu file", Place(self.name, line), what, remedy)])

    def fault(self, kind: str, at: yaml.Node, what: str, remedy: str, node: str = "") -> None:
        """Note a fault; the same one on the same line is noted once."""
        place = Place(self.name, at.start_mark.line + 1)
        found = FileFault(kind, place, what, remedy, node)
        if not any(f.where == place and f.what == what for f in self.faults):
            self.faults.append(found)

    def refuse_faults(self) -> None:
        """Raise when there were faults, all of them in the order of their lines."""
        if self.faults:
            raise DialogueFileRefused(sorted(self.faults, key=lambda f: f.where.line))

    def mapping(
        self, at: yaml.Node, owner: str, allowed: Collection[str] | None = None
    ) -> dict[str, yaml.Node]:
        """The entries of a mapping; double and unknown keys are faults."""
        if not isinstance(at, yaml.MappingNode):
            self.fault("bad value", at, f"{owner} must be a mapping.", "Write `key: value`.", owner)
            return {}
        entries: dict[str, yaml.Node] = {}
        for key, value in at.value:
            name = str(key.value)
            if name in entries:
                self.fault(
                    "duplicate", key, f"{name} is there twice in {owner}.", "Remove one.", owner
                )
            elif allowed is not None and name not in allowed:
                remedy = f"Use one of {', '.join(allowed)}."
                self.fault("unknown key", key, f"{owner} has an unknown {name}.", remedy, owner)
            else:
                entries[name] = value
        return entries

    def items(self, at: yaml.Node) -> list[yaml.Node]:
        """The items of a list; anything else counts as a list of itself."""
        return list(at.value) if isinstance(at, yaml.SequenceNode) else [at]

    def text(self, at: yaml.Node, owner: str) -> str:
        """A plain value as it is written."""
        if isinstance(at, yaml.ScalarNode):
            return str(at.value)
        self.fault("bad value", at, f"{owner} needs one word here.", "Remove the brackets.", owner)
        return ""

    def number(self, at: yaml.Node, owner: str, low: float, high: float) -> float:
        """A number from *low* to *high*; anything else is a fault and counts as *low*."""
        try:
            value = float(self.text(at, owner))
        except ValueError:
            value = float("nan")
        if low <= value <= high:
            return value
        what = f"{owner} needs a number here."
        self.fault("bad value", at, what, f"Write one from {low:g} to {high:g}.", owner)
        return low

    def yes(self, at: yaml.Node, owner: str) -> bool:
        """A yes or no, written true or false."""
        word = self.text(at, owner)
        if word not in ("true", "false"):
            self.fault("bad value", at, f"{owner} needs true or false here.", "Write it so.", owner)
        return word == "true"
