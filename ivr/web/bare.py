"""What every WSGI application of ours has in common: limits, error pages, a sign of life."""

from __future__ import annotations

from typing import Final

from flask import Flask, Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import IntegerConverter

LARGEST_BODY: Final = 64 * 1024
MOST_FIELDS: Final = 200


class Count(IntegerConverter):
    """A number in an address that also fits a database: ``<count:turn>``."""

    regex = r"[0-9]{1,9}"


def bare_app() -> Flask:
    """A Flask application that knows how to refuse."""
    app = Flask("ivr.web")
    app.url_map.converters["count"] = Count
    # A webhook is answered where it was signed for; it is not sent to another spelling.
    app.url_map.merge_slashes = False
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY,
        MAX_FORM_PARTS=MOST_FIELDS,
    )
    app.register_error_handler(HTTPException, _plain)
    app.add_url_rule("/healthz", "healthz", lambda: Response("ok", content_type="text/plain"))
    return app


def _plain(error: HTTPException) -> Response:
    """What was wrong, in a sentence, for whoever reads the carrier's debugger."""
    said = error.description or error.name
    response = Response(said, error.code or 500, content_type="text/plain; charset=utf-8")
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.allow.update(error.valid_methods)
    return response
