"""``customers import`` and ``line``, as typed in a shell."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.cli import cli

ROOT = Path(__file__).parents[2]
ROWS = (
    "customer_no,name,birth_date,numbers\n"
    "C20260001,李桂兰,1950-05-01,010 0000 0018\n"
    "C20260002,李小明,1990-05-01,010 0000 0018;+86 576 0000 0018\n"
)


def ivr(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, as its user runs it."""
    return subprocess.run(
        [sys.executable, "-m", "ivr", *arguments],
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "customers.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


@pytest.fixture
def on_file(database_url: str, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The customers are on file, in the database of the settings."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    done = CliRunner().invoke(cli, ["customers", "import", str(file)], catch_exceptions=False)
    assert "2 rows: 2 added, 0 changed, 0 unchanged, 0 bad." in done.output


def line(*arguments: str) -> str:
    done = CliRunner().invoke(cli, ["line", *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.usefixtures("on_file")
def test_a_line_tells_who_is_on_it_and_why_they_are_elders():
    told = line("010 0000 0018", "--on", "2026-11-22")
    assert "+86 ****18" in told
    assert "number C2****01, 76 years old" in told
    assert "number C2****02, 36 years old" in told
    assert "elder: a customer on the line is 65 or older, on 2026-11-22" in told
    assert "1. 北京话 (cmn-x-beijing); or else cmn-x-jilu" in told
    assert not any(secret in told for secret in ("0000", "李", "C20260001", "1950"))


@pytest.mark.usefixtures("on_file")
def test_a_line_in_json_has_the_same_and_the_whole_number_if_wanted():
    told = json.loads(line("sip:+8657600000018@x", "--on", "2015-05-01", "--json", "--full"))
    assert told["number"] == "+8657600000018"
    assert [(one["customer_no"], one["age"]) for one in told["customers"]] == [("C2****02", 25)]
    assert told["segment"] == "standard"
    assert told["evidence"]["rule"] == "no_elder_is_on_the_line"
    assert told["to_ask"] == ["wuu-x-taizhou"]
    assert told["dialects"][0]["fallbacks"][-1] == "cmn"


@pytest.mark.usefixtures("on_file")
def test_the_elders_age_is_that_of_the_settings(monkeypatch):
    monkeypatch.setenv("ELDER_AGE", "80")
    assert "no customer on the line is 80 or older" in line("01000000018", "--on", "2026-11-22")


@pytest.mark.usefixtures("on_file")
def test_nobody_on_the_line_is_unknown():
    assert "unknown: nobody on file has this number" in line("01000000099")


@pytest.mark.parametrize(
    ("number", "dialled", "why"),
    [
        ("anonymous", "", "withholds the number"),
        ("+86282452253", "", "withholds the number"),
        ("+861000095519", "010 0009 5519", "is the one that was dialled"),
        ("", "", "no number was sent"),
    ],
)
def test_an_unidentified_caller_is_told_with_the_reason(number, dialled, why):
    assert why in line(number, "--to", dialled)


def test_without_a_database_the_rest_is_told_and_none_is_made(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/folder/hotline.db")
    told = line("+8657600000018")
    assert "not looked up. There is no database yet." in told
    assert "台州话" in told
    assert not (tmp_path / "folder").exists()


def test_a_database_that_does_not_answer_is_no_reason_to_fall_silent(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/nothing")
    told = line("+8657600000018")
    assert "not looked up. The database did not answer" in told
    assert "台州话" in told


def test_an_import_needs_no_carrier_and_lists_bad_rows(file, tmp_path, sqlite_template):
    database = tmp_path / "hotline.db"
    database.write_bytes(sqlite_template.read_bytes())
    file.write_text(ROWS + "C3,赵,1950-02-30,01000000018\n", encoding="utf-8")
    command = ("customers", "import", str(file), "--database-url", f"sqlite:///{database}")

    done = ivr(*command, PRACTICE="")

    assert done.returncode == 0, done.stderr
    assert "3 rows: 2 added, 0 changed, 0 unchanged, 1 bad." in done.stdout
    report = tmp_path / "customers.report.csv"
    assert str(report) in done.stdout
    assert "4,C3,birth_date,there is no such day" in report.read_text("utf-8")


def test_a_refused_import_says_so_in_one_sentence_and_exits_with_1(file, tmp_path, sqlite_template):
    database = tmp_path / "hotline.db"
    database.write_bytes(sqlite_template.read_bytes())
    file.write_bytes(ROWS.encode("gbk"))

    done = ivr("customers", "import", str(file), DATABASE_URL=f"sqlite:///{database}")

    assert done.returncode == 1
    assert "customers.csv, line 2: The text is not UTF-8; it is probably GBK" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_day_that_does_not_exist_is_refused_in_words():
    done = CliRunner().invoke(cli, ["line", "01000000018", "--on", "2026-02-30"])
    assert done.exit_code == 2
    assert "2026-02-30 is not a day; write YYYY-MM-DD." in done.output
