"""Webhooks: only the carrier's are let in, and what they say is read here."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Final, ParamSpec

from flask import Response, abort, current_app, request

from ivr.config import Settings
from ivr.telephony.parameters import is_as_signed
from ivr.telephony.signature import Seal

P = ParamSpec("P")

FORM: Final = "application/x-www-form-urlencoded"
CALL_SID: Final = re.compile(r"CA[0-9a-f]{32}")
CONFERENCE_SID: Final = re.compile(r"CF[0-9a-f]{32}")
LABEL: Final = re.compile(r"[a-z0-9-]{1,40}")
STATUSES: Final = frozenset(
    {
        "queued",
        "initiated",
        "ringing",
        "in-progress",
        "completed",
        "busy",
        "failed",
        "no-answer",
        "canceled",
    }
)
KEYS: Final = re.compile(r"[0-9*#]{1,32}")
CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f]")
LONGEST_NUMBER: Final = 256
LONGEST_SPEECH: Final = 2000


@dataclass(frozen=True, slots=True)
class Guard:
    """Lets the carrier in and nobody else; one for each app."""

    seal: Seal
    account_sid: str


def guard_for(settings: Settings, base_url: str) -> Guard:
    """The guard of an app that the carrier reaches at *base_url*."""
    return Guard(Seal(settings.twilio_auth_token, base_url), settings.twilio_account_sid)


def from_the_carrier(view: Callable[P, Response]) -> Callable[P, Response]:
    """Refuse whatever is not signed by the carrier for our account: 403, nothing read."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Response:
        guard: Guard = current_app.extensions["guard"]
        # The raw body comes first: parsing another kind of form would leave nothing to check.
        body = request.get_data()
        form = _form() if request.mimetype == FORM else None
        genuine = guard.seal.is_genuine(
            path=_raw_path(),
            query=request.query_string,
            form=form,
            body=body if form is None else None,
            signature=request.headers.get("X-Twilio-Signature", ""),
        )
        if not genuine or form is None or not is_as_signed(form):
            abort(403)
        if form.get("AccountSid") != [guard.account_sid]:
            abort(403)
        return view(*args, **kwargs)

    guarded.is_guarded = True  # type: ignore[attr-defined] # a test asks every route for it
    return guarded


def _form() -> dict[str, list[str]]:
    return {name: request.form.getlist(name) for name in request.form}


def _raw_path() -> str:
    """The path as the carrier wrote it, before anything was decoded."""
    raw: str = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or ""
    return raw.split("?", 1)[0] if raw.startswith("/") else request.path


def call_sid() -> str:
    """The call that the webhook speaks of; 400 if it is not a call's name."""
    return _matching("CallSid", CALL_SID)


def caller_did() -> tuple[str, str]:
    """Keys and words that a Gather collected; both empty when nothing came."""
    keys = request.form.get("Digits", "")
    if keys and not KEYS.fullmatch(keys):
        abort(400, "Digits holds something that is not on a telephone's keypad.")
    return keys, _printable(request.form.get("SpeechResult", ""))[:LONGEST_SPEECH].strip()


def is_inbound() -> bool:
    """Whether somebody called us, rather than we them."""
    return request.form.get("Direction", "inbound") == "inbound"


def conference_sid() -> str:
    """The conference that the webhook speaks of."""
    return _matching("ConferenceSid", CONFERENCE_SID)


def status() -> str:
    """The carrier's word for the state of the call."""
    value = request.form.get("CallStatus", "")
    if value not in STATUSES:
        abort(400, "CallStatus is not one of the documented values.")
    return value


def sequence() -> int:
    """The number of the report; -1 where the carrier sends none."""
    value = request.form.get("SequenceNumber", "")
    return int(value) if re.fullmatch(r"[0-9]{1,9}", value) else -1


def number(name: str) -> str:
    """A number as it came, cut to a sane length; what it means is for ``callers`` to say."""
    return _printable(request.form.get(name, ""))[:LONGEST_NUMBER]


def label() -> str:
    """Who in the conference: ``caller`` or ``agent-<offer>``; empty if not one of ours."""
    value = request.form.get("ParticipantLabel", "")
    return value if LABEL.fullmatch(value) else ""


def _printable(value: str) -> str:
    """Without control characters: a database refuses some, and a log is forged with others."""
    return CONTROLS.sub("", value)


def _matching(name: str, pattern: re.Pattern[str]) -> str:
    value = request.form.get(name, "")
    if not pattern.fullmatch(value):
        abort(400, f"{name} does not have the form that the carrier documents.")
    return value
