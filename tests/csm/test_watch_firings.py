"""Firings whose run has died are given to another, by nobody's clock."""

from datetime import timedelta
from typing import Any, NoReturn

import pytest

from csm.errors import Unavailable
from csm.firing import Firing, FiringState
from csm.job import JobTable
from csm.ports_jobs import StoredFiring
from csm.use_cases.watch_firings import SILENT
from storage.records import SqlRecords
from tests.csm.jobs_scene import ADA, BACKUP, LEASE, MONDAY, Jobs, card_of, due, opened, words

TOKEN = "the-run"


def taken(jobs: Jobs, **changes: Any) -> StoredFiring:
    """A backup that somebody runs."""
    firing_id = jobs.put(due(BACKUP, **changes))
    with jobs.records.writing() as writer:
        stored = writer.take_firing(firing_id, TOKEN, "ref", jobs.clock.now())
    assert stored
    return stored


def backup(jobs: Jobs) -> Firing:
    firing = jobs.firing("backup")
    assert firing
    return firing


def test_a_run_without_a_sign_of_life_is_over(records: SqlRecords) -> None:
    jobs = Jobs(records)
    stored = taken(jobs)
    assert jobs.watch.look() == 0
    jobs.monotonic += LEASE.total_seconds()
    assert jobs.watch.look() == 0
    jobs.monotonic += 1
    assert jobs.watch.look() == 1
    back = backup(jobs)
    assert (back.state, back.attempts, back.outcome) == (FiringState.WAITING, 1, SILENT)
    assert jobs.planner.ready(10) == [stored.id]
    assert jobs.watch.look() == 0
    ran = jobs.runner.run(stored.id)
    assert ran
    assert (ran.state, backup(jobs).attempts) == (FiringState.DONE, 2)


def test_the_run_that_seemed_dead_can_settle_nothing(records: SqlRecords) -> None:
    jobs = Jobs(records)
    stored = taken(jobs)
    jobs.watch.look()
    jobs.monotonic += LEASE.total_seconds() + 1
    jobs.watch.look()
    with records.writing() as writer:
        assert not writer.beat(stored.id, TOKEN, 1, 2)
        assert not writer.change_firing(stored.id, TOKEN, {"state": FiringState.DONE})
    assert backup(jobs).state is FiringState.WAITING


def test_one_that_beats_is_left_alone(sqlite_records: SqlRecords) -> None:
    jobs = Jobs(sqlite_records)
    stored = taken(jobs)
    for _ in range(5):
        assert jobs.watch.look() == 0
        jobs.monotonic += LEASE.total_seconds()
        with sqlite_records.writing() as writer:
            assert writer.beat(stored.id, TOKEN, 0, 0)
    assert jobs.watch.look() == 0


def test_one_that_beats_at_the_last_moment_is_left_alone(records: SqlRecords) -> None:
    jobs = Jobs(records)
    stored = taken(jobs)
    jobs.watch.look()
    jobs.monotonic += LEASE.total_seconds() + 1
    settle = jobs.watch._settling
    with records.writing() as writer:
        writer.beat(stored.id, TOKEN, 0, 0)
    assert settle.lost(stored, SILENT, stored.firing.beat) is None
    assert backup(jobs).state is FiringState.RUNNING


def test_records_out_of_reach_end_no_run(
    sqlite_records: SqlRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody could beat while they were."""
    jobs = Jobs(sqlite_records)
    taken(jobs)
    assert jobs.watch.look() == 0
    jobs.monotonic += LEASE.total_seconds() / 2
    with monkeypatch.context() as away:
        away.setattr(SqlRecords, "reading", unreachable)
        with pytest.raises(Unavailable):
            jobs.watch.look()
    jobs.monotonic += LEASE.total_seconds()
    assert jobs.watch.look() == 0
    jobs.monotonic += LEASE.total_seconds() + 1
    assert jobs.watch.look() == 1


def unreachable(_records: SqlRecords) -> NoReturn:
    raise Unavailable("The database does not answer.")


def test_another_run_of_the_same_firing_has_its_own_lease(sqlite_records: SqlRecords) -> None:
    jobs = Jobs(sqlite_records)
    stored = taken(jobs)
    jobs.watch.look()
    jobs.monotonic += LEASE.total_seconds()
    with sqlite_records.writing() as writer:
        writer.change_firing(stored.id, TOKEN, {"token": "another"})
    assert jobs.watch.look() == 0
    jobs.monotonic += LEASE.total_seconds()
    assert jobs.watch.look() == 0
    jobs.monotonic += 1
    assert jobs.watch.look() == 1


def test_clocks_that_are_set_end_no_run(sqlite_records: SqlRecords) -> None:
    jobs = Jobs(sqlite_records)
    taken(jobs)
    for change in (timedelta(days=400), timedelta(days=-800)):
        jobs.clock.at += change
        assert jobs.watch.look() == 0


def test_a_firing_that_ends_every_process_is_given_up_and_told_of(records: SqlRecords) -> None:
    opened(records, ADA)
    jobs = Jobs(records)
    taken(jobs, attempts=BACKUP.attempts - 1)
    jobs.watch.look()
    jobs.monotonic += LEASE.total_seconds() + 1
    assert jobs.watch.look() == 1
    assert (backup(jobs).state, backup(jobs).finished_at) == (FiringState.FAILED, MONDAY)
    (post,) = jobs.posts("job-failed:")
    assert SILENT in words(card_of(post))
    assert post.reference == "ref"


def test_two_that_watch_put_it_back_once(sqlite_records: SqlRecords) -> None:
    jobs, others = Jobs(sqlite_records), Jobs(sqlite_records)
    taken(jobs)
    for one in (jobs, others):
        one.watch.look()
        one.monotonic += LEASE.total_seconds() + 1
    assert [jobs.watch.look(), others.watch.look()] == [1, 0]


def test_a_job_of_another_version_is_given_back(sqlite_records: SqlRecords) -> None:
    jobs = Jobs(sqlite_records, JobTable((), ()))
    taken(jobs, attempts=9)
    jobs.watch.look()
    jobs.monotonic += LEASE.total_seconds() + 1
    assert jobs.watch.look() == 1
    assert backup(jobs).state is FiringState.WAITING
