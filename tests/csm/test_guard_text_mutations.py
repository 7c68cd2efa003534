"""Each rule of words, switched off, lets something pass that it alone refuses; and none of them
minds what is fine."""

from dataclasses import replace
from importlib import import_module
from typing import Final

import pytest

from csm.guard import Cleared, Outgoing, Refused, review, review_outreach
from csm.guard.letter_rules import LETTER_RULES
from csm.guard.rules import RULES
from csm.play import ChannelKind
from tests.csm.letter_builder import BODY, PAGE, SUBJECT, facts_for, letter
from tests.csm.sending_builder import guard_settings

REVIEW: Final = import_module("csm.guard.review")  # the package has a function of that name
LINE: Final = "Would it help if I showed you on an example from Acme?"


@pytest.fixture(autouse=True)
def only_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules of sending have nothing to say here."""
    monkeypatch.setattr(REVIEW, "SEND_RULES", ())


def with_line(line: str) -> Outgoing:
    return letter(BODY.replace(LINE, f"{line}\n\n{LINE}"))


# By rule: a letter that it alone minds, and what the facts say besides.
ONLY: Final[dict[str, tuple[Outgoing, tuple[str, ...]]]] = {
    "empty": (letter(" \u00a0\n"), ()),
    "too_long": (letter(BODY + "\n\nhave a look at it" * 120), ()),
    "placeholder": (with_line("See {unused_feature}."), ()),
    "ungrounded": (with_line("It is used by 18 people now."), ()),
    "internal_term": (with_line("We saw some churning."), ()),
    "foreign_name": (with_line("It works as it does for globex."), ()),
    "commitment": (with_line("There are discounts."), ()),
    "link": (with_line("See http://127.0.0.1/x for it."), ("http://127.0.0.1/x",)),
    "mention": (with_line("See it, <!here>."), ()),
    "secret": (with_line("The password: hunter2hunter"), ("hunter2hunter",)),
    "shouting": (with_line("Please see it!!!!"), ()),
    "pressure": (with_line("Please see it: this is your last chance."), ()),
    "profanity": (with_line("It is a damn good page."), ()),
    "foreign_contact": (with_line("It was shown to quinn ash as well."), ()),
    "asks": (with_line("Is it of use? Or is it not?"), ()),
    "language": (letter(language="de"), ()),
    "strange_host": (with_line("See https://elsewhere.example/share for it."), ()),
    "look_alike": (
        with_line("See https://lanternb0ard.example/share for it."),
        ("https://lanternb0ard.example/share",),
    ),
    "personal_data": (
        with_line("Pay it to GB82 WEST 1234 5698 7654 32."),
        ("Pay it to GB82 WEST 1234 5698 7654 32.",),
    ),
    "markup": (with_line("See <b>this</b> page."), ()),
    "hidden": (with_line("See this\u202e page."), ()),
    "subject": (letter(subject="Re: sharing a dashboard"), ("Re",)),
    "salutation": (letter(BODY.replace("Hello Bo,", "Hello ,")), ()),
}


def test_every_rule_has_a_letter() -> None:
    ids = [rule.id for rule in (*RULES, *LETTER_RULES)]
    assert sorted(ids) == sorted(set(ids)) == sorted(ONLY)


@pytest.mark.parametrize("rule", ONLY)
def test_a_rule_that_is_switched_off_is_missed(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    outgoing, more = ONLY[rule]
    facts, settings = facts_for(outgoing, more=more), guard_settings()

    refused = review_outreach(outgoing, facts, settings)
    assert isinstance(refused, Refused)
    assert [one.rule for one in refused.verdict.objections] == [rule]

    others = tuple(one for one in RULES if one.id != rule)
    other_letter_rules = tuple(one for one in LETTER_RULES if one.id != rule)
    monkeypatch.setattr(REVIEW, "RULES", others)
    monkeypatch.setattr(REVIEW, "LETTER_RULES", other_letter_rules)
    assert isinstance(review_outreach(outgoing, facts, settings), Cleared)


FINE: Final = {
    "as it was drafted": letter(),
    "in the shared channel": letter(channel=ChannelKind.CHANNEL),
    "in direct messages": letter("Hello Bo,\n\nshall we talk about Sharing?\n\nPat Rivers"),
    "a talk is proposed": with_line("Does Tuesday suit you, or next week, for fifteen minutes?"),
    "by the clock": with_line("Shall we say tomorrow at 10:30, or at 3 pm, for half an hour?"),
    "a list": with_line("- open a dashboard\n- press the button on top\n- choose the people"),
    "typography": with_line("“Sharing” is there – for everybody’s work, at no effort…"),
    "a picture": with_line("Have a look \U0001f469\u200d\U0001f4bb \u2764\ufe0f"),
    "with sources beside it": letter(links=(PAGE,)),
    "in German": letter(
        "Guten Tag Bo Tester,\n\nihr habt zuletzt nur wenig miteinander geteilt, und ich zeige "
        "gern, wie das leichter geht. Es dauert nicht lange, und der Weg ist kurz.\n\nPasst es "
        "in dieser Woche?\n\nMit freundlichen Grüßen\nPat Rivers",
        "Sharing",
        language="de",
    ),
}


@pytest.mark.parametrize("kind", FINE)
def test_no_rule_minds_what_is_fine(kind: str) -> None:
    outgoing = FINE[kind]
    facts = facts_for(outgoing, more=["Es", "Passt", "Woche"])
    result = review_outreach(outgoing, facts, guard_settings())
    assert isinstance(result, Cleared), result.verdict.objections
    looked = [one.rule for one in result.verdict.results]
    assert looked == [rule.id for rule in (*RULES, *LETTER_RULES)]


# By rule of every message's words: a subject that it alone minds.
SUBJECTS: Final = {
    "placeholder": "Sharing {feature}",
    "ungrounded": "Sharing for 18 people",
    "internal_term": "Sharing and churn",
    "foreign_name": "Sharing as at globex",
    "commitment": "Sharing and refunds",
    "link": "Sharing: http://127.0.0.1/x",
    "mention": "Sharing <!here>",
    "secret": "Sharing, password: hunter2hunter",
    "shouting": "SHARING A DASHBOARD",
    "pressure": "Sharing: act now",
    "profanity": "Sharing, damn",
    "foreign_contact": "Sharing with quinn ash",
    "asks": "Sharing? How? Why?",
    "strange_host": "Sharing: https://elsewhere.example/x",
    "look_alike": "Sharing: https://lanternb0ard.example/share",
    "personal_data": "Sharing GB82 WEST 1234 5698 7654 32",
    "markup": "Sharing <b>this</b>",
    "hidden": "Sharing\u202e it",
}
_NOT_OF_SUBJECTS: Final = {"empty", "too_long", "language", "subject", "salutation"}
_KNOWN: Final = (
    *("http://127.0.0.1/x", "hunter2hunter", "https://lanternb0ard.example/share"),
    "GB82 WEST 1234 5698 7654 32",
)


def test_subjects_are_tried_for_every_rule_that_looks_at_them() -> None:
    assert set(SUBJECTS) | _NOT_OF_SUBJECTS == set(ONLY)


@pytest.mark.parametrize("rule", SUBJECTS)
def test_the_subject_is_looked_at_like_the_text(rule: str) -> None:
    outgoing = letter(subject=SUBJECTS[rule])
    facts = facts_for(outgoing, more=(*_KNOWN, "SHARING A DASHBOARD"))
    result = review_outreach(outgoing, facts, guard_settings())
    assert [one.rule for one in result.verdict.objections] == [rule]


def test_the_rules_for_letters_hold_for_letters_alone() -> None:
    answer = replace(letter("It is a damn good page.", SUBJECT), addressed=None)
    answer = replace(answer, text="It is a damn good page.")
    assert isinstance(review(answer, facts_for(answer), guard_settings().text), Cleared)
