"""What the caller did, as an event of the dialogue: keys, words, or nothing."""

from __future__ import annotations

from datetime import datetime

from ivr.callers import today_in_shanghai
from ivr.dialogue import Event, Heard, Intent, KeysPressed, NotUnderstood, Silence
from ivr.flows.house import House


def event_of(house: House, keys: str, words: str, now: datetime) -> Event:
    """The event, from *keys* pressed and *words* recognised; neither is silence.

    Keys come before words, because keys are certain.
    """
    if keys:
        return KeysPressed(keys)
    if not words:
        return Silence()
    # Loaded when somebody first speaks: keypad callers need none of it.
    from ivr.understanding import Elder, understand
    from ivr.understanding import Intent as Meaning

    meant = understand(words, on=today_in_shanghai(now), elder_age=house.settings.elder_age)
    is_elder = meant.elder is Elder.YES
    wish = meant.slower or meant.louder or meant.again
    if meant.intent is Meaning.OTHER and not (is_elder or wish or meant.on_behalf_of):
        return NotUnderstood()
    return Heard(
        intent=Intent(meant.intent),
        elder=is_elder,
        wants_person=meant.intent is Meaning.HUMAN,
        on_behalf_of=meant.on_behalf_of,
        slower=meant.slower,
        louder=meant.louder,
        again=meant.again,
        urgent=meant.urgent,
    )
