"""The shell's door: the demonstration, rosters, and refusals in a sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ivr.store import Store

ROOT = Path(__file__).parent.parent
ROSTER = (ROOT / "ivr" / "cli" / "practice_data" / "roster.yaml").read_text(encoding="utf-8")


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """``python -m ivr WORDS`` as a person would type it."""
    return subprocess.run(
        [sys.executable, "-m", "ivr", *words],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "200", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_demonstration_plays_four_calls_and_tells_what_happened() -> None:
    done = run("demo", "--speed", "20")

    assert done.returncode == 0, done.stderr[-2000:]
    told = done.stdout
    for words in ("理赔、报案", "不用按了", "马上就到您了", "麻烦您评一评", "祝您身体健康"):
        assert words in told.replace("\n", "").replace(" ", ""), words
    table = told.split("What happened")[1].splitlines()
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in table if "│" in line]
    segments = [row[1] for row in rows]
    assert segments == ["elder", "elder", "standard", "elder", "elder"]
    assert rows[4][5:7] == ["2", "1002"], "two phones rang for the last; the second was answered"
    waited = [float(row[4].removesuffix(" s")) for row in rows]
    assert waited[2] > waited[3], "the younger caller came first and waited longer"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("centre: chengdu", "centre: nowhere"), "nowhere"),
        (("general: 3", "general: 9"), "less than or equal to 5"),
        (('endpoint: "client:li"', "endpoint: li"), "endpoint"),
        (("agents:", "agents: ["), "line"),
        (("badge: party", "colour: red"), "colour"),
    ],
    ids=["unknown centre", "proficiency", "endpoint", "not YAML", "unknown field"],
)
def test_a_roster_with_a_mistake_is_refused_whole(
    store: Store, database_url: str, tmp_path: Path, change: tuple[str, str], complaint: str
) -> None:
    file = tmp_path / "roster.yaml"
    file.write_text(ROSTER.replace(*change, 1), encoding="utf-8")

    done = run("agents", "load", str(file), DATABASE_URL=database_url)

    assert done.returncode == 1
    assert "roster.yaml" in done.stderr
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr
    with store.reading() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM agent").scalar() == 0


def test_a_roster_is_loaded_once(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "roster.yaml"
    file.write_text(ROSTER, encoding="utf-8")

    first = run("agents", "load", str(file), DATABASE_URL=database_url)
    again = run("agents", "load", str(file), DATABASE_URL=database_url)

    assert (first.stdout, again.stdout) == (
        "4 agents added, 0 were there.\n",
        "0 agents added, 4 were there.\n",
    )
    assert "1001" in run("agents", "list", DATABASE_URL=database_url).stdout


@pytest.mark.parametrize(
    ("environment", "complaint"),
    [
        ({"PRACTICE": "false"}, "TWILIO_AUTH_TOKEN"),
        ({"ELDER_AGE": "old"}, "ELDER_AGE"),
        ({"PUBLIC_BASE_URL": "hotline.example"}, "PUBLIC_BASE_URL"),
        ({"TWILIO_ACCOUNT_SID": "AC1"}, "TWILIO_ACCOUNT_SID"),
        ({"DATABASE_URL": "mysql://x/y"}, "DATABASE_URL"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL"),
        ({"CLOCK_SPEED": "0"}, "CLOCK_SPEED"),
        ({"RECOGNITION_LANGUAGE": "zh-CN"}, "RECOGNITION_LANGUAGE"),
        ({"MENU_FILE": "/nowhere/menu.yaml"}, "menu.yaml"),
        ({"PROMPTS_FILE": "/nowhere/prompts.md"}, "prompts.md"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_setting_that_cannot_be_used_is_named_at_start_up(
    tmp_path: Path, environment: dict[str, str], complaint: str
) -> None:
    home = {"DATABASE_URL": f"sqlite:///{tmp_path / 'hotline.db'}", **environment}
    done = run("agents", "ready", "1001", **home)

    assert done.returncode == 1
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


def test_somebody_unknown_is_not_set_ready(database_url: str) -> None:
    done = run("agents", "ready", "4711", DATABASE_URL=database_url)
    assert done.returncode == 1
    assert "4711" in done.stderr
