"""Telephone audio: µ-law at 8 kHz, the only encoding that media streams carry.

Source: ITU-T Recommendation G.711.
"""

from __future__ import annotations

import struct
from typing import Final

FRAME_BYTES: Final = 160
"""One frame: 20 ms."""

FRAME_S: Final = 0.02
BYTES_PER_S: Final = 8000
SILENCE: Final = b"\xff" * FRAME_BYTES

_BIAS: Final = 0x84
_CLIP: Final = 32_635


def encode(sample: int) -> int:
    """One 16-bit sample as one µ-law byte.

    >>> encode(0), encode(32767), encode(-32768)
    (255, 128, 0)
    """
    sign = 0x80 if sample < 0 else 0
    magnitude = min(abs(sample), _CLIP) + _BIAS
    exponent = magnitude.bit_length() - 8
    mantissa = (magnitude >> (exponent + 3)) & 0x0F
    return ~(sign | exponent << 4 | mantissa) & 0xFF


def from_wav(data: bytes) -> bytes | None:
    """The µ-law bytes of a WAV file at 8 kHz, mono, µ-law or 16-bit; None for any other."""
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        return None
    position, wanted = 12, (0, 0, 0)
    while position + 8 <= len(data):
        name = data[position : position + 4]
        (size,) = struct.unpack_from("<I", data, position + 4)
        body = position + 8
        if name == b"fmt " and body + 16 <= len(data):
            encoding, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", data, body)
            wanted = (encoding, bits, rate) if channels == 1 else wanted
        elif name == b"data":
            return _to_mulaw(data[body : body + size], wanted)
        position = body + size + size % 2
    return None


def silence_wav(seconds: float) -> bytes:
    """A WAV file of silence, µ-law, 8 kHz, mono."""
    audio = b"\xff" * int(seconds * BYTES_PER_S)
    head = struct.pack("<4sI4s", b"RIFF", 38 + len(audio), b"WAVE")
    form = struct.pack("<4sIHHIIHHH", b"fmt ", 18, 7, 1, 8000, 8000, 1, 8, 0)
    return head + form + struct.pack("<4sI", b"data", len(audio)) + audio


def _to_mulaw(audio: bytes, form: tuple[int, int, int]) -> bytes | None:
    match form:
        case (7, 8, 8000):
            return audio
        case (1, 16, 8000):
            count = len(audio) // 2
            return bytes(encode(sample) for sample in struct.unpack_from(f"<{count}h", audio))
        case _:
            return None
