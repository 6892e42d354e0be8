"""How well labelled utterances are understood; ages, years and dialects count only if exact."""

from __future__ import annotations

import pytest

from ivr.understanding import Elder, Intent
from tests.understanding.scoring import elder_precision, elder_recall, labelled, share

DEV, TUNE, HELD_OUT = (
    "elder_expressions_dev.tsv",
    "understanding_tune.tsv",
    "understanding_heldout.tsv",
)

# The floors of what was seen while the rules were made, and of what was not.
SEEN = {"intent": 0.95, "precision": 0.98, "recall": 0.95, "age": 0.96, "dialect": 0.95}
UNSEEN = {"intent": 0.9, "precision": 0.95, "recall": 0.92, "age": 0.92, "dialect": 0.9}
FILES = [(DEV, SEEN), (TUNE, SEEN), (HELD_OUT, UNSEEN)]


@pytest.mark.parametrize(("file", "floor"), FILES)
def test_the_intent_is_understood(file, floor):
    assert share(row.found.intent is row.intent for row in labelled(file)) >= floor["intent"]


@pytest.mark.parametrize(("file", "floor"), FILES)
def test_who_wishes_for_a_person_is_recognised(file, floor):
    wished = [row for row in labelled(file) if row.intent is Intent.HUMAN]
    assert share(row.found.intent is Intent.HUMAN for row in wished) >= floor["intent"]


@pytest.mark.parametrize(("file", "floor"), FILES)
def test_elders_are_recognised_and_nobody_is_taken_for_one_lightly(file, floor):
    assert elder_precision(labelled(file)) >= floor["precision"]
    assert elder_recall(labelled(file)) >= floor["recall"]


@pytest.mark.parametrize(("file", "floor"), FILES)
def test_nobody_who_is_clearly_no_elder_is_taken_for_one(file, floor):
    wrong = [row.name for row in labelled(file) if row.found.elder is Elder.YES is not row.elder]
    assert [name for name in wrong if name in _clearly_not(file)] == []


def _clearly_not(file: str) -> set[str]:
    return {row.name for row in labelled(file) if row.elder is Elder.NO}


@pytest.mark.parametrize(("file", "floor"), FILES)
def test_an_age_that_was_told_is_understood_exactly(file, floor):
    told = [row for row in labelled(file) if row.age]
    assert share(row.found.age == row.age for row in told) >= floor["age"]
    assert share(row.found.birth_year == row.birth_year for row in told) >= floor["age"]
    assert share(row.found.age_of is row.age_of for row in told) >= floor["age"]


@pytest.mark.parametrize(("file", "floor"), FILES)
def test_numbers_that_are_no_ages_are_not_taken_for_one(file, floor):
    untold = [row for row in labelled(file) if not row.age]
    assert share(row.found.age is None for row in untold) >= 0.98


@pytest.mark.parametrize(("file", "floor"), FILES)
def test_who_acts_for_somebody_else_is_recognised(file, floor):
    rows = labelled(file)
    assert share(row.found.on_behalf_of is row.on_behalf_of for row in rows) >= floor["age"]


@pytest.mark.parametrize(("file", "floor"), FILES)
def test_the_dialect_is_understood_and_none_is_made_up(file, floor):
    rows = labelled(file)
    meant = [row for row in rows if row.dialect]
    assert share(row.found.dialect == row.dialect for row in meant) >= floor["dialect"]
    assert share(row.found.dialect is None for row in rows if not row.dialect) >= 0.99


@pytest.mark.parametrize(("file", "floor"), FILES)
def test_every_answer_gives_its_reasons(file, floor):
    for row in labelled(file):
        reasons = " ".join(row.found.reasons)
        assert f"Intent {row.found.intent.value}:" in reasons
        assert f"Elder {row.found.elder.value}:" in reasons
        assert ("Age " in reasons) == (row.found.age is not None)
        assert ("On behalf of" in reasons) == row.found.on_behalf_of
        assert ("Dialect " in reasons) == (row.found.dialect is not None)


def test_the_held_out_utterances_are_in_no_other_file():
    held_out = {_words(row.name) for row in labelled(HELD_OUT)}
    assert len(held_out) >= 300
    for file in (DEV, TUNE):
        assert held_out.isdisjoint(_words(row.name) for row in labelled(file))


def _words(name: str) -> str:
    return name.split(" ", 1)[1].replace(" ", "")
