"""The documents and the code say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ivr.cli import COMMANDS, cli
from ivr.config import Settings

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def named_settings() -> set[str]:
    table = read("docs/settings.md").split("The practice exchange reads")[0]
    return set(
        re.findall(r"`([A-Z][A-Z0-9_]+)`", "\n".join(re.findall(r"^\| (`.*?) \|", table, re.M)))
    )


def test_every_setting_is_documented_and_no_other() -> None:
    assert named_settings() == {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("kind", ["requirements.txt", "requirements-dev.txt"])
def test_every_library_we_ask_for_is_pinned_and_has_its_reason(kind: str) -> None:
    asked, _, needed = read(kind).partition("# What these need.")
    documented = read("docs/dependencies.md")
    names = re.findall(r"^([a-z0-9-]+)==[0-9][^\s]*$", asked, re.M)
    assert names
    for name in names:
        family = "types-*" if name.startswith("types-") else name
        assert re.search(rf"(^| |, ){re.escape(family)}( |,)", documented, re.M), name
    assert all("==" in line for line in needed.split("\n") if line.strip())


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_exists_and_tells_what_it_does(name: str) -> None:
    command = cli.get_command(None, name)  # type: ignore[arg-type]
    assert command is not None
    assert command.help


def test_files_named_in_the_tour_of_a_call_exist() -> None:
    for dotted in re.findall(r"`([a-z]+(?:\.[A-Za-z_]+)+)`", read("docs/call.md")):
        room, *rest = dotted.split(".")
        if not (ROOT / "ivr" / room).is_dir():
            continue
        texts = [p.read_text(encoding="utf-8") for p in (ROOT / "ivr" / room).rglob("*.py")]
        last = rest[-1]
        is_file = (ROOT / "ivr" / room / f"{last}.py").exists()
        assert is_file or any(
            re.search(rf"\b(def|class) {last}\b|^{last}\b", text, re.M) for text in texts
        ), dotted


def test_words_of_the_trade_in_the_code_are_in_the_glossary() -> None:
    glossary = read("docs/glossary.md").lower()
    for word in ("ladder", "pool", "rank", "offer", "wrap-up", "rona", "whisper", "spool", "due"):
        assert f"| {word}" in glossary, word
