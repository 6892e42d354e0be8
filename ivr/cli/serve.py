"""``python -m ivr serve``: the hotline, connected to the carrier."""

from __future__ import annotations

import click


@click.command()
def serve() -> None:
    """Run the hotline: web, fallback and clock under one supervisor."""
    from ivr.cli.supervision import hotline_processes, refuse_taken_ports, supervise
    from ivr.config import settings

    config = settings()
    refuse_taken_ports({"web": config.web_bind, "fallback": config.fallback_bind})
    click.echo(f"The hotline answers at {config.public_base_url} (listening on {config.web_bind}).")
    supervise(hotline_processes(config))
