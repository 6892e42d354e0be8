"""Commit, call, record: against the practice exchange, with a sender that the test moves.

The web and the exchange are the real ones; no clock runs, so a command is sent when the test
says so, and a sender who dies is one who says nothing more.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from ivr.exchange.client import PracticeClient, Telephone
from ivr.exchange.server import run_in_thread
from ivr.exchange.settings import Settings as ExchangeSettings
from ivr.flows.house import open_house
from ivr.flows.outbox import claim_next, deliver
from ivr.store.outbox import Command, CommandKind
from ivr.telephony.carrier import Carrier
from ivr.web.app import create_app
from tests.line.house import Playing
from tests.line.invariants import faults
from tests.line.premises import BOTH, ELDER, furnish, settings

ROOT = Path(__file__).parent.parent.parent
SPEED = 20.0
LEASE_S = 9 * SPEED  # Longer than a lease, on the house's clock.


@dataclass
class Switchboard:
    """A house on the telephone network, without a clock of its own."""

    play: Playing
    network: PracticeClient
    carrier: Carrier

    def now(self) -> datetime:
        return self.play.house.settings.now()

    def desk(self) -> Playing:
        """The house, at this moment."""
        self.play.now = self.now()
        return self.play

    def endpoint(self, agent_no: str) -> str:
        return f"client:a{agent_no}"

    def elder(self) -> Telephone:
        """An elder who waits in the line."""
        phone = self.network.dial(ELDER).wait_to_be_asked()
        phone.press("0")
        calls = "SELECT 1 FROM queued_call q JOIN call c ON c.id = q.call_id WHERE c.sid = :sid"
        self.wait(lambda: self.play.rows(calls, sid=phone.sid), "a place in line")
        return phone

    def claim(self, later_s: float = 0) -> Command | None:
        return claim_next(self.play.house, self.now() + timedelta(seconds=later_s))

    def send(self, later_s: float = 0) -> CommandKind | None:
        """Send the next command, as if *later_s* had passed; what it was."""
        command = self.claim(later_s)
        if command is None:
            return None
        deliver(self.play.house, self.carrier, command)
        return command.kind

    def send_all(self, later_s: float = 0) -> list[CommandKind]:
        sent = []
        while kind := self.send(later_s):
            sent.append(kind)
        return sent

    def legs_to(self, agent_no: str) -> list[dict[str, Any]]:
        """Every call that was ever made to this agent."""
        endpoint = self.endpoint(agent_no)
        return [one for one in self.network.state()["calls"] if one["phone"] == endpoint]

    def wait(self, look: Callable[[], Any], what: str) -> Any:
        return self.network.wait_for(look, what)

    def status(self, phone: Telephone) -> str:
        return str(self.play.value(
            "SELECT q.status FROM queued_call q JOIN call c ON c.id = q.call_id WHERE c.sid = :sid",
            sid=phone.sid,
        ))  # fmt: skip


@pytest.fixture
def board(database_url: str, tmp_path: Path) -> Iterator[Switchboard]:
    furnish(database_url, {"1001": BOTH, "1002": BOTH})
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    web = f"http://127.0.0.1:{server.server_port}"
    epoch = datetime.now(UTC)
    exchange = run_in_thread(
        ExchangeSettings(
            port=0, voice_url=f"{web}/voice/incoming", status_url=f"{web}/voice/status",
            speed=SPEED, epoch=epoch,
        )
    )  # fmt: skip
    config = settings(
        database_url, public_base_url=web, twilio_api_base_url=exchange.url, clock_speed=SPEED,
        clock_epoch=epoch, ring_time_s=60, spool_dir=tmp_path / "spool", log_level="ERROR",
    )  # fmt: skip
    server.app = create_app(config)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    house = open_house(config)
    account = (config.twilio_account_sid, config.twilio_auth_token[0])
    board = Switchboard(
        Playing(house),
        PracticeClient(exchange.url),
        Carrier(*account, exchange.url, config.hotline_number),
    )
    for agent_no in ("1001", "1002"):
        board.network.switch_on(board.endpoint(agent_no))
    try:
        yield board
        assert faults(house.store) == []
    finally:
        exchange.stop()
        server.shutdown()
        thread.join()
        server.server_close()
        server.app.extensions["house"].store.close()  # type: ignore[attr-defined] # it is Flask
        house.store.close()


def rings(board: Switchboard, agent_no: str) -> Telephone:
    return board.network.ringing(board.endpoint(agent_no))


def test_a_sender_who_died_before_sending_delays_the_ring_and_no_more(board: Switchboard) -> None:
    board.desk().on_duty("1001")
    elder = board.elder()
    assert board.claim() is not None  # And nobody hears of the sender again.

    assert board.send(LEASE_S) is CommandKind.RING_AGENT

    rings(board, "1001")
    assert len(board.legs_to("1001")) == 1
    assert board.status(elder) == "offered"


@pytest.mark.parametrize("trouble", ["cut", "5xx", "refuse"])
def test_a_phone_rings_once_and_the_caller_enters_once_whatever_the_carrier_says(
    board: Switchboard, trouble: str
) -> None:
    board.desk().on_duty("1001")
    elder = board.elder()
    board.network.misbehave("rest", trouble, times=1)
    assert board.send() is CommandKind.RING_AGENT
    assert board.send(LEASE_S) is CommandKind.RING_AGENT
    agent = rings(board, "1001")
    assert len(board.legs_to("1001")) == 1

    agent.answer()
    board.wait(lambda: board.status(elder) == "connected", "an answer")
    board.network.misbehave("rest", trouble, times=1)
    assert board.send() is CommandKind.JOIN_ROOM
    if trouble == "cut":  # It was done; only the answer was lost.
        elder.wait_until_doing("conference")
    assert board.send(LEASE_S) is CommandKind.JOIN_ROOM

    agent.wait_until_doing("conference")
    elder.wait_until_doing("conference")
    elder.talk("喂")
    agent.wait_to_hear("喂")
    assert len(elder.entries("joined")) == 1


def test_a_phone_that_could_not_be_rung_is_not_rung_for_a_caller_who_left(
    board: Switchboard,
) -> None:
    board.desk().on_duty("1001")
    first = board.elder()
    board.network.misbehave("rest", "5xx", times=1)
    board.send()
    first.hangup()
    board.wait(lambda: board.status(first) == "abandoned", "the hang-up")
    second = board.elder()  # The same agent, another call: its leg is nobody else's.
    board.send()
    agent = rings(board, "1001")

    board.send_all(LEASE_S)

    assert agent.status == "ringing"
    assert len(board.legs_to("1001")) == 1
    agent.answer()
    board.wait(lambda: board.status(second) == "connected", "an answer")


def test_a_caller_whose_last_word_was_lost_leaves_the_line_and_the_phone_stops(
    board: Switchboard,
) -> None:
    board.desk().on_duty("1001")
    elder = board.elder()
    board.send_all()
    agent = rings(board, "1001")
    board.network.misbehave("status", "drop", times=1)
    elder.hangup().wait_until("no-answer" if elder.status == "ringing" else "completed")
    assert board.status(elder) == "offered"

    board.desk().at(91).look_around()
    assert board.send_all(LEASE_S) == [CommandKind.LOOK_UP_CALLER, CommandKind.END_AGENT_LEG]

    assert board.status(elder) == "abandoned"
    board.wait(lambda: agent.call["ended_at"], "silence")
    assert board.desk().state("1001") == "ready"


def test_a_caller_left_alone_in_the_room_is_led_on_though_no_report_came(
    board: Switchboard,
) -> None:
    board.desk().on_duty("1001")
    elder = board.elder()
    board.send_all()
    agent = rings(board, "1001").answer()
    board.wait(lambda: board.status(elder) == "connected", "an answer")
    board.send_all()
    agent.wait_until_doing("conference")
    board.wait(lambda: board.play.rows("SELECT 1 FROM offer WHERE leg_joined_at IS NOT NULL"), "in")
    for on in ("status", "conference", "voice"):
        board.network.misbehave(on, "drop", times=2)
    agent.hangup()
    board.wait(lambda: agent.call["ended_at"], "the end")
    assert board.status(elder) == "connected"
    board.network.behave()

    board.desk().at(121).look_around()
    assert board.send_all(LEASE_S) == [CommandKind.LOOK_UP_CALLER, CommandKind.RESUME_CALLER]

    assert board.status(elder) in {"served", "waiting"}
    elder.wait_to_hear("评一评" if board.status(elder) == "served" else "找人")


DYING_SENDER = """
import os, signal, sys
from datetime import timedelta
from dataclasses import replace
from ivr.config import settings
from ivr.flows.house import open_house
from ivr.flows.outbox import claim_next, deliver
from ivr.store import Store
from ivr.telephony.carrier import Carrier

