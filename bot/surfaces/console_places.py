"""The console's places: named channels, and everybody's direct messages."""

from typing import Final

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

PLATFORM: Final = "console"
WORKSPACE: Final = "demo"
DM: Final = "dm"
NOBODY_WE_KNOW: Final = "stranger"

_DIRECT: Final = "dm:"


def direct_messages(person: Principal) -> Place:
    """A person's own conversation with us. Only staff's is free of outsiders."""
    key = person.key or NOBODY_WE_KNOW
    audience = _audience_of(person)
    return Place(PLATFORM, WORKSPACE, f"{_DIRECT}{key}", PlaceKind.DM, audience, name=DM)


def owner_of(channel: str) -> str | None:
    """The key of the person whose direct messages that is; None for any other channel."""
    return channel.removeprefix(_DIRECT) if channel.startswith(_DIRECT) else None


def _audience_of(person: Principal) -> Audience:
    if person.is_staff:
        return STAFF_ONLY
    if person.role is Role.CONTACT and person.account_key:
        return Audience(AudienceKind.CUSTOMER, person.account_key)
    return UNKNOWN_AUDIENCE
