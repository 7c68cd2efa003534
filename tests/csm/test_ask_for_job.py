"""Having a job run by hand, and seeing what jobs do."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from csm.errors import Forbidden, InvalidInput, NotFound
from csm.firing import FiringState
from csm.people import STAFF_ONLY, Capability, clear
from csm.use_cases.ask_for_job import (
    JobAsked,
    ask_again,
    ask_failed_again,
    ask_for_job,
    read_moment,
)
from csm.use_cases.see_jobs import job_history, see_jobs
from csm.views.jobs import asked_for_card, history_card, jobs_card
from storage.records import SqlRecords
from tests.csm.jobs_scene import (
    ADA,
    BACKUP,
    DIGEST,
    EVERYBODY,
    MORGAN,
    REFRESH,
    TABLE,
    Jobs,
    SetClock,
    due,
    leave,
    opened,
    raising,
    words,
)

NOON = datetime(2027, 3, 24, 12, tzinfo=UTC)  # a Wednesday
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def jobs(sqlite_records: SqlRecords) -> Jobs:
    """Everybody's appointments are made; nothing has run."""
    jobs = Jobs(opened(sqlite_records, *EVERYBODY, accounts=3), clock=SetClock(NOON))
    jobs.planner.sync()
    return jobs


def ask(jobs: Jobs, name: str, moment: date | datetime | None = None, reader: str = "") -> JobAsked:
    return ask_for_job(leave(), jobs.records, TABLE, jobs.clock.now(), name, moment, reader)


def periods(asked: JobAsked) -> list[tuple[str, str]]:
    return [(one.firing.reader, one.firing.period) for one in asked.begun]


