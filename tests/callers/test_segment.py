"""Whom the menu is for."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from ivr.callers import (
    CustomerOnLine,
    Segment,
    not_looked_up,
    segment_of,
    today_in_shanghai,
)

TODAY = date(2026, 11, 22)
GRANDMOTHER = CustomerOnLine(3, date(1950, 5, 1))
GRANDCHILD = CustomerOnLine(7, date(2004, 1, 1))


def test_one_elder_on_a_shared_line_is_enough():
    for family in ([GRANDMOTHER, GRANDCHILD], [GRANDCHILD, GRANDMOTHER]):
        finding = segment_of(family, TODAY, elder_age=65)
        assert finding.segment is Segment.ELDER
        assert finding.evidence["customers"][0] == {"id": 3, "age": 76}


def test_a_line_of_younger_people_is_standard_and_one_of_nobody_unknown():
    assert segment_of([GRANDCHILD], TODAY, elder_age=65).segment is Segment.STANDARD
    assert segment_of([], TODAY, elder_age=65).segment is Segment.UNKNOWN


def test_the_elders_age_is_a_setting():
    assert segment_of([GRANDMOTHER], TODAY, elder_age=77).segment is Segment.STANDARD
    assert segment_of([GRANDMOTHER], TODAY, elder_age=76).segment is Segment.ELDER


@pytest.mark.parametrize(
    ("now", "segment"),
    [
        (datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC), Segment.STANDARD),
        (datetime(2026, 11, 22, 16, 0, 0, tzinfo=UTC), Segment.ELDER),
    ],
)
def test_the_birthday_begins_at_midnight_in_china(now, segment):
    turning_65 = CustomerOnLine(1, date(1961, 11, 23))
    assert segment_of([turning_65], today_in_shanghai(now), elder_age=65).segment is segment


def test_a_birth_date_in_the_future_makes_nobody_an_elder():
    unborn = CustomerOnLine(1, date(2061, 1, 1))
    assert segment_of([unborn], TODAY, elder_age=65).segment is Segment.STANDARD


def test_the_evidence_survives_json_and_stays_small_for_a_whole_home():
    home = [CustomerOnLine(key, date(1940, 1, 1 + key % 28)) for key in range(500)]
    evidence = segment_of(home, TODAY, elder_age=65).evidence
    assert json.loads(json.dumps(evidence)) == evidence
    assert evidence["customer_count"] == 500
    assert len(json.dumps(evidence)) < 600


def test_the_evidence_holds_ids_ages_rule_and_day_and_nothing_else():
    evidence = segment_of([GRANDCHILD], TODAY, elder_age=65).evidence
    assert evidence == {
        "rule": "no_elder_is_on_the_line",
        "on": "2026-11-22",
        "elder_age": 65,
        "customer_count": 1,
        "customers": [{"id": 7, "age": 22}],
    }


def test_who_was_not_looked_up_is_unknown_and_the_evidence_says_why():
    finding = not_looked_up(TODAY, "database_away")
    assert finding.segment is Segment.UNKNOWN
    assert finding.evidence["why"] == "database_away"
