"""The Calls resource."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from aiohttp import web

from ivr.exchange.call import Call, Progress
from ivr.exchange.faults import Fault
from ivr.exchange.keys import WORLD
from ivr.exchange.media.sound import warn
from ivr.exchange.orders import Order, end_call, place_call
from ivr.exchange.rest.forms import Form, required
from ivr.exchange.rest.paging import page
from ivr.exchange.rest.problems import RestProblem, invalid, not_found, not_in_progress
from ivr.exchange.rest.render import call_json
from ivr.exchange.states import CallStatus


def find_call(request: web.Request) -> Call:
    """The call that the address names."""
    sid = request.match_info["sid"]
    call = request.app[WORLD].calls.get(sid)
    if call is None:
        raise not_found(request)
    return call


async def create(request: web.Request) -> web.Response:
    """POST Calls.json: call somebody."""
    world = request.app[WORLD]
    form = await Form.of(request)
    from_, to = required(form, world.services.settings.numbers)
    source = form.source()
    if source is None:
        raise RestProblem(21205, "Url parameter is required.")
    progress = form.progress(one_word_each=True)
    order = Order(
        from_,
        to,
        timeout_s=form.whole("Timeout", 60, 0, 600, 21208),
        limit_s=form.whole("TimeLimit", 4 * 3600, 1, 24 * 3600, 20422),
        progress=progress,
    )
    call = place_call(world, order, source, form.fallback())
    if progress is not None and not progress.events:
        warn(call, Fault(21626, " ".join(form.each("StatusCallbackEvent"))))
    return web.json_response(call_json(call), status=201)


async def fetch(request: web.Request) -> web.Response:
    """GET Calls/CA….json: one call."""
    return web.json_response(call_json(find_call(request)))


async def remove(request: web.Request) -> web.Response:
    """DELETE Calls/CA….json: forget a call that is over."""
    call = find_call(request)
    if not call.ended:
        raise RestProblem(20009, "Cannot delete this resource before it is complete")
    del request.app[WORLD].calls[call.sid]
    return web.Response(status=204)


async def update(request: web.Request) -> web.Response:
    """POST Calls/CA….json: redirect a call, or end it."""
    call = find_call(request)
    form = await Form.of(request)
    status = form.text("Status")
    if status and status not in (CallStatus.CANCELED, CallStatus.COMPLETED):
        raise invalid("Status", status)
    if form.text("Url") and form.text("Twiml"):
        raise RestProblem(20422, "Url and Twiml are mutually exclusive")
    source = form.source()
    if call.ended:
        raise not_in_progress()
    if status:
        end_call(call, status)
    elif source is not None:
        if call.status is not CallStatus.IN_PROGRESS:
            raise not_in_progress()
        _take_over(call, form)
        call.redirect(source)
    return web.json_response(call_json(call))


def _take_over(call: Call, form: Form) -> None:
    """A redirection may change where errors and statuses go; without it they cannot."""
    fallback = form.fallback()
    if fallback is not None:
        call.fallback = fallback
    url = form.url("StatusCallback", 21609)
    if url:
        sent = call.progress.sent if call.progress else 0
        call.progress = Progress(url, form.method("StatusCallbackMethod"), sent=sent)


async def listed(request: web.Request) -> web.Response:
    """GET Calls.json: calls, newest first."""
    query = request.query
    chosen = [
        call
        for call in reversed(request.app[WORLD].calls.values())
        if query.get("Status", call.status) == call.status
        and query.get("To", call.to) == call.to
        and query.get("From", call.from_) == call.from_
        and query.get("ParentCallSid", call.parent_sid) == call.parent_sid
        and within(query.get, "StartTime", call.answered_at or call.created_at)
        and within(query.get, "EndTime", call.ended_at)
    ]
    return page(request, "calls", [call_json(call) for call in chosen])


def within(query: Callable[[str], Any], name: str, instant: datetime | None) -> bool:
    """Whether *instant* passes the filters name, name< and name> (days or instants, in UTC).

    >>> from datetime import UTC
    >>> noon = datetime(2026, 1, 5, 12, tzinfo=UTC)
    >>> within({"StartTime": "2026-01-05"}.get, "StartTime", noon)
    True
    >>> within({"StartTime>": "2026-01-05T13:00:00Z"}.get, "StartTime", noon)
    False
    """
    on, before, after = query(name), query(f"{name}<"), query(f"{name}>")
    if instant is None:
        return not (on or before or after)
    if on and not _day(on) <= instant < _day(on) + timedelta(days=1):
        return False
    if before and instant > _instant(before):
        return False
    return not (after and instant < _instant(after))


def _instant(value: str) -> datetime:
    try:
        if len(value) == len("2026-01-05"):
            return datetime.combine(date.fromisoformat(value), time(), UTC)
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise invalid("date", value, 20001) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _day(value: str) -> datetime:
    return datetime.combine(_instant(value).date(), time(), UTC)
