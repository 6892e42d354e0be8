"""``python -m ivr understand`` as a program: lines in, lines out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from threading import Timer

PATIENCE_S = 20.0
COMMAND = [sys.executable, "-m", "ivr", "understand"]


def understood(text: bytes, *options: str) -> list[dict[str, object]]:
    done = subprocess.run([*COMMAND, *options], input=text, capture_output=True, check=True)
    return [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]


def test_each_line_gives_one_object_with_what_was_understood():
    lines = "我 妈 七十二 了 我替她查保单\n\n我六一年的".encode()
    first, empty, last = understood(lines, "--on", "2026-11-22", "--json")
    reasons = first.pop("reasons")
    assert first == {
        "text": "我 妈 七十二 了 我替她查保单",
        "intent": "policy",
        "elder": "no",
        "age": [72, 72],
        "birth_year": None,
        "age_of": "third",
        "on_behalf_of": True,
        "dialect": None,
    }
    assert any("七十二" in reason for reason in reasons)
    assert (empty["text"], empty["intent"]) == ("", "other")
    assert (last["elder"], last["birth_year"]) == ("unknown", 1961)


def test_bytes_that_are_no_utf8_a_mark_and_windows_line_ends_do_no_harm():
    marked = b"\xef\xbb\xbf" + "我要退保\r\n".encode()
    first, broken = understood(marked + b"\xff\xe6 " + "转人工\n".encode())
    assert (first["text"], first["intent"]) == ("我要退保", "surrender")
    assert broken["intent"] == "human"


def test_an_answer_comes_before_the_next_line_is_sent():
    # An environment that turns buffers off would hide that an answer is held back.
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=buffered
    ) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        patience = Timer(PATIENCE_S, program.kill)  # An answer that never comes must fail.
        patience.start()
        for words, intent in (("转人工", "human"), ("我要报案", "claim")):
            program.stdin.write(f"{words}\n".encode())
            program.stdin.flush()
            assert json.loads(program.stdout.readline())["intent"] == intent
        patience.cancel()
        program.stdin.close()


def test_ages_are_counted_today_in_china_unless_told_otherwise():
    today = (datetime.now(UTC) + timedelta(hours=8)).date()
    birthday = f"我{today.year - 70}年{today.month}月{today.day}号生的".encode()
    assert understood(birthday)[0]["age"] in ([70, 70], [69, 69])  # 69 on 29 February alone.
    assert understood(birthday, "--on", f"{today.year + 10}-12-31")[0]["age"] == [80, 80]


def test_the_elder_age_can_be_set():
    words = "我今年六十二".encode()
    assert understood(words, "--elder-age", "60")[0]["elder"] == "yes"
    assert understood(words, "--elder-age", "65")[0]["elder"] == "no"
