"""Whom of our own people a customer's question concerns, and how they are told."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import Final

from csm.card import Card
from csm.chart import Chart
from csm.people import Principal, Role
from csm.ports import Reader, Writer
from csm.post import Post
from csm.question import Mode, Question

_LONGEST_KEY: Final = 200

NOBODY: Final = "the customer success team"
"""What a customer is told where no owner is known."""


def owner_of(reader: Reader, account_key: str | None, on_call: str) -> Principal | None:
    """Who takes an account's questions: its CSM, else whoever is on call (a person's key), else
    the first manager by key."""
    for person in (_csm_of(reader, account_key), reader.person(on_call) if on_call else None):
        if person is not None and person.is_staff:
            return person
    return next(iter(_with_role(reader, Role.MANAGER)), None)


def managers(reader: Reader) -> list[Principal]:
    """Whom a case escalates to: the managers, or the admins where there is no manager; by key."""
    return _with_role(reader, Role.MANAGER) or _with_role(reader, Role.ADMIN)


def administrators(reader: Reader) -> list[Principal]:
    """Who looks after the product itself: the admins, or the managers where there is none; by
    key."""
    return _with_role(reader, Role.ADMIN) or _with_role(reader, Role.MANAGER)


def managers_and_admins(reader: Reader) -> list[Principal]:
    """Who is told of what stops everything: administrators alone let it go on; by key."""
    return [*_with_role(reader, Role.MANAGER), *_with_role(reader, Role.ADMIN)]


def owner_besides(
    reader: Reader, account_key: str | None, on_call: str, unreached: str
) -> Principal | None:
    """Who hears of what did not reach a person (by key) or a place: who takes the account's
    questions, else a manager, else an administrator, but never that person."""
    owner = owner_of(reader, account_key, on_call)
    asked = (owner, *managers_and_admins(reader))
    return next((one for one in asked if one and one.key != unreached), None)


def name_in(reader: Reader, key: str) -> str:
    """A person's name; their key where the name is not known any more."""
    person = reader.person(key) if key else None
    return person.name if person else key or "somebody"


def tell_colleagues(
    writer: Writer,
    key: str,
    question: Question,
    owner: Principal | None,
    card_in: Callable[[tzinfo], Card],
    now: datetime,
    *,
    in_person: bool = True,
) -> None:
    """Post a card to the places where cases are told, on the question's platform, and (`in_person`)
    to the owner's direct messages. None of it is for customers. `key` begins the posts' keys."""
    card = card_in(owner.zone if owner else UTC)
    for workspace, channel in _cases_places(writer, question.platform):
        writer.add_post(
            Post(
                key=post_key(key, workspace, channel),
                platform=question.platform,
                workspace=workspace,
                channel=channel,
                card=card.model_dump(mode="json"),
                created_at=now,
            )
        )
    if owner is not None and in_person:
        tell_person(writer, key, question.platform, owner, card, now)


def tell_person(
    writer: Writer,
    key: str,
    platform: str,
    person: Principal,
    card: Card,
    now: datetime,
    chart: Chart | None = None,
) -> bool:
    """Post a card to a colleague's direct messages: on that platform, unless they are known on
    another one only. False when they were told before."""
    platforms = {linked for linked, _, _ in writer.platform_ids(person.key)}
    post = Post(
        key=post_key(key, person.key),
        platform=platform if platform in platforms or not platforms else min(platforms),
        person_key=person.key,
        card=card.model_dump(mode="json"),
        chart=chart.model_dump(mode="json") if chart else None,
        created_at=now,
    )
    return writer.add_post(post) is not None


def post_key(*parts: str) -> str:
    """The parts as one key, its end replaced by a hash where it would be too long."""
    key = ":".join(parts)
    if len(key) <= _LONGEST_KEY:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()
    return f"{key[: _LONGEST_KEY - len(digest)]}{digest}"


def _cases_places(reader: Reader, platform: str) -> list[tuple[str, str]]:
    return [
        (place.workspace, place.channel)
        for place in reader.place_modes()
        if place.mode is Mode.CASES and place.platform == platform
    ]


def _csm_of(reader: Reader, account_key: str | None) -> Principal | None:
    known = reader.account_csm(account_key) if account_key else None
    return reader.person_by_email(known[1]) if known and known[1] else None


def _with_role(reader: Reader, role: Role) -> list[Principal]:
    return sorted((p for p in reader.people() if p.role is role), key=lambda person: person.key)
