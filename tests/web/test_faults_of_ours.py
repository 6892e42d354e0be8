"""Faults of our own lead to a person, and promises are made once."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from ivr.flows.clock import keep_outage_promises
from ivr.spool import Spool
from tests.web.hotline import Hotline, new_sid, webhook


def test_an_unreadable_state_leads_to_a_person(hotline: Hotline) -> None:
    sid = new_sid()
    hotline.post("/voice/incoming", webhook(sid))
    with hotline.store.transaction() as conn:
        conn.execute(text("UPDATE call SET state = '{}'"))

    answer = hotline.post("/voice/turn/1", webhook(sid, Digits="7"))

    assert len(hotline.rows("queued_call")) == 1
    assert "找人" in answer.text


def test_an_outage_promise_is_booked_once_across_a_crash(hotline: Hotline, tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    for _ in range(2):  # The second time stands for a crash before the file was removed.
        spool.put("CA" + "7" * 32, "+861000000018")
        keep_outage_promises(hotline.house, spool, hotline.settings.now())

    assert len(hotline.rows("call_back")) == 1
