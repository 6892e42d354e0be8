"""``python -m ivr agents``: the people who answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click


@click.group()
def agents() -> None:
    """Agents: list them, add them, set their state."""


@agents.command("load")
@click.argument("file", type=click.Path(path_type=Path))
def load(file: Path) -> None:
    """Add the centres, skill groups and agents of the YAML FILE; nobody is changed."""
    from ivr.config import settings
    from ivr.flows.roster import load_roster, read_roster
    from ivr.store import open_store

    found = read_roster(file)
    store = open_store(settings().database_url)
    added = load_roster(store, found, settings().now())
    click.echo(f"{added} agents added, {len(found.agents) - added} were there.")


@agents.command("list")
def list_() -> None:
    """Everybody, with their state."""
    from rich.console import Console
    from rich.table import Table

    from ivr.config import settings
    from ivr.store import agents as people
    from ivr.store import open_store

    table = Table("agent", "name", "centre", "endpoint", "state", "reason", "for s")
    now = settings().now()
    with open_store(settings().database_url).reading() as conn:
        for agent in people.everybody(conn):
            seconds = (now - agent.state_since).total_seconds()
            table.add_row(
                agent.agent_no,
                agent.surname,
                agent.centre,
                agent.endpoint,
                agent.state,
                agent.reason or "",
                f"{seconds:.0f}",
            )
    Console().print(table)


@agents.command()
@click.argument("agent_no")
def code(agent_no: str) -> None:
    """Give AGENT_NO a new duty code; it is shown once and the old one ends."""
    from ivr.config import settings
    from ivr.flows.roster import new_duty_code
    from ivr.store import open_store

    click.echo(new_duty_code(open_store(settings().database_url), agent_no))


def _flow(agent_no: str, name: str, *more: str) -> None:
    from ivr.config import settings
    from ivr.flows import agents as flows
    from ivr.flows.house import open_house

    house = open_house(settings())
    act: Callable[..., object] = getattr(flows, name)
    act(house, agent_no, *more, house.settings.now())
    click.echo(f"{agent_no}: done.")


@agents.command("sign-in")
@click.argument("agent_no")
def sign_in(agent_no: str) -> None:
    """Begin duty; not ready yet."""
    _flow(agent_no, "sign_in")


@agents.command()
@click.argument("agent_no")
def ready(agent_no: str) -> None:
    """Ready for the next call."""
    _flow(agent_no, "set_ready")


@agents.command("not-ready")
@click.argument("agent_no")
@click.option("--reason", default="break", show_default=True)
def not_ready(agent_no: str, reason: str) -> None:
    """A break."""
    _flow(agent_no, "set_not_ready", reason)


@agents.command("sign-out")
@click.argument("agent_no")
def sign_out(agent_no: str) -> None:
    """End duty."""
    _flow(agent_no, "sign_out")
