"""The Conferences resource."""

from __future__ import annotations

from aiohttp import web

from ivr.exchange.conference import Conference, ConferenceStatus, EndReason
from ivr.exchange.keys import WORLD
from ivr.exchange.orders import announce
from ivr.exchange.rest.calls import within
from ivr.exchange.rest.forms import Form
from ivr.exchange.rest.paging import page
from ivr.exchange.rest.problems import invalid, not_found
from ivr.exchange.rest.render import conference_json


def find_conference(request: web.Request, *, by_name: bool = False) -> Conference:
    """The conference that the address names.

    Args:
        by_name: a friendly name is as good as the identifier.
    """
    world, wanted = request.app[WORLD], request.match_info["conference"]
    conference = world.conferences.get(wanted)
    if conference is None and by_name:
        conference = world.find_room(wanted)
    if conference is None:
        raise not_found(request)
    return conference


async def fetch(request: web.Request) -> web.Response:
    """GET Conferences/CF….json: one conference."""
    return web.json_response(conference_json(find_conference(request)))


async def update(request: web.Request) -> web.Response:
    """POST Conferences/CF….json: end it, or announce something to everybody in it."""
    conference = find_conference(request, by_name=True)
    form = await Form.of(request)
    status = form.text("Status")
    if status and status != ConferenceStatus.COMPLETED:
        raise invalid("Status", status)
    url, method = form.url("AnnounceUrl"), form.method("AnnounceMethod")
    if url and not conference.over:
        announce(request.app[WORLD], conference, None, url, method)
    if status:
        conference.end(EndReason.API)
    return web.json_response(conference_json(conference))


async def listed(request: web.Request) -> web.Response:
    """GET Conferences.json: conferences, newest first."""
    query = request.query
    chosen = [
        one
        for one in reversed(request.app[WORLD].conferences.values())
        if query.get("Status", one.status) == one.status
        and query.get("FriendlyName", one.friendly_name) == one.friendly_name
        and within(query.get, "DateCreated", one.created_at)
        and within(query.get, "DateUpdated", one.updated_at)
    ]
    return page(request, "conferences", [conference_json(one) for one in chosen])
