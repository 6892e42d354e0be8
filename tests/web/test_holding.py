"""When the house cannot think, the caller hears a voice in time, and comes back."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url, text
from werkzeug.test import TestResponse

from ivr.web.app import create_app
from ivr.web.deadline import Deadline
from tests.postgres import Cluster
from tests.telephony.twiml_grammar import faults
from tests.web.hotline import (
    BASE,
    CarrierLine,
    Hotline,
    new_sid,
    next_path,
    open_hotline,
    settings_for,
    speaks_and_comes_back,
    webhook,
)
from tests.web.proxy import Wire, wire

DEADLINE_S = 0.3
SLACK_S = 1.0
"""Above the deadline: two cores are shared with whatever else runs."""
MOST_THREADS = 24
POOLED = 8
"""Connections that the store keeps open between transactions."""

OF_CALLERS = ("/voice/incoming", "/voice/turn/1", "/voice/resume", "/voice/after-talk")
OF_AGENTS = ("/voice/agent/1", "/voice/agent/1/after")


def timed(ask: Callable[[], TestResponse]) -> tuple[TestResponse, float]:
    began = time.monotonic()
    return ask(), time.monotonic() - began


def assert_held(carrier: CarrierLine) -> None:
    """Every webhook is answered in time with something that is heard and comes back."""
    for path in OF_CALLERS:
        answer, took_s = timed(lambda path=path: carrier.post(path, webhook(new_sid())))
        assert speaks_and_comes_back(answer), path
        document = answer.get_data(as_text=True)
        assert "<Say" in document
        assert f"{BASE}/voice/resume</Redirect>" in document
        assert faults(document, base=BASE) == []
        assert took_s < DEADLINE_S + SLACK_S
    for path in OF_AGENTS:
        answer, took_s = timed(lambda path=path: carrier.post(path, webhook(new_sid())))
        assert speaks_and_comes_back(answer), path
        assert f"{BASE}{path}</Redirect>" in answer.get_data(as_text=True)
        assert took_s < DEADLINE_S + SLACK_S
    assert "<Say" in carrier.post("/voice/hold", webhook(new_sid())).get_data(as_text=True)


def answers_again(hotline: Hotline, within_s: float = 5.0) -> bool:
    """Whether a new caller is soon greeted as usual."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        answer = hotline.post("/voice/incoming", webhook(new_sid()))
        if "<Gather" in answer.get_data(as_text=True):
            return True
        time.sleep(0.05)
    return False


def working_threads() -> int:
    return sum(thread.name.startswith("webhook") for thread in threading.enumerate())


# --- the database is not there -------------------------------------------------------------


