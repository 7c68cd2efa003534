"""Appointments as the table and the people say, and firings when their time has come."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from csm.errors import InvalidInput
from csm.firing import Appointment, FiringState
from csm.job import JobTable
from csm.knowledge import Shelf
from csm.people import STAFF_ONLY, Capability, Principal, Role, clear
from csm.source import Source
from csm.use_cases.ask_for_job import ask_for_job
from csm.use_cases.fall_due import MISSED, MOST_MISSED, NOTHING_THERE
from csm.use_cases.plan_firings import OFFER_AGAIN, Planner
from csm.use_cases.see_jobs import see_jobs
from csm.use_cases.set_digest import see_digests
from csm.views.digest_choices import digest_changed_card, digests_card
from csm.views.jobs import jobs_card
from jobs.schedule import job_table
from storage.records import SqlRecords
from tests.csm.jobs_scene import (
    ADA,
    ALERT,
    BACKUP,
    CASEY,
    DIGEST,
    EVERYBODY,
    JO,
    KNOWLEDGE,
    MONDAY,
    MORGAN,
    REFRESH,
    RILEY,
    TABLE,
    Jobs,
    SetClock,
    card_of,
    due,
    leave,
    opened,
    states,
    words,
)

DAY = timedelta(days=1)


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=UTC)


def jobs_at(records: SqlRecords, moment: datetime, *people: Principal, accounts: int = 0) -> Jobs:
    opened(records, *people, accounts=accounts)
    jobs = Jobs(records, clock=SetClock(moment))
    jobs.planner.sync()
    return jobs


def chosen(reader: Principal = CASEY, **changes: Any) -> Appointment:
    values: dict[str, Any] = {
        "job": "digest",
        "reader": reader.key,
        "days": "wed",
        "at": "10:00",
        "zone": reader.time_zone,
        "is_chosen": True,
        "next_at": at(24, 9),
    }
    return Appointment(**{**values, **changes})


def put(records: SqlRecords, appointment: Appointment) -> None:
    with records.writing() as writer:
        writer.put_appointment(appointment)


def save(records: SqlRecords, person: Principal) -> None:
    with records.writing() as writer:
        writer.save_person(person)


class TestAppointments:
    def test_each_reader_has_one_in_their_own_zone(self, records: SqlRecords) -> None:
        jobs = jobs_at(records, at(22, 0), *EVERYBODY)
        casey, riley = jobs.appointment("digest", "casey"), jobs.appointment("digest", "riley")
        assert casey
        assert riley
        assert (casey.days, casey.at, casey.zone) == ("mon", "08:00", "Europe/Berlin")
        assert (casey.next_at, riley.next_at) == (at(22, 7), at(22, 12))
        assert casey.wants_empty
        assert casey.is_on
        assert not casey.is_chosen
        assert jobs.appointment("digest", "morgan") is None  # gets it when he asks
        assert jobs.appointment("digest", "jo") is None
        assert jobs.appointment("alert", "casey") is None

    def test_there_is_nothing_to_do_twice(self, sqlite_records: SqlRecords) -> None:
        jobs = jobs_at(sqlite_records, at(22, 0), *EVERYBODY)
        assert jobs.planner.sync() == 0
        jobs.clock.pass_by(hours=30)
        assert jobs.planner.sync() == 0

    def test_what_is_quiet_says_nothing_when_there_is_nothing(
        self, sqlite_records: SqlRecords
    ) -> None:
        opened(sqlite_records, CASEY)
        quiet = replace(ALERT, roles=frozenset({Role.CSM}))
        jobs = Jobs(sqlite_records, JobTable((quiet,), ()))
        jobs.planner.sync()
        alert = jobs.appointment("alert", "casey")
        assert alert
        assert not alert.wants_empty

    def test_a_new_installation_does_at_once_what_is_of_use_still(
        self, sqlite_records: SqlRecords
    ) -> None:
        jobs = jobs_at(sqlite_records, at(22, 10), CASEY)
        refresh, digest = jobs.appointment("refresh"), jobs.appointment("digest", "casey")
        assert refresh
        assert digest
        assert refresh.next_at == at(22, 2)
        assert digest.next_at == at(29, 6)  # readers get theirs in its time, by summer time now

    def test_a_new_installation_waits_for_what_would_be_too_late(
        self, sqlite_records: SqlRecords
    ) -> None:
        jobs = jobs_at(sqlite_records, at(22, 23))
        refresh = jobs.appointment("refresh")
        assert refresh
        assert refresh.next_at == at(23, 2)

    @pytest.mark.parametrize(
        "changed",
        [replace(CASEY, role=Role.CONTACT), replace(CASEY, role=Role.STRANGER)],
        ids=["a contact", "gone"],
    )
    def test_whoever_may_not_have_it_any_more_loses_it(
        self, sqlite_records: SqlRecords, changed: Principal
    ) -> None:
        jobs = jobs_at(sqlite_records, at(22, 0), CASEY)
        put(sqlite_records, chosen())
        save(sqlite_records, changed)
        assert jobs.planner.sync() == 1
        assert jobs.appointment("digest", "casey") is None

    def test_one_of_nobody_and_one_of_no_job_are_dropped(self, sqlite_records: SqlRecords) -> None:
        jobs = jobs_at(sqlite_records, at(22, 0), CASEY)
        put(sqlite_records, chosen(replace(CASEY, key="gone")))
        put(sqlite_records, chosen(job="horoscope"))
        assert jobs.planner.sync() == 2
        assert jobs.appointment("digest", "gone") is None
        assert jobs.appointment("horoscope", "casey") is None

    def test_another_role_has_other_digests_but_keeps_what_it_chose(
        self, sqlite_records: SqlRecords
    ) -> None:
        jobs = jobs_at(sqlite_records, at(22, 0), CASEY, RILEY)
        put(sqlite_records, chosen())
        for person in (CASEY, RILEY):
            save(sqlite_records, replace(person, role=Role.MANAGER))
        jobs.planner.sync()
        assert jobs.appointment("digest", "casey") == chosen()
        assert jobs.appointment("digest", "riley") is None

    def test_what_was_chosen_stays_but_follows_its_reader_s_zone(
        self, sqlite_records: SqlRecords
    ) -> None:
        jobs = jobs_at(sqlite_records, at(22, 0), CASEY)
        put(sqlite_records, chosen(channel="C1", platform="slack", scope="all"))
        assert jobs.planner.sync() == 0
        save(sqlite_records, replace(CASEY, time_zone="Asia/Tokyo"))
        jobs.planner.sync()
        moved = jobs.appointment("digest", "casey")
        assert moved == chosen(
            channel="C1", platform="slack", scope="all", zone="Asia/Tokyo", next_at=at(24, 1)
        )

    def test_one_that_is_off_stays_off(self, sqlite_records: SqlRecords) -> None:
        jobs = jobs_at(sqlite_records, at(22, 0), CASEY)
        off = chosen(is_on=False, next_at=None)
        put(sqlite_records, off)
        jobs.clock.pass_by(days=8)
        jobs.tick()
        assert jobs.appointment("digest", "casey") == off
        assert jobs.firings("digest") == []

    def test_one_that_was_switched_on_gets_its_next_time(self, sqlite_records: SqlRecords) -> None:
        jobs = jobs_at(sqlite_records, at(22, 0), CASEY)
        put(sqlite_records, chosen(next_at=None))
        jobs.planner.sync()
        assert jobs.appointment("digest", "casey") == chosen(next_at=at(24, 9))

    def test_a_changed_table_moves_what_nobody_chose(self, sqlite_records: SqlRecords) -> None:
        jobs = jobs_at(sqlite_records, at(22, 0), CASEY, RILEY)
        put(sqlite_records, chosen())
        jobs.table = JobTable((replace(DIGEST, at=time(7), days=frozenset({"fri"})),), ())
        jobs.start()
        jobs.planner.sync()
        riley = jobs.appointment("digest", "riley")
        assert riley
        assert (riley.days, riley.at, riley.next_at) == ("fri", "07:00", at(26, 11))
        assert jobs.appointment("digest", "casey") == chosen()
        assert jobs.appointment("backup") is None

    def test_a_time_that_moves_over_now_is_made_up_for(self, sqlite_records: SqlRecords) -> None:
        jobs = jobs_at(sqlite_records, at(22, 6), CASEY)
        save(sqlite_records, replace(CASEY, time_zone="Asia/Tokyo"))  # where it is 15:00
        jobs.tick()
        assert states(jobs.firings("digest")) == [FiringState.DONE]

    def test_a_time_that_moves_does_not_double_its_day(self, sqlite_records: SqlRecords) -> None:
        jobs = jobs_at(sqlite_records, at(22, 7), CASEY)
        jobs.tick()
        save(sqlite_records, replace(CASEY, time_zone="America/New_York"))
        for _ in range(12):
            jobs.clock.pass_by(hours=1)
            jobs.tick()
        assert [firing.period for firing in jobs.firings("digest")] == ["2027-03-22"]

    def test_while_nothing_changes_it_is_looked_at_only(self, sqlite_records: SqlRecords) -> None:
        jobs = jobs_at(sqlite_records, at(22, 0), *EVERYBODY)
        assert jobs.planner.sync() == 0

        class WorkedOut(Exception):
            """What there should be."""

        def work_out(*_: object) -> None:
            raise WorkedOut

        jobs.planner._wanted = work_out  # type: ignore[method-assign, assignment]
        jobs.clock.pass_by(hours=1)
        assert jobs.planner.sync() == 0
        jobs.clock.pass_by(hours=-2)
        with pytest.raises(WorkedOut):
            jobs.planner.sync()
        jobs.clock.pass_by(hours=2)
        save(sqlite_records, replace(CASEY, time_zone="Asia/Tokyo"))
        with pytest.raises(WorkedOut):
            jobs.planner.sync()

    def test_a_choice_that_is_made_meanwhile_is_kept(self, sqlite_records: SqlRecords) -> None:
        jobs = jobs_at(sqlite_records, at(22, 0), CASEY)
        save(sqlite_records, replace(CASEY, time_zone="Asia/Tokyo"))

        class Meanwhile(SqlRecords):
            """Somebody chooses between our look and our change."""

            def writing(self) -> Any:
                put(sqlite_records, chosen(zone="Asia/Tokyo", next_at=at(24, 1)))
                return sqlite_records.writing()

        meanwhile = Meanwhile.__new__(Meanwhile)
        meanwhile.__dict__.update(sqlite_records.__dict__)
        Planner(meanwhile, TABLE, jobs.clock, "console").sync()
        kept = jobs.appointment("digest", "casey")
        assert kept == chosen(zone="Asia/Tokyo", next_at=at(24, 1))


class TestFirings:
    def test_one_for_each_reader_at_their_time(self, records: SqlRecords) -> None:
        jobs = jobs_at(records, at(22, 7) - timedelta(seconds=1), CASEY, RILEY)
        jobs.planner.plan()
        assert jobs.firings("digest") == []
        jobs.clock.pass_by(seconds=1)
        assert jobs.planner.plan() == 1
        assert jobs.planner.plan() == 0
        assert jobs.firings("digest") == [due(DIGEST, at(22, 7), reader="casey")]
        moved = jobs.appointment("digest", "casey")
        assert moved
        assert moved.next_at == at(29, 6)
        jobs.clock.at = at(22, 12)
        assert jobs.planner.plan() == 1

    def test_the_portfolio_falls_into_pieces(self, records: SqlRecords) -> None:
        jobs = jobs_at(records, at(22, 3), accounts=501)
        jobs.planner.plan()
        with records.reading() as reader:
            ids = sorted(reader.account_ids())
        pieces = {firing.reader for firing in jobs.firings("refresh")}
        assert pieces == {
            f"{ids[0]}-{ids[249]}",
            f"{ids[250]}-{ids[499]}",
            f"{ids[500]}-{ids[500]}",
        }

    def test_pieces_of_a_period_stay_though_accounts_come(self, sqlite_records: SqlRecords) -> None:
        jobs = jobs_at(sqlite_records, at(22, 3), accounts=3)
        jobs.planner.plan()
        before = jobs.firings("refresh")
        opened(sqlite_records, accounts=5)
        jobs.clock.at = at(22, 1)  # the clock is put back
        jobs.planner.sync()
        jobs.clock.at = at(22, 2, 30)
        jobs.planner.plan()
        assert jobs.firings("refresh") == before
        jobs.clock.at = at(23, 2)
        jobs.planner.plan()
        assert len(jobs.firings("refresh")) == 2

    def test_each_source_is_read_by_itself(self, sqlite_records: SqlRecords) -> None:
        ids = []
        with sqlite_records.writing() as writer:
            for place in ("/help", "/guide"):
                source = Source(place=place, shelf=Shelf.CUSTOMER, added_at=MONDAY)
                ids.append(str(writer.put_source(source)))
        jobs = jobs_at(sqlite_records, at(22, 3))
        jobs.planner.plan()
        assert [firing.reader for firing in jobs.firings("knowledge")] == ids

    def test_where_there_is_nothing_that_is_recorded(self, sqlite_records: SqlRecords) -> None:
        jobs = jobs_at(sqlite_records, at(22, 3))
        jobs.planner.plan()
        (refresh,) = jobs.firings("refresh")
        assert (refresh.state, refresh.outcome) == (FiringState.SKIPPED, NOTHING_THERE)

    def test_what_was_missed_runs_once_if_it_is_of_use(self, records: SqlRecords) -> None:
        jobs = jobs_at(records, at(22, 3))
        jobs.tick()
        jobs.clock.at = at(26, 5)
        jobs.tick()
        found = jobs.firings("backup")
        assert [(one.period, one.state) for one in found] == [
            ("2027-03-22", FiringState.DONE),
            ("2027-03-23", FiringState.SKIPPED),
            ("2027-03-24", FiringState.SKIPPED),
            ("2027-03-25", FiringState.SKIPPED),
            ("2027-03-26", FiringState.DONE),
        ]
        assert {one.outcome for one in found if one.state is FiringState.SKIPPED} == {MISSED}

    def test_what_came_too_late_is_recorded_with_how_late(self, sqlite_records: SqlRecords) -> None:
        jobs = jobs_at(sqlite_records, at(22, 0))
        jobs.clock.at = at(22, 23)
        jobs.tick()
        (backup,) = jobs.firings("backup")
        assert backup.state is FiringState.SKIPPED
        assert backup.outcome == "too late: 21 hours after its time, of use for 20 hours"
        assert backup.finished_at == at(22, 23)

    def test_after_a_year_only_the_last_are_recorded(self, sqlite_records: SqlRecords) -> None:
        jobs = jobs_at(sqlite_records, at(22, 3))
        jobs.clock.at += 365 * DAY
        jobs.tick()
        found = jobs.firings("backup")
        assert len(found) == MOST_MISSED + 1
        assert found[-1].state is FiringState.DONE
        assert found[0].due_at == found[-1].due_at - MOST_MISSED * DAY

    def test_more_than_one_batch_is_planned_at_once(self, sqlite_records: SqlRecords) -> None:
        people = [replace(CASEY, key=f"c{n}", email=f"c{n}@ours.example") for n in range(450)]
        jobs = jobs_at(sqlite_records, at(22, 6), *people)
        jobs.clock.at = at(22, 7)
        jobs.planner.plan()
        assert len(jobs.firings("digest")) == 450
        assert jobs.planner.ready(5000) == jobs.planner.ready(450 + 10)
        assert len(jobs.planner.ready(17)) == 17

    def test_the_clock_put_back_neither_doubles_nor_stops_it(
        self, sqlite_records: SqlRecords
    ) -> None:
        jobs = jobs_at(sqlite_records, at(22, 1, 50))
        for moment in (at(22, 2, 1), at(22, 1, 5), at(22, 2, 0), at(22, 2, 30), at(23, 2, 0)):
            jobs.clock.at = moment
            jobs.tick()
        assert [firing.period for firing in jobs.firings("backup")] == ["2027-03-22", "2027-03-23"]
        assert set(states(jobs.firings("backup"))) == {FiringState.DONE}

    def test_a_clock_that_was_a_year_ahead_is_forgotten(self, sqlite_records: SqlRecords) -> None:
        jobs = jobs_at(sqlite_records, at(22, 3))
        jobs.clock.at += 365 * DAY
        jobs.tick()
        jobs.clock.at = at(22, 4)
        jobs.tick()
        jobs.clock.at = at(23, 2)
        jobs.tick()
        today = jobs.firing("backup", period="2027-03-23")
        assert today
        assert today.state is FiringState.DONE

    def test_an_appointment_of_an_unknown_job_goes(self, sqlite_records: SqlRecords) -> None:
        jobs = jobs_at(sqlite_records, at(22, 0))
        put(sqlite_records, chosen(job="horoscope", next_at=at(21, 0)))
        jobs.planner.plan()
        assert jobs.appointment("horoscope", "casey") is None
        assert jobs.firings("horoscope") == []


NOWHERE = "Mars/Olympus_Mons"
UNREADABLE = [
    ({"zone": NOWHERE}, f"does not know the time zone “{NOWHERE}”"),
    ({"zone": "Europe"}, "does not know the time zone “Europe”"),
    ({"zone": "../etc"}, "does not know the time zone “../etc”"),
    ({"days": "someday"}, "“someday” are no days of the week"),
    ({"at": "25:00"}, "“25:00” is no time of day"),
]


class TestParked:
    @pytest.mark.parametrize(("wrong", "said"), UNREADABLE)
    def test_one_that_cannot_be_read_stops_nobody_else(
        self, sqlite_records: SqlRecords, wrong: dict[str, str], said: str
    ) -> None:
        jobs = jobs_at(sqlite_records, at(22, 6), CASEY, RILEY, ADA)
        save(sqlite_records, replace(RILEY, time_zone=wrong.get("zone", RILEY.time_zone)))
        put(sqlite_records, chosen(RILEY, **{"next_at": at(22, 7), **wrong}))
        jobs.clock.at = at(22, 7)
        jobs.planner.plan()
        assert [one.reader for one in jobs.firings("digest")] == ["casey"]
        parked = jobs.appointment("digest", "riley")
        assert parked == chosen(RILEY, **{"next_at": None, **wrong})
        jobs.tick()
        jobs.tick()
        assert jobs.appointment("digest", "riley") == parked
        (post,) = jobs.posts("job-parked:")
        assert post.person_key == "ada"
        assert "digest (Riley Stone) cannot be planned" in words(card_of(post))
        assert said in words(card_of(post))

    def test_it_is_shown_for_what_it_is(self, sqlite_records: SqlRecords) -> None:
        jobs = jobs_at(sqlite_records, at(22, 6), CASEY, RILEY, ADA)
        put(sqlite_records, chosen(RILEY, at="25:00", next_at=None))
        seen = see_jobs(leave(), sqlite_records, TABLE, jobs.clock.now())
        said = "“25:00” is no time of day"
        assert f"cannot be planned for Riley Stone: {said}" in words(jobs_card(seen, UTC))
        clearance = clear(RILEY, Capability.READ_ACCOUNTS, STAFF_ONLY)
        choices = see_digests(clearance, sqlite_records, jobs.clock, TABLE)
        assert f"It cannot be planned: {said}" in words(digests_card(choices, RILEY))
        changed = next(one for one in choices if one.job is DIGEST)
        assert "It cannot be planned" in digest_changed_card(changed, RILEY).summary

    def test_whoever_has_it_run_by_hand_has_all_others(self, sqlite_records: SqlRecords) -> None:
        jobs = jobs_at(sqlite_records, at(22, 8), CASEY, RILEY, ADA)
        put(sqlite_records, chosen(RILEY, zone=NOWHERE, next_at=None))
        now = jobs.clock.now()
        asked = ask_for_job(leave(), sqlite_records, TABLE, now, "digest")
        assert [one.firing.reader for one in asked.begun] == ["casey"]
        with pytest.raises(InvalidInput, match="cannot be run for riley"):
            ask_for_job(leave(), sqlite_records, TABLE, now, "digest", None, "riley")

    def test_a_team_in_one_unknown_zone_is_told_of_once(self, sqlite_records: SqlRecords) -> None:
        nowhere = [replace(one, time_zone=NOWHERE) for one in (CASEY, RILEY)]
        jobs = jobs_at(sqlite_records, at(22, 6), *nowhere, ADA)
        assert len(jobs.posts("job-parked:")) == 1
        backup, digest = jobs.appointment("backup"), jobs.appointment("digest", "casey")
        assert backup
        assert backup.next_at == at(22, 2)
        assert digest
        assert (digest.is_on, digest.next_at) == (True, None)

    def test_one_that_can_be_read_again_goes_on(self, sqlite_records: SqlRecords) -> None:
        jobs = jobs_at(sqlite_records, at(22, 6), replace(CASEY, time_zone=NOWHERE))
        assert jobs.planner.sync() == 0
        save(sqlite_records, CASEY)
        jobs.planner.sync()
        digest = jobs.appointment("digest", "casey")
        assert digest
        assert digest.next_at == at(22, 7)


class TestOffers:
    def test_readers_do_not_wait_behind_the_portfolio(self, sqlite_records: SqlRecords) -> None:
        jobs = Jobs(sqlite_records)
        piece = jobs.put(due(REFRESH, at(21, 2), reader="1-250"))
        source = jobs.put(due(KNOWLEDGE, at(21, 2), reader="7"))
        backup = jobs.put(due(BACKUP, at(21, 3)))
        digest = jobs.put(due(DIGEST, at(22, 8), reader="casey"))
        assert jobs.planner.ready(10) == [backup, digest, piece, source]
        assert jobs.planner.ready(2) == [backup, digest]

    def test_whoever_holds_it_for_longer_is_given_longer(self, sqlite_records: SqlRecords) -> None:
        jobs = Jobs(sqlite_records)
        first = jobs.put(due(BACKUP))
        jobs.planner.offered([first])
        jobs.clock.pass_by(minutes=10)
        assert jobs.planner.ready(10, timedelta(minutes=10)) == []
        assert jobs.planner.ready(10) == [first]

    def test_what_was_offered_is_offered_again_after_a_minute(self, records: SqlRecords) -> None:
        jobs = Jobs(records)
        first = jobs.put(due(BACKUP))
        assert jobs.planner.ready(10) == [first]
        jobs.planner.offered([first])
        jobs.clock.at += OFFER_AGAIN
        assert jobs.planner.ready(10) == []
        jobs.clock.pass_by(seconds=1)
        assert jobs.planner.ready(10) == [first]

    def test_longest_due_first(self, sqlite_records: SqlRecords) -> None:
        jobs = Jobs(sqlite_records)
        late = jobs.put(due(BACKUP, at(21, 2)))
        later = jobs.put(due(BACKUP, at(20, 2)))
        assert jobs.planner.ready(10) == [later, late]
        assert jobs.planner.ready(1) == [later]

    @pytest.mark.parametrize(
        ("minutes", "is_ready"), [(-1, True), (0, True), (1, False), (20, False), (21, True)]
    )
    def test_one_that_rests_is_left_alone(
        self, records: SqlRecords, minutes: int, is_ready: bool
    ) -> None:
        jobs = Jobs(records)
        rests = MONDAY + timedelta(minutes=minutes)
        firing_id = jobs.put(due(BACKUP, not_before=rests))
        assert jobs.planner.ready(10) == ([firing_id] if is_ready else [])
        assert (jobs.runner.run(firing_id) is not None) is is_ready

    def test_an_offer_from_the_future_is_not_believed(self, records: SqlRecords) -> None:
        jobs = Jobs(records)
        ahead = MONDAY + timedelta(hours=1)
        firing_id = jobs.put(due(BACKUP, offered_at=ahead))
        assert jobs.planner.ready(10) == [firing_id]


def test_two_planners_at_once_plan_each_firing_once(records: SqlRecords) -> None:
    people = [replace(CASEY, key=f"c{n}", email=f"c{n}@ours.example") for n in range(60)]
    jobs = jobs_at(records, at(22, 6), *people, accounts=600)
    jobs.clock.at = at(22, 7)
    made: list[int] = []
    barrier = threading.Barrier(2)

    def plan() -> None:
        planner = Planner(records, TABLE, SetClock(at(22, 7)), "console")
        barrier.wait()
        planner.sync()
        made.append(planner.plan())

    threads = [threading.Thread(target=plan) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    waiting = [one for one in jobs.firings() if one.state is FiringState.WAITING]
    assert len(waiting) == 60 + 3 + 1  # digests, pieces of the refresh, the backup
    assert sum(made) == len(waiting)


def test_as_shipped_each_role_gets_what_is_its_own(sqlite_records: SqlRecords) -> None:
    opened(sqlite_records, CASEY, MORGAN, ADA, JO)
    table = job_table(time(2))
    Planner(sqlite_records, table, SetClock(at(22, 0)), "console").sync()
    with sqlite_records.reading() as reader:
        made = {(one.job, one.reader) for one in reader.appointments()}
    assert {job for job, reader in made if not reader} == {
        job.name for job in table.jobs if not job.is_for_readers
    }
    assert ("digest", "casey") in made
    assert ("team", "morgan") in made
    assert {reader for _, reader in made} == {"", "casey", "morgan"}
