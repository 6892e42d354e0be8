"""Reading what the hotline posts."""

from __future__ import annotations

from typing import Final, Self
from urllib.parse import urlsplit

from aiohttp import web
from multidict import MultiDict, MultiMapping

from ivr.exchange.call import Progress, Source
from ivr.exchange.ids import is_number
from ivr.exchange.rest.problems import RestProblem

PROGRESS_EVENTS: Final = frozenset({"initiated", "ringing", "answered", "completed"})
MOST_TWIML: Final = 4000


class Form:
    """A posted form; array fields arrive as repeated names."""

    def __init__(self, fields: MultiMapping[str]) -> None:
        self._fields = fields

    @classmethod
    async def of(cls, request: web.Request) -> Self:
        """Read the body of a request."""
        posted = await request.post()
        return cls(MultiDict((name, str(value)) for name, value in posted.items()))

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def text(self, name: str, default: str = "") -> str:
        """A field as it stands."""
        return self._fields.get(name, default)

    def flag(self, name: str, default: bool) -> bool:
        """True or false; anything else counts as false, as the carrier documents."""
        if name not in self._fields:
            return default
        return self._fields[name].strip().lower() == "true"

    def whole(self, name: str, default: int, least: int, most: int, code: int) -> int:
        """A whole number within limits."""
        if name not in self._fields:
            return default
        value = self._fields[name].strip()
        if not value.isdigit() or not least <= int(value) <= most:
            raise RestProblem(code, f"{name} must be between {least} and {most}, not {value!r}")
        return int(value)

    def method(self, name: str, default: str = "POST") -> str:
        """GET or POST."""
        value = self.text(name, default).upper()
        if value not in ("GET", "POST"):
            raise RestProblem(21209, f"{name} must be GET or POST, not {value!r}")
        return value

    def url(self, name: str, code: int = 21205) -> str:
        """An absolute address, "" if the field is missing or empty.

        Raises:
            RestProblem: it is not an address; hosts with underscores are refused as well.
        """
        value = self.text(name).strip()
        if not value:
            return ""
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or "_" in parts.hostname:
            raise RestProblem(code, f"{name} is not a valid URL: {value}")
        return value

    def words(self, name: str) -> list[str]:
        """A list: repeated fields, each of which may hold several words."""
        return [word for value in self._fields.getall(name, []) for word in value.split()]

    def each(self, name: str) -> list[str]:
        """A list: repeated fields as they stand."""
        return list(self._fields.getall(name, []))

    def source(self) -> Source | None:
        """Where TwiML shall come from; None if the form does not say.

        Raises:
            RestProblem: the inline text is too long or the address is wrong.
        """
        url = self.url("Url")
        if url:
            return Source(url, self.method("Method"))
        twiml = self.text("Twiml")
        if not twiml:
            return None
        if len(twiml) > MOST_TWIML:
            raise RestProblem(
                20422, f"Twiml is {len(twiml)} characters long; at most {MOST_TWIML} are allowed"
            )
        return Source(twiml=twiml)

    def fallback(self) -> Source | None:
        """Where to turn when TwiML cannot be had."""
        url = self.url("FallbackUrl")
        return Source(url, self.method("FallbackMethod")) if url else None

    def progress(self, *, one_word_each: bool) -> Progress | None:
        """Which status callbacks are wanted.

        Args:
            one_word_each: calls want each event in a field of its own. A field with several
                is accepted, but then no callback is ever sent (error 21626), as in life.
        """
        url = self.url("StatusCallback", 21609)
        if not url:
            return None
        name = "StatusCallbackEvent"
        given = self.each(name) if one_word_each else self.words(name)
        events = frozenset(given or ["completed"])
        if not events <= PROGRESS_EVENTS:
            events = frozenset()
        return Progress(url, self.method("StatusCallbackMethod"), events)


def required(form: Form, numbers: tuple[str, ...]) -> tuple[str, str]:
    """Who calls whom.

    Args:
        numbers: the account's own numbers, the only ones it may show.

    Raises:
        RestProblem: one is missing, or may not be used.
    """
    to, from_ = form.text("To").strip(), form.text("From").strip()
    if not to:
        raise RestProblem(21201, "No 'To' number is specified")
    if not from_:
        raise RestProblem(21213, "No 'From' number is specified")
    is_address = to.startswith(("client:", "sip:", "sips:"))
    if not is_address and not is_number(to):
        raise RestProblem(
            21211, f"The phone number you are attempting to call, {to}, is not valid."
        )
    if not is_address and not is_number(from_):
        raise RestProblem(21212, f"The source phone number provided, {from_}, is not valid.")
    if is_number(from_) and from_ not in numbers:
        raise RestProblem(
            21210,
            f"The source phone number provided, {from_}, is not yet verified for your account."
            " You may only make calls from phone numbers that you've verified or purchased.",
        )
    return from_, to
