"""Who is asking, who is listening, and what that allows.

A `Clearance` can only be had from `clear()`, so a use case that asks for one has proof that
role and audience were looked at before anything was read.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from csm.errors import Forbidden


class Role(StrEnum):
    STRANGER = "stranger"
    CONTACT = "contact"
    CSM = "csm"
    MANAGER = "manager"
    ADMIN = "admin"


STAFF_ROLES: Final = frozenset({Role.CSM, Role.MANAGER, Role.ADMIN})


class Capability(StrEnum):
    """One thing that a person may be allowed to do."""

    GET_HELP = "get help"
    READ_ACCOUNTS = "read accounts"
    WORK_CTAS = "work on calls to action"
    WORK_ANY_CTA = "work on anybody's calls to action"
    ANSWER_CUSTOMERS = "answer customers' questions"
    KEEP_LIBRARY = "keep the help library"
    DRAFT_OUTREACH = "draft outreach"
    APPROVE_OUTREACH = "decide on outreach"
    PAUSE_SENDING = "stop outreach and let it go on"
    SUPPRESS = "say whom not to write to"
    READ_AUDIT = "read the audit"
    GRANT_TIERS = "let plays send by themselves"
    READ_TEAM = "read the team's figures"
    RUN_JOBS = "look after scheduled jobs"
    KEEP_PRIVACY = "export and erase what is known of people"


_CSM: Final = frozenset(
    {
        Capability.GET_HELP,
        Capability.READ_ACCOUNTS,
        Capability.WORK_CTAS,
        Capability.ANSWER_CUSTOMERS,
        Capability.KEEP_LIBRARY,
        Capability.DRAFT_OUTREACH,
        Capability.APPROVE_OUTREACH,
        Capability.PAUSE_SENDING,
        Capability.SUPPRESS,
    }
)

ROLE_CAPABILITIES: Final[dict[Role, frozenset[Capability]]] = {
    Role.STRANGER: frozenset(),
    Role.CONTACT: frozenset({Capability.GET_HELP}),
    Role.CSM: _CSM,
    Role.MANAGER: _CSM | {Capability.WORK_ANY_CTA, Capability.READ_AUDIT, Capability.READ_TEAM},
    Role.ADMIN: frozenset(Capability),
}

# What may be read or done only where no outsider listens.
INTERNAL: Final = frozenset(Capability) - {Capability.GET_HELP}


class AudienceKind(StrEnum):
    STAFF = "staff"
    CUSTOMER = "customer"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Audience:
    """Who listens in a place. `account_key` is set for exactly one customer's place."""

    kind: AudienceKind
    account_key: str | None = None

    @property
    def is_staff_only(self) -> bool:
        return self.kind is AudienceKind.STAFF

    def __str__(self) -> str:
        return f"{self.kind}:{self.account_key}" if self.account_key else str(self.kind)


STAFF_ONLY: Final = Audience(AudienceKind.STAFF)
UNKNOWN_AUDIENCE: Final = Audience(AudienceKind.UNKNOWN)


class PlaceKind(StrEnum):
    DM = "dm"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a conversation happens: a direct message or a channel of one platform."""

    platform: str
    workspace: str
    channel: str
    kind: PlaceKind
    audience: Audience
    name: str = ""


@dataclass(frozen=True, slots=True)
class Principal:
    """The person asking. A stranger has an empty `key`, and nothing else is known of them; but for
    `of_ours`: a full member of our own organisation whom nobody has added to the team. They may
    ask nothing, and yet their word to a customer counts as a colleague's."""

    key: str
    name: str
    role: Role
    email: str = ""
    account_key: str | None = None
    time_zone: str = "UTC"
    of_ours: bool = False

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF_ROLES

    @property
    def zone(self) -> ZoneInfo:
        """UTC for one that this machine's time zones lack: nothing is to fail for that."""
        try:
            return ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo("UTC")


STRANGER: Final = Principal(key="", name="somebody we do not know", role=Role.STRANGER)


def may(principal: Principal, capability: Capability) -> bool:
    """Whether the role alone allows it, whoever listens."""
    return capability in ROLE_CAPABILITIES[principal.role]


def is_fit_to_hear(audience: Audience, capability: Capability) -> bool:
    """Whether what this capability reads may be said in front of this audience."""
    return capability not in INTERNAL or audience.is_staff_only


_ISSUED = object()


@dataclass(frozen=True, slots=True)
class Clearance:
    """Proof of a check: this person may use this in front of that audience. See `clear()`."""

    principal: Principal
    capability: Capability
    audience: Audience
    seal: object = None

    def __post_init__(self) -> None:
        if self.seal is not _ISSUED:
            raise TypeError("a Clearance is issued by csm.people.clear(), never made by hand")

    def demand(self, *capabilities: Capability) -> None:
        """Refuse to go on with proof of none of these. Raises Forbidden."""
        if self.capability not in capabilities:
            wanted = " or to ".join(capabilities)
            raise Forbidden(f"That needs leave to {wanted}, not to {self.capability}.")


def clear(principal: Principal, capability: Capability, audience: Audience) -> Clearance:
    """Check role, then audience, and issue the proof. Raises Forbidden with the reason."""
    if principal.role is Role.STRANGER:
        raise Forbidden(
            "I do not know you yet, so I cannot answer. "
            "Ask your Digital CSM administrator to add you."
        )
    if principal.role is Role.CONTACT and not may(principal, capability):
        raise Forbidden(
            "That is for the customer success team. "
            "Whatever you need, write to them here: a person reads it."
        )
    if not may(principal, capability):
        raise Forbidden(f"Your role ({principal.role}) does not allow you to {capability}.")
    if not is_fit_to_hear(audience, capability):
        raise Forbidden("People from outside the team can read this place, so not here.")
    return Clearance(principal, capability, audience, _ISSUED)
