"""Where a number was issued, and what is spoken there."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from phone import Phone

from ivr.callers import Confidence, dialects, place_of
from ivr.callers.place import (
    area_codes,
    load_area_codes,
    load_places,
    places,
)
from ivr.callers.tables import DATA
from ivr.errors import BadFile

HERE = Path(__file__).parent
PLACE_HEADER = "place_zh,place_en,level,province,city,dialects,confidence\n"


def in_another_process(code: str) -> str:
    """What *code* prints in a process that has imported nothing yet."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=HERE.parents[1], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_area_code_is_where_the_geocoder_says():
    """The geocoder takes 100 MB, so that it may live in a process of its own only."""
    told = in_another_process(
        """
import json, sys
from pathlib import Path
from phonenumbers import PhoneNumber, geocoder
rows = Path("ivr/callers/data/area_codes.csv").read_text("utf-8").splitlines()[1:]
found = {}
for row in rows:
    prefix = row.split(",")[0]
    national = int(prefix.ljust(10 if prefix[0] in "12" else 11, "0"))
    number = PhoneNumber(country_code=86, national_number=national)
    found[f"+86{national}"] = geocoder.description_for_valid_number(number, "zh")
print(json.dumps(found))
"""
    )
    by_geocoder = json.loads(told)
    assert len(by_geocoder) > 330
    assert {number: place_of(number).place for number in by_geocoder} == by_geocoder


def test_the_table_of_area_codes_is_what_its_generator_writes():
    told = in_another_process(
        """
import runpy
made = runpy.run_path("tests/callers/make_area_codes.py")
print("\\n".join(",".join(row) for row in made["area_codes"]()))
"""
    )
    written = (DATA / "area_codes.csv").read_text("utf-8")
    assert written == f"prefix,place_zh\n{told}"


def test_answering_a_call_never_loads_the_geocoder_and_mobiles_only_when_needed():
    told = in_another_process(
        """
import sys
import ivr.callers
print("phone" in sys.modules, "pydantic" in sys.modules, "sqlalchemy" in sys.modules)
ivr.callers.place_of("+861000000018")
print("phone" in sys.modules)
ivr.callers.place_of("+8613800000018")
print(any(name.startswith(("phonenumbers.geo", "phonenumbers.carrier")) for name in sys.modules))
"""
    )
    assert told.split() == ["False", "False", "False", "False", "False"]


def records_of_phone() -> Iterator[tuple[str, str]]:
    """An existing seven-digit range of each place in the data of ``phone``."""
    known = Phone()
    seen = set()
    for prefix in range(1300000, 2000000, 7):
        record = known.find(prefix)
        if record and (place := (record["province"], record["city"])) not in seen:
            seen.add(place)
            yield f"+86{prefix}0018", record["province"]


def test_every_mobile_range_leads_to_a_city_of_its_province():
    found = {number: (place_of(number), name) for number, name in records_of_phone()}
    trusted = {n: f for n, f in found.items() if not n.startswith("+86173")}
    assert len(trusted) > 300
    for number, (finding, province) in trusted.items():
        row = places().named(finding.place)
        assert row is not None, number
        assert row.province == province
        assert row.city, f"{number[:6]} leads to {finding.place} only"


def test_the_old_name_of_a_prefecture_is_found_by_its_area_code():
    finding = place_of("+8619238110018")
    assert Phone().find("1923811")["city"] == "西昌"
    assert finding.place == "四川省凉山彝族自治州"
    assert any("area code 0834" in reason for reason in finding.reasons)


