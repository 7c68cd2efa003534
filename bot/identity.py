"""Who somebody on a platform is to us, and who listens in a place. Fails closed.

Here is only the decision, made from facts that a surface has fetched. Whatever is not known for
certain counts against trust: an unknown person is a stranger, an unknown audience an outsider.
"""

from dataclasses import dataclass
from enum import StrEnum

from csm.people import (
    STAFF_ONLY,
    STRANGER,
    UNKNOWN_AUDIENCE,
    Audience,
    AudienceKind,
    Place,
    PlaceKind,
    Principal,
    Role,
)


@dataclass(frozen=True, slots=True)
class UserFacts:
    """What the platform itself says of one of its users.

    `workspace` is their own. `email` is empty unless the platform vouches for it. `is_foreign`
    means that they belong to another organisation; `is_guest`, that somebody of ours invited them
    from outside.
    """

    user: str
    workspace: str = ""
    email: str = ""
    name: str = ""
    is_foreign: bool = False
    is_guest: bool = False
    is_bot: bool = False
    is_deleted: bool = False

    @property
    def is_outsider(self) -> bool:
        return self.is_foreign or self.is_guest


class ConversationKind(StrEnum):
    DIRECT = "direct"  # one person and us
    GROUP = "group"  # several people, no name
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class ConversationFacts:
    """What the platform itself says of a conversation.

    `shares_outside`: it is shared, or about to be shared, with another organisation. `members`
    is None when they could not be listed to the last one. `counterpart` is who the other person
    of a direct conversation is to us.
    """

    kind: ConversationKind
    shares_outside: bool = False
    members: tuple[UserFacts, ...] | None = None
    counterpart: Principal | None = None
    name: str = ""


def audience_of(facts: ConversationFacts) -> Audience:
    """Staff only when every fact says so: one outside sign, or one gap, is enough for unknown."""
    if facts.shares_outside or not facts.members:
        return UNKNOWN_AUDIENCE
    if any(_may_be_outside(member) for member in facts.members):
        return UNKNOWN_AUDIENCE
    if facts.kind is ConversationKind.DIRECT:
        staff = facts.counterpart is not None and facts.counterpart.is_staff
        return STAFF_ONLY if staff and len(facts.members) == 1 else UNKNOWN_AUDIENCE
    return STAFF_ONLY


def _may_be_outside(member: UserFacts) -> bool:
    """Those whose account is switched off cannot listen, whoever they were."""
    return member.is_outsider and not member.is_deleted


def place_of(stored: Place | None, seen: Place) -> Place:
    """The place with the audience that holds. Binding a place to a customer means that customers
    are expected there, so it stays theirs even while only colleagues are in it."""
    if stored is None or not is_bound(stored):
        return seen
    return Place(seen.platform, seen.workspace, seen.channel, seen.kind, stored.audience, seen.name)


def is_bound(place: Place) -> bool:
    """Whether a person has said which customer this place is shared with."""
    return place.audience.kind is AudienceKind.CUSTOMER and bool(place.audience.account_key)


def may_match_by_email(facts: UserFacts) -> bool:
    """Whether an e-mail address may say who this user is, when no link is kept yet."""
    return bool(facts.email) and not facts.is_bot and not facts.is_deleted


def principal_of(
    facts: UserFacts, known: Principal | None, place: Place, *, linked: bool
) -> Principal:
    """Who this user is to us in that place; `known` is whom their id (`linked`) or else their
    e-mail address stands for.

    Staff are full members of our own organisation, whatever an e-mail address says: another
    organisation can give its users any address. A customer's contact is one in a place of their
    own account, and once linked there, in direct messages, too; elsewhere they are a stranger.
    An outsider whom nobody knows by name counts as a contact of the customer whose channel they
    are in, and there alone, for somebody there let them in. A full member of our own organisation
    whom nobody has added may do nothing, but is known there for one of ours.
    """
    if facts.is_bot or facts.is_deleted:
        return STRANGER
    if known is None:
        return _guest_of(place, facts)
    if known.is_staff:
        return STRANGER if facts.is_outsider else known
    if known.role is not Role.CONTACT or known.account_key is None:
        return STRANGER
    at_home = place.audience.account_key == known.account_key
    return known if at_home or (linked and place.kind is PlaceKind.DM) else STRANGER


def _guest_of(place: Place, facts: UserFacts) -> Principal:
    if not (is_bound(place) and place.kind is PlaceKind.CHANNEL):
        return STRANGER
    if not facts.is_outsider:
        name = facts.name or "a colleague"
        return Principal(f"{place.platform}:{facts.user}", name, Role.STRANGER, of_ours=True)
    return Principal(
        key=f"{place.platform}:{facts.user}",
        name=facts.name or "somebody from the customer",
        role=Role.CONTACT,
        account_key=place.audience.account_key,
    )
