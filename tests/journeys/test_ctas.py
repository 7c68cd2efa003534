"""People work on calls to action."""

import pytest

from bot.turn import Delivery
from csm.card import buttons_of
from tests.journeys.talk import Heard, Talk


def start(talk: Talk) -> int:
    """The number of Acme's most pressing call to action."""
    return int(talk.say("/account acme").button("cta.start:").id.partition(":")[2])


def claimed(heard: Heard) -> bool:
    return "laimed by casey" in heard.text


def test_starting_claims_it_and_shows_the_play(talk: Talk) -> None:
    heard = talk.press(f"cta.start:{start(talk)}")
    assert claimed(heard)
    assert "Play: " in heard.text
    assert not heard.last.reply.replaces


def test_pressing_twice_changes_nothing_more(talk: Talk) -> None:
    number = start(talk)
    first = talk.press(f"cta.claim:{number}")
    second = talk.press(f"cta.claim:{number}")
    assert claimed(first)
    assert first.card == second.card


def test_whoever_is_second_is_told_who_was_first(talk: Talk) -> None:
    number = start(talk)
    talk.press(f"cta.claim:{number}")
    heard = talk.press(f"cta.claim:{number}", who="morgan")
    assert "casey claimed this" in heard.card.summary


def test_a_colleagues_accounts_are_read_only(talk: Talk) -> None:
    heard = talk.press(f"cta.claim:{start(talk)}", who="riley")
    assert "read-only" in heard.card.summary
    assert not claimed(talk.say(f"/cta {start(talk)}"))


def test_giving_back_lets_somebody_else_claim(talk: Talk) -> None:
    number = start(talk)
    talk.press(f"cta.claim:{number}")
    talk.press(f"cta.release:{number}")
    assert "laimed by morgan" in talk.press(f"cta.claim:{number}", who="morgan").text


def test_closing_asks_how_it_ended(talk: Talk) -> None:
    number = start(talk)
    heard = talk.press(f"cta.close:{number}")
    form = heard.last.reply.form
    assert form is not None
    assert heard.last.reply.delivery is Delivery.FORM
    done = talk.press(form.id, values={"outcome": "done", "note": "Spoke to Jo."})
    assert "closed by casey" in done.text.lower()
    assert "Spoke to Jo." in done.text
    assert not talk.say("/cta").offers(f"cta.open:{number}")


def test_closing_needs_an_outcome_that_exists(talk: Talk) -> None:
    number = start(talk)
    heard = talk.press(f"cta.closed:{number}", values={"outcome": "evidence_gone"})
    assert "is no outcome" in heard.card.summary
    heard = talk.press(f"cta.closed:{number}")
    assert "Say how it ended" in heard.card.summary


def test_a_note_that_is_too_long_is_refused_whole(talk: Talk) -> None:
    number = start(talk)
    heard = talk.press(f"cta.closed:{number}", values={"outcome": "done", "note": "x" * 3000})
    assert "3,000 characters" in heard.card.summary
    assert talk.say(f"/cta {number}").offers("cta.claim:")


def test_a_close_can_be_undone(talk: Talk) -> None:
    number = start(talk)
    talk.say(f"/cta close {number} done all well")
    heard = talk.press(f"cta.reopen:{number}")
    assert heard.offers("cta.close:")
    assert "all well" not in heard.text


def test_what_was_closed_too_early_can_be_taken_up_again(talk: Talk) -> None:
    number = start(talk)
    talk.say(f"/cta close {number} done")
    card = talk.say("/account acme")
    assert f"#{number} was closed by casey" in card.text
    heard = talk.press(f"cta.resume:{number}")
    assert claimed(heard)
    assert f"#{number} was closed" not in talk.say("/account acme").text


def test_every_account_at_risk_offers_something_to_do(shared_talk: Talk) -> None:
    for page in range(7):
        for button in buttons_of(shared_talk.press(f"portfolio.show:all:{page}").card):
            if button.id.startswith("account.open:"):
                heard = shared_talk.press(button.id)
                at_risk = "Risks: none open" not in heard.text
                offered = any(heard.offers(f"cta.{verb}:") for verb in ("start", "open", "resume"))
                assert offered or not at_risk, heard.card.title


def test_the_second_to_close_is_told_who_was_first(talk: Talk) -> None:
    number = start(talk)
    talk.say(f"/cta close {number} done")
    heard = talk.say(f"/cta close {number} lost", who="morgan")
    assert "casey closed this" in heard.card.summary


def test_typed_commands_do_what_buttons_do(talk: Talk) -> None:
    number = start(talk)
    assert claimed(talk.say(f"/cta claim {number}"))
    assert talk.say(f"/cta release {number}").offers(f"cta.claim:{number}")
    assert "closed by casey" in talk.say(f"/cta close {number} no-action-needed").text.lower()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("/cta claim", "Which one?"),
        ("/cta claim zwölf", "is not a number"),
        ("/cta claim 999999", "no call to action number 999999"),
        ("/cta 999999999999999999999", "is not a number"),
        ("/cta frobnicate 3", "Try /cta"),
        ("/cta close 1 splendid", "is no outcome"),
    ],
)
def test_slips_are_told_how_to_mend_them(shared_talk: Talk, typed: str, told: str) -> None:
    assert told in shared_talk.say(typed, who="morgan").card.summary
