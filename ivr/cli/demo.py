"""``python -m ivr demo``: four calls through the practice exchange, told as they happen."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click


@click.command()
@click.option("--speed", default=8.0, show_default=True, help="How much faster than life.")
def demo(speed: float) -> None:
    """Four scripted calls through the practice exchange, with a live transcript."""
    from ivr.cli.demo_calls import play_all
    from ivr.cli.demo_report import Teller, print_what_happened
    from ivr.cli.town import open_practice_town

    click.echo("Starting the hotline and the practice exchange ...")
    with tempfile.TemporaryDirectory(prefix="hotline-demo-") as name:
        folder = Path(name)
        database = f"sqlite:///{folder / 'demo.db'}"
        with open_practice_town(database, folder, speed) as town:
            with Teller(town) as teller:
                play_all(town, teller)
            print_what_happened(town)
