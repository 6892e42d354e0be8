"""The 42 dialects, and what a mistake in their table says."""

from __future__ import annotations

import pytest

from ivr.callers import dialects, find_dialect
from ivr.callers.dialects import COLUMNS, load_dialects
from ivr.errors import BadFile

HEADER = ",".join(COLUMNS)
GOOD = "gan,赣语,Gan,赣语,gan,江西,南昌,cmn"


def test_there_are_42_dialects_and_each_falls_back_on_mandarin_in_the_end():
    known = dialects()
    assert len(known) == 42
    for dialect in known.values():
        assert dialect.fallbacks[-1] == "cmn"
        assert dialect.code not in dialect.fallbacks
        assert all(code in known for code in dialect.fallbacks[:-1])


def test_a_dialect_is_found_by_what_people_call_it():
    assert find_dialect("成都话") == "cmn-x-chengyu"
    assert find_dialect("客家话") == "hak-x-meixian"
    assert find_dialect("hnm") == "hnm"
    assert find_dialect("cmn") == find_dialect("普通话") == "cmn"
    assert find_dialect("") is None
    assert find_dialect("火星话") is None


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("wuu,吴语,Wu,吴语,wuu,浙江,杭州,gan|wuu|cmn", "comes back to wuu"),
        ("wuu,吴语,Wu,吴语,wuu,浙江,杭州,gan|gan|cmn", "comes back to gan"),
        ("wuu,吴语,Wu,吴语,wuu,浙江,杭州,nan|cmn", "nan, which is not in the file"),
        ("wuu,吴语,Wu,吴语,wuu,浙江,杭州,gan", "do not end with cmn"),
        ("wuu,吴语,Wu,吴语,wuu,浙江,杭州,", "do not end with cmn"),
        ("gan,又赣语,Gan,赣语,gan,江西,南昌,cmn", "also in line 2"),
        ("cmn,普通话,Mandarin,官话,cmn,北京,北京,cmn", "no code of a dialect"),
        ("Gan 2,赣语,Gan,赣语,gan,江西,南昌,cmn", "no code of a dialect"),
        ("wuu,吴语,cmn", "3 cells"),
    ],
)
def test_a_mistake_names_its_line_and_the_remedy(tmp_path, row, complaint):
    path = tmp_path / "dialects.csv"
    path.write_text(f"{HEADER}\n{GOOD}\n{row}\n", encoding="utf-8")
    with pytest.raises(BadFile, match=complaint) as refused:
        load_dialects(path)
    assert refused.value.where.line == 3
    assert refused.value.remedy


@pytest.mark.parametrize("content", [b"", b"code,name\n", "code,方".encode("gbk")])
def test_what_is_no_table_of_dialects_is_refused(tmp_path, content):
    path = tmp_path / "dialects.csv"
    path.write_bytes(content)
    with pytest.raises(BadFile):
        load_dialects(path)
    with pytest.raises(BadFile):
        load_dialects(tmp_path / "missing.csv")
