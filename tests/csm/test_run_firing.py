"""One run of a firing: taken, kept alive, and settled, whatever happens in it."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from csm import deadline
from csm.errors import InvalidInput, Unavailable
from csm.firing import Firing, FiringState, Moot, NotYet, Task, Tell
from csm.job import JobTable
from csm.people import Principal
from csm.reference import current_reference
from csm.use_cases.run_firing import KILLER, UNKNOWN
from csm.use_cases.settle_firing import BACK_OFF, NOT_YET_REST
from storage.records import SqlRecords
from tests.csm.jobs_scene import (
    ADA,
    BACKUP,
    CASEY,
    DIGEST,
    MONDAY,
    MORGAN,
    REFRESH,
    RILEY,
    Jobs,
    SetClock,
    card_of,
    due,
    opened,
    raising,
    words,
)
from tests.storage.conversations import sqlite_plans

NIGHT = MONDAY + timedelta(hours=2)
SOON = timedelta(milliseconds=30)


def jobs_with(
    records: SqlRecords,
    task: Task,
    *people: Principal,
    lease: timedelta = timedelta(seconds=60),
    **of_backup: Any,
) -> Jobs:
    """The backup does that."""
    opened(records, *people)
    table = JobTable((replace(BACKUP, **of_backup), REFRESH, DIGEST), ())
    return Jobs(records, table, SetClock(NIGHT), {"backup": task}, lease)


def backup(jobs: Jobs) -> Firing:
    firing = jobs.firing("backup")
    assert firing
    return firing


def waits_for(what: Callable[[], bool]) -> None:
    """Until that is true."""
    pause = threading.Event()
    for _ in range(1000):
        if what():
            return
        pause.wait(0.01)
    raise AssertionError("it never came to that")


class TestEnds:
    def test_done(self, records: SqlRecords) -> None:
        seen: list[Firing] = []

        def task(firing: Firing, tell: Tell) -> str:
            tell(3, 7)
            seen.append(firing)
            assert current_reference() == firing.reference
            return "7 tables"

        jobs = jobs_with(records, task)
        ran = jobs.runner.run(jobs.put(due(BACKUP, NIGHT, not_before=NIGHT)))
        assert ran
        assert (ran.state, ran.outcome, ran.error) == (FiringState.DONE, "7 tables", None)
        (taken,) = seen
        assert (taken.state, taken.attempts, taken.started_at) == (FiringState.RUNNING, 1, NIGHT)
        assert len(taken.reference) == 8
        done = backup(jobs)
        assert (done.state, done.outcome, done.done, done.total) == ("done", "7 tables", 3, 7)
        assert (done.finished_at, done.reference) == (NIGHT, taken.reference)
        assert current_reference() == ""

    def test_only_what_waits_is_taken(self, records: SqlRecords) -> None:
        jobs = jobs_with(records, lambda *_: "done")
        firing_id = jobs.put(due(BACKUP, NIGHT))
        assert jobs.runner.run(firing_id)
        assert jobs.runner.run(firing_id) is None
        assert jobs.runner.run(firing_id + 100) is None

    def test_not_yet_rests_and_counts_no_attempt(self, sqlite_records: SqlRecords) -> None:
        jobs = jobs_with(sqlite_records, raising(NotYet("the refresh is at work")))
        firing_id = jobs.put(due(BACKUP, NIGHT))
        for _ in range(9):
            ran = jobs.runner.run(firing_id)
            assert ran
            assert ran.error is None
            waiting = backup(jobs)
            assert (waiting.state, waiting.attempts) == (FiringState.WAITING, 0)
            assert waiting.outcome == "the refresh is at work"
            assert waiting.not_before == jobs.clock.now() + NOT_YET_REST
            assert jobs.runner.run(firing_id) is None
            jobs.clock.at += NOT_YET_REST

    def test_not_yet_until_it_is_of_no_use(self, sqlite_records: SqlRecords) -> None:
        jobs = jobs_with(sqlite_records, raising(NotYet("the refresh is at work")))
        firing_id = jobs.put(due(BACKUP, NIGHT))
        jobs.clock.at += BACKUP.useful_for - NOT_YET_REST
        jobs.runner.run(firing_id)
        assert backup(jobs).state is FiringState.WAITING
        jobs.clock.at += NOT_YET_REST
        jobs.runner.run(firing_id)
        assert backup(jobs).state is FiringState.SKIPPED
        assert "too late" in backup(jobs).outcome
        assert "the refresh is at work" in backup(jobs).outcome

    def test_moot_is_skipped_with_its_reason(self, sqlite_records: SqlRecords) -> None:
        jobs = jobs_with(sqlite_records, raising(Moot("nobody of that name")))
        ran = jobs.runner.run(jobs.put(due(BACKUP, NIGHT)))
        assert ran
        assert ran.error is None
        assert (backup(jobs).state, backup(jobs).outcome) == ("skipped", "nobody of that name")

    def test_a_job_of_another_version_is_skipped(self, sqlite_records: SqlRecords) -> None:
        jobs = jobs_with(sqlite_records, lambda *_: "done")
        jobs.runner.run(jobs.put(due(replace(BACKUP, name="horoscope"), NIGHT)))
        firing = jobs.firing("horoscope")
        assert firing
        assert (firing.state, firing.outcome) == (FiringState.SKIPPED, UNKNOWN)

    def test_what_waited_for_too_long_is_skipped(self, sqlite_records: SqlRecords) -> None:
        jobs = jobs_with(sqlite_records, lambda *_: "done")
        firing_id = jobs.put(due(BACKUP, NIGHT))
        jobs.clock.pass_by(hours=21)
        jobs.runner.run(firing_id)
        assert backup(jobs).state is FiringState.SKIPPED
        assert backup(jobs).outcome == "too late: 21 hours after its time, of use for 20 hours"

    def test_what_was_asked_for_is_never_too_late(self, sqlite_records: SqlRecords) -> None:
        jobs = jobs_with(sqlite_records, lambda *_: "done")
        firing_id = jobs.put(due(BACKUP, NIGHT, asked_by="ada"))
        jobs.clock.pass_by(days=7)
        jobs.runner.run(firing_id)
        assert backup(jobs).state is FiringState.DONE


class TestFailures:
    def test_it_is_tried_again_ever_later(self, sqlite_records: SqlRecords) -> None:
        jobs = jobs_with(sqlite_records, raising(Unavailable("The disk is full.")), ADA, attempts=5)
        firing_id = jobs.put(due(BACKUP, NIGHT))
        for attempt, rest in enumerate((*BACK_OFF, BACK_OFF[-1]), start=1):
            ran = jobs.runner.run(firing_id)
            assert ran
            assert isinstance(ran.error, Unavailable)
            waiting = backup(jobs)
            assert (waiting.state, waiting.attempts) == (FiringState.WAITING, attempt)
            assert waiting.outcome == "The disk is full."
            assert waiting.not_before == jobs.clock.now() + rest
            jobs.clock.at += rest - timedelta(seconds=1)
            assert jobs.planner.ready(1) == []
            jobs.clock.pass_by(seconds=1)
            assert jobs.planner.ready(1) == [firing_id]
        assert jobs.posts() == []
        jobs.runner.run(firing_id)
        assert (backup(jobs).state, backup(jobs).attempts) == (FiringState.FAILED, 5)
        assert len(jobs.posts()) == 1

    def test_administrators_are_told_in_the_same_transaction(self, records: SqlRecords) -> None:
        eve = replace(ADA, key="eve", name="Eve Frost", email="eve@ours.example")
        jobs = jobs_with(
            records, raising(InvalidInput("No folder.")), ADA, eve, MORGAN, CASEY, attempts=1
        )
        jobs.runner.run(jobs.put(due(BACKUP, NIGHT)))
        posts = jobs.posts("job-failed:")
        assert [post.person_key for post in posts] == ["ada", "eve"]
        card = card_of(posts[0])
        for part in (
            "backup",
            "2027-03-22",
            "No folder.",
            "22 Mar 2027, 02:00",
            "/jobs run backup",
        ):
            assert part in words(card)
        assert posts[0].reference == backup(jobs).reference

    def test_managers_are_told_where_there_is_no_administrator(
        self, sqlite_records: SqlRecords
    ) -> None:
        jobs = jobs_with(sqlite_records, raising(ValueError()), MORGAN, CASEY, attempts=1)
        jobs.runner.run(jobs.put(due(BACKUP, NIGHT)))
        assert [post.person_key for post in jobs.posts()] == ["morgan"]

    def test_one_defect_is_told_of_once_a_period_not_once_a_reader(
        self, sqlite_records: SqlRecords
    ) -> None:
        jobs = jobs_with(sqlite_records, lambda *_: "done", ADA, CASEY, RILEY)
        jobs.tasks["digest"] = raising(ValueError())
        for reader in ("casey", "riley"):
            jobs.runner.run(jobs.put(due(DIGEST, NIGHT, reader=reader, attempts=3)))
        assert {one.state for one in jobs.firings("digest")} == {FiringState.FAILED}
        (post,) = jobs.posts("job-failed:")
        card = words(card_of(post))
        assert "The job digest of 2027-03-22 failed for Casey Rivers" in card
        assert "fails for more readers, /jobs shows them" in card
        assert "jobs.failed:digest:2027-03-22" in card
        later = NIGHT + timedelta(days=7)
        jobs.clock.at = later
        jobs.runner.run(jobs.put(due(DIGEST, later, reader="casey", attempts=3)))
        assert len(jobs.posts("job-failed:")) == 2

    def test_whoever_had_it_run_again_is_told_that_it_failed_again(
        self, sqlite_records: SqlRecords
    ) -> None:
        jobs = jobs_with(sqlite_records, raising(ValueError()), ADA, attempts=1)
        firing_id = jobs.put(due(BACKUP, NIGHT))
        jobs.runner.run(firing_id)
        for told in (1, 2):
            with sqlite_records.writing() as writer:
                assert writer.revive_firing(firing_id, {"attempts": 0, "asked_by": "ada"})
            jobs.runner.run(firing_id)
            assert len(jobs.posts("job-failed:")) == 1
            assert len(jobs.posts("job-asked:")) == told

    def test_words_of_errors_that_are_not_ours_are_not_repeated(
        self, sqlite_records: SqlRecords
    ) -> None:
        jobs = jobs_with(sqlite_records, raising(ValueError("Jo Park owes")), ADA, attempts=1)
        ran = jobs.runner.run(jobs.put(due(BACKUP, NIGHT)))
        assert ran
        failed = backup(jobs)
        assert failed.outcome == f"our fault (ValueError), reference {failed.reference}"
        assert "Jo Park" not in words(card_of(jobs.posts()[0]))
        assert isinstance(ran.error, ValueError)

    def test_one_that_ends_its_process_each_time_is_given_up(self, records: SqlRecords) -> None:
        jobs = jobs_with(records, raising(AssertionError("not to be run")), ADA)
        ran = jobs.runner.run(jobs.put(due(BACKUP, NIGHT, attempts=BACKUP.attempts)))
        assert ran
        assert (backup(jobs).state, backup(jobs).outcome) == (FiringState.FAILED, KILLER)
        assert "ended the process" in words(card_of(jobs.posts()[0]))

    def test_a_process_that_is_stopped_settles_nothing(self, sqlite_records: SqlRecords) -> None:
        def stop(_firing: Firing, _tell: Tell) -> str:
            raise KeyboardInterrupt

        jobs = jobs_with(sqlite_records, stop)
        firing_id = jobs.put(due(BACKUP, NIGHT))
        with pytest.raises(KeyboardInterrupt):
            jobs.runner.run(firing_id)
        assert backup(jobs).state is FiringState.RUNNING


class TestLimit:
    def test_what_looks_at_the_records_after_its_limit_is_ended(self, records: SqlRecords) -> None:
        def task(_firing: Firing, _tell: Tell) -> str:
            threading.Event().wait(0.02)
            with records.writing() as writer:
                writer.save_person(CASEY)
            raise AssertionError("it could write")

        jobs = jobs_with(records, task, limit=timedelta(milliseconds=10))
        ran = jobs.runner.run(jobs.put(due(BACKUP, NIGHT)))
        assert ran
        assert isinstance(ran.error, deadline.Overdue)
        assert backup(jobs).state is FiringState.WAITING
        assert backup(jobs).outcome == "ended at its limit of 0 seconds"
        with records.reading() as reader:
            assert reader.person("casey") is None

    def test_what_fails_after_its_limit_was_ended_at_it(self, sqlite_records: SqlRecords) -> None:
        def task(_firing: Firing, _tell: Tell) -> str:
            threading.Event().wait(0.02)
            raise ValueError

        jobs = jobs_with(sqlite_records, task, ADA, limit=timedelta(0), attempts=1)
        jobs.runner.run(jobs.put(due(BACKUP, NIGHT)))
        assert backup(jobs).state is FiringState.FAILED
        assert "limit" in backup(jobs).outcome

    def test_what_hangs_is_ended_without_it(self, records: SqlRecords) -> None:
        goes_on = threading.Event()

        def hang(_firing: Firing, _tell: Tell) -> str:
            assert goes_on.wait(20)
            return "done after all"

        limit = timedelta(milliseconds=50)
        jobs = jobs_with(records, hang, ADA, lease=3 * SOON, limit=limit, attempts=1)
        firing_id = jobs.put(due(BACKUP, NIGHT))
        ran: list[Any] = []
        thread = threading.Thread(target=lambda: ran.append(jobs.runner.run(firing_id)))
        thread.start()
        try:
            waits_for(lambda: backup(jobs).state is FiringState.FAILED)
            (post,) = jobs.posts("job-failed:")
            assert "ended at its limit" in words(card_of(post))
            assert post.reference == backup(jobs).reference
        finally:
            goes_on.set()
            thread.join()
        assert ran[0].state is None
        assert backup(jobs).state is FiringState.FAILED


class TestSignsOfLife:
    def test_a_run_says_that_it_is_alive_and_how_far(self, records: SqlRecords) -> None:
        def task(_firing: Firing, tell: Tell) -> str:
            tell(2, 5)
            waits_for(lambda: backup(jobs).beat >= 2 and backup(jobs).done == 2)
            return "done"

        jobs = jobs_with(records, task, lease=3 * SOON)
        jobs.runner.run(jobs.put(due(BACKUP, NIGHT)))
        assert (backup(jobs).state, backup(jobs).total) == (FiringState.DONE, 5)

    def test_a_run_that_was_taken_away_is_stopped_and_settles_nothing(
        self, records: SqlRecords
    ) -> None:
        def task(firing: Firing, _tell: Tell) -> str:
            with records.writing() as writer:
                changes = {"token": "another", "outcome": "another's"}
                assert writer.change_firing(jobs.stored("backup").id, firing.token, changes)

            def is_stopped() -> bool:
                try:
                    deadline.check()
                except deadline.Overdue:
                    return True
                return False

            waits_for(is_stopped)
            with records.writing():
                raise AssertionError("it could write")

        jobs = jobs_with(records, task, lease=3 * SOON)
        ran = jobs.runner.run(jobs.put(due(BACKUP, NIGHT)))
        assert ran
        assert ran.state is None
        assert (backup(jobs).state, backup(jobs).outcome) == (FiringState.RUNNING, "another's")

    def test_records_that_are_out_of_reach_for_a_while_stop_nothing(
        self, sqlite_records: SqlRecords
    ) -> None:
        troubles = threading.Semaphore(2)

        class Unsteady(SqlRecords):
            """Out of reach for the first beats."""

            def writing(self) -> Any:
                is_beat = threading.current_thread().name.startswith("beat")
                if is_beat and troubles.acquire(blocking=False):
                    raise Unavailable("The database is gone.")
                return sqlite_records.writing()

        def task(_firing: Firing, _tell: Tell) -> str:
            waits_for(lambda: backup(jobs).beat >= 1)
            return "done"

        unsteady = Unsteady.__new__(Unsteady)
        unsteady.__dict__.update(sqlite_records.__dict__)
        jobs = jobs_with(unsteady, task, lease=3 * SOON)
        jobs.runner.run(jobs.put(due(BACKUP, NIGHT)))
        assert backup(jobs).state is FiringState.DONE


class TestAsking:
    def test_who_asked_is_told_when_it_is_over(self, records: SqlRecords) -> None:
        jobs = jobs_with(records, lambda *_: "7 tables", ADA)
        jobs.runner.run(jobs.put(due(BACKUP, NIGHT, asked_by="ada")))
        (post,) = jobs.posts("job-asked:")
        assert post.person_key == "ada"
        assert "done" in card_of(post).summary
        assert "7 tables" in words(card_of(post))

    def test_not_before_it_is_over(self, sqlite_records: SqlRecords) -> None:
        jobs = jobs_with(sqlite_records, raising(Unavailable("Not now.")), ADA)
        firing_id = jobs.put(due(BACKUP, NIGHT, asked_by="ada"))
        jobs.runner.run(firing_id)
        assert jobs.posts() == []
        jobs.clock.pass_by(minutes=1)
        jobs.runner.run(firing_id)
        assert [post.key.partition(":")[0] for post in jobs.posts()] == ["job-asked", "job-failed"]

    def test_once_for_all_pieces(self, sqlite_records: SqlRecords) -> None:
        jobs = jobs_with(sqlite_records, lambda *_: "done", ADA)
        pieces = [due(REFRESH, NIGHT, reader=f"{n}-{n}", asked_by="ada") for n in range(3)]
        ids = [jobs.put(piece) for piece in pieces]
        jobs.put(due(REFRESH, NIGHT, reader="9-9"))  # not asked for: nobody waits for it
        for firing_id in ids:
            assert jobs.posts() == []
            jobs.runner.run(firing_id)
        (post,) = jobs.posts("job-asked:")
        assert "3 done" in card_of(post).summary

    def test_those_that_ended_are_not_read_at_each_end(self, sqlite_records: SqlRecords) -> None:
        jobs = jobs_with(sqlite_records, lambda *_: "done", ADA)
        pieces = [due(REFRESH, NIGHT, reader=f"{n}-{n}", asked_by="ada") for n in range(30)]
        *first, last = [jobs.put(piece) for piece in pieces]
        with sqlite_plans() as plans:
            for firing_id in first:
                jobs.runner.run(firing_id)
        about_firings = [plan for plan in plans if "firing" in plan]
        assert len(about_firings) == 2 * len(first)
        assert all("ix_firing_awaited" in plan for plan in about_firings)
        jobs.runner.run(last)
        (post,) = jobs.posts("job-asked:")
        assert "30 done" in card_of(post).summary

    def test_two_that_end_at_once_are_told_of_once(self, postgres_database: Any) -> None:
        records = SqlRecords(postgres_database)
        barrier, met = threading.Barrier(2), set[threading.Thread]()

        class Together(SqlRecords):
            """Both are settled before either is kept."""

            def writing(self) -> Any:
                is_first = threading.current_thread() not in met
                met.add(threading.current_thread())
                return _together(records.writing(), barrier) if is_first else records.writing()

        together = Together.__new__(Together)
        together.__dict__.update(records.__dict__)
        opened(records, ADA)
        jobs = jobs_with(records, lambda *_: "done")
        tokens = []
        for reader in ("1-1", "2-2"):
            firing_id = jobs.put(due(REFRESH, NIGHT, reader=reader, asked_by="ada"))
            with records.writing() as writer:
                tokens.append(writer.take_firing(firing_id, f"t{reader}", "r", NIGHT))
        settling = Jobs(together, jobs.table, jobs.clock).runner._settling
        threads = [
            threading.Thread(target=settling.done, args=(stored, "done", (0, 0)))
            for stored in tokens
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(jobs.posts("job-asked:")) == 1


class _together:  # noqa: N801 - reads as what it does
    """A unit of work that is kept only when another is about to be, too."""

    def __init__(self, unit: Any, barrier: threading.Barrier) -> None:
        self._unit = unit
        self._barrier = barrier

    def __enter__(self) -> Any:
        return self._unit.__enter__()

    def __exit__(self, *error: Any) -> Any:
        self._barrier.wait(20)
        return self._unit.__exit__(*error)


def test_three_workers_at_once_run_it_once(records: SqlRecords) -> None:
    ran: list[str] = []

    def task(firing: Firing, _tell: Tell) -> str:
        ran.append(firing.token)
        return "done"

    jobs = jobs_with(records, task)
    firing_id = jobs.put(due(BACKUP, NIGHT))
    barrier = threading.Barrier(3)

    def work() -> None:
        barrier.wait()
        jobs.runner.run(firing_id)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ran == [backup(jobs).token]
