"""The audit, appended to."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from csm.audit import AuditEntry, Chained, Head, chained
from storage import tables
from storage.encoding import storable
from storage.reading_audit import HEAD, AuditReader
from storage.writing_base import WriterPart

_OWN_HEAD = HEAD.with_for_update()
_MOVE_HEAD = sa.update(tables.audit_head).where(tables.audit_head.c.id == sa.literal_column("1"))
_APPEND = sa.insert(tables.audit)


class AuditWriter(AuditReader, WriterPart):
    """The part of `csm.ports_outreach.OutreachWriter` that is the audit."""

    # Where this transaction has moved it, which nobody else can until it ends.
    _head: Head | None = None

    def audit(self, entry: AuditEntry) -> Chained:
        return self.audit_all([entry])[0]

    def audit_all(self, entries: Iterable[AuditEntry]) -> list[Chained]:
        links = list[Chained]()
        for kept in map(_kept, entries):
            self._head = self._head or self._own_head()
            links.append(chained(kept, self._head))
            self._head = Head(links[-1].number, links[-1].hash)
        if links:
            self._connection.execute(_APPEND, [_row(link) for link in links])
            self._connection.execute(
                _MOVE_HEAD, {"count": links[-1].number, "hash": links[-1].hash}
            )
        return links

    def _own_head(self) -> Head:
        """The head, which nobody else can move until this transaction ends."""
        row = self._row(_OWN_HEAD)
        if row is None:
            self._is_first(tables.audit_head, id=1, count=0, hash=Head().hash)
            row = self._row(_OWN_HEAD)
        return Head(*row) if row else Head()


def _kept(entry: AuditEntry) -> AuditEntry:
    """The entry as it will be read back: its hash is that of what is kept."""
    content = entry.model_dump(mode="json")
    fit = storable(content)
    return entry if fit is content else AuditEntry.model_validate(fit | {"at": entry.at})


def _row(link: Chained) -> dict[str, Any]:
    place = {"number": link.number, "previous": link.previous, "hash": link.hash}
    return {**dict(link.entry), **place}
