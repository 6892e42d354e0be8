"""The hotline in this process, and a carrier that signs what it posts to it."""

from __future__ import annotations

import re
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from pydantic import PrivateAttr
from sqlalchemy import QueuePool, insert, select
from werkzeug.test import TestResponse

from ivr.config import PRACTICE_ACCOUNT, Settings
from ivr.exchange.signature import sign
from ivr.flows.house import House
from ivr.flows.outbox import claim_next, deliver
from ivr.flows.roster import Roster, load_roster
from ivr.store import Store
from ivr.store.schema import customer, customer_line, metadata, phone_line
from ivr.telephony.carrier import Carrier
from ivr.web.app import create_app

BASE = "https://hotline.example.com"
TOKEN = "a-token-that-only-the-tests-know"
FORM = "application/x-www-form-urlencoded"
ELDER, STRANGER, HOTLINE = "+861000000018", "+8675500000081", "+861000095519"
NAME = "王秀兰"
MORNING = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)

Form = Mapping[str, str]
ROSTER = {
    "centres": [{"code": "chengdu", "name": "成都中心"}],
    "skill_groups": [
        {"code": "elder", "name": "长者专席"},
        {"code": "general", "name": "综合坐席"},
    ],
    "agents": [
        {
            "agent_no": "1001",
            "surname": "李",
            "centre": "chengdu",
            "endpoint": "client:li",
            "skills": {"elder": 5, "general": 3},
        }
    ],
}

_numbers = count(1)


def new_sid(kind: str = "CA") -> str:
    """A name that no other test has."""
    return f"{kind}{next(_numbers):032x}"


class HandSet(Settings):
    """Settings whose clock is set by hand, as time is an argument everywhere else."""

    _now: list[datetime] = PrivateAttr(default_factory=lambda: [MORNING])

    def now(self) -> datetime:
        return self._now[0]

    def let_pass(self, seconds: float) -> None:
        """Put the clock forward."""
        self._now[0] += timedelta(seconds=seconds)


def settings_for(database_url: str, **others: Any) -> HandSet:
    """Settings of a hotline that is reached at BASE and keeps its data at *database_url*."""
    return HandSet(
        practice=True,
        database_url=database_url,
        public_base_url=BASE,
        twilio_auth_token=(TOKEN,),
        auto_migrate=False,
        **others,
    )


def webhook(sid: str, **others: str) -> dict[str, str]:
    """A form as the carrier sends it, blank fields and all."""
    form = {
        "AccountSid": PRACTICE_ACCOUNT,
        "ApiVersion": "2010-04-01",
        "CallSid": sid,
        "CallStatus": "in-progress",
        "Direction": "inbound",
        "From": ELDER,
        "To": HOTLINE,
        "StirVerstat": "",
    }
    for end in ("From", "To", "Caller", "Called"):
        form |= {f"{end}City": "", f"{end}State": "", f"{end}Zip": "", f"{end}Country": "CN"}
    form |= {"Caller": ELDER, "Called": HOTLINE}
    return form | others


WEBHOOKS = (
    "/voice/incoming",
    "/voice/turn/1",
    "/voice/resume",
    "/voice/after-talk",
    "/voice/hold",
    "/voice/status",
    "/voice/conference",
    "/voice/agent/1",
    "/voice/agent/1/after",
    "/voice/agent/1/status",
    "/voice/fallback",
)


def form_for(path: str) -> dict[str, str]:
    """A form that fits the address *path*."""
    form = webhook(new_sid(), Digits="1", CallStatus="ringing")
    if path == "/voice/conference":
        form |= {
            "ConferenceSid": new_sid("CF"),
            "StatusCallbackEvent": "participant-leave",
            "ParticipantLabel": "agent-1",
            "ParticipantCallStatus": "completed",
            "SequenceNumber": "4",
        }
    return form


