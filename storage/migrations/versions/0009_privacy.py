"""Erasures and their marks, and an audit whose entries can be redacted, once for each erasure."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)

_NO_CHANGE = "An entry of the audit is never changed or deleted, nor is its count turned back."
# What a redaction leaves as it is.
_FIXED = ("number", "previous", "hash", "at", "what", "account_key", "play", "fingerprint")


def upgrade() -> None:
    # Not in a batch, which would build the table anew and lose its triggers.
    op.add_column(
        "audit", sa.Column("redacted", sa.BigInteger(), nullable=False, server_default=sa.text("0"))
    )
    _allow_redactions()
    _create_erasures()


def downgrade() -> None:
    op.drop_table("erased_mark")
    op.drop_table("erasure_secret")
    op.drop_table("erasure")
    _refuse_every_change()
    op.drop_column("audit", "redacted")


def _is_postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _allow_redactions() -> None:
    """An entry changes only by a redaction, which counts itself: it is never taken back, and each
    one after the first is one more."""
    if _is_postgres():
        same = " AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in _FIXED)
        op.execute("DROP TRIGGER audit_is_kept ON audit")
        op.execute(
            "CREATE TRIGGER audit_is_kept BEFORE DELETE OR TRUNCATE ON audit "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_kept()"
        )
        op.execute(
            "CREATE TRIGGER audit_only_redacted BEFORE UPDATE ON audit FOR EACH ROW "
            f"WHEN (NOT (NEW.redacted = OLD.redacted + 1 AND {same})) "
            "EXECUTE FUNCTION audit_is_kept()"
        )
        return
    same = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in _FIXED)
    op.execute("DROP TRIGGER audit_no_update")
    op.execute(
        "CREATE TRIGGER audit_only_redacted BEFORE UPDATE ON audit "
        f"WHEN NOT (NEW.redacted IS OLD.redacted + 1 AND {same}) "
        f"BEGIN SELECT RAISE(ABORT, '{_NO_CHANGE}'); END"
    )
    # An UPDATE OR REPLACE to another number fires the first trigger; an entry that is new is whole.
    op.execute(
        "CREATE TRIGGER audit_begins_whole BEFORE INSERT ON audit WHEN NEW.redacted IS NOT 0 "
        f"BEGIN SELECT RAISE(ABORT, '{_NO_CHANGE}'); END"
    )


def _refuse_every_change() -> None:
    if _is_postgres():
        op.execute("DROP TRIGGER audit_only_redacted ON audit")
        op.execute("DROP TRIGGER audit_is_kept ON audit")
        op.execute(
            "CREATE TRIGGER audit_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_kept()"
        )
        return
    op.execute("DROP TRIGGER audit_begins_whole")
    op.execute("DROP TRIGGER audit_only_redacted")
    op.execute(
        "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit "
        f"BEGIN SELECT RAISE(ABORT, '{_NO_CHANGE}'); END"
    )


def _create_erasures() -> None:
    op.create_table(
        "erasure",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("certificate", JSON),
        sa.Column("seal", sa.String(64), nullable=False),
        sa.Column("finished_at", INSTANT),
        sa.CheckConstraint("length(by) >= 1", name=op.f("ck_erasure_by_min_length")),
        sa.CheckConstraint("length(subject) >= 1", name=op.f("ck_erasure_subject_min_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
    )
    op.create_table(
        "erased_mark",
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("erasure_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["erasure_id"],
            ["erasure.id"],
            name=op.f("fk_erased_mark_erasure_id_erasure"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("mark", "erasure_id", name=op.f("pk_erased_mark")),
    )
    op.create_table(
        "erasure_secret",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.CheckConstraint(
            "length(secret) >= 64", name=op.f("ck_erasure_secret_secret_min_length")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_secret")),
    )
