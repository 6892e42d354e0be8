"""The four calls of the demonstration, as the people in them would act."""

from __future__ import annotations

from ivr.cli.demo_report import Teller
from ivr.cli.town import PracticeTown
from ivr.config import Settings
from ivr.exchange.client import Telephone
from ivr.flows import agents
from ivr.flows.house import House, open_house

ELDER = "+861000000018"
SILENT_ELDER = "+862800000027"
OLDEST = "+862000000045"
YOUNGER = "+861000000999"
PATIENCE_S = 60.0  # Real seconds; a slow machine is no reason to fail.


class Staff:
    """The agents, who come on duty, get ready and go home."""

    def __init__(self, town: PracticeTown) -> None:
        self._town = town
        url = town.environment["DATABASE_URL"]
        settings = Settings(practice=True, database_url=url)
        self._house: House = open_house(settings)

    def come(self, *agent_nos: str) -> None:
        """Sign in and get ready, in this order: the first has been idle longest."""
        for agent_no in agent_nos:
            agents.sign_in(self._house, agent_no, self._town.now())
            agents.set_ready(self._house, agent_no, self._town.now())

    def go_home(self) -> None:
        """Everybody who can, signs out."""
        from ivr.flows.desk import everybody, view_of

        for person in everybody(self._house):
            agent_no = person["agent_no"]
            if view_of(self._house, agent_no, self._town.now())["state"] != "off_duty":
                agents.sign_out(self._house, agent_no, self._town.now())

    def close(self) -> None:
        """Give the database back."""
        self._house.store.close()


def play_all(town: PracticeTown, teller: Teller) -> None:
    """One after the other; between them everybody goes home."""
    staff = Staff(town)
    for title, play in (
        ("1  A known elder presses one key", known_elder),
        ("2  An elder who presses nothing at all", silent_elder),
        ("3  A younger caller who waits behind an elder", younger_behind_elder),
        ("4  An agent who does not answer", no_answer),
    ):
        teller.title(title)
        play(town, staff)
        town.let_pass(4)
        staff.go_home()
    staff.close()


def _ring(town: PracticeTown, endpoint: str) -> Telephone:
    return town.network.ringing(endpoint, PATIENCE_S)


def _talk(town: PracticeTown, caller: Telephone, agent: Telephone, need: str) -> None:
    agent.wait_until_doing("conference", PATIENCE_S)
    caller.wait_until_doing("conference", PATIENCE_S)
    town.let_pass(2)
    agent.talk("您好，您慢慢说，我听着。")
    town.let_pass(4)
    caller.talk(need)
    town.let_pass(4)
    agent.talk("好的，我帮您办好了。")
    town.let_pass(4)
    agent.hangup()


def _rate(town: PracticeTown, caller: Telephone, key: str) -> None:
    caller.wait_to_hear("麻烦您评一评", PATIENCE_S)
    town.let_pass(4)
    caller.press(key)
    caller.wait_until("completed", PATIENCE_S)


def known_elder(town: PracticeTown, staff: Staff) -> None:
    """Recognised by number, one key, an agent of the elder group."""
    staff.come("1001")
    caller = town.network.dial(ELDER)
    caller.wait_to_hear("请按二", PATIENCE_S)
    town.let_pass(9)
    caller.press("2")
    agent = _ring(town, "client:li")
    town.let_pass(3)
    agent.answer()
    _talk(town, caller, agent, "我摔了一跤，想问问理赔。")
    _rate(town, caller, "1")


def silent_elder(town: PracticeTown, staff: Staff) -> None:
    """Presses nothing, and is in the line within 80 seconds all the same."""
    staff.come("1002")
    caller = town.network.dial(SILENT_ELDER)
    agent = _ring(town, "client:zhao")
    town.let_pass(3)
    agent.answer()
    _talk(town, caller, agent, "我不会按那个键。")
    _rate(town, caller, "1")


def younger_behind_elder(town: PracticeTown, staff: Staff) -> None:
    """First come, but an elder is served first."""
    younger = town.network.dial(YOUNGER)
    younger.wait_to_hear("请按一", PATIENCE_S)
    younger.press("1").wait_to_hear("请别挂机", PATIENCE_S)
    elder = town.network.dial(OLDEST)
    elder.wait_to_hear("请按二", PATIENCE_S)
    elder.press("0").wait_to_hear("请别挂机", PATIENCE_S)
    town.let_pass(15)
    staff.come("2001")
    first = _ring(town, "client:sun")
    first.answer()
    _talk(town, elder, first, "我想查一查保单。")
    _rate(town, elder, "2")
    second = _ring(town, "client:sun")
    second.answer()
    _talk(town, younger, second, "我要改地址。")
    _rate(town, younger, "1")


def no_answer(town: PracticeTown, staff: Staff) -> None:
    """The phone rings out; the caller keeps the place and the next agent answers."""
    staff.come("1001")
    caller = town.network.dial(ELDER)
    caller.wait_to_hear("请按二", PATIENCE_S)
    caller.press("3")
    unanswered = _ring(town, "client:li")
    town.network.wait_for(lambda: unanswered.call["ended_at"], "the end of ringing", PATIENCE_S)
    staff.come("1002")
    agent = _ring(town, "client:zhao")
    agent.answer()
    _talk(town, caller, agent, "我的钱怎么还没到？")
    _rate(town, caller, "1")
