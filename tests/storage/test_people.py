"""People, their platform ids, and places with their audiences."""

from dataclasses import replace

import pytest

from csm.errors import NotFound
from csm.people import (
    STAFF_ONLY,
    UNKNOWN_AUDIENCE,
    Audience,
    AudienceKind,
    Place,
    PlaceKind,
    Principal,
    Role,
)
from csm.ports_keeping import Kept, Swept
from storage.records import SqlRecords
from tests.storage.portfolio import at

CASEY = Principal("casey", "Casey Field", Role.CSM, "casey@x.example", None, "Europe/Berlin")
JO = Principal("jo", "Jo Reed", Role.CONTACT, "jo@acme.example", "a-1")
SHARED = Place(
    "slack", "T1", "C1", PlaceKind.CHANNEL, Audience(AudienceKind.CUSTOMER, "a-1"), "acme-shared"
)


def test_people_come_back_as_they_were(records: SqlRecords) -> None:
    with records.writing() as writer:
        assert writer.is_empty()
        writer.save_person(replace(JO, email=" Jo@Acme.Example "))
        writer.save_person(CASEY)
    with records.reading() as reader:
        assert not reader.is_empty()
        assert reader.person("jo") == JO
        assert reader.person("nobody") is None
        assert reader.person_by_email("CASEY@x.example") == CASEY
        assert reader.person_by_email("") is None
        assert reader.people() == [CASEY, JO]


def test_a_person_changes(records: SqlRecords) -> None:
    promoted = replace(CASEY, role=Role.MANAGER, email="")
    with records.writing() as writer:
        writer.save_person(CASEY)
        writer.save_person(promoted)
        writer.save_person(replace(JO, email=""))
    with records.reading() as reader:
        assert reader.person("casey") == promoted
        assert reader.person_by_email("") is None


def test_platform_ids(records: SqlRecords) -> None:
    with records.writing() as writer:
        writer.save_person(CASEY)
        writer.save_person(JO)
        writer.link_person("casey", "slack", "T1", "U1")
        writer.link_person("casey", "slack", "T2", "U1")
        writer.link_person("jo", "slack", "T1", "U2")
        writer.link_person("casey", "slack", "T1", "U1")
    with records.reading() as reader:
        assert reader.person_by_platform_id("slack", "T1", "U1") == CASEY
        assert reader.person_by_platform_id("slack", "T2", "U1") == CASEY
        assert reader.person_by_platform_id("slack", "T1", "U2") == JO
        assert reader.person_by_platform_id("teams", "T1", "U1") is None
    with records.writing() as writer:
        writer.link_person("jo", "slack", "T1", "U1")
        assert writer.person_by_platform_id("slack", "T1", "U1") == JO
    with records.writing() as writer, pytest.raises(NotFound, match="nobody"):
        writer.link_person("nobody", "slack", "T1", "U9")


def test_places_come_back_with_their_audience(records: SqlRecords) -> None:
    with records.writing() as writer:
        writer.save_place(SHARED, at(7, 1))
    with records.reading() as reader:
        assert reader.place("slack", "T1", "C1") == SHARED
        assert reader.audience_checked_at("slack", "T1", "C1") == at(7, 1)
        assert reader.place("slack", "T1", "C2") is None
        assert reader.audience_checked_at("slack", "T1", "C2") is None
        assert reader.places() == [SHARED]
    internal = replace(SHARED, audience=STAFF_ONLY)
    with records.writing() as writer:
        writer.save_place(internal, at(7, 2))
        assert writer.place("slack", "T1", "C1") == internal
        assert writer.audience_checked_at("slack", "T1", "C1") == at(7, 2)


def test_a_forgotten_audience_is_unknown(records: SqlRecords) -> None:
    other = replace(SHARED, channel="C2")
    with records.writing() as writer:
        writer.save_place(SHARED, at(7, 1))
        writer.save_place(other, at(7, 1))
        writer.forget_audiences("slack", "T1", "C1")
        writer.forget_audiences("slack", "T1", "C9")
    with records.reading() as reader:
        assert reader.place("slack", "T1", "C1") == replace(SHARED, audience=UNKNOWN_AUDIENCE)
        assert reader.audience_checked_at("slack", "T1", "C1") is None
        assert reader.place("slack", "T1", "C2") == other


def test_old_events_are_forgotten(records: SqlRecords) -> None:
    with records.writing() as writer:
        for day in (1, 2, 3):
            writer.claim_event("slack", f"Ev{day}", at(7, day))
        assert writer.sweep(Kept.EVENTS, at(7, 3), 0) == Swept(2, None)
        assert writer.sweep(Kept.EVENTS, at(7, 3), 0) == Swept(0, None)
    with records.writing() as writer:
        assert not writer.claim_event("slack", "Ev3", at(7, 4))
        assert writer.claim_event("slack", "Ev2", at(7, 4))
