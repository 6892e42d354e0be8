"""What callers and agents do in most tests, in the words of the trade."""

from __future__ import annotations

from ivr.exchange.client import Telephone
from tests.town import ELDER, Desk, Town

OF_CALL = " FROM queued_call q JOIN call c ON c.id = q.call_id WHERE c.sid = :sid"


def in_line(town: Town, number: str = ELDER, key: str = "2") -> Telephone:
    """Somebody who has pressed a key and waits."""
    phone = town.dial(number)
    phone.wait_to_hear("请按二").press(key)
    town.eventually(lambda: is_in_line(town, phone), "a place in the line")
    return phone


def is_in_line(town: Town, phone: Telephone) -> bool:
    """Whether the caller has a place."""
    return bool(town.rows("SELECT 1" + OF_CALL, sid=phone.sid))


def talking(town: Town, desk: Desk, number: str = ELDER) -> tuple[Telephone, Telephone]:
    """A caller and an agent in conversation."""
    caller = in_line(town, number)
    agent = desk.take_call()
    agent.wait_until_doing("conference")
    caller.wait_until_doing("conference")
    town.let_pass(5)
    return caller, agent


def status_in_line(town: Town, phone: Telephone) -> str:
    """Where the caller stands with respect to the line."""
    return str(town.value("SELECT q.status" + OF_CALL, sid=phone.sid))


def rank(town: Town, phone: Telephone) -> int:
    """The caller's rank."""
    return int(town.value("SELECT q.rank" + OF_CALL, sid=phone.sid))
