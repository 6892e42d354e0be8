"""Lists, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

from aiohttp import web

from ivr.exchange.rest.problems import RestProblem

DEFAULT_SIZE: Final = 50
MOST_SIZE: Final = 1000


def page(request: web.Request, key: str, rows: Sequence[dict[str, Any]]) -> web.Response:
    """One page of *rows* under *key*, with links to its neighbours."""
    size = _whole(request, "PageSize", DEFAULT_SIZE, 1)
    if size > MOST_SIZE:
        raise RestProblem(20007, f"Page size must be at most {MOST_SIZE}")
    number = _whole(request, "Page", 0, 0)
    start = number * size
    chosen = rows[start : start + size]
    last = max(0, -(-len(rows) // size) - 1)

    def link(to: int) -> str:
        kept = [
            (name, value)
            for name, value in request.query.items()
            if name not in ("Page", "PageSize", "PageToken")
        ]
        kept += [("PageSize", str(size)), ("Page", str(to))]
        return f"{request.path}?{urlencode(kept)}"

    return web.json_response(
        {
            key: list(chosen),
            "page": number,
            "page_size": size,
            "start": start if chosen else 0,
            "end": start + len(chosen) - 1 if chosen else 0,
            "uri": link(number),
            "first_page_uri": link(0),
            "next_page_uri": link(number + 1) if number < last else None,
            "previous_page_uri": link(number - 1) if number else None,
        }
    )


def _whole(request: web.Request, name: str, default: int, least: int) -> int:
    value = request.query.get(name)
    if value is None:
        return default
    if not value.isdigit() or int(value) < least:
        raise RestProblem(20001, f"Invalid {name}: {value}")
    return int(value)
