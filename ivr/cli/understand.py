"""``python -m ivr understand``: what utterances mean, one a line in, one JSON object a line out."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime

import click


@click.command()
@click.option(
    "--on",
    metavar="YYYY-MM-DD",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    help="The day on which ages are counted. Default: today in China.",
)
@click.option(
    "--elder-age",
    type=click.IntRange(18, 120),
    default=65,
    show_default=True,
    envvar="ELDER_AGE",
    help="From which age on a caller is an elder, in whole years.",
)
@click.option("--json", "as_json", is_flag=True, help="Write JSON; it is what is written anyway.")
def understand(on: datetime | None, elder_age: int, as_json: bool) -> None:
    """Read utterances from standard input, one a line, and tell what each means.

    Every line that is read, an empty one too, gives one JSON object, so that the lines of the
    two stay side by side. The input is UTF-8; bytes that are not are shown as U+FFFD.
    """
    from ivr.callers.age import today_in_shanghai

    day = on.date() if on else today_in_shanghai(datetime.now(UTC))
    out = sys.stdout.buffer
    for number, line in enumerate(sys.stdin.buffer):
        # A file from Windows may begin with a byte order mark; it is no part of what was said.
        text = line.decode("utf-8-sig" if number == 0 else "utf-8", errors="replace")
        out.write(_json_line(text.rstrip("\r\n"), day, elder_age))
        out.flush()  # Whoever reads us line by line must not wait for a full buffer.


def _json_line(text: str, on: date, elder_age: int) -> bytes:
    from ivr import understanding

    said = understanding.understand(text, on=on, elder_age=elder_age)
    found = {
        "text": said.text,
        "intent": said.intent,
        "elder": said.elder,
        "age": said.age,
        "birth_year": said.birth_year,
        "age_of": said.age_of,
        "on_behalf_of": said.on_behalf_of,
        "dialect": said.dialect,
        "reasons": said.reasons,
    }
    return json.dumps(found, ensure_ascii=False).encode("utf-8") + b"\n"
