"""Outreach, what stops it, what plays may do by themselves, and its posts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")

_CATEGORIES = (
    "category = 'service' OR category = 'success' OR category = 'product' OR category = 'marketing'"
)
_STATES = (
    "state = 'waiting' OR state = 'cleared' OR state = 'sending' OR state = 'sent' OR "
    "state = 'in_doubt' OR state = 'dead'"
)
_STATES_BEFORE = (
    "state = 'waiting' OR state = 'sending' OR state = 'sent' OR state = 'in_doubt' OR "
    "state = 'dead'"
)


def upgrade() -> None:
    _create_outreach()
    _create_stops()
    _extend_posts()


def downgrade() -> None:
    _reduce_posts()
    for table in ("play_tier", "suppression", "pause", "outreach"):
        op.drop_table(table)
    op.execute("DELETE FROM names_state WHERE id <> 1")


def _create_outreach() -> None:
    op.create_table(
        "outreach",
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("account_key", sa.String(80), nullable=False),
        sa.Column("play", sa.String(80), nullable=False),
        sa.Column("category", sa.String(32), nullable=False),
        sa.Column("cta_id", sa.BigInteger()),
        sa.Column("evidence", sa.String(1000), nullable=False),
        sa.Column("author", sa.String(80), nullable=False),
        sa.Column("tier", sa.String(32), nullable=False),
        sa.Column("contact_key", sa.String(80), nullable=False),
        sa.Column("contact_name", sa.String(200), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("platform", sa.String(40), nullable=False),
        sa.Column("workspace", sa.String(120), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("person_key", sa.String(80), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("body", sa.String(8000), nullable=False),
        sa.Column("footer", sa.String(1000), nullable=False),
        sa.Column("links", JSON, nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("used", JSON, nullable=False),
        sa.Column("by_model", sa.Boolean(), nullable=False),
        sa.Column("drafted_subject", sa.String(200), nullable=False),
        sa.Column("drafted_body", sa.String(8000), nullable=False),
        sa.Column("edited_by", sa.String(80), nullable=False),
        sa.Column("verdict", JSON, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("snoozed_until", sa.DateTime(timezone=True)),
        sa.Column("goes_at", sa.DateTime(timezone=True)),
        sa.Column("approved_by", sa.String(80), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True)),
        sa.Column("approval_until", sa.DateTime(timezone=True)),
        sa.Column("approved_fingerprint", sa.String(64), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True)),
        sa.Column("ended_by", sa.String(80), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ended_why", sa.String(500), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("message", sa.String(200), nullable=False),
        sa.Column("reaction", sa.String(32)),
        sa.Column("reacted_at", sa.DateTime(timezone=True)),
        sa.Column("goal_by", sa.Date(), nullable=False),
        sa.Column("goal_reached_on", sa.Date()),
        sa.Column("id", BIG_ID, nullable=False),
        sa.CheckConstraint(
            "length(account_key) >= 1", name=op.f("ck_outreach_account_key_min_length")
        ),
        sa.CheckConstraint(
            _CATEGORIES,
            name=op.f("ck_outreach_category_one_of"),
        ),
        sa.CheckConstraint(
            "channel = 'channel' OR channel = 'dm' OR channel = 'email'",
            name=op.f("ck_outreach_channel_one_of"),
        ),
        sa.CheckConstraint("length(key) >= 1", name=op.f("ck_outreach_key_min_length")),
        sa.CheckConstraint("length(play) >= 1", name=op.f("ck_outreach_play_min_length")),
        sa.CheckConstraint(
            "reaction = 'replied' OR reaction = 'positive' OR reaction = 'negative' OR "
            "reaction = 'opted_out'",
            name=op.f("ck_outreach_reaction_one_of"),
        ),
        sa.CheckConstraint(
            "state = 'drafted' OR state = 'approved' OR state = 'sent' OR state = 'in_doubt' OR "
            "state = 'dead' OR state = 'rejected' OR state = 'withdrawn' OR state = 'holdout'",
            name=op.f("ck_outreach_state_one_of"),
        ),
        sa.CheckConstraint(
            "tier = 'manual' OR tier = 'delayed' OR tier = 'automatic'",
            name=op.f("ck_outreach_tier_one_of"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outreach")),
        sa.UniqueConstraint("key", name=op.f("uq_outreach_key")),
    )
    op.create_index(
        op.f("ix_outreach_account_key_state_drafted_at"),
        "outreach",
        ["account_key", "state", "drafted_at"],
    )
    _create_partial_index(
        "ix_outreach_goal_open", "outreach", ["goal_by"], "goal_reached_on IS NULL"
    )
    _create_partial_index("ix_outreach_message", "outreach", ["message"], "message <> ''")
    op.create_index(op.f("ix_outreach_play_drafted_at"), "outreach", ["play", "drafted_at"])
    _create_partial_index("ix_outreach_sent", "outreach", ["sent_at"], "sent_at IS NOT NULL")
    op.create_index(op.f("ix_outreach_state_drafted_at"), "outreach", ["state", "drafted_at"])


def _create_stops() -> None:
    op.create_table(
        "pause",
        sa.Column("scope", sa.String(32), nullable=False),
        sa.Column("target", sa.String(80), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("why", sa.String(500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_by", sa.String(80), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True)),
        sa.Column("id", BIG_ID, nullable=False),
        sa.CheckConstraint("length(by) >= 1", name=op.f("ck_pause_by_min_length")),
        sa.CheckConstraint(
            "scope = 'all' OR scope = 'play' OR scope = 'account'",
            name=op.f("ck_pause_scope_one_of"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pause")),
    )
    _create_partial_index("ix_pause_in_force", "pause", ["at"], "lifted_at IS NULL")
    op.create_table(
        "suppression",
        sa.Column("account_key", sa.String(80), nullable=False),
        sa.Column("contact_key", sa.String(80), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("category", sa.String(32)),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("why", sa.String(500), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True)),
        sa.Column("lifted_by", sa.String(80), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.CheckConstraint(
            "length(account_key) >= 1", name=op.f("ck_suppression_account_key_min_length")
        ),
        sa.CheckConstraint(
            _CATEGORIES,
            name=op.f("ck_suppression_category_one_of"),
        ),
        sa.CheckConstraint(
            "kind = 'opt_out' OR kind = 'complaint' OR kind = 'bounced' OR "
            "kind = 'do_not_contact' OR kind = 'legal'",
            name=op.f("ck_suppression_kind_one_of"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppression")),
    )
    _create_partial_index(
        "ix_suppression_account", "suppression", ["account_key"], "lifted_at IS NULL"
    )
    _create_partial_index("ix_suppression_address", "suppression", ["address"], "lifted_at IS NULL")
    _create_partial_index(
        "uq_suppression_of_all",
        "suppression",
        ["account_key", "contact_key", "address", "kind"],
        "lifted_at IS NULL AND category IS NULL",
        unique=True,
    )
    _create_partial_index(
        "uq_suppression_of_category",
        "suppression",
        ["account_key", "contact_key", "address", "kind", "category"],
        "lifted_at IS NULL AND category IS NOT NULL",
        unique=True,
    )
    op.create_table(
        "play_tier",
        sa.Column("play", sa.String(80), nullable=False),
        sa.Column("tier", sa.String(32), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("why", sa.String(500), nullable=False),
        sa.Column("proposed", sa.String(32)),
        sa.CheckConstraint("length(play) >= 1", name=op.f("ck_play_tier_play_min_length")),
        sa.CheckConstraint(
            "proposed = 'manual' OR proposed = 'delayed' OR proposed = 'automatic'",
            name=op.f("ck_play_tier_proposed_one_of"),
        ),
        sa.CheckConstraint(
            "tier = 'manual' OR tier = 'delayed' OR tier = 'automatic'",
            name=op.f("ck_play_tier_tier_one_of"),
        ),
        sa.PrimaryKeyConstraint("play", name=op.f("pk_play_tier")),
    )


def _extend_posts() -> None:
    """Posts may carry outreach, and be cleared. SQLite builds the table anew, which is small:
    what was delivered is forgotten after some weeks."""
    _drop_post_indexes("ix_post_waiting", "ix_post_sending")
    with op.batch_alter_table("post") as post:
        post.add_column(sa.Column("outreach_id", BIG_ID))
        # An id of mail is longer than any of chat.
        post.alter_column("message", existing_type=sa.String(120), type_=sa.String(200))
        post.create_foreign_key(
            op.f("fk_post_outreach_id_outreach"), "outreach", ["outreach_id"], ["id"]
        )
        post.drop_constraint(op.f("ck_post_state_one_of"), type_="check")
        post.create_check_constraint(op.f("ck_post_state_one_of"), _STATES)
    _create_partial_index(
        "ix_post_waiting",
        "post",
        ["platform", "created_at", "id"],
        "state = 'waiting' AND outreach_id IS NULL",
    )
    _create_partial_index(
        "ix_post_waiting_outreach",
        "post",
        ["platform", "not_before"],
        "state = 'waiting' AND outreach_id IS NOT NULL",
    )
    _create_partial_index(
        "ix_post_cleared", "post", ["platform", "claimed_at"], "state = 'cleared'"
    )
    _create_partial_index(
        "ix_post_sending", "post", ["platform", "claimed_at"], "state = 'sending'"
    )
    _create_partial_index(
        "uq_post_outreach", "post", ["outreach_id"], "outreach_id IS NOT NULL", unique=True
    )


def _reduce_posts() -> None:
    """Posts of outreach go: what knows no outreach would send them without a review."""
    op.execute("DELETE FROM post WHERE outreach_id IS NOT NULL")
    _drop_post_indexes(
        "ix_post_waiting",
        "ix_post_waiting_outreach",
        "ix_post_cleared",
        "ix_post_sending",
        "uq_post_outreach",
    )
    with op.batch_alter_table("post") as post:
        post.alter_column("message", existing_type=sa.String(200), type_=sa.String(120))
        post.drop_constraint(op.f("ck_post_state_one_of"), type_="check")
        post.create_check_constraint(op.f("ck_post_state_one_of"), _STATES_BEFORE)
        post.drop_constraint(op.f("fk_post_outreach_id_outreach"), type_="foreignkey")
        post.drop_column("outreach_id")
    _create_partial_index(
        "ix_post_waiting", "post", ["platform", "created_at", "id"], "state = 'waiting'"
    )
    _create_partial_index(
        "ix_post_sending", "post", ["platform", "claimed_at"], "state = 'sending'"
    )


def _drop_post_indexes(*names: str) -> None:
    for name in names:
        op.drop_index(name, "post")


def _create_partial_index(
    name: str, table: str, columns: list[str], condition: str, *, unique: bool = False
) -> None:
    op.create_index(
        name,
        table,
        columns,
        unique=unique,
        sqlite_where=sa.text(condition),
        postgresql_where=sa.text(condition),
    )
