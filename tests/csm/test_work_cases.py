"""What colleagues do with cases, from the records to what the customer's thread gets."""

from collections.abc import Callable

import pytest

from csm.case import CaseStatus
from csm.errors import Conflict, Forbidden, InvalidInput, NotFound
from csm.people import Audience, AudienceKind, Capability, Clearance, Principal, clear
from csm.question import QuestionState
from csm.use_cases.case_file import CaseFile
from csm.use_cases.work_cases import (
    case_answered_in_thread,
    claim_case,
    list_cases,
    release_case,
    reopen_case,
    reply_to_case,
    resolve_case,
    see_case,
)
from csm.views.pages import PAGE
from storage.records import SqlRecords
from tests.csm.help_desk import (
    ACME_SHARED,
    CASEY,
    JO,
    MORGAN,
    NOW,
    RILEY,
    SAM,
    answered,
    asked,
    card_of,
    handed,
    hours,
    keep,
    open_desk,
    posts,
    question,
    settings,
    staff,
)
from tests.storage.conversations import sqlite_plans

REPLY = "Open Reports, then choose Schedule and Weekly."


def reply(records: SqlRecords, case_id: int, text: str = REPLY, who: Principal = CASEY) -> CaseFile:
    return reply_to_case(staff(who), records, settings(), NOW + hours(1), case_id, text)


def by_hand(
    records: SqlRecords, who: Principal, text: str = "Done for you.", thread: str = "m1"
) -> None:
    with records.writing() as writer:
        case_answered_in_thread(
            writer, "slack", "T1", ACME_SHARED.channel, thread, who, text, NOW + hours(2)
        )


def test_claim_and_give_back(records: SqlRecords) -> None:
    open_desk(records)
    case_id = handed(records).case_id
    assert claim_case(staff(), records, NOW, case_id).stored.case.claimed_by == "casey"
    with pytest.raises(Conflict, match=r"Casey Rivers claimed this case on 30 Jun 2027, 09:00 UTC"):
        claim_case(staff(RILEY), records, NOW, case_id)
    assert release_case(staff(), records, case_id).stored.case.status is CaseStatus.OPEN
    assert claim_case(staff(RILEY), records, NOW, case_id).names["riley"] == "Riley Stone"


def test_a_reply_goes_to_the_customers_thread_and_nowhere_else(records: SqlRecords) -> None:
    open_desk(records)
    case_id = handed(records).case_id
    file = reply(records, case_id, f"  {REPLY}  ")
    case = file.stored.case
    assert (case.status, case.claimed_by, case.answered_by) == ("answered", "casey", "casey")

    (post,) = posts(records, f"case:{case_id}:reply")
    assert (post.key, post.channel, post.thread) == (f"case:{case_id}:reply:1", "C-ACME", "m1")
    assert (post.account_key, post.person_key) == ("acme", "")
    assert (card_of(post).title, card_of(post).summary) == ("Reply from Casey Rivers", REPLY)

    (kept,) = file.replies
    (line,) = file.thread
    assert (kept.by, kept.text) == ("casey", REPLY)
    assert (line.by, line.person, line.text) == ("staff", "casey", REPLY)
    assert file.stored.question.state is QuestionState.HANDED_OVER
    assert question(records, case.question_id).human_replied_at == NOW + hours(1)


def test_a_second_reply_is_another_one_but_not_the_same_twice(records: SqlRecords) -> None:
    open_desk(records)
    case_id = handed(records).case_id
    reply(records, case_id)
    with pytest.raises(Conflict, match=r"You sent exactly this on 30 Jun 2027, 12:00 CEST"):
        reply(records, case_id)
    reply(records, case_id, "And press Save.")
    assert [post.key for post in posts(records, f"case:{case_id}:reply")] == [
        f"case:{case_id}:reply:1",
        f"case:{case_id}:reply:2",
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "nothing to send"),
        ("   \n", "nothing to send"),
        ("Your health score is poor.", "words that are for us alone: health score"),
        ("Globex has the same problem.", "names another customer"),
        ("Dear [name], try again.", "left to be filled in"),
        ("<!channel> try again", "markup"),
        ("x " * 2000, "longer than one message"),
    ],
)
def test_what_the_guard_minds_is_not_sent(
    sqlite_records: SqlRecords, text: str, reason: str
) -> None:
    open_desk(sqlite_records)
    case_id = handed(sqlite_records).case_id
    before = posts(sqlite_records)
    with pytest.raises(InvalidInput, match=reason):
        reply(sqlite_records, case_id, text)
    assert posts(sqlite_records) == before
    file = see_case(staff(), sqlite_records, case_id)
    assert (file.stored.case.status, file.replies, file.thread) == ("open", [], [])


