"""The help library, and what is asked of it: questions, threads, cases, modes and posts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "document",
        sa.Column("shelf", sa.String(32), nullable=False),
        sa.Column("key", sa.String(1000), nullable=False),
        sa.Column("source", sa.String(1000), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("address", sa.String(1000), nullable=False),
        sa.Column("product", sa.String(120), nullable=False),
        sa.Column("modified_on", sa.Date()),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.CheckConstraint(
            "shelf = 'customer' OR shelf = 'internal'",
            name=op.f("ck_document_shelf_one_of"),
        ),
        sa.CheckConstraint(
            "length(fingerprint) >= 1", name=op.f("ck_document_fingerprint_min_length")
        ),
        sa.CheckConstraint("length(key) >= 1", name=op.f("ck_document_key_min_length")),
        sa.CheckConstraint("length(title) >= 1", name=op.f("ck_document_title_min_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("id", "shelf", name=op.f("uq_document_id_shelf")),
        sa.UniqueConstraint("shelf", "key", name=op.f("uq_document_shelf_key")),
    )
    op.create_table(
        "chunk",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("anchor", sa.String(300), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("document_id", BIG_ID, nullable=False),
        sa.Column("shelf", sa.String(32), nullable=False),
        sa.Column("title_path", JSON, nullable=False),
        sa.CheckConstraint(
            "shelf = 'customer' OR shelf = 'internal'", name=op.f("ck_chunk_shelf_one_of")
        ),
        sa.CheckConstraint(
            "length(fingerprint) >= 1", name=op.f("ck_chunk_fingerprint_min_length")
        ),
        sa.CheckConstraint("length(text) >= 1", name=op.f("ck_chunk_text_min_length")),
        sa.CheckConstraint("position >= 0", name=op.f("ck_chunk_position_min")),
        sa.ForeignKeyConstraint(
            ["document_id", "shelf"],
            ["document.id", "document.shelf"],
            name=op.f("fk_chunk_document_id_shelf_document"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("document_id", "position", name=op.f("pk_chunk")),
    )
    op.create_index(op.f("ix_chunk_shelf_fingerprint"), "chunk", ["shelf", "fingerprint"])
    op.create_table(
        "shelf_state",
        sa.Column("shelf", sa.String(32), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "shelf = 'customer' OR shelf = 'internal'",
            name=op.f("ck_shelf_state_shelf_one_of"),
        ),
        sa.CheckConstraint("revision >= 0", name=op.f("ck_shelf_state_revision_min")),
        sa.PrimaryKeyConstraint("shelf", name=op.f("pk_shelf_state")),
    )
    op.create_table(
        "question",
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("platform", sa.String(40), nullable=False),
        sa.Column("workspace", sa.String(120), nullable=False),
        sa.Column("channel", sa.String(200), nullable=False),
        sa.Column("thread", sa.String(120), nullable=False),
        sa.Column("account_key", sa.String(80)),
        sa.Column("asked_by", sa.String(200), nullable=False),
        sa.Column("asked_name", sa.String(200), nullable=False),
        sa.Column("by_staff", sa.Boolean(), nullable=False),
        sa.Column("text", sa.String(4000), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(80), nullable=False),
        sa.Column("confidence", sa.Float()),
        sa.Column("answer", sa.String(12000), nullable=False),
        sa.Column("by_model", sa.Boolean(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.Column("feedback", sa.String(32)),
        sa.Column("feedback_at", sa.DateTime(timezone=True)),
        sa.Column("human_replied_at", sa.DateTime(timezone=True)),
        sa.Column("asked_again_at", sa.DateTime(timezone=True)),
        sa.Column("ticket_key", sa.String(80), nullable=False),
        sa.Column("review", sa.String(32)),
        sa.Column("reviewed_by", sa.String(200), nullable=False),
        sa.Column("deflection", sa.String(32)),
        sa.Column("judged_on", sa.Date()),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("sources", JSON, nullable=False),
        sa.CheckConstraint(
            "deflection = 'confirmed' OR deflection = 'durable' OR deflection = 'assumed' OR "
            "deflection = 'wrong_but_silent' OR deflection = 'contradicted'",
            name=op.f("ck_question_deflection_one_of"),
        ),
        sa.CheckConstraint(
            "feedback = 'helped' OR feedback = 'not_helped'",
            name=op.f("ck_question_feedback_one_of"),
        ),
        sa.CheckConstraint(
            "review = 'right' OR review = 'wrong'",
            name=op.f("ck_question_review_one_of"),
        ),
        sa.CheckConstraint(
            "state = 'asked' OR state = 'answered' OR state = 'drafted' OR "
            "state = 'discarded' OR state = 'clarifying' OR state = 'handed_over' OR "
            "state = 'overtaken'",
            name=op.f("ck_question_state_one_of"),
        ),
        sa.CheckConstraint("length(key) >= 1", name=op.f("ck_question_key_min_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("key", name=op.f("uq_question_key")),
    )
    op.create_index(op.f("ix_question_asked_at"), "question", ["asked_at"])
    op.create_index(
        op.f("ix_question_platform_workspace_channel_thread"),
        "question",
        ["platform", "workspace", "channel", "thread"],
    )
    op.create_index(
        "ix_question_unjudged",
        "question",
        ["asked_at"],
        sqlite_where=sa.text("state = 'answered' AND judged_on IS NULL AND NOT by_staff"),
        postgresql_where=sa.text("state = 'answered' AND judged_on IS NULL AND NOT by_staff"),
    )
    op.create_index(
        "ix_question_unsettled",
        "question",
        ["asked_at"],
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.create_table(
        "support_case",
        sa.Column("account_key", sa.String(80)),
        sa.Column("owner_key", sa.String(80), nullable=False),
        sa.Column("reason", sa.String(80), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("claimed_by", sa.String(80), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True)),
        sa.Column("answered_by", sa.String(80), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("resolved_by", sa.String(200), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True)),
        sa.Column("escalated_at", sa.DateTime(timezone=True)),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("question_id", BIG_ID, nullable=False),
        sa.CheckConstraint(
            "status = 'open' OR status = 'claimed' OR status = 'answered' OR status = 'resolved'",
            name=op.f("ck_support_case_status_one_of"),
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["question.id"],
            name=op.f("fk_support_case_question_id_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_case")),
        sa.UniqueConstraint("question_id", name=op.f("uq_support_case_question_id")),
    )
    op.create_index(
        "ix_support_case_open_due_at",
        "support_case",
        ["due_at"],
        sqlite_where=sa.text("status <> 'resolved'"),
        postgresql_where=sa.text("status <> 'resolved'"),
    )
    op.create_table(
        "case_reply",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("text", sa.String(8000), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("case_id", BIG_ID, nullable=False),
        sa.CheckConstraint("length(text) >= 1", name=op.f("ck_case_reply_text_min_length")),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["support_case.id"],
            name=op.f("fk_case_reply_case_id_support_case"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_reply")),
    )
    op.create_index(op.f("ix_case_reply_case_id"), "case_reply", ["case_id"])
    op.create_table(
        "place_mode",
        sa.Column("platform", sa.String(40), nullable=False),
        sa.Column("workspace", sa.String(120), nullable=False),
        sa.Column("channel", sa.String(200), nullable=False),
        sa.Column("mode", sa.String(32), nullable=False),
        sa.Column("set_by", sa.String(200), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "mode = 'answer' OR mode = 'draft' OR mode = 'off' OR mode = 'cases'",
            name=op.f("ck_place_mode_mode_one_of"),
        ),
        sa.PrimaryKeyConstraint("platform", "workspace", "channel", name=op.f("pk_place_mode")),
    )
    op.create_table(
        "thread_line",
        sa.Column("platform", sa.String(40), nullable=False),
        sa.Column("workspace", sa.String(120), nullable=False),
        sa.Column("channel", sa.String(200), nullable=False),
        sa.Column("thread", sa.String(120), nullable=False),
        sa.Column("message", sa.String(120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(16), nullable=False),
        sa.Column("person", sa.String(200), nullable=False),
        sa.Column("text", sa.String(4000), nullable=False),
        sa.PrimaryKeyConstraint(
            "platform", "workspace", "channel", "message", name=op.f("pk_thread_line")
        ),
    )
    op.create_index(op.f("ix_thread_line_at"), "thread_line", ["at"])
    op.create_index(
        op.f("ix_thread_line_platform_workspace_channel_thread_at"),
        "thread_line",
        ["platform", "workspace", "channel", "thread", "at"],
    )
    op.create_table(
        "post",
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("platform", sa.String(40), nullable=False),
        sa.Column("workspace", sa.String(120), nullable=False),
        sa.Column("channel", sa.String(200), nullable=False),
        sa.Column("thread", sa.String(120), nullable=False),
        sa.Column("person_key", sa.String(80), nullable=False),
        sa.Column("account_key", sa.String(80)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True)),
        sa.Column("claimed_at", sa.DateTime(timezone=True)),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("message", sa.String(120), nullable=False),
        sa.Column("problem", sa.String(300), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("card", JSON, nullable=False),
        sa.CheckConstraint(
            "state = 'waiting' OR state = 'sending' OR state = 'sent' OR "
            "state = 'in_doubt' OR state = 'dead'",
            name=op.f("ck_post_state_one_of"),
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_post_attempts_min")),
        sa.CheckConstraint("length(key) >= 1", name=op.f("ck_post_key_min_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
        sa.UniqueConstraint("key", name=op.f("uq_post_key")),
    )
    op.create_index(
        "ix_post_sending",
        "post",
        ["platform", "claimed_at"],
        sqlite_where=sa.text("state = 'sending'"),
        postgresql_where=sa.text("state = 'sending'"),
    )
    op.create_index(
        "ix_post_waiting",
        "post",
        ["platform", "created_at", "id"],
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )


def downgrade() -> None:
    op.drop_table("post")
    op.drop_table("thread_line")
    op.drop_table("place_mode")
    op.drop_table("case_reply")
    op.drop_table("support_case")
    op.drop_table("question")
    op.drop_table("shelf_state")
    op.drop_table("chunk")
    op.drop_table("document")
