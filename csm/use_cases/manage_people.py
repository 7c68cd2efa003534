"""Who may use the product, and which places are shared with which customer.

These are for the operator at the command line, who holds the database anyway: they need no
clearance, and chat has no way to call them.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final
from zoneinfo import available_timezones

from csm.errors import Conflict, InvalidInput
from csm.people import Audience, AudienceKind, Place, PlaceKind, Principal, Role
from csm.playbook_part import nearest
from csm.ports import Reader, Records

EMAIL: Final = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
KEY: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
# What the console calls those who have no key, and everybody.
LONGEST_NAME: Final = 200
RESERVED: Final = frozenset({"everyone", "stranger", "dm"})


def add_person(records: Records, person: Principal) -> None:
    """Add a person, or change the one with the same e-mail.

    Raises InvalidInput for a bad e-mail, key, time zone or account, and Conflict when the key is
    somebody else's.
    """
    _check(person)
    with records.writing() as writer:
        _check_account(writer, person)
        known = writer.person(person.key)
        if known is not None and known.email != person.email:
            raise Conflict(f"The key {person.key} is {known.email}'s. Choose another with --key.")
        writer.save_person(person)


def _check(person: Principal) -> None:
    if not EMAIL.fullmatch(person.email):
        raise InvalidInput(f"“{person.email}” is no e-mail address.")
    _check_name(person.name)
    if person.key in RESERVED or not KEY.fullmatch(person.key):
        raise InvalidInput(
            f"“{person.key}” is no key: use small letters, digits, dots and dashes, "
            "at most 80. Give one with --key."
        )
    if person.role is Role.STRANGER:
        raise InvalidInput("A stranger is somebody who was not added. Choose another role.")
    zones = available_timezones()
    if person.time_zone not in zones:
        raise InvalidInput(
            f"“{person.time_zone}” is no time zone{_hint(person.time_zone, zones)}. "
            "It must be a name like Europe/Berlin."
        )


def _check_name(name: str) -> None:
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise InvalidInput(
            f"A name has at most {LONGEST_NAME} characters, and neither line breaks nor controls."
        )


def _check_account(reader: Reader, person: Principal) -> None:
    if person.role is not Role.CONTACT:
        if person.account_key:
            raise InvalidInput("Only a contact belongs to an account. Leave --account out.")
        return
    if not person.account_key:
        raise InvalidInput("A contact belongs to an account: name its key with --account.")
    require_account(reader, person.account_key)


def require_account(reader: Reader, key: str) -> None:
    """Raises InvalidInput, with the nearest key, when there is no such account."""
    keys = reader.account_keys()
    if key not in keys:
        raise InvalidInput(f"There is no account with the key “{key}”{_hint(key, keys)}.")


def _hint(word: str, known: Iterable[str]) -> str:
    return nearest(word, sorted(known)).removesuffix("?")


def bind_place(
    records: Records,
    now: datetime,
    *,
    platform: str,
    workspace: str,
    channel: str,
    name: str,
    account_key: str,
) -> Place:
    """Say that a channel is shared with a customer. Raises InvalidInput for an unknown account."""
    _check_name(name)
    if channel in RESERVED or not channel.isprintable():
        raise InvalidInput("That is no channel that can be shared. Give the channel's id.")
    audience = Audience(AudienceKind.CUSTOMER, account_key)
    place = Place(platform, workspace, channel, PlaceKind.CHANNEL, audience, name)
    with records.writing() as writer:
        require_account(writer, account_key)
        writer.save_place(place, now)
    return place
