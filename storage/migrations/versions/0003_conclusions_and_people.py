"""What we conclude, who asks, where, and what was already seen."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "health",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("score", sa.Float()),
        sa.Column("outcomes", sa.Float()),
        sa.Column("experience", sa.Float()),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("grade", sa.String(32), nullable=False),
        sa.Column("quadrant", sa.String(32), nullable=False),
        sa.Column("stage", sa.String(32), nullable=False),
        sa.Column("measures", JSON, nullable=False),
        sa.CheckConstraint(
            "grade = 'none' OR grade = 'red' OR grade = 'yellow' OR grade = 'lime' OR "
            "grade = 'green'",
            name=op.f("ck_health_grade_one_of"),
        ),
        sa.CheckConstraint(
            "quadrant = 'unknown' OR quadrant = 'successful' OR "
            "quadrant = 'friendly_no_roi' OR quadrant = 'value_without_love' OR "
            "quadrant = 'failing'",
            name=op.f("ck_health_quadrant_one_of"),
        ),
        sa.CheckConstraint(
            "stage = 'onboarding' OR stage = 'adoption' OR stage = 'value' OR "
            "stage = 'renewal' OR stage = 'growth' OR stage = 'churned'",
            name=op.f("ck_health_stage_one_of"),
        ),
        sa.CheckConstraint("confidence <= 1", name=op.f("ck_health_confidence_max")),
        sa.CheckConstraint("confidence >= 0", name=op.f("ck_health_confidence_min")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_health_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "day", name=op.f("pk_health")),
    )
    op.create_table(
        "snapshot",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("signals", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_snapshot_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_snapshot")),
    )
    op.create_table(
        "finding",
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("rule", sa.String(80), nullable=False),
        sa.Column("severity", sa.String(32), nullable=False),
        sa.Column("evidence", sa.String(1000), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date()),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind = 'risk' OR kind = 'lead'", name=op.f("ck_finding_kind_one_of")),
        sa.CheckConstraint(
            "severity = 'low' OR severity = 'medium' OR severity = 'high' OR severity = 'critical'",
            name=op.f("ck_finding_severity_one_of"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_finding_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    op.create_index(op.f("ix_finding_account_id_closed_on"), "finding", ["account_id", "closed_on"])
    op.create_index(
        "uq_finding_open",
        "finding",
        ["account_id", "kind", "rule"],
        unique=True,
        sqlite_where=sa.text("closed_on IS NULL"),
        postgresql_where=sa.text("closed_on IS NULL"),
    )
    op.create_table(
        "cta",
        sa.Column("type", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(80), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("evidence", sa.String(1000), nullable=False),
        sa.Column("severity", sa.String(32), nullable=False),
        sa.Column("play", sa.String(80), nullable=False),
        sa.Column("owner_email", sa.String(254), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("claimed_by", sa.String(80), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True)),
        sa.Column("escalated_on", sa.Date()),
        sa.Column("closed_by", sa.String(80), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("outcome", sa.String(32)),
        sa.Column("note", sa.String(2000), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "outcome = 'done' OR outcome = 'no_action_needed' OR "
            "outcome = 'could_not_reach' OR outcome = 'lost' OR outcome = 'evidence_gone'",
            name=op.f("ck_cta_outcome_one_of"),
        ),
        sa.CheckConstraint(
            "severity = 'low' OR severity = 'medium' OR severity = 'high' OR severity = 'critical'",
            name=op.f("ck_cta_severity_one_of"),
        ),
        sa.CheckConstraint(
            "status = 'open' OR status = 'claimed' OR status = 'closed'",
            name=op.f("ck_cta_status_one_of"),
        ),
        sa.CheckConstraint(
            "type = 'risk' OR type = 'opportunity' OR type = 'lifecycle' OR type = 'activity'",
            name=op.f("ck_cta_type_one_of"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_cta_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cta")),
    )
    op.create_index(op.f("ix_cta_account_id"), "cta", ["account_id"])
    op.create_index(
        "ix_cta_open_owner_email",
        "cta",
        ["owner_email"],
        sqlite_where=sa.text("status <> 'closed'"),
        postgresql_where=sa.text("status <> 'closed'"),
    )
    op.create_index(
        "uq_cta_open",
        "cta",
        ["account_id", "reason"],
        unique=True,
        sqlite_where=sa.text("status <> 'closed'"),
        postgresql_where=sa.text("status <> 'closed'"),
    )
    op.create_table(
        "save",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("from_score", sa.Float(), nullable=False),
        sa.Column("to_score", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_save_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "day", name=op.f("pk_save")),
    )
    op.create_table(
        "person",
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("account_key", sa.String(80)),
        sa.Column("time_zone", sa.String(64), nullable=False),
        sa.CheckConstraint(
            "role = 'stranger' OR role = 'contact' OR role = 'csm' OR role = 'manager' OR "
            "role = 'admin'",
            name=op.f("ck_person_role_one_of"),
        ),
        sa.CheckConstraint("length(key) >= 1", name=op.f("ck_person_key_min_length")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_person")),
    )
    op.create_index(
        "uq_person_email",
        "person",
        ["email"],
        unique=True,
        sqlite_where=sa.text("email <> ''"),
        postgresql_where=sa.text("email <> ''"),
    )
    op.create_table(
        "person_link",
        sa.Column("platform", sa.String(40), nullable=False),
        sa.Column("workspace", sa.String(120), nullable=False),
        sa.Column("user", sa.String(120), nullable=False),
        sa.Column("person_key", sa.String(80), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_key"],
            ["person.key"],
            name=op.f("fk_person_link_person_key_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("platform", "workspace", "user", name=op.f("pk_person_link")),
    )
    op.create_index(op.f("ix_person_link_person_key"), "person_link", ["person_key"])
    op.create_table(
        "place",
        sa.Column("platform", sa.String(40), nullable=False),
        sa.Column("workspace", sa.String(120), nullable=False),
        sa.Column("channel", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("audience", sa.String(32), nullable=False),
        sa.Column("account_key", sa.String(80)),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "account_key IS NULL OR audience = 'customer'",
            name=op.f("ck_place_account_only_of_customer"),
        ),
        sa.CheckConstraint(
            "audience = 'staff' OR audience = 'customer' OR audience = 'unknown'",
            name=op.f("ck_place_audience_one_of"),
        ),
        sa.CheckConstraint("kind = 'dm' OR kind = 'channel'", name=op.f("ck_place_kind_one_of")),
        sa.PrimaryKeyConstraint("platform", "workspace", "channel", name=op.f("pk_place")),
    )
    op.create_table(
        "seen_event",
        sa.Column("platform", sa.String(40), nullable=False),
        sa.Column("event_id", sa.String(200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("platform", "event_id", name=op.f("pk_seen_event")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "firing",
        sa.Column("job", sa.String(80), nullable=False),
        sa.Column("reader", sa.String(200), nullable=False),
        sa.Column("period", sa.String(80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("job", "reader", "period", name=op.f("pk_firing")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("firing")
    op.drop_table("seen_event")
    op.drop_table("place")
    op.drop_table("person_link")
    op.drop_table("person")
    op.drop_table("save")
    op.drop_table("cta")
    op.drop_table("finding")
    op.drop_table("snapshot")
    op.drop_table("health")
