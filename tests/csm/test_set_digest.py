"""People choose when, where and of whose accounts their digests come."""

from datetime import UTC, datetime, timedelta

import pytest

from csm.digest_words import Typed, read_digest_words
from csm.errors import Conflict, Forbidden, InvalidInput, NotFound
from csm.firing import Appointment
from csm.health import Grade
from csm.people import UNKNOWN_AUDIENCE, Place, PlaceKind, Principal, Role
from csm.ports import Records
from csm.use_cases.plan_firings import Planner
from csm.use_cases.set_digest import (
    Choice,
    change_digest,
    digest_jobs,
    preview_digest,
    reset_digest,
    see_digests,
    switch_digest,
)
from csm.views.digest_choices import digest_changed_card, digest_form, digests_card
from tests.csm.digest_scene import (
    ALEX,
    CASEY,
    JO,
    JOBS,
    MORGAN,
    TEAM,
    DigestScene,
    cleared,
    words,
)

DIRECT = Place("console", "demo", "dm:casey", PlaceKind.DM, TEAM.audience)
OPEN = Place("console", "demo", "acme-shared", PlaceKind.CHANNEL, UNKNOWN_AUDIENCE, "acme-shared")


@pytest.fixture
def scene(records: Records) -> DigestScene:
    return DigestScene(records)


def choose(scene: DigestScene, text: str, place: Place = DIRECT, who: Principal = CASEY) -> Choice:
    kinds = {job.name for job in digest_jobs(who, JOBS)}
    typed = read_digest_words(text, kinds)
    return change_digest(cleared(who), scene.records, scene.clock, JOBS, typed, place)


def kept(scene: DigestScene, job: str = "digest", who: Principal = CASEY) -> Appointment | None:
    with scene.records.reading() as reader:
        return reader.appointment(job, who.key)


def test_days_and_time_are_the_readers_own(scene: DigestScene) -> None:
    choice = choose(scene, "tue,fri 7:30")
    appointment = choice.appointment
    assert (appointment.days, appointment.at, appointment.zone) == (
        "tue,fri",
        "07:30",
        "Europe/Berlin",
    )
    assert appointment.next_at == datetime(2027, 6, 29, 5, 30, tzinfo=UTC)
    assert appointment.is_chosen
    assert kept(scene) == appointment
    card = digest_changed_card(choice, CASEY)
    assert card.summary == "Next: Tue 29 Jun 2027, 07:30 CEST, in direct messages."


def test_one_whose_time_has_come_is_not_put_off(scene: DigestScene) -> None:
    """Its firing is not made yet: the choice counts from the one after it on."""
    due = choose(scene, "mon 8:00").appointment.model_copy(
        update={"next_at": scene.clock.now() - timedelta(minutes=30)}
    )
    with scene.records.writing() as writer:
        writer.put_appointment(due)
    choose(scene, "all")
    found = kept(scene)
    assert found
    assert (found.next_at, found.scope) == (due.next_at, "all")


def test_what_is_not_said_stays(scene: DigestScene) -> None:
    choose(scene, "tue 7:30 all quiet")
    appointment = choose(scene, "9:15").appointment
    assert (appointment.days, appointment.at) == ("tue", "09:15")
    assert (appointment.scope, appointment.wants_empty) == ("all", False)
    assert choose(scene, "wed mine always").appointment.at == "09:15"


def test_the_table_does_not_take_a_choice_back(scene: DigestScene) -> None:
    planner = Planner(scene.records, JOBS, scene.clock, "slack")
    planner.sync()
    chosen = choose(scene, "tue 7:30 all").appointment
    planner.sync()
    assert kept(scene) == chosen
    off = switch_digest(cleared(), scene.records, scene.clock, JOBS, "", on=False)
    planner.sync()
    assert kept(scene) == off.appointment
    assert off.appointment.next_at is None


def test_a_channel_of_the_team_can_have_it(scene: DigestScene) -> None:
    choice = choose(scene, "here", TEAM)
    assert choice.appointment.channel == "cs-team"
    card = digest_changed_card(choice, CASEY)
    assert card.summary.endswith("in #cs-team.")
    assert choose(scene, "dm", TEAM).appointment.channel == ""
    assert choose(scene, "here", DIRECT).appointment.channel == ""


def test_a_place_with_outsiders_cannot(scene: DigestScene) -> None:
    with pytest.raises(Forbidden, match="people from outside can read this one, or may"):
        choose(scene, "mon 8:00 here", OPEN)
    assert kept(scene) is None


def test_a_channel_that_outsiders_joined_is_told_of(scene: DigestScene) -> None:
    choose(scene, "here", TEAM)
    with scene.records.writing() as writer:
        open_now = Place(
            "console", "demo", "cs-team", PlaceKind.CHANNEL, UNKNOWN_AUDIENCE, "cs-team"
        )
        writer.save_place(open_now, scene.clock.now())
    choice = switch_digest(cleared(), scene.records, scene.clock, JOBS, "digest", on=True)
    assert choice.is_withheld
    text = words(digest_changed_card(choice, CASEY))
    assert "People from outside can read #cs-team now" in text
    assert "in direct messages" in text


