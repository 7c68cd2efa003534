"""The digests of onboardings, renewals and reviews, over the demo portfolio."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app import House
from csm.card import Card, Heading, buttons_of
from csm.playbook import Playbook
from csm.ports import Table
from csm.use_cases.digest_frame import Composed
from csm.use_cases.onboarding_digest import compose_onboarding
from csm.use_cases.renewals_digest import compose_renewals
from csm.use_cases.reviews_digest import compose_reviews
from tests.demo import TODAY
from tests.journeys.digests import (
    Composer,
    addressee,
    bullet_of,
    leads,
    press_everything,
    told_by,
    words,
)
from tests.journeys.talk import Talk
from tests.storage.portfolio import questions_asked

ALL = (
    ("onboarding", compose_onboarding),
    ("renewals", compose_renewals),
    ("reviews", compose_reviews),
)


def digest(
    house: House, job: str, compose: Composer, scope: str = "mine", after: Composed | None = None
) -> Composed:
    previous = told_by(house, after, job) if after else None
    who = "casey" if scope == "mine" else "ada"
    reader = addressee(house, job, who, scope, previous)
    return compose(house.records, house.playbook)(reader)


def write(house: House, kind: str, columns: tuple[str, ...], *rows: tuple[object, ...]) -> None:
    with house.records.writing() as writer:
        writer.write_table(Table(kind, columns, rows, len(rows)), None, lambda _done: None)


# ------------------------------------------------------------------ onboarding


def test_the_worst_onboarding_comes_first_with_its_reason(house: House) -> None:
    found = digest(house, "onboarding", compose_onboarding, "all")
    assert leads(found.card)[:3] == [
        "Granite Peak Travel",
        "Parsnip Provisions",
        "Kestrel Health",
    ]
    text = bullet_of(found.card, "Granite Peak Travel")
    assert "No first value on day 143: it was due by day 120." in text
    assert "“Administrators trained” 101 days late" in text
    assert "Day 9 of 90 to the first value." in bullet_of(found.card, "Lanternfish Aquaria")
    assert "(new)" not in words(found.card)
    assert found.outcome == "6 onboardings, 3 in trouble"


def test_onboarding_says_what_happened_since_the_last_time(house: House) -> None:
    first = digest(house, "onboarding", compose_onboarding, "all")
    columns = ("account_key", "key", "title", "due_on", "done_on", "planned_hours", "actual_hours")
    with house.records.reading() as reader:
        steps = reader.milestones(None, TODAY)
        accounts = {id_: account.key for id_, account, _ in reader.accounts_with_snapshots(steps)}
    parsnip, kestrel = (
        next(
            (key, step)
            for id_, some in steps.items()
            for step in some
            if step.key == wanted
            for key in [accounts[id_]]
        )
        for wanted in ("parsnip-step-5", "kestrel-step-4")
    )
    yesterday = TODAY - timedelta(days=1)
    write(
        house,
        "milestones",
        columns,
        (parsnip[0], parsnip[1].key, parsnip[1].title, parsnip[1].due_on, yesterday, 8.0, 12.5),
        (kestrel[0], "new-step", "Data cleaned", yesterday, None, 4.0, 6.0),
    )
    second = digest(house, "onboarding", compose_onboarding, "all", after=first)
    assert "Done: “Go-live review” on 8 Mar 2026, 42 days late, 12.5 of 8 planned hours." in (
        bullet_of(second.card, "Parsnip Provisions")
    )
    assert "“Data cleaned” 1 day late (new), 6 of 4 planned hours" in (
        bullet_of(second.card, "Kestrel Health")
    )
    assert "3 onboardings in trouble (±0 since the last time), 1 milestone newly late" in (
        second.card.summary
    )
    # What was told to be done is not told again.
    assert "Driftwood Hotels" not in leads(second.card)
    third = digest(house, "onboarding", compose_onboarding, "all", after=second)
    assert "Done" not in bullet_of(third.card, "Parsnip Provisions")
    assert "(new)" not in words(third.card)


def test_the_first_value_is_good_news_once(house: House) -> None:
    first = digest(house, "onboarding", compose_onboarding)
    waiting = first.figures["waiting"]
    with house.records.reading() as reader:
        lines = {line.name: line.account_id for line in reader.book(None, TODAY)}
    driftwood = lines["Driftwood Hotels"]
    assert driftwood not in waiting
    told = Composed(first.card, "", figures={**first.figures, "waiting": [driftwood]})
    second = digest(house, "onboarding", compose_onboarding, after=told)
    assert "First value reached on day" in bullet_of(second.card, "Driftwood Hotels")


# -------------------------------------------------------------------- renewals


def headings(card: Card) -> list[str]:
    return [block.text for block in card.blocks if isinstance(block, Heading)]


def test_renewals_stand_in_their_step_the_nearest_first(house: House) -> None:
    found = digest(house, "renewals", compose_renewals)
    assert headings(found.card) == ["Within 60 days", "Within 90 days", "Within 120 days"]
    assert found.outcome == "7 renewals, 0 a step nearer"
    acme = bullet_of(found.card, "Acme")
    assert "$120K on 23 May 2026 (in 75 days), has to be signed." in acme
    assert "(−6.1 this week): undecided." in acme
    assert "Last executive review 121 days ago, sponsor in place." in acme
    assert "Secure the renewal: claimed by casey" in acme
    assert "No executive review on record" in bullet_of(found.card, "Birchgate Capital")
    assert "90 days: 3, $246.7K" in words(found.card)


def test_who_came_a_step_nearer_and_who_is_gone_is_said(house: House) -> None:
    first = digest(house, "renewals", compose_renewals)
    with house.records.reading() as reader:
        ids = {line.name: line.account_id for line in reader.book(None, TODAY)}
    steps = {
        **first.figures["steps"],
        str(ids["Acme"]): 120,
        str(ids["Driftwood Hotels"]): 30,
        "987654": 30,
    }
    del steps[str(ids["Eastmoor Airways"])]
    told = Composed(first.card, "", figures={"steps": steps})
    second = digest(house, "renewals", compose_renewals, after=told)
    assert bullet_of(second.card, "Acme").startswith("Acme: Now within 90 days: $120K")
    eastmoor = bullet_of(second.card, "Eastmoor Airways")
    assert "Now within 120 days (new here): " in eastmoor
    assert "Now within" not in bullet_of(second.card, "Café Zürich")
    assert "2 a step nearer than the last time" in second.card.summary
    gone = next(one for one in words(second.card).splitlines() if one.startswith("Not on the"))
    assert "Driftwood Hotels (renews " in gone
    assert "1 account that is not among these accounts any more" in gone


def test_no_more_are_listed_than_wanted(house: House) -> None:
    playbook = _listing(house, 2)
    found = compose_renewals(house.records, playbook)(addressee(house, "renewals"))
    assert len(leads(found.card)) == 2
    assert "5 more renewals with less at stake." in words(found.card)
    assert len(found.figures["steps"]) == 7
    found = compose_onboarding(house.records, playbook)(
        addressee(house, "onboarding", "ada", "all")
    )
    assert len(leads(found.card)) == 2
    assert "4 more accounts with something late, due or done." in words(found.card)


def _listing(house: House, most: int) -> Playbook:
    digests = house.playbook.digests.model_copy(update={"most": most})
    return replace(house.playbook, digests=digests)


# --------------------------------------------------------------------- reviews


@pytest.fixture
def reviewing(house: House, talk: Talk) -> House:
    """A house in which Acme's executive review is to be prepared."""
    with house.records.reading() as reader:
        closed = reader.newest_closed_ctas_of(reader.account_ids())
    acme = next(
        one.id
        for one in closed
        if (one.account_name, one.cta.reason) == ("Acme", "executive_review_due")
    )
    talk.say(f"/cta reopen {acme}")
    return house


