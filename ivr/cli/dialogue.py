"""``python -m ivr dialogue``: the transition table as a diagram."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["mermaid", "dot", "table"]),
    default="mermaid",
    show_default=True,
    help="Mermaid flowchart, Graphviz digraph, or tab-separated rows.",
)
@click.option(
    "--menu",
    "menu_file",
    type=click.Path(path_type=Path),
    help="A menu file; the packaged one if not given.",
)
def dialogue(form: str, menu_file: Path | None) -> None:
    """Print the transition table of the dialogue as a diagram."""
    from ivr.dialogue import load_menu
    from ivr.dialogue.drawing import as_dot, as_mermaid, as_table

    draw = {"mermaid": as_mermaid, "dot": as_dot, "table": as_table}[form]
    click.echo(draw(load_menu(menu_file)))
