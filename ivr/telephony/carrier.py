"""Commands to the carrier, by its own client.

``twilio.rest`` is imported when the first command is sent: web workers never send any, and
it would cost each of them 130 ms and 19 MiB.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from ivr.errors import IVRError

if TYPE_CHECKING:
    from twilio.rest import Client

TIMEOUT_S: Final = 5.0
LIVE: Final = frozenset({"queued", "initiated", "ringing", "in-progress"})
OVER: Final = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
CALL_SID: Final = re.compile(r"CA[0-9a-f]{32}")

NOT_IN_PROGRESS: Final = 21220
NOT_FOUND: Final = 20404


class CarrierError(IVRError):
    """The carrier did not do what it was asked."""


class LegGone(CarrierError):
    """The leg is over; there is nothing left to command."""


class CarrierRefused(CarrierError):
    """The carrier will not do it, now or ever."""

    def __init__(self, status: int, code: int | None) -> None:
        super().__init__(
            f"The carrier refused a command (HTTP {status}, error {code})."
            " Look the error up in the carrier's list."
        )
        self.code = code


class CarrierBusy(CarrierError):
    """The carrier asks to come back later; nothing was done."""


class CarrierUnsure(CarrierError):
    """No clear answer came: it may have been done or not. Look before doing it again."""


@dataclass(frozen=True, slots=True)
class AgentLeg:
    """A call to an agent's phone.

    Attributes:
        to: ``client:…``, ``sip:…`` or E.164.
        url: what the phone is asked to do when it is answered.
        ring_s: how long it rings; the carrier may add five seconds.
    """

    to: str
    url: str
    status_url: str
    ring_s: int


class Carrier:
    """The carrier's account; one for each thread that sends.

    Args:
        base_url: the practice exchange, or empty for the real carrier.
        number: our own number, shown to agents' telephones.
        timeout_s: how long the carrier may take to answer a command.
    """

    def __init__(
        self,
        account_sid: str,
        token: str,
        base_url: str,
        number: str,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._account_sid = account_sid
        self._token = token
        self._base_url = base_url
        self._number = number
        self._timeout_s = timeout_s
        self._made: Client | None = None

    @property
    def _client(self) -> Client:
        if self._made is None:
            from twilio.http.http_client import TwilioHttpClient
            from twilio.rest import Client

            http = TwilioHttpClient(timeout=self._timeout_s)
            self._made = Client(self._account_sid, self._token, http_client=http)
            if self._base_url:
                self._made.api.base_url = self._base_url
        return self._made

    def ring(self, leg: AgentLeg) -> str:
        """Call an agent's phone; gives the leg's SID. Never to be repeated blindly."""
        with _plain_errors():
            made = self._client.calls.create(
                to=leg.to,
                from_=self._number,
                url=leg.url,
                method="POST",
                timeout=leg.ring_s,
                status_callback=leg.status_url,
                status_callback_method="POST",
                status_callback_event=["initiated", "ringing", "answered", "completed"],
            )
        sid = str(made.sid)
        if not CALL_SID.fullmatch(sid):
            raise _unreadable()
        return sid

    def redirect(self, sid: str, *, twiml: str = "", url: str = "") -> None:
        """Make the live call *sid* carry out *twiml*, or what *url* answers."""
        with _plain_errors():
            if twiml:
                self._client.calls(sid).update(twiml=twiml)
            else:
                self._client.calls(sid).update(url=url, method="POST")

    def stop(self, sid: str) -> None:
        """End the leg: hung up if it was answered, cancelled if it still rings."""
        with _plain_errors():
            self._client.calls(sid).update(status="completed")

    def status(self, sid: str) -> str:
        """The carrier's own word for the state of the call.

        Raises:
            LegGone: the carrier does not know the call (any more).
            CarrierUnsure: it gave no word that it documents; nothing follows from that.
        """
        with _plain_errors():
            status = str(self._client.calls(sid).fetch().status)
        if status not in LIVE | OVER:
            raise _unreadable()
        return status

    def live_leg_to(self, endpoint: str, since: datetime) -> str | None:
        """The SID of a live call to *endpoint* begun after *since*: ours, sent before a crash."""
        with _plain_errors():
            recent = self._client.calls.list(to=endpoint, limit=20)
        for leg in recent:
            # A call that still waits to be dialled has no start yet.
            started = leg.start_time or leg.date_created
            is_new = started is None or started >= since - timedelta(seconds=2)
            if str(leg.status) in LIVE and is_new:
                return str(leg.sid)
        return None

    def is_in_room(self, sid: str, room: str) -> bool:
        """Whether the call *sid* is in the conference *room* now."""
        with _plain_errors():
            rooms = self._client.conferences.list(
                friendly_name=room, status="in-progress", limit=1
            ) or self._client.conferences.list(friendly_name=room, status="init", limit=1)
            if not rooms:
                return False
            try:
                with _plain_errors():
                    people = self._client.conferences(str(rooms[0].sid)).participants.list(limit=20)
            except LegGone:
                return False  # The room was closed while we looked; that says nothing of the leg.
        return any(person.call_sid == sid for person in people)


class _plain_errors:  # noqa: N801 - used as a statement
    """Turns what the client raises into what the flows understand."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        plain = None if error is None else _in_plain_words(error)
        if plain is not None:
            raise plain from None


def _in_plain_words(error: BaseException) -> CarrierError | None:
    """What *error* means for a command; None if it is not the carrier's doing."""
    import requests
    from twilio.base.exceptions import (
        TwilioException,
        TwilioRestException,
        TwilioServiceException,
    )

    match error:
        case CarrierError():
            return None
        case TwilioRestException() | TwilioServiceException():
            return _refusal(error.status, error.code)
        case TwilioException():
            # A list that is refused has no error code, and brings the whole answer along.
            status = getattr(error.args[-1] if error.args else None, "status_code", None)
            return _unreadable() if status is None else _refusal(status, None)
        case requests.exceptions.ReadTimeout():
            return CarrierUnsure("The carrier did not answer in time.")
        case requests.RequestException():
            # Refused before anything was sent, or cut in the middle: the two look alike.
            return CarrierUnsure("The carrier cannot be reached.")
        case ValueError() | KeyError() | TypeError() | AttributeError():
            return _unreadable()
    return None


def _refusal(status: int, code: int | None) -> CarrierError:
    if code in {NOT_IN_PROGRESS, NOT_FOUND} or status == 404:
        return LegGone(f"The leg is over (error {code}).")
    if status == 429:
        return CarrierBusy("The carrier asks for fewer commands (HTTP 429).")
    if status >= 500 or status in {408, 425}:
        return CarrierUnsure(f"The carrier failed (HTTP {status}).")
    return CarrierRefused(status, code)


def _unreadable() -> CarrierUnsure:
    """Something between us and the carrier answered in its place, or half an answer came."""
    return CarrierUnsure("The carrier's answer could not be read.")
