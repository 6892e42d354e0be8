"""The premises: settings, the roster, and an elder on file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import text

from ivr.config import Settings
from ivr.flows.roster import Centre, Roster, RosterAgent, SkillGroup, load_roster
from ivr.store import Store, open_store, schema

MORNING = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # Ten o'clock in Shanghai.
RING = timedelta(seconds=15)
WRAP_UP = timedelta(seconds=30)

ELDER, STRANGER = "+861000000018", "+8675500000081"
BOTH, GENERAL = ("elder", "general"), ("general",)

ELDER_ON_FILE = (
    "INSERT INTO customer (id, customer_no, name, birth_on) VALUES (1, 'P1', '练习甲', :born)",
    "INSERT INTO phone_line (id, number) VALUES (1, :number)",
    "INSERT INTO customer_line (line_id, customer_id) VALUES (1, 1)",
)
# Of one call or the other, each before what it refers to.
OF_CALLS = (
    schema.survey, schema.complaint, schema.call_back, schema.command, schema.due,
    schema.carrier_event, schema.call_event, schema.offer, schema.place_in_line,
    schema.idle_agent, schema.queued_call, schema.tally, schema.call,
)  # fmt: skip


def settings(database_url: str, **more: Any) -> Settings:
    """Settings for practice: always day, so that every caller hears the same."""
    values = {"ring_time_s": 15, "wrap_up_s": 30} | more
    return Settings(
        practice=True,
        database_url=database_url,
        night_from=time(0),
        night_until=time(0),
        **values,
    )


def staff(store: Store, people: dict[str, Sequence[str]], now: datetime) -> None:
    """Put agents on the roster: number → skill groups."""
    roster = Roster(
        centres=[Centre(code="chengdu", name="成都中心")],
        skill_groups=[SkillGroup(code=code, name=code) for code in BOTH],
        agents=[
            RosterAgent(
                agent_no=agent_no,
                surname="练",
                centre="chengdu",
                endpoint=f"client:a{agent_no}",
                skills=dict.fromkeys(skills, 3),
            )
            for agent_no, skills in people.items()
        ],
    )
    load_roster(store, roster, now)


def put_elder_on_file(store: Store) -> None:
    """Somebody of 76 calls from the number ``ELDER``."""
    with store.transaction() as conn:
        for statement in ELDER_ON_FILE:
            wanted = {"born": "1949-10-01", "number": ELDER}
            values = {name: value for name, value in wanted.items() if f":{name}" in statement}
            conn.execute(text(statement), values)


def clear(store: Store) -> None:
    """Forget all calls, and send everybody home."""
    with store.routing() as conn:
        for table in OF_CALLS:
            conn.execute(table.delete())
        conn.execute(schema.agent.update().values(state="off_duty", reason=None, call_id=None))


def furnish(database_url: str, people: dict[str, Sequence[str]]) -> None:
    """Agents on the roster, and an elder on file."""
    store = open_store(database_url)
    staff(store, people, MORNING - timedelta(days=1))
    put_elder_on_file(store)
    store.close()
