"""Customers and their lines: the look-up while the telephone rings, and what the shell shows.

A line is found by its number in one probe of a unique index, its customers by the primary key
of ``customer_line``; the cost does not grow with the number of customers on file.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, bindparam, case, select

from ivr.callers import CustomerOnLine
from ivr.store.schema import customer, customer_line, phone_line

# A line that a whole home for the aged shares must not make the answer slow. The oldest come
# first, so that what is left out cannot change the segment.
MOST_ON_A_LINE: Final = 50

_JOINED = phone_line.join(customer_line, customer_line.c.line_id == phone_line.c.id).join(
    customer, customer.c.id == customer_line.c.customer_id
)
_ON_LINE: Final = (
    select(
        customer.c.id,
        customer.c.birth_on,
        case((customer.c.dialect_consent, customer.c.dialect)).label("dialect"),
        customer.c.home_centre,
        customer.c.customer_no,
    )
    .select_from(_JOINED)
    .where(phone_line.c.number == bindparam("number"))
    .order_by(customer.c.birth_on, customer.c.id)
    .limit(MOST_ON_A_LINE)
)


def customers_on_line(conn: Connection, e164: str) -> tuple[CustomerOnLine, ...]:
    """The customers on the line *e164*, the oldest first, at most 50.

    The dialect is None as long as the customer has not agreed that we go by it.
    """
    return tuple(
        CustomerOnLine(row.id, row.birth_on, row.dialect, row.home_centre)
        for row in conn.execute(_ON_LINE, {"number": e164})
    )


def customers_for_screen(conn: Connection, e164: str) -> list[tuple[CustomerOnLine, str]]:
    """The same customers in the same order, each with the customer's number, masked."""
    return [
        (
            CustomerOnLine(row.id, row.birth_on, row.dialect, row.home_centre),
            mask_customer_no(row.customer_no),
        )
        for row in conn.execute(_ON_LINE, {"number": e164})
    ]


def mask_customer_no(customer_no: str) -> str:
    """Enough of a customer's number to recognise it, not enough to look it up.

    >>> mask_customer_no("C20260018"), mask_customer_no("A1")
    ('C2****18', '****')
    """
    return f"{customer_no[:2]}****{customer_no[-2:]}" if len(customer_no) >= 8 else "****"
