"""What a team's figures are made of."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from csm.health import Cta, CtaOutcome, CtaStatus, CtaType, Grade, Save, Severity
from csm.outreach import OutreachState
from csm.ports_team import DraftsWaiting, NamedSave, Unclaimed
from storage.records import SqlRecords
from tests.storage.conversations import sqlite_plans
from tests.storage.outreaches import add_outreach, outreach
from tests.storage.portfolio import (
    TODAY,
    at,
    cta,
    health,
    keep,
    questions_asked,
    write,
    write_accounts,
)

SUBSCRIPTION = ("account_key", "key", "started_on", "ends_on", "arr", "trial")
AFTER, UNTIL = date(2025, 12, 31), date(2026, 12, 31)
DAY = timedelta(days=1)
CASEY, RILEY = "Casey@x.example", "riley@x.example"


@pytest.fixture
def ids(records: SqlRecords) -> dict[str, int]:
    return write_accounts(records)


def test_subscriptions_of_a_period_are_those_live_in_it(
    records: SqlRecords, ids: dict[str, int]
) -> None:
    write(
        records,
        "subscriptions",
        SUBSCRIPTION,
        [
            ("a-1", "whole", date(2024, 1, 1), None, 100, False),
            ("a-1", "ended before", date(2024, 1, 1), AFTER, 200, False),
            ("a-1", "ended after a day", date(2024, 1, 1), AFTER + DAY, 300, False),
            ("a-1", "begins last", UNTIL, None, 400, False),
            ("a-1", "begins later", UNTIL + DAY, None, 500, False),
            ("a-1", "trial", date(2024, 1, 1), None, 600, True),
            ("a-4", "of who left", date(2024, 1, 1), date(2026, 2, 1), 700, False),
            ("a-3", "riley's", date(2024, 1, 1), None, 800, False),
        ],
    )
    with records.reading() as reader:
        found = reader.subscriptions_since(None, AFTER, UNTIL)
        own = reader.subscriptions_since(CASEY, AFTER, UNTIL)
    assert {id_: {one.key for one in bought} for id_, bought in found.items()} == {
        ids["a-1"]: {"whole", "ended after a day", "begins last"},
        ids["a-4"]: {"of who left"},
        ids["a-3"]: {"riley's"},
    }
    assert set(own) == {ids["a-1"], ids["a-4"]}


def test_the_grade_of_a_day_is_the_newest_of_two_weeks(
    records: SqlRecords, ids: dict[str, int]
) -> None:
    def graded(account: str, day: date, grade: Grade) -> None:
        found = health(ids[account], day).model_copy(update={"grade": grade})
        keep(records, day, health=[found])

    graded("a-1", TODAY - 15 * DAY, Grade.RED)
    graded("a-1", TODAY - 13 * DAY, Grade.LIME)
    graded("a-2", TODAY - 14 * DAY, Grade.GREEN)
    graded("a-3", TODAY + DAY, Grade.GREEN)
    with records.reading() as reader:
        found = reader.grades_on(None, [TODAY - 14 * DAY, TODAY])
        assert reader.grades_on(RILEY, [TODAY]) == {TODAY: {}}
        assert reader.grades_on(None, []) == {}
    assert found == {
        TODAY - 14 * DAY: {ids["a-1"]: Grade.RED, ids["a-2"]: Grade.GREEN},
        TODAY: {ids["a-1"]: Grade.LIME},
    }


def test_saves_by_name_newest_first(records: SqlRecords, ids: dict[str, int]) -> None:
    def saved(account: str, day: date) -> Save:
        save = Save(account_id=ids[account], day=day, from_score=30, to_score=60)
        keep(records, day, saves=[save])
        return save

    saved("a-1", TODAY - 7 * DAY)
    early = saved("a-3", TODAY - 6 * DAY)
    late = saved("a-2", TODAY)
    also = saved("a-1", TODAY)
    saved("a-3", TODAY + DAY)
    with records.reading() as reader:
        found = reader.saves(None, TODAY - 7 * DAY, TODAY)
        assert reader.saves(RILEY, TODAY - 7 * DAY, TODAY) == [NamedSave("Initech", early)]
    assert found == [
        NamedSave("Acmé Corp", also),
        NamedSave("Globex", late),
        NamedSave("Initech", early),
    ]


def test_leads_passed_are_opportunities_closed_as_done_in_that_time(
    records: SqlRecords, ids: dict[str, int]
) -> None:
    def closed(account: str, reason: str, when: datetime, **changes: Any) -> Cta:
        given = {
            "type": CtaType.OPPORTUNITY,
            "status": CtaStatus.CLOSED,
            "outcome": CtaOutcome.DONE,
            "closed_at": when,
        }
        return cta(ids[account], reason).model_copy(update={**given, **changes})

    keep(
        records,
        opened_ctas=[
            closed("a-1", "before", at(6, 24)),
            closed("a-1", "first", at(6, 25)),
            closed("a-3", "last", at(7, 1)),
            closed("a-3", "after", at(7, 1, 13)),
            closed("a-1", "lost", at(6, 25), outcome=CtaOutcome.LOST),
            closed("a-1", "a risk", at(6, 25), type=CtaType.RISK),
        ],
    )
    with records.reading() as reader:
        assert reader.leads_passed(None, at(6, 24), at(7, 1)) == 2
        assert reader.leads_passed(CASEY, at(6, 24), at(7, 1)) == 1


def test_unclaimed_calls_by_owner_and_severity(records: SqlRecords, ids: dict[str, int]) -> None:
    early = TODAY - 9 * DAY
    keep(
        records,
        opened_ctas=[
            cta(ids["a-1"], "1", due_on=TODAY - DAY).model_copy(update={"opened_on": early}),
            cta(ids["a-1"], "2", due_on=TODAY),
            cta(ids["a-1"], "3", Severity.LOW),
            cta(ids["a-3"], "4", owner_email=RILEY),
            cta(ids["a-2"], "5", owner_email=""),
            cta(ids["a-2"], "6").model_copy(
                update={"status": CtaStatus.CLAIMED, "claimed_by": "casey"}
            ),
            cta(ids["a-2"], "7").model_copy(update={"status": CtaStatus.CLOSED}),
        ],
    )
    with records.reading() as reader:
        found = reader.unclaimed_ctas(None, TODAY)
        own = reader.unclaimed_ctas(CASEY, TODAY)
    casey = [
        Unclaimed("casey@x.example", Severity.HIGH, 2, 1, early),
        Unclaimed("casey@x.example", Severity.LOW, 1, 0, TODAY),
    ]
    assert own == casey
    assert found == [
        Unclaimed("", Severity.HIGH, 1, 0, TODAY),
        *casey,
        Unclaimed(RILEY, Severity.HIGH, 1, 0, TODAY),
    ]


def test_drafts_that_wait_and_since_when(records: SqlRecords, ids: dict[str, int]) -> None:
    assert ids
    now = at(7, 1)
    with records.reading() as reader:
        assert reader.drafts_waiting(None, now) == DraftsWaiting(0, None)
    add_outreach(
        records,
        outreach("young", drafted_at=at(6, 20)),
        outreach("old", drafted_at=at(6, 10), account_key="a-3"),
        outreach("rested", drafted_at=at(6, 15), snoozed_until=now),
        outreach("rests", drafted_at=at(6, 1), snoozed_until=now + DAY),
        outreach("sent", drafted_at=at(6, 1), state=OutreachState.SENT),
    )
    with records.reading() as reader:
        assert reader.drafts_waiting(None, now) == DraftsWaiting(3, at(6, 10))
        assert reader.drafts_waiting(CASEY, now) == DraftsWaiting(2, at(6, 15))


def ask_all(records: SqlRecords) -> None:
    with records.reading() as reader:
        reader.subscriptions_since(None, AFTER, UNTIL)
        reader.grades_on(None, [TODAY])
        reader.saves(None, AFTER, UNTIL)
        reader.leads_passed(None, at(1, 1), at(7, 1))
        reader.unclaimed_ctas(None, TODAY)
        reader.drafts_waiting(None, at(7, 1))


def test_a_query_for_each_question(records: SqlRecords, ids: dict[str, int]) -> None:
    assert ids
    with questions_asked() as asked:
        ask_all(records)
    assert len(asked) == 6


def test_what_grows_for_ever_is_not_read_from_end_to_end(sqlite_records: SqlRecords) -> None:
    """Health has a row an account and day; outreach and closed calls to action stay for years."""
    write_accounts(sqlite_records)
    with sqlite_plans() as plans:
        ask_all(sqlite_records)
    steps = [step.split() for plan in plans for step in plan.split("; ")]
    scanned = {step[1] for step in steps if step[0] == "SCAN" and "INDEX" not in step}
    assert scanned <= {"subscription", "account", "save", "cta"}
