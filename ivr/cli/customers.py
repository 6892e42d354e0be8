"""``python -m ivr customers``: who is on file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ivr.config import Settings


def local_settings() -> Settings:
    """The settings for a command that never speaks to the carrier and needs no token for it.

    Raises:
        BadSetting: another setting cannot be used.
    """
    from pydantic import ValidationError

    from ivr.config import Settings, settings

    try:
        return Settings(practice=True)
    except ValidationError:
        return settings()  # It fails too, and says which settings in words.


@click.group()
def customers() -> None:
    """Customers and their lines."""


@customers.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    help="Where to list the bad rows; FILE with .report.csv unless given.",
)
@click.option(
    "--database-url",
    help="Another database than DATABASE_URL. Keep passwords in the environment: the command"
    " line can be read by every user of the machine.",
)
@click.option("--strict", is_flag=True, help="Import nothing if a row is bad, and exit with 1.")
def import_(file: Path, report: Path | None, database_url: str | None, strict: bool) -> None:
    """Import customers from the CSV FILE (UTF-8).

    The header is customer_no,name,birth_date,numbers,dialect,home_centre; the last two columns
    may be absent or empty. Birth dates are YYYY-MM-DD, several numbers are separated by
    semicolons. Good rows are kept, bad rows are listed in the report, and to import a file
    twice changes nothing.
    """
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

    from ivr.callers import today_in_shanghai
    from ivr.flows.customers import import_customers
    from ivr.store import open_store
    from ivr.store.migrate import ensure_up_to_date

    house = local_settings()
    store = open_store(database_url or house.database_url, patient=True)
    columns = ("[progress.description]{task.description}", BarColumn(), DownloadColumn())
    try:
        ensure_up_to_date(store, migrate=house.auto_migrate)
        with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as bar:
            task = bar.add_task("Importing", total=None)
            done = import_customers(
                store,
                file,
                report or file.with_name(f"{file.name.removesuffix('.csv')}.report.csv"),
                lambda read, size: bar.update(task, completed=read, total=size),
                today_in_shanghai(house.now()),
                strict=strict,
            )
    except KeyboardInterrupt:
        click.echo("Interrupted. Import the file again: it takes up where it stopped.", err=True)
        sys.exit(130)
    finally:
        store.close()
    written = done.written
    click.echo(
        f"{done.rows} rows: {written.added} added, {written.changed} changed,"
        f" {written.unchanged} unchanged, {done.bad} bad."
    )
    if done.bad:
        click.echo(f"The bad rows were left out; {done.report} lists them with the reasons.")
