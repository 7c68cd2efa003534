"""What drafts are made from: the records of some accounts, read with the same few questions however
many accounts there are."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from csm.account import AccountStatus, Contact, Feature, Priority, Ticket
from csm.all_but import AllBut
from csm.customer_names import ForeignNames
from csm.desk import Desk
from csm.outreach_facts import Peers, Subject
from csm.outreach_plan import Ways
from csm.play_trigger import Standing
from csm.playbook import Playbook
from csm.ports import Reader
from csm.ports_outreach import Dealings, SuccessRecords
from csm.release import Release, news_for

# What "used" means where facts and releases speak of it.
USED_WITHIN: Final = timedelta(days=28)
# As long as the lifecycle's moment after a hard ticket lasts.
_CLOSED_WITHIN: Final = timedelta(days=7)
_USAGE: Final = "usage"

PeersOf = Callable[[Reader, Dealings], Peers]


@dataclass(frozen=True, slots=True)
class Ground:
    """One account, as a draft for it is made. `features_used` is None where usage is unknown,
    `foreign` what other customers are called, and `foreign_contacts` their people."""

    dealings: Dealings
    ways: Ways
    product: str
    today: date
    features: Sequence[Feature]
    features_used: Collection[str] | None
    peers: Peers
    release: Release | None
    records: SuccessRecords
    foreign: ForeignNames
    foreign_contacts: ForeignNames

    def subject(self, contact: Contact, language: str) -> Subject:
        """What facts for that contact are made from."""
        return Subject(
            account=self.dealings.account,
            contact=contact,
            csm=self.dealings.csm,
            product=self.product,
            today=self.today,
            language=language,
            snapshot=self.dealings.snapshot,
            features=self.features,
            features_used=self.features_used,
            peers=self.peers,
            release=self.release,
            trainings=self.records.trainings,
            objectives=self.records.objectives,
            tickets=[ticket for ticket in self.records.closed_tickets if _is_hard(ticket)],
        )


def memory(playbook: Playbook) -> timedelta:
    """How far back what was written to an account matters to a draft."""
    plans = (play.outreach for play in playbook.plays.values() if play.outreach)
    days = max((plan.cooldown_days for plan in plans), default=1)
    return timedelta(days=max(days, playbook.guard.send.frequency.longest_days))


def grounds_of(
    reader: Reader,
    desk: Desk,
    now: datetime,
    today: date,
    account_keys: Collection[str],
    peers_of: PeersOf,
) -> dict[str, Ground]:
    """By account key, of those accounts that exist."""
    dealings = reader.dealings(account_keys, now, now - memory(desk.playbook))
    ids = [one.account_id for one in dealings.values()]
    used = features_used(reader, ids, today)
    records = reader.success_records(ids, now - _CLOSED_WITHIN)
    features = reader.features()
    names, contacts = reader.customer_names(), reader.contact_names()
    ways = _ways(reader, desk, dealings.keys())
    return {
        key: Ground(
            dealings=one,
            ways=ways[key],
            product=desk.playbook.guard.mail.product,
            today=today,
            features=features,
            features_used=None if used is None else used.get(one.account_id, frozenset()),
            peers=peers_of(reader, one),
            release=news_for(
                desk.playbook.releases, (used or {}).get(one.account_id, frozenset()), today
            ),
            records=records.get(one.account_id, SuccessRecords()),
            foreign=ForeignNames(names, key),
            foreign_contacts=ForeignNames(contacts, key),
        )
        for key, one in dealings.items()
    }


def features_used(
    reader: Reader, account_ids: Collection[int], today: date
) -> dict[int, frozenset[str]] | None:
    """Keys of the features that each account used in the last four weeks; accounts without any use
    are absent. None where no usage was ever imported."""
    if _USAGE not in reader.feeds():
        return None
    return reader.features_used(account_ids, today - USED_WITHIN + timedelta(days=1), today)


def own_peers(playbook: Playbook, today: date) -> PeersOf:
    """The peers of one account, read for it alone."""

    def peers_of(reader: Reader, dealings: Dealings) -> Peers:
        snapshots = reader.peer_snapshots(dealings.account_id)
        used = features_used(reader, [one.account_id for one in snapshots], today)
        return Peers(
            [one.signals for one in snapshots],
            list((used or {}).values()),
            playbook.benchmark.fewest_peers,
        )

    return peers_of


def shared_peers(playbook: Playbook, standings: Sequence[Standing]) -> PeersOf:
    """The peers of each account among all that stand there, which are gone through once."""
    segments: dict[str, _Segment] = defaultdict(_Segment)
    for standing in standings:
        if standing.account.status is not AccountStatus.CHURNED:
            segments[standing.account.segment].add(standing)

    def peers_of(_reader: Reader, dealings: Dealings) -> Peers:
        segment = segments[dealings.account.segment]
        return segment.peers_of(dealings.account_id, playbook.benchmark.fewest_peers)

    return peers_of


@dataclass(slots=True)
class _Segment:
    """What is known of its accounts, and where in that each account's own is, by its id."""

    signals: list[Mapping[str, Any]] = field(default_factory=list)
    features_used: list[Collection[str]] = field(default_factory=list)
    _own_signals: dict[int, int] = field(default_factory=dict)
    _own_features: dict[int, int] = field(default_factory=dict)

    def add(self, standing: Standing) -> None:
        snapshot = standing.snapshot
        if snapshot is None:
            return
        self._own_signals[standing.account_id] = len(self.signals)
        self.signals.append(snapshot.signals)
        if standing.features_used:
            self._own_features[standing.account_id] = len(self.features_used)
            self.features_used.append(standing.features_used)

    def peers_of(self, account_id: int, fewest: int) -> Peers:
        return Peers(
            AllBut(self.signals, self._own_signals.get(account_id)),
            AllBut(self.features_used, self._own_features.get(account_id)),
            fewest,
        )


def _ways(reader: Reader, desk: Desk, account_keys: Collection[str]) -> dict[str, Ways]:
    people = reader.people_of_accounts(account_keys)
    links = reader.platforms_of_accounts(account_keys)
    places = reader.shared_places(account_keys)
    return {
        key: Ways(
            people=people.get(key, ()),
            links={one.key: links.get(one.key, frozenset()) for one in people.get(key, ())},
            places=places.get(key, ()),
            platforms=desk.platforms,
        )
        for key in account_keys
    }


def _is_hard(ticket: Ticket) -> bool:
    return ticket.priority is Priority.URGENT or ticket.escalated
