"""A file of customers, record by record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from ivr.callers.customer_file import (
    COLUMNS,
    LONGEST_RECORD,
    CustomerRow,
    columns_of,
    read_customers,
    refuse_other_encodings,
)
from ivr.errors import BadFile

TODAY = date(2026, 11, 22)
GOOD = "C1,李桂兰,1950-05-01,010 0000 0018,gan,HF"


def read(text: str | bytes, columns: tuple[str, ...] = COLUMNS) -> list[object]:
    raw = text if isinstance(text, bytes) else text.encode()
    return list(read_customers(raw.splitlines(keepends=True), columns, TODAY))


def faults(text: str | bytes) -> list[tuple[int, str, str]]:
    return [
        (fault.line, fault.column, fault.reason)
        for found in read(text)
        if isinstance(found, tuple)
        for fault in found
    ]


def test_a_good_row_is_read_whole():
    assert read(GOOD) == [
        CustomerRow(2, "C1", "李桂兰", date(1950, 5, 1), frozenset({"+861000000018"}), "gan", "HF")
    ]


@pytest.mark.parametrize(
    "row",
    [
        "C1,李桂兰,1950-05-01,+861000000018,,",
        "C1,李桂兰,1950-05-01,01000000018",
        '"C1","李桂兰","1950-05-01"," 010-0000-0018 ; 01000000018;","",""\r\n',
        " C1 , 李桂兰 ,1950-05-01,０１０００００００１８；,,",
    ],
)
def test_the_same_customer_may_be_written_in_several_ways(row):
    birth_on, numbers = date(1950, 5, 1), frozenset({"+861000000018"})
    assert read(row) == [CustomerRow(2, "C1", "李桂兰", birth_on, numbers)]


def test_a_dialect_may_be_a_code_or_a_name():
    spoken = [
        row.dialect
        for row in read(
            "C1,李,1950-05-01,01000000018,四川话\nC2,李,1950-05-01,01000000018,cmn-x-chengyu\n"
        )
    ]
    assert spoken == ["cmn-x-chengyu", "cmn-x-chengyu"]


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (",李,1950-05-01,01000000018,,", "customer_no", "it is empty"),
        (f"{'C' * 41},李,1950-05-01,01000000018,,", "customer_no", "longer than 40"),
        ("C1,,1950-05-01,01000000018,,", "name", "it is empty"),
        (f"C1,{'李' * 81},1950-05-01,01000000018,,", "name", "longer than 80"),
        ("C1,李\x00桂,1950-05-01,01000000018,,", "name", "control characters"),
        ("C1,李\u202e桂,1950-05-01,01000000018,,", "name", "control characters"),
        ("C1,李,,01000000018,,", "birth_date", "it is empty"),
        ("C1,李,1950/05/01,01000000018,,", "birth_date", "YYYY-MM-DD"),
        ("C1,李,19500501,01000000018,,", "birth_date", "YYYY-MM-DD"),
        ("C1,李,1950-02-30,01000000018,,", "birth_date", "no such day"),
        ("C1,李,2026-11-23,01000000018,,", "birth_date", "in the future"),
        ("C1,李,1899-12-31,01000000018,,", "birth_date", "before 1900"),
        ("C1,李,1950-05-01,,,", "numbers", "there is no number"),
        ("C1,李,1950-05-01,;；,,", "numbers", "there is no number"),
        ("C1,李,1950-05-01,01000000018;95519,,", "numbers", "number 2: a service number"),
        ("C1,李,1950-05-01,1380000001,,", "numbers", "no line anywhere"),
        ("C1,李,1950-05-01,abc,,", "numbers", "not written as a telephone number"),
        ("C1,李,1950-05-01," + "01000000018;" * 21 + ",,", "numbers", "more than 20"),
        ("C1,李,1950-05-01,01000000018,火星话,", "dialect", "no such dialect"),
        (f"C1,李,1950-05-01,01000000018,,{'H' * 25}", "home_centre", "longer than 24"),
        ("C1,李,1950-05-01", "", "there are 3 columns, not 4 to 6"),
        ("C1,李,1950-05-01,01000000018,,,", "", "there are 7 columns, not 4 to 6"),
        ('C1,"李"桂,1950-05-01,01000000018,,', "", "not CSV"),
        ("C1,李,1950-05-01,01000000018,,\rC2,李,1950-05-01,01000000019,,", "", "not CSV"),
    ],
)
def test_what_is_wrong_is_told_and_the_next_row_is_good(row, column, reason):
    found = list(read_customers([f"{row}\n".encode(), GOOD.encode()], COLUMNS, TODAY))
    ((fault,), good) = found
    assert (fault.line, fault.column) == (2, column)
    assert reason in fault.reason
    assert good.line == 3


def test_today_and_the_first_of_1900_are_birth_dates():
    rows = read("C1,李,2026-11-22,01000000018\nC2,李,1900-01-01,01000000018\n")
    assert [row.birth_on for row in rows] == [TODAY, date(1900, 1, 1)]


def test_all_that_is_wrong_with_a_row_is_told_at_once():
    assert [column for _, column, _ in faults(",,1950-13-01,95519,x,")] == [
        "customer_no",
        "name",
        "birth_date",
        "numbers",
        "dialect",
    ]


def test_a_record_is_numbered_by_the_line_where_it_starts():
    text = (
        'C1,"李\n桂\r\n兰",1950-05-01,01000000018,,\n\nC2,"王\n芳",1950-02-30,01000000018,,\n'
        "C3,赵,1950-05-01,01000000018,,\n"
    )
    first, second, third = read(text)
    assert (first.line, first.name) == (2, "李 桂 兰")
    assert second[0].line == 6
    assert third.line == 8


def test_a_quotation_mark_that_is_never_closed_costs_its_own_line_only():
    rows = [f"C{n},李,1950-05-01,01000000018,," for n in range(400)]
    rows[5] = 'C5,"李,1950-05-01,01000000018,,'
    rows[9] = 'C9,"李,1950-05-01,01000000018,,'
    rows[300] = 'C300,"李,1950-05-01,01000000018,,'
    text = "\n".join(rows)
    assert [line for line, _, _ in faults(text)] == [7, 11, 302]
    good = [found.customer_no for found in read(text) if isinstance(found, CustomerRow)]
    assert good == [f"C{n}" for n in range(400) if n not in (5, 9, 300)]


def test_a_row_in_another_encoding_is_a_bad_row():
    bad = "C2,王芳,1950-05-01,01000000018,,\n".encode("gbk")
    raw = f"{GOOD}\n".encode() + bad + GOOD.encode()
    assert faults(raw) == [(3, "", "the record is not UTF-8")]
    assert len(read(raw)) == 3


def test_an_endless_line_is_a_bad_row():
    raw = b"C1," + b"x" * LONGEST_RECORD + b"\n" + GOOD.encode()
    assert [reason for _, _, reason in faults(raw)] == ["the record is longer than 65536 bytes"]


def test_lines_are_read_one_at_a_time():
    taken = []

    def lines() -> Iterator[bytes]:
        for number in range(1000):
            taken.append(number)
            yield f"C{number},李,1950-05-01,01000000018,,\n".encode()

    rows = read_customers(lines(), COLUMNS, TODAY)
    for expected in range(1, 50):
        next(rows)
        assert len(taken) == expected


@pytest.mark.parametrize(
    ("header", "count"),
    [
        ("customer_no,name,birth_date,numbers,dialect,home_centre", 6),
        ("customer_no,name,birth_date,numbers,dialect\r\n", 5),
        ("\ufeffcustomer_no,name,birth_date,numbers\n", 4),
        ('"customer_no", "Name" ,BIRTH_DATE,numbers', 4),
    ],
)
def test_the_last_two_columns_may_be_absent(header, count):
    assert columns_of(header.encode(), "a.csv") == COLUMNS[:count]


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (b"", "empty"),
        (b"\n", "empty"),
        (b"customer_no,name,birth_date", "other columns"),
        (b"customer_no;name;birth_date;numbers", "other columns"),
        (b"customer_no,name,birth_date,numbers,dialect,home_centre,more", "other columns"),
        (b"name,customer_no,birth_date,numbers", "other columns"),
        ("客户号,姓名".encode(), "other columns"),
        ("客户号,姓名".encode("gbk"), "not UTF-8"),
        ("customer_no,name".encode("utf-16"), "UTF-16"),
        ("customer_no,name".encode("utf-16-be"), "UTF-16"),
        (b"PK\x03\x04\x14\x00", "Excel"),
    ],
)
def test_another_header_is_refused_with_what_and_where_and_what_to_do(head, what):
    with pytest.raises(BadFile, match=what) as refused:
        columns_of(head, "a.csv")
    assert refused.value.where.line == 1
    assert refused.value.remedy in str(refused.value)


def test_a_file_in_gbk_under_an_english_header_is_refused():
    header = ",".join(COLUMNS)
    with pytest.raises(BadFile, match="GBK"):
        refuse_other_encodings(f"{header}\n{GOOD}\n".encode("gbk"), "a.csv", is_cut=False)
    refuse_other_encodings(f"{header}\n{GOOD}\n{GOOD}".encode()[:-40], "a.csv", is_cut=True)
    refuse_other_encodings(f"{header}\n".encode(), "a.csv", is_cut=False)
