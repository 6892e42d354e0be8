"""The music that callers hear: served by every process that makes them hear it."""

from __future__ import annotations

from flask import Blueprint, Response, request

from ivr.telephony.music import LONGEST_S, hold_music

bp = Blueprint("music", __name__)

VERSION = 2  # Of the tune; the carrier keeps what it has as long as the tag stays the same.


@bp.get("/voice/music/<count:seconds>.wav")
def music(seconds: int) -> Response:
    """Soothing music of so many seconds."""
    if not 0 < seconds <= LONGEST_S:
        return Response("There is no music of this length.", 404, content_type="text/plain")
    response = Response(content_type="audio/wav")
    response.cache_control.public = True
    response.cache_control.max_age = 86_400
    response.set_etag(f"music-{VERSION}-{seconds}")
    response.make_conditional(request)
    if response.status_code == 200:
        response.set_data(hold_music(seconds))
    return response
