"""The audit, read in the order in which it was written."""

from collections.abc import Collection, Iterator
from typing import Final

import sqlalchemy as sa

from csm.audit import AuditEntry, Chained, Head
from csm.outreach import OutreachState
from storage import tables
from storage.reading_base import ReaderPart
from storage.sql import AnyRow, build, columns_of

# Entries at a time: a chain may be longer than memory.
_STREAMED: Final = 500

_audit = tables.audit.c
_outreach = tables.outreach.c

HEAD = sa.select(tables.audit_head.c.count, tables.audit_head.c.hash).where(
    tables.audit_head.c.id == sa.literal_column("1")
)
ENTRIES = sa.select(
    _audit.number,
    _audit.previous,
    _audit.hash,
    _audit.redacted,
    *columns_of(AuditEntry, tables.audit),
).order_by(_audit.number)
_CHAIN = ENTRIES.where(
    _audit.number > sa.bindparam("after", type_=sa.BigInteger())
).execution_options(stream_results=True, yield_per=_STREAMED)
_STATES = (
    sa.select(_outreach.id, _outreach.state)
    .where(_outreach.state.in_(sa.bindparam("states", expanding=True)))
    .order_by(_outreach.id)
    .execution_options(stream_results=True, yield_per=_STREAMED)
)
_OF_SUBJECT = ENTRIES.where(_audit.subject == sa.bindparam("subject", type_=sa.String()))


class AuditReader(ReaderPart):
    """The part of `csm.ports_outreach.OutreachReader` that is the audit."""

    def audit_head(self) -> Head:
        row = self._row(HEAD)
        return Head(*row) if row else Head()

    def audit_chain(self, after: int = 0, limit: int | None = None) -> Iterator[Chained]:
        with self._connection.execute(_CHAIN.limit(limit), {"after": after}) as rows:
            yield from map(build_chained, rows)

    def audit_of(self, subject: str) -> list[Chained]:
        return list(map(build_chained, self._rows(_OF_SUBJECT, subject=subject)))

    def outreach_states(
        self, states: Collection[OutreachState]
    ) -> Iterator[tuple[int, OutreachState]]:
        with self._connection.execute(_STATES, {"states": sorted(states)}) as rows:
            yield from ((row[0], row[1]) for row in rows)


def build_chained(row: AnyRow) -> Chained:
    return Chained(
        number=row[0],
        entry=build(AuditEntry, row, skip=4),
        previous=row[1],
        hash=row[2],
        redacted=row[3],
    )
