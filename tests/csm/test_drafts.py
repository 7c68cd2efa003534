"""Drafted answers: shown to a colleague, who sends, changes or discards them."""

from datetime import UTC, timedelta
from typing import Any

import pytest

from csm.deflection import REWRITTEN
from csm.errors import Conflict, Forbidden, InvalidInput, NotFound
from csm.knowledge import Speaker
from csm.people import Audience, AudienceKind, Capability, clear
from csm.question import Question, QuestionState, ThreadLine
from csm.use_cases.drafts import discard_draft, draft_posts, draft_promise, see_draft, send_draft
from csm.use_cases.work_cases import case_answered_in_thread
from csm.views.cases import case_card
from storage.records import SqlRecords
from tests.csm.help_desk import (
    CASEY,
    JO,
    NOW,
    RILEY,
    SOURCE,
    asked,
    buttons,
    card_of,
    hours,
    keep,
    open_desk,
    posts,
    question,
    settings,
    staff,
    words,
)

DRAFT = "Open Reports and choose Schedule."
LATER = NOW + hours(1)


def drafted(**changes: Any) -> Question:
    values = {"state": QuestionState.DRAFTED, "answer": DRAFT, "sources": (SOURCE,)}
    return asked(**{**values, "settled_at": NOW, "confidence": 0.7, "by_model": True, **changes})


def desk(records: SqlRecords, **changes: Any) -> int:
    open_desk(records)
    return keep(records, drafted(**changes))


def send(records: SqlRecords, question_id: int, text: str | None = None, who: Any = CASEY) -> None:
    send_draft(staff(who), records, settings(), LATER, question_id, text)


def say(
    records: SqlRecords, by: Speaker, person: str, at: Any = LATER, text: str = "Done."
) -> None:
    line = ThreadLine(
        platform="slack",
        workspace="T1",
        channel="C-ACME",
        thread="m1",
        message=f"{by}-{at}",
        at=at,
        by=by,
        person=person,
        text=text,
    )
    with records.writing() as writer:
        writer.add_line(line)


def test_the_owner_and_the_place_for_cases_see_it(records: SqlRecords) -> None:
    open_desk(records)
    which = asked(confidence=0.7)
    question_id = keep(records, which)
    with records.writing() as writer:
        for _ in range(2):
            draft_posts(writer, question_id, which, DRAFT, [SOURCE], settings(), NOW)
    in_place, in_person = posts(records)
    assert (in_place.channel, in_person.person_key) == ("C-TEAM", "casey")
    assert {in_place.account_key, in_person.account_key} == {None}
    for post in (in_place, in_person):
        said = words(card_of(post))
        for part in (DRAFT, SOURCE.title, SOURCE.link, "Jo Park (Acme) asks", "confidence 70 %"):
            assert part in said
        assert buttons(card_of(post)) == [
            f"draft.send:{question_id}",
            f"draft.edit:{question_id}",
            f"draft.discard:{question_id}",
        ]


def test_sent_as_it_is(records: SqlRecords) -> None:
    question_id = desk(records)
    send(records, question_id)
    (post,) = posts(records)
    assert (post.key, post.channel, post.thread) == (f"draft:{question_id}:sent", "C-ACME", "m1")
    assert post.account_key == "acme"
    card = card_of(post)
    assert card.summary == DRAFT
    assert SOURCE.link in words(card)
    assert "70 %" not in words(card)
    assert buttons(card) == [
        f"answer.helped:{question_id}",
        f"answer.not_helped:{question_id}",
        f"answer.person:{question_id}",
    ]
    kept = question(records, question_id)
    assert (kept.state, kept.answer, kept.by_model) == ("answered", DRAFT, True)
    assert kept.settled_at == LATER
    with records.reading() as reader:
        (line,) = reader.thread("slack", "T1", "C-ACME", "m1")
    assert (line.by, line.person, line.text) == ("us", "casey", DRAFT)


def test_sent_as_changed(records: SqlRecords) -> None:
    question_id = desk(records)
    send(records, question_id, "  Choose Weekly. ")
    assert card_of(posts(records)[0]).summary == "Choose Weekly."
    kept = question(records, question_id)
    assert (kept.answer, kept.by_model) == ("Choose Weekly.", False)
    assert kept.reason == REWRITTEN


def test_white_space_alone_changes_nothing(sqlite_records: SqlRecords) -> None:
    question_id = desk(sqlite_records)
    send(sqlite_records, question_id, f" {DRAFT}\n")
    assert question(sqlite_records, question_id).reason == ""


def test_a_promise_in_the_thread_leaves_the_draft_as_it_is(records: SqlRecords) -> None:
    question_id = desk(records)
    say(records, Speaker.STAFF, "riley", text="not yet, I'll come back to you")
    send(records, question_id)
    assert question(records, question_id).state is QuestionState.ANSWERED


def test_where_a_command_asked_the_question_is_shown_with_the_answer(
    sqlite_records: SqlRecords,
) -> None:
    send(sqlite_records, desk(sqlite_records, thread=""))
    assert "Jo Park asked: “How do I schedule" in words(card_of(posts(sqlite_records)[0]))


def test_the_draft_says_by_when(sqlite_records: SqlRecords) -> None:
    open_desk(sqlite_records)
    which = asked(settled_at=NOW)
    question_id = keep(sqlite_records, which)
    with sqlite_records.writing() as writer:
        draft_posts(writer, question_id, which, DRAFT, [SOURCE], settings(), NOW)
        owner, due_at = draft_promise(writer, which, settings())
    assert (owner and owner.key, due_at) == ("casey", NOW + hours(4))
    # Casey is in Berlin.
    assert "reply due 30 Jun 2027, 15:00 CEST" in words(card_of(posts(sqlite_records)[0]))


