"""What the pure parts of an answer cost: the dialogue, the TwiML, the signature."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import parse_qs

from bench.carrier import BASE_URL, HOTLINE, whole_call
from bench.figures import MICROSECONDS, Sample, Section
from ivr.callers import identify, place_of
from ivr.config import PRACTICE_TOKEN, Settings
from ivr.dialogue import Caller, KeysPressed, Segment, load_menu, load_prompts, start, step
from ivr.telephony.signature import Seal
from ivr.telephony.twiml import renderer

REPEATS: Final = 50
ROOM: Final = "r-" + "0" * 24
NUMBER: Final = "+861000000018"


def measure(rounds: int) -> Section:
    """Each part alone, in this process, all by turns."""
    parts = _parts()
    samples: dict[str, list[float]] = {name: [] for name in parts}
    for _ in range(rounds):
        for name, part in parts.items():
            begun = time.process_time()
            for _ in range(REPEATS):
                part()
            spent_s = time.process_time() - begun
            samples[name].append(spent_s / REPEATS * MICROSECONDS)
    rows = tuple(
        (name, f"{min(values):.1f}", f"{Sample(values).median:.1f}")
        for name, values in samples.items()
    )
    return Section(
        "Processor time of the pure parts, µs",
        ("part", "least", "median"),
        rows,
        note="For information: where the processor time of a webhook goes besides Flask and SQL.",
        figures=samples,
    )


def _parts() -> dict[str, Callable[[], object]]:
    now = datetime(2026, 11, 22, 4, tzinfo=UTC)
    menu = load_menu(None, prompts=load_prompts())
    writer = renderer(Settings(public_base_url=BASE_URL, practice=True))
    caller = Caller(Segment.ELDER, number_tail="0018")
    first = start(menu, caller, now)
    key, later = KeysPressed("9"), now + timedelta(seconds=9)
    again = step(menu, first.state, key, later)
    raw = whole_call(NUMBER)[0].raw
    head, _, body = raw.partition(b"\r\n\r\n")
    signature = head.partition(b"X-Twilio-Signature: ")[2].partition(b"\r\n")[0].decode()
    form = parse_qs(body.decode(), keep_blank_values=True)
    seal = Seal([PRACTICE_TOKEN], BASE_URL)
    assert seal.is_genuine("/voice/incoming", b"", form, None, signature)
    return {
        "signature": lambda: seal.is_genuine("/voice/incoming", b"", form, None, signature),
        "caller's number": lambda: identify(NUMBER, HOTLINE),
        "place and dialects": lambda: place_of(NUMBER),
        "dialogue: first turn": lambda: start(menu, caller, now),
        "dialogue: key 9": lambda: step(menu, first.state, key, later),
        "TwiML: first answer, afresh": lambda: writer.write(first.instructions, 1, ROOM),
        "TwiML: first answer": lambda: writer.answer(first.instructions, 1, ROOM),
        "TwiML: menu again": lambda: writer.answer(again.instructions, 2, ROOM),
    }
