"""What the parts of a reader share."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.base import Executable

from csm.customer_names import CustomerNames
from csm.health import Cta, Finding, Health
from csm.ports import StoredCta
from storage import tables
from storage.prepared_names import Names, prepared_names
from storage.sql import AnyRow, columns_of, id_list

FINDING_COLUMNS = columns_of(Finding, tables.finding)
HEALTH_COLUMNS = columns_of(Health, tables.health)
CTA_COLUMNS = columns_of(Cta, tables.cta)

STORED_CTAS = sa.select(tables.cta.c.id, tables.account.c.name, *CTA_COLUMNS).join_from(
    tables.cta, tables.account
)

# Written out, not a parameter: SQLite uses a partial index only where it can read its condition.
CTA_NOT_CLOSED = tables.cta.c.status != sa.literal_column("'closed'")
_NAMES_REVISION = sa.select(tables.names_state.c.revision).where(
    tables.names_state.c.id == sa.bindparam("whose", type_=sa.Integer())
)


class ReaderPart:
    """A connection in a unit of work, and how questions are put to it."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def _rows(self, question: Executable, **values: Any) -> Sequence[AnyRow]:
        return self._connection.execute(question, values).all()

    def _row(self, question: Executable, **values: Any) -> AnyRow | None:
        return self._connection.execute(question, values).first()

    def _ids(self, account_ids: Sequence[int]) -> str:
        return id_list(self._connection, account_ids)

    def _prepared_names(
        self, whose: Names, read: Callable[[], Iterable[tuple[str, str]]]
    ) -> CustomerNames:
        row = self._row(_NAMES_REVISION, whose=whose)
        revision = row[0] if row else 0
        return prepared_names(self._connection.engine, whose, revision, read)


def build_health(row: AnyRow, skip: int = 0) -> Health:
    """Health from a row; JSON knows no tuples, so its measures are made anew."""
    values = dict(zip(Health.model_fields, row[skip:], strict=False))
    values["measures"] = {key: (pair[0], pair[1]) for key, pair in values["measures"].items()}
    return Health.model_construct(**values)


def build_stored_cta(row: AnyRow) -> StoredCta:
    """A CTA with its id and its account's name, from a row of STORED_CTAS."""
    return StoredCta(
        row[0], row[1], Cta.model_construct(**dict(zip(Cta.model_fields, row[2:], strict=True)))
    )