@pytest.mark.parametrize(
    ("number", "place", "spoken"),
    [
        ("+861000000018", "北京市", "cmn-x-beijing"),
        ("+8675710000018", "广东省佛山市、顺德市", "yue-x-guangfu"),
        ("+8675700000018", "广东省佛山市", "yue-x-guangfu"),
        ("+8697000000018", "青海省海北藏族自治州", "cmn-x-qinghai"),
        ("+8689800000018", "海南省海口市、三亚市", "hnm"),
        ("+8643200000018", "吉林省吉林市", "cmn-x-dongbei"),
        ("+85200000018", "香港", "yue-x-guangfu"),
        ("+85300000018", "澳门特区", "yue-x-guangfu"),
        ("+88620000018", "台湾地区", "nan-x-hokkien"),
    ],
)
def test_a_place_has_its_dialect(number, place, spoken):
    finding = place_of(number)
    assert finding.place == place
    assert finding.dialects[0] == spoken
    assert finding.reasons


@pytest.mark.parametrize("number", ["+864008000018", "+14155550100", "+8617300000018", "junk", ""])
def test_an_unknown_place_leaves_mandarin_and_says_so(number):
    finding = place_of(number)
    assert finding.place is None
    assert finding.dialects == ("cmn",)
    assert finding.confidence is Confidence.NONE
    assert finding.to_ask == ()
    assert finding.reasons[-1] == "The place says nothing of a dialect."


def test_a_dialect_is_brought_up_only_where_the_table_is_fairly_sure():
    sure, fairly, hardly = (
        place_of("+8657600000018"),
        place_of("+8687000000018"),
        place_of("+862800000018"),
    )
    assert (sure.confidence, sure.to_ask) == (Confidence.HIGH, ("wuu-x-taizhou",))
    assert fairly.confidence is Confidence.MEDIUM
    assert fairly.to_ask == ("cmn-x-yunnan", "cmn-x-chengyu")
    assert (hardly.confidence, hardly.to_ask) == (Confidence.LOW, ())
    assert hardly.dialects == ("cmn-x-chengyu",), "the agent still sees it"


def test_a_doubtful_range_is_never_enough_to_bring_up_a_dialect():
    known = Phone()
    doubted = next(
        p for p in range(1780000, 1790000) if (known.find(p) or {}).get("city") == "台州"
    )
    assert place_of(f"+86{doubted}0018").confidence is Confidence.LOW
    assert place_of("+8657600000018").confidence is Confidence.HIGH


def test_reasons_do_not_tell_the_number():
    for number in ("+8613800000018", "+8657600000018"):
        assert not any("0018" in reason for reason in place_of(number).reasons)


def test_all_places_speak_known_dialects_and_every_dialect_is_spoken_somewhere():
    spoken = {code for row in places()._by_name.values() for code in row.dialects}
    assert spoken - {"cmn"} == set(dialects())
    assert len(places()._by_name) == 433
    assert len(area_codes()) == 368


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("测试,Test,city,四川,测试,cmn-x-nowhere,high", "dialects"),
        ("测试,Test,city,四川,测试,,high", "dialects"),
        ("测试,Test,village,四川,测试,gan,high", "village"),
        ("测试,Test,city,四川,测试,gan,sure", "sure"),
        ("测试,Test,city,四川", "4 cells"),
        ("甲,A,city,四川,甲,gan,high", "twice"),
    ],
)
def test_a_mistake_in_the_table_of_places_names_its_line(tmp_path, row, complaint):
    path = tmp_path / "places.csv"
    path.write_text(f"{PLACE_HEADER}甲,A,city,四川,甲,gan,high\n{row}\n", encoding="utf-8")
    with pytest.raises(BadFile, match=complaint) as refused:
        load_places(path)
    assert refused.value.where.line == 3


@pytest.mark.parametrize("row", ["1,北京市", "10,北京市", "abc,北京市", "99,哪里"])
def test_a_mistake_in_the_table_of_area_codes_names_its_line(tmp_path, row):
    path = tmp_path / "codes.csv"
    path.write_text(f"prefix,place_zh\n10,北京市\n{row}\n", encoding="utf-8")
    with pytest.raises(BadFile) as refused:
        load_area_codes(path, places())
    assert refused.value.where.line == 3
