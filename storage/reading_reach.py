"""Whom outreach may be sent to and where, and what stops it."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date

import sqlalchemy as sa

from csm.account import Feature
from csm.customer_names import CustomerNames
from csm.pause import Pause
from csm.people import Place, Principal
from csm.plain_words import words
from csm.ports_outreach import StoredPause, StoredSuppression
from csm.suppression import Suppression
from storage import tables
from storage.prepared_names import Names
from storage.reading_base import ReaderPart
from storage.reading_people import PEOPLE, build_place
from storage.sql import IDS, AnyRow, build, columns_of, is_among, text_list

_pause = tables.pause.c
_suppression = tables.suppression.c
_contact = tables.contact.c
_person = tables.person.c
_link = tables.person_link.c
_place = tables.place.c
_feature = tables.feature.c
_usage = tables.usage_day.c

# One word alone is the first name of too many people.
_LEAST_WORDS_OF_NAME = 2

_ACCOUNT_KEY = sa.bindparam("account_key", type_=sa.String())
_ACCOUNT_KEYS = sa.bindparam("account_keys", type_=sa.String())

PAUSES = (
    sa.select(_pause.id, *columns_of(Pause, tables.pause))
    .where(_pause.lifted_at.is_(None))
    .order_by(_pause.at, _pause.id)
)
SUPPRESSIONS = (
    sa.select(_suppression.id, *columns_of(Suppression, tables.suppression))
    .where(_suppression.lifted_at.is_(None))
    .order_by(_suppression.at, _suppression.id)
)
_SUPPRESSIONS_OF_ACCOUNT = SUPPRESSIONS.where(_suppression.account_key == _ACCOUNT_KEY)
_IN_FORCE = sa.select(_suppression.id, _suppression.account_key, _suppression.address).where(
    _suppression.lifted_at.is_(None)
)
# Each half by an index of its own.
_OBJECTIONS = sa.union(
    _IN_FORCE.where(is_among(_suppression.account_key, _ACCOUNT_KEYS)),
    _IN_FORCE.where(is_among(_suppression.address, sa.bindparam("addresses", type_=sa.String()))),
)

_CONTACT_NAMES = sa.select(tables.account.c.key, _contact.name, _contact.email).join_from(
    tables.contact, tables.account
)
_PEOPLE_OF_ACCOUNTS = PEOPLE.where(is_among(_person.account_key, _ACCOUNT_KEYS)).order_by(
    _person.key
)
_PLATFORMS_OF_ACCOUNTS = (
    sa.select(_link.person_key, _link.platform)
    .join_from(tables.person_link, tables.person, _person.key == _link.person_key)
    .where(is_among(_person.account_key, _ACCOUNT_KEYS))
    .distinct()
)
_SHARED_PLACES = (
    sa.select(tables.place)
    .where(
        is_among(_place.account_key, _ACCOUNT_KEYS),
        _place.kind == sa.literal_column("'channel'"),
        _place.audience == sa.literal_column("'customer'"),
    )
    .order_by(_place.platform, _place.workspace, _place.channel)
)
_FEATURES = sa.select(*columns_of(Feature, tables.feature)).order_by(_feature.key)
_FEATURES_USED = (
    sa.select(_usage.account_id, _feature.key)
    .join_from(tables.usage_day, tables.feature)
    .where(
        is_among(_usage.account_id, IDS),
        _usage.day >= sa.bindparam("since", type_=sa.Date()),
        _usage.day <= sa.bindparam("until", type_=sa.Date()),
        _usage.events > 0,
    )
    .distinct()
)


class ReachReader(ReaderPart):
    """The part of `csm.ports_outreach.OutreachReader` that is about stops, people and places."""

    def pauses(self) -> list[StoredPause]:
        return list(map(build_stored_pause, self._rows(PAUSES)))

    def suppressions(self, account_key: str) -> list[StoredSuppression]:
        rows = self._rows(_SUPPRESSIONS_OF_ACCOUNT, account_key=account_key)
        return list(map(_stored_suppression, rows))

    def objections(
        self, account_keys: Collection[str], addresses: Collection[str]
    ) -> set[tuple[int, str, str]]:
        asked = {
            "account_keys": text_list(sorted(account_keys)),
            "addresses": text_list(sorted(set(addresses) - {""})),
        }
        return {(row[0], row[1], row[2]) for row in self._rows(_OBJECTIONS, **asked)}

    def contact_names(self) -> CustomerNames:
        return self._prepared_names(Names.CONTACTS, self._names_of_contacts)

    def people_of_accounts(self, account_keys: Collection[str]) -> dict[str, list[Principal]]:
        people: defaultdict[str, list[Principal]] = defaultdict(list)
        for row in self._rows(_PEOPLE_OF_ACCOUNTS, account_keys=text_list(sorted(account_keys))):
            people[row.account_key].append(Principal(*row))
        return dict(people)

    def platforms_of_accounts(self, account_keys: Collection[str]) -> dict[str, frozenset[str]]:
        keys = text_list(sorted(account_keys))
        platforms: defaultdict[str, set[str]] = defaultdict(set)
        for person_key, platform in self._rows(_PLATFORMS_OF_ACCOUNTS, account_keys=keys):
            platforms[person_key].add(platform)
        return {person_key: frozenset(known) for person_key, known in platforms.items()}

    def shared_places(self, account_keys: Collection[str]) -> dict[str, list[Place]]:
        places: defaultdict[str, list[Place]] = defaultdict(list)
        for row in self._rows(_SHARED_PLACES, account_keys=text_list(sorted(account_keys))):
            places[row.account_key].append(build_place(row))
        return dict(places)

    def features(self) -> list[Feature]:
        return [build(Feature, row) for row in self._rows(_FEATURES)]

    def features_used(
        self, account_ids: Collection[int], since: date, until: date
    ) -> dict[int, frozenset[str]]:
        ids = self._ids(sorted(account_ids))
        used: dict[int, set[str]] = {}
        for account_id, key in self._rows(_FEATURES_USED, ids=ids, since=since, until=until):
            used.setdefault(account_id, set()).add(key)
        return {account_id: frozenset(keys) for account_id, keys in used.items()}

    def _names_of_contacts(self) -> Iterator[tuple[str, str]]:
        for account_key, name, email in self._rows(_CONTACT_NAMES):
            if len(words(name)) >= _LEAST_WORDS_OF_NAME:
                yield account_key, name
            if email:
                yield account_key, email


def build_stored_pause(row: AnyRow) -> StoredPause:
    return StoredPause(id=row[0], pause=build(Pause, row, skip=1))


def _stored_suppression(row: AnyRow) -> StoredSuppression:
    return StoredSuppression(id=row[0], suppression=build(Suppression, row, skip=1))
