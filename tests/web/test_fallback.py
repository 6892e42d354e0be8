"""The process that answers when the hotline does not: it needs nothing, and sends nobody away."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ivr.flows.clock import keep_outage_promises
from ivr.spool import Spool
from ivr.web.fallback import create_fallback
from ivr.web.outage import PATIENCE, Visits
from tests.telephony.twiml_grammar import faults, urls_of
from tests.web.hotline import (
    BASE,
    ELDER,
    STRANGER,
    CarrierLine,
    Hotline,
    new_sid,
    settings_for,
    speaks_and_comes_back,
    webhook,
)

ELSEWHERE = "https://fallback.example.com"
PATH = "/voice/fallback"


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return tmp_path / "spool"


@pytest.fixture
def fallback(spool: Path) -> CarrierLine:
    settings = settings_for("sqlite:////nowhere/x.db", fallback_base_url=ELSEWHERE, spool_dir=spool)
    return CarrierLine(create_fallback(settings), base=ELSEWHERE)


def failed(sid: str, **others: str) -> dict[str, str]:
    """The form that comes to the fallback address."""
    return webhook(sid, ErrorCode="11205", ErrorUrl=f"{BASE}/voice/incoming", **others)


def test_a_caller_hears_a_voice_and_is_led_back_to_the_hotline(fallback: CarrierLine) -> None:
    answer = fallback.post(PATH, failed(new_sid()))
    assert speaks_and_comes_back(answer)
    document = answer.get_data(as_text=True)
    assert f"{BASE}/voice/resume</Redirect>" in document
    assert faults(document) == []


def test_the_music_comes_from_the_process_that_is_up(fallback: CarrierLine) -> None:
    document = fallback.post(PATH, failed(new_sid())).get_data(as_text=True)
    assert f"<Play>{ELSEWHERE}/voice/music/" in document
    path = document.split(f"<Play>{ELSEWHERE}")[1].split("<")[0]
    music = fallback.app.test_client().get(path)
    assert (music.status_code, music.content_type) == (200, "audio/wav")


def test_only_the_address_that_the_carrier_was_given_counts(fallback: CarrierLine) -> None:
    form = failed(new_sid())
    assert CarrierLine(fallback.app, base=BASE).post(PATH, form).status_code == 403
    assert fallback.post(PATH, form, signature="x").status_code == 403


def test_whoever_keeps_coming_is_told_of_the_fault_once_and_never_sent_away(
    fallback: CarrierLine, spool: Path
) -> None:
    sid = new_sid()
    told, as_usual = [], first_of(fallback)
    for visit in range(1, 31):
        answer = fallback.post(PATH, failed(sid))
        assert speaks_and_comes_back(answer)
        document = answer.get_data(as_text=True)
        assert "<Hangup" not in document
        if document != as_usual:
            told.append(visit)
        assert len(list(spool.glob("*"))) == (1 if visit >= PATIENCE else 0)
    assert told == [PATIENCE]


def first_of(fallback: CarrierLine) -> str:
    return fallback.post(PATH, failed(new_sid())).get_data(as_text=True)


def test_the_number_is_put_aside_for_our_own_eyes(fallback: CarrierLine, spool: Path) -> None:
    sid = new_sid()
    for _ in range(PATIENCE):
        fallback.post(PATH, failed(sid))
    (kept,) = spool.iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(spool.stat().st_mode) == 0o700
    assert json.loads(kept.read_text()) == {"sid": sid, "number": ELDER}
    assert ELDER not in kept.name


@pytest.mark.parametrize("number", ["anonymous", "", "+86282452253", "sip:x@y", "95519"])
def test_who_cannot_be_rung_back_is_promised_nothing_and_still_held(
    fallback: CarrierLine, spool: Path, number: str
) -> None:
    sid = new_sid()
    answers = {fallback.post(PATH, failed(sid, From=number)).data for _ in range(PATIENCE + 2)}
    assert answers == {first_of(fallback).encode()}
    assert not spool.exists()


def test_a_disk_that_does_not_let_us_write_costs_only_the_promise(
    fallback: CarrierLine, spool: Path
) -> None:
    spool.write_text("a file where the folder should be")
    sid = new_sid()
    answers = [fallback.post(PATH, failed(sid)) for _ in range(PATIENCE)]
    assert all(speaks_and_comes_back(answer) for answer in answers)
    assert len({answer.data for answer in answers}) == 1


def test_a_phone_of_ours_is_let_go(fallback: CarrierLine, spool: Path) -> None:
    for _ in range(PATIENCE + 1):
        answer = fallback.post(
            PATH, failed(new_sid(), Direction="outbound-api", From="+861000095519")
        )
        assert "<Hangup" in answer.get_data(as_text=True)
    assert not spool.exists()


def test_calls_are_counted_apart_and_the_oldest_are_forgotten() -> None:
    visits = Visits()
    assert [visits.another("a") for _ in range(3)] == [1, 2, 3]
    assert visits.another("b") == 1
    for number in range(10_000):
        visits.another(f"c{number}")
    assert visits.another("a") == 1


def test_the_hotline_itself_serves_the_address_as_well(door: Hotline) -> None:
    assert speaks_and_comes_back(door.post(PATH, failed(new_sid())))


def test_numbers_put_aside_become_call_backs_when_the_database_is_there(
    hotline: Hotline, fallback: CarrierLine, spool: Path
) -> None:
    known, unknown = new_sid(), new_sid()
    hotline.post("/voice/incoming", webhook(known))
    for _ in range(PATIENCE):
        fallback.post(PATH, failed(known))
        fallback.post(PATH, failed(unknown, From=STRANGER))

    now = hotline.settings.now()
    assert keep_outage_promises(hotline.house, Spool(spool), now) == 2

    promised = hotline.rows("call_back")
    assert sorted(row["number"] for row in promised) == sorted([ELDER, STRANGER])
    assert {row["reason"] for row in promised} == {"outage"}
    assert all(row["due_at"] > now for row in promised)
    assert {row["sid"] for row in promised} == {known, unknown}
    assert list(spool.iterdir()) == []
    assert keep_outage_promises(hotline.house, Spool(spool), now) == 0


def test_half_a_file_is_kept_for_a_person_and_does_not_stop_the_others(
    hotline: Hotline, fallback: CarrierLine, spool: Path
) -> None:
    spool.mkdir()
    (spool / "CA0.json").write_text('{"sid": "CA')
    for _ in range(PATIENCE):
        fallback.post(PATH, failed("CA" + "7" * 32))
    now = hotline.settings.now()
    assert sum(keep_outage_promises(hotline.house, Spool(spool), now) for _ in range(2)) == 1
    assert [path.name for path in spool.iterdir()] == ["CA0.unreadable"]


def test_every_address_that_is_heard_is_absolute(fallback: CarrierLine) -> None:
    root = ElementTree.fromstring(first_of(fallback).encode())
    assert all(url.startswith((f"{BASE}/", f"{ELSEWHERE}/")) for url in urls_of(root))
