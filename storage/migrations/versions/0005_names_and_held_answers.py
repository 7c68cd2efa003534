"""How often the names of accounts changed; what the guard said of answers; drafts found at once."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "names_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("revision >= 0", name=op.f("ck_names_state_revision_min")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_names_state")),
    )
    op.add_column("question", sa.Column("objections", sa.String(1000)))
    op.create_index(
        "ix_question_drafted",
        "question",
        ["asked_at"],
        sqlite_where=sa.text("state = 'drafted'"),
        postgresql_where=sa.text("state = 'drafted'"),
    )


def downgrade() -> None:
    op.drop_index("ix_question_drafted", "question")
    op.drop_column("question", "objections")
    op.drop_table("names_state")