@dataclass
class CarrierLine:
    """Posts to *app* as the carrier does: signed over the public address and every field."""

    app: Flask
    token: str = TOKEN
    base: str = BASE

    def post(self, path: str, form: Form, *, signature: str | None = None) -> TestResponse:
        """One webhook. *path* may carry a query."""
        if signature is None:
            signature = sign(self.token, self.base + path, form)
        return self.send(path, urlencode(form).encode(), signature)

    def send(
        self, path: str, body: bytes, signature: str, content_type: str = FORM, **others: Any
    ) -> TestResponse:
        """Bytes as they are, under any signature."""
        return self.app.test_client().post(
            path,
            data=body,
            content_type=content_type,
            headers={"X-Twilio-Signature": signature},
            **others,
        )


@dataclass
class Hotline:
    """The application, its database, its clock, and a carrier on both ends."""

    app: Flask
    settings: HandSet
    carrier: CarrierLine
    rest_url: str = ""
    _commands: Carrier | None = field(default=None)

    @property
    def house(self) -> House:
        found: House = self.app.extensions["house"]
        return found

    @property
    def store(self) -> Store:
        return self.house.store

    def post(self, path: str, form: Form) -> TestResponse:
        """One signed webhook."""
        return self.carrier.post(path, form)

    def close(self) -> None:
        """Wait for work that came too late for its webhook, and give all connections back."""
        pool, end = self.store.engine.pool, time.monotonic() + 5
        while isinstance(pool, QueuePool) and pool.checkedout() and time.monotonic() < end:
            time.sleep(0.01)
        self.store.close()

    def send_commands(self) -> None:
        """Send what is in the outbox, as the clock's process does."""
        if self._commands is None:
            account = self.settings.twilio_account_sid
            self._commands = Carrier(account, TOKEN, self.rest_url, HOTLINE)
        while command := claim_next(self.house, self.settings.now()):
            deliver(self.house, self._commands, command)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """All rows of *table* in the order of its key."""
        found = metadata.tables[table]
        with self.store.reading() as conn:
            rows = conn.execute(select(found).order_by(*found.primary_key.columns))
            return [dict(row._mapping) for row in rows]

    def fingerprint(self, *, without: Iterable[str] = ()) -> str:
        """Changes when anything in any table does."""
        text = repr([(t, self.rows(t)) for t in sorted(metadata.tables) if t not in without])
        return sha256(text.encode()).hexdigest()


def open_hotline(database_url: str, rest_url: str = "", **others: Any) -> Hotline:
    """The hotline on a migrated database, with one agent and one customer of 80."""
    settings = settings_for(database_url, **others)
    app = create_app(settings)
    hotline = Hotline(app, settings, CarrierLine(app), rest_url)
    load_roster(hotline.store, Roster.model_validate(ROSTER), MORNING)
    with hotline.store.transaction() as conn:
        born = {"customer_no": "C1", "name": NAME, "birth_on": date(1946, 5, 1)}
        conn.execute(insert(customer).values(id=1, **born))
        conn.execute(insert(phone_line).values(id=1, number=ELDER))
        conn.execute(insert(customer_line).values(line_id=1, customer_id=1))
    return hotline


def next_path(document: str) -> str:
    """Where the carrier reports what the caller did: the path of a Gather's action."""
    gather = ET.fromstring(document.encode()).find("Gather")
    assert gather is not None, document
    return path_of(str(gather.get("action")))


def path_of(url: str) -> str:
    """The path of one of our own addresses."""
    assert url.startswith(f"{BASE}/"), url
    return url.removeprefix(BASE)


def speaks_and_comes_back(response: TestResponse) -> bool:
    """Whether the answer is heard and the call comes back, rather than ending or erring."""
    text = response.get_data(as_text=True)
    return (
        response.status_code == 200
        and response.content_type == "text/xml; charset=utf-8"
        and ("<Say" in text or "<Pause" in text)
        and re.search(r"<Redirect[^>]*>https://[^<]+</Redirect></Response>$", text) is not None
    )
