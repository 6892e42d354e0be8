"""``python -m ivr clock``: what happens by itself, and what the carrier is told."""

from __future__ import annotations

import click


@click.command()
@click.option("--senders", default=4, show_default=True, help="Commands sent at the same time.")
def clock(senders: int) -> None:
    """Run a clock: ring times, wrap-up, the sweeper, and the carrier's outbox.

    Any number may run, on any number of machines; each may die at any moment.
    """
    from ivr.config import settings
    from ivr.flows.clockwork import Clockwork
    from ivr.flows.house import open_house

    house = open_house(settings())
    Clockwork(house, senders).run_until_told_to_stop()