def test_the_second_click_is_told_who_was_first(records: SqlRecords) -> None:
    question_id = desk(records)
    send(records, question_id)
    told = r"Casey Rivers sent this draft on 30 Jun 2027, 10:00 UTC"
    with pytest.raises(Conflict, match=told):
        send(records, question_id, who=RILEY)
    with pytest.raises(Conflict, match=told):
        discard_draft(staff(RILEY), records, settings(), LATER, question_id)
    with pytest.raises(Conflict, match="You sent this draft"):
        send(records, question_id)
    assert len(posts(records)) == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Globex does it so.", "another customer"),
        ("", "nothing to send"),
        ("Your churn risk is high.", "for us alone"),
    ],
)
def test_what_the_guard_minds_is_not_sent(
    sqlite_records: SqlRecords, text: str, reason: str
) -> None:
    question_id = desk(sqlite_records)
    with pytest.raises(InvalidInput, match=reason):
        send(sqlite_records, question_id, text)
    assert posts(sqlite_records) == []
    assert question(sqlite_records, question_id).state is QuestionState.DRAFTED


def test_a_draft_is_looked_at_again_when_it_is_sent(sqlite_records: SqlRecords) -> None:
    """What became another customer's name since is not sent, though it was fine when drafted."""
    question_id = desk(sqlite_records, answer="Ask Globex about it.")
    with pytest.raises(InvalidInput, match="another customer"):
        send(sqlite_records, question_id)


def test_a_colleague_who_replied_overtakes_it(records: SqlRecords) -> None:
    question_id = desk(records)
    say(records, Speaker.STAFF, "riley")
    with pytest.raises(Conflict, match="Riley Stone replied in the thread"):
        send(records, question_id)
    assert posts(records) == []
    assert question(records, question_id).state is QuestionState.OVERTAKEN
    with pytest.raises(Conflict, match="Riley Stone replied in the thread"):
        discard_draft(staff(), records, settings(), LATER, question_id)


@pytest.mark.parametrize(
    ("by", "at"), [(Speaker.STAFF, NOW - hours(1)), (Speaker.CUSTOMER, LATER), (Speaker.US, LATER)]
)
def test_nobody_else_does(sqlite_records: SqlRecords, by: Speaker, at: Any) -> None:
    question_id = desk(sqlite_records)
    say(sqlite_records, by, "somebody", at)
    send(sqlite_records, question_id)
    assert question(sqlite_records, question_id).state is QuestionState.ANSWERED


def test_a_reply_that_was_noticed_overtakes_it_as_well(sqlite_records: SqlRecords) -> None:
    question_id = desk(sqlite_records)
    with sqlite_records.writing() as writer:
        case_answered_in_thread(writer, "slack", "T1", "C-ACME", "m1", RILEY, "So.", LATER)
    with pytest.raises(Conflict, match="A colleague replied in the thread"):
        send(sqlite_records, question_id)


def test_an_old_draft_is_not_sent(sqlite_records: SqlRecords) -> None:
    question_id = desk(sqlite_records, asked_at=NOW - timedelta(days=91))
    with pytest.raises(Conflict, match="asked 91 days ago"):
        send(sqlite_records, question_id)


def test_discard_takes_the_question_on(records: SqlRecords) -> None:
    question_id = desk(records)
    file = discard_draft(staff(RILEY), records, settings(), LATER, question_id)
    case = file.stored.case
    assert (case.status, case.claimed_by, case.owner_key) == ("claimed", "riley", "riley")
    assert case.reason == "discarded"
    shown = case_card(file, settings(), UTC, LATER)
    assert f"Riley Stone discarded this draft: {DRAFT}" in words(shown)
    kept = question(records, question_id)
    assert (kept.state, kept.settled_at) == (QuestionState.DISCARDED, LATER)

    opened, told = posts(records)
    assert opened.channel == "C-TEAM"
    assert (told.channel, told.thread, told.account_key) == ("C-ACME", "m1", "acme")
    # Jo is in New York.
    assert card_of(told).summary == (
        "Riley Stone has your question and will answer here by 30 Jun 2027, 10:00 EDT."
    )
    with pytest.raises(Conflict, match="Riley Stone discarded this draft"):
        send(records, question_id)


def test_see_it_before_editing(sqlite_records: SqlRecords) -> None:
    question_id = desk(sqlite_records)
    assert see_draft(staff(), sqlite_records, question_id).question.answer == DRAFT
    send(sqlite_records, question_id)
    with pytest.raises(Conflict, match="You sent this draft"):
        see_draft(staff(), sqlite_records, question_id)
    with pytest.raises(NotFound):
        see_draft(staff(), sqlite_records, 999)


def test_what_never_was_a_draft_is_none(sqlite_records: SqlRecords) -> None:
    question_id = desk(sqlite_records, state=QuestionState.HANDED_OVER)
    with pytest.raises(Conflict, match="no draft"):
        send(sqlite_records, question_id)


def test_customers_do_not_send(sqlite_records: SqlRecords) -> None:
    question_id = desk(sqlite_records)
    shared = clear(JO, Capability.GET_HELP, Audience(AudienceKind.CUSTOMER, "acme"))
    for use in (
        lambda: send_draft(shared, sqlite_records, settings(), LATER, question_id, None),
        lambda: discard_draft(shared, sqlite_records, settings(), LATER, question_id),
        lambda: see_draft(shared, sqlite_records, question_id),
    ):
        with pytest.raises(Forbidden):
            use()
    assert question(sqlite_records, question_id).state is QuestionState.DRAFTED