def test_a_person_may_promise_and_name_their_own_customer(sqlite_records: SqlRecords) -> None:
    open_desk(sqlite_records)
    case_id = handed(sqlite_records).case_id
    text = "We guarantee it for Acme until 3 July: https://status.example/acme"
    assert reply(sqlite_records, case_id, text).replies[0].text == text


def test_nobody_replies_over_a_colleagues_head(sqlite_records: SqlRecords) -> None:
    open_desk(sqlite_records)
    case_id = handed(sqlite_records).case_id
    claim_case(staff(), sqlite_records, NOW, case_id)
    with pytest.raises(Conflict, match="Casey Rivers claimed"):
        reply(sqlite_records, case_id, who=RILEY)
    assert posts(sqlite_records, f"case:{case_id}:reply") == []


def test_resolve_tells_the_thread_once(records: SqlRecords) -> None:
    open_desk(records)
    case_id = handed(records).case_id
    assert resolve_case(staff(), records, NOW, case_id).stored.case.resolved_by == "casey"
    with pytest.raises(Conflict, match="Casey Rivers resolved this case"):
        resolve_case(staff(RILEY), records, NOW, case_id)
    (post,) = posts(records, f"case:{case_id}:resolved")
    assert (post.thread, post.account_key) == ("m1", "acme")
    assert card_of(post).summary == (
        "Casey Rivers marked this as solved. If it is not, just ask again here."
    )


def test_what_is_reopened_has_a_new_promise_and_ends_with_a_word(records: SqlRecords) -> None:
    open_desk(records)
    case_id = handed(records).case_id
    reply(records, case_id)
    resolve_case(staff(), records, NOW, case_id)
    later = NOW + hours(24)
    case = reopen_case(staff(), records, settings(), later, case_id).stored.case
    assert (case.status, case.due_at) == (CaseStatus.CLAIMED, later + hours(4))
    resolve_case(staff(), records, later, case_id)
    assert len(posts(records, f"case:{case_id}:resolved")) == 2


def test_a_case_that_the_customer_knows_nothing_of_ends_quietly(
    sqlite_records: SqlRecords,
) -> None:
    open_desk(sqlite_records)
    case_id = handed(sqlite_records, answered(), reason="reviewed_wrong").case_id
    resolve_case(staff(), sqlite_records, NOW, case_id)
    assert posts(sqlite_records, f"case:{case_id}:resolved") == []


def test_an_answer_by_hand_counts(records: SqlRecords) -> None:
    open_desk(records)
    case_id = handed(records).case_id
    by_hand(records, RILEY)
    file = see_case(staff(), records, case_id)
    assert (file.stored.case.status, file.stored.case.answered_by) == ("answered", "riley")
    assert [one.text for one in file.replies] == ["Done for you."]
    by_hand(records, RILEY, "And this.")
    assert len(see_case(staff(), records, case_id).replies) == 2
    assert file.stored.question.human_replied_at == NOW + hours(2)


def test_an_answer_by_hand_elsewhere_does_not(sqlite_records: SqlRecords) -> None:
    open_desk(sqlite_records)
    case_id = handed(sqlite_records).case_id
    by_hand(sqlite_records, RILEY, thread="another")
    assert see_case(staff(), sqlite_records, case_id).stored.case.status is CaseStatus.OPEN