def test_a_colleagues_accounts(scene: DigestScene) -> None:
    assert choose(scene, "Riley Stone").appointment.scope == "riley"
    choice = choose(scene, "alert riley")
    assert choice.whose == "Riley Stone's accounts"
    told = '“mno” is no day, no time, no place and no colleague that I know; did you mean "mon"'
    with pytest.raises(NotFound, match=told):
        choose(scene, "mno 8:00")
    with pytest.raises(NotFound, match='did you mean "riley"'):
        choose(scene, "rily")
    with pytest.raises(NotFound, match='did you mean "alert"'):
        choose(scene, "alerts weekdays 7:30")


def test_gaps_are_of_all_customers(scene: DigestScene) -> None:
    for whose in ("mine", "riley"):
        with pytest.raises(InvalidInput, match="questions of all customers"):
            choose(scene, f"gaps {whose}")
    assert kept(scene, "gaps") is None
    choice = choose(scene, "gaps mon 9:00")
    assert choice.whose == "all customers"
    assert "your accounts" not in words(digest_changed_card(choice, CASEY))
    assert "scope" not in [one.id for one in digest_form(choice, TEAM).inputs]


def test_off_is_understood_among_other_words(scene: DigestScene) -> None:
    assert choose(scene, "alert off").appointment.next_at is None
    assert choose(scene, "alert 7:30").appointment.is_on


def test_who_has_none_is_told_how_to_have_one(scene: DigestScene) -> None:
    card = digests_card(see_digests(cleared(ALEX), scene.records, scene.clock, JOBS), ALEX)
    assert card.summary == ("None of 7 digests is switched on. /digest on has the weekly one come.")


def test_a_kind_that_is_not_theirs(scene: DigestScene) -> None:
    assert "team" not in [job.name for job in digest_jobs(CASEY, JOBS)]
    with pytest.raises(
        Forbidden, match=r"“team” is for managers and admins\. You can have: digest,"
    ):
        change_digest(
            cleared(), scene.records, scene.clock, JOBS, Typed("team", where="dm"), DIRECT
        )
    assert choose(scene, "team wed", who=MORGAN).appointment.days == "wed"
    assert digest_jobs(JO, JOBS) == []


def test_nothing_said_changes_nothing(scene: DigestScene) -> None:
    with pytest.raises(InvalidInput, match="What is to change"):
        choose(scene, "alert")
    assert kept(scene, "alert") is None


def test_what_is_usual_comes_back(scene: DigestScene) -> None:
    choose(scene, "tue 7:30 all quiet")
    usual = reset_digest(cleared(), scene.records, scene.clock, JOBS, "digest").appointment
    assert (usual.days, usual.at, usual.scope, usual.is_chosen) == ("mon", "08:00", "mine", False)
    # This very moment is its time, so the next one is a week from now.
    assert usual.next_at == datetime(2027, 7, 5, 6, tzinfo=UTC)
    choose(scene, "tue 7:30", who=ALEX)
    assert not reset_digest(
        cleared(ALEX), scene.records, scene.clock, JOBS, "digest"
    ).appointment.is_on
    assert kept(scene, who=ALEX) is None


def test_a_day_that_was_served_is_not_promised_again(scene: DigestScene) -> None:
    scene.appoint()
    with scene.records.writing() as writer:
        writer.add_firings([scene.firing()])
    assert choose(scene, "mon 9:00").appointment.next_at == datetime(2027, 7, 5, 7, tzinfo=UTC)


def test_all_of_them_at_a_glance(scene: DigestScene) -> None:
    choose(scene, "alert 7:30")
    choices = see_digests(cleared(), scene.records, scene.clock, JOBS)
    card = digests_card(choices, CASEY)
    text = words(card)
    assert card.summary == "5 digests of 6 switched on."
    assert "Mondays at 08:00, in direct messages, your accounts. Next: Mon 5 Jul 2027" in text
    assert "Mondays to Fridays at 07:30" in text
    assert "digest.usual:alert" in text
    assert "digest.usual:digest" not in text
    assert "digest.switch:gaps:on" in text


def test_the_form_begins_with_how_it_is(scene: DigestScene) -> None:
    choice = choose(scene, "alert mon,tue 7:30 all quiet")
    form = digest_form(choice, TEAM)
    by_id = {one.id: one for one in form.inputs}
    assert by_id["when"].value == "mon,tue 07:30"
    assert by_id["scope"].value == "all"
    assert [option.value for option in by_id["where"].options] == ["dm", "here"]
    assert [option.value for option in digest_form(choice, OPEN).inputs[1].options] == ["dm"]


def test_a_preview_is_for_those_who_may_have_it(scene: DigestScene) -> None:
    scene.look(acme=Grade.RED)
    job, composed = preview_digest(cleared(), JOBS, scene.digests, "")
    assert (job.name, composed.card.title) == ("digest", "Your accounts at risk")
    with scene.records.writing() as writer:
        writer.save_person(Principal("casey", "Casey", Role.CONTACT, CASEY.email, "acme"))
    with pytest.raises(Conflict, match="There is no digest for you now: Casey is a contact"):
        preview_digest(cleared(), JOBS, scene.digests, "digest")
