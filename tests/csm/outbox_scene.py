"""Customers, colleagues, and messages that were approved and that every rule lets pass."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, Final

from csm.account import ContactRole
from csm.condition import Condition
from csm.desk import Desk
from csm.letter import MAIL, post_of
from csm.outreach import Outreach, OutreachState
from csm.people import Audience, AudienceKind, Place, PlaceKind, Principal, Role
from csm.play import Category, ChannelKind, Goal, Letter, OutreachPlan, Play
from csm.playbook import Playbook
from csm.ports import Records, Table
from csm.ports_answers import StoredPost
from csm.ports_outreach import StoredOutreach
from tests.csm.shipped import shipped_playbook

# A Wednesday morning, for everybody here; nothing of it is near a change of clocks.
START: Final = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)
PLAY: Final = "dashboards_together"
OTHER_PLAY: Final = "reports_together"
PAT: Final = Principal("pat", "Pat Field", Role.CSM, "pat@lanternboard.example")
MO: Final = Principal("mo", "Mo Lane", Role.MANAGER, "mo@lanternboard.example")
SUBJECT: Final = "Your dashboards"
BODY: Final = "Hello,\n\nshall we look at your dashboards together?\n\nPat"
OTHER_BODY: Final = "Hello,\n\nshall we look at your reports together?\n\nPat"
UNSUBSCRIBE: Final = "https://lanternboard.example/unsubscribe/abc123"


class MovingClock:
    """Time that moves when the test says so, in both directions."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def today(self) -> date:
        return self.at.date()

    def pass_by(self, **time: float) -> None:
        self.at += timedelta(**time)


@cache
def playbook(least: int = 1_000_000, contact_most: int = 100) -> Playbook:
    """The shipped one, with two plays of our own whose messages rest on no facts. The breaker
    trips at `least`; a contact may have `contact_most` messages in a fortnight."""
    shipped = shipped_playbook()
    send = shipped.guard.send
    often = {"contact_most": contact_most, "account_most": 100}
    guard = shipped.guard.model_copy(
        update={
            "send": send.model_copy(
                update={
                    "breaker": send.breaker.model_copy(update={"least": least}),
                    "frequency": send.frequency.model_copy(update=often),
                }
            )
        }
    )
    plays = {**shipped.plays, PLAY: _play(PLAY, BODY), OTHER_PLAY: _play(OTHER_PLAY, OTHER_BODY)}
    return replace(shipped, guard=guard, plays=plays)


def _play(key: str, body: str) -> Play:
    goal = Goal.model_construct(name="They come", when=Condition.model_construct(), within_days=30)
    return Play(
        id=key,
        name=key.replace("_", " ").capitalize(),
        purpose="To look at something together.",
        steps=("Look at it together.",),
        outreach=OutreachPlan.model_construct(
            when=None,
            segments=(),
            to=(ContactRole.CHAMPION,),
            category=Category.SUCCESS,
            tone="warm",
            facts=(),
            channels=tuple(ChannelKind),
            cooldown_days=1,
            goal=goal,
            letters=(Letter(language="en", subject=SUBJECT, body=body),),
        ),
    )


def desk(**changes: Any) -> Desk:
    platforms = frozenset({MAIL, "slack", "console"})
    return Desk(playbook(**changes), platforms, lambda *_: UNSUBSCRIBE)


def settle_in(records: Records, accounts: Sequence[str]) -> None:
    """Those customers, each with a champion called bo and a shared channel of its own on Slack,
    and the two colleagues."""
    _put(
        records,
        "accounts",
        ("key", "name", "csm_email", "domain"),
        *((key, f"Zorbex {key}", PAT.email, f"{key}.example") for key in accounts),
    )
    _put(
        records,
        "contacts",
        ("account_key", "key", "name", "email", "role", "consent"),
        *((key, "bo", f"Bo Q{key}", address_of(key), "champion", True) for key in accounts),
    )
    with records.writing() as writer:
        for person in (PAT, MO):
            writer.save_person(person)
        for key in accounts:
            writer.save_place(channel_of(key), START)


