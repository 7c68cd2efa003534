"""Accounts, their names, contacts, contracts, invoices and usage."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("aliases", sa.String(500), nullable=False),
        sa.Column("domain", sa.String(200), nullable=False),
        sa.Column("parent_key", sa.String(80)),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("segment", sa.String(80), nullable=False),
        sa.Column("tier", sa.String(80), nullable=False),
        sa.Column("touch", sa.String(32), nullable=False),
        sa.Column("industry", sa.String(80), nullable=False),
        sa.Column("region", sa.String(80), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("time_zone", sa.String(64), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("csm_email", sa.String(254), nullable=False),
        sa.Column("started_on", sa.Date()),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status = 'customer' OR status = 'trial' OR status = 'churned'",
            name=op.f("ck_account_status_one_of"),
        ),
        sa.CheckConstraint(
            "touch = 'high' OR touch = 'tech'", name=op.f("ck_account_touch_one_of")
        ),
        sa.CheckConstraint("length(currency) >= 3", name=op.f("ck_account_currency_min_length")),
        sa.CheckConstraint("length(key) >= 1", name=op.f("ck_account_key_min_length")),
        sa.CheckConstraint("length(name) >= 1", name=op.f("ck_account_name_min_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("key", name=op.f("uq_account_key")),
    )
    op.create_index(op.f("ix_account_csm_email"), "account", ["csm_email"])
    op.create_index(op.f("ix_account_segment"), "account", ["segment"])
    op.create_table(
        "account_name",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.CheckConstraint("length(folded) >= 1", name=op.f("ck_account_name_folded_min_length")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_account_name_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "folded", name=op.f("pk_account_name")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_account_name_folded"), "account_name", ["folded"])
    op.create_table(
        "feature",
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("is_key", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(key) >= 1", name=op.f("ck_feature_key_min_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feature")),
        sa.UniqueConstraint("key", name=op.f("uq_feature_key")),
    )
    op.create_table(
        "usage_day",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("feature_id", sa.Integer(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("active_users", sa.Integer()),
        sa.CheckConstraint("active_users <= 10000000", name=op.f("ck_usage_day_active_users_max")),
        sa.CheckConstraint("active_users >= 0", name=op.f("ck_usage_day_active_users_min")),
        sa.CheckConstraint("events <= 1000000000", name=op.f("ck_usage_day_events_max")),
        sa.CheckConstraint("events >= 0", name=op.f("ck_usage_day_events_min")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_usage_day_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["feature_id"],
            ["feature.id"],
            name=op.f("fk_usage_day_feature_id_feature"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("account_id", "day", "feature_id", name=op.f("pk_usage_day")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "contact",
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("time_zone", sa.String(64), nullable=False),
        sa.Column("consent", sa.Boolean(), nullable=False),
        sa.Column("last_active_on", sa.Date()),
        sa.Column("left_on", sa.Date()),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "role = 'sponsor' OR role = 'champion' OR role = 'admin' OR role = 'billing' OR "
            "role = 'user'",
            name=op.f("ck_contact_role_one_of"),
        ),
        sa.CheckConstraint("length(key) >= 1", name=op.f("ck_contact_key_min_length")),
        sa.CheckConstraint("length(name) >= 1", name=op.f("ck_contact_name_min_length")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_contact_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sa.UniqueConstraint("account_id", "key", name=op.f("uq_contact_account_id_key")),
    )
    op.create_table(
        "subscription",
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("product", sa.String(120), nullable=False),
        sa.Column("plan", sa.String(80), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("arr", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date()),
        sa.Column("renews_on", sa.Date()),
        sa.Column("term_months", sa.Integer(), nullable=False),
        sa.Column("auto_renew", sa.Boolean(), nullable=False),
        sa.Column("trial", sa.Boolean(), nullable=False),
        sa.Column("entitlements", sa.String(500), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("arr >= 0", name=op.f("ck_subscription_arr_min")),
        sa.CheckConstraint(
            "length(currency) >= 3", name=op.f("ck_subscription_currency_min_length")
        ),
        sa.CheckConstraint("length(key) >= 1", name=op.f("ck_subscription_key_min_length")),
        sa.CheckConstraint("seats <= 10000000", name=op.f("ck_subscription_seats_max")),
        sa.CheckConstraint("seats >= 0", name=op.f("ck_subscription_seats_min")),
        sa.CheckConstraint("term_months <= 120", name=op.f("ck_subscription_term_months_max")),
        sa.CheckConstraint("term_months >= 1", name=op.f("ck_subscription_term_months_min")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_subscription_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
        sa.UniqueConstraint("account_id", "key", name=op.f("uq_subscription_account_id_key")),
    )
    op.create_table(
        "invoice",
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("paid_on", sa.Date()),
        sa.Column("failed_on", sa.Date()),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_invoice_amount_min")),
        sa.CheckConstraint("length(currency) >= 3", name=op.f("ck_invoice_currency_min_length")),
        sa.CheckConstraint("length(key) >= 1", name=op.f("ck_invoice_key_min_length")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_invoice_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
        sa.UniqueConstraint("account_id", "key", name=op.f("uq_invoice_account_id_key")),
    )
    op.create_table(
        "feed",
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("reaches_to", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_feed")),
    )


def downgrade() -> None:
    op.drop_table("feed")
    op.drop_table("invoice")
    op.drop_table("subscription")
    op.drop_table("contact")
    op.drop_table("usage_day")
    op.drop_table("feature")
    op.drop_table("account_name")
    op.drop_table("account")
