"""Which rows are about one person, or about one account."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from csm.naming import fold
from csm.people import PlaceKind, Role
from csm.privacy import KnownContact, Subject
from storage import tables
from storage.sql import AnyRow, id_list, is_among, text_list

Condition = ColumnElement[bool]
Triple = tuple[str, str, str]

# Posts that tell of a question, a case or an outreach begin with what they tell of, and its id.
_OF_QUESTIONS: Final = frozenset({"answer", "draft"})
_OF_CASES: Final = frozenset({"case"})
_OF_OUTREACH: Final = frozenset({"outreach", "outreach-draft", "reply", "bounce", "complaint"})
_OF_POSTS: Final = frozenset({"undelivered"})
_TOLD_OF: Final = re.compile(r"([a-z-]+):(\d+)(?::|$)")

_contact = tables.contact.c
_person = tables.person.c
_KNOWN = sa.select(
    _contact.id,
    _contact.account_id,
    tables.account.c.key,
    _contact.key,
    _contact.name,
    _contact.email,
).join_from(tables.contact, tables.account)


def contacts_where(connection: sa.Connection, condition: Condition) -> list[KnownContact]:
    """By account and key."""
    rows = connection.execute(_KNOWN.where(condition).order_by(tables.account.c.key, _contact.key))
    return [KnownContact(*row) for row in rows]


def contacts_called(connection: sa.Connection, text: str) -> list[KnownContact]:
    """Contacts with that e-mail address, else that `account/key`, else that name."""
    given = text.strip()
    if "@" in given and "/" not in given:
        return contacts_where(connection, _contact.email == given.lower())
    account_key, _, key = given.partition("/")
    if key:
        is_it = sa.and_(tables.account.c.key == account_key, _contact.key == key)
        found = contacts_where(connection, is_it)
        if found:
            return found
    wanted = fold(given)
    # Accents are folded by us, not by the database, so the names are looked through here.
    names = connection.execute(sa.select(_contact.id, _contact.name))
    ids = [row.id for row in names if fold(row.name) == wanted]
    return contacts_where(connection, among(connection, _contact.id, ids)) if ids else []


def subject_of(
    connection: sa.Connection, contacts: Collection[KnownContact], addresses: Collection[str]
) -> Subject:
    """The whole person behind these records and addresses."""
    wanted = {one.email for one in contacts if one.email} | {one.lower() for one in addresses}
    same = contacts_where(connection, among(connection, _contact.email, sorted(wanted)))
    every = {one.id: one for one in (*contacts, *same)}
    found = tuple(sorted(every.values(), key=lambda one: (one.account_key, one.key)))
    people = _people_of(connection, found, wanted)
    names = {one.name for one in found} | {row.name for row in people}
    users = _users_of(connection, [row.key for row in people])
    guests = {f"{platform}:{user}" for platform, _, user in users}
    person_keys = sorted({row.key for row in people} | guests)
    return Subject(
        contacts=found,
        addresses=tuple(sorted(wanted)),
        person_keys=tuple(person_keys),
        names=tuple(sorted(name.strip() for name in names if name.strip())),
        users=users,
        places=_direct_places(connection, person_keys),
        is_name_shared=_is_shared(connection, names, set(every), {row.key for row in people}),
    )


def _people_of(
    connection: sa.Connection, contacts: Collection[KnownContact], addresses: Collection[str]
) -> list[AnyRow]:
    """Customers' people with one of these addresses, or, where they have none, with the name of
    one of these contacts at their account."""
    rows = connection.execute(sa.select(tables.person).where(_person.role == Role.CONTACT)).all()
    names = {(one.account_key, fold(one.name)) for one in contacts}
    return [
        row
        for row in rows
        if row.email in addresses or (not row.email and (row.account_key, fold(row.name)) in names)
    ]


def _users_of(connection: sa.Connection, keys: Collection[str]) -> tuple[Triple, ...]:
    link = tables.person_link.c
    asked = sa.select(link.platform, link.workspace, link.user).where(
        among(connection, link.person_key, keys)
    )
    return tuple(sorted((row[0], row[1], row[2]) for row in connection.execute(asked)))


def _direct_places(connection: sa.Connection, person_keys: Collection[str]) -> tuple[Triple, ...]:
    """Direct messages in which they spoke."""
    place = tables.place.c
    found: set[Triple] = set()
    for table, who in (
        (tables.question, tables.question.c.asked_by),
        (tables.thread_line, tables.thread_line.c.person),
    ):
        spoken = table.c
        is_there = sa.and_(
            place.platform == spoken.platform,
            place.workspace == spoken.workspace,
            place.channel == spoken.channel,
        )
        asked = (
            sa.select(place.platform, place.workspace, place.channel)
            .join_from(tables.place, table, is_there)
            .where(place.kind == PlaceKind.DM, among(connection, who, person_keys))
        )
        found |= {(row[0], row[1], row[2]) for row in connection.execute(asked)}
    return tuple(sorted(found))


def _is_shared(
    connection: sa.Connection, names: Collection[str], own: set[int], own_people: set[str]
) -> bool:
    wanted = {fold(name) for name in names}
    contacts = connection.execute(sa.select(_contact.id, _contact.name))
    people = connection.execute(sa.select(_person.key, _person.name))
    return any(fold(row.name) in wanted for row in contacts if row.id not in own) or any(
        fold(row.name) in wanted for row in people if row.key not in own_people
    )


def among(
    connection: sa.Connection, column: ColumnElement[Any], values: Iterable[Any]
) -> Condition:
    """Whether the column holds one of the values: one parameter for any number of them."""
    given = list(values)
    is_number = isinstance(column.type, sa.Integer)
    text = id_list(connection, given) if is_number else text_list(map(str, given))
    return is_among(column, sa.literal(text, sa.String()))


def none_of(_scope: "Scope") -> None:
    """For tables of which no row is about anybody."""


@dataclass(frozen=True)
class Scope:
    """Ids and keys of everything that belongs to a person or to an account. `pairs` are keys of
    contacts as (account's, own)."""

    connection: sa.Connection
    account_ids: tuple[int, ...] = ()
    account_keys: tuple[str, ...] = ()
    contact_ids: tuple[int, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    addresses: tuple[str, ...] = ()
    person_keys: tuple[str, ...] = ()
    places: tuple[Triple, ...] = ()
    question_ids: tuple[int, ...] = ()
    case_ids: tuple[int, ...] = ()
    outreach_ids: tuple[int, ...] = ()
    post_ids: tuple[int, ...] = ()

    def among(self, column: ColumnElement[Any], values: Iterable[Any]) -> Condition:
        return among(self.connection, column, values)

    def in_places(self, table: sa.Table) -> Condition:
        return in_triples(table, self.places)


def in_triples(table: sa.Table, places: Collection[Triple]) -> Condition:
    """Rows of these places."""
    name = sa.tuple_(table.c.platform, table.c.workspace, table.c.channel)
    return name.in_(list(places)) if places else sa.false()


def paired(table: sa.Table, pairs: Collection[tuple[str, str]]) -> Condition:
    """Rows that name one of these contacts by account's key and own key."""
    name = sa.tuple_(table.c.account_key, table.c.contact_key)
    return name.in_(list(pairs)) if pairs else sa.false()


def scope_of_person(connection: sa.Connection, subject: Subject) -> Scope:
    asked = among(connection, tables.question.c.asked_by, subject.person_keys)
    questions = _ids(connection, tables.question, asked)
    cases = _ids(
        connection,
        tables.support_case,
        among(connection, tables.support_case.c.question_id, questions),
    )
    to_them = outreach_to(connection, subject)
    outreach = _ids(connection, tables.outreach, to_them)
    posts = _posts(connection, subject.person_keys, questions, cases, outreach)
    return Scope(
        connection,
        contact_ids=tuple(one.id for one in subject.contacts),
        pairs=subject.pairs,
        addresses=subject.addresses,
        person_keys=subject.person_keys,
        places=subject.places,
        question_ids=questions,
        case_ids=cases,
        outreach_ids=outreach,
        post_ids=posts,
    )


def scope_of_accounts(
    connection: sa.Connection, account_ids: Collection[int], account_keys: Collection[str]
) -> Scope:
    """Of all of these accounts together."""
    place, question, case = tables.place.c, tables.question.c, tables.support_case.c

    def of_them(column: ColumnElement[Any]) -> Condition:
        return among(connection, column, account_keys)

    person_keys = tuple(
        connection.execute(sa.select(_person.key).where(of_them(_person.account_key))).scalars()
    )
    places = connection.execute(
        sa.select(place.platform, place.workspace, place.channel).where(of_them(place.account_key))
    )
    questions = _ids(connection, tables.question, of_them(question.account_key))
    of_questions = among(connection, case.question_id, questions)
    is_case = sa.or_(of_them(case.account_key), of_questions)
    cases = _ids(connection, tables.support_case, is_case)
    outreach = _ids(connection, tables.outreach, of_them(tables.outreach.c.account_key))
    return Scope(
        connection,
        account_ids=tuple(account_ids),
        account_keys=tuple(account_keys),
        person_keys=person_keys,
        places=tuple((row[0], row[1], row[2]) for row in places),
        question_ids=questions,
        case_ids=cases,
        outreach_ids=outreach,
        post_ids=_posts(connection, person_keys, questions, cases, outreach),
    )


def outreach_to(connection: sa.Connection, subject: Subject) -> Condition:
    """Outreach that is, or was, for this person."""
    outreach = tables.outreach.c
    return sa.or_(
        paired(tables.outreach, subject.pairs),
        among(connection, sa.func.lower(outreach.address, type_=sa.String()), subject.addresses),
        among(connection, outreach.person_key, subject.person_keys),
    )


def _ids(connection: sa.Connection, table: sa.Table, condition: Condition) -> tuple[int, ...]:
    return tuple(connection.execute(sa.select(table.c.id).where(condition)).scalars())


def _posts(
    connection: sa.Connection,
    person_keys: Collection[str],
    questions: Collection[int],
    cases: Collection[int],
    outreach: Collection[int],
) -> tuple[int, ...]:
    """Posts to these people, and those that tell of these questions, cases and messages."""
    told = {
        **dict.fromkeys(_OF_QUESTIONS, frozenset(questions)),
        **dict.fromkeys(_OF_CASES, frozenset(cases)),
        **dict.fromkeys(_OF_OUTREACH, frozenset(outreach)),
    }
    post = tables.post.c
    rows = connection.execute(sa.select(post.id, post.key, post.person_key)).all()
    found = {
        row.id
        for row in rows
        if (row.person_key and row.person_key in person_keys) or _tells_of(row.key, told)
    }
    of_those = dict.fromkeys(_OF_POSTS, frozenset(found))
    return tuple(sorted(found | {row.id for row in rows if _tells_of(row.key, of_those)}))


def _tells_of(key: str, told: dict[str, frozenset[int]]) -> bool:
    match = _TOLD_OF.match(key)
    return match is not None and int(match[2]) in told.get(match[1], frozenset())
