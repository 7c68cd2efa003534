"""The digest of knowledge gaps: what is new, what grows, and what nobody has taken up."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import pytest

from csm.errors import Unavailable
from csm.firing import Appointment
from csm.people import STAFF_ONLY, Capability, clear
from csm.question import QuestionState
from csm.told import Told
from csm.use_cases.digest_frame import Addressee, Composed
from csm.use_cases.gaps_digest import MOST, compose_gaps
from csm.use_cases.review_book import scope_of
from csm.use_cases.work_cases import claim_case
from jobs.schedule import job_table
from storage.records import SqlRecords
from tests.csm.help_desk import (
    MORGAN,
    NOW,
    RILEY,
    TODAY,
    asked,
    buttons,
    handed,
    keep,
    open_desk,
    staff,
    words,
)
from tests.csm.shipped import shipped_playbook

EARLIER = NOW - timedelta(hours=1)


class At:
    def now(self) -> datetime:
        return NOW

    def today(self) -> date:
        return TODAY


def by_first_word(texts: Sequence[str]) -> list[list[int]]:
    groups: dict[str, list[int]] = {}
    for at, text in enumerate(texts):
        groups.setdefault(text.split()[0], []).append(at)
    return list(groups.values())


def lacking(records: SqlRecords, key: str, text: str) -> int:
    which = asked(key, text=text, asked_at=EARLIER, state=QuestionState.DISCARDED)
    return keep(records, which)


def digest(
    records: SqlRecords, after: Composed | None = None, cluster: object = by_first_word
) -> Composed:
    previous = None
    if after is not None:
        figures = dict(after.figures)
        previous = Told(job="gaps", reader="morgan", period="p", at=NOW, figures=figures)
    clearance = clear(MORGAN, Capability.READ_ACCOUNTS, STAFF_ONLY)
    reader = Addressee(
        job_table(time(5)).job("gaps"),
        Appointment(job="gaps", reader="morgan", days="mon", at="09:00"),
        clearance,
        scope_of(clearance, records, "all"),
        TODAY,
        previous,
        TODAY,
    )
    compose = compose_gaps(records, shipped_playbook(), cluster, At())  # type: ignore[arg-type]
    return compose(reader)


def test_a_first_digest_calls_nothing_new(records: SqlRecords) -> None:
    open_desk(records)
    first, second = lacking(records, "a", "Export to XML?"), lacking(records, "b", "Export how?")
    found = digest(records)
    assert found.outcome == "1 gap, 0 new, 1 unowned"
    assert "Nobody has taken it up." in words(found.card)
    assert "New." not in words(found.card)
    assert buttons(found.card)[0].startswith("gap.draft:")
    assert buttons(found.card)[-1] == "gaps.show"
    assert found.figures["asked"] == [first, second]


def test_what_is_new_and_what_grows(records: SqlRecords) -> None:
    open_desk(records)
    lacking(records, "a", "Export to XML?")
    lacking(records, "b", "Colours of a board?")
    first = digest(records)
    lacking(records, "c", "Export again?")
    lacking(records, "d", "Printing a board?")
    found = digest(records, after=first)
    assert found.outcome == "3 gaps, 1 new, 3 unowned"
    assert "3 gaps from 4 questions, 1 new, 1 growing; 3 not taken up." in found.card.summary
    text = words(found.card)
    assert text.count("New.") == 1
    assert text.count("Growing: 1 more question since the last time.") == 1
    again = digest(records, after=found)
    assert "0 new, 0 growing" in again.card.summary


def test_whoever_claimed_a_case_of_it_has_taken_it_up(records: SqlRecords) -> None:
    open_desk(records)
    case_id = handed(records, asked(asked_at=EARLIER), EARLIER).case_id
    found = digest(records)
    assert "1 unowned" in found.outcome
    claim_case(staff(RILEY), records, NOW, case_id)
    found = digest(records)
    assert "0 unowned" in found.outcome
    assert found.card.summary == "1 gap from 1 question; all taken up."
    assert "Taken up by Riley Stone." in words(found.card)


def test_no_more_than_the_first_few_are_shown(sqlite_records: SqlRecords) -> None:
    open_desk(sqlite_records)
    for number in range(MOST + 2):
        lacking(sqlite_records, f"k{number}", f"word{number} in a question?")
    found = digest(sqlite_records)
    drafts = [one for one in buttons(found.card) if one.startswith("gap.draft:")]
    assert len(drafts) == MOST
    assert found.outcome == f"{MOST + 2} gaps, 0 new, {MOST + 2} unowned"


def test_without_a_gap_one_line_is_said(sqlite_records: SqlRecords) -> None:
    open_desk(sqlite_records)
    found = digest(sqlite_records)
    assert (found.is_empty, len(found.card.blocks)) == (True, 1)


def test_what_cannot_be_compared_is_tried_again(sqlite_records: SqlRecords) -> None:
    def down(_texts: Sequence[str]) -> list[list[int]]:
        raise Unavailable("The embedding model is down.")

    open_desk(sqlite_records)
    lacking(sqlite_records, "a", "Export to XML?")
    with pytest.raises(Unavailable):
        digest(sqlite_records, cluster=down)
