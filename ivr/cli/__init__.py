"""The shell's door: one small file per command, imported only when it is called.

A command must not pay for what another needs: ``python -m ivr understand`` starts
without SQLAlchemy, and ``python -m ivr menu certify`` without either.
"""

from __future__ import annotations

import importlib
import sys
from typing import Final

import click

from ivr.errors import IVRError

COMMANDS: Final[dict[str, str]] = {
    "agents": "Agents: list them, add them, set their state.",
    "callbacks": "Call-backs that callers were promised: list them, mark them as made.",
    "clock": "Run a clock: ring times, wrap-up, the sweeper, and the carrier's outbox.",
    "complaints": "Complaints with their receipt numbers and due dates.",
    "customers": "Customers and their lines: import a CSV file.",
    "db": "The database: upgrade it, show its version.",
    "demo": "Four scripted calls through the practice exchange, with a live transcript.",
    "dialogue": "Print the transition table of the dialogue as a diagram.",
    "exchange": "Run the practice exchange, a telephone network on this machine.",
    "line": "Tell what a caller's number says, and why.",
    "menu": "Check menus: the time-to-human certificate.",
    "practice": "Run the hotline together with the practice exchange.",
    "serve": "Run the hotline: web, fallback and clock under one supervisor.",
    "understand": "Read utterances from standard input and tell what they mean.",
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"ivr.cli.{cmd_name}")
        command = getattr(module, cmd_name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """A hotline that older people can use."""


def main() -> None:
    """Run the command line; an error of ours is told in one sentence, without a traceback."""
    try:
        cli()
    except IVRError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
