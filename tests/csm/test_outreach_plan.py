"""To whom a play's message goes, and how: by rule."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from csm.account import Account, Contact, ContactRole
from csm.outreach_plan import Chosen, NoWay, Way, Ways, plan, zone_of
from csm.people import STAFF_ONLY, Audience, AudienceKind, Place, PlaceKind, Principal, Role
from csm.play import Category, ChannelKind, Play
from csm.suppression import Suppression, SuppressionKind

NOW = datetime(2026, 3, 9, 10, tzinfo=UTC)
ACCOUNT = Account(key="acme", name="Acme", time_zone="America/Los_Angeles")
JO_PERSON = Principal("jo", "Jo Marlowe", Role.CONTACT, "jo@acme.example", "acme")
SHARED = Place(
    "slack", "T1", "C1", PlaceKind.CHANNEL, Audience(AudienceKind.CUSTOMER, "acme"), "acme-shared"
)


def contact(key: str, role: ContactRole = ContactRole.CHAMPION, **changes: Any) -> Contact:
    values = {"key": key, "name": key.title(), "email": f"{key}@acme.example", "role": role}
    return Contact(**{**values, **changes})


JO = contact("jo", name="Jo Marlowe", last_active_on=date(2026, 3, 7))


def play(**changes: Any) -> Play:
    outreach = {
        "to": ["champion", "admin"],
        "category": "success",
        "tone": "Kind.",
        "facts": [],
        "channels": ["dm", "channel", "email"],
        "cooldown_days": 30,
        "goal": {
            "name": "Used",
            "when": {"signal": "seat_use", "at_least": 0.5},
            "within_days": 28,
        },
        "letter": [
            {"language": "en", "subject": "Hello", "body": "Hi {contact_first_name}, how are you?"},
            {
                "language": "de",
                "subject": "Hallo",
                "body": "Guten Tag {contact_name}, wie geht es?",
            },
        ],
    }
    return Play.model_validate(
        {
            "id": "tip",
            "name": "Tip",
            "purpose": "To help.",
            "steps": ["Write."],
            "outreach": {**outreach, **changes},
        }
    )


WAYS = Ways([JO_PERSON], {"jo": {"slack"}}, [SHARED], {"slack", "console", "email"})


def chosen(
    contacts: list[Contact],
    ways: Ways = WAYS,
    suppressions: tuple[Suppression, ...] = (),
    *,
    has_model: bool = False,
    **changes: Any,
) -> Chosen:
    found = plan(play(**changes), ACCOUNT, contacts, suppressions, ways, NOW, has_model=has_model)
    assert isinstance(found, Chosen), found
    return found


def why_not(
    contacts: list[Contact],
    ways: Ways = WAYS,
    suppressions: tuple[Suppression, ...] = (),
    **changes: Any,
) -> str:
    found = plan(play(**changes), ACCOUNT, contacts, suppressions, ways, NOW)
    assert isinstance(found, NoWay), found
    return found.why


def suppression(**changes: Any) -> Suppression:
    values = {"account_key": "acme", "kind": SuppressionKind.OPT_OUT, "at": NOW, "source": "them"}
    return Suppression(**{**values, **changes})


def test_the_play_s_first_channel_is_taken_where_it_exists() -> None:
    assert chosen([JO]).way == Way("slack", person_key="jo")
    assert chosen([JO], channels=["channel", "dm"]).way == Way("slack", "T1", "C1")
    assert chosen([JO], channels=["email", "dm"]).way == Way("email", address="jo@acme.example")


def test_without_that_channel_the_next_is_taken() -> None:
    stranger = contact("bo")
    assert chosen([stranger]).channel is ChannelKind.CHANNEL
    assert chosen([stranger], Ways(platforms={"email"})).channel is ChannelKind.EMAIL


def test_the_roles_come_in_the_play_s_order_and_the_active_first() -> None:
    admin = contact("ada", ContactRole.ADMIN, last_active_on=date(2026, 3, 9))
    idle = contact("bo", last_active_on=date(2026, 1, 1))
    unseen = contact("al")
    assert chosen([admin, unseen, idle, JO]).contact == JO
    assert chosen([admin, unseen, idle]).contact == idle
    assert chosen([admin, unseen]).contact == unseen
    assert chosen([admin]).contact == admin


def test_who_cannot_be_reached_is_passed_over() -> None:
    unreachable = contact("al", email="", last_active_on=date(2026, 3, 9))
    assert chosen([unreachable, JO], channels=["email"]).contact == JO
    assert chosen([contact("al", email="no address"), JO], channels=["email"]).contact == JO


def test_who_left_is_not_written_to() -> None:
    left = contact("al", left_on=NOW.date(), last_active_on=NOW.date())
    leaving = contact("al", left_on=NOW.date() + timedelta(days=1), last_active_on=NOW.date())
    assert chosen([left, JO]).contact == JO
    assert chosen([leaving, JO]).contact == leaving


def test_only_service_needs_no_consent() -> None:
    silent = contact("jo", consent=False)
    assert "gave no consent" in why_not([silent])
    assert chosen([silent], category="service").contact == silent


@pytest.mark.parametrize(
    "one",
    [
        suppression(),
        suppression(kind=SuppressionKind.LEGAL),
        suppression(contact_key="jo"),
        suppression(contact_key="old", address="jo@acme.example"),
        suppression(contact_key="jo", category=Category.SUCCESS),
        suppression(contact_key="jo", category=Category.MARKETING, kind=SuppressionKind.COMPLAINT),
        suppression(account_key="globex", contact_key="x", address="jo@acme.example"),
    ],
)
def test_the_suppressed_are_not_written_to(one: Suppression) -> None:
    assert "may be written to" in why_not([JO], suppressions=(one,))


@pytest.mark.parametrize(
    "one",
    [
        suppression(contact_key="bo"),
        suppression(contact_key="bo", address="bo@acme.example"),
        suppression(contact_key="jo", category=Category.MARKETING),
        suppression(contact_key="bo", kind=SuppressionKind.BOUNCED),
        suppression(account_key="globex", contact_key="jo", address="other@acme.example"),
        suppression(account_key="globex"),
        suppression(
            account_key="globex",
            contact_key="jo",
            address="jo@acme.example",
            kind=SuppressionKind.DO_NOT_CONTACT,
        ),
    ],
)
def test_suppressions_of_others_do_not_count(one: Suppression) -> None:
    assert chosen([JO], suppressions=(one,)).contact == JO


def test_a_bounced_address_leaves_chat() -> None:
    bounced = suppression(contact_key="jo", address="jo@acme.example", kind=SuppressionKind.BOUNCED)
    found = chosen([JO], suppressions=(bounced,), channels=["email", "dm"])
    assert found.channel is ChannelKind.DM
    assert why_not([JO], suppressions=(bounced,), channels=["email"]).endswith(
        "can be reached. Mail to Jo Marlowe came back."
    )


def test_another_address_bounced() -> None:
    old = suppression(contact_key="jo", address="old@acme.example", kind=SuppressionKind.BOUNCED)
    assert chosen([JO], suppressions=(old,), channels=["email"]).way.address == "jo@acme.example"


@pytest.mark.parametrize(
    "place",
    [
        Place("slack", "T1", "C1", PlaceKind.CHANNEL, Audience(AudienceKind.CUSTOMER, "globex")),
        Place("slack", "T1", "C1", PlaceKind.CHANNEL, Audience(AudienceKind.UNKNOWN)),
        Place("slack", "T1", "C1", PlaceKind.CHANNEL, STAFF_ONLY),
        Place("slack", "T1", "D1", PlaceKind.DM, Audience(AudienceKind.CUSTOMER, "acme")),
        Place("teams", "T1", "C1", PlaceKind.CHANNEL, Audience(AudienceKind.CUSTOMER, "acme")),
    ],
)
def test_only_a_channel_shared_with_them_alone_will_do(place: Place) -> None:
    ways = Ways(places=[place], platforms={"slack"})
    assert why_not([JO], ways) == (
        "No champion or admin at Acme can be reached. Jo Marlowe is not known in chat. "
        "No channel is shared with Acme alone. E-mail is not set up (docs/mail.md)."
    )


@pytest.mark.parametrize(
    "person",
    [
        Principal("jo", "Jo", Role.CONTACT, "jo@acme.example", "globex"),
        Principal("jo", "Jo", Role.CONTACT, "jo@other.example", "acme"),
        Principal("jo", "Jo", Role.CSM, "jo@acme.example", None),
    ],
)
def test_direct_messages_go_to_that_very_person(person: Principal) -> None:
    ways = Ways([person], {"jo": {"slack"}}, platforms={"slack"})
    assert "can be reached" in why_not([JO], ways, channels=["dm"])


def test_no_address_is_nobody_s_address() -> None:
    person = Principal("x", "X", Role.CONTACT, "", "acme")
    ways = Ways([person], {"x": {"slack"}}, platforms={"slack"})
    assert "can be reached" in why_not([contact("bo", email="")], ways, channels=["dm"])


def test_the_console_knows_everybody_and_comes_last() -> None:
    ways = Ways([JO_PERSON], platforms={"console", "slack"})
    assert chosen([JO], ways).way.platform == "console"
    linked = Ways([JO_PERSON], {"jo": {"slack", "teams"}}, platforms={"console", "slack"})
    assert chosen([JO], linked).way.platform == "slack"


@pytest.mark.parametrize(
    ("language", "has_model", "written"),
    [
        ("de", False, "de"),
        ("de-AT", False, "de"),
        ("DE_ch", False, "de"),
        ("", False, "en"),
        ("fr", True, "fr"),
    ],
)
def test_languages(language: str, has_model: bool, written: str) -> None:
    found = chosen([contact("jo", language=language)], has_model=has_model)
    assert (found.language, found.note) == (written, "")


def test_a_language_that_nobody_writes_becomes_english_and_is_noted() -> None:
    found = chosen([contact("jo", language="fr")])
    assert found.language == "en"
    assert found.note == "Jo's language is “fr”, which no letter is in: English."


def test_time_zones() -> None:
    assert str(zone_of(contact("jo", time_zone="Asia/Tokyo"), ACCOUNT)) == "Asia/Tokyo"
    assert str(zone_of(contact("jo"), ACCOUNT)) == "America/Los_Angeles"
    assert str(zone_of(None, ACCOUNT.model_copy(update={"time_zone": "Mars/Base"}))) == "UTC"
    assert str(chosen([contact("jo", time_zone="Asia/Tokyo")]).zone) == "Asia/Tokyo"


def test_why_nobody() -> None:
    assert (
        why_not([contact("al", ContactRole.USER)])
        == "Acme has no contact who is champion or admin."
    )
    left = contact("al", left_on=NOW.date())
    legal = suppression(contact_key="bo", kind=SuppressionKind.LEGAL)
    assert why_not([left, contact("bo"), contact("cy", consent=False)], suppressions=(legal,)) == (
        "Nobody at Acme who is champion or admin may be written to. Al has left. Bo is not to be "
        "contacted because of a dispute. Cy gave no consent."
    )


def test_why_no_channel_leads_to_them() -> None:
    no_address = contact("bo", email="nowhere")
    mail = Ways(platforms={"email"})
    assert "There is no valid address of Bo." in why_not([no_address], mail, channels=["email"])
    unconnected = Ways([JO_PERSON], {"jo": {"slack"}}, platforms={"email"})
    assert "Chat with Jo Marlowe is not connected." in why_not([JO], unconnected, channels=["dm"])


def test_what_to_do_where_e_mail_is_not_set_up() -> None:
    def remedy(ways: Ways, channel: str) -> str:
        found = plan(play(channels=[channel]), ACCOUNT, [JO], (), ways, NOW)
        assert isinstance(found, NoWay)
        return found.remedy

    assert "have e-mail set up" in remedy(Ways(platforms={"slack"}), "email")
    assert "mend the record" in remedy(Ways(platforms={"slack"}), "dm")


def test_a_play_for_people_writes_to_nobody() -> None:
    silent = Play(id="x", name="By hand", purpose="To help.", steps=("Call.",))
    found = plan(silent, ACCOUNT, [JO], (), WAYS, NOW)
    assert isinstance(found, NoWay)
    assert "for people only" in found.why
