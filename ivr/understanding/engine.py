"""Puts the parts together: one utterance in, what it means out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from ivr.understanding import dialects
from ivr.understanding.ages import Said, ages
from ivr.understanding.births import births, experiences
from ivr.understanding.elders import acts_for_another, elder_of
from ivr.understanding.intents import intent_of, wish
from ivr.understanding.lexicon import table
from ivr.understanding.model import AgeOf, Understanding
from ivr.understanding.normalise import heard
from ivr.understanding.numbers import numbers
from ivr.understanding.persons import Relation, people
from ivr.understanding.years import named_years

_NEGATED: Final = re.compile(table("ages")["negated"])
_CORRECTION: Final = re.compile(table("ages")["correction"])
_YOUNG: Final = (Relation.GRANDCHILD, Relation.GREAT_GRANDCHILD)
_WISHES: Final = ("person", "slower", "louder", "again", "urgent")


def understand(text: str, *, on: date, elder_age: int = 65) -> Understanding:
    """What an older caller means by *text*, which a recogniser wrote.

    Args:
        text: an utterance of any form: spaces, digits or numerals, wrong characters.
        on: the day on which ages are counted, in China.
        elder_age: from which age on a caller is an elder, in whole years.

    Never raises for a text, and never guesses: what the words do not tell is unknown.

    >>> said = understand("我 妈 七十二 了 我替她查保单", on=date(2026, 11, 22))
    >>> said.intent.value, said.elder.value, said.age, said.age_of.value, said.on_behalf_of
    ('policy', 'no', (72, 72), 'third', True)
    """
    words = heard(text)
    persons = people(words.text)
    young = any(person.relation in _YOUNG for person in persons)
    years = named_years(words.text, on, young=young)
    born = births(words.text, years, persons, on)
    spans = [*((one.start, one.end) for one in years), *((one.start, one.end) for one in born)]
    said = _not_taken_back(
        words.text, [*ages(words.text, list(numbers(words.text)), persons, spans), *born]
    )
    own, other = (
        _settled(words.text, said, of_caller=True),
        _settled(words.text, said, of_caller=False),
    )

    dialect = dialects.dialect(words.text, words.as_spoken)
    intent, why_intent = intent_of(words.text, asks_dialect=dialect is not None and dialect.asked)
    why_behalf = acts_for_another(words.text, persons, intent)
    elder, why_elder = elder_of(
        words.text, persons, own, said, experiences(words.text, years, persons, on),
        on_behalf=why_behalf is not None, elder_age=elder_age,
    )  # fmt: skip
    wishes = {name: wish(name, words.text) for name in _WISHES}
    told = own or other
    return Understanding(
        text=text,
        intent=intent,
        elder=elder,
        age=(told.low, told.high) if told else None,
        birth_year=told.birth_year if told else None,
        age_of=None if told is None else AgeOf.CALLER if told is own else AgeOf.THIRD,
        on_behalf_of=why_behalf is not None,
        dialect=dialect.code if dialect else None,
        wants_person=wishes["person"] is not None,
        slower=wishes["slower"] is not None,
        louder=wishes["louder"] is not None,
        again=wishes["again"] is not None,
        urgent=wishes["urgent"] is not None,
        reasons=(
            *(f"Heard “{wrong}”, taken for “{right}”." for wrong, right in words.repairs),
            f"Intent {intent.value}: {why_intent}.",
            f"Elder {elder.value}: {why_elder}.",
            *([_age_reason(told, own is not None)] if told else []),
            *([f"On behalf of somebody: {why_behalf}."] if why_behalf else []),
            *([f"Dialect {dialect.code}: {dialect.why}."] if dialect else []),
            *(f"Wish or fact {name}: {why}." for name, why in wishes.items() if why),
        ),
    )


def _age_reason(told: Said, of_caller: bool) -> str:
    whose = "the caller" if of_caller else told.person.word or "somebody else"
    return f"Age {told.low} to {told.high} of {whose}: {told.why}."


def _not_taken_back(text: str, said: Sequence[Said]) -> list[Said]:
    """What was said, in order, without what the speaker denied (不是七十是六十七)."""
    ordered = sorted(said, key=lambda one: one.start)
    return [one for one in ordered if not _NEGATED.search(text[: one.start])]


def _settled(text: str, said: Sequence[Said], *, of_caller: bool) -> Said | None:
    """The one age of the caller, or of somebody else, that several statements leave.

    A correction replaces what came before it; an age in whole years says more than one in
    虚岁, and a plain number more than an approximation; statements that agree narrow each
    other; else the last one holds.
    """
    settled: Said | None = None
    for one in (one for one in said if one.of_caller is of_caller):
        if settled is None:
            settled = one
            continue
        corrected = _CORRECTION.search(text[settled.end : one.start])
        low, high = max(settled.low, one.low), min(settled.high, one.high)
        if corrected is None and low <= high:
            year = settled.birth_year or one.birth_year
            settled = replace(settled, low=low, high=high, birth_year=year, end=one.end)
        elif corrected is not None or (one.nominal, one.loose) <= (settled.nominal, settled.loose):
            settled = one
    return settled
