"""The product's own work, planned, taken, and settled."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from csm.firing import LONGEST_REST, Appointment, Firing, FiringState
from csm.ports_jobs import StoredFiring
from csm.source import Source
from csm.told import Snooze, Told
from storage import tables
from storage.encoding import storable
from storage.reading_jobs import (
    APPOINTMENT,
    APPOINTMENTS,
    IS_RUNNING,
    IS_WAITING,
    RESTS_NO_MORE,
    JobsReader,
    build_stored_firing,
    skipped_ahead,
)
from storage.sql import IDS, build, columns_of, is_among
from storage.writing_base import WriterPart, values_of

_appointment = tables.appointment.c
_firing = tables.firing.c
_FIRING_COLUMNS = columns_of(Firing, tables.firing)
_FIRING_ID = sa.bindparam("firing_id", type_=sa.BigInteger())

# Whoever takes an appointment keeps it until its firings are kept, too. SQLite has one writer at a
# time, and needs no locks of rows.
_OWN = APPOINTMENT.with_for_update()
_DUE = APPOINTMENTS.where(
    _appointment.next_at <= sa.bindparam("now", type_=_appointment.next_at.type)
).order_by(_appointment.next_at, _appointment.job, _appointment.reader)


class JobsWriter(WriterPart, JobsReader):
    """The part of `csm.ports.Writer` that is jobs."""

    def appointment(self, job: str, reader: str) -> Appointment | None:
        row = self._row(_OWN, job=job, reader=reader)
        return build(Appointment, row) if row else None

    def put_appointment(self, appointment: Appointment) -> None:
        self.put_appointments([appointment])

    def put_appointments(self, appointments: Sequence[Appointment]) -> None:
        self._put_by_key(tables.appointment, appointments, ("job", "reader"))

    def drop_appointment(self, job: str, reader: str) -> None:
        self._connection.execute(
            sa.delete(tables.appointment).where(
                _appointment.job == job, _appointment.reader == reader
            )
        )

    def due_appointments(self, now: datetime, limit: int) -> list[Appointment]:
        question = _DUE.limit(limit).with_for_update(skip_locked=True)
        return [build(Appointment, row) for row in self._rows(question, now=now)]

    def add_firings(self, firings: Sequence[Firing]) -> list[int]:
        if not firings:
            return []
        insert = self._insert(tables.firing).on_conflict_do_nothing().returning(_firing.id)
        rows = [values_of(firing) for firing in firings]
        return sorted(self._connection.execute(insert, rows).scalars())

    def take_firing(
        self, firing_id: int, token: str, reference: str, now: datetime
    ) -> StoredFiring | None:
        update = (
            sa.update(tables.firing)
            .where(_firing.id == _FIRING_ID, IS_WAITING, RESTS_NO_MORE)
            .values(
                state=FiringState.RUNNING,
                token=token,
                reference=reference,
                attempts=_firing.attempts + 1,
                beat=0,
                done=0,
                total=0,
                outcome="",
                not_before=None,
                started_at=now,
                finished_at=None,
            )
            .returning(_firing.id, *_FIRING_COLUMNS)
        )
        times = {"now": now, "longest_rest": now + LONGEST_REST}
        row = self._row(update, firing_id=firing_id, **times)
        return build_stored_firing(row) if row else None

    def beat(self, firing_id: int, token: str, done: int, total: int) -> bool:
        changes = {"beat": _firing.beat + 1, "done": done, "total": total}
        return self._change_running(firing_id, changes, _firing.token == token)

    def change_firing(
        self, firing_id: int, token: str, changes: Mapping[str, Any], beat: int | None = None
    ) -> bool:
        conditions = [_firing.token == token]
        if beat is not None:
            conditions.append(_firing.beat == beat)
        return self._change_running(firing_id, changes, *conditions)

    def revive_firing(self, firing_id: int, changes: Mapping[str, Any]) -> bool:
        asleep = _firing.state.in_([FiringState.FAILED, FiringState.SKIPPED, FiringState.WAITING])
        values = {**changes, "state": FiringState.WAITING}
        return self._change_firing(firing_id, values, asleep)

    def offer_firings(self, firing_ids: Sequence[int], now: datetime) -> None:
        offered = sa.update(tables.firing).where(is_among(_firing.id, IDS)).values(offered_at=now)
        self._connection.execute(offered, {"ids": self._ids(firing_ids)})

    def forget_skipped_ahead(self, now: datetime) -> int:
        ahead = sa.delete(tables.firing).where(*skipped_ahead(now))
        return self._connection.execute(ahead).rowcount

    def keep_told(self, told: Told) -> None:
        self._put_by_key(tables.told, [told], ("job", "reader"))

    def put_snooze(self, snooze: Snooze) -> None:
        self._put_by_key(tables.snooze, [snooze], ("reader", "account_id"))

    def drop_snooze(self, reader: str, account_id: int) -> bool:
        snooze = tables.snooze.c
        dropped = sa.delete(tables.snooze).where(
            snooze.reader == reader, snooze.account_id == account_id
        )
        return self._connection.execute(dropped).rowcount == 1

    def put_source(self, source: Source) -> int:
        values = values_of(source)
        insert = self._insert(tables.source).values(**values)
        put = insert.on_conflict_do_update(index_elements=["shelf", "place"], set_=values)
        return int(self._connection.execute(put.returning(tables.source.c.id)).scalar_one())

    def drop_source(self, source_id: int) -> bool:
        dropped = sa.delete(tables.source).where(tables.source.c.id == source_id)
        return self._connection.execute(dropped).rowcount == 1

    def _put_by_key(
        self, table: sa.Table, models: Sequence[Appointment | Told | Snooze], key: tuple[str, ...]
    ) -> None:
        if not models:
            return
        # One statement, whatever the values: it is made ready once, and run for each row.
        insert, rows = self._insert(table), [values_of(model) for model in models]
        put = insert.on_conflict_do_update(
            index_elements=key, set_={name: insert.excluded[name] for name in rows[0]}
        )
        self._connection.execute(put, rows)

    def _change_running(
        self, firing_id: int, changes: Mapping[str, Any], *conditions: sa.ColumnElement[bool]
    ) -> bool:
        return self._change_firing(firing_id, changes, IS_RUNNING, *conditions)

    def _change_firing(
        self, firing_id: int, changes: Mapping[str, Any], *conditions: sa.ColumnElement[bool]
    ) -> bool:
        update = sa.update(tables.firing).where(_firing.id == _FIRING_ID, *conditions)
        values = {name: storable(value) for name, value in changes.items()}
        changed = self._connection.execute(update.values(**values), {"firing_id": firing_id})
        return changed.rowcount == 1