class DyingStore(Store):
    def transaction(self):
        if is_sent:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().transaction()
    routing = transaction

config = settings()
house = replace(open_house(config), store=DyingStore(config.database_url))
is_sent = False
command = claim_next(house, config.now())
assert command is not None
is_sent = True
carrier = Carrier(config.twilio_account_sid, config.twilio_auth_token[0],
                  config.twilio_api_base_url, config.hotline_number)
deliver(house, carrier, command)
"""


def test_a_sender_killed_between_the_call_and_the_record_does_not_ring_twice(
    board: Switchboard,
) -> None:
    board.desk().on_duty("1001")
    elder = board.elder()
    config = board.play.house.settings
    environment = {
        "PRACTICE": "true",
        "DATABASE_URL": config.database_url,
        "TWILIO_API_BASE_URL": config.twilio_api_base_url,
        "PUBLIC_BASE_URL": config.public_base_url,
        "CLOCK_SPEED": str(SPEED),
        "CLOCK_EPOCH": str(config.clock_epoch),
    }
    sender = subprocess.run(
        [sys.executable, "-c", DYING_SENDER], env=os.environ | environment, cwd=ROOT, check=False
    )
    assert sender.returncode == -signal.SIGKILL
    agent = rings(board, "1001")

    assert board.send(LEASE_S) is CommandKind.RING_AGENT

    assert len(board.legs_to("1001")) == 1
    agent.answer()
    board.wait(lambda: board.status(elder) == "connected", "an answer")
