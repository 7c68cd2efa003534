"""Bad input and broken parts: a clear word to the right person, and the process lives."""

import sqlite3
from contextlib import closing

import pytest

from app import House
from tests.journeys.talk import Talk


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("/acount acme", "Did you mean /account?"),
        ("/frobnicate", "/help lists what I know"),
        ("/", "/help lists what I know"),
        ("/account", "Which account?"),
        ("/account    ", "Which account?"),
        (f"/account {'x' * 20_000}", "too long"),
        ("/benchmark", "Which account?"),
        ("/renewals soon", "I know no colleague called “soon”"),
        ("/renewals -5", "is not a number of days"),
        ("/renewals 0", "1 to 730 days"),
        ("/renewals 99999999999999999999", "1 to 730 days"),
        ("/renewals 3.5", "is not a number of days"),
        ("/portfolio nobody", "I know no colleague called “nobody”"),
        ("", "could not find an account"),
        ("🙂🙂🙂", "could not find an account"),
    ],
)
def test_slips_are_told_how_to_mend_them(shared_talk: Talk, typed: str, told: str) -> None:
    heard = shared_talk.say(typed)
    assert told in heard.card.summary
    assert heard.last.reference in heard.text


@pytest.mark.parametrize(
    "button", ["", "x", "account.open", "account.open:", "account.open:abc", "account.open:²",
               "account.open:99999999", "nosuch.thing:1", "portfolio.show:all:-1", "cta.claim:1e9"],
)  # fmt: skip
def test_buttons_from_nowhere_are_answered(shared_talk: Talk, button: str) -> None:
    heard = shared_talk.press(button)
    assert len(heard.replies) == 1
    assert "went wrong on our side" not in heard.text


def test_a_button_works_after_a_restart(house: House) -> None:
    number = Talk(house.console).say("/account acme").button("cta.start:").id
    reborn = House(house.settings)
    try:
        assert "laimed by casey" in Talk(reborn.console).press(number).text
    finally:
        reborn.close()


def test_a_locked_database_is_told_and_nothing_is_half_written(house: House) -> None:
    settings = house.settings.model_copy(update={"database_patience": 0.05})
    impatient = House(settings)
    talk = Talk(impatient.console)
    number = talk.say("/account acme").button("cta.start:").id
    with closing(sqlite3.connect(settings.home / "digital-csm.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        heard = talk.press(number)
        assert "busy" in heard.card.summary.lower()
        assert heard.last.reference in heard.text
        # Reading goes on.
        assert talk.say("/account acme").card.title == "Acme"
    assert "laimed by casey" in talk.press(number).text
    impatient.close()


def test_a_fault_of_ours_is_admitted_with_a_reference(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> bytes:
        raise RuntimeError("a secret detail")

    talk = Talk(house.console)
    trend = talk.say("/account acme").button("account.trend:").id
    monkeypatch.setattr("bot.render.picture.MatplotlibPictures.trend", broken)
    heard = talk.press(trend)
    assert "went wrong on our side" in heard.text
    assert heard.last.reference in heard.text
    assert "a secret detail" not in heard.text
    assert heard.last.reference in capsys.readouterr().out
    assert talk.say("/account acme").card.title == "Acme"


@pytest.mark.parametrize("who", ["casey", "morgan", "ada", "jo", "sam", "stranger"])
def test_everybody_gets_some_help(shared_talk: Talk, who: str) -> None:
    heard = shared_talk.say("/help", who=who)
    assert len(heard.replies) == 1
    assert ("/account" in heard.text) == (who in ("casey", "morgan", "ada"))
