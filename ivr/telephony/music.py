"""The music of the waiting line: composed here, so that nobody has to be asked for it.

Four soft chords, seven seconds each, every note a struck string that fades; no drums, nothing
that startles. 8 kHz, 8-bit mu-law in a WAV file: what a telephone can carry, and no more.
"""

from __future__ import annotations

import math
import struct
from array import array
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

RATE: Final = 8000
CHORD_S: Final = 7.0
LEVEL: Final = 0.13  # About -19 dBm0 when notes overlap, as the prompts are.
FADE_IN: Final = RATE // 2
FADE_OUT: Final = RATE
LONGEST_S: Final = 60

# Degrees of a pentatonic scale on D, in Hz: no two of these notes clash.
CHORDS: Final = (
    (293.66, 369.99, 440.00, 587.33),
    (246.94, 369.99, 493.88, 587.33),
    (329.63, 440.00, 493.88, 659.26),
    (293.66, 440.00, 554.37, 739.99),
)
MULAW_BIAS: Final = 0x84
MULAW_CLIP: Final = 32635


def mulaw(sample: int) -> int:
    """One 16-bit sample as mu-law. Source: ITU-T G.711.

    >>> mulaw(0), mulaw(32767), mulaw(-32768)
    (255, 128, 0)
    """
    sign = 0x80 if sample < 0 else 0
    size = min(abs(sample), MULAW_CLIP) + MULAW_BIAS
    exponent = size.bit_length() - 8
    mantissa = (size >> (exponent + 3)) & 0x0F
    return ~(sign | (exponent << 4) | mantissa) & 0xFF


@lru_cache(maxsize=32)
def _note(hertz: float) -> Sequence[float]:
    """A string struck once: a fundamental and a soft octave, fading in four seconds."""
    step = 2 * math.pi * hertz / RATE
    return array(
        "d",
        (
            math.exp(-i / (1.2 * RATE))
            * min(1.0, i / 160)
            * (math.sin(step * i) + 0.25 * math.sin(2 * step * i))
            for i in range(int(4.5 * RATE))
        ),
    )


@lru_cache(maxsize=1)
def _tune() -> Sequence[float]:
    """All the music there is, as samples between -1 and 1; every piece is its beginning."""
    sound = array("d", bytes(8 * LONGEST_S * RATE))
    for strike, start in enumerate(range(0, len(sound), int(CHORD_S * RATE / 4))):
        chord = CHORDS[(strike // 4) % len(CHORDS)]
        for i, value in enumerate(_note(chord[strike % 4])[: len(sound) - start], start):
            sound[i] += LEVEL * value
    for i in range(FADE_IN):
        sound[i] *= i / FADE_IN
    return sound


@lru_cache(maxsize=1)
def _encoded() -> bytes:
    return bytes(mulaw(int(32767 * value)) for value in _tune())


def hold_music(seconds: int) -> bytes:
    """A WAV file of exactly *seconds* (1 to 60), the same bytes every time.

    The lengths that callers need are many, so the tune is composed and encoded once and only
    its last second, which fades, is made for each.
    """
    if not 0 < seconds <= LONGEST_S:
        raise ValueError(f"there is no music of {seconds} s")
    last = seconds * RATE - FADE_OUT
    fading = (value * (1 - i / FADE_OUT) for i, value in enumerate(_tune()[last:][:FADE_OUT]))
    data = _encoded()[:last] + bytes(mulaw(int(32767 * value)) for value in fading)
    return _wav_header(len(data)) + data


def _wav_header(size: int) -> bytes:
    form = struct.pack("<4sIHHIIHHH", b"fmt ", 18, 7, 1, RATE, RATE, 1, 8, 0)
    fact = struct.pack("<4sII", b"fact", 4, size)
    body = b"WAVE" + form + fact + struct.pack("<4sI", b"data", size)
    return struct.pack("<4sI", b"RIFF", len(body) + size) + body
