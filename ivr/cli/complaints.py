"""``python -m ivr complaints``: what callers complained about, and until when."""

from __future__ import annotations

import click


@click.group()
def complaints() -> None:
    """Complaints with their receipt numbers and due dates."""


@complaints.command("list")
def list_() -> None:
    """Open complaints, most pressing first."""
    from rich.console import Console
    from rich.table import Table

    from ivr.config import SHANGHAI, settings
    from ivr.store import open_store, records

    table = Table("receipt", "filed", "due on")
    with open_store(settings().database_url).reading() as conn:
        for receipt, filed_at, due_on in records.open_complaints(conn):
            filed = filed_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
            table.add_row(receipt, filed, due_on.isoformat())
    Console().print(table)
