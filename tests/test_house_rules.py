"""The plan of the house: imports point down, and each outside library has one room."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

IVR = Path(__file__).parent.parent / "ivr"

# A room may import itself and what stands on a lower floor; rooms of one floor are strangers.
FLOORS: tuple[frozenset[str], ...] = (
    frozenset({"web", "cli", "exchange"}),
    frozenset({"flows"}),
    frozenset({"store", "telephony"}),
    frozenset({"callers", "understanding", "dialogue", "routing"}),
    frozenset({"config", "errors", "spool"}),
)
# The shell's door opens every other: it starts the exchange, and shows what the store holds.
ALLOWED = {("cli", "exchange"), ("cli", "web"), ("config", "errors"), ("spool", "errors")}
# The store speaks of ranks and states in routing's words, and TwiML says what dialogue tells.

LIBRARIES: dict[str, frozenset[str]] = {
    "flask": frozenset({"web"}),
    "werkzeug": frozenset({"web"}),
    "sqlalchemy": frozenset({"store", "flows"}),
    "psycopg": frozenset({"store"}),
    "alembic": frozenset({"store"}),
    "twilio": frozenset({"telephony"}),
    "requests": frozenset({"telephony"}),
    "aiohttp": frozenset({"exchange"}),
    "phonenumbers": frozenset({"callers"}),
    "phone": frozenset({"callers"}),
    "pypinyin": frozenset({"understanding"}),
    "click": frozenset({"cli"}),
    "rich": frozenset({"cli"}),
    "pydantic_settings": frozenset({"config"}),
}
# Flows hand a transaction on; they may name its type and nothing else of SQLAlchemy.
ONLY_NAMES = {("flows", "sqlalchemy"): {"Connection"}}

FILES = sorted(IVR.rglob("*.py"))


def room_of(path: Path) -> str:
    """The room a file stands in."""
    first = path.relative_to(IVR).parts[0]
    return first.removesuffix(".py")


def imports_of(path: Path) -> Iterator[tuple[str, str, int]]:
    """Module, imported name and line of every import, wherever in the file it is."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, "", node.lineno
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports relatively"
            for alias in node.names:
                yield node.module or "", alias.name, node.lineno


def floor(room: str) -> int:
    """How high a room is: 0 is the top."""
    return next(n for n, rooms in enumerate(FLOORS) if room in rooms)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(IVR)))
def test_a_file_imports_only_from_below_and_its_rooms_libraries(path: Path) -> None:
    room = room_of(path)
    for module, name, line in imports_of(path):
        where = f"{path.relative_to(IVR.parent)}:{line}"
        library = module.split(".")[0]
        if library == "ivr":
            # ``from ivr import x`` and ``from ivr.x import y`` both lead to the room x.
            parts = [*module.split(".")[1:], name]
            if not parts[0] or room in {"__init__", "__main__"}:
                continue
            other = parts[0]
            fine = other == room or floor(other) > floor(room) or (room, other) in ALLOWED
            assert fine, f"{where}: {room} may not import {other}"
        elif library in LIBRARIES:
            assert room in LIBRARIES[library], f"{where}: {library} does not belong in {room}"
            names = ONLY_NAMES.get((room, library))
            assert names is None or name in names, f"{where}: {name} belongs in the store"


def test_there_are_no_cycles_between_files() -> None:
    graph = {
        ".".join(("ivr", *path.relative_to(IVR).with_suffix("").parts)): path for path in FILES
    }
    edges = {
        name: {
            target
            for module, what, _ in imports_of_top(path)
            for target in (f"{module}.{what}", module)
            if target in graph
        }
        for name, path in graph.items()
    }
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " → ".join((*trail[trail.index(name) :], name))
        if name in done:
            return
        for target in edges[name]:
            visit(target, (*trail, name))
        done.add(name)

    for name in graph:
        visit(name, ())


def imports_of_top(path: Path) -> Iterator[tuple[str, str, int]]:
    """Imports that run when the file is loaded."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ivr"):
            for alias in node.names:
                yield node.module or "", alias.name, node.lineno


def test_no_file_of_the_house_is_longer_than_a_room() -> None:
    long = {
        str(path.relative_to(IVR)): lines
        for path in FILES
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 350
    }
    assert long == {}
