"""What each rule of outreach's words minds, and what it does not."""

from importlib import import_module
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm.guard.language import is_in, language_of
from csm.guard.letter_rules import LETTER_RULES
from csm.look_alikes import as_latin, scripts_of
from tests.csm.letter_builder import BODY, PAGE, SUBJECT, letter, minded

REVIEW: Final = import_module("csm.guard.review")
LINE: Final = "Would it help if I showed you on an example from Acme?"


@pytest.fixture(autouse=True)
def only_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules of sending have nothing to say here."""
    monkeypatch.setattr(REVIEW, "SEND_RULES", ())


def of_line(line: str, *more: str) -> list[str]:
    """The rules that mind the letter with this line in it."""
    return minded(letter(BODY.replace(LINE, f"{line}\n\n{LINE}")), more=more)


@pytest.mark.parametrize(
    "words", ["last chances", "Act  now", "аct now", "h u r r y", "HURRY", "don’t miss it"]
)
def test_pressure_is_found_in_any_form(words: str) -> None:
    assert "pressure" in of_line(f"It is your {words}.")


@pytest.mark.parametrize(
    "words",
    ["damned", "sh1t", "sh*t", "shiiiit", "s h i t", "s.h.i.t", "ѕhіt", "$hit", "ｓｈｉｔ", "a55"],
)
def test_rude_words_are_found_however_they_are_drawn(words: str) -> None:
    assert "profanity" in of_line(f"What a {words}.")


@pytest.mark.parametrize("words", ["hello", "class", "assess", "shell", "cooool", "2nd", "b2b"])
def test_words_that_only_hold_rude_ones_are_fine(words: str) -> None:
    assert "profanity" not in of_line(f"We know {words}.", words)


@pytest.mark.parametrize(
    "words", ["riley stone", "Riley Stone", "riley@globex-mail.example", "rіley stоne", "QUINN ASH"]
)
def test_other_people_are_never_named(words: str) -> None:
    assert "foreign_contact" in of_line(f"Ask {words} about it.")


@pytest.mark.parametrize("words", ["Bo Tester", "bo@acme.example", "what will help"])
def test_the_recipient_and_ordinary_words_are_nobody_else(words: str) -> None:
    assert "foreign_contact" not in of_line(f"Ask {words} about it.")


def test_somebody_whom_the_facts_name_may_be_named() -> None:
    assert of_line("Riley Stone knows it.", "Riley Stone") == []


@pytest.mark.parametrize(
    ("line", "is_minded"),
    [
        ("Is it so?", False),
        ("Is it so? Really?", True),
        ("Is it so?? (Or not?)", True),
        (f"See {PAGE}?of=that and {PAGE}?x.", False),
    ],
)
def test_questions_are_counted(line: str, is_minded: bool) -> None:
    assert ("asks" in of_line(line)) is is_minded


@pytest.mark.parametrize(
    ("language", "is_minded"), [("en", False), ("de", True), ("ja", True), ("xx", False)]
)
def test_the_language_is_the_reader_s(language: str, is_minded: bool) -> None:
    assert ("language" in minded(letter(language=language))) is is_minded


def test_a_short_text_is_in_any_language() -> None:
    assert language_of("Kind regards") is None
    assert is_in("de", "Kind regards")
    danish = "Hej Bo, jeg har set, at jeres team næsten ikke bruger de nye oversigter mere."
    assert is_in("da", danish)
    assert is_in("no", danish)
    assert not is_in("en", danish)


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example/x",
        "elsewhere.example/x",
        "https://www.lanternboard.example/x",
        "http://2130706433/x",
        "http://0x7f.0.0.1/x",
        "http://0177.0.0.1/x",
        "http://[::1]/x",
        "http://10.0.0.1",
        "https://help.lanternboard.example@elsewhere.example/x",
        "https://user:pass@help.lanternboard.example/x",
        "https://%65lsewhere.example/x",
        "https://xn--lanternbord-q8a.example/x",
        "https://lаnternboard.example/x",
        "elsewhere。com",
        "else\u200bwhere.com",
        "javascript:alert(1)",
    ],
)
def test_no_address_leads_elsewhere(address: str) -> None:
    rules = of_line(f"See {address} for it.")
    assert {"link", "strange_host"} & set(rules), rules


@pytest.mark.parametrize(
    "address",
    [
        "https://lanternb0ard.example/x",
        "https://lantemboard.example/x",
        "https://lanternboards.example/x",
        "https://lantrenboard.example/x",
        "https://lanternboard.example.elsewhere.example/x",
        "https://help.lanternboard.example/go?to=https%3A%2F%2Felsewhere.example",
        "https://help.lanternboard.example/go?to=https%253A%252F%252Felsewhere.example",
        "https://help.lanternboard.example/go?to=//elsewhere.example",
        "https://help.lanternboard.example//elsewhere.example",
        "https://help.lanternboard.example/#www.elsewhere.example",
    ],
)
def test_what_only_looks_like_ours_is_minded_whoever_says_it(address: str) -> None:
    assert "look_alike" in of_line(f"See {address} for it.", address)


@pytest.mark.parametrize(
    ("address", "more"),
    [
        ("https://lanternboard.example/a/b?c=d#e", ()),
        ("help.lanternboard.example/x", ()),
        ("https://other.example/x", ("https://other.example/x",)),
        ("https://api.lanternboard.example", ("https://api.lanternboard.example",)),
    ],
)
def test_our_addresses_and_those_of_the_facts_are_fine(address: str, more: tuple[str, ...]) -> None:
    assert of_line(f"See {address} for it.", *more) == []


def test_an_address_beside_the_text_is_judged_like_one_in_it() -> None:
    assert minded(letter(links=("https://elsewhere.example/x",))) == ["strange_host"]


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("Pay to DE89 3704 0044 0532 0130 00.", "personal_data"),
        ("Pay to de89370400440532013000.", "personal_data"),
        ("It is QQ123456C's? No: AB 12 34 56 C.", "personal_data"),
        ("It is 12345678Z.", "personal_data"),
        ("It is RSSMRA85T10A562S.", "personal_data"),
        ("It is 1 85 05 78 006 084 91.", "personal_data"),
        ("The card is 4111.1111.1111.1111.", "secret"),
        ("The card is 4111 -\n1111 - 1111 - 1111.", "secret"),
        ("The card is 3782/822463/10005.", "secret"),
        ("The key is AKIAABCD\u200bEFGHIJKLMNOP.", "secret"),
    ],
)
def test_numbers_of_people_are_never_sent_whoever_says_them(line: str, rule: str) -> None:
    assert rule in of_line(line, line)


@pytest.mark.parametrize("number", ["+49 30 1234567", "(030) 123-4567", "020 7946 0958"])
def test_a_phone_number_must_be_known(number: str) -> None:
    assert "personal_data" in of_line(f"Call {number}.")
    assert of_line(f"Call {number}.", f"Our phone is {number}.") == []


def test_an_e_mail_address_must_be_known() -> None:
    assert "personal_data" in of_line("Write to ada@elsewhere.example.")
    assert of_line("Write to help@us.example.", "Write to help@us.example.") == []


@pytest.mark.parametrize(
    "line",
    ["It is 12345678A.", "GB82 WEST 1234 5698 7654 33", "17 of 28 days", "2026-03-04 and 12:30"],
)
def test_other_numbers_are_no_personal_data(line: str) -> None:
    assert "personal_data" not in of_line(line)


@pytest.mark.parametrize(
    "line",
    [
        "<img src=x>",
        "</p>",
        "<!-- x -->",
        "a&nbsp;b",
        "[this](lanternboard.example)",
        "![this](x)",
        "[this][1]",
        "**this** one",
        "__this__ one",
        "*this* one",
        "_this_ one",
        "~this~ one",
        "`this`",
        "## this",
        "ask @bo",
        "@team",
    ],
)
def test_markup_is_minded(line: str) -> None:
    assert "markup" in of_line(line)


@pytest.mark.parametrize(
    "line", ["a < b, and b > a", "this & that", "- this\n- that", "2 * 3 * 4", "a_b_c", "~ 5"]
)
def test_plain_signs_are_no_markup(line: str) -> None:
    assert "markup" not in of_line(line)


@pytest.mark.parametrize(
    "line", ["a\u202eb", "a\u200bb", "a\u00adb", "a\u2066b", "\ufeffa", "a\u3164b", "pаge", "Ωmega"]
)
def test_what_hides_is_minded(line: str) -> None:
    assert "hidden" in of_line(line)


@pytest.mark.parametrize("line", ["café", "naïve – “so”", "страница", "日本語のページ", "👩‍💻 ❤️"])
def test_other_letters_hide_nothing(line: str) -> None:
    assert "hidden" not in of_line(line)


@pytest.mark.parametrize(
    "subject", ["", " \u200b", "this\nthat", "RE: this", "Fwd: this", "AW: this", "[Re: this]"]
)
def test_a_subject_must_be_one_and_honest(subject: str) -> None:
    assert "subject" in minded(letter(subject=subject))


def test_a_subject_may_begin_with_those_letters() -> None:
    assert "subject" not in minded(letter(subject="Reading a dashboard: how"))


@pytest.mark.parametrize(
    "greeting",
    ["Hello ,", "Hi  ,", "Dear ,", "Dear,", "Dear Mr ,", "Hi None,", "Hello null,", "Bonjour ,"],
)
def test_a_greeting_without_a_name_is_minded(greeting: str) -> None:
    assert "salutation" in minded(letter(BODY.replace("Hello Bo,", greeting)))


@pytest.mark.parametrize("greeting", ["Hello,", "Hello Bo,", "Hi Nonesuch,", "Guten Tag,", "Bo,"])
def test_other_greetings_are_fine(greeting: str) -> None:
    assert "salutation" not in minded(letter(BODY.replace("Hello Bo,", greeting)))


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("There is a disсount.", "commitment"),
        ("There is a d i s c o u n t.", "commitment"),
        ("It was discounted.", "commitment"),
        ("Two refunds.", "commitment"),
        ("The rіsks of it.", "internal_term"),
        ("It was rescored, and scores again.", "internal_term"),
        ("As at glоbex.", "foreign_name"),
        ("As at G L O B E X.", "foreign_name"),
    ],
)
def test_words_are_found_behind_look_alikes_and_in_inflections(line: str, rule: str) -> None:
    assert rule in of_line(line)


def test_what_the_facts_call_so_is_no_internal_term() -> None:
    assert of_line("It is among the health checks.", "Health checks") == []
    assert of_line("It is among the health checks.") == ["internal_term"]


@pytest.mark.parametrize(
    "line",
    [
        "Does Tuesday suit you?",
        "Shall we talk next week, or tomorrow?",
        "Have you 15 minutes in a few days?",
        "Have you half an hour?",
        "Would 3 pm suit you, or 16:30?",
    ],
)
def test_when_to_talk_may_be_proposed(line: str) -> None:
    assert "ungrounded" not in of_line(line)


@pytest.mark.parametrize(
    "line",
    [
        "It ends on Tuesday.",
        "It ends on Tuesday. Does it suit you?",
        "Did it end last week?",
        "Did it end yesterday?",
        "Does 12 May suit you?",
        "Have you 15 people?",
        "Have you 3 hours?",
        "Is it $15?",
        "Did it fall by half?",
        "It takes your team 15 minutes.",
        "The outage took 15 minutes.",
    ],
)
def test_what_else_is_asked_is_a_claim(line: str) -> None:
    assert "ungrounded" in of_line(line)


def test_look_alikes_are_read_as_what_they_look_like() -> None:
    assert as_latin("рау") == "pay"
    assert as_latin("łøđ") == "lod"
    assert as_latin("plain") == "plain"
    assert scripts_of("plain") == {"LATIN"}
    assert scripts_of("日本のテスト") == {"HAN"}
    assert scripts_of("12") == frozenset()


@given(st.text(max_size=200), st.text(max_size=60), st.sampled_from(["en", "de", "ja", "xx"]))
def test_no_letter_breaks_a_rule(body: str, subject: str, language: str) -> None:
    ids = {rule.id for rule in LETTER_RULES}
    assert ids
    for rule in minded(letter(body, subject, language=language)):
        assert rule


def test_the_shipped_letter_is_fine() -> None:
    assert minded(letter(BODY, SUBJECT)) == []
