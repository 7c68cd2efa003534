"""The tables of people, places, and what was already seen."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from csm.people import AudienceKind, PlaceKind, Role
from storage.columns import Row, stored

_IS_OF_ACCOUNT = sa.text("account_key IS NOT NULL")


@stored
class PersonRow(Row, table=True):
    """`csm.people.Principal`. `account_key` may name an account that is imported later."""

    __tablename__ = "person"
    __table_args__ = (
        sa.Index(
            "uq_person_email",
            "email",
            unique=True,
            sqlite_where=sa.text("email <> ''"),
            postgresql_where=sa.text("email <> ''"),
        ),
        sa.Index(
            "ix_person_account_key",
            "account_key",
            sqlite_where=_IS_OF_ACCOUNT,
            postgresql_where=_IS_OF_ACCOUNT,
        ),
    )

    key: str = Field(primary_key=True, min_length=1, max_length=80)
    name: str = Field(max_length=200)
    role: Role
    email: str = Field(default="", max_length=254)
    account_key: str | None = Field(default=None, max_length=80)
    time_zone: str = Field(default="UTC", max_length=64)


@stored
class PersonLinkRow(Row, table=True):
    """Who somebody is on a platform."""

    __tablename__ = "person_link"
    __table_args__ = (
        sa.PrimaryKeyConstraint("platform", "workspace", "user"),
        sa.Index(None, "person_key"),
    )

    platform: str = Field(primary_key=True, max_length=40)
    workspace: str = Field(primary_key=True, max_length=120)
    user: str = Field(primary_key=True, max_length=120)
    person_key: str = Field(foreign_key="person.key", ondelete="CASCADE", max_length=80)


@stored
class PlaceRow(Row, table=True):
    """`csm.people.Place`, and when its audience was worked out: never, if that is empty."""

    __tablename__ = "place"
    __table_args__ = (
        sa.PrimaryKeyConstraint("platform", "workspace", "channel"),
        sa.Index(
            "ix_place_account_key",
            "account_key",
            sqlite_where=_IS_OF_ACCOUNT,
            postgresql_where=_IS_OF_ACCOUNT,
        ),
        sa.CheckConstraint(
            "account_key IS NULL OR audience = 'customer'", name="account_only_of_customer"
        ),
    )

    platform: str = Field(primary_key=True, max_length=40)
    workspace: str = Field(primary_key=True, max_length=120)
    channel: str = Field(primary_key=True, max_length=200)
    kind: PlaceKind
    audience: AudienceKind
    account_key: str | None = Field(default=None, max_length=80)
    name: str = Field(default="", max_length=200)
    checked_at: datetime | None = None


@stored
class SeenEventRow(Row, table=True):
    """Events of a platform that somebody already answers."""

    __tablename__ = "seen_event"
    __table_args__ = (
        sa.PrimaryKeyConstraint("platform", "event_id"),
        {"sqlite_with_rowid": False},
    )

    platform: str = Field(primary_key=True, max_length=40)
    event_id: str = Field(primary_key=True, max_length=200)
    at: datetime
