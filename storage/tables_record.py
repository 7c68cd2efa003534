"""The tables of what is imported about customers. Deleting an account deletes its whole record.

Every kind of record is unique by (account, key), which is also the index for one account's rows.
"""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field

from csm.account import (
    Account,
    Advocacy,
    Contact,
    Feature,
    Interaction,
    Invoice,
    Milestone,
    Objective,
    Subscription,
    Survey,
    Ticket,
    Training,
)
from csm.ports import RECORD_KINDS
from storage.columns import BigId, Row, stored

_HAS_EMAIL = sa.text("email <> ''")
_IS_OPEN = sa.text("closed_at IS NULL")
_IS_CONTRACT_CHANGE = sa.text("topic = 'contract_change'")


class OfAccount(Row):
    """The columns by which a record belongs to an account."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    account_id: int = Field(foreign_key="account.id", ondelete="CASCADE")


@stored
class AccountRow(Row, Account, table=True):
    __tablename__ = "account"
    __table_args__ = (
        sa.UniqueConstraint("key"),
        sa.Index(None, "csm_email"),
        sa.Index(None, "segment"),
    )

    id: int | None = Field(default=None, primary_key=True)


@stored
class AccountNameRow(Row, table=True):
    """A way to call an account, folded: its key, name, aliases, domain and the domain's label."""

    __tablename__ = "account_name"
    __table_args__ = (
        sa.PrimaryKeyConstraint("account_id", "folded"),
        sa.Index(None, "folded"),
        {"sqlite_with_rowid": False},
    )

    account_id: int = Field(foreign_key="account.id", ondelete="CASCADE", primary_key=True)
    folded: str = Field(primary_key=True, min_length=1)
    name: str


@stored
class NamesStateRow(Row, table=True):
    """How often names changed: a row for each kind, see `storage.prepared_names.Names`."""

    __tablename__ = "names_state"

    id: int = Field(primary_key=True)
    revision: int = Field(ge=0)


@stored
class FeatureRow(Row, Feature, table=True):
    __tablename__ = "feature"
    __table_args__ = (sa.UniqueConstraint("key"),)

    id: int | None = Field(default=None, primary_key=True)


@stored
class ContactRow(OfAccount, Contact, table=True):
    __tablename__ = "contact"
    __table_args__ = (
        sa.UniqueConstraint("account_id", "key"),
        sa.Index("ix_contact_email", "email", sqlite_where=_HAS_EMAIL, postgresql_where=_HAS_EMAIL),
    )


@stored
class SubscriptionRow(OfAccount, Subscription, table=True):
    __tablename__ = "subscription"
    __table_args__ = (sa.UniqueConstraint("account_id", "key"),)


@stored
class UsageDayRow(Row, table=True):
    """`csm.account.UsageDay`, with the feature's name kept once, in its own table."""

    __tablename__ = "usage_day"
    # Millions of narrow rows, always asked for by account and days: the key is the table.
    __table_args__ = (
        sa.PrimaryKeyConstraint("account_id", "day", "feature_id"),
        {"sqlite_with_rowid": False},
    )

    account_id: int = Field(foreign_key="account.id", ondelete="CASCADE", primary_key=True)
    day: date = Field(primary_key=True)
    feature_id: int = Field(foreign_key="feature.id", ondelete="RESTRICT", primary_key=True)
    events: int = Field(ge=0, le=1_000_000_000)
    active_users: int | None = Field(default=None, ge=0, le=10_000_000)


@stored
class TicketRow(OfAccount, Ticket, table=True):
    __tablename__ = "ticket"
    __table_args__ = (
        sa.UniqueConstraint("account_id", "key"),
        sa.Index("ix_ticket_open", "account_id", sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
    )


@stored
class SurveyRow(OfAccount, Survey, table=True):
    __tablename__ = "survey"
    __table_args__ = (
        sa.UniqueConstraint("account_id", "key"),
        sa.Index(None, "account_id", "answered_on"),
        sa.CheckConstraint("kind <> 'csat' OR score BETWEEN 1 AND 5", name="csat_scale"),
    )


@stored
class InvoiceRow(OfAccount, Invoice, table=True):
    __tablename__ = "invoice"
    __table_args__ = (sa.UniqueConstraint("account_id", "key"),)


@stored
class ObjectiveRow(OfAccount, Objective, table=True):
    __tablename__ = "objective"
    __table_args__ = (sa.UniqueConstraint("account_id", "key"),)


@stored
class InteractionRow(OfAccount, Interaction, table=True):
    __tablename__ = "interaction"
    __table_args__ = (
        sa.UniqueConstraint("account_id", "key"),
        sa.Index(None, "account_id", "at"),
        sa.Index(
            "ix_interaction_contract_change",
            "account_id",
            "at",
            sqlite_where=_IS_CONTRACT_CHANGE,
            postgresql_where=_IS_CONTRACT_CHANGE,
        ),
    )


@stored
class MilestoneRow(OfAccount, Milestone, table=True):
    __tablename__ = "milestone"
    __table_args__ = (sa.UniqueConstraint("account_id", "key"),)


@stored
class TrainingRow(OfAccount, Training, table=True):
    __tablename__ = "training"
    __table_args__ = (sa.UniqueConstraint("account_id", "key"),)


@stored
class AdvocacyRow(OfAccount, Advocacy, table=True):
    __tablename__ = "advocacy"
    __table_args__ = (sa.UniqueConstraint("account_id", "key"),)


@stored
class FeedRow(Row, table=True):
    """The newest day that each kind of record reaches to."""

    __tablename__ = "feed"

    kind: str = Field(primary_key=True, max_length=40)
    reaches_to: date


KIND_ROWS: dict[str, type[Row]] = dict(
    zip(
        RECORD_KINDS,
        (
            AccountRow,
            FeatureRow,
            ContactRow,
            SubscriptionRow,
            UsageDayRow,
            TicketRow,
            SurveyRow,
            InvoiceRow,
            ObjectiveRow,
            InteractionRow,
            MilestoneRow,
            TrainingRow,
            AdvocacyRow,
        ),
        strict=True,
    )
)
