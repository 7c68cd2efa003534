"""What a model says, held against the passages that it cites."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm.answer_check import faults_of, tidied
from csm.extract import extract
from csm.ports_answers import Sentence
from tests.csm.answering_scene import RESET, SHELF, passage

GUIDE = passage(
    "Open **Settings > Security** and choose *Reset password*. We send a link by e-mail that "
    "expires after 24 hours, on 3 May 2026 at the earliest for $5.\n\n"
    "Only admins can reset somebody else's password. You cannot reuse your last 5 passwords. "
    "Two-factor sign-in is not required for viewers. Sharing is enabled before the first import. "
    "See [SSO](https://help.example/sso) or write to help@vendor.example.\n\n"
    '1. Open the login page.\n2. Click "Forgot password?".\n3. Enter your e-mail address.',
    "Resetting a password",
)


def faults(text: str, *names: str) -> tuple[str, ...]:
    return faults_of(tidied([Sentence(text, names or (GUIDE.id,))]), [GUIDE, RESET])


@pytest.mark.parametrize(
    "text",
    [
        "Open Settings > Security and choose Reset password.",
        "Go to Settings, then Security, and click Reset password.",
        "Navigate to **Settings** and select `Reset password`.",
        "We send a link by e-mail that expires after 24 hours.",
        "You can not reuse your last five passwords.",
        "Only admins can reset somebody else's password.",
        "Click “Forgot password?”.",
        "See SSO (https://help.example/sso) or write to help@vendor.example.",
        "Two-factor sign-in is not required for viewers.",
        '1. Open the login page.\n2. Click "Forgot password?".',
        "Sharing is enabled before the first import.",
    ],
)
def test_what_the_passage_says_may_be_said(text: str) -> None:
    assert faults(text) == ()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("The link expires after 48 hours.", "“48”"),
        ("The link expires after 24 days.", "“24”"),
        ("It costs $500.", "“$500”"),
        ("The link expires on 4 May 2026.", "“4 May 2026”"),
        ("Ask Bob Miller about the link.", "“Bob Miller”"),
        ("Open Settings in Firefox.", "“Firefox”"),
        ("See https://evil.example/sso for SSO.", "https://evil.example/sso"),
        ("See https://help.example/sso?x=1 for SSO.", "https://help.example/sso?x=1"),
        ("Write to evil@vendor.example.", "evil@vendor.example"),
        ("Passwords are stored in plain text.", "do not say"),
        ("Everybody can download invoices from the dashboard.", "do not say"),
        ("Your health score is low.", "do not say"),
        ("Click “Forgot my password” on the login page.", "word for word"),
        ("You can reuse your last 5 passwords.", "otherwise"),
        ("Admins can reset somebody else's password.", "otherwise"),
        ("Admins cannot reset somebody else's password.", "otherwise"),
        ("The link never expires after 24 hours.", "do not say"),
        ("Two-factor sign-in is required for viewers.", "otherwise"),
        ("Two-factor sign-in is not required.", "otherwise"),
        ("Sharing is disabled before the first import.", "do not say"),
        ("Sharing is enabled after the first import.", "do not say"),
        ("The first import is enabled before sharing.", "otherwise"),
        ("It expires after 24 hours.", "otherwise"),
        ("Yes.", "do not say"),
        ("You can.", "otherwise"),
        ("Open the login page. " * 41, "too long"),
        ("See [the page](https://help.example/sso).", "markup"),
        ("<!channel> the link expires after 24 hours.", "markup"),
        ("<@U123ABC> the link expires after 24 hours.", "markup"),
        ("<https://help.example/sso|SSO>", "markup"),
        ("@channel the link expires after 24 hours.", "markup"),
        ("@casey the link expires after 24 hours.", "markup"),
        ("Does the link expire after 24 hours?", "asks instead"),
        ("# The link expires after 24 hours.", "markup"),
        ("![x](https://help.example/sso)", "markup"),
        ("The link expires after 24 hours. " * 200, "too long"),
    ],
)
def test_what_it_does_not_say_is_a_fault(text: str, fault: str) -> None:
    found = faults(text)
    assert any(fault in one for one in found), found
    assert found[0].startswith("Sentence 1 (“")


@pytest.mark.parametrize(
    ("names", "fault"),
    [((), "no passage"), (("elsewhere",), "not given"), ((GUIDE.id, "elsewhere"), "not given")],
)
def test_a_sentence_rests_on_passages_that_were_given(names: tuple[str, ...], fault: str) -> None:
    [found] = faults_of([Sentence("The link expires after 24 hours.", names)], [GUIDE])
    assert fault in found


def test_only_the_passages_that_are_cited_count() -> None:
    assert faults("Choose the member.", RESET.id) == ()
    assert faults("Choose the member.", GUIDE.id) != ()
    assert faults("Choose the member. Open the login page.", RESET.id, GUIDE.id) == ()


def test_faults_are_counted_by_sentence() -> None:
    answer = [
        Sentence("You cannot reuse your last 5 passwords.", (GUIDE.id,)),
        Sentence("You cannot reuse your last 6 passwords.", (GUIDE.id,)),
    ]
    found = faults_of(answer, [GUIDE])
    assert found
    assert all(fault.startswith("Sentence 2") for fault in found)


def test_what_nobody_sees_is_taken_out_before_it_is_checked() -> None:
    [sentence] = tidied([Sentence("The link expires after 2\u200b4 hours.\u202e", (GUIDE.id,))])
    assert sentence.text == "The link expires after 24 hours."
    assert tidied([Sentence("**  **", (GUIDE.id,)), Sentence("\u200b", (GUIDE.id,))]) == ()


def test_a_list_keeps_its_lines() -> None:
    [sentence] = tidied([Sentence("Steps:\r\n1. Open\n\n2. **Go**", (GUIDE.id,))])
    assert sentence.text == "Steps:\n1. Open\n2. Go"


def test_a_long_passage_is_read_to_its_end() -> None:
    long = passage("The import reads every column. " * 400 + "The limit is 77 rows.", "Limits")
    assert faults_of([Sentence("The limit is 77 rows.", (long.id,))], [long]) == ()
    assert faults_of([Sentence("The limit is 78 rows.", (long.id,))], [long]) != ()


@given(
    st.permutations(SHELF), st.sampled_from(["reset password", "report", "alert", "import file"])
)
def test_the_documents_own_words_are_never_at_fault(passages: list[object], question: str) -> None:
    pieces = extract(question, SHELF, 900)
    assert faults_of(tidied(pieces), SHELF) == ()


@given(st.text(max_size=200))
def test_any_text_can_be_checked(text: str) -> None:
    for fault in faults_of(tidied([Sentence(text, (GUIDE.id,))]), [GUIDE]):
        assert fault.startswith("Sentence 1")
