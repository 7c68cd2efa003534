"""What to do with something said: before and after the library is asked."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm.knowledge import Found, Speaker
from csm.plain_words import bare, content, folded, stem, stems, unmasked
from csm.question import Feedback, Mode, Question, QuestionState, ThreadLine
from csm.question_words import asks_again, asks_for_help, is_question, topic_of
from csm.reasons import Reason
from csm.triage import (
    Decision,
    Situation,
    Step,
    choices_among,
    on_finding,
    on_hearing,
)
from tests.csm.answering_scene import ALERTS, REPORTS, RESET, passage
from tests.csm.shipped import shipped_playbook

SETTINGS = shipped_playbook().answers
NOW = datetime(2026, 7, 1, tzinfo=UTC)


def line(by: Speaker, text: str = "something") -> ThreadLine:
    where = {"platform": "p", "workspace": "w", "channel": "c", "thread": "t"}
    return ThreadLine(**where, message=f"{by}-{text}", at=NOW, by=by, text=text)


def question(state: QuestionState) -> Question:
    return Question(
        key="k",
        platform="p",
        workspace="w",
        channel="c",
        asked_by="jo",
        text="?",
        asked_at=NOW,
        state=state,
    )


def situation(
    text: str,
    *said: Speaker,
    state: QuestionState | None = None,
    addressed: bool = False,
    names_others: bool = False,
    mode: Mode = Mode.ANSWER,
    times: int = 1,
) -> Situation:
    return Situation(
        text=text,
        addressed=addressed,
        names_others=names_others,
        mode=mode,
        lines=[line(by, str(number)) for number, by in enumerate(said)],
        questions=[question(state)] * times if state else [],
    )


US, STAFF, CUSTOMER = Speaker.US, Speaker.STAFF, Speaker.CUSTOMER
ANSWERED, CLARIFYING = QuestionState.ANSWERED, QuestionState.CLARIFYING


@pytest.mark.parametrize(
    ("heard", "decision"),
    [
        (situation(""), Decision(Step.SILENT, Reason.NOTHING_SAID)),
        (situation("🎉🎉"), Decision(Step.SILENT, Reason.NOTHING_SAID)),
        (situation("?!", addressed=True), Decision(Step.SILENT, Reason.NOTHING_SAID)),
        (situation("\u200b", addressed=True), Decision(Step.SILENT, Reason.NOTHING_SAID)),
        (situation(" ", addressed=True), Decision(Step.SMALL_TALK, kind="greeting")),
        (
            situation("It worked!!", CUSTOMER, US, state=ANSWERED),
            Decision(Step.FEEDBACK, feedback=Feedback.HELPED),
        ),
        (
            situation("still not working", CUSTOMER, US, state=ANSWERED),
            Decision(Step.FEEDBACK, feedback=Feedback.NOT_HELPED),
        ),
        (
            situation("It worked", US, CUSTOMER, state=ANSWERED),
            Decision(Step.SILENT, Reason.SMALL_TALK),
        ),
        (
            situation("It worked", CUSTOMER, US, state=QuestionState.HANDED_OVER),
            Decision(Step.SILENT, Reason.SMALL_TALK),
        ),
        (
            situation("Thanks!", CUSTOMER, US, state=ANSWERED),
            Decision(Step.SMALL_TALK, kind="thanks"),
        ),
        (situation("hello", addressed=True), Decision(Step.SMALL_TALK, kind="greeting")),
        (situation("hello"), Decision(Step.SILENT, Reason.SMALL_TALK)),
        (situation("How do I do X?", names_others=True), Decision(Step.SILENT, Reason.FOR_OTHERS)),
        (situation("How does X work?", STAFF), Decision(Step.SILENT, Reason.PERSON_SPOKE_LAST)),
        (
            situation("How does X work?", STAFF, CUSTOMER),
            Decision(Step.SILENT, Reason.PERSON_SPOKE_LAST),
        ),
        (situation("How does X run?", STAFF, US, CUSTOMER), Decision(Step.LOOK_UP)),
        (situation("How does X run?", STAFF, addressed=True), Decision(Step.LOOK_UP)),
        (
            situation("How does X run?", mode=Mode.OFF, addressed=True),
            Decision(Step.SILENT, Reason.SWITCHED_OFF),
        ),
        (
            situation("a real person, please", mode=Mode.OFF),
            Decision(Step.SILENT, Reason.SWITCHED_OFF),
        ),
        (
            situation("a real person, please", mode=Mode.OFF, addressed=True),
            Decision(Step.HAND_OVER, "a_person"),
        ),
        (
            situation("the price?", mode=Mode.OFF, addressed=True),
            Decision(Step.SILENT, Reason.SWITCHED_OFF),
        ),
        (situation("We shipped it on Monday."), Decision(Step.SILENT, Reason.NO_QUESTION)),
        (situation("We shipped it on Monday.", addressed=True), Decision(Step.LOOK_UP)),
        (situation("the invoice came"), Decision(Step.SILENT, Reason.NO_QUESTION)),
        (situation("the invoice came?"), Decision(Step.HAND_OVER, "money")),
        (situation("our last invoice looks too high"), Decision(Step.HAND_OVER, "money")),
        (situation("we have been hacked"), Decision(Step.HAND_OVER, "security_incident")),
        (situation("no use, let me talk to a person"), Decision(Step.HAND_OVER, "a_person")),
        (
            situation("we have been hacked", names_others=True),
            Decision(Step.SILENT, Reason.FOR_OTHERS),
        ),
        (situation("x" * 4001, addressed=True), Decision(Step.HAND_OVER, Reason.TOO_LONG)),
        (situation("x" * 4000, addressed=True), Decision(Step.LOOK_UP)),
        (situation("how do I do this?"), Decision(Step.SILENT, Reason.TOO_VAGUE)),
        (situation("how do I do this?", addressed=True), Decision(Step.CLARIFY, Reason.TOO_VAGUE)),
        (
            situation("how do I do this?", addressed=True, mode=Mode.DRAFT),
            Decision(Step.HAND_OVER, Reason.TOO_VAGUE),
        ),
        (situation("how do I do this?", CUSTOMER), Decision(Step.LOOK_UP)),
        (situation("the second one", CUSTOMER, US, state=CLARIFYING), Decision(Step.LOOK_UP)),
        (
            situation("the second one", US, CUSTOMER, state=CLARIFYING),
            Decision(Step.SILENT, Reason.NO_QUESTION),
        ),
        (
            situation("the second one", CUSTOMER, US, state=CLARIFYING, names_others=True),
            Decision(Step.SILENT, Reason.FOR_OTHERS),
        ),
        (
            situation("talk to a human about the price?"),
            Decision(Step.HAND_OVER, "a_person"),
        ),
    ],
)
def test_each_message_has_its_step(heard: Situation, decision: Decision) -> None:
    assert on_hearing(heard, SETTINGS) == decision


def test_without_clarifications_a_vague_call_is_a_person_s() -> None:
    settings = SETTINGS.model_copy(update={"most_clarifications": 0})
    assert on_hearing(situation("help me", addressed=True), settings).step is Step.HAND_OVER


BOTH = (ALERTS, REPORTS)


@pytest.mark.parametrize(
    ("found", "heard", "step"),
    [
        (Found(BOTH, 0.5, 0.9), situation("alert?"), Step.ANSWER),
        (Found(BOTH, 0.5, 0.2), situation("alert?"), Step.ANSWER),
        (Found(BOTH, 1.0, 0.19), situation("alert?"), Step.SILENT),
        (Found(BOTH, 0.5, -1.0), situation("alert?", addressed=True), Step.ANSWER),
        (Found(BOTH, 0.5, -1.0), situation("alert, please"), Step.ANSWER),
        (Found((), 0.9, 0.9), situation("alert?"), Step.SILENT),
        (Found((), 0.9, 0.9), situation("alert?", addressed=True), Step.HAND_OVER),
        (Found(BOTH, 0.49, 0.19), situation("report, alert?"), Step.SILENT),
        (Found(BOTH, 0.34, 0.2), situation("report, alert?"), Step.HAND_OVER),
        (Found(BOTH, 0.34, 0.1), situation("report, alert?", addressed=True), Step.HAND_OVER),
        (Found(BOTH, 0.34, 0.1), situation("our report is broken"), Step.HAND_OVER),
        (Found(BOTH, 0.49, 0.9), situation("report, alert?"), Step.CLARIFY),
        (Found(BOTH, 0.35, 0.9), situation("report, alert?"), Step.CLARIFY),
        (Found(BOTH, 0.49, 0.9), situation("report, alert?", mode=Mode.DRAFT), Step.HAND_OVER),
        (Found(BOTH, 0.49, 0.9), situation("the limits of an alert?"), Step.HAND_OVER),
        (Found((ALERTS,), 0.49, 0.9), situation("report, alert?"), Step.HAND_OVER),
        (Found(BOTH, 0.49, 0.9), situation("report, alert?", state=CLARIFYING), Step.CLARIFY),
        (
            Found(BOTH, 0.49, 0.9),
            situation("report, alert?", state=CLARIFYING, times=2),
            Step.HAND_OVER,
        ),
    ],
)
def test_what_was_found_decides_what_is_said(found: Found, heard: Situation, step: Step) -> None:
    settings = SETTINGS.model_copy(
        update={"threshold": 0.5, "clarify_from": 0.35, "relevance_floor": 0.2}
    )
    assert on_finding(found, heard, settings).step is step


def test_choices_are_documents_of_nearly_equal_standing_each_once() -> None:
    again = passage("A report of alerts.", "Alerts", "alerts-2")
    assert choices_among("alert limits", [ALERTS, again, REPORTS]) == ("Alerts",)
    assert choices_among("alert report", [ALERTS, REPORTS, RESET]) == (
        "Alerts",
        "Scheduled reports",
    )
    assert choices_among("x", []) == ()
    many = [passage("The same.", f"Title {number}") for number in range(9)]
    assert len(choices_among("same", many)) == 4


@pytest.mark.parametrize(
    "text",
    [
        "How do I do it",
        "Hi, can you export it",
        "ok so where is it",
        "We have a thing. What is it called",
        "you can do that?",
        "真的吗？",
        "أين هو؟",
        "I cannot log in",
        "it doesn’t load",
        "We'd like to add a user",
        "please advise",
        "Import fails since Monday",
        "What's the limit",
        "The forecast page stays empty",
        "approvals are asked for twice",
    ],
)
def test_questions_are_recognised(text: str) -> None:
    assert is_question(text)


@pytest.mark.parametrize(
    "text",
    [
        "I know what it is",
        "We moved it to Monday",
        "See you then",
        "Casey knows how",
        "Done, all good",
    ],
)
def test_statements_are_too(text: str) -> None:
    assert not is_question(text)
    assert not asks_for_help(text)


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("it still does not work", True),
        ("same error again", True),
        ("the password reset fails", True),
        ("how do I reset it", True),
        ("and for SSO?", False),
        ("how do I schedule a report", False),
        ("the reset works, but how about alert limits and reports", False),
    ],
)
def test_coming_back_to_a_question_is_recognised(text: str, again: bool) -> None:
    assert asks_again(text, "How do I reset a password?") is again


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("what about PRICES, then", "money"),
        ("the price-list", "money"),
        ("enterprise price", "money"),
        ("enterprise plan", ""),
        ("how do I cancel my scheduled report", ""),
        ("terminate all sessions", ""),
        ("renew the SAML certificate", ""),
        ("chart budget against actuals", ""),
        ("Sue cannot log in", ""),
        ("a costly mistake", ""),
        ("rebilling", ""),
        ("auto renew", "contract"),
        ("Auto-Renew", "contract"),
        ("ｒｅｆｕｎｄ", "money"),
        ("re\u00adfund", "money"),
        ("re\u200bfund", "money"),
        ("réfund", "money"),
        ("rеfund", "money"),
        ("a r e f u n d", "money"),
        ("R.E.F.U.N.D", "money"),
        ("refund_please", "money"),
        ("𝐫𝐞𝐟𝐮𝐧𝐝", "money"),
        ("human please, about my invoice", "a_person"),
        ("GDPR", "legal"),
        ("", ""),
    ],
)
def test_topics_are_found_however_they_are_written(text: str, topic: str) -> None:
    found = topic_of(text, SETTINGS.topics)
    assert (found.id if found else "") == topic


@given(
    st.sampled_from([phrase for topic in SETTINGS.topics for phrase in topic.phrases]),
    st.sampled_from(["\u200b", "\u00ad", "\u2060", ""]),
    st.booleans(),
    st.text(alphabet="xyz ", max_size=8),
)
def test_a_topic_cannot_be_hidden(phrase: str, unseen: str, loud: bool, more: str) -> None:
    hidden = unseen.join(phrase.upper() if loud else phrase)
    assert topic_of(f"{more} {hidden}! {more}", SETTINGS.topics)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("resetting", "reset"),
        ("dashboards", "dashboard"),
        ("exported", "exports"),
        ("invitation", "invite"),
        ("configuration", "configure"),
        ("integrations", "integrate"),
        ("policies", "policy"),
        ("embedded", "embed"),
        ("embedding", "embed"),
        ("shared", "sharing"),
        ("addresses", "address"),
        ("deletion", "deleted"),
        ("user's", "users"),
    ],
)
def test_inflections_are_folded(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize("word", ["sso", "api", "status", "access", "2fa", "日本"])
def test_other_words_stay(word: str) -> None:
    assert stem(word) == word


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)
    assert bare(bare(text)) == bare(text)
    assert content(text) <= set(stems(text))
    assert len(unmasked(text)) <= 3 * len(bare(text)) + 1 or not text.isascii()
