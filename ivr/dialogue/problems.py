"""One thing that stands between a menu and its certificate."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where, and the nodes on the way there.

    ``kind`` is a word or two that stays the same ("loop", "dead end"); ``node`` is a node of
    the table, or a prompt where the words are at fault.
    """

    kind: str
    node: str
    message: str
    path: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {
            "kind": self.kind,
            "node": self.node,
            "path": list(self.path),
            "message": self.message,
        }
