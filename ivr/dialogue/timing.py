"""How long words take: characters at the articulation rate, and the pauses between them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from ivr.dialogue.limits import Limits, load_limits
from ivr.dialogue.values import Clause, Instruction, Listen, Music, Pace, Speak
from ivr.dialogue.words import characters


def articulation(pace: Pace, limits: Limits) -> float:
    """Characters a minute while speaking, pauses taken out.

    The slow pace is slower in the proportion of the two overall rates, but never under the
    least articulation rate: below that, words fall apart and older ears understand less, so
    the pauses carry the rest.

    >>> articulation(Pace.NORMAL, load_limits()), articulation(Pace.SLOW, load_limits())
    (190.0, 165.0)
    """
    normal = limits("rate_articulation")
    if pace is Pace.NORMAL:
        return normal
    slow = normal * limits("rate_overall_slow") / limits("rate_overall")
    return max(slow, limits["rate_articulation"].minimum or 0.0)


def prosody_percent(pace: Pace) -> int:
    """The pace as a percentage of the voice's normal rate, for the telephone's synthesiser.

    >>> prosody_percent(Pace.SLOW)
    87
    """
    limits = load_limits()
    return round(100 * articulation(pace, limits) / articulation(Pace.NORMAL, limits))


def speech_seconds(clauses: tuple[Clause, ...], pace: Pace = Pace.NORMAL) -> float:
    """How long *clauses* take to say, their pauses included, in seconds."""
    rate = _rates()[pace]
    return sum(characters(c.text) * 60 / rate + c.pause_after_s for c in clauses)


@lru_cache(maxsize=1)
def _rates() -> dict[Pace, float]:
    limits = load_limits()
    return {pace: articulation(pace, limits) for pace in Pace}


def turn_seconds(instructions: Iterable[Instruction]) -> float:
    """How long a turn takes when nothing is pressed: words, music, and the silence at its end."""
    total = 0.0
    for instruction in instructions:
        match instruction:
            case Speak():
                total += speech_seconds(instruction.clauses, instruction.pace)
            case Music():
                total += instruction.seconds
            case Listen():
                total += instruction.wait_s
            case _:
                pass
    return total
