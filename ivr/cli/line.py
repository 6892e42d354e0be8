"""``python -m ivr line``: what a caller's number says, step by step."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from ivr.callers import PlaceFinding, SegmentFinding

RULES = {
    "an_elder_is_on_the_line": "a customer on the line is {elder_age} or older",
    "no_elder_is_on_the_line": "no customer on the line is {elder_age} or older",
    "nobody_is_on_file": "nobody on file has this number",
    "not_looked_up": "nobody could be looked up",
}


def _day(_context: click.Context, _option: click.Parameter, text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise click.BadParameter(f"{text} is not a day; write YYYY-MM-DD.") from None


@click.command()
@click.argument("number")
@click.option("--to", "dialled", default="", help="The number that was dialled.")
@click.option("--on", callback=_day, help="The day to count ages on; today in Shanghai.")
@click.option("--full", is_flag=True, help="Show the whole number.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def line(number: str, dialled: str, on: date | None, full: bool, as_json: bool) -> None:
    """Tell what a caller's NUMBER says, and why.

    NUMBER is what the carrier sends as From: +861000000018, 010-0000 0018, sip:…, anonymous.
    """
    from ivr.callers import identify, today_in_shanghai
    from ivr.cli.customers import local_settings

    house = local_settings()
    told = _told(
        identify(number, dialled),
        on or today_in_shanghai(house.now()),
        elder_age=house.elder_age,
        database_url=house.database_url,
        full=full,
    )
    click.echo(json.dumps(told, ensure_ascii=False, indent=2) if as_json else _in_words(told))


def _told(
    caller: object, on: date, *, elder_age: int, database_url: str, full: bool
) -> dict[str, Any]:
    """Everything that the number says, in the form that ``--json`` prints."""
    from ivr.callers import (
        Identified,
        Unidentified,
        age_on,
        mask,
        not_looked_up,
        place_of,
        segment_of,
    )

    if isinstance(caller, Unidentified):
        finding = not_looked_up(on, caller.reason)
        return {
            "number": None,
            "unidentified": {"reason": caller.reason, "in_words": caller.reason.in_words},
            **_segment(finding),
        }
    assert isinstance(caller, Identified)
    told: dict[str, Any] = {"number": caller.e164 if full else mask(caller.e164)}
    on_line, why_not = _on_file(database_url, caller.e164)
    if why_not:
        told |= {"not_looked_up": why_not, **_segment(not_looked_up(on, "no_database"))}
    else:
        told["customers"] = [
            {"id": one.customer_id, "customer_no": masked, "age": age_on(on, one.birth_on)}
            for one, masked in on_line
        ]
        told |= _segment(segment_of((one for one, _ in on_line), on, elder_age))
    return told | _place(place_of(caller.e164))


def _on_file(database_url: str, e164: str) -> tuple[list[tuple[Any, str]], str]:
    """The customers on the line with their masked numbers, or why they cannot be looked up."""
    from ivr.errors import DatabaseAway
    from ivr.store import open_store
    from ivr.store.customers import customers_for_screen
    from ivr.store.migrate import is_up_to_date

    # To look must not make an empty database appear.
    kind, _, file = database_url.partition(":///")
    if kind.startswith("sqlite") and not Path(file.partition("?")[0]).exists():
        return [], "There is no database yet. Run `python -m ivr db upgrade`."
    store = open_store(database_url)
    try:
        if not is_up_to_date(store):
            return [], "The database has an older shape. Run `python -m ivr db upgrade`."
        with store.reading() as conn:
            return customers_for_screen(conn, e164), ""
    except DatabaseAway as error:
        return [], str(error)
    finally:
        store.close()


def _segment(finding: SegmentFinding) -> dict[str, Any]:
    return {"segment": finding.segment, "evidence": finding.evidence}


def _place(finding: PlaceFinding) -> dict[str, Any]:
    from ivr.callers import dialects

    known = dialects()
    return {
        "place": finding.place,
        "confidence": finding.confidence,
        "reasons": finding.reasons,
        "to_ask": finding.to_ask,
        "dialects": [
            {
                "code": code,
                "name": known[code].name_zh if code in known else "普通话",
                "fallbacks": known[code].fallbacks if code in known else (),
            }
            for code in finding.dialects
        ],
    }


def _in_words(told: dict[str, Any]) -> str:
    """The same for people: a heading and what belongs to it."""
    found = [("Number", told["number"] or "unidentified")]
    if why := told.get("unidentified"):
        found.append(("", why["in_words"]))
    found += _customers_in_words(told)
    rule = RULES[told["evidence"]["rule"]].format_map(told["evidence"])
    found.append(("Segment", f"{told['segment']}: {rule}, on {told['evidence']['on']}"))
    if "place" in told:
        found += _place_in_words(told)
    return "\n".join(f"{heading:<10}{text}" for heading, text in found)


def _customers_in_words(told: dict[str, Any]) -> list[tuple[str, str]]:
    if "not_looked_up" in told:
        return [("On file", f"not looked up. {told['not_looked_up']}")]
    if "customers" not in told:
        return []
    people = told["customers"]
    found = [("On file", f"{len(people)} on this line")]
    return found + [
        ("", f"customer {one['id']}, number {one['customer_no']}, {one['age']} years old")
        for one in people
    ]


def _place_in_words(told: dict[str, Any]) -> list[tuple[str, str]]:
    found = [("Place", told["place"] or "unknown")]
    found += [("", reason) for reason in told["reasons"]]
    verdict = "may be asked about" if told["to_ask"] else "not to be brought up by us"
    found.append(("Dialects", f"confidence {told['confidence']}: {verdict}"))
    for rank, one in enumerate(told["dialects"], start=1):
        fallbacks = f"; or else {', '.join(one['fallbacks'])}" if one["fallbacks"] else ""
        found.append(("", f"{rank}. {one['name']} ({one['code']}){fallbacks}"))
    return found
