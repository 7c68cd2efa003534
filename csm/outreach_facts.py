"""The facts that a message to a customer may be made of, and letters filled with them.

Only what the customer may know gets here: see `csm.shareable` for what is known from signals.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import chain
from statistics import median
from typing import Any, Final, NamedTuple

from csm.account import Account, Contact, Feature, Objective, ObjectiveStatus, Ticket, Training
from csm.health import Snapshot
from csm.outreach import Fact
from csm.people import Principal
from csm.play import Letter
from csm.release import Release
from csm.shareable import SHAREABLE, Telling, shared_facts
from csm.tongue import Tongue, tongue_of
from csm.wording import percent, shorten

_TITLES: Final = frozenset({"dr", "prof", "mr", "mrs", "ms", "mx", "herr", "frau"})
_LONGEST_TEXT: Final = 200
_LONGEST_SUBJECT: Final = 120
_EMPTY_LINES: Final = re.compile(r"\n{3,}")


class FactKind(NamedTuple):
    """What a fact is called by colleagues, and how it may read."""

    label: str
    example: str


ALWAYS: Final = {
    "account_name": FactKind("Customer", "Acme"),
    "contact_name": FactKind("Recipient", "Jo Marlowe"),
    "contact_first_name": FactKind("Recipient's first name", "Jo"),
    "csm_name": FactKind("Sender", "Casey Fennimore"),
    "csm_first_name": FactKind("Sender's first name", "Casey"),
    "product": FactKind("Product", "Lanternboard"),
}
"""Known of everybody. Without a CSM the sender is the product's team."""

SPECIAL: Final = {
    "unused_feature": FactKind("Key feature that they do not use yet", "Alerts"),
    "unused_feature_peers": FactKind(
        "Accounts like theirs that use it", "9 of 12 teams like yours"
    ),
    "release_name": FactKind("Release", "Alerts by text message"),
    "release_feature": FactKind("Feature of the release", "Alerts"),
    "release_text": FactKind("What the release does", "Alerts now reach you by text message."),
    "release_link": FactKind("Page on the release", "https://help.lanternboard.example/alerts"),
    "benchmark_own": FactKind("Share of their seats in use", "68 %"),
    "benchmark_median": FactKind("Share of the seats in use at accounts like theirs", "74 %"),
    "training_course": FactKind("Courses that they have not completed", "Building dashboards"),
    "ticket_subject": FactKind("Hard ticket that was closed last", "Data imports fail"),
    "objective_title": FactKind("Objective due next", "Close the month in three days"),
}

KNOWN: Final[Mapping[str, FactKind]] = {
    **ALWAYS,
    **{each.name: FactKind(each.label, each.example) for each in SHAREABLE},
    **SPECIAL,
}
"""Every fact that there may be, by name."""


@dataclass(frozen=True, slots=True)
class Peers:
    """The other accounts of their segment: their signals, and the key features that each of those
    with any use used in the last four weeks. Fewer than `fewest` say nothing."""

    signals: Sequence[Mapping[str, Any]] = ()
    features_used: Sequence[Collection[str]] = ()
    fewest: int = 1


@dataclass(frozen=True, slots=True)
class Subject:
    """All that facts are made from: one account and one of its people on one day. `features_used`
    are those of the last four weeks, None where usage is not known. `tickets` are hard ones closed
    of late. `language` is the one that facts are said in."""

    account: Account
    contact: Contact
    csm: Principal | None
    product: str
    today: date
    language: str = "en"
    snapshot: Snapshot | None = None
    features: Sequence[Feature] = ()
    features_used: Collection[str] | None = None
    peers: Peers = Peers()
    release: Release | None = None
    trainings: Sequence[Training] = ()
    objectives: Sequence[Objective] = ()
    tickets: Sequence[Ticket] = ()

    @property
    def tongue(self) -> Tongue:
        return tongue_of(self.language)

    @property
    def data_day(self) -> date:
        return self.snapshot.as_of if self.snapshot else self.today


def facts_of(subject: Subject, only: Collection[str] = KNOWN) -> dict[str, Fact]:
    """Every fact that is known, or those of them that are asked for, by name. What a customer may
    not know is never among them."""
    made = (make(subject, only) for names, make in _MAKERS if not names.isdisjoint(only))
    return {fact.name: fact for fact in chain.from_iterable(made) if fact.name in only}


def _fact(
    name: str, text: str, source: str, as_of: date | None = None, number: float | None = None
) -> Fact:
    """One fact; what customers or systems wrote is on one line, and no longer than a line is."""
    return Fact(
        name=name,
        label=KNOWN[name].label,
        text=shorten(text, _LONGEST_TEXT),
        number=number,
        source=source,
        as_of=as_of,
    )


def _people(subject: Subject, _only: Collection[str]) -> Iterator[Fact]:
    team = subject.tongue.team.format(subject.product)
    csm = subject.csm.name if subject.csm else team
    yield _fact("account_name", subject.account.name, "accounts")
    yield _fact("contact_name", subject.contact.name, "contacts")
    yield _fact("contact_first_name", first_name(subject.contact.name), "contacts")
    yield _fact("csm_name", csm, "accounts")
    yield _fact("csm_first_name", first_name(csm) if subject.csm else team, "accounts")
    yield _fact("product", subject.product, "settings")


