"""What the carrier accepts in a voice document, read from its own client library.

The library's source names every element, the elements that may stand in it, and their
attributes: the freshest grammar there is. To it are added, from the carrier's pages, the
values that the library leaves open and the traps that no grammar knows.
"""

from __future__ import annotations

import ast
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from twilio.twiml import TwiML, lower_camel, voice_response

# What ``<Gather>`` and ``<Say>`` call the languages of China: two lists, nearly disjoint.
# ``zh-CN`` silently breaks the carrier's recogniser. Source: types of the carrier's libraries.
HEARD: frozenset[str] = frozenset({"zh", "cmn-Hans-CN", "cmn-Hant-TW", "zh-TW", "yue-Hant-HK"})
SPOKEN: frozenset[str] = frozenset({"cmn-CN", "cmn-TW", "yue-HK", "zh-CN", "zh-HK", "zh-TW"})

URLS = frozenset({"action", "url", "waitUrl", "statusCallback", "partialResultCallback"})
BOOLEANS = frozenset({"actionOnEmptyResult", "startConferenceOnEnter", "endConferenceOnExit"})
CONFERENCE_EVENTS = frozenset(
    {"start", "end", "join", "leave", "mute", "hold", "modify", "speaker", "announcement"}
)
LONGEST_BREAK_S = 10


@dataclass(frozen=True)
class Element:
    """What may stand in an element, and on it."""

    children: frozenset[str]
    attributes: frozenset[str]


def _constructor(body: list[ast.stmt], name: str) -> ast.FunctionDef | None:
    functions = (node for node in body if isinstance(node, ast.FunctionDef))
    return next((function for function in functions if function.name == name), None)


@lru_cache(maxsize=1)
def grammar() -> Mapping[str, Element]:
    """Element → its children and attributes, from the library's source."""
    tree = ast.parse(Path(voice_response.__file__).read_text(encoding="utf-8"))
    names: dict[str, str] = {}
    children: dict[str, set[str]] = {}
    attributes: dict[str, set[str]] = {}
    for made in (node for node in tree.body if isinstance(node, ast.ClassDef)):
        init = _constructor(made.body, "__init__")
        assert init is not None
        (names[made.name],) = (
            str(ast.literal_eval(node.value))
            for node in ast.walk(init)
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Attribute)
            and node.targets[0].attr == "name"
        )
        children[made.name] = set()
        for node in ast.walk(made):
            nests = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if nests and node.func.attr == "nest" and isinstance(node.args[0], ast.Call):
                child = node.args[0]
                assert isinstance(child.func, ast.Name)
                children[made.name].add(child.func.id)
                found = {keyword.arg for keyword in child.keywords if keyword.arg}
                attributes.setdefault(child.func.id, set()).update(found)
    return {
        names[made]: Element(
            frozenset(names[child] for child in children[made]),
            frozenset(lower_camel(TwiML.MAP.get(a, a)) for a in attributes.get(made, ())),
        )
        for made in names
    }


def faults(document: str, *, base: str = "") -> list[str]:
    """Everything in *document* that the carrier would refuse or take amiss; empty if nothing.

    Args:
        base: our own address, below which every URL must lie.
    """
    try:
        root = ET.fromstring(document.encode())
    except ET.ParseError as error:
        return [f"it is not XML: {error}"]
    if root.tag != "Response":
        return [f"the root is {root.tag}"]
    found = list(_faults_in(root))
    found += _order_faults(root)
    if base:
        found += [f"{url} is not ours" for url in urls_of(root) if not url.startswith(f"{base}/")]
    return found


def urls_of(root: ET.Element) -> Iterator[str]:
    """Every address in a document."""
    for element in root.iter():
        yield from (value for name, value in element.attrib.items() if name in URLS and value)
        if element.tag in {"Play", "Redirect"}:
            yield (element.text or "").strip()


def _faults_in(element: ET.Element) -> Iterator[str]:
    known = grammar().get(element.tag)
    if known is None:
        yield f"there is no <{element.tag}>"
        return
    for name, value in element.attrib.items():
        if name not in known.attributes:
            yield f"<{element.tag}> has no attribute {name}"
        yield from _value_faults(element, name, value)
    for child in element:
        if child.tag not in known.children:
            yield f"<{child.tag}> may not stand in <{element.tag}>"
        yield from _faults_in(child)
    yield from _traps(element)


def _value_faults(element: ET.Element, name: str, value: str) -> Iterator[str]:
    what = f'<{element.tag} {name}="{value}">'
    if name in URLS and value and not _is_absolute(value):
        yield f"{what}: not an absolute URL without underscores in its host"
    if name.lower().endswith("method") and value not in {"GET", "POST"}:
        yield f"{what}: GET or POST"
    if name in BOOLEANS and value not in {"true", "false"}:
        yield f"{what}: true or false"
    if name in {"timeout", "numDigits", "length"} and not re.fullmatch(r"[1-9][0-9]*", value):
        yield f"{what}: a whole number of at least 1"


