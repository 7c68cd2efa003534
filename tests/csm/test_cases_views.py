"""What cases look like, and what customers and colleagues read of them."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from csm.card import Bullets, Card, Fields, Tone, buttons_of
from csm.case import Case, CaseReply, CaseStatus
from csm.ports_answers import StoredCase, StoredQuestion
from csm.question import Question, QuestionState, ThreadLine
from csm.reasons import Reason
from csm.use_cases.case_file import CaseFile, CaseList, OpenQuestion, Waiting
from csm.views.case_news import (
    handed_over_card,
    reply_card,
    resolved_card,
    status_card,
)
from csm.views.case_words import reason_text
from csm.views.cases import case_card, case_list_card, reply_form
from csm.views.drafts import checked_answer_card, draft_card, draft_form, draft_sent_card
from tests.csm.help_desk import NOW, SOURCE, answered, asked, buttons, hours, settings, words

BERLIN = ZoneInfo("Europe/Berlin")
NAMES = {"casey": "Casey Rivers", "riley": "Riley Stone", "jo": "Jo Park"}


def case_file(case_id: int = 7, **changes: Any) -> CaseFile:
    question = changes.pop("question", asked(state=QuestionState.HANDED_OVER, sources=(SOURCE,)))
    extra = {key: changes.pop(key) for key in ("replies", "thread") if key in changes}
    values = {
        "question_id": 1,
        "account_key": "acme",
        "owner_key": "casey",
        "reason": "not_found",
        "opened_at": NOW,
        "due_at": NOW + hours(4),
    }
    case = Case(**{**values, **changes})
    return CaseFile(StoredCase(case_id, "Acme", case, question), "acme-shared", NAMES, **extra)


def card(file: CaseFile, now: datetime = NOW, lead: str = "") -> Card:
    return case_card(file, settings(), BERLIN, now, lead)


def facts(shown: Card) -> dict[str, str]:
    return {
        fact.label: fact.value
        for block in shown.blocks
        if isinstance(block, Fields)
        for fact in block.items
    }


def test_an_open_case() -> None:
    shown = card(case_file())
    assert shown.title == "Case #7: Acme"
    assert shown.summary == "Jo Park (Acme) asks: How do I schedule a weekly report?"
    assert facts(shown) == {
        "Status": "Unclaimed",
        "Reply due": "30 Jun 2027, 15:00 CEST",
        "Why a person": "No good answer in the library",
        "Asked by": "Jo Park",
        "Account": "Acme",
        "Where": "acme-shared",
        "Asked": "30 Jun 2027, 11:00 CEST",
        "Told first": "Casey Rivers",
    }
    assert shown.tone is Tone.WARN


@pytest.mark.parametrize(
    ("changes", "state", "verbs"),
    [
        ({}, "Unclaimed", ["claim", "reply", "resolve"]),
        (
            {"escalated_at": NOW},
            "Unclaimed, escalated to the managers",
            ["claim", "reply", "resolve"],
        ),
        (
            {"status": CaseStatus.CLAIMED, "claimed_by": "riley", "claimed_at": NOW},
            "Claimed by Riley Stone on 30 Jun 2027, 11:00 CEST",
            ["reply", "resolve", "release"],
        ),
        (
            {"status": CaseStatus.ANSWERED, "answered_by": "casey", "answered_at": NOW},
            "Answered by Casey Rivers on 30 Jun 2027, 11:00 CEST",
            ["resolve", "reply"],
        ),
        (
            {"status": CaseStatus.RESOLVED, "resolved_by": "gone", "resolved_at": NOW},
            "Resolved by gone on 30 Jun 2027, 11:00 CEST",
            ["reopen"],
        ),
    ],
)
def test_the_buttons_of_each_state(changes: dict[str, Any], state: str, verbs: list[str]) -> None:
    shown = card(case_file(**changes))
    assert facts(shown)["Status"] == state
    assert buttons(shown) == [f"case.{verb}:7" for verb in verbs]
    for button in buttons_of(shown):
        assert button.describe.endswith(": case 7")
        assert button.opens_form == button.id.startswith("case.reply")


def test_overdue_is_said_in_words_and_tone() -> None:
    shown = card(case_file(), NOW + hours(5))
    assert facts(shown)["Reply due"] == "30 Jun 2027, 15:00 CEST (overdue)"
    assert shown.tone is Tone.BAD
    done = case_file(status=CaseStatus.ANSWERED, answered_by="casey", answered_at=NOW)
    late = card(done, NOW + hours(5))
    assert facts(late)["Reply due"] == "Nothing: the customer has an answer"
    assert late.tone is Tone.NEUTRAL
    resolved = card(case_file(status=CaseStatus.RESOLVED, resolved_by="casey", resolved_at=NOW))
    assert facts(resolved)["Reply due"] == "Nothing: it is resolved"


@pytest.mark.parametrize(
    ("reason", "question", "tried"),
    [
        ("not_found", asked(), "The library was searched, and nothing in it answers"),
        ("library_down", asked(), "The library could not be searched just then."),
        ("money", asked(), "Nothing was searched: this is a topic for people."),
        ("a_person", asked(), "Nothing was searched: this is a topic for people."),
        ("a_person", answered(), "We answered: Open Reports and choose Schedule."),
        ("not_helped", answered(), "We answered: Open Reports and choose Schedule."),
        ("reviewed_wrong", answered(), "We answered, and the customer has not complained: Open"),
        ("discarded", answered(), "Casey Rivers discarded this draft: Open Reports"),
        ("undelivered", answered(), "What we said did not reach them: Open Reports"),
        ("undelivered", asked(), "What we said did not reach them."),
        (
            "guard_refused",
            asked(objections="It makes a promise."),
            "The guard stopped the drafted answer: It makes a promise.",
        ),
    ],
)
def test_what_was_tried_is_told_by_the_reason(reason: str, question: Question, tried: str) -> None:
    assert tried in words(card(case_file(reason=reason, question=question)))


def test_what_was_found() -> None:
    assert "https://help.example/reports" in words(card(case_file()))
    assert "held no passage" in words(card(case_file(question=asked())))


def line(by: str, person: str, text: str) -> ThreadLine:
    where = {"platform": "slack", "workspace": "T1", "channel": "C", "thread": "m1"}
    return ThreadLine(**where, message=text, at=NOW, by=by, person=person, text=text)


def test_the_thread_is_shown_with_who_spoke() -> None:
    thread = [
        line("customer", "jo", "Hello?"),
        line("us", "", "One moment."),
        line("staff", "riley", "Here."),
        line("customer", "unknown", "Me, too."),
    ]
    shown = card(case_file(thread=thread))
    (bullets,) = [b for b in shown.blocks if isinstance(b, Bullets) and "Hello?" in str(b)]
    assert [item.lead.partition(",")[0] for item in bullets.items] == [
        "Jo Park",
        "Digital CSM",
        "Riley Stone",
        "The customer",
    ]
    many = card(case_file(thread=[line("us", "", f"no. {n}") for n in range(20)]))
    assert "no. 19" in words(many)
    assert "no. 13" not in words(many)


def test_replies_stand_in_for_a_thread_that_is_not_kept() -> None:
    reply = CaseReply(case_id=7, at=NOW, by="casey", text="Press Save.")
    said = words(card(case_file(replies=[reply])))
    assert "Casey Rivers, 30 Jun 2027, 11:00 CEST:" in said
    assert "Press Save." in said


def test_a_lead_comes_first() -> None:
    shown = card(case_file(), lead="Escalated.")
    assert "Escalated." in words(Card(title="", summary="", blocks=shown.blocks[:1]))


def test_where_no_account_is_known() -> None:
    file = case_file(account_key=None, owner_key="")
    nameless = CaseFile(
        StoredCase(7, "", file.stored.case, asked(asked_name="", account_key=None)), "C-1"
    )
    shown = card(nameless)
    assert shown.title == "Case #7: A customer"
    assert facts(shown)["Account"] == "Not known"
    assert facts(shown)["Told first"] == "Nobody is on call"


def listed(*files: CaseFile, page: int = 0) -> CaseList:
    return CaseList([file.stored for file in files], page, NAMES)


def test_no_case_is_a_sentence() -> None:
    mine = case_list_card(CaseList([]), BERLIN, NOW, everybody=False)
    assert mine.summary == (
        "No customer is waiting: no case is open. /cases all shows everybody's."
    )
    assert "/cases all" not in case_list_card(CaseList([]), BERLIN, NOW, everybody=True).summary


def test_the_list() -> None:
    late = case_file(1, due_at=NOW - hours(1))
    claimed = case_file(
        2, status=CaseStatus.CLAIMED, claimed_by="riley", claimed_at=NOW, due_at=NOW + hours(1)
    )
    shown = case_list_card(listed(late, claimed), BERLIN, NOW, everybody=True)
    assert shown.summary == "2 open cases, 1 overdue."
    assert buttons(shown) == ["case.show:1", "case.show:2"]
    assert "(overdue), unclaimed" in words(shown)
    assert "claimed by Riley Stone" in words(shown)
    one = case_list_card(listed(claimed), BERLIN, NOW, everybody=False)
    assert one.summary == "1 open case, none overdue."


def test_a_long_list_has_pages() -> None:
    files = [case_file(n) for n in range(1, 13)]
    first = case_list_card(listed(*files, page=0), BERLIN, NOW, everybody=True)
    assert buttons(first)[-1] == "case.list:all:1"
    last = case_list_card(listed(*files, page=9), BERLIN, NOW, everybody=False)
    assert buttons(last) == ["case.show:11", "case.show:12", "case.list:mine:0"]


def test_the_reply_form() -> None:
    form = reply_form(case_file().stored)
    assert (form.id, form.inputs[0].id) == ("case.replied:7", "text")
    assert "Acme reads it" in form.inputs[0].hint


@pytest.mark.parametrize("reason", [*Reason, "not_helped", "discarded", "reviewed_wrong"])
def test_every_reason_has_words(reason: str) -> None:
    said = reason_text(reason, settings())
    assert said[0].isupper()
    assert "_" not in said


def test_customers_are_told_who_and_by_when() -> None:
    due = NOW + hours(4)
    assert handed_over_card("Casey Rivers", due, BERLIN, NOW).summary == (
        "Casey Rivers has your question and will answer here by 30 Jun 2027, 15:00 CEST."
    )
    assert handed_over_card("the customer success team", due, UTC, NOW).summary == (
        "The customer success team has your question and will answer here by "
        "30 Jun 2027, 13:00 UTC."
    )
    # A promise that is over is not made again.
    assert handed_over_card("Casey Rivers", due, BERLIN, due + hours(1)).summary == (
        "Casey Rivers has your question and will answer here."
    )
    assert "ask again here" in resolved_card("Casey").summary


def test_a_reply_loses_nothing() -> None:
    assert reply_card("Casey", "Press Save.").summary == "Press Save."
    long = "\n".join(f"{n}. Step number {n} is this." for n in range(1, 90))
    shown = reply_card("Casey", long)
    assert shown.summary == "Casey has replied to your question."
    assert all(f"Step number {n} is this." in words(shown) for n in range(1, 90))


@pytest.mark.parametrize(
    ("waiting", "after", "escalated", "said"),
    [
        (
            Waiting.LOOKED_AT,
            0,
            False,
            "Casey is looking at it, answers by 30 Jun 2027, 15:00 CEST.",
        ),
        (Waiting.TOLD, 0, False, "Casey has been told, answers by 30 Jun 2027, 15:00 CEST."),
        (Waiting.IN_HAND, 0, False, "Casey has it, answers by 30 Jun 2027, 15:00 CEST."),
        (
            Waiting.IN_HAND,
            5,
            False,
            "An answer was promised by 30 Jun 2027, 15:00 CEST: we are late, and sorry for it.",
        ),
        (Waiting.TOLD, 5, True, "Their manager has been told."),
        (Waiting.ANSWERED, 5, False, "Casey has answered it."),
    ],
)
def test_status_in_plain_words(waiting: Waiting, after: float, escalated: bool, said: str) -> None:
    question = OpenQuestion("How?", NOW, waiting, "Casey", NOW + hours(4), escalated)
    shown = status_card([question], BERLIN, NOW + hours(after))
    assert said in words(shown)
    assert shown.summary == "1 open question."


def test_no_open_question_is_a_sentence() -> None:
    assert status_card([], BERLIN, NOW).summary.startswith("None of your questions is open.")


def test_customers_read_nothing_internal() -> None:
    question = answered(confidence=0.42, reason="not_found")
    for shown in (
        checked_answer_card(1, question.answer, question.sources, "Casey"),
        reply_card("Casey", "Press Save."),
        status_card([OpenQuestion("How?", NOW, Waiting.TOLD, "Casey", NOW)], BERLIN, NOW),
    ):
        said = words(shown)
        assert "42" not in said
        assert "confidence" not in said.lower()
        assert "library" not in said


def test_a_draft() -> None:
    stored = StoredQuestion(
        3, "Acme", asked(answer="- one\n- two", confidence=0.7, by_model=True, sources=(SOURCE,))
    )
    shown = draft_card(stored, BERLIN, NOW + hours(4), "Escalated.")
    assert shown.title == "Draft for Acme"
    said = words(shown)
    assert (
        "A language model wrote it; confidence 70 %. Asked 30 Jun 2027, 11:00 CEST, reply due"
        in said
    )
    assert "Escalated." in said
    form = draft_form(stored)
    assert (form.id, form.inputs[0].value) == ("draft.edited:3", "- one\n- two")
    assert draft_sent_card(stored).summary.startswith("Sent to Acme: How do I")
    plain = StoredQuestion(3, "", asked(answer="One.", asked_name="", account_key=None))
    assert "It is in the documents' words. Asked" in words(draft_card(plain, UTC, NOW + hours(4)))
    assert draft_card(plain, UTC, NOW + hours(4)).title == "Draft for A customer"


def test_times_are_the_readers() -> None:
    kolkata = ZoneInfo("Asia/Kolkata")
    shown = case_card(case_file(), settings(), kolkata, NOW)
    assert facts(shown)["Reply due"] == "30 Jun 2027, 18:30 IST"
