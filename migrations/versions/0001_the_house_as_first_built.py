"""The house as first built: callers, agents, the line, and what is owed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ivr.store.instants import Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "call",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("sid", sa.String(length=34), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=True),
        sa.Column("dialled", sa.String(length=64), nullable=False),
        sa.Column("segment", sa.String(length=12), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=True),
        sa.Column("dialects", sa.JSON(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.Column("carrier_status", sa.String(length=16), nullable=False),
        sa.Column("carrier_sequence", sa.Integer(), server_default="-1", nullable=False),
        sa.Column("room", sa.String(length=40), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
        sa.UniqueConstraint("room", name=op.f("uq_call_room")),
        sa.UniqueConstraint("sid", name=op.f("uq_call_sid")),
    )
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_started_at"), ["started_at"], unique=False)

    op.create_table(
        "call_back",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("sid", sa.String(length=34), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("done_at", Instant(), nullable=True),
        sa.Column("done_by", sa.String(length=24), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_back")),
        sa.UniqueConstraint("sid", name=op.f("uq_call_back_sid")),
    )
    op.create_table(
        "carrier_event",
        sa.Column("sid", sa.String(length=34), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("sid", "sequence", "kind", name=op.f("pk_carrier_event")),
    )
    op.create_table(
        "centre",
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_centre")),
    )
    op.create_table(
        "customer",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("customer_no", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("birth_on", sa.Date(), nullable=False),
        sa.Column("dialect", sa.String(length=24), nullable=True),
        sa.Column("home_centre", sa.String(length=24), nullable=True),
        sa.Column("dialect_consent", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("pace_consent", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
        sa.UniqueConstraint("customer_no", name=op.f("uq_customer_customer_no")),
    )
    op.create_table(
        "due",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("ref_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due")),
        sa.UniqueConstraint("kind", "ref_id", name=op.f("uq_due_kind_ref_id")),
    )
    with op.batch_alter_table("due", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_due_due_at"), ["due_at"], unique=False)

    op.create_table(
        "phone_line",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_line")),
        sa.UniqueConstraint("number", name=op.f("uq_phone_line_number")),
    )
    op.create_table(
        "skill_group",
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_skill_group")),
    )
    op.create_table(
        "tally",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_tally")),
    )
    op.create_table(
        "agent",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("agent_no", sa.String(length=24), nullable=False),
        sa.Column("surname", sa.String(length=40), nullable=False),
        sa.Column("centre", sa.String(length=24), nullable=False),
        sa.Column("endpoint", sa.String(length=120), nullable=False),
        sa.Column("badge", sa.String(length=12), nullable=True),
        sa.Column("badge_consent", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=True),
        sa.Column("state_since", Instant(), nullable=False),
        sa.Column("call_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(state IN ('ringing', 'on_call')) = (call_id IS NOT NULL)",
            name=op.f("ck_agent_busy_has_a_call"),
        ),
        sa.ForeignKeyConstraint(["centre"], ["centre.code"], name=op.f("fk_agent_centre")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent")),
        sa.UniqueConstraint("agent_no", name=op.f("uq_agent_agent_no")),
        sa.UniqueConstraint("endpoint", name=op.f("uq_agent_endpoint")),
    )
    op.create_table(
        "call_event",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("call_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_call_event_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_event")),
    )
    with op.batch_alter_table("call_event", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_call_event_call_id_id"), ["call_id", "id"], unique=False
        )

    op.create_table(
        "complaint",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("call_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("receipt", sa.String(length=16), nullable=True),
        sa.Column("filed_at", Instant(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_complaint_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
        sa.UniqueConstraint("call_id", name=op.f("uq_complaint_call_id")),
        sa.UniqueConstraint("receipt", name=op.f("uq_complaint_receipt")),
    )
    with op.batch_alter_table("complaint", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_complaint_due_on"), ["due_on"], unique=False)

    op.create_table(
        "customer_line",
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_customer_line_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["phone_line.id"], name=op.f("fk_customer_line_line_id")
        ),
        sa.PrimaryKeyConstraint("line_id", "customer_id", name=op.f("pk_customer_line")),
    )
    with op.batch_alter_table("customer_line", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_customer_line_customer_id"), ["customer_id"], unique=False
        )

    op.create_table(
        "place_in_line",
        sa.Column("pool", sa.String(length=24), nullable=False),
        sa.Column("call_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("precedence", sa.Integer(), nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_place_in_line_call_id")),
        sa.PrimaryKeyConstraint("pool", "call_id", name=op.f("pk_place_in_line")),
    )
    with op.batch_alter_table("place_in_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_place_in_line_call_id"), ["call_id"], unique=False)
        batch_op.create_index(
            "ix_place_in_line_head", ["pool", "precedence", "rank", "call_id"], unique=False
        )

    op.create_table(
        "agent_skill",
        sa.Column("agent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("skill_group", sa.String(length=24), nullable=False),
        sa.Column("proficiency", sa.Integer(), server_default="3", nullable=False),
        sa.CheckConstraint(
            "proficiency BETWEEN 1 AND 5", name=op.f("ck_agent_skill_proficiency_1_to_5")
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_agent_skill_agent_id")),
        sa.ForeignKeyConstraint(
            ["skill_group"], ["skill_group.code"], name=op.f("fk_agent_skill_skill_group")
        ),
        sa.PrimaryKeyConstraint("agent_id", "skill_group", name=op.f("pk_agent_skill")),
    )
    op.create_table(
        "idle_agent",
        sa.Column("pool", sa.String(length=24), nullable=False),
        sa.Column("agent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("idle_since", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_idle_agent_agent_id")),
        sa.PrimaryKeyConstraint("pool", "agent_id", name=op.f("pk_idle_agent")),
    )
    with op.batch_alter_table("idle_agent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_idle_agent_agent_id"), ["agent_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_idle_agent_pool_idle_since_agent_id"),
            ["pool", "idle_since", "agent_id"],
            unique=False,
        )

    op.create_table(
        "offer",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("call_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("agent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pool", sa.String(length=24), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("offered_at", Instant(), nullable=False),
        sa.Column("idle_since", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("accepted_at", Instant(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("leg_sid", sa.String(length=34), nullable=True),
        sa.Column("leg_sequence", sa.Integer(), server_default="-1", nullable=False),
        sa.Column("leg_joined_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_offer_agent_id")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_offer_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sa.UniqueConstraint("leg_sid", name=op.f("uq_offer_leg_sid")),
    )
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offer_agent_id"), ["agent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_offer_call_id"), ["call_id"], unique=False)
        batch_op.create_index(
            "uq_offer_live_agent",
            ["agent_id"],
            unique=True,
            postgresql_where=sa.text("status IN ('ringing', 'accepted')"),
            sqlite_where=sa.text("status IN ('ringing', 'accepted')"),
        )
        batch_op.create_index(
            "uq_offer_live_call",
            ["call_id"],
            unique=True,
            postgresql_where=sa.text("status IN ('ringing', 'accepted')"),
            sqlite_where=sa.text("status IN ('ringing', 'accepted')"),
        )

    op.create_table(
        "queued_call",
        sa.Column("call_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.Column("topic", sa.String(length=16), nullable=False),
        sa.Column("entered_at", Instant(), nullable=False),
        sa.Column("agent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("left_at", Instant(), nullable=True),
        sa.Column("returns", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "(status IN ('offered', 'connected')) = (agent_id IS NOT NULL)",
            name=op.f("ck_queued_call_claimed_by_one"),
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_queued_call_agent_id")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_queued_call_call_id")),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_queued_call")),
    )
    with op.batch_alter_table("queued_call", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_queued_call_status_priority_rank"),
            ["status", "priority", "rank"],
            unique=False,
        )

    op.create_table(
        "survey",
        sa.Column("call_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.CheckConstraint("score BETWEEN 1 AND 3", name=op.f("ck_survey_score_1_to_3")),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_survey_agent_id")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_survey_call_id")),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_survey")),
    )
    op.create_table(
        "command",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("call_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("offer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("outcome", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_command_call_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_command_offer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_command")),
    )
    with op.batch_alter_table("command", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_command_call_id_id"), ["call_id", "id"], unique=False)
        batch_op.create_index(
            "ix_command_pending",
            ["due_at", "id"],
            unique=False,
            postgresql_where=sa.text("status IN ('pending', 'sending')"),
            sqlite_where=sa.text("status IN ('pending', 'sending')"),
        )


def downgrade() -> None:
    with op.batch_alter_table("command", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_command_pending",
            postgresql_where=sa.text("status IN ('pending', 'sending')"),
            sqlite_where=sa.text("status IN ('pending', 'sending')"),
        )
        batch_op.drop_index(batch_op.f("ix_command_call_id_id"))

    op.drop_table("command")
    op.drop_table("survey")
    with op.batch_alter_table("queued_call", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_queued_call_status_priority_rank"))

    op.drop_table("queued_call")
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_offer_live_call",
            postgresql_where=sa.text("status IN ('ringing', 'accepted')"),
            sqlite_where=sa.text("status IN ('ringing', 'accepted')"),
        )
        batch_op.drop_index(
            "uq_offer_live_agent",
            postgresql_where=sa.text("status IN ('ringing', 'accepted')"),
            sqlite_where=sa.text("status IN ('ringing', 'accepted')"),
        )
        batch_op.drop_index(batch_op.f("ix_offer_call_id"))
        batch_op.drop_index(batch_op.f("ix_offer_agent_id"))

    op.drop_table("offer")
    with op.batch_alter_table("idle_agent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_idle_agent_pool_idle_since_agent_id"))
        batch_op.drop_index(batch_op.f("ix_idle_agent_agent_id"))

    op.drop_table("idle_agent")
    op.drop_table("agent_skill")
    with op.batch_alter_table("place_in_line", schema=None) as batch_op:
        batch_op.drop_index("ix_place_in_line_head")
        batch_op.drop_index(batch_op.f("ix_place_in_line_call_id"))

    op.drop_table("place_in_line")
    with op.batch_alter_table("customer_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_customer_line_customer_id"))

    op.drop_table("customer_line")
    with op.batch_alter_table("complaint", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_complaint_due_on"))

    op.drop_table("complaint")
    with op.batch_alter_table("call_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_call_event_call_id_id"))

    op.drop_table("call_event")
    op.drop_table("agent")
    op.drop_table("tally")
    op.drop_table("skill_group")
    op.drop_table("phone_line")
    with op.batch_alter_table("due", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_due_due_at"))

    op.drop_table("due")
    op.drop_table("customer")
    op.drop_table("centre")
    op.drop_table("carrier_event")
    op.drop_table("call_back")
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_call_started_at"))

    op.drop_table("call")
