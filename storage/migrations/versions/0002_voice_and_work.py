"""What customers say and what is done for them: tickets, surveys, plans, timeline."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "ticket",
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("subject", sa.String(500), nullable=False),
        sa.Column("priority", sa.String(32), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_response_minutes", sa.BigInteger()),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("escalated", sa.Boolean(), nullable=False),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("sla_breached", sa.Boolean()),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "priority = 'low' OR priority = 'normal' OR priority = 'high' OR priority = 'urgent'",
            name=op.f("ck_ticket_priority_one_of"),
        ),
        sa.CheckConstraint(
            "first_response_minutes >= 0", name=op.f("ck_ticket_first_response_minutes_min")
        ),
        sa.CheckConstraint("length(key) >= 1", name=op.f("ck_ticket_key_min_length")),
        sa.CheckConstraint("reopened <= 1000", name=op.f("ck_ticket_reopened_max")),
        sa.CheckConstraint("reopened >= 0", name=op.f("ck_ticket_reopened_min")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_ticket_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("account_id", "key", name=op.f("uq_ticket_account_id_key")),
    )
    op.create_table(
        "survey",
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("contact_email", sa.String(254), nullable=False),
        sa.Column("comment", sa.String(4000), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind <> 'csat' OR score BETWEEN 1 AND 5", name=op.f("ck_survey_csat_scale")
        ),
        sa.CheckConstraint("kind = 'nps' OR kind = 'csat'", name=op.f("ck_survey_kind_one_of")),
        sa.CheckConstraint("length(key) >= 1", name=op.f("ck_survey_key_min_length")),
        sa.CheckConstraint("score <= 10", name=op.f("ck_survey_score_max")),
        sa.CheckConstraint("score >= 0", name=op.f("ck_survey_score_min")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_survey_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey")),
        sa.UniqueConstraint("account_id", "key", name=op.f("uq_survey_account_id_key")),
    )
    op.create_index(
        op.f("ix_survey_account_id_answered_on"), "survey", ["account_id", "answered_on"]
    )
    op.create_table(
        "objective",
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("target", sa.String(300), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date()),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status = 'planned' OR status = 'on_track' OR status = 'at_risk' OR "
            "status = 'achieved' OR status = 'missed'",
            name=op.f("ck_objective_status_one_of"),
        ),
        sa.CheckConstraint("length(key) >= 1", name=op.f("ck_objective_key_min_length")),
        sa.CheckConstraint("length(title) >= 1", name=op.f("ck_objective_title_min_length")),
        sa.CheckConstraint("progress <= 100", name=op.f("ck_objective_progress_max")),
        sa.CheckConstraint("progress >= 0", name=op.f("ck_objective_progress_min")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_objective_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objective")),
        sa.UniqueConstraint("account_id", "key", name=op.f("uq_objective_account_id_key")),
    )
    op.create_table(
        "interaction",
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("direction", sa.String(32), nullable=False),
        sa.Column("topic", sa.String(32), nullable=False),
        sa.Column("contact_email", sa.String(254), nullable=False),
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("summary", sa.String(4000), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "channel = 'email' OR channel = 'call' OR channel = 'meeting' OR "
            "channel = 'chat' OR channel = 'note'",
            name=op.f("ck_interaction_channel_one_of"),
        ),
        sa.CheckConstraint(
            "direction = 'inbound' OR direction = 'outbound' OR direction = 'both' OR "
            "direction = 'internal'",
            name=op.f("ck_interaction_direction_one_of"),
        ),
        sa.CheckConstraint(
            "topic = 'general' OR topic = 'question' OR topic = 'review' OR "
            "topic = 'company_event' OR topic = 'contract_change' OR "
            "topic = 'sponsor_change' OR topic = 'churn'",
            name=op.f("ck_interaction_topic_one_of"),
        ),
        sa.CheckConstraint("length(key) >= 1", name=op.f("ck_interaction_key_min_length")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_interaction_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interaction")),
        sa.UniqueConstraint("account_id", "key", name=op.f("uq_interaction_account_id_key")),
    )
    op.create_index(op.f("ix_interaction_account_id_at"), "interaction", ["account_id", "at"])
    op.create_table(
        "milestone",
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date()),
        sa.Column("planned_hours", sa.Float(), nullable=False),
        sa.Column("actual_hours", sa.Float(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("actual_hours <= 100000", name=op.f("ck_milestone_actual_hours_max")),
        sa.CheckConstraint("actual_hours >= 0", name=op.f("ck_milestone_actual_hours_min")),
        sa.CheckConstraint("length(key) >= 1", name=op.f("ck_milestone_key_min_length")),
        sa.CheckConstraint("length(title) >= 1", name=op.f("ck_milestone_title_min_length")),
        sa.CheckConstraint("planned_hours <= 100000", name=op.f("ck_milestone_planned_hours_max")),
        sa.CheckConstraint("planned_hours >= 0", name=op.f("ck_milestone_planned_hours_min")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_milestone_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone")),
        sa.UniqueConstraint("account_id", "key", name=op.f("uq_milestone_account_id_key")),
    )
    op.create_table(
        "training",
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("course", sa.String(300), nullable=False),
        sa.Column("contact_email", sa.String(254), nullable=False),
        sa.Column("completed_on", sa.Date()),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(course) >= 1", name=op.f("ck_training_course_min_length")),
        sa.CheckConstraint("length(key) >= 1", name=op.f("ck_training_key_min_length")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_training_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training")),
        sa.UniqueConstraint("account_id", "key", name=op.f("uq_training_account_id_key")),
    )
    op.create_table(
        "advocacy",
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(key) >= 1", name=op.f("ck_advocacy_key_min_length")),
        sa.CheckConstraint("length(kind) >= 1", name=op.f("ck_advocacy_kind_min_length")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_advocacy_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advocacy")),
        sa.UniqueConstraint("account_id", "key", name=op.f("uq_advocacy_account_id_key")),
    )


def downgrade() -> None:
    op.drop_table("advocacy")
    op.drop_table("training")
    op.drop_table("milestone")
    op.drop_table("interaction")
    op.drop_table("objective")
    op.drop_table("survey")
    op.drop_table("ticket")
