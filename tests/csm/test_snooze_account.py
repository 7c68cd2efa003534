"""Accounts that are left alone for a while."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from csm.card import buttons_of
from csm.errors import Forbidden, InvalidInput, NotFound
from csm.health import Grade
from csm.people import Capability
from csm.ports import Records
from csm.use_cases.snooze_account import (
    account_to_snooze,
    end_snooze,
    snooze_account,
    snoozed_accounts,
)
from csm.views.snoozes import snooze_form, snoozed_card, snoozes_card
from tests.csm.digest_scene import ACME, CASEY, GLOBEX, INITECH, RILEY, DigestScene, cleared, words


@pytest.fixture
def scene(records: Records) -> DigestScene:
    scene = DigestScene(records)
    scene.look(acme=Grade.YELLOW, globex=Grade.RED)
    return scene


def snooze(scene: DigestScene, key: str, until: str) -> None:
    snooze_account(cleared(), scene.records, scene.clock, scene.ids[key], until)


def names(scene: DigestScene) -> list[str]:
    return [one.name for one in snoozed_accounts(cleared(), scene.records, scene.clock)]


def test_a_snooze_lasts_until_its_day(scene: DigestScene) -> None:
    snooze(scene, ACME, "14")
    snooze(scene, GLOBEX, "7 Jul")
    assert names(scene) == ["Globex", "Acme"]
    assert snoozed_accounts(cleared(RILEY), scene.records, scene.clock) == []
    scene.clock.pass_by(days=9)
    assert names(scene) == ["Acme"]
    scene.clock.pass_by(days=5)
    assert names(scene) == []


def test_it_knows_how_the_account_was(scene: DigestScene) -> None:
    done = snooze_account(cleared(), scene.records, scene.clock, scene.ids[ACME], "7")
    assert (done.snooze.grade, done.name, done.snooze.until) == (
        Grade.YELLOW,
        "Acme",
        scene.today + timedelta(days=7),
    )
    unseen = snooze_account(cleared(), scene.records, scene.clock, scene.ids[INITECH], "7")
    assert unseen.snooze.grade is Grade.NONE
    assert unseen.health is None


def test_it_can_be_ended_and_made_again(scene: DigestScene) -> None:
    snooze(scene, ACME, "14")
    assert end_snooze(cleared(), scene.records, scene.ids[ACME]) == "Acme"
    assert end_snooze(cleared(), scene.records, scene.ids[ACME]) == "Acme"
    assert names(scene) == []
    snooze(scene, ACME, "7")
    snooze(scene, ACME, "30")
    (one,) = snoozed_accounts(cleared(), scene.records, scene.clock)
    assert one.snooze.until == scene.today + timedelta(days=30)


@pytest.mark.parametrize("until", ["yesterday", "2027-06-28", "0", "2029-01-01"])
def test_a_day_that_will_not_do_changes_nothing(scene: DigestScene, until: str) -> None:
    with pytest.raises(InvalidInput, match="Type a day within a year"):
        snooze(scene, ACME, until)
    assert names(scene) == []


def test_only_accounts_that_exist_by_those_who_may(scene: DigestScene) -> None:
    for use in (account_to_snooze, end_snooze):
        with pytest.raises(NotFound):
            use(cleared(), scene.records, 999)
    with pytest.raises(NotFound):
        snooze_account(cleared(), scene.records, scene.clock, 999, "7")
    wrong = cleared(capability=Capability.WORK_CTAS)
    with pytest.raises(Forbidden):
        snooze_account(wrong, scene.records, scene.clock, scene.ids[ACME], "7")


def test_the_cards_say_until_when_and_offer_the_way_back(scene: DigestScene) -> None:
    done = snooze_account(cleared(), scene.records, scene.clock, scene.ids[ACME], "7")
    card = snoozed_card(done, scene.today)
    assert card.summary == "Acme stays off your digests until 5 Jul 2027 (in 7 days)."
    assert "It was yellow when you snoozed it" in words(card)
    assert [button.label for button in buttons_of(card)] == ["Undo", "All that is snoozed"]
    red = snooze_account(cleared(), scene.records, scene.clock, scene.ids[GLOBEX], "7")
    assert "cannot get worse" in words(snoozed_card(red, scene.today))
    scene.clock.pass_by(days=1)
    scene.look(acme=Grade.GREEN)
    found = snoozed_accounts(cleared(), scene.records, scene.clock)
    listed = snoozes_card(found, scene.today)
    assert "until 5 Jul 2027 (in 6 days); Green 88, was yellow" in words(listed)
    assert "Have Globex back" in words(listed)
    assert snoozes_card([], scene.today).summary == "You have snoozed no account."


def test_the_form_offers_what_the_playbook_does(scene: DigestScene) -> None:
    form = snooze_form(1, "Acme", scene.playbook.digests.snooze_days, scene.today)
    assert [option.value for option in form.inputs[0].options] == ["7", "14", "30"]
    assert form.inputs[0].options[0].label == "7 days, until 5 Jul 2027"


@pytest.mark.parametrize(
    ("zone", "until"),
    [("America/Los_Angeles", date(2027, 6, 28)), ("Pacific/Auckland", date(2027, 6, 29))],
)
def test_days_are_by_the_readers_own_calendar(scene: DigestScene, zone: str, until: date) -> None:
    there = cleared(replace(CASEY, time_zone=zone))
    # Sunday evening in Los Angeles, Monday in UTC and in Auckland.
    scene.clock.pass_by(hours=-2)
    done = snooze_account(there, scene.records, scene.clock, scene.ids[ACME], "tomorrow")
    assert (done.snooze.until, done.snooze.grade) == (until, Grade.YELLOW)
    assert len(snoozed_accounts(there, scene.records, scene.clock)) == 1
    scene.clock.pass_by(days=1)
    assert snoozed_accounts(there, scene.records, scene.clock) == []
