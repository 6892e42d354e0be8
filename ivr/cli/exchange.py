"""``python -m ivr exchange``: a telephone network on this machine."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--host", envvar="EXCHANGE_HOST", default="127.0.0.1", show_default=True)
@click.option("--port", envvar="EXCHANGE_PORT", default=5001, show_default=True)
@click.option("--account-sid", envvar="TWILIO_ACCOUNT_SID", help="The account that may call us.")
@click.option("--auth-token", envvar="TWILIO_AUTH_TOKEN", help="Its token; signs our webhooks.")
@click.option(
    "--number",
    "numbers",
    envvar="HOTLINE_NUMBER",
    multiple=True,
    help="The hotline's number, E.164. May be given several times; the first is the default.",
)
@click.option("--voice-url", envvar="EXCHANGE_VOICE_URL", default="", help="Answers calls.")
@click.option("--fallback-url", envvar="EXCHANGE_FALLBACK_URL", default="", help="When it fails.")
@click.option("--status-url", envvar="EXCHANGE_STATUS_URL", default="", help="Told when they end.")
@click.option("--callers", envvar="EXCHANGE_CALLERS", type=FILE, help="Callers' phones, JSON.")
@click.option("--agents", envvar="EXCHANGE_AGENTS", type=FILE, help="Agents' phones, JSON.")
@click.option("--speed", envvar="CLOCK_SPEED", default=1.0, show_default=True, help="Times life.")
@click.option("--epoch", envvar="CLOCK_EPOCH", help="ISO instant; fixes the clock's formula.")
def exchange(
    host: str,
    port: int,
    account_sid: str | None,
    auth_token: str | None,
    numbers: tuple[str, ...],
    voice_url: str,
    fallback_url: str,
    status_url: str,
    callers: Path | None,
    agents: Path | None,
    speed: float,
    epoch: str | None,
) -> None:
    """Run the practice exchange, a telephone network on this machine.

    Open its address in a browser to dial the hotline and to answer as an agent. Everything
    works as with the real carrier, except that nobody is really rung.
    """
    from ivr.exchange.server import serve
    from ivr.exchange.settings import Settings, read_phones

    defaults = Settings()
    settings = Settings(
        host=host,
        port=port,
        account_sid=account_sid or defaults.account_sid,
        # During a rotation the hotline knows two tokens; the carrier signs with the first.
        auth_token=(auth_token or defaults.auth_token).split(",")[0].strip(),
        numbers=numbers or defaults.numbers,
        voice_url=voice_url,
        fallback_url=fallback_url,
        status_url=status_url,
        callers=read_phones(callers, "number") if callers else (),
        agents=read_phones(agents, "endpoint") if agents else (),
        speed=speed,
        epoch=_instant(epoch),
    )
    serve(settings, lambda url: click.echo(f"The practice exchange listens at {url}"))
    click.echo("The practice exchange has stopped.")


def _instant(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(
            f"{text!r} is no instant; write it like 2026-01-05T08:00:00Z.", param_hint="--epoch"
        ) from error
