"""``python -m ivr practice``: the hotline and a telephone network of its own, on this machine."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

DATA = Path(__file__).parent / "practice_data"
EXCHANGE = "127.0.0.1:5001"


def practice_environment(speed: float, exchange: str = EXCHANGE) -> dict[str, str]:
    """What the processes need to find each other; what is set already wins."""
    web, fallback = "127.0.0.1:5000", "127.0.0.1:5002"
    wanted = {
        "PRACTICE": "true",
        "PUBLIC_BASE_URL": f"http://{web}",
        "FALLBACK_BASE_URL": f"http://{fallback}",
        "WEB_BIND": web,
        "FALLBACK_BIND": fallback,
        "TWILIO_API_BASE_URL": f"http://{exchange}",
        "CLOCK_SPEED": str(speed),
        "CLOCK_EPOCH": datetime.now(UTC).isoformat(),
        "PYTHONUNBUFFERED": "1",
    }
    return {name: os.environ.get(name, value) for name, value in wanted.items()}


@click.command()
@click.option("--speed", default=1.0, show_default=True, help="How much faster than life.")
def practice(speed: float) -> None:
    """Run the hotline together with the practice exchange, with made-up data."""
    os.environ.update(practice_environment(speed))

    from ivr.cli.supervision import (
        Process,
        hotline_processes,
        refuse_taken_ports,
        supervise,
    )
    from ivr.cli.town import load_practice_data
    from ivr.config import settings
    from ivr.store import open_store
    from ivr.store.migrate import ensure_up_to_date

    config = settings()
    refuse_taken_ports(
        {"web": config.web_bind, "fallback": config.fallback_bind, "exchange": EXCHANGE}
    )
    store = open_store(config.database_url, patient=True)
    ensure_up_to_date(store, migrate=True)
    load_practice_data(store, config.now(), Path("var") / "practice-customers.report.csv")
    store.close()
    exchange = Process("exchange", exchange_command(config.hotline_number))
    click.echo(WELCOME.format(desk=config.public_base_url, phones=f"http://{EXCHANGE}"))
    supervise([exchange, *hotline_processes(config)])


def exchange_command(number: str) -> tuple[str, ...]:
    """The command line of the exchange, wired to this hotline."""
    from ivr.config import settings

    config = settings()
    os.environ["TWILIO_ACCOUNT_SID"] = config.twilio_account_sid
    os.environ["TWILIO_AUTH_TOKEN"] = config.twilio_auth_token[0]
    host, _, port = EXCHANGE.rpartition(":")
    return (
        sys.executable,
        "-m",
        "ivr",
        "exchange",
        "--host",
        host,
        "--port",
        port,
        "--number",
        number,
        "--voice-url",
        f"{config.public_base_url}/voice/incoming",
        "--fallback-url",
        f"{config.base_url_when_down}/voice/fallback",
        "--status-url",
        f"{config.public_base_url}/voice/status",
        "--callers",
        str(DATA / "callers.json"),
        "--agents",
        str(DATA / "agents.json"),
    )


WELCOME = """
The hotline and its practice exchange are starting. Open:

  {phones}        practice phones: dial as anybody, press keys, answer as an agent
  {desk}/desk/   the agents' desk: sign in, get ready

Then: sign in as 1001 at the desk and press ready; dial at the phones page as the elder in
Beijing; press 0; let client:li answer. Ctrl-C ends everything.
"""
