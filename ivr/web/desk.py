"""The agents' desk, first version: sign in, ready, not ready, and what is going on.

A JSON interface for the page, and for telephones with buttons. Agents sign in with a duty
code (``python -m ivr agents code``); in practice mode the number alone is enough.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any, ParamSpec

from flask import Blueprint, Response, abort, jsonify, render_template, request, session

from ivr.errors import DatabaseAway, IVRError, NotPossible, UnknownAgent
from ivr.flows import agents, desk
from ivr.flows.house import House
from ivr.routing import AgentState
from ivr.web.voice import house

bp = Blueprint("desk", __name__, url_prefix="/desk")
P = ParamSpec("P")

STATUS_OF: dict[type[IVRError], int] = {
    UnknownAgent: 404,
    NotPossible: 409,
    DatabaseAway: 503,
}
REASONS = frozenset({"break", "meal", "training", "paperwork", "other"})


@bp.after_request
def keep_to_ourselves(response: Response) -> Response:
    """The page runs its own scripts only, in nobody's frame, and leaves nothing in caches."""
    response.headers["Content-Security-Policy"] = (
        "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def in_words(view: Callable[P, Any]) -> Callable[P, Response]:
    """Answers with JSON; an error of ours becomes its sentence and the fitting status."""

    @wraps(view)
    def speaking(*args: P.args, **kwargs: P.kwargs) -> Response:
        try:
            return jsonify(view(*args, **kwargs))
        except IVRError as error:
            response = jsonify(error=str(error))
            response.status_code = STATUS_OF.get(type(error), 400)
            return response

    return speaking


def signed_in() -> str:
    """The number of the agent who asks: by session, or by duty code as a bearer token."""
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer "):
        agent = desk.agent_with_code(house(), _digest(header.removeprefix("Bearer ")))
        if agent is None:
            abort(401, "This duty code is not known.")
        return agent
    agent_no = session.get("agent_no")
    if not isinstance(agent_no, str):
        abort(401, "Sign in first.")
    # A page of somebody else's cannot set this header, so it cannot act in our name.
    if request.method == "POST" and request.headers.get("X-Desk") != "1":
        abort(403, "The request does not come from the desk.")
    return agent_no


def _digest(code: str) -> str:
    return sha256(code.encode("utf-8", "replace")).hexdigest()


def _field(name: str) -> str:
    body = request.get_json(silent=True)
    value = body.get(name, "") if isinstance(body, dict) else ""
    if not isinstance(value, str) or len(value) > 200:
        abort(400, f"{name} must be a short text.")
    return value


@bp.get("/")
def page() -> str:
    """The desk in the browser."""
    return render_template("desk.html", practice=house().settings.practice)


@bp.post("/api/sign-in")
@in_words
def sign_in() -> Any:
    """Begin duty. JSON: ``agent_no`` and ``code``."""
    home = house()
    if request.headers.get("X-Desk") != "1":
        abort(403, "The request does not come from the desk.")
    agent_no, code = _field("agent_no"), _field("code")
    if not _may_enter(home, agent_no, code):
        abort(401, "The agent number or the duty code is not right.")
    # Whoever is on duty already comes back to where they were: a browser was closed, a session
    # was lost, and the work goes on.
    if desk.view_of(home, agent_no, home.settings.now())["state"] == AgentState.OFF_DUTY:
        agents.sign_in(home, agent_no, home.settings.now())
    session.clear()
    session["agent_no"] = agent_no
    return desk.view_of(home, agent_no, home.settings.now())


def _may_enter(home: House, agent_no: str, code: str) -> bool:
    if home.settings.practice and not code:
        return True
    return bool(code) and desk.agent_with_code(home, _digest(code)) == agent_no


@bp.get("/api/me")
@in_words
def me() -> Any:
    """What the agent sees: their state, and the call in hand."""
    home = house()
    return desk.view_of(home, signed_in(), home.settings.now())


@bp.get("/api/practice/agents")
@in_words
def practice_agents() -> Any:
    """Everybody who can sign in without a code; only in practice."""
    home = house()
    if not home.settings.practice:
        abort(404)
    return desk.everybody(home)


@bp.post("/api/ready")
@in_words
def ready() -> Any:
    """Ready for the next call."""
    home, agent_no = house(), signed_in()
    agents.set_ready(home, agent_no, home.settings.now())
    return desk.view_of(home, agent_no, home.settings.now())


@bp.post("/api/not-ready")
@in_words
def not_ready() -> Any:
    """A break. JSON: ``reason``, one of break, meal, training, paperwork, other."""
    home, agent_no = house(), signed_in()
    reason = _field("reason")
    if reason not in REASONS:
        abort(400, f"reason must be one of {', '.join(sorted(REASONS))}.")
    agents.set_not_ready(home, agent_no, reason, home.settings.now())
    return desk.view_of(home, agent_no, home.settings.now())


@bp.post("/api/sign-out")
@in_words
def sign_out() -> Any:
    """End duty."""
    home, agent_no = house(), signed_in()
    agents.sign_out(home, agent_no, home.settings.now())
    session.clear()
    return {"state": "off_duty"}
