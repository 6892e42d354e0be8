"""What the carrier finds wrong: its error codes, and the exceptions that carry them.

Titles follow the carrier's public dictionary, twilio.com/docs/api/errors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ivr.errors import IVRError

TITLES: Final[dict[int, str]] = {
    11200: "HTTP retrieval failure",
    11205: "HTTP connection failure",
    11210: "HTTP bad host name",
    11215: "HTTP too many redirects",
    11750: "TwiML response body too large",
    12100: "Document parse failure",
    12102: "The root element must be Response",
    12200: "Schema validation warning",
    12300: "Invalid Content-Type",
    13000: "Conference Noun cannot be mixed with Number nouns",
    13201: "Dial: Cannot Dial out from a Dial Call Segment",
    13212: "Dial: Invalid timeout value",
    13213: "Dial: Invalid hangupOnStar value",
    13214: "Dial: Invalid callerId value",
    13216: "Invalid timeLimit value",
    13223: "Dial: Invalid phone number format",
    13224: "Dial: Twilio does not support calling this number or the number is invalid",
    13230: "Dial->Conference: Invalid muted value",
    13231: "Dial->Conference: Invalid endConferenceOnExit value",
    13232: "Dial->Conference: Invalid startConferenceOnEnter value",
    13233: "Dial->Conference: Invalid waitUrl",
    13237: "Dial->Conference: Invalid Conference Name",
    13238: "Dial->Conference: Invalid Verb used in waitUrl, holdUrl, or announceUrl TwiML",
    13240: "Dial->Conference: Invalid Whisper SID",
    13310: "Gather: Invalid finishOnKey value",
    13313: "Gather: Invalid timeout value",
    13314: "Gather: Invalid numDigits value",
    13320: "Gather: Invalid nested verb",
    13326: "Gather: Invalid input value",
    13327: "Gather: Invalid speechTimeout value",
    13331: "Gather: Invalid language value",
    13335: "Gather: speechTimeout auto cannot be used with model default",
    13338: "Gather: Invalid actionOnEmptyResult value",
    13410: "Play: Invalid loop value",
    13420: "Play: Invalid Content-Type",
    13510: "Say: Invalid loop value",
    13520: "Say: Invalid text",
    13521: "<Say> element character limits exceeded",
    13611: "Record: Invalid timeout value",
    13612: "Record: Invalid maxLength value",
    13613: "Record: Invalid finishOnKey value",
    13710: "Redirect: Invalid method value",
    13810: "Reject: Invalid cause",
    13910: "Pause: Invalid length value",
    14202: "Enqueue: Invalid waitUrl",
    14205: "Enqueue: Queue name too long",
    14207: "Enqueue: The targeted queue reached max queue size",
    15004: "Action Callback URL must be absolute when updating in-progress calls",
    16020: "Conference is full",
    16023: "Conference: Participant label invalid (max 128 chars, not CallSid, no '/')",
    16025: "Dial->Conference: Participant label is in use by another participant",
    21626: "Invalid statusCallbackEvents",
    31920: "Stream - WebSocket - Handshake Error",
    31921: "Stream - WebSocket - Close Error",
    31924: "Stream - WebSocket - Protocol Error",
    31941: "Stream - Invalid Track configuration",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One entry of the carrier's debugger: a code and what it was about."""

    code: int
    about: str = ""

    @property
    def text(self) -> str:
        """The sentence a person reads.

        >>> Fault(13314, "many").text
        'Gather: Invalid numDigits value: many'
        """
        title = TITLES.get(self.code, "Error")
        return f"{title}: {self.about}" if self.about else title


class CarrierFault(IVRError):
    """The carrier cannot go on with a document or a request."""

    def __init__(self, code: int, about: str = "", url: str = "") -> None:
        self.fault = Fault(code, about)
        self.url = url
        super().__init__(f"Error {code}, {self.fault.text}. See twilio.com/docs/api/errors/{code}.")


class WebhookFailed(CarrierFault):
    """The hotline did not answer a webhook, or answered with an HTTP error.

    Args:
        status: the HTTP status that was answered, 0 when there was no answer.
        unconnected: no connection came about; by default only this is tried again.
    """

    def __init__(
        self, code: int, about: str, url: str, *, status: int = 0, unconnected: bool = False
    ) -> None:
        super().__init__(code, about, url)
        self.status = status
        self.unconnected = unconnected


class BadRequest(IVRError):
    """A request to the practice side makes no sense; told in both languages."""

    def __init__(self, zh: str, en: str, status: int = 400) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en
        self.status = status
