"""Appointments, firings, what readers were told, snoozes and sources, as they are kept."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest

from csm.firing import OVER, Appointment, Firing, FiringState
from csm.health import Grade
from csm.knowledge import Shelf
from csm.ports_keeping import Kept, Swept
from csm.source import Source
from csm.told import Snooze, Told, ToldLine
from storage.records import SqlRecords
from tests.storage.conversations import sqlite_plans
from tests.storage.portfolio import TODAY, at, write_accounts

NOW = at(7, 6)
MOMENT = timedelta(microseconds=1)
CASEY = Appointment(job="digest", reader="casey", days="mon", at="08:00", zone="Europe/Berlin")


def firing(reader: str = "casey", **changes: object) -> Firing:
    values = {"job": "digest", "reader": reader, "period": "2026-07-06", "due_at": NOW}
    return Firing.model_validate(values | changes)


def add(records: SqlRecords, *firings: Firing) -> list[int]:
    with records.writing() as writer:
        return writer.add_firings(firings)


def state_of(records: SqlRecords, firing_id: int) -> Firing:
    with records.reading() as reader:
        stored = reader.firing(firing_id)
    assert stored is not None
    return stored.firing


def test_an_appointment_is_kept_once_a_job_and_reader(records: SqlRecords) -> None:
    moved = CASEY.model_copy(update={"days": "tue,fri", "is_chosen": True, "next_at": NOW})
    other = CASEY.model_copy(update={"reader": "riley"})
    with records.writing() as writer:
        for one in (CASEY, other, moved, CASEY.model_copy(update={"job": "alert"})):
            writer.put_appointment(one)
        writer.drop_appointment("alert", "casey")
    with records.reading() as reader:
        assert reader.appointment("digest", "casey") == moved
        assert reader.appointment("alert", "casey") is None
        assert reader.appointments() == [moved, other]
        assert reader.appointments("digest", "riley") == [other]
        assert reader.appointments("team") == []


def test_appointments_are_due_by_their_time_the_longest_first(records: SqlRecords) -> None:
    times = {"now": NOW, "later": NOW + MOMENT, "off": None, "before": at(7, 1)}
    with records.writing() as writer:
        for reader, next_at in times.items():
            writer.put_appointment(CASEY.model_copy(update={"reader": reader, "next_at": next_at}))
        assert writer.is_appointment_due(at(7, 1))
        assert not writer.is_appointment_due(at(7, 1) - MOMENT)
        assert [one.reader for one in writer.due_appointments(NOW, 10)] == ["before", "now"]
        assert [one.reader for one in writer.due_appointments(NOW, 1)] == ["before"]


def test_a_due_appointment_is_one_planners_alone(postgres_records: SqlRecords) -> None:
    with postgres_records.writing() as writer:
        for reader in ("casey", "riley"):
            writer.put_appointment(CASEY.model_copy(update={"reader": reader, "next_at": NOW}))
    with postgres_records.writing() as first, postgres_records.writing() as second:
        assert [one.reader for one in first.due_appointments(NOW, 1)] == ["casey"]
        assert [one.reader for one in second.due_appointments(NOW, 9)] == ["riley"]


def test_a_firing_is_made_once_a_job_reader_and_period(records: SqlRecords) -> None:
    first = add(records, firing(), firing("riley"))
    again = add(
        records,
        firing(state=FiringState.SKIPPED),
        firing(period="2026-07-13"),
        firing(job="alert"),
    )
    assert len(first) == len(again) == 2
    assert state_of(records, first[0]) == firing()
    with records.reading() as reader:
        found = reader.firing_of("digest", "casey", "2026-07-06")
        assert found is not None
        assert found.id == first[0]
        assert reader.firing_of("digest", "casey", "2026-07-07") is None
        assert reader.firing(10**14) is None


def test_many_firings_are_made_at_once(records: SqlRecords) -> None:
    ids = add(records, *(firing(str(number)) for number in range(2500)))
    assert len(set(ids)) == 2500


def test_only_a_waiting_firing_that_does_not_rest_is_taken(records: SqlRecords) -> None:
    ids = add(
        records,
        firing("waits"),
        firing("rested", not_before=NOW),
        firing("rests", not_before=NOW + MOMENT),
        *(firing(state, state=state) for state in FiringState if state != "waiting"),
    )
    with records.writing() as writer:
        taken = [writer.take_firing(one, "t1", "ref", NOW) for one in ids]
        assert writer.take_firing(ids[0], "t2", "ref", NOW) is None
        assert writer.take_firing(10**14, "t2", "ref", NOW) is None
    assert [one.firing.reader for one in taken if one] == ["waits", "rested"]
    assert state_of(records, ids[0]) == firing(
        "waits",
        state=FiringState.RUNNING,
        token="t1",
        reference="ref",
        attempts=1,
        started_at=NOW,
    )


def test_of_two_workers_one_takes_a_firing(records: SqlRecords) -> None:
    (firing_id,) = add(records, firing())
    both_there, won = Barrier(2), list[str]()

    def take(token: str) -> None:
        both_there.wait()
        with records.writing() as writer:
            if writer.take_firing(firing_id, token, "", NOW):
                won.append(token)

    threads = [Thread(target=take, args=(token,)) for token in ("t1", "t2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert state_of(records, firing_id).token == won[0]


def test_a_run_says_that_it_is_alive_and_how_far_it_is(records: SqlRecords) -> None:
    (firing_id,) = add(records, firing())
    with records.writing() as writer:
        assert not writer.beat(firing_id, "t1", 0, 0)
        writer.take_firing(firing_id, "t1", "", NOW)
        assert writer.beat(firing_id, "t1", 0, 7)
        assert writer.beat(firing_id, "t1", 3, 7)
        assert not writer.beat(firing_id, "t2", 7, 7)
    found = state_of(records, firing_id)
    assert (found.beat, found.done, found.total) == (2, 3, 7)


def test_a_firing_is_changed_by_the_run_that_has_it(records: SqlRecords) -> None:
    (firing_id,) = add(records, firing())
    done = {"state": FiringState.DONE, "outcome": "7 accounts\0", "finished_at": NOW}
    with records.writing() as writer:
        assert not writer.change_firing(firing_id, "", done)
        writer.take_firing(firing_id, "t1", "", NOW)
        writer.beat(firing_id, "t1", 0, 0)
        assert not writer.change_firing(firing_id, "t2", done)
        assert not writer.change_firing(firing_id, "t1", done, beat=0)
        assert writer.change_firing(firing_id, "t1", done, beat=1)
        assert not writer.change_firing(firing_id, "t1", done)
    found = state_of(records, firing_id)
    assert (found.state, found.outcome) == (FiringState.DONE, "7 accounts\ufffd")


@pytest.mark.parametrize("state", FiringState)
def test_what_failed_or_was_skipped_can_wait_again(records: SqlRecords, state: FiringState) -> None:
    (firing_id,) = add(records, firing(state=state, attempts=4))
    with records.writing() as writer:
        revived = writer.revive_firing(firing_id, {"attempts": 0, "asked_by": "ada"})
    assert revived == (state not in {FiringState.RUNNING, FiringState.DONE})
    found = state_of(records, firing_id)
    assert (found.state, found.attempts) == ((FiringState.WAITING, 0) if revived else (state, 4))


def test_what_is_ready_to_be_run(records: SqlRecords) -> None:
    ids = add(
        records,
        firing("now"),
        firing("earlier", due_at=at(7, 1)),
        firing("rests", not_before=NOW + MOMENT),
        firing("rested", not_before=NOW),
        firing("offered", offered_at=NOW),
        firing("lost", offered_at=NOW - timedelta(minutes=1, microseconds=1)),
        *(firing(state, state=state) for state in FiringState if state != "waiting"),
    )
    before = NOW - timedelta(minutes=1)
    with records.reading() as reader:
        assert reader.ready_firings(NOW, before, 9) == [ids[1], ids[0], ids[3], ids[5]]
        assert reader.ready_firings(NOW, before, 2) == [ids[1], ids[0]]
    with records.writing() as writer:
        writer.offer_firings([ids[0], ids[1], ids[5]], NOW)
        assert writer.ready_firings(NOW, before, 9) == [ids[3]]
        writer.take_firing(ids[3], "t1", "", NOW)
    with records.reading() as reader:
        running = {stored.firing.reader for stored in reader.running_firings()}
    assert running == {"rested", "running"}


def test_history_tells_the_newest_first(records: SqlRecords) -> None:
    ids = add(
        records,
        firing("b", state=FiringState.DONE),
        firing("a", state=FiringState.FAILED),
        firing("a", period="old", due_at=at(6, 29), state=FiringState.DONE),
        firing("a", job="alert", due_at=at(7, 1)),
    )
    with records.reading() as reader:
        assert [one.id for one in reader.firings()] == [ids[1], ids[0], ids[3], ids[2]]
        assert [one.id for one in reader.firings("digest", OVER, 2)] == [ids[1], ids[0]]
        assert [one.id for one in reader.firings(states=[FiringState.WAITING])] == [ids[3]]
        assert [one.id for one in reader.firings("digest", period="old")] == [ids[2]]
        latest = reader.latest_period("digest")
        assert latest
        assert (latest.period, latest.newest.id) == ("2026-07-06", ids[1])
        assert latest.counts == {FiringState.DONE: 1, FiringState.FAILED: 1}
        assert reader.latest_period("team") is None
        names = ["digest", "digest", "digest", "alert"]
        assert reader.jobs_of([*ids, 10**14]) == dict(zip(ids, names, strict=True))


def test_what_failed_lately(records: SqlRecords) -> None:
    failed = FiringState.FAILED
    ids = add(
        records,
        firing("b", state=failed),
        firing("a", state=failed),
        firing("c", state=failed, job="alert", due_at=NOW + MOMENT),
        firing("old", state=failed, due_at=NOW - MOMENT),
        firing("done", state=FiringState.DONE),
    )
    with records.reading() as reader:
        assert [one.id for one in reader.failed_firings(NOW, 9)] == [ids[2], ids[1], ids[0]]
        assert [one.id for one in reader.failed_firings(NOW, 1)] == [ids[2]]


def test_what_a_person_asked_for_and_waits_for(records: SqlRecords) -> None:
    add(
        records,
        firing("b", asked_by="ada", state=FiringState.DONE),
        firing("a", asked_by="ada", state=FiringState.DONE),
        firing("others"),
        firing("a", asked_by="ada", period="old"),
        firing("a", asked_by="eve", job="alert"),
    )
    with records.reading() as reader:
        theirs = reader.firings_asked_by("ada", "digest", "2026-07-06", 9)
        assert [one.firing.reader for one in theirs] == ["a", "b"]
        assert len(reader.firings_asked_by("ada", "digest", "2026-07-06", 1)) == 1
        assert not reader.awaits_firings("ada", "digest", "2026-07-06")
        assert reader.awaits_firings("ada", "digest", "old")
        assert not reader.awaits_firings("ada", "alert", "2026-07-06")


def test_some_jobs_stand_behind_all_others(records: SqlRecords) -> None:
    ids = add(
        records,
        firing("1-9", job="refresh", due_at=at(7, 1)),
        firing("a"),
        firing("b"),
        firing("c", due_at=NOW + MOMENT),
    )
    with records.reading() as reader:
        behind = ["refresh", "knowledge"]
        assert reader.ready_firings(NOW, NOW, 9, behind) == [*ids[1:], ids[0]]
        assert reader.ready_firings(NOW, NOW, 4, behind) == [*ids[1:], ids[0]]
        assert reader.ready_firings(NOW, NOW, 1, behind) == [ids[1]]
        assert reader.ready_firings(NOW, NOW, 9) == ids


def test_a_tally_counts_what_is_not_over_and_what_was_due_lately(records: SqlRecords) -> None:
    add(
        records,
        firing("a", due_at=at(6, 1)),
        firing("b"),
        firing("c", state=FiringState.RUNNING, due_at=at(6, 2)),
        firing("d", state=FiringState.DONE),
        firing("e", state=FiringState.DONE, due_at=NOW - MOMENT),
        firing("f", state=FiringState.FAILED, job="alert"),
    )
    with records.reading() as reader:
        found = [
            (one.job, one.state, one.count, one.oldest_due_at) for one in reader.firing_tally(NOW)
        ]
    assert found == [
        ("alert", "failed", 1, NOW),
        ("digest", "done", 1, NOW),
        ("digest", "running", 1, at(6, 2)),
        ("digest", "waiting", 2, at(6, 1)),
    ]


def test_only_what_is_over_is_forgotten(records: SqlRecords) -> None:
    add(
        records,
        *(firing(state, state=state, due_at=NOW - MOMENT) for state in FiringState),
        firing("young", state=FiringState.DONE),
    )
    with records.writing() as writer:
        assert writer.sweep(Kept.FIRINGS, NOW, 0) == Swept(3, None)
    with records.reading() as reader:
        left = {one.firing.reader for one in reader.firings()}
    assert left == {"waiting", "running", "young"}


def test_what_was_skipped_by_a_clock_put_ahead_is_forgotten(records: SqlRecords) -> None:
    ahead = {"state": FiringState.SKIPPED, "finished_at": NOW + timedelta(days=6)}
    add(
        records,
        firing("tomorrow", due_at=NOW + timedelta(days=1), **ahead),
        firing("just now", due_at=NOW - MOMENT, **ahead),
        firing("done", due_at=NOW + timedelta(days=1), **ahead | {"state": FiringState.DONE}),
        firing("before", due_at=NOW - MOMENT, state=FiringState.SKIPPED, finished_at=NOW),
    )
    with records.writing() as writer:
        assert writer.forget_skipped_ahead(NOW) == 2
    with records.reading() as reader:
        assert {one.firing.reader for one in reader.firings()} == {"done", "before"}


def test_what_a_reader_was_told_last(records: SqlRecords) -> None:
    line = ToldLine(grade=Grade.RED, score=34.5, at_stake=120_000, reason="habits_decline")
    told = Told(
        job="digest",
        reader="casey",
        period="2026-07-06",
        at=NOW,
        lines={"7": line},
        figures={"at_risk": {"USD": 12_000_000}},
    )
    newer = told.model_copy(update={"period": "2026-07-13", "lines": {}})
    with records.writing() as writer:
        writer.keep_told(told)
    with records.reading() as reader:
        assert reader.last_told("digest", "casey") == told
        assert reader.last_told("digest", "riley") is None
    with records.writing() as writer:
        writer.keep_told(newer)
        assert writer.last_told("digest", "casey") == newer


def test_snoozes_last_until_their_day(records: SqlRecords) -> None:
    ids = sorted(write_accounts(records).values())

    def snooze(account: int, until: date) -> Snooze:
        return Snooze(reader="casey", account_id=account, until=until, grade=Grade.RED, made_at=NOW)

    with records.writing() as writer:
        writer.put_snooze(snooze(ids[0], TODAY))
        writer.put_snooze(snooze(ids[1], TODAY))
        writer.put_snooze(snooze(ids[1], TODAY + timedelta(days=1)))
    with records.reading() as reader:
        assert reader.snoozes("casey", TODAY) == [snooze(ids[1], TODAY + timedelta(days=1))]
        assert reader.snoozes("riley", TODAY) == []
    with records.writing() as writer:
        assert writer.drop_snooze("casey", ids[1])
        assert not writer.drop_snooze("casey", ids[1])


def test_a_source_is_kept_once_a_shelf_and_place(records: SqlRecords) -> None:
    help_pages = Source(place="/help", shelf=Shelf.CUSTOMER, added_at=NOW)
    inside = Source(place="/help", shelf=Shelf.INTERNAL, added_at=NOW)
    failed = help_pages.model_copy(update={"read_at": NOW, "problem": "not there"})
    with records.writing() as writer:
        first, second = writer.put_source(help_pages), writer.put_source(inside)
        assert writer.put_source(failed) == first
    with records.reading() as reader:
        assert [(one.id, one.source) for one in reader.sources()] == [
            (first, failed),
            (second, inside),
        ]
    with records.writing() as writer:
        assert writer.drop_source(first)
        assert not writer.drop_source(first)


def test_nobody_reads_all_firings_to_find_those_to_run(sqlite_records: SqlRecords) -> None:
    with sqlite_plans() as plans, sqlite_records.reading() as reader:
        reader.ready_firings(NOW, NOW, 10, ["refresh"])
        reader.running_firings()
        reader.firing_tally(NOW)
    assert not [plan for plan in plans if plan.startswith("SCAN firing") and "INDEX" not in plan]


def test_nobody_reads_all_history_to_see_how_things_are(sqlite_records: SqlRecords) -> None:
    add(sqlite_records, firing("a", state=FiringState.FAILED))
    with sqlite_plans() as plans, sqlite_records.reading() as reader:
        reader.failed_firings(NOW, 10)
        reader.awaits_firings("ada", "digest", "2026-07-06")
        reader.firings_asked_by("ada", "digest", "2026-07-06", 10)
        reader.latest_period("digest")
    by_index = [
        "ix_firing_failed (due_at>?)",
        "ix_firing_awaited (job=? AND period=? AND asked_by=?)",
        "(job=? AND period=?)",
        "ix_firing_job_due_at (job=?)",
        "(job=? AND period=?)",
        "INTEGER PRIMARY KEY",
    ]
    assert len(plans) == len(by_index)
    assert all(part in plan for part, plan in zip(by_index, plans, strict=True)), "\n".join(plans)
