"""A CSM looks at one account."""

import re

import pytest

from bot.turn import Delivery
from csm.card import Tone
from tests.journeys.talk import Talk


def test_a_csm_sees_the_whole_account(shared_talk: Talk) -> None:
    heard = shared_talk.say("/account acme")
    assert len(heard.replies) == 1
    assert heard.last.to == "casey"
    assert heard.last.reply.delivery is Delivery.PRIVATE
    card = heard.card
    assert card.title == "Acme"
    assert card.tone is Tone.WARN
    for told in ("Yellow", "ARR", "Renewal", "Confidence", "Quadrant", "Stage", "CSM", "Casey"):
        assert told in heard.text
    for part in ("Adoption", "Support", "Sentiment", "Billing", "Last contact", "Data as of"):
        assert part in heard.text
    assert re.search(r"renews .* \(in \d+ days\)", card.summary)


def test_the_card_says_what_to_do_next(shared_talk: Talk) -> None:
    heard = shared_talk.say("/account acme")
    assert heard.button("cta.start:").label.startswith("Start: ")
    assert heard.offers("account.trend:")
    assert heard.offers("account.benchmark:")


def test_a_dm_offers_no_sharing_and_a_team_channel_does(shared_talk: Talk) -> None:
    assert not shared_talk.say("/account acme").offers("account.share:")
    assert shared_talk.say("/account acme", where="cs-team").offers("account.share:")


@pytest.mark.parametrize(
    "typed", ["ACME", "acme.example", "how is Acme doing?", "account acme", "acm"]
)
def test_the_account_is_found_as_people_type_it(shared_talk: Talk, typed: str) -> None:
    prefix = "" if " " in typed else "/account "
    assert shared_talk.say(f"{prefix}{typed}").card.title == "Acme"


def test_several_matches_offer_a_choice(shared_talk: Talk) -> None:
    heard = shared_talk.say("/account init")
    assert "more than one" in heard.card.summary
    chosen = shared_talk.press(heard.button("account.open:").id)
    assert chosen.card.title.startswith("Initech")


def test_no_match_offers_the_nearest(shared_talk: Talk) -> None:
    heard = shared_talk.say("/account glibeck")
    assert heard.button("account.open:").label == "Globex"


def test_the_trend_is_a_picture_with_words(shared_talk: Talk) -> None:
    heard = shared_talk.press(shared_talk.say("/account acme").button("account.trend:").id)
    picture = heard.last.reply.picture
    assert picture is not None
    assert picture.png.startswith(b"\x89PNG")
    assert "Health" in picture.alt


def test_the_benchmark_says_among_how_many(shared_talk: Talk) -> None:
    heard = shared_talk.say("/benchmark acme")
    assert re.search(r"Acme against \d+ other accounts in", heard.card.summary)


def test_in_words_without_a_model(shared_talk: Talk) -> None:
    heard = shared_talk.press(shared_talk.say("/account acme").button("account.explain:").id)
    assert "without a language model" in heard.text
    assert "Acme" in heard.card.summary


def test_sharing_shows_it_to_the_whole_team_channel(talk: Talk) -> None:
    share = talk.say("/account acme", where="cs-team").button("account.share:")
    heard = talk.press(share.id, where="cs-team")
    assert heard.last.reply.delivery is Delivery.PUBLIC
    assert heard.last.to == "everyone"
    assert "Shared by Casey" in heard.text


@pytest.mark.parametrize("where", ["acme-shared", "dm", "no-such-place"])
def test_sharing_is_refused_where_others_listen_or_nobody_does(talk: Talk, where: str) -> None:
    share = talk.say("/account acme", where="cs-team").button("account.share:")
    heard = talk.press(share.id, where=where)
    assert all(reply.reply.delivery is not Delivery.PUBLIC for reply in heard.replies)


def test_other_csms_accounts_can_be_read(shared_talk: Talk) -> None:
    assert shared_talk.say("/account globex", who="casey").card.title == "Globex"


@pytest.mark.parametrize("word", ["", "mine", "all", "riley"])
def test_a_portfolio(shared_talk: Talk, word: str) -> None:
    heard = shared_talk.say(f"/portfolio {word}")
    assert heard.offers("account.open:")
    assert "ARR" in heard.text


def test_a_long_portfolio_has_pages(shared_talk: Talk) -> None:
    heard = shared_talk.say("/portfolio all")
    later = heard.button("portfolio.show:all:1")
    second = shared_talk.press(later.id)
    assert second.last.reply.replaces
    assert "11 to 20 of" in second.text
    assert second.button("portfolio.show:all:0").label == "◀ Earlier"


def test_risks_come_worst_first_with_their_evidence(shared_talk: Talk) -> None:
    heard = shared_talk.say("/risks all")
    assert re.search(r"\d+ open risks in \d+ accounts", heard.card.summary)
    assert "Since " in heard.text


@pytest.mark.parametrize("typed", ["30", "365 all", "all 365", "90 days", ""])
def test_renewals(shared_talk: Talk, typed: str) -> None:
    assert shared_talk.say(f"/renewals {typed}").card.title.startswith("Renewals in the next")


def test_the_start_page_is_her_book(shared_talk: Talk) -> None:
    heard = shared_talk.home("casey")
    assert heard.last.reply.delivery is Delivery.HOME
    for part in ("At risk", "Renewals in the next 90 days", "Calls to action"):
        assert part in heard.text
