"""Every letter that the product ships with passes the guard's rules of the words, filled with what
is known of the accounts of the demo, and with examples."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from app import House
from csm.desk import Desk
from csm.guard import Outcome
from csm.letter_check import example_facts, letter_verdict, objections
from csm.outreach_facts import ALWAYS, KNOWN, MissingFacts, facts_of, fill, names_in
from csm.play import Letter, OutreachPlan, Play
from csm.use_cases.drafting_subject import Ground, grounds_of, own_peers
from tests.csm.shipped import shipped_playbook
from tests.demo import TODAY, settings_for

PLAYBOOK = shipped_playbook()


def letters() -> Iterator[tuple[Play, OutreachPlan, Letter]]:
    for play in PLAYBOOK.plays.values():
        if play.outreach:
            yield from ((play, play.outreach, letter) for letter in play.outreach.letters)


@pytest.fixture(scope="module")
def grounds(demo_template: Path) -> Sequence[Ground]:
    house = House(settings_for(demo_template))
    desk = Desk(PLAYBOOK, frozenset({"console", "email"}), lambda *_: "")
    try:
        with house.records.reading() as reader:
            keys = sorted(reader.account_keys())
            peers_of = own_peers(PLAYBOOK, TODAY)
            found = grounds_of(reader, desk, house.clock.now(), TODAY, keys, peers_of)
    finally:
        house.close()
    return [found[key] for key in keys]


@pytest.mark.parametrize(
    ("play", "plan", "letter"),
    [
        pytest.param(play, plan, letter, id=f"{play.id}-{letter.language}")
        for play, plan, letter in letters()
    ],
)
def test_no_rule_of_the_words_minds_a_letter(
    grounds: Sequence[Ground], play: Play, plan: OutreachPlan, letter: Letter
) -> None:
    filled = 0
    for ground in grounds:
        for contact in [one for one in ground.dealings.contacts if one.role in plan.to][:1]:
            known = facts_of(ground.subject(contact, letter.language))
            told = {name: fact for name, fact in known.items() if name in {*plan.facts, *ALWAYS}}
            words = fill(letter, told)
            if isinstance(words, MissingFacts):
                continue
            filled += 1
            for channel in plan.channels:
                verdict = letter_verdict(play, letter, words[:2], told, channel, PLAYBOOK.guard)
                assert not verdict.objections, (ground.dealings.account.key, verdict.objections)
    assert filled


def test_examples_pass_as_well() -> None:
    for play in PLAYBOOK.plays.values():
        assert list(objections(play, PLAYBOOK.guard)) == []


def test_what_the_guard_minds_is_told() -> None:
    play, plan, letter = next(letters())
    worse = letter.model_copy(update={"body": f"{letter.body}\n\nAct now: it is 40 % cheaper."})
    changed = replace_letter(play, plan, worse)
    told = list(objections(changed, PLAYBOOK.guard))
    assert any('letter "en", by dm: ' in line and "act now" in line for line in told)
    assert any("40" in line for line in told)
    assert any("cheaper" in line for line in told)


def replace_letter(play: Play, plan: OutreachPlan, letter: Letter) -> Play:
    return play.model_copy(update={"outreach": plan.model_copy(update={"letters": (letter,)})})


def test_a_name_in_a_letter_s_fact_is_held_against_the_facts() -> None:
    """What the letter itself writes with capitals is its own; what somebody adds is not."""
    play, plan, letter = next(letters())
    facts = example_facts()
    words = fill(letter, facts)
    assert isinstance(words, tuple)
    subject, body, _ = words
    channel = plan.channels[0]
    added = letter_verdict(
        play, letter, (subject, f"{body}\n\nGreetings from Wilhelmina Quay."), facts, channel,
        PLAYBOOK.guard,
    )  # fmt: skip
    assert [one.rule for one in added.objections if one.outcome is Outcome.REFUSE] == ["ungrounded"]


def test_every_letter_greets_asks_once_and_is_signed() -> None:
    for play, _, letter in letters():
        lines = letter.body.splitlines()
        assert "{contact_" in lines[0], play.id
        assert lines[-1] == "{csm_name}", play.id
        assert letter.body.count("?") <= 1, play.id


def test_letters_stand_without_any_fact_that_may_be_missing() -> None:
    """Greeting, request and signature never hang on data; where a letter is about one thing, its
    subject does, so that it is not sent without."""
    facts = {name: fact for name, fact in example_facts().items() if name in ALWAYS}
    about = {
        "adoption_tip",
        "benchmark_report",
        "payment_failure_recovery",
        "release_announcement",
        "renewal_runway",
    }
    for play, _, letter in letters():
        words = fill(letter, facts)
        assert isinstance(words, MissingFacts) == (play.id in about), play.id
        if isinstance(words, tuple):
            assert words[1].startswith(("Hi Jo,", "Dear Jo,", "Guten Tag Jo,"))
            assert words[1].endswith("Casey Fennimore")


def test_both_languages_are_about_the_same() -> None:
    for play in PLAYBOOK.plays.values():
        if play.outreach:
            subjects = [set(names_in(letter.subject)) & set(play.outreach.facts)
                        for letter in play.outreach.letters]  # fmt: skip
            assert subjects[0] == subjects[1], play.id


def test_the_facts_that_a_play_names_are_told_by_it_or_known_to_its_writer() -> None:
    for _, plan, letter in letters():
        assert set(names_in(letter.body)) <= {*plan.facts, *ALWAYS}
        assert set(plan.facts) <= KNOWN.keys()
