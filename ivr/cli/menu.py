"""``python -m ivr menu``: the time-to-human certificate."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ivr.dialogue.certificate import Certificate, WorstCase


@click.group()
def menu() -> None:
    """Check menus: the time-to-human certificate."""


@menu.command()
@click.option(
    "--menu",
    "menu_file",
    type=click.Path(path_type=Path),
    help="A menu file (YAML); the packaged one if not given.",
)
@click.option(
    "--prompts",
    "prompts_file",
    type=click.Path(path_type=Path),
    help="A prompt file (Markdown); the packaged one if not given.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a report.")
def certify(menu_file: Path | None, prompts_file: Path | None, as_json: bool) -> None:
    """Prove that every caller reaches a person in time; exit with 1 if not.

    Walks everything that callers of every kind can do, and names the path of whatever is
    wrong: a dead end, a loop, 0 that is no person, a hang-up before the service, silence,
    words or waits outside their limits, or a way that takes too long.
    """
    from ivr.dialogue.certificate import certify_files

    certificate = certify_files(menu_file, prompts_file)
    if as_json:
        click.echo(json.dumps(certificate.as_dict(), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_report(certificate)))
    sys.exit(0 if certificate.certified else 1)


def _report(certificate: Certificate) -> list[str]:
    lines = ["CERTIFIED" if certificate.certified else "NOT CERTIFIED"]
    for problem in certificate.problems:
        lines += ["", f"  {problem.kind}: {problem.message}"]
        if problem.path:
            lines.append(f"    path: {' → '.join(problem.path)}")
    if certificate.situations:
        lines += [
            "",
            f"Walked {certificate.callers} kinds of callers"
            f" through {certificate.situations} situations before the line.",
        ]
    if certificate.worst:
        lines += ["", f"Pressing nothing at all (limit {certificate.limit_s:.0f} s):"]
        lines += _time_line(certificate.worst)
        lines += ["", "The same, by caller:"]
        lines += [
            f"  {case.seconds:7.1f} s  {case.caller}"
            for case in sorted(certificate.worst_by_caller, key=lambda case: -case.seconds)
        ]
    if certificate.worst_any:
        limits = f"{certificate.limit_any_s:.0f} s, {certificate.limit_any_presses} presses"
        lines += ["", f"Doing the worst at the last moment, always (limit {limits}):"]
        lines += _time_line(certificate.worst_any)
        lines.append(f"  The most presses on any way: {certificate.most_presses}.")
    if certificate.unreachable:
        lines += ["", f"Nodes that nothing leads to: {', '.join(certificate.unreachable)}."]
    return lines


def _time_line(case: WorstCase) -> list[str]:
    lines = [f"  {case.caller}"]
    lines += [
        f"  {stage.at_s:7.1f} s  {stage.event} → {stage.node}"
        + (f" ({stage.words_s:.1f} s of words)" if stage.words_s else "")
        for stage in case.stages
    ]
    lines[-1] += "  ← place in the line"
    lines.append(f"  {case.words_end_s:7.1f} s  the caller has heard it")
    return lines