def test_a_brief_can_be_taken_into_the_room(reviewing: House) -> None:
    found = digest(reviewing, "reviews", compose_reviews)
    assert found.outcome == "1 brief: Acme"
    text = words(found.card)
    assert "Acme: prepare by " in text
    for label in ("Health", "Objectives", "Adoption", "Support", "Sentiment", "Contract"):
        assert f"\n{label}: " in text
    assert ", the first grade after the review on 8 Nov 2025 (Green 78.9)" in text
    assert "$120K ARR, renewal 23 May 2026 (in 75 days), has to be signed" in text
    assert ": The renewal on 23 May 2026 (in 75 days): who decides, and by when?" in text
    assert text.splitlines()[-1] == (
        ": Next objectives with their dates, and the day of the next review."
    )


def test_each_account_is_briefed_once_for_a_review(reviewing: House, talk: Talk) -> None:
    first = digest(reviewing, "reviews", compose_reviews)
    second = digest(reviewing, "reviews", compose_reviews, after=first)
    assert second.is_empty
    assert "You had the briefs for Acme" in words(second.card)
    press_everything(talk, second.card)
    third = digest(reviewing, "reviews", compose_reviews, after=second)
    assert third.is_empty
    # After the review has been held, the next one is another.
    account = next(iter(first.figures["briefed"]))
    held = {"briefed": {account: {**second.figures["briefed"][account], "review": "2025-01-01"}}}
    fourth = digest(
        reviewing, "reviews", compose_reviews, after=Composed(first.card, "", figures=held)
    )
    assert not fourth.is_empty


def test_nobody_is_briefed_for_somebody_elses_account(reviewing: House) -> None:
    reader = addressee(reviewing, "reviews", "riley")
    assert compose_reviews(reviewing.records, reviewing.playbook)(reader).is_empty


# ----------------------------------------------------------------- all of them


@pytest.mark.parametrize(("job", "compose"), ALL)
def test_every_button_is_answered(
    reviewing: House, talk: Talk, job: str, compose: Composer
) -> None:
    card = digest(reviewing, job, compose).card
    assert buttons_of(card)
    press_everything(talk, card)


@pytest.mark.parametrize(("job", "compose"), ALL[:2])
def test_more_accounts_take_no_more_questions(house: House, job: str, compose: Composer) -> None:
    counts = []
    for scope in ("mine", "all"):
        who = "casey" if scope == "mine" else "ada"
        reader = addressee(house, job, who, scope)
        with questions_asked() as asked:
            compose(house.records, house.playbook)(reader)
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(("job", "compose"), ALL)
def test_with_nothing_to_say_one_line_is_said(house: House, job: str, compose: Composer) -> None:
    with house.records.writing() as writer:
        person = writer.person("casey")
        assert person is not None
        writer.save_person(replace(person, email="newcomer@lanternboard.example"))
    found = digest(house, job, compose)
    assert found.is_empty
    assert len(found.card.blocks) == 1
