"""The product's own work: appointments, firings, what readers were told, and sources to read again.

Claims of the older kind are forgotten: what they guarded can be done twice without harm.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)

_STATES = (
    "state = 'waiting' OR state = 'running' OR state = 'done' OR state = 'failed' "
    "OR state = 'skipped'"
)
_GRADES = "grade = 'none' OR grade = 'red' OR grade = 'yellow' OR grade = 'lime' OR grade = 'green'"


def upgrade() -> None:
    _create_appointments()
    op.drop_table("firing")
    _create_firings()
    _create_told()
    _create_sources()
    with op.batch_alter_table("post") as post:
        post.add_column(sa.Column("chart", JSON))
        post.add_column(sa.Column("reference", sa.String(40), nullable=False, server_default=""))
    with op.batch_alter_table("post") as post:
        post.alter_column("reference", existing_type=sa.String(40), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("post") as post:
        post.drop_column("reference")
        post.drop_column("chart")
    for table in ("source", "snooze", "told", "firing", "appointment"):
        op.drop_table(table)
    op.create_table(
        "firing",
        sa.Column("job", sa.String(80), nullable=False),
        sa.Column("reader", sa.String(200), nullable=False),
        sa.Column("period", sa.String(80), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("job", "reader", "period", name=op.f("pk_firing")),
        sqlite_with_rowid=False,
    )


def _create_appointments() -> None:
    op.create_table(
        "appointment",
        sa.Column("job", sa.String(80), nullable=False),
        sa.Column("reader", sa.String(80), nullable=False),
        sa.Column("days", sa.String(30), nullable=False),
        sa.Column("at", sa.String(5), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("platform", sa.String(40), nullable=False),
        sa.Column("workspace", sa.String(120), nullable=False),
        sa.Column("channel", sa.String(200), nullable=False),
        sa.Column("scope", sa.String(80), nullable=False),
        sa.Column("wants_empty", sa.Boolean(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("is_chosen", sa.Boolean(), nullable=False),
        sa.Column("next_at", INSTANT),
        sa.CheckConstraint("length(at) >= 5", name=op.f("ck_appointment_at_min_length")),
        sa.CheckConstraint("length(days) >= 3", name=op.f("ck_appointment_days_min_length")),
        sa.CheckConstraint("length(job) >= 1", name=op.f("ck_appointment_job_min_length")),
        sa.PrimaryKeyConstraint("job", "reader", name=op.f("pk_appointment")),
    )
    _create_partial_index("ix_appointment_due", "appointment", ["next_at"], "next_at IS NOT NULL")


def _create_firings() -> None:
    op.create_table(
        "firing",
        sa.Column("job", sa.String(80), nullable=False),
        sa.Column("reader", sa.String(80), nullable=False),
        sa.Column("period", sa.String(80), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("not_before", INSTANT),
        sa.Column("offered_at", INSTANT),
        sa.Column("token", sa.String(40), nullable=False),
        sa.Column("beat", sa.BigInteger(), nullable=False),
        sa.Column("started_at", INSTANT),
        sa.Column("finished_at", INSTANT),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(500), nullable=False),
        sa.Column("asked_by", sa.String(80), nullable=False),
        sa.Column("reference", sa.String(40), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.CheckConstraint(_STATES, name=op.f("ck_firing_state_one_of")),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_firing_attempts_min")),
        sa.CheckConstraint("beat >= 0", name=op.f("ck_firing_beat_min")),
        sa.CheckConstraint("done >= 0", name=op.f("ck_firing_done_min")),
        sa.CheckConstraint("total >= 0", name=op.f("ck_firing_total_min")),
        sa.CheckConstraint("length(job) >= 1", name=op.f("ck_firing_job_min_length")),
        sa.CheckConstraint("length(period) >= 1", name=op.f("ck_firing_period_min_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_firing")),
        sa.UniqueConstraint("job", "period", "reader", name=op.f("uq_firing_job_period_reader")),
    )
    op.create_index(op.f("ix_firing_due_at"), "firing", ["due_at"])
    op.create_index(op.f("ix_firing_job_due_at"), "firing", ["job", "due_at"])
    _create_partial_index("ix_firing_waiting", "firing", ["due_at", "id"], "state = 'waiting'")
    _create_partial_index("ix_firing_running", "firing", ["id"], "state = 'running'")
    _create_partial_index("ix_firing_failed", "firing", ["due_at"], "state = 'failed'")
    _create_partial_index(
        "ix_firing_awaited",
        "firing",
        ["job", "period", "asked_by"],
        "asked_by != '' AND (state = 'waiting' OR state = 'running')",
    )


def _create_told() -> None:
    op.create_table(
        "told",
        sa.Column("job", sa.String(80), nullable=False),
        sa.Column("reader", sa.String(80), nullable=False),
        sa.Column("period", sa.String(80), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("lines", JSON, nullable=False),
        sa.Column("figures", JSON, nullable=False),
        sa.CheckConstraint("length(job) >= 1", name=op.f("ck_told_job_min_length")),
        sa.CheckConstraint("length(period) >= 1", name=op.f("ck_told_period_min_length")),
        sa.CheckConstraint("length(reader) >= 1", name=op.f("ck_told_reader_min_length")),
        sa.PrimaryKeyConstraint("job", "reader", name=op.f("pk_told")),
    )
    op.create_table(
        "snooze",
        sa.Column("reader", sa.String(80), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("grade", sa.String(32), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.CheckConstraint(_GRADES, name=op.f("ck_snooze_grade_one_of")),
        sa.CheckConstraint("length(reader) >= 1", name=op.f("ck_snooze_reader_min_length")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_snooze_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("reader", "account_id", name=op.f("pk_snooze")),
    )


def _create_sources() -> None:
    op.create_table(
        "source",
        sa.Column("place", sa.String(1000), nullable=False),
        sa.Column("shelf", sa.String(32), nullable=False),
        sa.Column("product", sa.String(120), nullable=False),
        sa.Column("base_url", sa.String(500), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("read_at", INSTANT),
        sa.Column("problem", sa.String(500), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.CheckConstraint(
            "shelf = 'customer' OR shelf = 'internal'", name=op.f("ck_source_shelf_one_of")
        ),
        sa.CheckConstraint("length(place) >= 1", name=op.f("ck_source_place_min_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("shelf", "place", name=op.f("uq_source_shelf_place")),
    )


def _create_partial_index(name: str, table: str, columns: list[str], condition: str) -> None:
    op.create_index(
        name,
        table,
        columns,
        sqlite_where=sa.text(condition),
        postgresql_where=sa.text(condition),
    )