def test_an_answer_by_hand_leaves_a_resolved_case_alone(sqlite_records: SqlRecords) -> None:
    open_desk(sqlite_records)
    case_id = handed(sqlite_records).case_id
    resolve_case(staff(), sqlite_records, NOW, case_id)
    by_hand(sqlite_records, RILEY)
    file = see_case(staff(), sqlite_records, case_id)
    assert (file.stored.case.status, file.replies) == ("resolved", [])


def test_a_colleague_who_speaks_overtakes_a_draft(sqlite_records: SqlRecords) -> None:
    open_desk(sqlite_records)
    drafted = keep(sqlite_records, asked(state=QuestionState.DRAFTED, answer="Perhaps so."))
    by_hand(sqlite_records, CASEY)
    assert question(sqlite_records, drafted).state is QuestionState.OVERTAKEN


def test_lists(records: SqlRecords) -> None:
    open_desk(records)
    late = handed(records, asked("m1"), NOW - hours(24)).case_id
    soon = handed(records, asked("m2"), NOW).case_id
    other = handed(records, asked("m3", SAM), NOW + hours(1)).case_id
    everybodys = list_cases(staff(), records, everybody=True)
    assert [stored.id for stored in everybodys.cases] == [late, soon, other]
    assert everybodys.names["casey"] == "Casey Rivers"

    def mine() -> list[int]:
        return [stored.id for stored in list_cases(staff(), records, everybody=False).cases]

    assert mine() == [late, soon]
    resolve_case(staff(), records, NOW, late)
    assert mine() == [soon]
    claim_case(staff(), records, NOW, other)
    assert mine() == [soon, other]


def test_a_list_reads_no_thread_and_only_the_names_on_its_page(sqlite_records: SqlRecords) -> None:
    open_desk(sqlite_records)
    for number in range(PAGE):
        handed(sqlite_records, asked(f"m{number}"), NOW)
    handed(sqlite_records, asked("last", SAM), NOW + hours(9))
    with sqlite_plans() as plans:
        first = list_cases(staff(), sqlite_records, everybody=True)
    assert not any("thread_line" in plan or "case_reply" in plan for plan in plans)
    last = list_cases(staff(), sqlite_records, everybody=True, page=7)
    assert (first.page, last.page, len(last.cases)) == (0, 1, PAGE + 1)
    assert ("sam" in first.names, "sam" in last.names) == (False, True)


def test_unknown_cases_are_said_to_be(sqlite_records: SqlRecords) -> None:
    open_desk(sqlite_records)
    with pytest.raises(NotFound, match=r"no case number 77\. /cases"):
        see_case(staff(), sqlite_records, 77)
    with pytest.raises(NotFound):
        claim_case(staff(), sqlite_records, NOW, 77)


USES: list[Callable[[Clearance, SqlRecords], object]] = [
    lambda who, records: list_cases(who, records, everybody=True),
    lambda who, records: see_case(who, records, 1),
    lambda who, records: claim_case(who, records, NOW, 1),
    lambda who, records: release_case(who, records, 1),
    lambda who, records: reopen_case(who, records, settings(), NOW, 1),
    lambda who, records: resolve_case(who, records, NOW, 1),
    lambda who, records: reply_to_case(who, records, settings(), NOW, 1, REPLY),
]


@pytest.mark.parametrize("use", USES)
def test_it_takes_leave_to_answer_customers(
    sqlite_records: SqlRecords, use: Callable[[Clearance, SqlRecords], object]
) -> None:
    shared = Audience(AudienceKind.CUSTOMER, "acme")
    help_alone = clear(JO, Capability.GET_HELP, shared)
    with pytest.raises(Forbidden):
        use(help_alone, sqlite_records)


def test_no_customer_and_no_shared_place_has_that_leave() -> None:
    shared = Audience(AudienceKind.CUSTOMER, "acme")
    for who in (JO, CASEY, MORGAN):
        with pytest.raises(Forbidden):
            clear(who, Capability.ANSWER_CUSTOMERS, shared)


def test_a_place_without_a_known_name_is_named_all_the_same(sqlite_records: SqlRecords) -> None:
    open_desk(sqlite_records)
    case_id = handed(sqlite_records, asked(channel="C-NEW")).case_id
    assert see_case(staff(), sqlite_records, case_id).place == "C-NEW"
