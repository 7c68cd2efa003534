"""Whom and where outreach can reach: contacts, people, places; and what customers use."""

from datetime import date
from typing import Any

from csm.account import Feature
from csm.people import Audience, AudienceKind, Place, PlaceKind, Principal, Role
from storage.records import SqlRecords
from tests.storage.conversations import sqlite_plans
from tests.storage.portfolio import TODAY, at, questions_asked, write, write_accounts

CONTACT = ("account_key", "key", "name", "email")


def write_contacts(records: SqlRecords, *rows: tuple[Any, ...]) -> None:
    write(records, "contacts", CONTACT, list(rows))


def said(records: SqlRecords, text: str, but_of: str | None = None) -> set[str]:
    with records.reading() as reader:
        return set(reader.contact_names().said_in(text, but_of))


def test_contacts_are_known_by_full_name_and_address(records: SqlRecords) -> None:
    write_accounts(records)
    write_contacts(
        records,
        ("a-1", "jo", "Jo Pärk", "jo@acme.example"),
        ("a-2", "al", "Alexandra", "alexandra@globex.example"),
    )
    text = "jo park and alexandra of jo acme example and alexandra globex example"
    assert said(records, text) == {"jo park", "jo acme example", "alexandra globex example"}
    assert said(records, text, "a-1") == {"alexandra globex example"}


def test_names_of_contacts_are_made_ready_once_for_each_change(records: SqlRecords) -> None:
    write_accounts(records)
    rows = [("a-1", "jo", "Jo Park", "jo@acme.example"), ("a-1", "al", "Al Berg", "")]
    write_contacts(records, *rows)
    text = "jo park jo parker al berg"
    assert said(records, text) == {"jo park", "al berg"}
    with questions_asked() as asked:
        assert said(records, text) == {"jo park", "al berg"}
        write_contacts(records, *rows)
        assert said(records, text) == {"jo park", "al berg"}
    assert not any(question.startswith("SELECT account.key, contact.name") for question in asked)
    write_contacts(records, ("a-1", "jo", "Jo Parker", "jo@acme.example"))
    assert said(records, text) == {"jo parker", "al berg"}
    with records.reading() as reader:
        assert set(reader.customer_names().said_in("globex", None)) == {"globex"}


def test_people_of_an_account_are_those_bound_to_it(records: SqlRecords) -> None:
    people = [
        Principal("p-jo", "Jo", Role.CONTACT, "jo@acme.example", "a-1", "Europe/Berlin"),
        Principal("p-al", "Al", Role.CONTACT, "al@acme.example", "a-1"),
        Principal("p-other", "Odd", Role.CONTACT, "odd@globex.example", "a-2"),
        Principal("casey", "Casey", Role.CSM, "casey@x.example"),
    ]
    with records.writing() as writer:
        for person in people:
            writer.save_person(person)
        writer.link_person("p-jo", "slack", "T1", "U1")
        writer.link_person("p-jo", "slack", "T2", "U1")
        writer.link_person("p-jo", "teams", "T1", "U1")
        writer.link_person("p-other", "teams", "T1", "U2")
        writer.link_person("casey", "slack", "T1", "U3")
    with records.reading() as reader:
        assert reader.people_of_accounts(["a-2", "a-1", "a-3"]) == {
            "a-1": [people[1], people[0]],
            "a-2": [people[2]],
        }
        assert reader.people_of_accounts([]) == {}
        assert reader.platforms_of_accounts(["a-1"]) == {"p-jo": {"slack", "teams"}}


def test_shared_places_are_channels_bound_to_the_account(records: SqlRecords) -> None:
    customer = Audience(AudienceKind.CUSTOMER, "a-1")

    def place(channel: str, kind: PlaceKind = PlaceKind.CHANNEL, **fields: Any) -> Place:
        return Place("slack", "T1", channel, kind, **{"audience": customer, **fields})

    shared = [place("C1"), place("C2", name="acme")]
    others = [
        place("D1", PlaceKind.DM),
        place("C3", audience=Audience(AudienceKind.CUSTOMER, "a-2")),
        place("C4", audience=Audience(AudienceKind.STAFF)),
    ]
    with records.writing() as writer:
        for one in (*others, *reversed(shared)):
            writer.save_place(one, at(7, 1))
    with records.reading() as reader:
        assert reader.shared_places(["a-1", "a-3"]) == {"a-1": shared}
        assert reader.shared_places(["a-2", "a-1"]) == {"a-1": shared, "a-2": others[1:2]}
    with records.writing() as writer:
        writer.forget_audiences("slack", "T1", "C1")
        assert writer.shared_places(["a-1"]) == {"a-1": shared[1:]}


def test_people_and_places_are_found_by_indexes(sqlite_records: SqlRecords) -> None:
    with sqlite_plans() as plans, sqlite_records.reading() as reader:
        reader.people_of_accounts(["a-1"])
        reader.platforms_of_accounts(["a-1"])
        reader.shared_places(["a-1"])
    for plan, index in zip(plans, ("person", "person", "place"), strict=True):
        assert f"INDEX ix_{index}_account_key" in plan, plan


def test_features_and_who_used_them_when(records: SqlRecords) -> None:
    ids = write_accounts(records)
    write(
        records, "features", ("key", "name", "is_key"), [("sso", "SSO", True), ("api", "", False)]
    )
    usage = ("account_key", "day", "feature", "events")
    rows = [
        ("a-1", date(2026, 6, 1), "sso", 3),
        ("a-1", date(2026, 6, 2), "sso", 3),
        ("a-1", date(2026, 6, 30), "api", 1),
        ("a-1", date(2026, 5, 31), "old", 1),
        ("a-2", date(2026, 6, 5), "api", 0),
        ("a-3", date(2026, 6, 5), "sso", 1),
    ]
    write(records, "usage", usage, rows)
    since, until = date(2026, 6, 1), date(2026, 6, 30)
    with records.reading() as reader:
        assert reader.features() == [
            Feature(key="api", is_key=False),
            Feature(key="old"),
            Feature(key="sso", name="SSO"),
        ]
        assert reader.features_used([ids["a-1"], ids["a-2"]], since, until) == {
            ids["a-1"]: {"sso", "api"}
        }
        assert reader.features_used([ids["a-3"]], TODAY, TODAY) == {}
        assert reader.features_used([], since, until) == {}
