"""What onboardings, renewals and reviews are looked after by."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from csm.ports import Records
from tests.storage.portfolio import questions_asked, write, write_accounts

TODAY = date(2026, 7, 1)
MILESTONE = ("account_key", "key", "title", "due_on", "done_on")


@pytest.fixture
def ids(records: Any) -> dict[str, int]:
    return write_accounts(records)


def test_milestones_that_are_open_or_were_done_lately(records: Any, ids: dict[str, int]) -> None:
    rows = [
        ("a-1", "late", "Late", date(2026, 6, 1), None),
        ("a-1", "early", "Early", date(2026, 5, 1), None),
        ("a-1", "just", "Just", date(2026, 6, 20), date(2026, 6, 24)),
        ("a-1", "before", "Before", date(2026, 6, 20), date(2026, 6, 23)),
        ("a-3", "theirs", "Theirs", date(2026, 6, 1), None),
        ("a-4", "churned", "Churned", date(2026, 6, 1), None),
    ]
    write(records, "milestones", MILESTONE, rows)
    with records.reading() as reader:
        mine = reader.milestones("Casey@x.example", date(2026, 6, 24))
        all_of_them = reader.milestones(None, date(2026, 6, 24))
        assert reader.milestones("nobody@x.example", TODAY) == {}
    assert {id_: [one.key for one in some] for id_, some in mine.items()} == {
        ids["a-1"]: ["early", "late", "just"]
    }
    assert mine[ids["a-1"]][2].done_on == date(2026, 6, 24)
    assert all_of_them.keys() == {ids["a-1"], ids["a-3"]}


def test_subscriptions_of_several_accounts(records: Any, ids: dict[str, int]) -> None:
    columns = ("account_key", "key", "arr", "started_on", "auto_renew")
    rows = [
        ("a-1", "b", 100, date(2026, 1, 1), True),
        ("a-1", "a", 200, date(2026, 1, 1), False),
        ("a-2", "c", 300, date(2026, 1, 1), False),
    ]
    write(records, "subscriptions", columns, rows)
    with records.reading() as reader:
        found = reader.subscriptions_of([ids["a-1"], ids["a-3"]])
        assert reader.subscriptions_of([]) == {}
    assert {id_: [one.key for one in some] for id_, some in found.items()} == {
        ids["a-1"]: ["a", "b"]
    }
    assert [one.auto_renew for one in found[ids["a-1"]]] == [False, True]


def test_the_last_review_until_a_day(records: Any, ids: dict[str, int]) -> None:
    columns = ("account_key", "key", "at", "topic")
    late = datetime(2026, 7, 1, 23, tzinfo=UTC)
    rows = [
        ("a-1", "old", datetime(2026, 1, 1, tzinfo=UTC), "review"),
        ("a-1", "late", late, "review"),
        ("a-1", "planned", datetime(2026, 7, 2, tzinfo=UTC), "review"),
        ("a-2", "other", late, "general"),
    ]
    write(records, "interactions", columns, rows)
    with records.reading() as reader:
        assert reader.last_reviews(list(ids.values()), TODAY) == {ids["a-1"]: late}
        assert reader.last_reviews([], TODAY) == {}


def test_one_question_however_many_accounts(records: Records, ids: dict[str, int]) -> None:
    for some in (list(ids.values())[:1], list(ids.values())):
        with records.reading() as reader, questions_asked() as asked:
            reader.subscriptions_of(some)
            reader.last_reviews(some, TODAY)
            reader.milestones(None, TODAY)
        assert len(asked) == 3
