"""The audit that nobody changes, and indexes for what outreach asks of the other records."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_NO_CHANGE = "An entry of the audit is never changed or deleted, nor is its count turned back."

# An INSERT OR REPLACE deletes, too, and fires no trigger of deletion.
_SQLITE_TRIGGERS = {
    "audit_head_grows": (
        "BEFORE UPDATE ON audit_head WHEN NEW.count <= OLD.count OR NEW.id <> OLD.id"
    ),
    "audit_head_no_delete": "BEFORE DELETE ON audit_head",
    "audit_head_no_replace": (
        "BEFORE INSERT ON audit_head WHEN EXISTS (SELECT 1 FROM audit_head WHERE id = NEW.id)"
    ),
    "audit_no_update": "BEFORE UPDATE ON audit",
    "audit_no_delete": "BEFORE DELETE ON audit",
    "audit_no_replace": (
        "BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE number = NEW.number)"
    ),
}

_PARTIAL_INDEXES = (
    (
        "ix_thread_line_staff",
        "thread_line",
        ["platform", "workspace", "channel", "at"],
        "\"by\" = 'staff'",
    ),
    ("ix_person_account_key", "person", ["account_key"], "account_key IS NOT NULL"),
    ("ix_place_account_key", "place", ["account_key"], "account_key IS NOT NULL"),
    ("ix_contact_email", "contact", ["email"], "email <> ''"),
    ("ix_ticket_open", "ticket", ["account_id"], "closed_at IS NULL"),
    (
        "ix_interaction_contract_change",
        "interaction",
        ["account_id", "at"],
        "topic = 'contract_change'",
    ),
)


def upgrade() -> None:
    _create_audit()
    _keep_the_audit()
    op.create_index(op.f("ix_support_case_account_key"), "support_case", ["account_key"])
    for name, table, columns, condition in _PARTIAL_INDEXES:
        _create_partial_index(name, table, columns, condition)


def downgrade() -> None:
    for name, table, _, _ in _PARTIAL_INDEXES:
        op.drop_index(name, table)
    op.drop_index(op.f("ix_support_case_account_key"), "support_case")
    op.drop_table("audit_head")
    op.drop_table("audit")
    if _is_postgres():
        op.execute("DROP FUNCTION audit_is_kept()")


def _is_postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("what", sa.String(80), nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("account_key", sa.String(80), nullable=False),
        sa.Column("play", sa.String(80), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("verdict", sa.JSON(), nullable=False),
        sa.Column("number", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_audit_number_min")),
        sa.CheckConstraint("length(subject) >= 1", name=op.f("ck_audit_subject_min_length")),
        sa.CheckConstraint("length(what) >= 1", name=op.f("ck_audit_what_min_length")),
        sa.CheckConstraint("length(who) >= 1", name=op.f("ck_audit_who_min_length")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit")),
    )
    _create_partial_index(
        "ix_audit_refused",
        "audit",
        ["play", "at"],
        "what IN ('outreach.refused', 'outreach.withdrawn')",
    )
    op.create_index(op.f("ix_audit_subject_number"), "audit", ["subject", "number"])
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.CheckConstraint("count >= 0", name=op.f("ck_audit_head_count_min")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )


def _keep_the_audit() -> None:
    """Have the database refuse every change to an entry, and every step back of the head."""
    if not _is_postgres():
        for name, when in _SQLITE_TRIGGERS.items():
            op.execute(
                f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{_NO_CHANGE}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_NO_CHANGE}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_kept()"
    )
    op.execute(
        "CREATE TRIGGER audit_head_is_kept BEFORE DELETE OR TRUNCATE ON audit_head "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_kept()"
    )
    op.execute(
        "CREATE TRIGGER audit_head_grows BEFORE UPDATE ON audit_head FOR EACH ROW "
        "WHEN (NEW.count <= OLD.count OR NEW.id <> OLD.id) EXECUTE FUNCTION audit_is_kept()"
    )


def _create_partial_index(name: str, table: str, columns: list[str], condition: str) -> None:
    op.create_index(
        name,
        table,
        columns,
        sqlite_where=sa.text(condition),
        postgresql_where=sa.text(condition),
    )