class TestAsking:
    def test_the_period_that_holds_now(self, jobs: Jobs) -> None:
        asked = ask(jobs, "backup")
        assert periods(asked) == [("", "2027-03-24")]
        firing = asked.begun[0].firing
        assert (firing.due_at.hour, firing.asked_by) == (2, "ada")
        assert jobs.planner.ready(10) == [asked.begun[0].id]

    def test_the_period_that_holds_a_moment(self, jobs: Jobs) -> None:
        moment = datetime(2027, 3, 23, 1, 59, tzinfo=UTC)
        assert periods(ask(jobs, "backup", moment)) == [("", "2027-03-22")]
        assert periods(ask(jobs, "backup", date(2027, 3, 23))) == [("", "2027-03-23")]

    def test_a_day_is_that_of_each_reader(self, jobs: Jobs) -> None:
        asked = ask(jobs, "digest", date(2027, 3, 22))
        assert periods(asked) == [("casey", "2027-03-22"), ("riley", "2027-03-22")]
        asked = ask(jobs, "digest", date(2027, 3, 21))
        assert periods(asked) == [("casey", "2027-03-15"), ("riley", "2027-03-15")]

    def test_one_reader_alone(self, jobs: Jobs) -> None:
        assert periods(ask(jobs, "digest", reader="riley")) == [("riley", "2027-03-22")]
        with pytest.raises(NotFound, match="jo does not get"):
            ask(jobs, "digest", reader="jo")

    def test_those_who_switched_it_off_are_left_out(self, jobs: Jobs) -> None:
        appointment = jobs.appointment("digest", "casey")
        assert appointment
        off = appointment.model_copy(update={"is_on": False, "next_at": None, "is_chosen": True})
        with jobs.records.writing() as writer:
            writer.put_appointment(off)
        assert periods(ask(jobs, "digest")) == [("riley", "2027-03-22")]
        assert periods(ask(jobs, "digest", reader="casey")) == [("casey", "2027-03-22")]

    def test_what_is_done_or_runs_is_left_and_said(self, jobs: Jobs) -> None:
        jobs.tick()
        asked = ask(jobs, "backup")
        assert (asked.begun, asked.running) == ([], [])
        assert asked.done[0].firing.finished_at == NOON
        assert "24 Mar 2027, 12:00 UTC" in asked_for_card(asked, UTC).summary

        firing_id = jobs.put(due(BACKUP, NOON - timedelta(days=1)))
        with jobs.records.writing() as writer:
            writer.take_firing(firing_id, "t", "r", NOON)
        asked = ask(jobs, "backup", date(2027, 3, 23))
        assert (asked.begun, asked.done) == ([], [])
        assert "at work since 24 Mar 2027" in asked_for_card(asked, UTC).summary

    @pytest.mark.parametrize(
        "state", [FiringState.FAILED, FiringState.SKIPPED, FiringState.WAITING]
    )
    def test_what_failed_or_rests_is_tried_at_once_and_anew(
        self, records: SqlRecords, state: FiringState
    ) -> None:
        jobs = Jobs(opened(records, ADA), clock=SetClock(NOON))
        rests = NOON + timedelta(minutes=5)
        old = due(BACKUP, NOON, state=state, attempts=2, not_before=rests, offered_at=NOON)
        firing_id = jobs.put(old)
        asked = ask(jobs, "backup", date(2027, 3, 24))
        assert [one.id for one in asked.begun] == [firing_id]
        assert jobs.planner.ready(10) == [firing_id]
        jobs.runner.run(firing_id)
        firing = jobs.firing("backup", period="2027-03-24")
        assert firing
        assert (firing.state, firing.attempts) == (FiringState.DONE, 1)
        assert len(jobs.posts("job-asked:")) == 1

    def test_the_portfolio_is_asked_for_in_its_pieces(self, jobs: Jobs) -> None:
        whole = ask(jobs, "refresh")
        (piece,) = whole.begun
        assert piece.firing.reader.count("-") == 1
        again = ask(jobs, "refresh", reader=piece.firing.reader)
        assert [one.id for one in again.begun] == [piece.id]
        with pytest.raises(NotFound, match="no part 9-9"):
            ask(jobs, "refresh", reader="9-9")

    def test_one_that_was_missed_as_a_whole_gets_its_pieces(self, jobs: Jobs) -> None:
        missed = due(REFRESH, NOON - timedelta(days=1), state=FiringState.SKIPPED)
        jobs.put(missed)
        asked = ask(jobs, "refresh", date(2027, 3, 23))
        assert [one.firing.reader for one in asked.begun] != [""]
        assert len(asked.begun) == 1

    def test_nothing_to_run_it_for_is_said(self, jobs: Jobs) -> None:
        asked = ask(jobs, "knowledge")
        assert "nobody and nothing" in asked_for_card(asked, UTC).summary

    def test_it_is_for_administrators(self, jobs: Jobs) -> None:
        clearance = clear(MORGAN, Capability.READ_ACCOUNTS, STAFF_ONLY)
        for refused in (
            lambda: ask_for_job(clearance, jobs.records, TABLE, NOON, "backup"),
            lambda: ask_again(clearance, jobs.records, TABLE, 1),
            lambda: ask_failed_again(clearance, jobs.records, TABLE, "backup", "2027-03-24"),
            lambda: see_jobs(clearance, jobs.records, TABLE, NOON),
            lambda: job_history(clearance, jobs.records, TABLE),
        ):
            with pytest.raises(Forbidden):
                refused()
        with pytest.raises(Forbidden):
            leave(MORGAN)

    def test_again_is_for_one_or_for_all_that_failed(self, jobs: Jobs) -> None:
        failed = [
            jobs.put(due(DIGEST, NOON, reader=who, state=FiringState.FAILED))
            for who in ("casey", "riley")
        ]
        jobs.put(due(DIGEST, NOON, reader="morgan", state=FiringState.DONE))
        assert [one.id for one in ask_again(leave(), jobs.records, TABLE, failed[0]).begun] == [
            failed[0]
        ]
        asked = ask_failed_again(leave(), jobs.records, TABLE, "digest", "2027-03-24")
        assert [one.id for one in asked.begun] == [failed[1]]
        with pytest.raises(NotFound, match="not kept any more"):
            ask_again(leave(), jobs.records, TABLE, 999)

    def test_a_name_that_is_no_job_s(self, jobs: Jobs) -> None:
        with pytest.raises(NotFound, match='did you mean "backup"'):
            ask(jobs, "bakup")


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2027-03-24", date(2027, 3, 24)),
        (" 2027-03-23 ", date(2027, 3, 23)),
        ("2027-03-24 08:00", datetime(2027, 3, 24, 7, tzinfo=UTC)),
        ("2027-03-24T08:00+00:00", datetime(2027, 3, 24, 8, tzinfo=UTC)),
    ],
)
def test_moments_are_read_in_the_reader_s_zone(typed: str, moment: object) -> None:
    assert read_moment(typed, BERLIN, NOON) == moment


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("yesterday", "is no moment"),
        ("2027-13-01", "is no moment"),
        ("2027-03-25", "has not come yet"),
        ("2027-03-24 13:01", "has not come yet"),
        ("0001-01-01", "too long ago"),
    ],
)
def test_other_moments_are_refused(typed: str, told: str) -> None:
    with pytest.raises(InvalidInput, match=told):
        read_moment(typed, BERLIN, NOON)


