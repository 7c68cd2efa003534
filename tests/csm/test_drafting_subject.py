"""What drafts are made from: read with the same few questions for any number of accounts."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from csm.account import Account, AccountStatus
from csm.health import Snapshot
from csm.people import Audience, AudienceKind, Place, PlaceKind, Principal, Role
from csm.play_trigger import Standing
from csm.ports import Records
from csm.ports_outreach import Dealings
from csm.use_cases.drafting_subject import PeersOf, grounds_of, own_peers, shared_peers
from tests.csm.drafting_scene import FALLING, START, TODAY, Scene
from tests.csm.shipped import shipped_playbook
from tests.storage.portfolio import questions_asked

MORE = 40


@pytest.fixture
def scene(sqlite_records: Records) -> Scene:
    """With many more accounts, each with two of its people in chat, and a channel."""
    scene = Scene(sqlite_records)
    columns = ("key", "name", "segment", "csm_email", "status", "touch")
    keys = [f"more{number}" for number in range(MORE)]
    scene.write("accounts", columns, [(key, key, "smb", "", "customer", "tech") for key in keys])
    with scene.records.writing() as writer:
        for key in keys:
            for name in ("one", "two"):
                person = f"{key}-{name}"
                email = f"{person}@more.example"
                writer.save_person(Principal(person, name, Role.CONTACT, email, key))
                writer.link_person(person, "slack", "T1", person)
            audience = Audience(AudienceKind.CUSTOMER, key)
            place = Place("slack", "T1", f"C-{key}", PlaceKind.CHANNEL, audience, key)
            writer.save_place(place, START)
    scene.signals(**FALLING)
    return scene


def no_peers(*_: object) -> Any:
    return None


def grounds(scene: Scene, count: int, peers: PeersOf = no_peers) -> dict[str, Any]:
    keys = [f"more{number}" for number in range(count)]
    with scene.records.reading() as reader:
        return dict(grounds_of(reader, scene.desk, START, TODAY, keys, peers))


def test_the_number_of_questions_does_not_grow_with_the_accounts(scene: Scene) -> None:
    grounds(scene, 1)  # names are made ready once
    asked: list[int] = []
    for count in (10, MORE):
        with questions_asked() as questions:
            assert len(grounds(scene, count)) == count
        asked.append(len(questions))
    assert asked[0] == asked[1]


def test_each_account_has_its_own_ways(scene: Scene) -> None:
    found = grounds(scene, 3)
    for key, ground in found.items():
        people = [f"{key}-one", f"{key}-two"]
        assert [person.key for person in ground.ways.people] == people
        assert ground.ways.links == {person: {"slack"} for person in people}
        assert [place.channel for place in ground.ways.places] == [f"C-{key}"]
        assert ground.ways.platforms == scene.platforms
    with scene.records.reading() as reader:
        acme = grounds_of(reader, scene.desk, START, TODAY, ["acme"], no_peers)["acme"]
    assert (list(acme.ways.people), acme.ways.links, list(acme.ways.places)) == ([], {}, [])


def standing(number: int, **changes: Any) -> Standing:
    values = {"segment": "smb", "status": AccountStatus.CUSTOMER, **changes}
    snapshot = Snapshot(account_id=number, as_of=TODAY, signals={"seat_use": float(number)})
    account = Account(key=f"a{number}", name=f"A{number}", **values)
    return Standing(number, account, snapshot, {}, frozenset({f"f{number}"}) if number % 2 else ())


def dealings_of(one: Standing) -> Dealings:
    return cast("Dealings", SimpleNamespace(account=one.account, account_id=one.account_id))


def test_peers_are_the_others_of_the_segment() -> None:
    all_of_them = [standing(number) for number in range(6)]
    others = [
        standing(7, segment="enterprise"),
        standing(8, status=AccountStatus.CHURNED),
    ]
    peers_of = shared_peers(shipped_playbook(), [*all_of_them, *others])
    for one in all_of_them:
        found = peers_of(cast("Any", None), dealings_of(one))
        rest = [other for other in all_of_them if other is not one]
        assert list(found.signals) == [other.snapshot.signals for other in rest if other.snapshot]
        assert list(found.features_used) == [o.features_used for o in rest if o.features_used]
    churned = peers_of(cast("Any", None), dealings_of(others[1]))
    assert len(churned.signals) == len(all_of_them)


class Watched:
    """A standing that counts how often it is looked at."""

    looks = 0

    def __init__(self, one: Standing) -> None:
        self._one = one

    def __getattr__(self, name: str) -> Any:
        Watched.looks += 1
        return getattr(self._one, name)


def test_peers_are_gone_through_once_and_not_for_each_account() -> None:
    standings = [cast("Standing", Watched(standing(number))) for number in range(100)]
    peers_of = shared_peers(shipped_playbook(), standings)
    every = [dealings_of(standing(number)) for number in range(100)]
    Watched.looks = 0
    found = [peers_of(cast("Any", None), one) for one in every]
    assert {len(one.signals) for one in found} == {99}
    assert Watched.looks == 0


def test_peers_of_one_account_are_the_same(scene: Scene) -> None:
    alone = grounds(scene, 1, own_peers(scene.playbook, TODAY))["more0"].peers
    assert len(alone.signals) == MORE + 2
