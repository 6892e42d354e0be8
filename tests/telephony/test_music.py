"""The music of the line: what a telephone can carry, at the level of a voice."""

from __future__ import annotations

import io
import math
import struct
import time
from hashlib import sha256

import pytest

from ivr.exchange import mulaw as g711
from ivr.telephony import music
from ivr.telephony.music import LONGEST_S, RATE, hold_music

FULL_SCALE_DBM0 = 3.17
"""Of a sine at full scale in mu-law. Source: ITU-T G.711, tables 2 and 6."""


def decoded(byte: int) -> int:
    """One mu-law byte as a 16-bit sample, by the textbook. Source: ITU-T G.711."""
    inverted = ~byte & 0xFF
    size = (((inverted & 0x0F) << 3) + 0x84) << ((inverted >> 4) & 7)
    return -(size - 0x84) if inverted & 0x80 else size - 0x84


def samples(seconds: int) -> list[float]:
    """The samples of a piece, between -1 and 1."""
    return [decoded(byte) / 32768 for byte in hold_music(seconds)[-seconds * RATE :]]


def level_dbm0(part: list[float]) -> float:
    power = sum(value * value for value in part) / len(part)
    return 10 * math.log10(2 * power) + FULL_SCALE_DBM0


@pytest.mark.parametrize("seconds", [1, 2, 8, 28, 60])
def test_it_is_a_wav_file_of_exactly_this_length(seconds: int) -> None:
    wav = hold_music(seconds)
    file = io.BytesIO(wav)
    assert struct.unpack("<4sI4s", file.read(12)) == (b"RIFF", len(wav) - 8, b"WAVE")
    chunks = {}
    while head := file.read(8):
        name, size = struct.unpack("<4sI", head)
        chunks[name] = file.read(size)
        assert len(chunks[name]) == size
        assert size % 2 == 0
    assert list(chunks) == [b"fmt ", b"fact", b"data"]
    # 7 is mu-law: one channel, 8000 samples and as many bytes a second, 8 bits, no extension.
    assert struct.unpack("<HHIIHHH", chunks[b"fmt "]) == (7, 1, 8000, 8000, 1, 8, 0)
    assert struct.unpack("<I", chunks[b"fact"]) == (seconds * RATE,)
    assert len(chunks[b"data"]) == seconds * RATE


def test_it_is_as_loud_as_a_voice_and_never_clips() -> None:
    sound = samples(LONGEST_S)
    loud_part = sound[2 * RATE : -2 * RATE]
    assert -22 <= level_dbm0(loud_part) <= -16
    assert 20 * math.log10(max(map(abs, sound))) < -3
    for start in range(2 * RATE, len(sound) - 2 * RATE, RATE):
        assert -26 < level_dbm0(sound[start : start + RATE]) < -14, "it swells or drops"


def test_it_begins_and_ends_softly() -> None:
    for seconds in (3, 17):
        sound = samples(seconds)
        loudest = max(map(abs, sound))
        assert max(map(abs, sound[:80])) < 0.05 * loudest
        assert max(map(abs, sound[-80:])) < 0.05 * loudest
        assert abs(sum(sound) / len(sound)) < 0.001, "it has a direct current"


def test_it_is_the_same_every_time_and_a_short_piece_begins_like_a_long_one() -> None:
    first = sha256(hold_music(21)).hexdigest()
    for cache in (music._note, music._tune, music._encoded):
        cache.cache_clear()
    assert sha256(hold_music(21)).hexdigest() == first
    assert hold_music(8)[58 : 58 + 7 * RATE] == hold_music(60)[58 : 58 + 7 * RATE]


@pytest.mark.parametrize("seconds", [0, -1, 61, 10**9])
def test_no_other_lengths_are_made(seconds: int) -> None:
    with pytest.raises(ValueError, match="no music"):
        hold_music(seconds)


def test_asking_for_every_length_costs_next_to_nothing() -> None:
    hold_music(1)
    began = time.process_time()
    for seconds in range(1, LONGEST_S + 1):
        hold_music(seconds)
    assert time.process_time() - began < 2.0


def test_its_mu_law_is_that_of_another_hand() -> None:
    assert all(decoded(music.mulaw(decoded(byte))) == decoded(byte) for byte in range(256))
    assert all(music.mulaw(sample) == g711.encode(sample) for sample in range(-32768, 32768, 7))
