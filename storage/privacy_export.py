"""Everything that is held about an account or a person, table by table."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from enum import Enum
from typing import Any, Final

import sqlalchemy as sa

from csm.erased_text import at_their_accounts, everywhere
from csm.needles import Needles
from csm.privacy import Section, Subject
from storage import tables
from storage.privacy_scope import Scope, scope_of_accounts, scope_of_person
from storage.privacy_sweep import hits, looks_like, swept_tables
from storage.privacy_tables import ABOUT, About
from storage.sql import AnyRow

_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+|\n+")
_LIBRARY: Final = ("document", "chunk")
_MENTIONS: Final = Section(
    "mentions",
    "Other texts that name the person: where, and the sentences that do.",
    [],
)


def of_account(connection: sa.Connection, account_id: int, account_key: str) -> list[Section]:
    scope = scope_of_accounts(connection, [account_id], [account_key])
    sections = []
    for table in tables.metadata.sorted_tables:
        about = ABOUT[table.name]
        condition = about.of_account(scope)
        if condition is None:
            continue
        rows = [_shown(table, row) for row in _rows(connection, table, condition)]
        if about.shape is not None:
            rows = [one for row in rows if (one := about.shape(row, scope)) is not None]
        sections.append(Section(about.section, about.meaning, rows))
    return sections


def of_person(connection: sa.Connection, subject: Subject) -> list[Section]:
    scope = scope_of_person(connection, subject)
    sections, shown = [], dict[str, set[tuple[Any, ...]]]()
    for table in tables.metadata.sorted_tables:
        about = ABOUT[table.name]
        condition = about.of_person(scope)
        if condition is None:
            continue
        found = _rows(connection, table, condition)
        shown[table.name] = {_key(table, row) for row in found}
        untold = set(about.untold.split())
        rows = [
            {name: value for name, value in _shown(table, row).items() if name not in untold}
            for row in found
        ]
        sections.append(Section(about.section, about.meaning, rows))
    mentions = list(_mentions(connection, subject, shown))
    return [*sections, Section(_MENTIONS.title, _MENTIONS.meaning, mentions)]


def _rows(
    connection: sa.Connection, table: sa.Table, condition: sa.ColumnElement[bool]
) -> list[AnyRow]:
    question = sa.select(table).where(condition).order_by(*table.primary_key)
    return list(connection.execute(question))


def _key(table: sa.Table, row: AnyRow) -> tuple[Any, ...]:
    return tuple(row._mapping[column] for column in table.primary_key)


def _shown(table: sa.Table, row: AnyRow) -> dict[str, Any]:
    return {column.name: _plain(row._mapping[column]) for column in table.c}


def _plain(value: Any) -> Any:
    match value:
        case Enum():
            return value.value
        case datetime() | date():
            return value.isoformat()
        case _:
            return value


def _mentions(
    connection: sa.Connection, subject: Subject, shown: dict[str, set[tuple[Any, ...]]]
) -> Iterator[dict[str, Any]]:
    """What else names them: the sentences that do, not the texts around, which are of others."""
    accounts = scope_of_accounts(connection, subject.account_ids, subject.account_keys)
    seen: set[tuple[Any, ...]] = set()
    for table, about in swept_tables():
        for needles, condition in _looks(subject, about, accounts):
            for hit in hits(connection, table, about, needles, "", condition):
                place = (table.name, hit.key)
                if hit.key in shown.get(table.name, set()) or place in seen:
                    continue
                seen.add(place)
                for name, value in hit.before.items():
                    yield _mention(table.name, hit.key, name, value, needles)
    yield from _in_library(connection, subject)


def _looks(
    subject: Subject, about: About, accounts: Scope
) -> Iterator[tuple[Needles, sa.ColumnElement[bool] | None]]:
    yield everywhere(subject), None
    condition = about.of_account(accounts)
    if condition is not None and subject.contacts:
        yield at_their_accounts(subject), condition


def _in_library(connection: sa.Connection, subject: Subject) -> Iterator[dict[str, Any]]:
    needles = everywhere(subject)
    for table in (tables.metadata.tables[name] for name in _LIBRARY):
        columns = [name for name in ABOUT[table.name].columns if name != "fingerprint"]
        for row in _rows(connection, table, looks_like(table, columns, needles)):
            for name in columns:
                value = row._mapping[table.c[name]]
                if needles.clean_json(value) != value:
                    yield _mention(table.name, _key(table, row), name, value, needles)


def _mention(
    table: str, key: tuple[Any, ...], column: str, value: Any, needles: Needles
) -> dict[str, Any]:
    about = ABOUT[table]
    sentences = [
        sentence
        for text in _texts(value)
        for sentence in _SENTENCE.split(text)
        if needles.are_in(sentence)
    ]
    return {
        "where": about.section or table,
        "record": [_plain(one) for one in key],
        "field": column,
        "sentences": sentences,
    }


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list() | tuple():
            for one in value:
                yield from _texts(one)
        case dict():
            for key, one in value.items():
                yield key
                yield from _texts(one)
