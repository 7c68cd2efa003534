"""Nobody from outside learns anything, whatever is said or pressed, wherever."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import House
from bot.turn import Delivery
from csm.people import AudienceKind
from tests.demo import settings_for
from tests.journeys.talk import Heard, Talk

# Words that stand on every internal card, and names that no outsider may hear of.
SECRETS = (
    "ARR", "ealth", "isk", "enewal", "Yellow", "Green", "onfidence", "Globex", "Initech",
    "casey@", "riley@", "cta.", "account.open",
)  # fmt: skip
OPEN_PLACES = ("acme-shared", "globex-shared", "no-such-place")
TURNS = (
    "/account acme", "/account globex", "/portfolio all", "/risks all", "/renewals 365 all",
    "/benchmark acme", "/cta all", "/cta 1", "how is Globex doing?", "acme", "/team",
)  # fmt: skip
PRESSES = (
    "account.open:1", "account.share:1", "account.trend:1", "account.explain:1",
    "account.benchmark:1", "portfolio.show:all:0", "risks.show:all:0", "renewals.show:90:all:0",
    "cta.list:all:0", "cta.open:1", "cta.start:1", "cta.claim:1", "cta.close:1", "cta.closed:1",
    "cta.reopen:1", "cta.release:1",
)  # fmt: skip


@pytest.fixture(scope="module")
def shared_talk(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talk]:
    """A house of this file's own: what customers ask is kept."""
    home = shutil.copytree(demo_template, tmp_path_factory.mktemp("open") / "home")
    house = House(settings_for(home))
    yield Talk(house.console)
    house.close()


def leaks(heard: Heard) -> list[str]:
    return [secret for secret in SECRETS if secret in heard.text]


def heard_by(who: str, heard: Heard) -> Heard:
    """What this outsider gets to see of it: not what colleagues are told among themselves."""
    return Heard(
        [
            one
            for one in heard.replies
            if one.to == who or one.place.audience.kind is not AudienceKind.STAFF
        ]
    )


@pytest.mark.parametrize("who", ["jo", "sam", "nobody-we-know"])
@pytest.mark.parametrize("where", ["dm", "cs-team", *OPEN_PLACES])
def test_an_outsider_learns_nothing_anywhere(shared_talk: Talk, who: str, where: str) -> None:
    for typed in TURNS:
        heard = shared_talk.say(typed, who=who, where=where)
        assert leaks(heard_by(who, heard)) == [], typed
    for button in PRESSES:
        assert leaks(shared_talk.press(button, who=who, where=where)) == [], button
    assert leaks(shared_talk.home(who)) == []


@pytest.mark.parametrize("where", OPEN_PLACES)
@pytest.mark.parametrize("who", ["casey", "morgan", "ada"])
def test_a_place_with_outsiders_hears_nothing_even_when_staff_ask(
    shared_talk: Talk, who: str, where: str
) -> None:
    for heard in [shared_talk.say(t, who=who, where=where) for t in TURNS] + [
        shared_talk.press(b, who=who, where=where) for b in PRESSES if b.startswith("account")
    ]:
        for delivered in heard.replies:
            if delivered.place.audience.kind is not AudienceKind.STAFF:
                assert leaks(Heard([delivered])) == []
                assert delivered.reply.delivery is not Delivery.PUBLIC


def test_staff_get_their_answer_in_their_direct_messages(shared_talk: Talk) -> None:
    notice, answer = shared_talk.say("/account acme", where="acme-shared").replies
    assert notice.reply.card is not None
    assert notice.reply.card.summary == "I have answered you in a direct message."
    assert answer.reply.delivery is Delivery.DIRECT
    assert answer.place.name == "dm"
    assert answer.reply.card is not None
    assert answer.reply.card.title == "Acme"


def test_even_errors_go_to_the_direct_messages(shared_talk: Talk) -> None:
    heard = shared_talk.say("/account glibeck", where="acme-shared")
    assert [reply.place.name for reply in heard.replies] == ["acme-shared", "dm"]
    assert leaks(Heard(heard.replies[:1])) == []


def test_a_refusal_does_not_tell_whether_the_account_exists(shared_talk: Talk) -> None:
    def told(name: str) -> str:
        return shared_talk.say(f"/account {name}", who="jo", where="acme-shared").card.summary

    assert told("globex") == told("no such account at all")


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    text=st.one_of(st.text(max_size=80), st.sampled_from(TURNS)),
    who=st.sampled_from(["jo", "sam", "stranger"]),
    where=st.sampled_from(["dm", "cs-team", *OPEN_PLACES]),
)
def test_no_words_get_anything_out(shared_talk: Talk, text: str, who: str, where: str) -> None:
    heard = heard_by(who, shared_talk.say(text, who=who, where=where))
    assert [secret for secret in leaks(heard) if secret not in text] == []
