"""Importing a file of customers, on both databases."""

from __future__ import annotations

import csv
import threading
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from ivr.errors import BadFile, DatabaseAway
from ivr.flows.customers import BATCH, CannotImport, ImportSummary, import_customers
from ivr.store import Store, open_store
from ivr.store.customer_import import SeenCustomerNos, Written
from ivr.store.customers import customers_on_line
from ivr.store.schema import customer, customer_line, phone_line

TODAY = date(2026, 11, 22)
HEADER = "customer_no,name,birth_date,numbers,dialect,home_centre\n"
LI = "C20260001,李桂兰,1950-05-01,010 0000 0018;13800000018,gan,HF\n"
WANG = "C20260002,王建国,1948-01-31,010 0000 0018,,\n"


def no_progress(_read: int, _size: int) -> None:
    """Nobody looks."""


class Office:
    """Where files of customers are written and imported."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.file = folder / "customers.csv"
        self.report = folder / "customers.report.csv"

    def imports(self, content: str | bytes, *, strict: bool = False) -> ImportSummary:
        raw = content if isinstance(content, bytes) else (HEADER + content).encode()
        self.file.write_bytes(raw)
        return self.again(strict=strict)

    def again(self, *, strict: bool = False) -> ImportSummary:
        return import_customers(
            self.store, self.file, self.report, no_progress, TODAY, strict=strict
        )

    def reported(self) -> list[list[str]]:
        with self.report.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))[1:]

    def on(self, e164: str) -> list[str]:
        """The customers on a line, by number."""
        statement = (
            select(customer.c.customer_no)
            .select_from(customer.join(customer_line).join(phone_line))
            .where(phone_line.c.number == e164)
            .order_by(customer.c.customer_no)
        )
        with self.store.reading() as conn:
            return list(conn.scalars(statement))

    def counts(self) -> tuple[int, int, int]:
        """Customers, lines, and who is on which."""
        with self.store.reading() as conn:
            tables = (customer, phone_line, customer_line)
            found = [conn.scalar(select(func.count()).select_from(table)) for table in tables]
        return found[0] or 0, found[1] or 0, found[2] or 0


@pytest.fixture
def office(store: Store, tmp_path: Path) -> Office:
    return Office(store, tmp_path)


def many(count: int, first: int = 0) -> str:
    """Rows of *count* customers with a mobile each."""
    return "".join(
        f"C{n:08d},李桂兰,1950-05-01,139{n:08d},,\n" for n in range(first, first + count)
    )


def test_a_couple_shares_a_line_and_one_has_a_mobile_too(office):
    done = office.imports(LI + WANG)
    assert done == ImportSummary(Written(added=2), 0, office.report)
    assert office.on("+861000000018") == ["C20260001", "C20260002"]
    assert office.on("+8613800000018") == ["C20260001"]
    assert office.reported() == []
    with office.store.reading() as conn:
        found = customers_on_line(conn, "+8613800000018")
    assert [(one.birth_on, one.home_centre) for one in found] == [(date(1950, 5, 1), "HF")]


def test_a_second_import_changes_nothing(office):
    office.imports(LI + WANG + many(BATCH))
    before = office.counts()
    assert office.again().written == Written(unchanged=BATCH + 2)
    assert office.counts() == before == (BATCH + 2, BATCH + 2, BATCH + 3)


def test_a_row_that_changed_changes_the_customer_once(office):
    for changed in (
        LI.replace("李桂兰", "李桂蓝"),
        LI.replace("1950", "1951"),
        LI.replace("gan", "hnm"),
        LI.replace("HF", "XA"),
        LI.replace("13800000018", "13800000019"),
        LI.replace(";13800000018", ""),
        LI.replace("13800000018", "13800000018;13800000019"),
    ):
        office.imports(LI + WANG)
        assert office.imports(changed + WANG).written == Written(changed=1, unchanged=1)
        assert office.again().written == Written(unchanged=2)


def test_a_number_given_up_is_forgotten_unless_somebody_else_has_it(office):
    office.imports(LI + WANG)
    office.imports(LI.replace("010 0000 0018;13800000018", "13800000019"))
    assert office.on("+861000000018") == ["C20260002"]
    assert office.on("+8613800000019") == ["C20260001"]
    assert office.counts() == (2, 2, 2), "the line 138 0000 0018 is nobody's and gone"


def test_two_customers_may_swap_numbers_in_one_file(office):
    first = "C1,李,1950-05-01,13800000018,,\nC2,王,1950-05-01,13800000019,,\n"
    office.imports(first)
    swapped = "C1,李,1950-05-01,13800000019,,\nC2,王,1950-05-01,13800000018,,\n"
    assert office.imports(swapped).written == Written(changed=2)
    assert office.on("+8613800000019") == ["C1"]
    assert office.on("+8613800000018") == ["C2"]
    assert office.counts() == (2, 2, 2)


def test_what_the_file_does_not_say_stays(office):
    office.imports(LI)
    with office.store.transaction() as conn:
        conn.execute(update(customer).values(dialect_consent=True, pace_consent=True))
    short = "customer_no,name,birth_date,numbers\n" + ",".join(LI.split(",")[:4]) + "\n"
    assert office.imports(short.encode()).written == Written(unchanged=1)
    office.imports(LI.replace("李桂兰", "李兰").replace(",gan,HF", ",,"))
    office.imports(WANG)
    with office.store.reading() as conn:
        row = conn.execute(select(customer).where(customer.c.customer_no == "C20260001")).one()
    assert (row.name, row.dialect, row.home_centre) == ("李兰", "gan", "HF")
    assert row.dialect_consent
    assert row.pace_consent


def test_bad_rows_are_reported_and_the_others_kept(office):
    done = office.imports(
        LI
        + "C3,赵,1950-02-30,95519,,\n"
        + 'C4,"周\n明",2027-01-01,01000000018,,\n'
        + "C5,吴\n"
        + WANG
    )
    assert (done.rows, done.bad, done.written) == (5, 3, Written(added=2))
    assert office.reported() == [
        ["3", "C3", "birth_date", "there is no such day"],
        [
            "3",
            "C3",
            "numbers",
            "number 1: a service number, or a local number without its area code",
        ],
        ["4", "C4", "birth_date", "it is in the future"],
        ["6", "C5", "", "there are 2 columns, not 4 to 6"],
    ]
    assert office.on("+861000000018") == ["C20260001", "C20260002"]


def test_of_two_rows_with_one_number_of_a_customer_the_first_counts_however_far_apart(office):
    done = office.imports(LI + many(BATCH + 5) + LI.replace("李桂兰", "李四"))
    assert done.bad == 1
    assert office.reported() == [
        [str(BATCH + 8), "C20260001", "customer_no", "it is already in line 2, which counts"]
    ]
    with office.store.reading() as conn:
        name = select(customer.c.name).where(customer.c.customer_no == "C20260001")
        assert conn.scalar(name) == "李桂兰"


def test_a_row_that_was_bad_does_not_stand_in_the_way_of_a_good_one(office):
    done = office.imports(LI.replace("1950-05-01", "1950-02-30") + LI)
    assert (done.bad, done.written) == (1, Written(added=1))


def test_the_report_holds_no_names_numbers_or_birth_dates(office):
    office.imports(
        "C1,李桂兰,1950-05-01,1380000001,,\nC2,李桂兰,1950-13-01,13800000018,,\n"
        "李桂兰,C3,1950-05-01,13800000018,,x,\n"
        "李桂兰,C3,1950-13-01,13800000018,,x\n"
    )
    text = office.report.read_text("utf-8-sig")
    assert len(office.reported()) == 4
    assert not any(secret in text for secret in ("李", "1380000", "1950"))
    assert office.report.stat().st_mode & 0o077 == 0


def test_excel_finds_no_formula_in_the_report(office):
    signs = "=+-@"
    office.imports("".join(f"{sign}1+1,李,1950-02-30,01000000018,,\n" for sign in signs))
    assert [row[1] for row in office.reported()] == [f"'{sign}1+1" for sign in signs]


def test_another_kind_of_file_is_refused_as_a_whole(office):
    for content, what in (
        (b"", "empty"),
        (HEADER.replace("numbers", "phones").encode() + LI.encode(), "other columns"),
        ((HEADER + LI + WANG).encode("gbk"), "GBK"),
        ((HEADER + LI + WANG).encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04" + bytes(100), "Excel"),
    ):
        with pytest.raises(BadFile, match=what):
            office.imports(content)
        assert office.counts() == (0, 0, 0)
        assert not office.report.exists()


def test_a_missing_file_is_refused_in_words(office):
    with pytest.raises(CannotImport, match=r"customers\.csv cannot be read.*Nothing was imported"):
        office.again()


def test_a_report_never_overwrites_the_file_nor_stops_half_way(office, tmp_path):
    office.imports(LI)
    with pytest.raises(CannotImport, match="would overwrite"):
        import_customers(office.store, office.file, office.file, no_progress, TODAY)
    nowhere = tmp_path / "nowhere" / "report.csv"
    with pytest.raises(CannotImport, match="cannot be written"):
        import_customers(office.store, office.file, nowhere, no_progress, TODAY)
    assert office.file.read_text("utf-8") == HEADER + LI


def test_strictly_nothing_is_imported_if_one_row_is_bad(office):
    with pytest.raises(CannotImport, match=r"1 rows of .* are bad, and nothing was imported"):
        office.imports(many(BATCH) + "C1,李,1950-02-30,01000000018,,\n", strict=True)
    assert office.counts() == (0, 0, 0)
    assert [row[0] for row in office.reported()] == [str(BATCH + 2)]
    assert office.imports(many(3), strict=True).written == Written(added=3)


def test_an_interrupted_import_is_run_again_and_nothing_is_lost_or_doubled(office):
    rows = 8 * BATCH
    office.file.write_text(HEADER + many(rows), encoding="utf-8")

    def stop_half_way(read: int, size: int) -> None:
        if read > size / 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_customers(office.store, office.file, office.report, stop_half_way, TODAY)
    some = office.counts()[0]
    assert 0 < some < rows
    assert some % BATCH == 0
    assert office.again().written == Written(added=rows - some, unchanged=some)
    assert office.counts() == (rows, rows, rows)


def test_two_imports_at_once_take_turns(office, tmp_path):
    office.file.write_text(HEADER + LI + WANG + many(3 * BATCH), encoding="utf-8")
    start, done = threading.Barrier(2), []

    def run(name: str) -> None:
        start.wait()
        report = tmp_path / name
        done.append(import_customers(office.store, office.file, report, no_progress, TODAY))

    threads = [threading.Thread(target=run, args=(f"report{n}.csv",)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one.written.added for one in done) == 3 * BATCH + 2
    assert office.counts() == (3 * BATCH + 2, 3 * BATCH + 2, 3 * BATCH + 3)


def test_progress_runs_from_nothing_to_the_size_of_the_file(office):
    office.file.write_text(HEADER + many(8 * BATCH), encoding="utf-8")
    size = office.file.stat().st_size
    for strict, total in ((False, size), (True, 2 * size)):
        told: list[tuple[int, int]] = []
        import_customers(
            office.store,
            office.file,
            office.report,
            lambda *step, told=told: told.append(step),
            TODAY,
            strict=strict,
        )
        assert told == sorted(told)
        assert told[-1] == (total, total)
        assert len(told) >= 2


def test_a_database_that_goes_away_says_how_far_the_import_came(tmp_path):
    file = tmp_path / "customers.csv"
    file.write_text(HEADER + LI, encoding="utf-8")
    store = open_store("postgresql://nobody@127.0.0.1:9/nothing")
    with pytest.raises(CannotImport, match="up to line 1 are imported") as stopped:
        import_customers(store, file, tmp_path / "report.csv", no_progress, TODAY)
    assert isinstance(stopped.value.__cause__, DatabaseAway)
    store.close()


def test_a_file_may_have_an_endless_line_and_ragged_ends(office):
    endless = b"C1," + b"\xe6\x9d\x8e" * 200_000 + b",1950-05-01,01000000018,,\n"
    done = office.imports(
        "\ufeff".encode() + (HEADER + LI).encode() + endless + b"\r\n\n" + WANG.rstrip().encode()
    )
    assert (done.bad, done.written) == (1, Written(added=2))
    assert office.reported()[0][0] == "3"


def test_seen_numbers_are_remembered_with_their_first_line():
    seen = SeenCustomerNos()
    assert seen.first_line("C1", 2) is None
    assert seen.first_line("C2", 3) is None
    assert seen.first_line("C1", 9) == 2
    assert seen.first_line("C1", 10) == 2
    assert seen.first_line("c1", 11) is None
    seen.close()
