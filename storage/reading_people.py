"""Who people are, and what places they speak in."""

from datetime import datetime

import sqlalchemy as sa

from csm.people import Audience, Place, Principal
from storage import tables
from storage.reading_base import ReaderPart
from storage.sql import AnyRow

_person = tables.person.c
_link = tables.person_link.c
_place = tables.place.c

PERSON_COLUMNS = (
    _person.key,
    _person.name,
    _person.role,
    _person.email,
    _person.account_key,
    _person.time_zone,
)
PEOPLE = sa.select(*PERSON_COLUMNS)
_ALL_PEOPLE = PEOPLE.order_by(_person.key)
_BY_KEY = PEOPLE.where(_person.key == sa.bindparam("key", type_=sa.String()))
_BY_EMAIL = PEOPLE.where(
    _person.email == sa.bindparam("email", type_=sa.String()),
    sa.text("email <> ''"),  # the condition of the index
)
_BY_PLATFORM_ID = PEOPLE.join_from(tables.person, tables.person_link).where(
    _link.platform == sa.bindparam("platform", type_=sa.String()),
    _link.workspace == sa.bindparam("workspace", type_=sa.String()),
    _link.user == sa.bindparam("user", type_=sa.String()),
)

_ALL_PLACES = sa.select(tables.place).order_by(_place.platform, _place.workspace, _place.channel)
_PLACE = sa.select(tables.place).where(
    _place.platform == sa.bindparam("platform", type_=sa.String()),
    _place.workspace == sa.bindparam("workspace", type_=sa.String()),
    _place.channel == sa.bindparam("channel", type_=sa.String()),
)


class PeopleReader(ReaderPart):
    """The part of `csm.ports.Reader` that knows people and places."""

    _one_place = _PLACE

    def person(self, key: str) -> Principal | None:
        row = self._row(_BY_KEY, key=key)
        return Principal(*row) if row else None

    def person_by_email(self, email: str) -> Principal | None:
        row = self._row(_BY_EMAIL, email=email.strip().lower())
        return Principal(*row) if row else None

    def person_by_platform_id(self, platform: str, workspace: str, user: str) -> Principal | None:
        row = self._row(_BY_PLATFORM_ID, platform=platform, workspace=workspace, user=user)
        return Principal(*row) if row else None

    def people(self) -> list[Principal]:
        return [Principal(*row) for row in self._rows(_ALL_PEOPLE)]

    def place(self, platform: str, workspace: str, channel: str) -> Place | None:
        row = self._row(self._one_place, platform=platform, workspace=workspace, channel=channel)
        return build_place(row) if row else None

    def audience_checked_at(self, platform: str, workspace: str, channel: str) -> datetime | None:
        row = self._row(_PLACE, platform=platform, workspace=workspace, channel=channel)
        checked_at: datetime | None = row.checked_at if row else None
        return checked_at

    def places(self) -> list[Place]:
        return [build_place(row) for row in self._rows(_ALL_PLACES)]


def build_place(row: AnyRow) -> Place:
    return Place(
        platform=row.platform,
        workspace=row.workspace,
        channel=row.channel,
        kind=row.kind,
        audience=Audience(row.audience, row.account_key),
        name=row.name,
    )