def address_of(account_key: str) -> str:
    return f"bo@{account_key}.example"


def channel_of(account_key: str) -> Place:
    audience = Audience(AudienceKind.CUSTOMER, account_key)
    return Place("slack", "T0OURS", f"C{account_key.upper()}", PlaceKind.CHANNEL, audience)


def draft(account_key: str, key: str = "", **changes: Any) -> Outreach:
    """An e-mail to their champion."""
    mail = playbook().guard.mail
    drafted = Outreach(
        key=key or f"{PLAY}:{account_key}",
        account_key=account_key,
        play=PLAY,
        category=Category.SUCCESS,
        author=MO.key,
        contact_key="bo",
        contact_name=f"Bo Q{account_key}",
        channel=ChannelKind.EMAIL,
        platform=MAIL,
        address=address_of(account_key),
        subject=SUBJECT,
        body=BODY,
        footer=f"{mail.identity}\n{mail.unsubscribe.replace('{unsubscribe}', UNSUBSCRIBE)}",
        drafted_subject=SUBJECT,
        drafted_body=BODY,
        state=OutreachState.DRAFTED,
        drafted_at=START,
        goal_by=START.date() + timedelta(days=30),
    )
    return drafted.model_copy(update=changes)


def in_channel(account_key: str, key: str = "", **changes: Any) -> Outreach:
    """The same in their shared channel."""
    place = channel_of(account_key)
    where = {
        "channel": ChannelKind.CHANNEL,
        "platform": place.platform,
        "workspace": place.workspace,
        "place": place.channel,
        "address": "",
        "footer": "",
    }
    return draft(account_key, key, **{**where, **changes})


def keep(records: Records, outreach: Outreach) -> int:
    with records.writing() as writer:
        kept = writer.add_outreach(outreach)
    assert kept is not None
    return kept


def approve(records: Records, outreach: Outreach, at: datetime = START, **changes: Any) -> int:
    """Keep it as its CSM approved it, with its row in the outbox; its id."""
    return approve_all(records, [outreach], at, **changes)[0]


def approve_all(
    records: Records, drafts: Iterable[Outreach], at: datetime = START, **changes: Any
) -> list[int]:
    """The same for many."""
    ids = []
    with records.writing() as writer:
        for outreach in drafts:
            leave = {
                "state": OutreachState.APPROVED,
                "approved_by": PAT.key,
                "approved_at": at,
                "approval_until": at + timedelta(hours=72),
                "approved_fingerprint": outreach.fingerprint,
            }
            approved = outreach.model_copy(update={**leave, **changes})
            kept = writer.add_outreach(approved)
            assert kept is not None
            writer.add_post(post_of(kept, approved, at))
            ids.append(kept)
    return ids


def outreach_of(records: Records, outreach_id: int) -> Outreach:
    return stored_of(records, outreach_id).outreach


def stored_of(records: Records, outreach_id: int) -> StoredOutreach:
    with records.reading() as reader:
        stored = reader.outreach(outreach_id)
    assert stored is not None
    return stored


def post_in(records: Records, outreach_id: int) -> StoredPost | None:
    with records.reading() as reader:
        return reader.outreach_post(outreach_id)


def audited(records: Records, outreach_id: int) -> list[str]:
    """What was done to it, in order."""
    with records.reading() as reader:
        return [one.entry.what for one in reader.audit_of(f"outreach:{outreach_id}")]


def notices(records: Records, person: Principal = PAT) -> list[str]:
    """The titles and summaries of cards that wait for a colleague."""
    with records.reading() as reader:
        waiting = [stored.post for stored in reader.posts("waiting", limit=1000)]
    cards = [post.card for post in waiting if post.person_key == person.key]
    return [f"{card['title']}: {card['summary']}" for card in cards]


def _put(records: Records, kind: str, columns: Sequence[str], *rows: tuple[Any, ...]) -> None:
    with records.writing() as writer:
        table = Table(kind, tuple(columns), rows, len(rows))
        writer.write_table(table, START.date(), lambda _done: None)
