"""Rules of whom a message reaches: the right person, in the right place, who may be written to."""

from collections.abc import Collection, Iterator
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from csm.account import AccountStatus, Contact
from csm.guard.look import held_awhile, passed, refused
from csm.guard.rule import Look
from csm.guard.sending import Sending
from csm.guard_settings import SendGuard
from csm.people import Audience, AudienceKind, Role
from csm.play import Category, ChannelKind
from csm.suppression import Suppression, SuppressionKind, is_against

_REFUSED_BY_THEM = frozenset({SuppressionKind.OPT_OUT, SuppressionKind.COMPLAINT})
_STOPPED_BY_US = frozenset({SuppressionKind.DO_NOT_CONTACT, SuppressionKind.LEGAL})
_CAME_BACK = frozenset({SuppressionKind.BOUNCED})


def belongs(sending: Sending, _settings: SendGuard) -> Look:
    """The account exists, the contact is one of its people, and direct messages are theirs."""
    if sending.account is None:
        return refused("there is no such account")
    if sending.contact is None:
        return refused(f"account {sending.account.key}", "no such contact there")
    inputs = [f"account {sending.account.key}", f"contact {sending.contact.key}"]
    if sending.channel is ChannelKind.DM:
        fault = _fault_of_person(sending, sending.account.key, sending.contact)
        inputs.append(fault or "the direct messages are the contact's")
        if fault:
            return refused(*inputs)
    return passed(*inputs)


def place(sending: Sending, settings: SendGuard) -> Look:
    """Nobody but people of this customer (and ours) reads the place."""
    if sending.place is None:
        if sending.channel is ChannelKind.CHANNEL:
            return refused("the shared channel is not known")
        return passed("no place: it goes to one person")
    audience = sending.place.audience
    if audience.kind is AudienceKind.UNKNOWN:
        return held_awhile(sending, settings, "it is not known who reads the place")
    read_by = f"the place is read by {audience}"
    if sending.account is None:
        return refused(read_by, "there is no such account")
    if audience != Audience(AudienceKind.CUSTOMER, sending.account.key):
        return refused(read_by, f"the message is for {sending.account.key}")
    return passed(read_by)


def reachable(sending: Sending, _settings: SendGuard) -> Look:
    """The person is still there, and what is sent would arrive."""
    faults = tuple(_faults_of_reach(sending))
    return refused(*faults) if faults else passed(f"by {sending.channel}", "the contact is there")


def consent(sending: Sending, _settings: SendGuard) -> Look:
    """They agreed to such messages and have not said no. SERVICE alone needs no consent; a no
    covers the category that it names, or everything, and a complaint always everything."""
    if sending.contact is None:
        return refused("there is nobody who could have agreed")
    inputs = [f"category {sending.category}"]
    said_no = [
        f"{one.kind.replace('_', ' ')} of {one.category or 'everything'}"
        for one in sending.suppressions
        if _concerns(one, sending, _REFUSED_BY_THEM)
    ]
    if sending.category is not Category.SERVICE:
        inputs.append("consent is given" if sending.contact.consent else "there is no consent")
        if not sending.contact.consent:
            return refused(*inputs, *said_no)
    return refused(*inputs, *said_no) if said_no else passed(*inputs)


def account_suppressed(sending: Sending, _settings: SendGuard) -> Look:
    """No colleague and no dispute forbids it, and the account has not churned."""
    if sending.account is None:
        return refused("there is no such account")
    reasons = [
        f"{one.kind.replace('_', ' ')}, said by {one.source}"
        for one in sending.suppressions
        if _concerns(one, sending, _STOPPED_BY_US)
    ]
    status = f"the account's status is {sending.account.status}"
    if reasons or sending.account.status is AccountStatus.CHURNED:
        return refused(status, *reasons)
    return passed(status, "nobody forbids it")


def _fault_of_person(sending: Sending, account_key: str, contact: Contact) -> str:
    person = sending.person
    if person is None:
        return "nobody on the platform is known to be the contact"
    if person.role is not Role.CONTACT or person.account_key != account_key:
        return "the direct messages are those of somebody who is not at this account"
    if not contact.email or person.email.lower() != contact.email.lower():
        return "the direct messages are those of another person at the account"
    return ""


def _faults_of_reach(sending: Sending) -> Iterator[str]:
    if sending.contact is None:
        yield "there is no such contact"
    elif _has_left(sending, sending.contact):
        yield f"the contact left on {sending.contact.left_on}"
    if not sending.has_courier:
        yield "nothing can be sent on that platform now"
    if sending.channel is ChannelKind.EMAIL:
        yield from _faults_of_address(sending)


def _faults_of_address(sending: Sending) -> Iterator[str]:
    address = sending.address.lower()
    if not _is_address(sending.address):
        yield "no mail can be sent to such an address"
    if sending.contact is None or sending.contact.email.lower() != address:
        yield "it is not the address that the contact has now"
    if any(_concerns(one, sending, _CAME_BACK) for one in sending.suppressions):
        yield "mail to this address came back"


def _has_left(sending: Sending, contact: Contact) -> bool:
    today = sending.now.astimezone(sending.zone).date()
    return contact.left_on is not None and contact.left_on <= today


def _concerns(
    suppression: Suppression, sending: Sending, kinds: Collection[SuppressionKind]
) -> bool:
    """Whether it is one of these, and in force for this person and this kind of message."""
    if suppression.kind not in kinds:
        return False
    contact = sending.contact
    account_key = sending.account.key if sending.account else suppression.account_key
    addresses = {sending.address.lower()}
    if contact is not None and suppression.kind is not SuppressionKind.BOUNCED:
        addresses.add(contact.email.lower())
    return is_against(suppression, account_key, contact, addresses, sending.category)


@lru_cache(maxsize=16_384)
def _is_address(address: str) -> bool:
    """Whether mail could be sent to it, as far as its letters tell. Domains that stand for tests
    are let pass: they reach nobody. A name before the @ that is not plain ASCII is not: few
    servers take it."""
    try:
        validate_email(
            address, check_deliverability=False, test_environment=True, allow_smtputf8=False
        )
    except EmailNotValidError:
        return False
    return True
