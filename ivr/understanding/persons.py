"""Who is spoken of, and whom an age belongs to: the caller, or somebody else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ivr.understanding.lexicon import any_of, table

_DATA: Final = table("persons")


class Relation(StrEnum):
    """What a person is to the caller. ``SELF`` is the caller."""

    SELF = "self"
    PARTNER = "partner"  # 老伴, 我家老头子: only old people say it.
    SPOUSE = "spouse"
    PARENT = "parent"
    ELDER = "elder"
    CHILD = "child"
    GRANDCHILD = "grandchild"
    GREAT_GRANDCHILD = "great_grandchild"
    OTHER = "other"
    PRONOUN = "pronoun"
    ROLE = "role"  # 老头子, 老太太: resolved by the words around it.


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody named in a text, from *start* to *end*; *owner* is 我家 and the like, or ""."""

    start: int
    end: int
    relation: Relation
    word: str
    owner: str = ""


_RELATION_OF: Final = {
    word: Relation(entry["name"]) for entry in _DATA["relation"] for word in entry["kin"]
}
_AGES: Final = {
    Relation(entry["name"]): range(entry["ages"][0], entry["ages"][1] + 1)
    for entry in _DATA["relation"]
}
_PERSON: Final = re.compile(
    rf"(?:(?P<owner>{_DATA['named']['owner']})?(?P<kind>{_DATA['named']['kind']})(?P<kin>{any_of(_RELATION_OF)}))"
    rf"|(?P<self>{any_of(_DATA['self'])})"
)
_ADDRESS: Final = frozenset[str](_DATA["address"]["words"])
_NOT_ADDRESS: Final = re.compile(_DATA["address"]["not_after"])
_OF: Final = re.compile(_DATA["named"]["of"])
_WITH: Final = re.compile(_DATA["together"]["with"])
_ALSO: Final = re.compile(_DATA["together"]["also"])

_ROLE: Final = _DATA["role"]
_PARTNER_OWNER: Final = re.compile(_ROLE["partner_owner"])
_SELF_BEFORE: Final = re.compile(_ROLE["self_before"])
_SELF_AFTER: Final = re.compile(_ROLE["self_after"])
_THIRD_BEFORE: Final = re.compile(_ROLE["third_before"])
_THIRD_AFTER: Final = re.compile(_ROLE["third_after"])


def people(text: str) -> list[Person]:
    """Everybody named in *text*, from left to right.

    >>> [(p.word, p.relation.value) for p in people("我替我老娘问她八十了")]
    [('我', 'self'), ('老娘', 'parent'), ('她', 'pronoun')]

    Someone who is only addressed is not spoken of:

    >>> [p.word for p in people("姑娘我七十一了")]
    ['我']
    """
    found: list[Person] = []
    for hit in _PERSON.finditer(text):
        if hit["self"]:
            found.append(Person(hit.start(), hit.end(), Relation.SELF, hit["self"]))
            continue
        word, owner = hit["kin"], hit["owner"] or ""
        relation = _RELATION_OF[word]
        if relation is Relation.ROLE:
            relation = _who_is(word, owner, text[: hit.start("kin")], text[hit.end() :])
        elif (
            word in _ADDRESS
            and not owner
            and "老" not in hit["kind"]
            and not _NOT_ADDRESS.search(text[: hit.start("kin")])
        ):
            continue
        found.append(Person(hit.start(), hit.end(), relation, word, owner))
    return found


def _who_is(word: str, owner: str, before: str, after: str) -> Relation:
    """Who 老头子, 老太太 and the like are: the speaker, the partner, or somebody else."""
    if _PARTNER_OWNER.search(owner):
        return Relation.PARTNER if word in _ROLE["ours"] else Relation.PARENT
    if word.startswith("老头") and owner in {"我", "俺"}:
        return Relation.PARTNER
    if _THIRD_BEFORE.search(before) or _THIRD_AFTER.match(after):
        return Relation.OTHER
    if _SELF_AFTER.match(after) or _SELF_BEFORE.search(before) or word in _ROLE["own"]:
        return Relation.SELF
    return Relation.PARTNER if word in _ROLE["ours"] else Relation.OTHER


def subject(text: str, persons: Sequence[Person], start: int, end: int, age: int | None) -> Person:
    """Whom the words of *text* from *start* to *end* are said of.

    The person who follows right after (八十岁的老娘), else the last one named before whose
    relation allows the *age* in years, else the caller.

    >>> words = "我妈今年八十我五十三"
    >>> subject(words, people(words), 4, 6, 80).word, subject(words, people(words), 7, 10, 53).word
    ('妈', '我')
    """
    caller = Person(0, 0, Relation.SELF, "")
    for person in persons:
        begin = person.end - len(person.word)
        if person.relation is not Relation.PRONOUN and begin >= end:
            if person.relation is not Relation.SELF and _OF.match(text[end:begin]):
                return person
            break
    for position in range(len(persons) - 1, -1, -1):
        person = persons[position]
        if person.end > start or (age is not None and not _fits(person, age)):
            continue
        if _WITH.search(text[: person.start]) or _WITH.search(
            text[: person.end - len(person.word)]
        ):
            return caller if _ALSO.search(text[person.end : start]) else person
        if person.relation is Relation.PRONOUN:
            return _antecedent(persons[:position]) or person
        return person
    return caller


def is_followed(text: str, persons: Sequence[Person], end: int) -> bool:
    """Whether what ends at *end* is said of a person named right after: 八十多的张大爷."""
    return any(
        person.start >= end and _OF.match(text[end : person.end - len(person.word)])
        for person in persons
        if person.relation is not Relation.PRONOUN
    )


def _fits(person: Person, age: int) -> bool:
    return person.relation not in _AGES or age in _AGES[person.relation]


def _antecedent(persons: Sequence[Person]) -> Person | None:
    """Whom 他 or 她 stands for: the last person named before who is not the caller."""
    others = (Relation.SELF, Relation.PRONOUN)
    return next((person for person in reversed(persons) if person.relation not in others), None)
