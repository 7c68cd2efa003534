"""A question goes to a person: who, by when, and who is told."""

from datetime import UTC, datetime

import pytest

from csm.case import CaseStatus
from csm.errors import InvalidInput
from csm.people import Principal, Role
from csm.question import Question, QuestionState
from csm.use_cases.colleagues import post_key
from csm.use_cases.hand_over import HandingOver, hand_over
from csm.use_cases.work_cases import resolve_case, see_case
from storage.records import SqlRecords
from tests.csm.help_desk import (
    ACME_SHARED,
    CASEY,
    CS_TEAM,
    EVERYBODY,
    JO,
    MORGAN,
    NOW,
    PASSAGE,
    RILEY,
    SAM,
    SOURCE,
    answered,
    asked,
    buttons,
    card_of,
    handed,
    hours,
    keep,
    open_desk,
    posts,
    question,
    settings,
    staff,
    words,
)


def test_the_accounts_csm_is_told_and_promised(records: SqlRecords) -> None:
    open_desk(records)
    to = handed(records)
    assert (to.owner_key, to.owner_name) == ("casey", "Casey Rivers")
    # 11:00 in Berlin, and four working hours on.
    assert to.due_at == datetime(2027, 6, 30, 13, tzinfo=UTC)

    file = see_case(staff(), records, to.case_id)
    kept = file.stored.question
    assert (kept.state, kept.reason, kept.settled_at) == ("handed_over", "not_found", NOW)
    assert kept.sources == (SOURCE,)
    assert (file.stored.case.status, file.stored.case.account_key) == ("open", "acme")


def test_the_place_for_cases_and_the_owner_get_the_card(records: SqlRecords) -> None:
    open_desk(records)
    to = handed(records, asked(confidence=0.31))
    in_place, in_person = posts(records)
    assert (in_place.key, in_place.channel) == (
        f"case:{to.case_id}:opened:T1:C-TEAM",
        CS_TEAM.channel,
    )
    assert (in_person.key, in_person.person_key) == (f"case:{to.case_id}:opened:casey", "casey")
    assert {post.account_key for post in (in_place, in_person)} == {None}
    assert ACME_SHARED.channel not in {in_place.channel, in_person.channel}
    for post in (in_place, in_person):
        said = words(card_of(post))
        for part in (
            "How do I schedule a weekly report?",
            "Jo Park",
            "Acme",
            "acme-shared",
            "No good answer in the library (confidence 31 %)",
            "The library was searched, and nothing in it answers well enough.",
            PASSAGE.title,
            PASSAGE.link,
            "30 Jun 2027, 15:00 CEST",
        ):
            assert part in said
        assert buttons(card_of(post)) == [
            f"case.claim:{to.case_id}",
            f"case.reply:{to.case_id}",
            f"case.resolve:{to.case_id}",
        ]


def test_a_topic_is_named(records: SqlRecords) -> None:
    open_desk(records)
    handed(records, reason="contract", passages=())
    said = words(card_of(posts(records)[0]))
    assert "Topic: Contract and renewal" in said
    assert "The library held no passage on it." in said


def test_handing_over_twice_opens_one_case(records: SqlRecords) -> None:
    open_desk(records)
    first = handed(records)
    before = posts(records)
    question_id = see_case(staff(), records, first.case_id).stored.case.question_id
    with records.writing() as writer:
        handing = HandingOver(question_id, asked(), "not_found")
        again = hand_over(writer, handing, settings(), NOW + hours(1))
    assert again == first
    assert posts(records) == before


def test_nothing_is_told_of_what_did_not_happen(records: SqlRecords) -> None:
    open_desk(records)
    question_id = keep(records, asked())

    def break_off() -> None:
        with records.writing() as writer:
            hand_over(writer, HandingOver(question_id, asked(), "not_found"), settings(), NOW)
            raise InvalidInput("the rest of the turn failed")

    with pytest.raises(InvalidInput):
        break_off()
    assert posts(records) == []
    assert question(records, question_id).state is QuestionState.ASKED


