"""Who is on a line, while the telephone rings."""

from __future__ import annotations

from datetime import date

from sqlalchemy import insert, text, update

from ivr.callers import CustomerOnLine
from ivr.store import Store
from ivr.store.customers import (
    _ON_LINE,
    MOST_ON_A_LINE,
    customers_for_screen,
    customers_on_line,
)
from ivr.store.schema import customer, customer_line, phone_line

LINE, OTHER = "+861000000018", "+861000000019"


def put(store: Store, number: str, *people: tuple[str, date], **more: object) -> list[int]:
    """Customers on a line of their own; their keys."""
    with store.transaction() as conn:
        line = conn.execute(insert(phone_line).values(number=number)).inserted_primary_key[0]
        keys = []
        for customer_no, birth_on in people:
            row = {"customer_no": customer_no, "name": "李桂兰", "birth_on": birth_on, **more}
            keys.append(conn.execute(insert(customer).values(row)).inserted_primary_key[0])
            conn.execute(insert(customer_line).values(line_id=line, customer_id=keys[-1]))
    return keys


def test_everybody_on_the_line_is_found_the_oldest_first_and_nobody_else(store):
    child, mother = put(
        store, LINE, ("C20260001", date(1990, 1, 1)), ("C20260002", date(1950, 5, 1))
    )
    put(store, OTHER, ("C20260003", date(1940, 1, 1)))
    with store.reading() as conn:
        assert customers_on_line(conn, LINE) == (
            CustomerOnLine(mother, date(1950, 5, 1)),
            CustomerOnLine(child, date(1990, 1, 1)),
        )
        assert customers_on_line(conn, "+861000000020") == ()
        assert [no for _, no in customers_for_screen(conn, LINE)] == ["C2****02", "C2****01"]


def test_a_dialect_counts_only_with_consent(store):
    put(store, LINE, ("C1", date(1950, 5, 1)), dialect="gan", home_centre="HF")
    with store.reading() as conn:
        assert [(one.dialect, one.home_centre) for one in customers_on_line(conn, LINE)] == [
            (None, "HF")
        ]
    with store.transaction() as conn:
        conn.execute(update(customer).values(dialect_consent=True))
        assert [one.dialect for one in customers_on_line(conn, LINE)] == ["gan"]


def test_of_a_whole_home_on_one_line_the_oldest_are_found(store):
    put(store, LINE, *((f"C{n}", date(1990 - n // 2, 1, 1)) for n in range(MOST_ON_A_LINE + 20)))
    with store.reading() as conn:
        found = customers_on_line(conn, LINE)
    assert len(found) == MOST_ON_A_LINE
    assert found[0].birth_on == date(1956, 1, 1)


def test_the_look_up_walks_indexes_only(store):
    put(store, LINE, ("C1", date(1950, 5, 1)))
    with store.reading() as conn:
        if conn.dialect.name == "sqlite":
            statement = str(_ON_LINE.compile(conn.engine))
            explained = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", (LINE, 50, 0))
            steps = [row[3] for row in explained if "TEMP B-TREE" not in row[3]]
            assert all(step.startswith("SEARCH") for step in steps), steps
            return
        # A table this small is always scanned, unless that is made to look expensive.
        conn.execute(text("SET LOCAL enable_seqscan = off"))
        compiled = str(_ON_LINE.compile(conn.engine))
        explained = conn.exec_driver_sql(f"EXPLAIN {compiled}", {"number": LINE, "param_1": 50})
        plan = "\n".join(row[0] for row in explained)
        assert "Seq Scan" not in plan
        assert "uq_phone_line_number" in plan
