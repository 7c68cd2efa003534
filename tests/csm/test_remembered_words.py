"""What the rules of the words said is remembered for the same message and facts, for no other."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from datetime import timedelta
from importlib import import_module
from typing import Any, Final

import pytest

from csm.customer_names import CustomerNames, ForeignNames
from csm.fact_line import FactLine
from csm.guard import Cleared, GuardFacts, Held, Outcome, Outgoing, RuleResult, review_outreach
from csm.guard.letter_rules import LETTER_RULES
from csm.guard.remembered import Ground, Remembered
from csm.guard.rule import TextRule
from csm.guard.rules import RULES
from csm.guard.word_facts import WordFacts, word_facts
from csm.guard_settings import TextGuard
from csm.pause import Pause, PauseScope
from csm.play import ChannelKind
from tests.csm.letter_builder import BODY, FACTS, FOREIGN, PAGE, PEOPLE, facts_for, letter
from tests.csm.sending_builder import CONTACT, NOW, guard_settings

REVIEW: Final = import_module("csm.guard.review")  # the package has a function of that name
SETTINGS: Final = guard_settings()


class Asked:
    """A rule that counts how often it is asked."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, _outgoing: Outgoing, _facts: WordFacts, _settings: TextGuard) -> list[str]:
        self.times += 1
        return []


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    rule = Asked()
    table = (*RULES, TextRule("asked", Outcome.REFUSE, "", rule))
    monkeypatch.setattr(REVIEW, "RULES", table)
    return rule


def with_sending(facts: GuardFacts, **changes: Any) -> GuardFacts:
    assert facts.sending is not None
    return replace(facts, sending=replace(facts.sending, **changes))


def test_the_words_are_read_once_and_the_rest_every_time(asked: Asked) -> None:
    outgoing = letter()
    assert isinstance(review_outreach(outgoing, facts_for(outgoing), SETTINGS), Cleared)

    later = NOW + timedelta(hours=1)
    pause = Pause(scope=PauseScope.ALL, by="mo", at=later)
    paused = with_sending(facts_for(outgoing), now=later, pauses=(pause,), sent_last_hour=3)
    held = review_outreach(letter(), paused, SETTINGS)

    assert asked.times == 1
    assert isinstance(held, Held)
    assert [one.rule for one in held.verdict.objections] == ["kill_switch"]


MESSAGES: Final = {
    "body": letter(f"{BODY}\nand Pat"),
    "subject": letter(subject="Dashboards"),
    "links": letter(links=(PAGE,)),
    "account": letter(account_key="globex"),
    "language": letter(language="de"),
    "channel": letter(channel=ChannelKind.CHANNEL),
}


@pytest.mark.parametrize("what", MESSAGES)
def test_another_message_is_read(what: str, asked: Asked) -> None:
    for outgoing in (letter(), MESSAGES[what]):
        review_outreach(outgoing, facts_for(outgoing), SETTINGS)
    assert asked.times == 2


GIVEN: Final = facts_for(letter())
OTHER_FACTS: Final = {
    "a fact more": replace(GIVEN, facts=(*FACTS, FactLine("Note", "18"))),
    "a fact less": replace(GIVEN, facts=FACTS[1:]),
    "a fact's name": replace(GIVEN, facts=(FactLine("Customer", "Acme"), *FACTS[1:])),
    "a fact's value": replace(GIVEN, facts=(FactLine("Account", "Globex"), *FACTS[1:])),
    "a fact's source": replace(GIVEN, facts=(FactLine("Account", "Acme", "crm"), *FACTS[1:])),
    "links": replace(GIVEN, allowed_links=()),
    "names": replace(GIVEN, allowed_names=("Lanternboard", "Globex")),
    "customers": replace(GIVEN, foreign_names=ForeignNames(CustomerNames(), "acme")),
    "whose customer": replace(GIVEN, foreign_names=ForeignNames(FOREIGN.customers, "globex")),
    "people": replace(GIVEN, foreign_contacts=ForeignNames(CustomerNames())),
    "whose people": replace(GIVEN, foreign_contacts=ForeignNames(PEOPLE.customers, "globex")),
    "nobody": with_sending(GIVEN, contact=None),
    "contact's name": with_sending(GIVEN, contact=CONTACT.model_copy(update={"name": "Riley"})),
    "contact's address": with_sending(GIVEN, contact=CONTACT.model_copy(update={"email": "r@x.y"})),
    "identity": with_sending(GIVEN, identity="We"),
    "unsubscribe": with_sending(GIVEN, unsubscribe="https://lanternboard.example/u"),
}


