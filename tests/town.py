"""A town to test in: the hotline's own processes, a telephone network, phones and desks."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import text

from ivr.cli.town import DATA, PracticeTown, open_practice_town
from ivr.exchange.client import Telephone

SPEED = 20.0

ELDER = "+861000000018"
ELDER_IN_CHENGDU = "+862800000027"
YOUNGER = "+861000000999"
FAMILY = "+8659200000063"
STRANGER = "+8675500000081"

EVERY_CALL = (
    "survey",
    "complaint",
    "call_back",
    "command",
    "due",
    "carrier_event",
    "call_event",
    "offer",
    "place_in_line",
    "idle_agent",
    "queued_call",
    "tally",
    "call",
)


class Town:
    """Everything that a test needs to make a call and to look at what came of it."""

    def __init__(self, practice: PracticeTown) -> None:
        self.practice = practice
        self.network = practice.network
        self.web_url = practice.web_url
        self.store = practice.store
        self.now = practice.now
        self.let_pass = practice.let_pass

    def dial(self, number: str = ELDER) -> Telephone:
        """Somebody rings the hotline."""
        return self.network.dial(number)

    def desk(self, agent_no: str) -> Desk:
        """An agent comes on duty."""
        return Desk(self, agent_no)

    def rows(self, statement: str, **values: Any) -> list[dict[str, Any]]:
        """What is in the database."""
        with self.store.reading() as conn:
            return [dict(row._mapping) for row in conn.execute(text(statement), values)]

    def value(self, statement: str, **values: Any) -> Any:
        """The single value of the single row that *statement* finds."""
        (row,) = self.rows(statement, **values)
        return next(iter(row.values()))

    def eventually(self, look: Callable[[], Any], what: str = "it", timeout_s: float = 10.0) -> Any:
        """Wait until *look* answers something true."""
        return self.network.wait_for(look, what, timeout_s)

    def tidy(self) -> None:
        """Hang up every phone, send everybody home, forget all calls."""
        self.network.behave()
        for call in self.network.state()["calls"]:
            if call["ended_at"] is None:
                self.network.hangup(call["sid"])
        for agent in json.loads((DATA / "agents.json").read_text()):
            self.network.switch_on(agent["endpoint"])
            self.network.auto_answer(agent["endpoint"], None)
            self.network.busy(agent["endpoint"], False)
        time.sleep(0.05)
        with self.store.routing() as conn:
            conn.execute(text("UPDATE agent SET state = 'off_duty', reason = NULL, call_id = NULL"))
            for table in EVERY_CALL:
                conn.execute(text(f"DELETE FROM {table}"))


class NotAllowed(AssertionError):
    """The desk said no."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = body


class Desk:
    """An agent's desk, over HTTP as the page uses it."""

    def __init__(self, town: Town, agent_no: str) -> None:
        self._town = town
        self.agent_no = agent_no
        self._cookie = ""
        self._headers = {"X-Desk": "1", "Content-Type": "application/json"}
        self.post("sign-in", agent_no=agent_no)
        self.endpoint: str = self.me["endpoint"]

    def _ask(self, method: str, path: str, body: dict[str, str] | None) -> Any:
        request = urllib.request.Request(
            f"{self._town.web_url}/desk/api/{path}",
            method=method,
            data=json.dumps(body).encode() if body is not None else None,
            headers=self._headers | {"Cookie": self._cookie},
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                for header in response.headers.get_all("Set-Cookie") or ():
                    self._cookie = header.split(";", 1)[0]
                return json.load(response)
        except urllib.error.HTTPError as error:
            raise NotAllowed(error.code, error.read().decode()) from None

    def forget_the_header(self) -> None:
        """Ask as a page of somebody else's would: with the cookie, without our header."""
        del self._headers["X-Desk"]

    def post(self, what: str, **body: str) -> Any:
        """Press a button."""
        return self._ask("POST", what, body)

    @property
    def me(self) -> Any:
        """What the desk shows."""
        return self._ask("GET", "me", None)

    @property
    def state(self) -> str:
        """The agent's state."""
        return str(self.me["state"])

    def ready(self) -> Desk:
        """Ready for the next call."""
        self.post("ready")
        return self

    def phone(self, timeout_s: float = 10.0) -> Telephone:
        """Wait for the agent's phone to ring."""
        return self._town.network.ringing(self.endpoint, timeout_s)

    def take_call(self) -> Telephone:
        """Wait for the phone to ring, and answer it."""
        phone = self.phone()
        phone.answer()
        return phone

    def wait_until(self, state: str) -> None:
        """Wait until the desk shows *state*."""
        self._town.eventually(lambda: self.state == state, f"{self.agent_no} {state}")


@contextmanager
def open_town(database_url: str, folder: Path, **settings: str) -> Iterator[Town]:
    """A town on the migrated, empty database at *database_url*; *settings* in capitals."""
    # A minute of ringing is three seconds here: a busy machine must not look like RONA.
    settings = {"RING_TIME_S": "60"} | settings
    with open_practice_town(database_url, folder, SPEED, **settings) as practice:
        yield Town(practice)
