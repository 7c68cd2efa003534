"""What is too old goes, and what is not over stays."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from csm.case import CaseStatus
from csm.health import CtaStatus, Grade
from csm.outreach import Outreach, OutreachState
from csm.people import Principal, Role
from csm.ports_keeping import Kept, Mismatch
from csm.post import PostState
from csm.question import QuestionState
from csm.told import Snooze, Told
from storage import aging
from storage.records import SqlRecords
from tests.storage.conversations import add_posts, ask, hand_over, post, question
from tests.storage.every_table import all_rows
from tests.storage.outreaches import add_outreach, outreach, queue
from tests.storage.portfolio import TODAY, at, cta, health, keep, risk, write, write_accounts

BEFORE = at(6, 1, 0)
DAY = BEFORE.date()
OLD, YOUNG = DAY - timedelta(days=1), DAY


def sweep(records: SqlRecords, kind: Kept, before: Any = BEFORE) -> int:
    count, start = 0, 0
    while start is not None:
        with records.writing() as writer:
            swept = writer.sweep(kind, before, start)
        count, start = count + swept.count, swept.next  # type: ignore[assignment]  # None ends it
    return count


def keys(records: SqlRecords, table: str, column: str = "key") -> set[Any]:
    rows = all_rows(records._database)[table].values()
    return {row[column] for row in rows}


KINDS: list[tuple[Kept, str, tuple[str, ...], tuple[Any, ...], tuple[Any, ...], set[str]]] = [
    (
        Kept.TICKETS,
        "ticket",
        ("key", "opened_at", "closed_at"),
        (at(1, 1), at(5, 31)),
        (at(1, 1), at(6, 1)),
        {"open"},
    ),
    (
        Kept.SURVEYS,
        "survey",
        ("key", "kind", "score", "answered_on"),
        ("nps", 3, OLD),
        ("nps", 3, YOUNG),
        set(),
    ),
    (
        Kept.INTERACTIONS,
        "interaction",
        ("key", "channel", "direction", "at"),
        ("email", "inbound", at(5, 31)),
        ("email", "inbound", at(6, 1)),
        set(),
    ),
    (
        Kept.INVOICES,
        "invoice",
        ("key", "amount", "issued_on", "due_on", "paid_on"),
        (5, OLD, OLD, OLD),
        (5, OLD, OLD, YOUNG),
        {"open"},
    ),
]


@pytest.mark.parametrize(("kind", "table", "columns", "old", "young", "more"), KINDS)
def test_records_go_by_the_day_on_which_they_were_over(
    records: SqlRecords,
    kind: Kept,
    table: str,
    columns: tuple[str, ...],
    old: tuple[Any, ...],
    young: tuple[Any, ...],
    more: set[str],
) -> None:
    write_accounts(records)
    rows = [("a-1", "old", *old), ("a-2", "old", *old), ("a-1", "young", *young)]
    rows += [("a-3", key, *old[:-1], None) for key in more]
    write(records, kind.value, ("account_key", *columns), rows)
    assert sweep(records, kind) == 2
    assert keys(records, table) == {"young"} | more
    assert sweep(records, kind) == 0


def test_usage_goes_in_parts_of_few_rows(
    records: SqlRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_accounts(records)
    write(records, "features", ("key", "name"), [("f", "F")])
    days = [OLD - timedelta(days=number) for number in range(2500)]
    rows = [(account, day, "f", 1) for account in ("a-1", "a-3") for day in (*days, YOUNG)]
    write(records, "usage", ("account_key", "day", "feature", "events"), rows)
    with records.writing() as writer:
        first = writer.sweep(Kept.USAGE, BEFORE, 0)
    assert (first.count, first.next) == (aging._ROWS, 0)
    assert sweep(records, Kept.USAGE) == 5000 - aging._ROWS
    assert keys(records, "usage_day", "day") == {YOUNG}


def test_the_newest_health_of_each_account_stays_whatever_its_age(records: SqlRecords) -> None:
    ids = write_accounts(records)
    for day in (date(2024, 1, 1), date(2024, 1, 2)):
        keep(records, day, health=[health(ids["a-1"], day)])
    keep(records, TODAY, health=[health(ids["a-2"], TODAY)])
    keep(records, OLD, health=[health(ids["a-2"], OLD)])
    assert sweep(records, Kept.HEALTH) == 2
    assert keys(records, "health", "day") == {date(2024, 1, 2), TODAY}


def test_conclusions_go_when_they_were_over_for_long(records: SqlRecords) -> None:
    ids = write_accounts(records)
    findings = [
        risk(ids["a-1"], "open", opened_on=OLD),
        risk(ids["a-1"], "old", opened_on=OLD, closed_on=None),
        risk(ids["a-1"], "young", opened_on=OLD),
    ]
    ctas = [cta(ids["a-1"], reason) for reason in ("open", "old", "young")]
    keep(records, findings=findings, opened_ctas=ctas)
    with records._database.writing() as connection:
        for rule, day in (("old", OLD), ("young", YOUNG)):
            connection.execute(
                sa.text("UPDATE finding SET closed_on = :day WHERE rule = :rule"),
                {"day": day.isoformat(), "rule": rule},
            )
    with records.writing() as writer:
        for stored in writer.open_ctas(None):
            if stored.cta.reason != "open":
                closed_at = at(5, 31) if stored.cta.reason == "old" else at(6, 1)
                changes = {"status": CtaStatus.CLOSED, "closed_at": closed_at}
                writer.update_cta(stored.id, stored.cta.model_copy(update=changes))
    assert sweep(records, Kept.FINDINGS) == 1
    assert sweep(records, Kept.CTAS) == 1
    assert keys(records, "finding", "rule") == keys(records, "cta", "reason") == {"open", "young"}


def test_questions_go_with_their_cases_once_those_are_resolved(records: SqlRecords) -> None:
    answered = {"state": QuestionState.ANSWERED, "asked_at": at(5, 1)}
    ask(
        records,
        question("old", **answered),
        question("young", **answered | {"asked_at": at(6, 2)}),
        question("asked", asked_at=at(5, 1)),
        question("drafted", asked_at=at(5, 1), state=QuestionState.DRAFTED),
    )
    handed = {"state": QuestionState.HANDED_OVER, "asked_at": at(5, 1)}
    hand_over(records, question("case open", **handed))
    resolved = {"status": CaseStatus.RESOLVED}
    hand_over(records, question("just resolved", **handed), **resolved, resolved_at=at(6, 1))
    hand_over(records, question("resolved", **handed), **resolved, resolved_at=at(5, 31))
    assert sweep(records, Kept.QUESTIONS) == 2
    left = {"young", "asked", "drafted", "case open", "just resolved"}
    assert keys(records, "question") == left
    assert len(keys(records, "support_case", "id")) == 2


def test_of_outreach_that_is_over_only_what_it_said_goes(records: SqlRecords) -> None:
    said = {
        "evidence": "NPS 3",
        "links": ("https://help.example/",),
        "used": ("csm_name",),
        "verdict": [{"rule": "pause", "outcome": "pass"}],
        "goal_by": OLD,
        "drafted_at": at(5, 1),
    }
    sent = {**said, "state": OutreachState.SENT, "message": "m1"}
    given = [
        outreach("old", **sent, sent_at=at(5, 31)),
        outreach("young", **sent, sent_at=at(6, 1)),
        outreach("goal open", **sent | {"goal_by": YOUNG}, sent_at=at(5, 31)),
        outreach("in doubt", **sent | {"state": OutreachState.IN_DOUBT}),
        outreach("draft", **said),
    ]
    ids = add_outreach(records, *given)
    assert sweep(records, Kept.OUTREACH) == 1
    assert sweep(records, Kept.OUTREACH) == 0
    with records.reading() as reader:
        found = [reader.outreach(number) for number in ids]
    emptied, *rest = [one.outreach for one in found if one]
    assert rest == given[1:]
    gone = {name: Outreach.model_fields[name].get_default() for name in aging._SAID} | {
        "verdict": []
    }
    assert emptied == given[0].model_copy(update=gone)
    assert (emptied.state, emptied.message, emptied.contact_key) == ("sent", "m1", "jo")


def test_posts_that_are_not_over_stay_for_ever(records: SqlRecords) -> None:
    """One in doubt is over for us, unless it is outreach, which a person can still settle."""
    (outreach_id,) = add_outreach(records, outreach("o", state=OutreachState.IN_DOUBT))
    doubted = {"state": PostState.IN_DOUBT, "outreach_id": outreach_id}
    add_posts(records, post("old outreach", created_at=at(5, 1), **doubted))
    for state in PostState:
        add_posts(records, post(f"old {state}", state=state, created_at=at(5, 1)))
    add_posts(records, post("young", state=PostState.SENT, created_at=at(5, 1), sent_at=at(6, 1)))
    assert sweep(records, Kept.POSTS) == 3
    kept = {f"old {state}" for state in ("waiting", "cleared", "sending")}
    assert keys(records, "post") == kept | {"old outreach", "young"}


def test_what_is_of_people_who_are_gone_goes(records: SqlRecords) -> None:
    ids = write_accounts(records)
    with records.writing() as writer:
        writer.save_person(Principal("casey", "Casey Rivers", Role.CSM))
        for reader in ("casey", "gone"):
            writer.keep_told(Told(job="digest", reader=reader, period="p", at=at(5, 1)))
            for key, until in (("a-1", OLD), ("a-2", YOUNG)):
                writer.put_snooze(
                    Snooze(
                        reader=reader,
                        account_id=ids[key],
                        until=until,
                        grade=Grade.RED,
                        made_at=at(5, 1),
                    )
                )
    assert sweep(records, Kept.TOLD) == 1
    assert sweep(records, Kept.SNOOZES) == 3
    assert keys(records, "told", "reader") == keys(records, "snooze", "reader") == {"casey"}


def test_every_kind_is_swept_of_empty_records(records: SqlRecords) -> None:
    assert [sweep(records, kind) for kind in Kept] == [0] * len(Kept)


def test_outreach_and_outbox_that_say_different_things_are_found(records: SqlRecords) -> None:
    queue(records, outreach("fine"))
    (lost,) = add_outreach(records, outreach("lost", state=OutreachState.APPROVED))
    sent, _ = queue(records, outreach("sent"), state=PostState.SENT)
    ended, _ = queue(records, outreach("ended", state=OutreachState.WITHDRAWN))
    queue(records, outreach("over", state=OutreachState.SENT), state=PostState.SENT)
    add_outreach(records, outreach("draft"))
    with records.reading() as reader:
        found = reader.outbox_mismatches(10)
        assert reader.outbox_mismatches(1) == found[:1]
    assert found == [
        Mismatch(lost, OutreachState.APPROVED, None),
        Mismatch(sent, OutreachState.APPROVED, PostState.SENT),
        Mismatch(ended, OutreachState.WITHDRAWN, PostState.WAITING),
    ]


def test_posts_are_old_by_their_claim_or_by_when_they_were_to_be_sent(records: SqlRecords) -> None:
    ids = add_posts(
        records,
        post("waits", created_at=at(5, 2)),
        post("rests", created_at=at(5, 1), not_before=at(6, 2)),
        post("sending", created_at=at(5, 1), claimed_at=at(5, 3), state=PostState.SENDING),
        post("just claimed", created_at=at(5, 1), claimed_at=at(6, 2), state=PostState.SENDING),
    )
    with records.reading() as reader:
        found = reader.posts_in([PostState.WAITING, PostState.SENDING], BEFORE, 10)
    assert [(one.id, one.since) for one in found] == [(ids[0], at(5, 2)), (ids[2], at(5, 3))]


def test_what_could_have_been_sent_is_doubted(records: SqlRecords) -> None:
    add_posts(
        records,
        post("due", created_at=at(5, 1)),
        post("cleared", created_at=at(5, 1), state=PostState.CLEARED, claimed_at=at(5, 2)),
        post("held", created_at=at(5, 1), not_before=at(6, 2)),
        post("sent", created_at=at(5, 1), state=PostState.SENT),
    )
    with records.writing() as writer:
        assert writer.doubt_all(BEFORE, at(5, 31)) == 2
    rows = all_rows(records._database)["post"].values()
    assert {row["key"]: (row["state"], row["claimed_at"]) for row in rows} == {
        "due": ("sending", at(5, 31)),
        "cleared": ("sending", at(5, 31)),
        "held": ("waiting", None),
        "sent": ("sent", None),
    }