@pytest.mark.parametrize("what", OTHER_FACTS)
def test_other_facts_are_looked_at(what: str, asked: Asked) -> None:
    for facts in (GIVEN, OTHER_FACTS[what], GIVEN, OTHER_FACTS[what]):
        review_outreach(letter(), facts, SETTINGS)
    is_new_ground = what in {"customers", "people"}
    assert asked.times == (4 if is_new_ground else 2)


def test_other_settings_are_looked_at(asked: Asked) -> None:
    fewer = SETTINGS.letter.model_copy(update={"most_asks": 1})
    for settings in (SETTINGS, SETTINGS.model_copy(update={"letter": fewer}), SETTINGS):
        review_outreach(letter(), GIVEN, settings)
    assert asked.times == 3


def test_other_rules_are_asked(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    review_outreach(letter(), GIVEN, SETTINGS)
    monkeypatch.setattr(REVIEW, "LETTER_RULES", LETTER_RULES[1:])
    review_outreach(letter(), GIVEN, SETTINGS)
    assert asked.times == 2


def test_what_was_refused_stays_refused_until_its_facts_change(asked: Asked) -> None:
    outgoing = letter(f"{BODY}\n18 people of yours came.")
    facts = facts_for(outgoing)
    first, again = (review_outreach(outgoing, facts, SETTINGS) for _ in range(2))
    assert not isinstance(again, Cleared)
    assert first.verdict == again.verdict
    assert asked.times == 1
    told = facts_for(outgoing, more=["18 people of yours came"])
    assert isinstance(review_outreach(outgoing, told, SETTINGS), Cleared)


def test_every_part_of_what_the_rules_see_is_in_the_digest() -> None:
    """Of customers and people only whose are not foreign: the names themselves are the ground."""
    given = word_facts(GIVEN)
    others: dict[str, Any] = {
        "facts": FACTS[1:],
        "allowed_links": (),
        "allowed_names": (),
        "foreign_names": replace(FOREIGN, own="globex"),
        "foreign_contacts": replace(PEOPLE, own="globex"),
        "contact_name": "Riley",
        "contact_email": "riley@globex.example",
        "footer": (),
    }
    assert sorted(others) == sorted(one.name for one in fields(WordFacts))
    changed = [replace(given, **{name: other}).digest for name, other in others.items()]
    assert len({given.digest, *changed}) == 1 + len(others)
    assert replace(given).digest == given.digest


def ground(settings: Any = SETTINGS) -> Ground:
    return Ground(settings, RULES, LETTER_RULES, FOREIGN.customers, PEOPLE.customers)


def results(name: str) -> tuple[RuleResult, ...]:
    return (RuleResult(name, Outcome.PASS, ""),)


def never() -> tuple[RuleResult, ...]:
    raise AssertionError("it was to be remembered")


@pytest.fixture
def remembered() -> Iterator[Remembered]:
    remembered = Remembered(most=2)
    yield remembered
    assert len(remembered) <= 2


def test_no_more_is_kept_than_was_said(remembered: Remembered) -> None:
    here = ground()
    remembered.results(here, ("a", b""), lambda: results("a"))
    remembered.results(here, ("b", b""), lambda: results("b"))
    assert remembered.results(here, ("a", b""), never) == results("a")
    remembered.results(here, ("c", b""), lambda: results("c"))
    assert remembered.results(here, ("a", b""), never) == results("a")
    assert remembered.results(here, ("b", b""), lambda: results("new")) == results("new")


def test_an_equal_ground_of_the_same_parts_is_the_same(remembered: Remembered) -> None:
    remembered.results(ground(), ("a", b""), lambda: results("a"))
    assert remembered.results(ground(), ("a", b""), never) == results("a")


def test_settings_that_were_read_anew_are_others(remembered: Remembered) -> None:
    remembered.results(ground(), ("a", b""), lambda: results("a"))
    anew = ground(SETTINGS.model_copy())
    assert remembered.results(anew, ("a", b""), lambda: results("b")) == results("b")


def test_what_fails_is_not_remembered(remembered: Remembered) -> None:
    def fail() -> tuple[RuleResult, ...]:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        remembered.results(ground(), ("a", b""), fail)
    assert remembered.results(ground(), ("a", b""), lambda: results("a")) == results("a")


def test_threads_on_several_grounds_get_their_own(remembered: Remembered) -> None:
    grounds = [ground(SETTINGS.model_copy()) for _ in range(3)]

    def ask(number: int) -> bool:
        at, name = number % 3, str(number % 5)
        own = results(f"{at} {name}")
        return remembered.results(grounds[at], (name, b""), lambda: own) == own

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(600)))
