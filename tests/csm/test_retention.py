"""Retention: every kind by its own setting, and what was deleted in words."""

from datetime import timedelta

import pytest

from csm.keep_settings import KeepSettings
from csm.ports_keeping import Kept
from csm.use_cases.retention import _NAMES, delete_aged
from storage import aging
from storage.records import SqlRecords
from tests.bot.slack_records import FixedClock
from tests.csm.shipped import shipped_playbook
from tests.storage.conversations import add_posts, line, post

KEEP = shipped_playbook().keep


def test_every_setting_but_that_of_backups_has_a_kind_and_every_kind_a_name() -> None:
    with_setting = {kind.value for kind in Kept} & set(KeepSettings.model_fields)
    assert set(KeepSettings.model_fields) - with_setting == {"backups"}
    assert set(_NAMES) == set(Kept)
    ruled = set(aging._BY_ACCOUNT) | set(aging._BY_ID) | set(aging._BY_TIME)
    assert ruled == set(Kept)


def test_what_is_older_than_its_setting_goes(sqlite_records: SqlRecords) -> None:
    clock = FixedClock()
    moment = timedelta(seconds=1)
    with sqlite_records.writing() as writer:
        for name, days in (("old", KEEP.threads), ("young", KEEP.threads)):
            age = timedelta(days=days) + (moment if name == "old" else -moment)
            writer.add_line(line(name, at=clock.now() - age))
        writer.claim_event("slack", "E1", clock.now() - timedelta(days=KEEP.events) - moment)
        writer.claim_event("slack", "E2", clock.now() - timedelta(days=KEEP.events))
    add_posts(
        sqlite_records,
        post("p", state="sent", created_at=clock.now() - timedelta(days=KEEP.posts + 1)),
    )
    steps: list[tuple[int, int]] = []
    words = delete_aged(sqlite_records, KEEP, clock, lambda *step: steps.append(step))
    assert words == "Deleted 1 line of a thread, 1 post and 1 event."
    assert steps == [(number, len(Kept)) for number in range(len(Kept) + 1)]
    with sqlite_records.reading() as reader:
        assert [one.message for one in reader.thread("slack", "T1", "C1", "t1")] == ["young"]
    again = delete_aged(sqlite_records, KEEP, clock, lambda *step: steps.append(step))
    assert again == "Nothing is old enough to be deleted."


def test_what_was_deleted_before_it_was_stopped_stays_so_and_the_rest_goes_later(
    sqlite_records: SqlRecords,
) -> None:
    clock = FixedClock()
    long_ago = clock.now() - timedelta(days=400)
    with sqlite_records.writing() as writer:
        writer.add_line(line("old", at=long_ago))
        writer.claim_event("slack", "E1", long_ago)
    kinds = list(Kept)

    def stop(done: int, _total: int) -> None:
        if done == kinds.index(Kept.EVENTS):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        delete_aged(sqlite_records, KEEP, clock, stop)
    with sqlite_records.reading() as reader:
        assert reader.thread("slack", "T1", "C1", "t1") == []
    assert delete_aged(sqlite_records, KEEP, clock, lambda *_: None) == "Deleted 1 event."
