"""Whose a digest is, where it goes, and that it is written once."""

from typing import Any

import pytest

from csm.firing import Moot
from csm.health import Grade
from csm.people import UNKNOWN_AUDIENCE, Place, PlaceKind, Principal, Role
from csm.ports import Records
from csm.use_cases.digest_frame import OUTSIDER
from parts.digests import digests_of
from tests.bot.library_twin import cluster
from tests.csm.digest_scene import ALEX, CASEY, JO, JOBS, MORGAN, RILEY, TEAM, DigestScene, words

HERE: dict[str, Any] = {
    "platform": TEAM.platform,
    "workspace": TEAM.workspace,
    "channel": TEAM.channel,
}


@pytest.fixture
def scene(records: Records) -> DigestScene:
    scene = DigestScene(records)
    scene.look(acme=Grade.RED)
    return scene


def set_audience(scene: DigestScene, place: Place) -> None:
    with scene.records.writing() as writer:
        writer.save_place(place, scene.clock.now())


def test_it_goes_to_direct_messages_once(scene: DigestScene) -> None:
    assert scene.run() == "3 accounts at risk"
    (post,) = scene.posts()
    assert (post.person_key, post.channel, post.platform) == ("casey", "", "console")
    assert post.account_key is None
    assert post.key == "digest:digest:casey:2027-06-28:casey"
    assert scene.run() == "was told before"
    assert len(scene.posts()) == 1


def test_it_goes_where_the_person_is_known(scene: DigestScene) -> None:
    with scene.records.writing() as writer:
        writer.link_person("casey", "slack", "T1", "U1")
    scene.run()
    assert scene.posts()[0].platform == "slack"


def test_or_to_the_channel_that_they_chose(scene: DigestScene) -> None:
    scene.appoint(**HERE)
    scene.run()
    (post,) = scene.posts()
    assert (post.person_key, post.channel, post.workspace) == ("", "cs-team", "demo")


@pytest.mark.parametrize(
    "place",
    [
        Place("console", "demo", "cs-team", PlaceKind.CHANNEL, UNKNOWN_AUDIENCE, "cs-team"),
        None,
    ],
)
def test_a_channel_that_is_not_known_to_be_the_teams_gets_none(
    scene: DigestScene, place: Place | None
) -> None:
    scene.appoint(**{**HERE, "channel": "cs-team" if place else "never-seen"})
    if place:
        set_audience(scene, place)
    scene.run()
    (post,) = scene.posts()
    assert (post.person_key, post.channel) == ("casey", "")
    assert OUTSIDER in words(scene.card())


@pytest.mark.parametrize(
    ("person", "reason"),
    [
        (Principal("nobody", "", Role.STRANGER), "nobody is known as nobody any more"),
        (JO, "Jo Park is a contact now, and those do not get it"),
    ],
)
def test_nobody_gets_what_they_may_not_have(
    scene: DigestScene, person: Principal, reason: str
) -> None:
    scene.appoint(who=person)
    with pytest.raises(Moot, match=reason):
        scene.run(who=person)
    assert scene.posts() == []


def test_a_csm_gets_no_digest_for_managers(scene: DigestScene) -> None:
    scene.appoint("digest", who=CASEY, scope="all")
    demoted = Principal("casey", "Casey Rivers", Role.CONTACT, CASEY.email, "acme")
    with scene.records.writing() as writer:
        writer.save_person(demoted)
    with pytest.raises(Moot, match="is a contact now"):
        scene.run()


def test_whoever_was_let_go_is_not_told_of_a_colleagues_accounts(scene: DigestScene) -> None:
    scene.appoint(scope="frank")
    with pytest.raises(Moot, match="no colleague called “frank”"):
        scene.run()


def test_somebody_whom_nobody_can_find_gets_none(scene: DigestScene) -> None:
    unknown = Principal("casey", "Casey Rivers", Role.CSM, "casey@ours.example")
    alone = digests_of(scene.records, scene.playbook, scene.clock, JOBS, "", cluster)["digest"]
    scene.appoint(who=unknown)
    with pytest.raises(Moot, match="on no chat platform"):
        alone.addressee("casey")
    with scene.records.writing() as writer:
        writer.link_person("casey", "slack", "T1", "U1")
    assert alone.addressee("casey").person == CASEY


def test_one_that_was_switched_off_comes_only_when_it_is_asked_for(scene: DigestScene) -> None:
    scene.appoint(is_on=False)
    with pytest.raises(Moot, match="switched off"):
        scene.run()
    assert scene.run(asked_by="alex") == "3 accounts at risk"


def test_a_preview_keeps_nothing(scene: DigestScene) -> None:
    composed = scene.digest().preview("casey")
    assert composed.card.summary.startswith("3 of 3 accounts")
    assert scene.posts() == []
    with scene.records.reading() as reader:
        assert reader.last_told("digest", "casey") is None


@pytest.mark.parametrize("job", [job.name for job in JOBS.jobs if job.is_for_readers])
def test_every_kind_there_is_can_be_looked_at(scene: DigestScene, job: str) -> None:
    composed = scene.digest(job).preview("morgan")
    assert composed.card.summary
    assert composed.outcome


@pytest.mark.parametrize(
    ("who", "accounts", "is_on"), [(RILEY, 1, True), (MORGAN, 4, False), (ALEX, 4, False)]
)
def test_without_an_appointment_it_is_about_the_accounts_of_the_role(
    scene: DigestScene, who: Principal, accounts: int, is_on: bool
) -> None:
    addressee = scene.digest().addressee(who.key)
    assert addressee.appointment.is_on == is_on
    assert scene.digest().preview(who.key).figures["accounts"] == accounts
