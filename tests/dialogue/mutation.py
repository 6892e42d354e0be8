"""Menus with one thing changed, as an operator might change it."""

from __future__ import annotations

from pathlib import Path

from ivr.dialogue.reading import MENU


def mutated(folder: Path, *changes: tuple[str, str]) -> Path:
    """The packaged menu file with each ``(old, new)`` replaced once, written to *folder*."""
    text = MENU.read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) >= 1, f"the menu file has no {old!r} any more"
        text = text.replace(old, new, 1)
    file = folder / "menu.yaml"
    file.write_text(text, encoding="utf-8")
    return file
