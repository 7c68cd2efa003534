"""The daily alert: what turned red since its reader was last told."""

from typing import Any

import pytest

from csm.health import Grade
from csm.ports import Records
from csm.use_cases.snooze_account import snooze_account
from tests.csm.digest_scene import ACME, CASEY, HOOLI, INITECH, DigestScene, cleared, words

RED, YELLOW, LIME, GREEN = Grade.RED, Grade.YELLOW, Grade.LIME, Grade.GREEN


@pytest.fixture
def scene(sqlite_records: Records) -> DigestScene:
    """Two calm days, and an alert that is silent about nothing."""
    scene = DigestScene(sqlite_records)
    scene.look(acme=YELLOW, globex=GREEN, initech=RED, hooli=YELLOW)
    scene.appoint("alert", wants_empty=False)
    tomorrow(scene)
    return scene


def tomorrow(scene: DigestScene) -> None:
    scene.clock.pass_by(days=1)


def test_for_the_first_time_what_turned_red_since_yesterday(scene: DigestScene) -> None:
    scene.look(acme=RED, globex=GREEN, initech=RED, hooli=RED)
    assert scene.run("alert") == "1 account turned red"
    card = scene.card()
    assert card.summary == "Acme turned red."
    assert "Red 30, was yellow 55 on 28 Jun. $120K ARR" in words(card)
    acme = scene.ids[ACME]
    for button in (f"account.open:{acme}", f"outreach.plays:{acme}", f"digest.snooze:{acme}"):
        assert button in words(card)
    assert set(scene.told("alert").lines) == {str(scene.ids[key]) for key in (ACME, INITECH)}


def test_nothing_new_is_silence(scene: DigestScene) -> None:
    scene.look(acme=YELLOW, globex=GREEN, initech=RED)
    assert scene.run("alert") == "nothing said: no accounts turned red"
    assert scene.posts() == []


def test_or_a_line_where_that_is_wanted(scene: DigestScene) -> None:
    scene.appoint("alert", wants_empty=True)
    scene.look(acme=YELLOW, globex=GREEN, initech=RED)
    scene.run("alert")
    assert scene.card().summary == "Your accounts: none turned red."


def test_after_that_what_turned_red_since_the_last_one(scene: DigestScene) -> None:
    scene.look(acme=RED)
    scene.run("alert")
    # In the afternoon, after the alert of the day.
    scene.look(globex=RED)
    for _ in range(3):
        tomorrow(scene)
        scene.look(acme=RED, globex=RED, initech=RED)
    scene.run("alert")
    assert scene.card().summary == "Globex turned red."
    assert "was green 88 on 28 Jun" not in words(scene.card())
    tomorrow(scene)
    scene.look(acme=GREEN, globex=RED, initech=RED)
    assert scene.run("alert").startswith("nothing said")
    tomorrow(scene)
    scene.look(acme=RED, globex=RED, initech=RED)
    scene.run("alert")
    assert scene.card().summary == "Acme turned red."


def test_what_was_red_before_it_came_to_the_reader_is_said_so(scene: DigestScene) -> None:
    scene.look(acme=YELLOW)
    scene.run("alert")
    tomorrow(scene)
    scene.look(hooli=RED)
    for _ in range(8):
        tomorrow(scene)
    scene.add_account(HOOLI, CASEY)
    scene.look(acme=YELLOW, globex=GREEN, initech=RED, hooli=RED)
    scene.run("alert")
    assert "Red 30, red for longer, and new to you." in words(scene.card())


def test_what_is_snoozed_comes_only_if_it_got_worse(scene: DigestScene) -> None:
    for key in (ACME, INITECH):
        snooze_account(cleared(), scene.records, scene.clock, scene.ids[key], "30 days")
    scene.look(acme=RED, globex=GREEN, initech=GREEN)
    scene.run("alert")
    assert scene.card().summary == "Acme turned red."
    tomorrow(scene)
    scene.look(acme=RED, globex=GREEN, initech=RED)
    assert scene.run("alert").startswith("nothing said")


def test_many_are_counted(scene: DigestScene) -> None:
    for number in range(12):
        scene.add_account(f"many-{number:02}")
        scene.keep(health=[scene.health(f"many-{number:02}", GREEN)])
    tomorrow(scene)
    grades: dict[str, Any] = {f"many-{number:02}": RED for number in range(12)}
    scene.look(**grades, acme=RED)
    scene.run("alert")
    card = scene.card()
    assert card.title == "13 accounts turned red"
    assert card.summary == "Acme, Many-00, Many-01 and 10 more turned red."
    assert "digest.more:mine:0" in words(card)
    assert "3 more: all at risk" in words(card)


def test_another_book_is_not_compared_with_the_last(scene: DigestScene) -> None:
    scene.look(acme=RED, hooli=RED)
    scene.run("alert")
    tomorrow(scene)
    scene.appoint("alert", scope="riley", wants_empty=False)
    scene.look(acme=RED, hooli=RED, globex=GREEN)
    assert scene.run("alert").startswith("nothing said")
