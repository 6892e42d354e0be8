"""Whether the caller is an elder, and whether they act for somebody else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Final

from ivr.understanding.ages import Said
from ivr.understanding.births import Experience
from ivr.understanding.lexicon import Rule, table
from ivr.understanding.model import Elder, Intent
from ivr.understanding.persons import Person, Relation, subject

_SIGNALS: Final = table("signals")
_OWN: Final = tuple(Rule.of(entry) for entry in _SIGNALS["own"])
_KIN: Final = tuple(Rule.of(entry) for entry in _SIGNALS["kin"])
_YOUNGER: Final = {
    Relation.CHILD: int(_SIGNALS["younger"]["child"]),
    Relation.GRANDCHILD: int(_SIGNALS["younger"]["grandchild"]),
}

_BEHALF: Final = table("persons")["behalf"]
_FOR: Final = re.compile(_BEHALF["for_someone"])
_GIVE: Final = re.compile(_BEHALF["give"])
_GIVE_VERBS: Final = re.compile(_BEHALF["give_verbs"])
_BOUGHT: Final = re.compile(_BEHALF["not_bought"])
_ROLES: Final = re.compile("|".join(_BEHALF["roles"]))
_HELPS: Final = re.compile(_BEHALF["helps_after"])
_BESIDE: Final = re.compile(_BEHALF["beside_before"])
_OWN_MATTER: Final = re.compile(_BEHALF["own_matter"])
_SENT: Final = re.compile(_BEHALF["sent_by"])
_WHO_SEND: Final = frozenset({Relation.PARENT, Relation.ELDER, Relation.OTHER})
_DECEASED: Final = re.compile(_BEHALF["deceased"])
_KIN_OF: Final = frozenset(
    {Relation.PARTNER, Relation.SPOUSE, Relation.PARENT, Relation.ELDER,
     Relation.CHILD, Relation.GRANDCHILD}
)  # fmt: skip


def elder_of(
    text: str, persons: Sequence[Person], told: Said | None, said: Sequence[Said],
    lived: Sequence[Experience], *, on_behalf: bool, elder_age: int,
) -> tuple[Elder, str]:  # fmt: skip
    """Whether the caller has reached *elder_age* (whole years), and why.

    Args:
        told: the caller's own age, if they told it; it outweighs everything else.
        said: every age that was said, of whomever.
        lived: what the caller lived through.
    """
    if told and told.low >= elder_age:
        return Elder.YES, f"{told.why}: at least {told.low}"
    if told and told.high < elder_age:
        return Elder.NO, f"{told.why}: at most {told.high}"
    if why := _looks_old(text, persons, said, lived, elder_age):
        return Elder.YES, why
    if on_behalf and told is None:
        return Elder.NO, "acts for somebody else and says nothing of their own age"
    if told:
        return Elder.UNKNOWN, f"{told.why}: {told.low} to {told.high}, which may be either"
    return Elder.UNKNOWN, "says too little of themselves"


def _looks_old(
    text: str, persons: Sequence[Person], said: Sequence[Said],
    lived: Sequence[Experience], elder_age: int,
) -> str | None:  # fmt: skip
    """What shows that the caller is old without their telling an age, or None."""
    if role := next(
        (p for p in persons if p.relation is Relation.SELF and p.word.startswith("老")), None
    ):
        return f"calls themselves “{role.word}”"
    for rule in _OWN:
        for hit in rule.seen.finditer(text):
            of_self = (
                subject(text, persons, hit.start(), hit.start(), None).relation is Relation.SELF
            )
            if of_self and not (rule.unless and rule.unless.search(text)):
                return f"{rule.why}: “{hit[0]}”"
    for rule in _KIN:
        if seen := rule.search(text):
            return f"{rule.why}: “{seen[0]}”"
    for person in persons:
        if person.relation is Relation.PARTNER and person.owner[:1] in ("我", "俺"):
            return f"has a partner called “{person.word}”"
    for one in said:
        if one.person.relation in _YOUNGER and one.low >= elder_age - _YOUNGER[one.person.relation]:
            return f"{one.why}, said of a {one.person.relation.value}"
    for experience in lived:
        if experience.at_least >= elder_age:
            return f"“{experience.words}”: at least {experience.at_least} by now"
    return None


def acts_for_another(text: str, persons: Sequence[Person], intent: Intent) -> str | None:
    """Why the caller acts for somebody else, or None if they do not.

    >>> from ivr.understanding.persons import people
    >>> words = "给我妈问一下保单"
    >>> acts_for_another(words, people(words), Intent.POLICY)
    'acts for 妈'
    >>> words = "我给孙女买的保险想查一下"
    >>> acts_for_another(words, people(words), Intent.POLICY) is None
    True
    """
    if role := _ROLES.search(text):
        return f"says “{role[0]}”"
    for person in persons:
        if person.relation is Relation.SELF:
            continue
        begin = person.end - len(person.word)
        after = text[person.end :]
        for start in {person.start, begin}:
            if _FOR.search(text[:start]) and not _BOUGHT.match(after):
                return f"acts for {person.word}"
            if _GIVE.search(text[:start]) and _GIVE_VERBS.match(after) and not _BOUGHT.match(after):
                return f"acts for {person.word}"
        if person.relation in _WHO_SEND and _SENT.match(text[person.end :]):
            return f"was sent by {person.word}"
    if not intent.is_business:
        return None
    if _OWN_MATTER.search(text):
        return None
    for person, helpers in _with_pronouns(persons):
        if any(_HELPS.match(text[one.end :]) for one in helpers):
            continue
        if person.relation is Relation.PARTNER and _DECEASED.match(text[person.end :]):
            continue  # What is left to a widow or widower is their own matter.
        own_friend = person.relation is Relation.OTHER and person.owner[:1] in ("我", "俺")
        kin = person.relation in _KIN_OF or own_friend
        if kin and _is_theirs(text, person):
            return f"the matter is that of {person.word}"
    return None


def _with_pronouns(persons: Sequence[Person]) -> Iterator[tuple[Person, list[Person]]]:
    """Each person, with the pronouns that stand for them."""
    for position, person in enumerate(persons):
        later = takewhile(
            lambda one: one.relation in (Relation.PRONOUN, Relation.SELF), persons[position + 1 :]
        )
        yield person, [one for one in later if one.relation is Relation.PRONOUN]


def _is_theirs(text: str, person: Person) -> bool:
    """Whether what is wanted is *person*'s matter, not the caller's own with them in it."""
    if _HELPS.match(text[person.end :]):
        return False
    begins = {person.start, person.end - len(person.word)}
    return not any(_BESIDE.search(text[:start]) for start in begins)
