"""Unknown callers say what they want, and the carrier recognises it (SPEECH_ENGINE=carrier)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.exchange.client import Telephone
from tests.town import ELDER, STRANGER, Town, open_town


@pytest.fixture(scope="module")
def hearing_town(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town whose carrier hears; the database behind it is tested elsewhere."""
    folder = tmp_path_factory.mktemp("hearing")
    shutil.copy(sqlite_template, folder / "hotline.db")
    url = f"sqlite:///{folder / 'hotline.db'}"
    with open_town(url, folder, SPEECH_ENGINE="carrier") as town:
        yield town


@pytest.fixture
def town(hearing_town: Town) -> Iterator[Town]:
    hearing_town.tidy()
    yield hearing_town
    hearing_town.tidy()


def asked(town: Town) -> Telephone:
    """A stranger who has heard the open question to its end."""
    phone = town.dial(STRANGER)
    phone.wait_to_hear("您想办什么事")
    town.let_pass(14)
    return phone


def test_a_stranger_who_tells_age_and_need_goes_ahead_as_an_elder(town: Town) -> None:
    phone = asked(town)
    phone.talk("我今年七十二了我要理赔")

    phone.wait_to_hear("请别挂机")
    waiting = town.rows(
        "SELECT q.topic, q.priority, c.segment FROM queued_call q JOIN call c ON c.id = q.call_id"
    )
    assert waiting == [{"topic": "claim", "priority": 2, "segment": "elder"}]


def test_a_stranger_who_tells_only_the_age_gets_the_elders_keys(town: Town) -> None:
    phone = asked(town)
    phone.talk("我是一九五零年生的")
    phone.wait_to_hear("下面您按一个键就行").wait_to_hear("请按二")


def test_a_surrender_is_warned_of_fraud_while_in_the_line_already(town: Town) -> None:
    phone = asked(town)
    phone.talk("我要退保")

    phone.wait_to_hear("给您提个醒")
    assert town.value("SELECT topic FROM queued_call") == "surrender"
    agent = town.desk("2001").ready().take_call()
    agent.wait_until_doing("conference")
    phone.wait_until_doing("conference")


def test_what_is_not_understood_twice_leads_to_a_person(town: Town) -> None:
    phone = asked(town)
    phone.talk("啦啦啦")
    phone.wait_to_hear("我没听明白")
    town.let_pass(14)
    phone.talk("嘟嘟嘟")
    phone.wait_to_hear("是我没听明白")
    assert town.value("SELECT topic FROM queued_call") == "human"


def test_keys_work_beside_speech(town: Town) -> None:
    phone = asked(town)
    phone.press("0").wait_to_hear("马上帮您找人")
    assert town.value("SELECT topic FROM queued_call") == "human"


def test_an_elder_on_file_is_never_asked_to_speak(town: Town) -> None:
    phone = town.dial(ELDER).wait_to_hear("请按二")
    assert phone.call["collecting"] == {"keys": True, "speech": False}
