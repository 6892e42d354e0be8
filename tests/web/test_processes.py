"""What a process carries about, and what it writes down: measured from outside."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ivr.store import open_store
from ivr.store.migrate import upgrade
from tests.web.hotline import (
    ELDER,
    HOTLINE,
    NAME,
    STRANGER,
    TOKEN,
    Hotline,
    new_sid,
    next_path,
    webhook,
)

ROOT = Path(__file__).parents[2]


def modules_after(code: str, **environment: str) -> set[str]:
    """The modules that a fresh process has loaded after *code*."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"],
        cwd=ROOT,
        env={**os.environ, "PRACTICE": "true", "LOG_LEVEL": "WARNING"} | environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_a_web_worker_loads_nothing_that_only_others_need(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'fresh.db'}"
    loaded = modules_after("import app; assert app.app", DATABASE_URL=url)
    assert "ivr.flows.answer" in loaded
    for heavy in ("phonenumbers.geocoder", "phonenumbers.carrier", "twilio.rest", "alembic",
                  "ivr.understanding", "requests", "aiohttp", "vosk", "ivr.exchange", "ivr.cli",
                  "ivr.simulation"):  # fmt: skip
        assert heavy not in loaded, f"{heavy} costs every worker memory and start-up time"
    # The fresh database was brought to its shape on the way, in a process of its own.
    store = open_store(url)
    upgrade(store)
    store.close()


def test_the_fallback_can_start_where_there_is_no_database_at_all(tmp_path: Path) -> None:
    loaded = modules_after(
        "from ivr.web.fallback import app",
        DATABASE_URL="postgresql://nobody@127.0.0.1:1/none",
        SPOOL_DIR=str(tmp_path / "spool"),
    )
    assert "ivr.web.outage" in loaded
    for room in (
        "sqlalchemy",
        "psycopg",
        "ivr.flows",
        "ivr.store",
        "ivr.web.voice",
        "ivr.web.desk",
    ):
        assert room not in loaded, f"{room} may be what has failed"


# --- logs ----------------------------------------------------------------------------------

FORGED = "+861000000018\r\n2026-11-22 08:00:00 root all is well\n\x1b[2J"
SECRETS = (ELDER, STRANGER, ELDER.removeprefix("+86"), STRANGER.removeprefix("+86"), HOTLINE,
           NAME, "王秀", TOKEN, "我叫王秀兰", "0000 0018")  # fmt: skip


def test_no_number_name_or_word_of_a_caller_is_written_down(
    hotline: Hotline, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    sid = new_sid()
    turn = hotline.post("/voice/incoming", webhook(sid, From=FORGED, CallerName=NAME))
    path = next_path(turn.get_data(as_text=True))
    hotline.post(path, webhook(sid, SpeechResult="我叫王秀兰，电话是01000000018"))
    hotline.post("/voice/turn/1", webhook(new_sid(), From=STRANGER, Digits="2"))
    hotline.post("/voice/status", webhook(sid, CallStatus="completed", From=FORGED))
    for bad in ({"CallSid": FORGED}, {"CallStatus": FORGED}, {"Digits": FORGED}):
        hotline.post("/voice/incoming", webhook(sid) | bad)
    hotline.carrier.post("/voice/incoming", webhook(sid, From=FORGED), signature=FORGED[:13])
    hotline.post("/voice/turn/1%0d%0aforged", webhook(sid, From=STRANGER))
    for _ in range(5):
        hotline.post("/voice/fallback", webhook(sid, From=STRANGER))
    # Now everything goes wrong, and the traces are written.
    with hotline.store.transaction() as conn:
        conn.exec_driver_sql("DROP TABLE customer_line")
        conn.exec_driver_sql("DROP TABLE call_back")
    for number in (ELDER, STRANGER, FORGED):
        hotline.post("/voice/incoming", webhook(new_sid(), From=number, CallerName=NAME))

    written = caplog.text + "".join(capfd.readouterr())
    assert "/voice/incoming held" in written
    for secret in SECRETS:
        assert secret not in written
    assert not re.search(r"\+86[0-9]{6,}", written)
    assert "all is well" not in written
    assert "\x1b" not in written
    for record in caplog.records:
        message = record.getMessage()
        assert "\r" not in message
        assert "\n" not in message, message
