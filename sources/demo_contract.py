"""The demo's contracts: accounts, contacts, subscriptions, bills."""

from collections.abc import Iterator
from typing import Final

from csm.account import Account, Contact, Invoice, Subscription
from sources.demo_catalogue import CSM_EMAIL, PRODUCT, TITLES
from sources.demo_scene import Scene

_BILL_EVERY_DAYS: Final = 91
_BILLS: Final = 4
_DAYS_TO_PAY: Final = 30
_LANGUAGE_OF: Final = {"AT": "de", "CH": "de", "DE": "de"}


def account(scene: Scene) -> Account:
    story = scene.story
    return Account(
        key=story.key,
        name=story.name,
        aliases=story.aliases,
        domain=scene.domain,
        parent_key=story.parent,
        status=story.status,
        segment=story.segment,
        tier=story.tier,
        touch=story.touch,
        industry=story.industry,
        region=story.region,
        country=story.country,
        time_zone=story.time_zone,
        currency=story.currency,
        csm_email=CSM_EMAIL[story.csm],
        started_on=scene.started,
    )


def contacts(scene: Scene) -> Iterator[Contact]:
    for role, person in scene.people.items():
        yield Contact(
            key=scene.key(role),
            name=person.name,
            email=scene.email(role),
            title=person.title or TITLES[role],
            role=role,
            language=_LANGUAGE_OF.get(scene.story.country, "en"),
            time_zone=person.time_zone,
            last_active_on=None if person.active is None else scene.on(person.active),
            left_on=None if person.left is None else scene.on(person.left),
        )


def subscriptions(scene: Scene) -> Iterator[Subscription]:
    story = scene.story
    ended = None if story.ended is None else scene.on(story.ended)
    yield Subscription(
        key=scene.key("main"),
        product=PRODUCT,
        plan=story.tier,
        seats=story.seats,
        arr=0 if story.is_trial else scene.minor(story.arr),
        currency=story.currency,
        started_on=scene.started,
        ends_on=ended,
        renews_on=None if ended else scene.on(-story.renews_in),
        auto_renew=story.auto_renew,
        trial=story.is_trial,
    )
    for number, deal in enumerate(story.deals, 1):
        gone = None if deal.ended is None else scene.on(deal.ended)
        yield Subscription(
            key=scene.key("extra", number),
            product=deal.product,
            plan=story.tier,
            seats=deal.seats,
            arr=scene.minor(deal.arr),
            currency=story.currency,
            started_on=scene.on(deal.began),
            ends_on=gone,
            renews_on=None if gone else scene.on(-story.renews_in),
            auto_renew=story.auto_renew,
        )


def invoices(scene: Scene) -> Iterator[Invoice]:
    """Quarterly bills; the newest is the one that a story leaves unpaid."""
    story = scene.story
    if story.is_trial:
        return
    due_ago = 12 if story.unpaid is None else story.unpaid
    for number in range(_BILLS):
        due = due_ago + number * _BILL_EVERY_DAYS
        issued = due + _DAYS_TO_PAY
        if issued > scene.age or (story.ended is not None and issued < story.ended):
            continue
        is_open = number == 0 and (story.unpaid is not None or story.failed is not None)
        yield Invoice(
            key=scene.key("bill", number + 1),
            amount=scene.minor(story.arr) // 4,
            currency=story.currency,
            issued_on=scene.on(issued),
            due_on=scene.on(due),
            paid_on=None if is_open else scene.on(due + 4),
            failed_on=scene.on(story.failed) if is_open and story.failed is not None else None,
        )
