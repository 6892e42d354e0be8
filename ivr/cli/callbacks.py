"""``python -m ivr callbacks``: promises to ring somebody."""

from __future__ import annotations

import click


@click.group()
def callbacks() -> None:
    """Call-backs that callers were promised: list them, mark them as made."""


@callbacks.command("list")
@click.option("--full", is_flag=True, help="Show whole numbers: you are about to dial them.")
def list_(full: bool) -> None:
    """The promises not kept yet, most pressing first."""
    from rich.console import Console
    from rich.table import Table

    from ivr.callers import mask
    from ivr.config import SHANGHAI, settings
    from ivr.store import open_store, records

    table = Table("id", "number", "reason", "asked", "due")
    with open_store(settings().database_url).reading() as conn:
        for promise in records.open_call_backs(conn):
            asked, due = (
                at.astimezone(SHANGHAI).strftime("%m-%d %H:%M")
                for at in (promise.asked_at, promise.due_at)
            )
            number = promise.number if full else mask(promise.number)
            table.add_row(str(promise.id), number, promise.reason, asked, due)
    Console().print(table)


@callbacks.command()
@click.argument("promise", type=int)
@click.option("--by", required=True, help="The agent number of whoever rang.")
def done(promise: int, by: str) -> None:
    """Note that PROMISE was kept."""
    from ivr.config import settings
    from ivr.store import open_store, records

    with open_store(settings().database_url).transaction() as conn:
        if not records.call_back_made(conn, promise, by, settings().now()):
            raise click.ClickException(f"There is no open promise {promise}; see `list`.")
    click.echo("Noted.")
