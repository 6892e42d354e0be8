"""How long it takes to say or to play something.

The rates are estimates: about 4.2 Chinese characters and 2.5 Latin words a second at normal
speed, which is how the carrier's Mandarin voices were measured to read service prompts.
Breaks in the mark-up are exact.
"""

from __future__ import annotations

import re
import struct
from typing import Final
from xml.etree.ElementTree import Element

CHINESE_PER_S: Final = 4.2
WORDS_PER_S: Final = 2.5
LEAST_RATE: Final = 0.2

_CHINESE: Final = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_DIGIT: Final = re.compile(r"\d")
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z'’-]*")
_SECONDS: Final = re.compile(r"(\d+(?:\.\d+)?)(ms|s)")
_PERCENT: Final = re.compile(r"(\d+(?:\.\d+)?)%")

# Amazon Polly, "prosody" and "break" tags: named rates and strengths.
_RATES: Final = {"x-slow": 0.5, "slow": 0.75, "medium": 1.0, "fast": 1.25, "x-fast": 1.75}
_BREAKS: Final = {
    "none": 0.0,
    "x-weak": 0.1,
    "weak": 0.2,
    "medium": 0.4,
    "strong": 0.8,
    "x-strong": 1.2,
}


def spoken_text(element: Element) -> str:
    """The words a person hears when *element* is said, mark-up resolved.

    >>> from xml.etree.ElementTree import fromstring
    >>> spoken_text(fromstring('<Say>请按<sub alias="一">1</sub>。<break time="1s"/>谢谢</Say>'))
    '请按一。谢谢'
    """
    words = element.get("alias") if element.tag == "sub" else None
    if words is None:
        words = (element.text or "") + "".join(
            spoken_text(child) + (child.tail or "") for child in element
        )
    return words if element.tag != "Say" else " ".join(words.split())


def say_seconds(element: Element, rate: float = 1.0) -> float:
    """How long saying *element* takes, in seconds.

    >>> from xml.etree.ElementTree import fromstring
    >>> round(say_seconds(fromstring("<Say>您好，这里是服务热线。</Say>")), 2)
    2.14
    >>> slow = '<Say><prosody rate="50%">您好</prosody><break time="500ms"/></Say>'
    >>> round(say_seconds(fromstring(slow)), 2)
    1.45
    """
    match element.tag:
        case "break":
            return _break_seconds(element)
        case "sub":
            return words_seconds(element.get("alias") or element.text or "", rate)
        case "prosody":
            rate *= _rate(element.get("rate", ""))
    total = words_seconds(element.text or "", rate)
    for child in element:
        total += say_seconds(child, rate) + words_seconds(child.tail or "", rate)
    return total


def words_seconds(text: str, rate: float = 1.0) -> float:
    """How long a plain text takes; each digit is read as one character.

    >>> round(words_seconds("95519"), 2), words_seconds("please hold on please hold")
    (1.19, 2.0)
    """
    characters = len(_CHINESE.findall(text)) + len(_DIGIT.findall(text))
    words = len(_WORD.findall(text))
    return (characters / CHINESE_PER_S + words / WORDS_PER_S) / max(rate, LEAST_RATE)


def wav_seconds(data: bytes) -> float | None:
    """The length of a WAV file of any encoding in seconds, None if it is not one.

    >>> wav_seconds(b"ID3") is None
    True
    """
    if len(data) < 12 or data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        return None
    position, bytes_per_s = 12, 0
    while position + 8 <= len(data):
        name = data[position : position + 4]
        (size,) = struct.unpack_from("<I", data, position + 4)
        body = position + 8
        if name == b"fmt " and body + 12 <= len(data):
            (bytes_per_s,) = struct.unpack_from("<I", data, body + 8)
        elif name == b"data":
            # Streams of unknown length carry a size that the file does not hold.
            size = min(size, len(data) - body)
            return size / bytes_per_s if bytes_per_s else None
        position = body + size + size % 2
    return None


def _break_seconds(element: Element) -> float:
    time = _SECONDS.fullmatch(element.get("time", "").strip())
    if time:
        return float(time[1]) / (1000 if time[2] == "ms" else 1)
    return _BREAKS.get(element.get("strength", "medium"), 0.4)


def _rate(value: str) -> float:
    percent = _PERCENT.fullmatch(value.strip())
    if percent:
        return float(percent[1]) / 100
    return _RATES.get(value.strip(), 1.0)
