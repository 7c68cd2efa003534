"""Where an account stands among accounts like it: percentiles, with how many they are of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from csm.benchmark import BenchmarkLine
from csm.people import Capability, Clearance
from csm.playbook import Playbook
from csm.ports import Records
from csm.signal_table import Signal
from csm.signals import SIGNALS
from csm.use_cases.review_account import review_account


@dataclass(frozen=True, slots=True)
class Standing:
    """One number of the account among its peers'. `median` and `percentile` are None when fewer
    than the playbook's `fewest_peers` have it."""

    signal: Signal
    label: str
    value: float | None
    median: float | None
    percentile: float | None
    peers: int


@dataclass(frozen=True, slots=True)
class Benchmark:
    account_id: int
    name: str
    segment: str
    currency: str
    peers: int
    fewest_peers: int
    as_of: date | None
    standings: Sequence[Standing]


def benchmark_account(
    clearance: Clearance, records: Records, playbook: Playbook, today: date, account_id: int
) -> Benchmark:
    """Compare the playbook's benchmark signals with those of the other accounts of its segment."""
    clearance.demand(Capability.READ_ACCOUNTS)
    review = review_account(clearance, records, playbook, today, account_id)
    with records.reading() as reader:
        peers = [peer.signals for peer in reader.peer_snapshots(account_id)]
    account = review.file.stored.account
    fewest = playbook.benchmark.fewest_peers
    return Benchmark(
        account_id=account_id,
        name=account.name,
        segment=account.segment,
        currency=account.currency,
        peers=len(peers),
        fewest_peers=fewest,
        as_of=review.health.day if review.health else None,
        standings=[
            _standing(line, review.signals, peers, fewest) for line in playbook.benchmark.lines
        ],
    )


def _standing(
    line: BenchmarkLine,
    own: Mapping[str, float],
    peers: Iterable[Mapping[str, float]],
    fewest: int,
) -> Standing:
    value = own.get(line.signal)
    others = [peer[line.signal] for peer in peers if line.signal in peer]
    enough = len(others) >= fewest
    return Standing(
        signal=SIGNALS[line.signal],
        label=line.label,
        value=value,
        median=median(others) if enough else None,
        percentile=None
        if value is None or not enough
        else percentile(value, others, more_is_better=line.more_is_better),
        peers=len(others),
    )


def percentile(value: float, others: Sequence[float], *, more_is_better: bool) -> float:
    """Per cent of the others that do worse; ties count half (the mid-rank percentile)."""
    worse = sum(other < value if more_is_better else other > value for other in others)
    ties = sum(other == value for other in others)
    return 100 * (worse + ties / 2) / len(others)