@pytest.mark.parametrize(
    ("who", "call", "owner"),
    [
        (JO, "riley", "casey"),  # the account's own CSM comes first
        (SAM, "riley", "riley"),  # Globex has none
        (SAM, "", "morgan"),
        (SAM, "nobody-of-that-key", "morgan"),
        (SAM, "jo", "morgan"),  # a customer is never on call
    ],
)
def test_whose_it_is(sqlite_records: SqlRecords, who: Principal, call: str, owner: str) -> None:
    open_desk(sqlite_records)
    which = asked(who=who)
    question_id = keep(sqlite_records, which)
    shipped = settings()
    changed = shipped.model_copy(
        update={"hand_over": shipped.hand_over.model_copy(update={"on_call": call})}
    )
    with sqlite_records.writing() as writer:
        to = hand_over(writer, HandingOver(question_id, which, "not_found"), changed, NOW)
    assert to.owner_key == owner


def test_a_csm_whose_address_is_a_customers_is_none(sqlite_records: SqlRecords) -> None:
    impostor = Principal("imp", "Imp", Role.CONTACT, CASEY.email, "globex")
    open_desk(sqlite_records, (impostor, MORGAN, JO))
    assert handed(sqlite_records).owner_key == "morgan"


def test_where_nobody_is_on_call_the_team_is_named(sqlite_records: SqlRecords) -> None:
    open_desk(sqlite_records, (RILEY, JO, SAM))
    to = handed(sqlite_records, asked(who=SAM))
    assert (to.owner_key, to.owner_name) == ("", "the customer success team")
    (in_place,) = posts(sqlite_records)
    assert "Nobody is on call" in words(card_of(in_place))


def test_the_owner_is_told_where_they_can_be_reached(sqlite_records: SqlRecords) -> None:
    open_desk(sqlite_records, EVERYBODY)
    with sqlite_records.writing() as writer:
        writer.link_person("casey", "teams", "T9", "U9")
    handed(sqlite_records)
    (in_person,) = [post for post in posts(sqlite_records) if post.person_key]
    assert in_person.platform == "teams"


def test_what_was_answered_stays_answered(records: SqlRecords) -> None:
    open_desk(records)
    to = handed(records, answered(), reason="not_helped")
    file = see_case(staff(), records, to.case_id)
    assert (file.stored.question.state, file.stored.question.reason) == ("answered", "")
    assert file.stored.case.reason == "not_helped"


def test_asking_for_a_person_again_makes_a_new_promise(records: SqlRecords) -> None:
    open_desk(records)
    which = answered()
    to = handed(records, which, reason="not_helped")
    resolve_case(staff(), records, NOW, to.case_id)
    later = NOW + hours(24)
    with records.writing() as writer:
        known = writer.case(to.case_id)
        assert known is not None
        again = hand_over(
            writer,
            HandingOver(known.case.question_id, known.question, "not_helped"),
            settings(),
            later,
        )
    assert (again.case_id, again.due_at > later) == (to.case_id, True)
    assert see_case(staff(), records, to.case_id).stored.case.status is CaseStatus.OPEN
    assert len(posts(records, f"case:{to.case_id}:again")) == 2


def test_keys_are_unique_however_long() -> None:
    assert post_key("case:1", "T1", "C1") == "case:1:T1:C1"
    long = [post_key("case:1:opened", "w" * 100, f"{'c' * 190}{end}") for end in ("1", "2")]
    assert long[0] != long[1]
    assert {len(key) for key in long} == {200}


def test_a_question_that_was_asked_in_markup_stays_text(sqlite_records: SqlRecords) -> None:
    open_desk(sqlite_records)
    nasty = "<!channel> *bold* [x](http://evil.example) | How?"
    handed(sqlite_records, asked(text=nasty, asked_name="@here"))
    card = card_of(posts(sqlite_records)[0])
    assert card.summary == f"@here (Acme) asks: {nasty}"


def test_a_question_keeps_what_the_caller_worked_out(sqlite_records: SqlRecords) -> None:
    open_desk(sqlite_records)
    worked_out: Question = asked(confidence=0.2)
    to = handed(sqlite_records, worked_out)
    kept = see_case(staff(), sqlite_records, to.case_id).stored.question
    assert kept.confidence == 0.2
