"""Reading a TwiML document as strictly as the carrier does, and its attributes as leniently."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element, ParseError, fromstring

from ivr.exchange.faults import CarrierFault, Fault
from ivr.exchange.grammar import ATTRIBUTES, CHILDREN, VERBS
from ivr.exchange.lengths import wav_seconds

MOST_BYTES: Final = 64 * 1024
DEFAULT_AUDIO_S: Final = 3.0
"""How long audio lasts whose length cannot be read: anything but WAV."""


@dataclass(frozen=True, slots=True)
class Document:
    """What the carrier executes.

    Args:
        base_url: relative addresses are resolved against it; None for TwiML given inline.
        audio_s: set when the answer was not TwiML but audio, to be played to its end.
        warnings: what was odd without being fatal.
    """

    verbs: tuple[Element, ...]
    base_url: str | None = None
    audio_s: float | None = None
    warnings: tuple[Fault, ...] = field(default_factory=tuple)


def read_answer(content_type: str, body: bytes, url: str) -> Document:
    """Turn the answer to a webhook into a document.

    Args:
        content_type: the header without its parameters.
        url: where the answer came from.

    Raises:
        CarrierFault: the answer is of no use.
    """
    kind = content_type.lower()
    if kind.startswith("audio/"):
        return Document((), url, audio_s=wav_seconds(body) or DEFAULT_AUDIO_S)
    if kind == "text/plain":
        return _read_plain(body, url)
    if kind not in ("text/xml", "application/xml", "text/html"):
        raise CarrierFault(12300, content_type or "none", url)
    return parse(body, url)


def parse(body: bytes, url: str | None) -> Document:
    """Parse TwiML.

    Raises:
        CarrierFault: it is too large, is not XML, or its root is not Response.
    """
    if len(body) > MOST_BYTES:
        raise CarrierFault(11750, f"{len(body)} bytes", url or "")
    try:
        root = fromstring(body.strip())  # noqa: S314 - the hotline is ours; expat limits entities
    except (ParseError, ValueError, LookupError) as error:
        raise CarrierFault(12100, str(error), url or "") from error
    if root.tag != "Response":
        raise CarrierFault(12102, root.tag, url or "")
    warnings: list[Fault] = []
    verbs = []
    for element in root:
        if element.tag in VERBS:
            verbs.append(element)
            warnings.extend(_odd_attributes(element))
        else:
            warnings.append(Fault(12200, f"<{element.tag}>"))
    return Document(tuple(verbs), url, warnings=tuple(warnings))


def _read_plain(body: bytes, url: str) -> Document:
    try:
        return parse(body, url)
    except CarrierFault as problem:
        if problem.fault.code != 12100:
            raise
        say = Element("Say")
        say.text = body.decode("utf-8", "replace")
        return Document((say,), url)


def _odd_attributes(element: Element) -> Iterator[Fault]:
    """Attributes and nested nouns the carrier does not know; it warns and goes on.

    Mark-up inside <Say> follows another standard, and <Task> holds JSON: both are left alone.
    """
    known = ATTRIBUTES.get(element.tag)
    if known is not None:
        for name in sorted(set(element.keys()) - known):
            yield Fault(12200, f"{element.tag}@{name}")
    nouns = CHILDREN.get(element.tag)
    if nouns is None:
        return
    for child in element:
        if child.tag not in nouns:
            code = 13320 if element.tag == "Gather" else 12200
            yield Fault(code, f"<{child.tag}> in <{element.tag}>")
        else:
            yield from _odd_attributes(child)


class Attributes:
    """An element's attributes, read with defaults; what is wrong is noted and ignored."""

    def __init__(self, element: Element) -> None:
        self._element = element
        self.warnings: list[Fault] = []

    def text(self, name: str, default: str = "") -> str:
        """An attribute as it stands, trimmed."""
        return self._element.get(name, default).strip()

    def whole(self, name: str, default: int, code: int, least: int = 0) -> int:
        """A whole number of at least *least*; *code* is noted when it is not one."""
        value = self._element.get(name)
        if value is None:
            return default
        if value.strip().isdigit() and int(value) >= least:
            return int(value)
        self.warnings.append(Fault(code, value))
        return default

    def flag(self, name: str, default: bool, code: int = 12200) -> bool:
        """True or false."""
        value = self._element.get(name)
        if value is None:
            return default
        if value.strip().lower() in ("true", "false"):
            return value.strip().lower() == "true"
        self.warnings.append(Fault(code, value))
        return default

    def choice(self, name: str, choices: tuple[str, ...], code: int) -> str:
        """One of *choices*, of which the first is the default."""
        value = self._element.get(name)
        if value is None or value in choices:
            return value or choices[0]
        self.warnings.append(Fault(code, value))
        return choices[0]

    def method(self, name: str = "method", default: str = "POST", code: int = 12200) -> str:
        """GET or POST."""
        value = self._element.get(name, default).strip().upper()
        if value in ("GET", "POST"):
            return value
        self.warnings.append(Fault(code, value))
        return default


def resolve(base_url: str | None, url: str) -> str:
    """An address in a document made absolute.

    Raises:
        CarrierFault: the document was given inline, so that there is nothing to resolve
            against. The carrier demands absolute addresses then.

    >>> resolve("http://127.0.0.1:5000/voice/menu?turn=2", "turn")
    'http://127.0.0.1:5000/voice/turn'
    >>> resolve("http://127.0.0.1:5000/voice/menu?turn=2", "")
    'http://127.0.0.1:5000/voice/menu?turn=2'
    """
    if urlsplit(url).scheme:
        return url
    if base_url is None:
        raise CarrierFault(15004, url or "no action")
    return urljoin(base_url, url) if url else base_url