def test_a_hotline_whose_database_is_not_there_starts_and_speaks(tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"postgresql://postgres@127.0.0.1:{nobody.getsockname()[1]}/x"
        settings = settings_for(url, webhook_deadline_s=DEADLINE_S, spool_dir=tmp_path / "spool")
        assert_held(CarrierLine(create_app(settings)))


# --- the database does not answer ----------------------------------------------------------


@pytest.fixture
def silent(postgres: Cluster, postgres_template: str, tmp_path: Path) -> Iterator[_Silent]:
    name = postgres.create(template=postgres_template)
    there = make_url(postgres.url(name))
    with wire(_address(there)) as between:
        here = URL.create("postgresql", there.username, there.password, "127.0.0.1", between.port,
                          name)  # fmt: skip
        hotline = open_hotline(
            here.render_as_string(hide_password=False),
            webhook_deadline_s=DEADLINE_S,
            spool_dir=tmp_path / "spool",
        )
        yield _Silent(hotline, between)
        between.close()  # Whoever still waits for an answer on it need not wait any more.
        hotline.close()
    postgres.drop(name)


class _Silent:
    def __init__(self, hotline: Hotline, between: Wire) -> None:
        self.hotline, self.wire = hotline, between


def _address(there: URL) -> str | tuple[str, int]:
    folder = there.query.get("host")
    if isinstance(folder, str):
        return f"{folder}/.s.PGSQL.{there.port or 5432}"
    return there.host or "127.0.0.1", there.port or 5432


def test_a_database_that_falls_silent_costs_nobody_more_than_the_deadline(
    silent: _Silent,
) -> None:
    before = working_threads()
    assert answers_again(silent.hotline)
    silent.wire.fall_silent()
    assert_held(silent.hotline.carrier)

    answers: list[tuple[TestResponse, float]] = []

    def call() -> None:
        post = silent.hotline.post
        answers.append(timed(lambda: post("/voice/incoming", webhook(new_sid()))))

    callers = [threading.Thread(target=call) for _ in range(60)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join(20)
    assert len(answers) == 60
    assert all(speaks_and_comes_back(answer) for answer, _ in answers)
    assert max(took_s for _, took_s in answers) < DEADLINE_S + 2 * SLACK_S
    assert working_threads() - before <= MOST_THREADS, "a dead database piles up threads"
    assert silent.wire.connections <= MOST_THREADS

    silent.wire.speak_again()
    assert answers_again(silent.hotline)


def test_connections_that_are_never_heard_of_again_are_given_up(silent: _Silent) -> None:
    with ExitStack() as at_once:
        for _ in range(POOLED):
            at_once.enter_context(silent.hotline.store.reading())
    silent.wire.forget_connections()
    assert answers_again(silent.hotline, within_s=8)
    # Whoever is stuck is stuck; everybody after them is served without a delay.
    for _ in range(5):
        answer, took_s = timed(lambda: silent.hotline.post("/voice/incoming", webhook(new_sid())))
        assert "<Gather" in answer.get_data(as_text=True)
        assert took_s < SLACK_S


# --- the database is busy ------------------------------------------------------------------

LOCK = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
db.execute("ROLLBACK")
"""


@contextmanager
def locked(database_url: str) -> Iterator[None]:
    """Another process holds the write lock."""
    path = make_url(database_url).database
    other = subprocess.Popen(
        [sys.executable, "-c", LOCK, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdin is not None
    assert other.stdout is not None
    with other:
        assert other.stdout.readline() == "locked\n"
        try:
            yield
        finally:
            other.stdin.close()


@pytest.fixture
def embedded(sqlite_template: Path, tmp_path: Path) -> Iterator[Hotline]:
    path = tmp_path / "hotline.db"
    path.write_bytes(sqlite_template.read_bytes())
    opened = open_hotline(
        f"sqlite:///{path}", webhook_deadline_s=DEADLINE_S, spool_dir=tmp_path / "spool"
    )
    yield opened
    opened.close()


def test_a_locked_database_is_waited_for_no_longer_than_the_deadline(embedded: Hotline) -> None:
    with locked(embedded.settings.database_url):
        assert_held(embedded.carrier)
    assert answers_again(embedded)


def test_work_that_came_too_late_is_found_by_the_next_webhook_and_done_once(
    embedded: Hotline,
) -> None:
    sid = new_sid()
    first = embedded.post("/voice/incoming", webhook(sid))
    with locked(embedded.settings.database_url):
        held = embedded.post(next_path(first.get_data(as_text=True)), webhook(sid, Digits="2"))
        assert "/voice/resume</Redirect>" in held.get_data(as_text=True)
    end = time.monotonic() + 5
    while embedded.rows("call")[0]["turn"] == 1 and time.monotonic() < end:
        time.sleep(0.02)
    resumed = embedded.post("/voice/resume", webhook(sid))
    assert next_path(resumed.get_data(as_text=True)) == "/voice/turn/2"
    again = embedded.post("/voice/turn/1", webhook(sid, Digits="2"))
    assert again.data == resumed.data
    assert len(embedded.rows("queued_call")) == 1


# --- a fault of our own --------------------------------------------------------------------


def test_a_fault_of_ours_is_a_voice_for_the_caller_and_a_trace_for_us(
    hotline: Hotline, caplog: pytest.LogCaptureFixture
) -> None:
    sid = new_sid()
    hotline.post("/voice/incoming", webhook(sid))
    with hotline.store.transaction() as conn:
        conn.execute(text("DROP TABLE place_in_line"))
    answer = hotline.post("/voice/turn/1", webhook(sid, Digits="2"))
    assert speaks_and_comes_back(answer)
    assert "<Say" in answer.get_data(as_text=True)
    assert any("/voice/turn/1 held" in record.getMessage() for record in caplog.records)
    # What was begun is undone, and who is not concerned by the fault is served.
    assert hotline.rows("queued_call") == []
    assert answers_again(hotline)


def test_work_without_room_is_refused_at_once_and_room_comes_back() -> None:
    deadline = Deadline(0.05, most=2)
    go = threading.Event()
    with pytest.raises(Exception, match="No answer within"):
        deadline.run(go.wait)
    with pytest.raises(Exception, match="No answer within"):
        deadline.run(go.wait)
    began = time.monotonic()
    with pytest.raises(Exception, match="Too many"):
        deadline.run(go.wait)
    assert time.monotonic() - began < 0.04
    go.set()
    end = time.monotonic() + 5
    while time.monotonic() < end:
        try:
            assert deadline.run(lambda: "done") == "done"
            break
        except Exception:
            time.sleep(0.01)
    assert Deadline(1).run(lambda: 7) == 7
