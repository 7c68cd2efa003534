"""To whom at an account a play's message goes, and by which way. Decided by rule, never by a
model: the play says which roles and channels come first, the record who and what there is."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from csm.account import Account, Contact
from csm.claim_reading import EMAIL
from csm.letter import MAIL
from csm.people import AudienceKind, Place, PlaceKind, Principal
from csm.play import Category, ChannelKind, OutreachPlan, Play
from csm.suppression import Suppression, SuppressionKind, is_against
from csm.wording import listing

ENGLISH: Final = "en"
# A platform without ids of its own: everybody is there by their key.
_CONSOLE: Final = "console"


@dataclass(frozen=True, slots=True)
class Ways:
    """What there is to reach people at one account by: its `people` who are known in chat, the
    platforms that each is known on (`links`, by a person's key), the channels shared with it, and
    the `platforms` that something can be sent on."""

    people: Sequence[Principal] = ()
    links: Mapping[str, Collection[str]] = field(default_factory=dict)
    places: Sequence[Place] = ()
    platforms: Collection[str] = ()


class Way(NamedTuple):
    """Where a message goes to; only what its channel needs is filled in, as in
    `csm.outreach.Outreach`."""

    platform: str
    workspace: str = ""
    place: str = ""
    person_key: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whom to write to, how, and in which language (ISO 639-1) and time zone. `note` is for
    colleagues: what is not as the contact would have it."""

    contact: Contact
    channel: ChannelKind
    way: Way
    language: str
    zone: ZoneInfo
    note: str = ""


@dataclass(frozen=True, slots=True)
class NoWay:
    """Nobody can be written to, why, and what to do, for colleagues."""

    why: str
    remedy: str


def plan(
    play: Play,
    account: Account,
    contacts: Sequence[Contact],
    suppressions: Sequence[Suppression],
    ways: Ways,
    now: datetime,
    *,
    has_model: bool = False,
) -> Chosen | NoWay:
    """The first role of the play with somebody who may be written to and can be reached; of
    several the one who used the product last. `suppressions` are as in
    `csm.ports_outreach.Dealings`.
    `has_model`: there is one to write in languages that the play has no letter in."""
    outreach = play.outreach
    if outreach is None:
        return NoWay(
            f"“{play.name}” is for people only: it has no message to customers.",
            "Follow its steps.",
        )
    asked = sorted(
        (one for one in contacts if one.role in outreach.to),
        key=lambda one: (outreach.to.index(one.role), _idle(one), one.key),
    )
    kinds = {one.key: set(_against(one, account, outreach, suppressions)) for one in asked}
    today = now.date()
    refusals = {one.key: _refusal(one, outreach, kinds[one.key], today) for one in asked}
    willing = [one for one in asked if not refusals[one.key]]
    for contact in willing:
        takes_mail = SuppressionKind.BOUNCED not in kinds[contact.key]
        for channel in outreach.channels:
            for way in _ways(channel, contact, account, ways, takes_mail=takes_mail):
                language, note = _language(contact, outreach, has_model=has_model)
                return Chosen(contact, channel, way, language, zone_of(contact, account), note)
    if not willing:
        return _nobody_willing(outreach, account, [refusals[one.key] for one in asked])
    bounced = {key for key, found in kinds.items() if SuppressionKind.BOUNCED in found}
    return _no_channel(outreach, account, willing, ways, bounced)


def zone_of(contact: Contact | None, account: Account) -> ZoneInfo:
    """The time zone of a contact: their own, else their account's; UTC where neither is known."""
    for name in (contact.time_zone if contact else "", account.time_zone):
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            continue
    return ZoneInfo("UTC")


def _idle(contact: Contact) -> int:
    """The smaller, the later they used the product."""
    return -(contact.last_active_on or date.min).toordinal()


def _against(
    contact: Contact,
    account: Account,
    outreach: OutreachPlan,
    suppressions: Iterable[Suppression],
) -> Iterator[SuppressionKind]:
    """The kinds of those that keep the message from them."""
    addresses = {contact.email.lower()}
    for one in suppressions:
        if is_against(one, account.key, contact, addresses, outreach.category):
            yield one.kind


def _refusal(
    contact: Contact, outreach: OutreachPlan, against: Collection[SuppressionKind], today: date
) -> str:
    """Why they may not be written to; empty where they may."""
    if contact.left_on is not None and contact.left_on <= today:
        return f"{contact.name} has left."
    if outreach.category is not Category.SERVICE and not contact.consent:
        return f"{contact.name} gave no consent."
    # A mailbox that takes no mail says nothing of chat.
    kinds = [_REFUSALS[kind] for kind in SuppressionKind if kind in against and kind in _REFUSALS]
    return f"{contact.name} {kinds[0]}." if kinds else ""


_REFUSALS: Final = {
    SuppressionKind.OPT_OUT: "does not want such messages",
    SuppressionKind.COMPLAINT: "complained of a message",
    SuppressionKind.DO_NOT_CONTACT: "is not to be contacted, as a colleague said",
    SuppressionKind.LEGAL: "is not to be contacted because of a dispute",
}


def _ways(
    channel: ChannelKind, contact: Contact, account: Account, ways: Ways, *, takes_mail: bool
) -> Iterator[Way]:
    match channel:
        case ChannelKind.CHANNEL:
            yield from _channels(account, ways)
        case ChannelKind.DM:
            yield from _direct(contact, account, ways)
        case ChannelKind.EMAIL if takes_mail:
            yield from _mail(contact, ways)


def _channels(account: Account, ways: Ways) -> Iterator[Way]:
    for place in sorted(ways.places, key=lambda one: (one.platform, one.workspace, one.channel)):
        audience = place.audience
        is_theirs = audience.kind is AudienceKind.CUSTOMER and audience.account_key == account.key
        if is_theirs and place.kind is PlaceKind.CHANNEL and place.platform in ways.platforms:
            yield Way(place.platform, place.workspace, place.channel)


def _direct(contact: Contact, account: Account, ways: Ways) -> Iterator[Way]:
    for person in sorted(ways.people, key=lambda one: one.key):
        is_them = bool(contact.email) and person.email.lower() == contact.email.lower()
        if is_them and person.account_key == account.key:
            known_on = {*ways.links.get(person.key, ()), _CONSOLE} & set(ways.platforms)
            # Where they are anywhere else, nobody waits for them at the console.
            for platform in sorted(known_on, key=lambda one: (one == _CONSOLE, one)):
                yield Way(platform, person_key=person.key)


def _mail(contact: Contact, ways: Ways) -> Iterator[Way]:
    if MAIL in ways.platforms and EMAIL.fullmatch(contact.email):
        yield Way(MAIL, address=contact.email)


def _language(contact: Contact, outreach: OutreachPlan, *, has_model: bool) -> tuple[str, str]:
    """Theirs, if there is somebody to write it, else English; and what to note of that."""
    wanted = contact.language.strip().lower().replace("_", "-").partition("-")[0] or ENGLISH
    if has_model or wanted in {letter.language for letter in outreach.letters}:
        return wanted, ""
    return ENGLISH, f"{contact.name}'s language is “{wanted}”, which no letter is in: English."


def _nobody_willing(outreach: OutreachPlan, account: Account, refusals: Sequence[str]) -> NoWay:
    roles = listing(list(outreach.to), "or")
    if not refusals:
        return NoWay(f"{account.name} has no contact who is {roles}.", _MEND_THE_RECORD)
    return NoWay(
        f"Nobody at {account.name} who is {roles} may be written to. {' '.join(refusals)}",
        "Find out who may, or call them yourself.",
    )


def _no_channel(
    outreach: OutreachPlan,
    account: Account,
    willing: Sequence[Contact],
    ways: Ways,
    bounced: Collection[str],
) -> NoWay:
    """Why none of the play's channels leads to any of them: each for its own reason."""
    whys = {
        ChannelKind.EMAIL: lambda: _no_mail(willing, ways, bounced),
        ChannelKind.DM: lambda: _no_direct(account, willing, ways),
        ChannelKind.CHANNEL: lambda: f"No channel is shared with {account.name} alone.",
    }
    roles = listing(list(outreach.to), "or")
    reasons = " ".join(whys[channel]() for channel in outreach.channels)
    is_unset = ChannelKind.EMAIL in outreach.channels and MAIL not in ways.platforms
    return NoWay(
        f"No {roles} at {account.name} can be reached. {reasons}",
        f"{_CALL_THEM} or have e-mail set up." if is_unset else f"{_CALL_THEM} or mend the record.",
    )


_CALL_THEM: Final = "Call or write to them yourself,"
_MEND_THE_RECORD: Final = "Enter one where contacts are kept, and import them anew."


def _no_mail(willing: Sequence[Contact], ways: Ways, bounced: Collection[str]) -> str:
    if MAIL not in ways.platforms:
        return "E-mail is not set up (docs/mail.md)."
    names = listing([one.name for one in willing if one.key in bounced])
    returned = f"Mail to {names} came back." if names else ""
    others = listing([one.name for one in willing if one.key not in bounced], "or")
    return f"{returned} {f'There is no valid address of {others}.' if others else ''}".strip()


def _no_direct(account: Account, willing: Sequence[Contact], ways: Ways) -> str:
    names = listing([one.name for one in willing], "or")
    emails = {one.email.lower() for one in willing if one.email}
    known = [one for one in ways.people if one.email.lower() in emails]
    if any(one.account_key == account.key for one in known):
        return f"Chat with {names} is not connected."
    return f"{names} is not known in chat."
