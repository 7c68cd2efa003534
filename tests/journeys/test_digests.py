"""People choose their digests, look at them, and act on what is at risk."""

import pytest

from csm.card import buttons_of
from csm.firing import Firing
from tests.journeys.answering import World
from tests.journeys.talk import Heard, Talk


@pytest.fixture
def talk(world: World) -> Talk:
    return world.talk


def test_a_csm_sees_her_digests_and_when_they_come(talk: Talk) -> None:
    heard = talk.say("/digest")
    assert "5 digests of 6 switched on." in heard.text
    assert "Next: Mon 16 Mar 2026, 08:00 CET" in heard.text
    assert heard.last.reply.delivery == "private"


def test_she_chooses_day_time_and_place(talk: Talk) -> None:
    heard = talk.say("/digest set tue 7:30")
    assert heard.card.summary == "Next: Tue 10 Mar 2026, 07:30 CET, in direct messages."
    heard = talk.say("/digest set alert here", where="cs-team")
    assert heard.card.summary.endswith("in #cs-team.")
    assert "Tuesdays at 07:30" in talk.say("/digest").text


def test_a_customers_channel_never_gets_one(talk: Talk) -> None:
    heard = talk.say("/digest set here", where="acme-shared")
    assert "people from outside can read this one" in heard.seen_by("casey")
    assert "outside" not in heard.seen_by("everyone")
    assert "cs-team" not in talk.say("/digest").text


def test_through_the_form(talk: Talk) -> None:
    form = talk.press("digest.change:alert", where="cs-team").last.reply.form
    assert form is not None
    values = {"when": "weekdays 9:15", "where": "here", "scope": "riley", "empty": "always"}
    heard = talk.press(form.id, where="cs-team", values=values)
    assert heard.card.summary.endswith("09:15 CET, in #cs-team.")
    assert "Riley" in heard.text
    wrong = talk.press(form.id, values={**values, "when": "sometime"})
    assert "“sometime” is no day and no time" in wrong.text


@pytest.mark.parametrize(
    "typed", ["/digest pause", "/digest stop", "/digest set digest off", "/digest digest off"]
)
def test_off_in_other_words(talk: Talk, typed: str) -> None:
    assert "switched off" in talk.say(typed).card.summary


def test_a_choice_needs_no_set_and_help_shows_what_can_be_typed(talk: Talk) -> None:
    heard = talk.say("/digest tue 7:30")
    assert heard.card.summary == "Next: Tue 10 Mar 2026, 07:30 CET, in direct messages."
    heard = talk.say("/digest alert noon")
    assert "12:00 CET" in heard.card.summary
    helped = talk.say("/digest help").text
    for word in ("mine", "quiet", "always", "/digest set mon 8:00", "snoozed"):
        assert word in helped


def test_off_on_and_back_to_the_usual(talk: Talk) -> None:
    assert "switched off" in talk.say("/digest off").card.summary
    heard = talk.press("digest.switch:digest:on")
    assert heard.last.reply.replaces
    assert "5 digests of 6" in heard.text
    talk.say("/digest set tue 7:30")
    assert "Next: Mon 16 Mar 2026, 08:00" in talk.say("/digest usual").card.summary


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("/digest frobnicate", "Try /digest, /digest set mon 8:00"),
        ("/digest set", "What is to change?"),
        ("/digest set mon 25:00", "is no time of day"),
        ("/digest off team", "The digest “team” is for managers and admins."),
        ("/digest now team", "The digest “team” is for managers and admins."),
        ("/digest set team mon 8:00", "The digest “team” is for managers and admins."),
        ("/digest off alerts", 'did you mean "alert"?'),
        ("/digest wendesday", 'did you mean "wednesday"?'),
        ("/digest nwo", 'did you mean "now"?'),
        ("/digest set gaps mine", "about the questions of all customers"),
        ("/digest now nothing", "There is no digest called “nothing”"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_does(
    talk: Talk, typed: str, complaint: str
) -> None:
    assert complaint in talk.say(typed).card.summary + talk.say(typed).text


@pytest.mark.parametrize("who", ["jo", "nobody"])
def test_outsiders_have_no_digests(talk: Talk, who: str) -> None:
    for heard in (talk.say("/digest", who), talk.press("digest.more:all:0", who)):
        assert "ARR" not in heard.text
        assert "Next:" not in heard.text


def test_a_look_ahead_is_for_her_eyes_only(talk: Talk) -> None:
    heard = talk.say("/digest now", where="cs-team")
    assert heard.card.title == "Your accounts at risk"
    assert heard.last.to == "casey"
    moved = talk.say("/digest now", where="acme-shared")
    assert "ARR" not in moved.seen_in("acme-shared")
    assert "ARR" in moved.seen_in("dm")


def snoozed(talk: Talk, heard: Heard, **values: str) -> Heard:
    form = talk.press(heard.button("digest.snooze:").id).last.reply.form
    assert form is not None
    return talk.press(form.id, values=values)


def test_an_account_is_snoozed_and_comes_back(talk: Talk) -> None:
    before = talk.say("/digest now")
    done = snoozed(talk, before, days="14", until="")
    assert done.card.summary == "Acme stays off your digests until 23 Mar 2026 (in 14 days)."
    after = talk.say("/digest now")
    assert "Snoozed: 1 account" in after.text
    assert before.button("account.open:").id not in [one.id for one in buttons_of(after.card)]
    assert "Acme" in talk.press("digest.snoozes").text
    back = talk.press(done.button("digest.wake:").id)
    assert back.last.reply.replaces
    assert talk.say("/digest snoozed").card.summary == "You have snoozed no account."
    assert before.button("account.open:") in buttons_of(talk.say("/digest now").card)


def test_a_day_can_be_typed_and_a_bad_one_is_refused(talk: Talk) -> None:
    heard = talk.say("/digest now")
    assert "until 3 Apr 2026" in snoozed(talk, heard, days="14", until="3 Apr").card.summary
    assert "is not in the future" in snoozed(talk, heard, until="2026-03-01").text
    assert "Until when?" in snoozed(talk, heard, days="", until="").text


def test_the_list_behind_a_digest_is_paged(talk: Talk) -> None:
    heard = talk.press("digest.more:all:0")
    assert "at risk" in heard.card.title
    assert heard.offers("digest.snooze:")
    assert talk.press("digest.more:casey:0").card.title == "Casey Fennimore's accounts at risk"


def test_one_that_comes_by_itself_can_be_acted_on(world: World) -> None:
    world.talk.say("/digest set digest mon 8:00")
    with world.house.records.reading() as reader:
        appointment = reader.appointment("digest", "casey")
    assert appointment is not None
    assert appointment.next_at is not None
    firing = Firing(job="digest", reader="casey", period="2026-03-09", due_at=appointment.next_at)
    outcome = world.house.digests["digest"](firing, lambda _done, _of: None)
    assert "at risk" in outcome
    arrived = Heard(world.talk.say("/digest").replies[1:])
    assert arrived.card.title == "Your accounts at risk"
    assert arrived.last.to == "casey"
    claimed = world.talk.press(arrived.button("cta.start:").id)
    assert "laimed by casey" in claimed.text
    for start in ("account.open:", "outreach.plays:", "cta.list:"):
        assert world.talk.press(arrived.button(start).id).card.blocks
