"""What the parts of a writer share."""

from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel
from sqlalchemy.dialects import postgresql, sqlite

from csm.errors import NotFound
from storage.encoding import storable
from storage.reading_base import ReaderPart


def values_of(model: BaseModel) -> dict[str, Any]:
    """The fields of a domain model, as its columns take them."""
    return {name: storable(value) for name, value in model.model_dump().items()}


class WriterPart(ReaderPart):
    """A connection in a transaction, and how rows are put into it."""

    def _insert(self, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
        is_sqlite = self._connection.dialect.name == "sqlite"
        return sqlite.insert(table) if is_sqlite else postgresql.insert(table)

    def _is_first(self, table: sa.Table, **values: Any) -> bool:
        claim = self._insert(table).values(**values).on_conflict_do_nothing()
        options = {"preserve_rowcount": True}  # which SQLAlchemy forgets after an INSERT
        return self._connection.execute(claim, execution_options=options).rowcount == 1

    def _add(self, table: sa.Table, model: BaseModel) -> int | None:
        """The id of a new row; None when one with its key is there, or was just written."""
        insert = self._insert(table).values(**values_of(model)).on_conflict_do_nothing()
        added: int | None = self._connection.execute(insert.returning(table.c.id)).scalar()
        return added

    def _change(self, table: sa.Table, row_id: int, model: BaseModel, what: str) -> None:
        """Replace a row by id. Raises NotFound when it is not there."""
        update = sa.update(table).where(table.c.id == sa.literal(row_id, sa.BigInteger()))
        if self._connection.execute(update.values(**values_of(model))).rowcount != 1:
            raise NotFound(f"That {what} is no longer there.")
