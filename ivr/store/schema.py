"""The tables: what is kept, and what the database itself promises about it.

All statements are SQLAlchemy Core, built once at import, because the ORM costs more than
everything else on a webhook together. Instants are ``timestamptz`` on PostgreSQL and whole
microseconds since 1970 on SQLite, so that they order alike on both.

Table by table: docs/data.md.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from ivr.store.instants import Instant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts rows in a key only when the column is a plain INTEGER.
Id = BigInteger().with_variant(Integer, "sqlite")


def key() -> Column[int]:
    return Column("id", Id, primary_key=True, autoincrement=True)


# --- who calls -----------------------------------------------------------------------------

customer = Table(
    "customer",
    metadata,
    key(),
    Column("customer_no", String(40), nullable=False, unique=True),
    Column("name", String(80), nullable=False),
    Column("birth_on", Date, nullable=False),
    Column("dialect", String(24)),
    Column("home_centre", String(24)),
    Column("dialect_consent", Boolean, nullable=False, server_default=false()),
    Column("pace_consent", Boolean, nullable=False, server_default=false()),
)

phone_line = Table(
    "phone_line",
    metadata,
    key(),
    Column("number", String(20), nullable=False, unique=True),
)

customer_line = Table(
    "customer_line",
    metadata,
    Column("line_id", Id, ForeignKey("phone_line.id"), primary_key=True),
    Column("customer_id", Id, ForeignKey("customer.id"), primary_key=True),
    Index(None, "customer_id"),
)

# --- who answers ---------------------------------------------------------------------------

centre = Table(
    "centre",
    metadata,
    Column("code", String(24), primary_key=True),
    Column("name", String(80), nullable=False),
)

skill_group = Table(
    "skill_group",
    metadata,
    Column("code", String(24), primary_key=True),
    Column("name", String(80), nullable=False),
)

agent = Table(
    "agent",
    metadata,
    key(),
    Column("agent_no", String(24), nullable=False, unique=True),
    Column("surname", String(40), nullable=False),
    Column("centre", String(24), ForeignKey("centre.code"), nullable=False),
    Column("endpoint", String(120), nullable=False, unique=True),
    Column("badge", String(12)),
    Column("badge_consent", Boolean, nullable=False, server_default=false()),
    Column("code_digest", String(64)),
    Column("state", String(12), nullable=False),
    Column("reason", String(24)),
    Column("state_since", Instant, nullable=False),
    # No foreign key: a call refers to agents, and two tables must not wait for each other.
    Column("call_id", Id),
    CheckConstraint(
        "(state IN ('ringing', 'on_call')) = (call_id IS NOT NULL)", name="busy_has_a_call"
    ),
)

agent_skill = Table(
    "agent_skill",
    metadata,
    Column("agent_id", Id, ForeignKey("agent.id"), primary_key=True),
    Column("skill_group", String(24), ForeignKey("skill_group.code"), primary_key=True),
    Column("proficiency", Integer, nullable=False, server_default="3"),
    CheckConstraint("proficiency BETWEEN 1 AND 5", name="proficiency_1_to_5"),
)

# A row for each pool that a ready agent serves: the head of the index is the agent who has
# been idle longest, found in one probe however many agents there are.
idle_agent = Table(
    "idle_agent",
    metadata,
    Column("pool", String(24), primary_key=True),
    Column("agent_id", Id, ForeignKey("agent.id"), primary_key=True),
    Column("idle_since", BigInteger, nullable=False),
    Index(None, "pool", "idle_since", "agent_id"),
    Index(None, "agent_id"),
)

# --- calls ---------------------------------------------------------------------------------

call = Table(
    "call",
    metadata,
    key(),
    Column("sid", String(34), nullable=False, unique=True),
    Column("number", String(20)),
    Column("dialled", String(64), nullable=False),
    Column("segment", String(12), nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("place", String(80)),
    Column("dialects", JSON, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    # The last time the carrier spoke of this call; a call that falls silent is looked up.
    Column("seen_at", Instant, nullable=False),
    Column("carrier_status", String(16), nullable=False),
    Column("carrier_sequence", Integer, nullable=False, server_default="-1"),
    Column("room", String(40), nullable=False, unique=True),
    Column("turn", Integer, nullable=False),
    Column("state", JSON, nullable=False),
    Column("answer", Text, nullable=False),
    Index(None, "started_at"),
)

# A caller's place in the line. The row outlives the wait: the figures need it.
queued_call = Table(
    "queued_call",
    metadata,
    Column("call_id", Id, ForeignKey("call.id"), primary_key=True),
    Column("status", String(12), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("rank", BigInteger, nullable=False),
    Column("topic", String(16), nullable=False),
    Column("entered_at", Instant, nullable=False),
    Column("agent_id", Id, ForeignKey("agent.id")),
    Column("answered_at", Instant),
    Column("left_at", Instant),
    Column("returns", Integer, nullable=False, server_default="0"),
    CheckConstraint(
        "(status IN ('offered', 'connected')) = (agent_id IS NOT NULL)", name="claimed_by_one"
    ),
    Index(None, "status", "priority", "rank"),
)

# One row for each pool in which a waiting caller may be answered now. Only waiting callers
# have rows, so the table stays small and its index stays hot.
place_in_line = Table(
    "place_in_line",
    metadata,
    Column("pool", String(24), primary_key=True),
    Column("call_id", Id, ForeignKey("call.id"), primary_key=True),
    # The priority with its sign turned, so that one rising index gives the order.
    Column("precedence", Integer, nullable=False),
    Column("rank", BigInteger, nullable=False),
    Index("ix_place_in_line_head", "pool", "precedence", "rank", "call_id"),
    Index(None, "call_id"),
)

offer = Table(
    "offer",
    metadata,
    key(),
    Column("call_id", Id, ForeignKey("call.id"), nullable=False),
    Column("agent_id", Id, ForeignKey("agent.id"), nullable=False),
    Column("pool", String(24), nullable=False),
    Column("status", String(12), nullable=False),
    Column("offered_at", Instant, nullable=False),
    # Since when the agent had been idle: given back if the caller hangs up while it rings.
    Column("idle_since", BigInteger, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("accepted_at", Instant),
    Column("closed_at", Instant),
    Column("leg_sid", String(34), unique=True),
    Column("leg_sequence", Integer, nullable=False, server_default="-1"),
    Column("leg_joined_at", Instant),
    Index(None, "call_id"),
    Index(None, "agent_id"),
)
# The database decides what two processes could both do: one caller, one live offer.
LIVE_OFFER = offer.c.status.in_(("ringing", "accepted"))
Index(
    "uq_offer_live_call",
    offer.c.call_id,
    unique=True,
    postgresql_where=LIVE_OFFER,
    sqlite_where=LIVE_OFFER,
)
Index(
    "uq_offer_live_agent",
    offer.c.agent_id,
    unique=True,
    postgresql_where=LIVE_OFFER,
    sqlite_where=LIVE_OFFER,
)

call_event = Table(
    "call_event",
    metadata,
    key(),
    Column("call_id", Id, ForeignKey("call.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("detail", JSON, nullable=False),
    Index(None, "call_id", "id"),
)

# What the carrier has told us and we have acted upon; a repeat finds its key taken.
carrier_event = Table(
    "carrier_event",
    metadata,
    Column("sid", String(34), primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("kind", String(32), primary_key=True),
    Column("at", Instant, nullable=False),
)

# --- what is owed --------------------------------------------------------------------------

command = Table(
    "command",
    metadata,
    key(),
    Column("kind", String(24), nullable=False),
    Column("call_id", Id, ForeignKey("call.id"), nullable=False),
    Column("offer_id", Id, ForeignKey("offer.id")),
    Column("status", String(12), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("outcome", String(200)),
)
Index(None, command.c.call_id, command.c.id)
PENDING = command.c.status.in_(("pending", "sending"))
Index(
    "ix_command_pending",
    command.c.due_at,
    command.c.id,
    postgresql_where=PENDING,
    sqlite_where=PENDING,
)

due = Table(
    "due",
    metadata,
    key(),
    Column("kind", String(24), nullable=False),
    Column("ref_id", Id, nullable=False),
    Column("due_at", Instant, nullable=False),
    UniqueConstraint("kind", "ref_id"),
    Index(None, "due_at"),
)

survey = Table(
    "survey",
    metadata,
    Column("call_id", Id, ForeignKey("call.id"), primary_key=True),
    Column("score", Integer, nullable=False),
    Column("agent_id", Id, ForeignKey("agent.id")),
    Column("at", Instant, nullable=False),
    CheckConstraint("score BETWEEN 1 AND 3", name="score_1_to_3"),
)

complaint = Table(
    "complaint",
    metadata,
    key(),
    Column("call_id", Id, ForeignKey("call.id"), nullable=False, unique=True),
    Column("receipt", String(16), unique=True),
    Column("filed_at", Instant, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("closed_at", Instant),
    Index(None, "due_on"),
)

call_back = Table(
    "call_back",
    metadata,
    key(),
    # The carrier's name of the call: whoever rang during an outage has no row in ``call``.
    Column("sid", String(34), nullable=False, unique=True),
    Column("number", String(20), nullable=False),
    Column("reason", String(24), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("done_by", String(24)),
)

tally = Table(
    "tally",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("total", BigInteger, nullable=False),
)