def _is_absolute(url: str) -> bool:
    parts = urlsplit(url)
    host = parts.hostname or ""
    return parts.scheme in {"http", "https"} and bool(host) and "_" not in host


def _traps(element: ET.Element) -> Iterator[str]:
    text, get = (element.text or "").strip(), element.get
    match element.tag:
        case "Play" | "Redirect" if not _is_absolute(text):
            yield f"<{element.tag}>: {text!r} is not an absolute URL"
        case "Say":
            yield from _speech_faults(element)
        case "Gather":
            yield from _gather_faults(element)
        case "Conference":
            if not re.fullmatch(r"[A-Za-z0-9-]{1,128}", text):
                yield f"<Conference>: {text!r} is no name for a room"
            for name in ("startConferenceOnEnter", "endConferenceOnExit", "participantLabel"):
                if not get(name):
                    yield f"<Conference> must say {name}"
            unknown = set((get("statusCallbackEvent") or "").split()) - CONFERENCE_EVENTS
            if unknown:
                yield f"<Conference>: no such events {unknown}"
        case "Dial" if not len(element):
            yield "<Dial> dials nobody"
        case "break":
            time = re.fullmatch(r"([0-9]+)(ms|s)", get("time") or "")
            seconds = float(time[1]) / (1000 if time[2] == "ms" else 1) if time else None
            if seconds is None or not 0 < seconds <= LONGEST_BREAK_S:
                yield f"<break>: {get('time')!r} is not a pause"
        case "prosody":
            rate, volume = get("rate") or "100%", get("volume") or "+0dB"
            if not re.fullmatch(r"[0-9]+%", rate) or not 20 <= int(rate[:-1]) <= 200:
                yield f"<prosody>: no such rate {rate}"
            if not re.fullmatch(r"([+][0-6]|-[0-9]{1,2})dB", volume):
                yield f"<prosody>: no such volume {volume}"
            if not text:
                yield "<prosody> says nothing"
    if element.tag not in {"Say", "prosody", "Play", "Redirect", "Conference"} and text:
        yield f"<{element.tag}> has text"


def _speech_faults(say: ET.Element) -> Iterator[str]:
    if say.get("language") not in SPOKEN:
        yield f"<Say>: {say.get('language')} is not a language of the synthesiser"
    voice = say.get("voice") or ""
    if not "".join(say.itertext()).strip():
        yield "<Say> says nothing"
    if any(character in "".join(say.itertext()) for character in "{}"):
        yield "<Say> reads a gap aloud"
    # Pitch, and every mark on another maker's voice, is read aloud or refused.
    is_amazon = voice.startswith("Polly.") and not voice.endswith("-Generative")
    if len(say) and not is_amazon:
        yield f"<Say>: {voice} does not obey marks"
    if voice.endswith("-Neural") and say.find(".//prosody[@pitch]") is not None:
        yield f"<Say>: {voice} has no pitch"


def _gather_faults(gather: ET.Element) -> Iterator[str]:
    get = gather.get
    listens = (get("input") or "dtmf").split()
    if not set(listens) <= {"dtmf", "speech"}:
        yield f"<Gather>: no such input {listens}"
    if get("actionOnEmptyResult") != "true":
        yield "<Gather> must report an empty result, or the caller falls through it"
    if not get("action"):
        yield "<Gather> without action asks the same URL for ever"
    if "speech" in listens and get("language") not in HEARD:
        yield f"<Gather>: {get('language')} is not a language of the recogniser"
    if "speech" not in listens and (get("language") or get("speechTimeout")):
        yield "<Gather> speaks of speech and does not listen to it"
    if get("speechTimeout") and not re.fullmatch(r"[1-9][0-9]*", get("speechTimeout") or ""):
        yield "<Gather>: with a model of one's own, speechTimeout is a whole number"


def _order_faults(root: ET.Element) -> Iterator[str]:
    """Nothing may follow a verb that never returns, and something must be the end."""
    verbs = [child.tag for child in root]
    for at, verb in enumerate(verbs[:-1]):
        never_returns = verb in {"Redirect", "Hangup"} or (
            verb == "Dial" and root[at].get("action") is not None
        )
        if never_returns:
            yield f"<{verb}> leaves <{verbs[at + 1]}> undone"
    if verbs and verbs[-1] not in {"Redirect", "Hangup", "Dial"}:
        yield f"the call ends after <{verbs[-1]}> without a word"
