"""The product's own work: when it is due, how far it is, and what readers were told."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Final

import sqlalchemy as sa

from csm.firing import LONGEST_REST, Appointment, Firing, FiringState
from csm.ports_jobs import FiringTally, PeriodTally, StoredFiring, StoredSource
from csm.source import Source
from csm.told import Snooze, Told
from storage import tables
from storage.reading_base import ReaderPart
from storage.reading_conversation import INSTANT, LIMIT, NOW
from storage.sql import IDS, AnyRow, build, columns_of, is_among, text_list

_appointment = tables.appointment.c
_firing = tables.firing.c
_told = tables.told.c
_snooze = tables.snooze.c

_JOB = sa.bindparam("job", type_=sa.String())
_READER = sa.bindparam("reader", type_=sa.String())
_PERIOD = sa.bindparam("period", type_=sa.String())
_SINCE = sa.bindparam("since", type_=INSTANT)

# Written out, not parameters: SQLite uses a partial index only where it can read its condition.
IS_WAITING = _firing.state == sa.literal_column("'waiting'")
IS_RUNNING = _firing.state == sa.literal_column("'running'")
_IS_FAILED = _firing.state == sa.literal_column("'failed'")
_IS_ASKED = _firing.asked_by != sa.literal_column("''")

APPOINTMENTS: Final = sa.select(*columns_of(Appointment, tables.appointment))
APPOINTMENT = APPOINTMENTS.where(_appointment.job == _JOB, _appointment.reader == _READER)
_IN_ORDER = (_appointment.job, _appointment.reader)
_IS_DUE = sa.select(_appointment.job).where(_appointment.next_at <= NOW).limit(1)

STORED_FIRINGS: Final = sa.select(_firing.id, *columns_of(Firing, tables.firing))
_FIRING = STORED_FIRINGS.where(_firing.id == sa.bindparam("id", type_=sa.BigInteger()))
_FIRING_OF = STORED_FIRINGS.where(
    _firing.job == _JOB,
    _firing.reader == _READER,
    _firing.period == _PERIOD,
)
_THEIRS = (
    _firing.job == _JOB,
    _firing.period == _PERIOD,
    _firing.asked_by == sa.bindparam("asked_by", type_=sa.String()),
)
_ASKED = STORED_FIRINGS.where(*_THEIRS).order_by(_firing.reader).limit(LIMIT)
_AWAITED = sa.select(_firing.id).where(*_THEIRS, _IS_ASKED, sa.or_(IS_WAITING, IS_RUNNING)).limit(1)
_JOBS_OF = sa.select(_firing.id, _firing.job).where(is_among(_firing.id, IDS))
_FAILED = (
    STORED_FIRINGS.where(_IS_FAILED, _firing.due_at >= _SINCE)
    .order_by(_firing.due_at.desc(), _firing.reader, _firing.id)
    .limit(LIMIT)
)
_RUNNING = STORED_FIRINGS.where(IS_RUNNING).order_by(_firing.id)
# What is said to be farther ahead than it can be was written by a clock that was put back since.
RESTS_NO_MORE: Final = sa.or_(
    _firing.not_before.is_(None),
    _firing.not_before <= NOW,
    _firing.not_before > sa.bindparam("longest_rest", type_=INSTANT),
)
_READY = (
    sa.select(_firing.id)
    .where(
        IS_WAITING,
        RESTS_NO_MORE,
        sa.or_(
            _firing.offered_at.is_(None),
            _firing.offered_at < sa.bindparam("offered_before", type_=INSTANT),
            _firing.offered_at > NOW,
        ),
    )
    .order_by(_firing.due_at, _firing.id)
    .limit(LIMIT)
)
_IS_BEHIND = is_among(_firing.job, sa.bindparam("behind", type_=sa.String()))
# One after the other, so that each stops as soon as it has enough.
_READY_FIRST, _READY_BEHIND = _READY.where(sa.not_(_IS_BEHIND)), _READY.where(_IS_BEHIND)


def _tally(
    condition: sa.ColumnElement[bool],
) -> "sa.Select[tuple[str, FiringState, int, datetime]]":
    return (
        sa.select(_firing.job, _firing.state, sa.func.count(), sa.func.min(_firing.due_at))
        .where(condition)
        .group_by(_firing.job, _firing.state)
    )


# Each part by an index of its own.
_TALLY = sa.union_all(
    _tally(IS_WAITING),
    _tally(IS_RUNNING),
    _tally(
        sa.and_(
            _firing.due_at >= _SINCE,
            _firing.state != sa.literal_column("'waiting'"),
            _firing.state != sa.literal_column("'running'"),
        )
    ),
)
_IN_STATE = {state: sa.func.count(sa.case((_firing.state == state, 1))) for state in FiringState}
_PERIODS = (
    sa.select(_firing.job, _firing.period, sa.func.max(_firing.id), *_IN_STATE.values())
    .group_by(_firing.job, _firing.period)
    .order_by(sa.func.max(_firing.due_at).desc(), _firing.job, _firing.period)
)
_LATEST = (
    sa.select(_firing.period)
    .where(_firing.job == _JOB)
    .order_by(_firing.due_at.desc(), _firing.id.desc())
    .limit(1)
)
_PERIOD_OF = _PERIODS.where(_firing.job == _JOB, _firing.period == _PERIOD)

_LAST_TOLD = sa.select(*columns_of(Told, tables.told)).where(
    _told.job == _JOB, _told.reader == _READER
)
_SNOOZES = (
    sa.select(*columns_of(Snooze, tables.snooze))
    .where(_snooze.reader == _READER, _snooze.until > sa.bindparam("today", type_=sa.Date()))
    .order_by(_snooze.account_id)
)
_SOURCES = sa.select(tables.source.c.id, *columns_of(Source, tables.source)).order_by(
    tables.source.c.id
)


def skipped_ahead(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """What tells firings that were skipped at a time that has not come: the first by an index."""
    return (
        _firing.due_at > now - timedelta(days=1),
        _firing.finished_at > now,
        _firing.state == FiringState.SKIPPED,
    )


class JobsReader(ReaderPart):
    """The part of `csm.ports.Reader` that is jobs."""

    def appointment(self, job: str, reader: str) -> Appointment | None:
        row = self._row(APPOINTMENT, job=job, reader=reader)
        return build(Appointment, row) if row else None

    def appointments(self, job: str | None = None, reader: str | None = None) -> list[Appointment]:
        question = APPOINTMENTS
        if job is not None:
            question = question.where(_appointment.job == job)
        if reader is not None:
            question = question.where(_appointment.reader == reader)
        return [build(Appointment, row) for row in self._rows(question.order_by(*_IN_ORDER))]

    def is_appointment_due(self, now: datetime) -> bool:
        return self._row(_IS_DUE, now=now) is not None

    def are_skipped_ahead(self, now: datetime) -> bool:
        question = sa.select(_firing.id).where(*skipped_ahead(now)).limit(1)
        return self._row(question) is not None

    def firing(self, firing_id: int) -> StoredFiring | None:
        row = self._row(_FIRING, id=firing_id)
        return build_stored_firing(row) if row else None

    def firing_of(self, job: str, reader: str, period: str) -> StoredFiring | None:
        row = self._row(_FIRING_OF, job=job, reader=reader, period=period)
        return build_stored_firing(row) if row else None

    def firings(
        self,
        job: str | None = None,
        states: Collection[FiringState] | None = None,
        limit: int = 50,
        period: str | None = None,
    ) -> list[StoredFiring]:
        question = STORED_FIRINGS.order_by(_firing.due_at.desc(), _firing.reader, _firing.id)
        if job is not None:
            question = question.where(_firing.job == job)
        if states is not None:
            question = question.where(_firing.state.in_(sorted(states)))
        if period is not None:
            question = question.where(_firing.period == period)
        return [build_stored_firing(row) for row in self._rows(question.limit(limit))]

    def failed_firings(self, since: datetime, limit: int) -> list[StoredFiring]:
        return [build_stored_firing(row) for row in self._rows(_FAILED, since=since, limit=limit)]

    def firings_asked_by(
        self, asked_by: str, job: str, period: str, limit: int
    ) -> list[StoredFiring]:
        found = self._rows(_ASKED, asked_by=asked_by, job=job, period=period, limit=limit)
        return [build_stored_firing(row) for row in found]

    def awaits_firings(self, asked_by: str, job: str, period: str) -> bool:
        return self._row(_AWAITED, asked_by=asked_by, job=job, period=period) is not None

    def jobs_of(self, firing_ids: Sequence[int]) -> dict[int, str]:
        return {row[0]: row[1] for row in self._rows(_JOBS_OF, ids=self._ids(firing_ids))}

    def ready_firings(
        self,
        now: datetime,
        offered_before: datetime,
        limit: int,
        behind: Collection[str] = (),
    ) -> list[int]:
        values = {
            "now": now,
            "longest_rest": now + LONGEST_REST,
            "offered_before": offered_before,
            "behind": text_list(sorted(behind)),
        }
        found = [row[0] for row in self._rows(_READY_FIRST, **values, limit=limit)]
        if behind and len(found) < limit:
            rows = self._rows(_READY_BEHIND, **values, limit=limit - len(found))
            found += [row[0] for row in rows]
        return found

    def running_firings(self) -> list[StoredFiring]:
        return [build_stored_firing(row) for row in self._rows(_RUNNING)]

    def firing_tally(self, since: datetime) -> list[FiringTally]:
        rows = self._rows(_TALLY, since=since)
        return sorted((FiringTally(*row) for row in rows), key=lambda one: (one.job, one.state))

    def latest_period(self, job: str) -> PeriodTally | None:
        latest = self._row(_LATEST, job=job)
        if latest is None:
            return None
        (tally,) = self._tallies(self._rows(_PERIOD_OF, job=job, period=latest[0]))
        return tally

    def periods(self, job: str | None, limit: int, offset: int = 0) -> list[PeriodTally]:
        question = _PERIODS if job is None else _PERIODS.where(_firing.job == job)
        return self._tallies(self._rows(question.limit(limit).offset(offset)))

    def last_told(self, job: str, reader: str) -> Told | None:
        row = self._row(_LAST_TOLD, job=job, reader=reader)
        return Told.model_validate(dict(zip(Told.model_fields, row, strict=True))) if row else None

    def snoozes(self, reader: str, today: date) -> list[Snooze]:
        return [build(Snooze, row) for row in self._rows(_SNOOZES, reader=reader, today=today)]

    def sources(self) -> list[StoredSource]:
        return [StoredSource(row[0], build(Source, row, skip=1)) for row in self._rows(_SOURCES)]

    def _tallies(self, rows: Sequence[AnyRow]) -> list[PeriodTally]:
        among = STORED_FIRINGS.where(is_among(_firing.id, IDS))
        found = self._rows(among, ids=self._ids([row[2] for row in rows]))
        newest = {row[0]: build_stored_firing(row) for row in found}
        return [
            PeriodTally(
                job_name,
                period,
                {state: count for state, count in zip(_IN_STATE, counts, strict=True) if count},
                newest[newest_id],
            )
            for job_name, period, newest_id, *counts in rows
        ]


def build_stored_firing(row: AnyRow) -> StoredFiring:
    """A firing with its id, from a row of STORED_FIRINGS."""
    return StoredFiring(row[0], build(Firing, row, skip=1))
