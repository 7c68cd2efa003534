"""A message that every rule of sending lets pass, and whatever is to be different about it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from csm.account import Account, Contact, ContactRole, Touch
from csm.guard.sending import Approval, Moment, Sending
from csm.guard_settings import GuardSettings, SendGuard
from csm.outreach import Outreach
from csm.people import Audience, AudienceKind, Place, PlaceKind, Principal, Role
from csm.play import Category, ChannelKind, Tier
from csm.toml_files import Faults, read_file
from tests.csm.shipped import DIRECTORY

NOW: Final = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)  # a Wednesday, noon in Berlin
FINGERPRINT: Final = "f" * 64
IDENTITY: Final = "Lanternboard, 1 Quay Lane, Harbourtown"
UNSUBSCRIBE: Final = "https://csm.lanternboard.example/unsubscribe/abc123"
BODY: Final = (
    "Hello Bo,\n\nshall we look at your dashboards together?\n\nPat\n\n"
    f"{IDENTITY}\nIf you would rather not get such messages: {UNSUBSCRIBE}"
)

ACCOUNT: Final = Account(
    key="acme",
    name="Acme",
    domain="acme.example",
    touch=Touch.TECH,
    country="DE",
    time_zone="Europe/Berlin",
    csm_email="pat@lanternboard.example",
)
CONTACT: Final = Contact(
    key="bo", name="Bo Tester", email="bo@acme.example", role=ContactRole.CHAMPION
)
CSM: Final = Principal("pat", "Pat", Role.CSM, "pat@lanternboard.example", of_ours=True)
OTHER_CSM: Final = Principal("kim", "Kim", Role.CSM, "kim@lanternboard.example", of_ours=True)
MANAGER: Final = Principal("mo", "Mo", Role.MANAGER, "mo@lanternboard.example", of_ours=True)
ADMIN: Final = Principal("ada", "Ada", Role.ADMIN, "ada@lanternboard.example", of_ours=True)
PERSON: Final = Principal("p-bo", "Bo Tester", Role.CONTACT, "bo@acme.example", "acme")


@cache
def guard_settings() -> GuardSettings:
    """The guard.toml that the product ships with."""
    faults = Faults()
    settings = read_file(DIRECTORY / "guard.toml", "guard.toml", GuardSettings, faults)
    assert settings is not None, faults.lines
    return settings


def send_settings(**changes: Any) -> SendGuard:
    """The shipped rules of sending; `changes` are by key: `frequency={"contact_most": 1}`."""
    values = guard_settings().send.model_dump()
    for key, value in changes.items():
        values[key] = {**values[key], **value} if isinstance(value, dict) else value
    return SendGuard.model_validate(values)


def approval(**changes: Any) -> Approval:
    """The leave of the account's own CSM, an hour ago, for this very message."""
    given = Approval(
        by=CSM,
        tier=Tier.MANUAL,
        at=NOW - timedelta(hours=1),
        until=NOW + timedelta(hours=71),
        fingerprint=FINGERPRINT,
    )
    return replace(given, **changes)


def tier_approval(tier: Tier = Tier.AUTOMATIC, **changes: Any) -> Approval:
    """The leave that a play has by its tier."""
    return approval(by=None, tier=tier, **changes)


def place_of(audience: Audience) -> Place:
    """A channel in which these listen."""
    return Place("slack", "T1", "C1", PlaceKind.CHANNEL, audience, "acme-shared")


SHARED: Final = place_of(Audience(AudienceKind.CUSTOMER, "acme"))


def sending(**changes: Any) -> Sending:
    """An e-mail that its CSM approved, about to be sent on a Wednesday at noon; nothing is against
    it. The approval is an hour old and for this very message, whatever `now` and `fingerprint`."""
    now: datetime = changes.get("now", NOW)
    leave = approval(
        at=now - timedelta(hours=1),
        until=now + timedelta(hours=71),
        fingerprint=changes.get("fingerprint", FINGERPRINT),
    )
    good = Sending(
        now=now,
        moment=Moment.RELEASING,
        fingerprint=FINGERPRINT,
        body=BODY,
        play="habits_check_in",
        category=Category.SUCCESS,
        channel=ChannelKind.EMAIL,
        account=ACCOUNT,
        contact=CONTACT,
        address="bo@acme.example",
        person=None,
        place=None,
        has_courier=True,
        zone=ZoneInfo("Europe/Berlin"),
        country="DE",
        cooldown_days=30,
        approval=leave,
        identity=IDENTITY,
        unsubscribe=UNSUBSCRIBE,
        normal_hour=10,
    )
    return replace(good, **changes)


def dm_sending(**changes: Any) -> Sending:
    """The same to the contact's direct messages."""
    values = {"channel": ChannelKind.DM, "address": "", "person": PERSON, "body": "Hello Bo."}
    return sending(**{**values, **changes})


def channel_sending(**changes: Any) -> Sending:
    """The same to the account's shared channel."""
    values = {"channel": ChannelKind.CHANNEL, "address": "", "place": SHARED, "body": "Hello Bo."}
    return sending(**{**values, **changes})


def sending_for(outreach: Outreach, **changes: Any) -> Sending:
    """The facts about that very message, as good as can be: its fingerprint, body and address."""
    values = {
        "fingerprint": outreach.fingerprint,
        "body": outreach.text,
        "play": outreach.play,
        "category": outreach.category,
        "channel": outreach.channel,
        "address": outreach.address,
    }
    return sending(**{**values, **changes})