def first_name(name: str) -> str:
    """What a person is called by: "Jo" of "Jo Marlowe", "Dr Jo Marlowe" and "Marlowe, Jo"."""
    last, comma, first = name.partition(",")
    words = (first if comma and first.strip() else last).split()
    called = [word for word in words if word.rstrip(".").lower() not in _TITLES]
    return (called or words or [name])[0]


def _signals(subject: Subject, only: Collection[str]) -> Iterator[Fact]:
    if subject.snapshot:
        yield from shared_facts(
            Telling(
                subject.snapshot.signals,
                subject.snapshot.as_of,
                subject.account.currency,
                subject.tongue,
            ),
            only,
        )


def _unused_feature(subject: Subject, _only: Collection[str]) -> Iterator[Fact]:
    """The key feature that the most of their peers use and they do not, if most peers do."""
    everybody, used = subject.peers.features_used, subject.features_used
    if used is None or len(everybody) < subject.peers.fewest:
        return
    unused = [each for each in subject.features if each.is_key and each.key not in used]
    if not unused:
        return
    count, _, name = max(
        (_users(each, everybody), each.key, each.name or each.key) for each in unused
    )
    if count * 2 > len(everybody):
        day, tongue = subject.data_day, subject.tongue
        text = tongue.of_accounts.format(tongue.number(count), tongue.number(len(everybody)))
        yield _fact("unused_feature", name, "usage", day)
        yield _fact("unused_feature_peers", text, "usage", day, count / len(everybody))


def _users(feature: Feature, everybody: Iterable[Collection[str]]) -> int:
    return sum(feature.key in used for used in everybody)


def _release(subject: Subject, _only: Collection[str]) -> Iterator[Fact]:
    release = subject.release
    if release is None:
        return
    names = {feature.key: feature.name for feature in subject.features}
    source = "releases"
    yield _fact("release_name", release.name, source, release.on)
    yield _fact("release_feature", names.get(release.feature) or release.feature, source)
    yield _fact("release_text", release.text, source, release.on)
    yield _fact("release_link", release.link, source, release.on)


def _benchmark(subject: Subject, _only: Collection[str]) -> Iterator[Fact]:
    """Their use of seats among their peers', none of which is named."""
    own = subject.snapshot.signals.get("seat_use") if subject.snapshot else None
    others = [each["seat_use"] for each in subject.peers.signals if "seat_use" in each]
    if own is not None and len(others) >= subject.peers.fewest:
        day, middle = subject.data_day, median(others)
        yield _fact("benchmark_own", percent(own), "usage", day, own)
        yield _fact("benchmark_median", percent(middle), "usage", day, middle)


def _records(subject: Subject, _only: Collection[str]) -> Iterator[Fact]:
    day = subject.today
    courses = sorted({each.course for each in subject.trainings if each.completed_on is None})
    if courses:
        yield _fact("training_course", subject.tongue.listing(courses), "trainings", day)
    closed = [ticket for ticket in subject.tickets if ticket.closed_at and ticket.subject]
    if closed:
        last = max(closed, key=lambda ticket: (ticket.closed_at, ticket.key))
        yield _fact("ticket_subject", last.subject, "tickets", day)
    goals = [goal for goal in subject.objectives if goal.status not in _SETTLED]
    if goals:
        goal = min(goals, key=lambda goal: (goal.due_on or date.max, goal.key))
        yield _fact("objective_title", goal.title, "objectives", day)


_SETTLED: Final = frozenset({ObjectiveStatus.ACHIEVED, ObjectiveStatus.MISSED})

# What makes facts, and which.
_MAKERS: Final = (
    (frozenset(ALWAYS), _people),
    (frozenset(each.name for each in SHAREABLE), _signals),
    (frozenset({"unused_feature", "unused_feature_peers"}), _unused_feature),
    (frozenset({"release_name", "release_feature", "release_text", "release_link"}), _release),
    (frozenset({"benchmark_own", "benchmark_median"}), _benchmark),
    (frozenset({"training_course", "ticket_subject", "objective_title"}), _records),
)


@dataclass(frozen=True, slots=True)
class MissingFacts:
    """Why a letter cannot be used: what its subject tells is not known."""

    names: tuple[str, ...]


PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")


def fill(
    letter: Letter, facts: Mapping[str, Fact]
) -> tuple[str, str, tuple[str, ...]] | MissingFacts:
    """Subject and body with the facts put in, and the names of those that they tell, in the order
    of their first use. A line of the body with a fact that is not known is left out."""
    missing = tuple(name for name in names_in(letter.subject) if name not in facts)
    if missing:
        return MissingFacts(missing)
    told = [line for line in letter.body.splitlines() if set(names_in(line)) <= facts.keys()]
    body = _EMPTY_LINES.sub("\n\n", "\n".join(told)).strip()
    used = tuple(dict.fromkeys(names_in(f"{letter.subject}\n{body}")))
    subject = shorten(_put_in(letter.subject, facts), _LONGEST_SUBJECT)
    return subject, _put_in(body, facts), used


@lru_cache(maxsize=4096)
def names_in(text: str) -> tuple[str, ...]:
    """The facts that a text of a letter names, with repetitions. Kept, since the lines of the same
    few letters are asked again and again."""
    return tuple(PLACEHOLDER.findall(text))


def _put_in(text: str, facts: Mapping[str, Fact]) -> str:
    return PLACEHOLDER.sub(lambda match: facts[match[1]].text, text)