class TestSeeing:
    def test_every_job_with_its_next_time_and_its_last(self, jobs: Jobs) -> None:
        jobs.tasks["backup"] = raising(ValueError("Jo Park"))
        jobs.tick()
        jobs.clock.pass_by(minutes=1)
        jobs.tick()
        running = jobs.put(due(DIGEST, NOON, reader="casey"))
        with jobs.records.writing() as writer:
            writer.take_firing(running, "t", "r", NOON)
            writer.beat(running, "t", 5, 20)
        seen = see_jobs(leave(), jobs.records, TABLE, jobs.clock.now())
        card = words(jobs_card(seen, UTC))
        for part in (
            "5 jobs: 1 running, 0 waiting, 1 failed lately",
            "next 25 Mar 2027, 02:00 UTC",
            "2 readers",
            "digest (Casey Rivers)",
            "5 of 20 (25 %)",
            "our fault (ValueError)",
            "jobs.again:",
        ):
            assert part in card
        assert "Jo Park" not in card

    def test_many_readers_are_counted_not_listed(self, records: SqlRecords) -> None:
        jobs = Jobs(opened(records, ADA), clock=SetClock(NOON))
        for number in range(40):
            state = FiringState.FAILED if number % 10 == 3 else FiringState.DONE
            jobs.put(due(DIGEST, NOON, reader=f"c{number}", state=state))
        jobs.put(due(BACKUP, NOON, state=FiringState.DONE, outcome="7 tables"))
        history = job_history(leave(), jobs.records, TABLE)
        card = words(history_card(history, TABLE, UTC, 0))
        assert "36 done and 4 failed" in card
        assert "7 tables" in card
        assert "jobs.failed:digest:2027-03-24" in card
        (alone,) = job_history(leave(), jobs.records, TABLE, "backup").periods
        assert alone.counts == {FiringState.DONE: 1}

    def test_history_is_shown_a_page_at_a_time(self, records: SqlRecords) -> None:
        jobs = Jobs(opened(records, ADA), clock=SetClock(NOON))
        for number in range(25):
            jobs.put(due(BACKUP, NOON - timedelta(days=number), state=FiringState.DONE))
        history = job_history(leave(), jobs.records, TABLE, "backup")
        days = [period.period for period in history.periods]
        assert days == sorted(days, reverse=True)
        assert len(days) == 25
        card = words(history_card(history, TABLE, UTC, 1))
        assert "11 to 20 of 25" in card
        assert "jobs.history:backup:2" in card
        assert "Nothing has run yet" in words(
            history_card(replace(history, periods=[]), TABLE, UTC, 0)
        )
