"""A look at every text of every table for one person's names and addresses.

The database looks first, for runs of plain letters, and where names are looked for also for texts
in which letters may be written otherwise; what it finds is read and looked at closely.
"""

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from csm.needles import ERASED, WRITTEN_OTHERWISE, Needles
from csm.privacy import ERASED_KEY
from storage import tables
from storage.privacy_scope import Condition
from storage.privacy_tables import ABOUT, About
from storage.sql import AnyRow

# Tables with a way of their own, and those that no personal data is in.
_ELSEWHERE: Final = frozenset(
    {"audit", "audit_head", "document", "chunk", "erasure", "erased_mark", "erasure_secret"}
)
_ESCAPE: Final = "\\"
_SHORT: Final = 16
# Rows at a time.
_STREAMED: Final = 500


@dataclass(frozen=True, slots=True)
class Hit:
    """A row that names the person: its key, and the columns that do, as they are and cleaned."""

    table: sa.Table
    key: tuple[Any, ...]
    before: dict[str, Any]
    after: dict[str, Any]


def swept_tables() -> list[tuple[sa.Table, About]]:
    return [
        (table, ABOUT[table.name])
        for table in tables.metadata.sorted_tables
        if table.name not in _ELSEWHERE and ABOUT[table.name].columns
    ]


def hits(
    connection: sa.Connection,
    table: sa.Table,
    about: About,
    needles: Needles,
    secret: str,
    limit: Condition | None = None,
) -> Iterator[Hit]:
    """Rows of the table that name them. What names somebody is looked at for addresses alone: the
    name may be a namesake's there. What takes the place of a key hangs on the key and the
    secret."""
    plainly = [*about.words.split(), *about.keys.split()]
    addresses = Needles(addresses=needles.addresses, ids=needles.ids)
    wanted = dict.fromkeys(plainly, needles)
    wanted |= dict.fromkeys((*about.named.split(), *about.people.split()), addresses)
    keys = set(about.keys.split()) | {
        column.name for column in table.primary_key if column.name in wanted
    }
    own = list(table.primary_key)
    for row in _candidates(connection, table, wanted, own, limit):
        after = dict[str, Any]()
        for name, value in zip(wanted, row[len(own) :], strict=True):
            clean = _cleaned(wanted[name], value, table.c[name], secret if name in keys else None)
            if clean != value:
                after[name] = clean
        if after:
            before = dict(zip(wanted, row[len(own) :], strict=True))
            yield Hit(table, tuple(row[: len(own)]), {name: before[name] for name in after}, after)


def write_hits(connection: sa.Connection, found: Sequence[Hit]) -> None:
    for hit in found:
        own = zip(hit.table.primary_key, hit.key, strict=True)
        update = sa.update(hit.table).where(*(column == value for column, value in own))
        connection.execute(update.values(**hit.after))


def looks_like(table: sa.Table, columns: Sequence[str], needles: Needles) -> Condition:
    """Rows that may name them, and few others."""
    patterns = [f"%{'%'.join(map(_escaped, runs))}%" for runs in needles.hints]
    texts = [sa.cast(table.c[name], sa.Text()) for name in columns]
    hinted: list[Condition] = [
        text.ilike(one, escape=_ESCAPE) for text in texts for one in patterns
    ]
    if needles.may_be_written_otherwise:
        hinted += [text.regexp_match(WRITTEN_OTHERWISE) for text in texts]
    return sa.or_(sa.false(), *hinted)


def _escaped(run: str) -> str:
    return run.replace("_", f"{_ESCAPE}_").replace("%", f"{_ESCAPE}%")


def _candidates(
    connection: sa.Connection,
    table: sa.Table,
    wanted: dict[str, Needles],
    own: Sequence[sa.Column[Any]],
    limit: Condition | None,
) -> Iterator[AnyRow]:
    question = sa.select(*own, *(table.c[name] for name in wanted))
    conditions = [looks_like(table, [name], needles) for name, needles in wanted.items()]
    question = question.where(sa.or_(sa.false(), *conditions))
    if limit is not None:
        question = question.where(limit)
    options = {"stream_results": True, "yield_per": _STREAMED}
    with connection.execute(question, execution_options=options) as rows:
        yield from rows


def _cleaned(needles: Needles, value: Any, column: sa.Column[Any], secret: str | None) -> Any:
    """`secret` for a key."""
    if not isinstance(value, str):
        return needles.clean_json(value)
    clean = needles.clean(value)
    if clean == value:
        return value
    length = getattr(column.type, "length", None) or len(clean) + len(value)
    if secret is None:
        return clean[:length]
    # One of its kind still, whatever else is cleaned.
    digest = hmac.new(secret.encode(), value.encode(), hashlib.sha256).hexdigest()[:_SHORT]
    whole = clean.replace(ERASED, f"{ERASED_KEY}{digest}")
    return whole if len(whole) <= length else f"{ERASED_KEY}{digest}"
