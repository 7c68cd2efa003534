"""What a signal is, and the table of all signals of some accounts on one day."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np

from csm.health import Snapshot
from csm.signal_inputs import Floats, Ints


class Unit(StrEnum):
    """What a signal's number means, and so how it is written for people."""

    COUNT = "count"
    NUMBER = "number"
    SHARE = "share"  # 0 to 1
    CHANGE = "change"  # -0.3 is a fall by 30 %
    DAYS = "days"
    HOURS = "hours"
    SCORE = "score"  # 0 to 100
    MONEY = "money"  # minor units of the account's currency
    FLAG = "flag"  # 1 or 0
    LABEL = "label"  # the position in the signal's `labels`


@dataclass(frozen=True, slots=True)
class Signal:
    """One number that scorecards, risks, leads and the lifecycle read.

    `feeds` are the kinds of record it rests on: when one of them was never imported, or is too
    old, the signal is missing.
    """

    id: str
    unit: Unit
    text: str
    feeds: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SignalTable:
    """Signals by id, one value an account, in the order of `account_ids`.

    NaN is missing: we do not know. Infinity, in signals counted in days, is known to be never.
    """

    as_of: date
    account_ids: Ints
    columns: Mapping[str, Floats]

    def __len__(self) -> int:
        return len(self.account_ids)

    def __getitem__(self, signal: str) -> Floats:
        return self.columns[signal]

    def having(self, columns: Mapping[str, Floats]) -> "SignalTable":
        """The same accounts with more columns."""
        return SignalTable(self.as_of, self.account_ids, {**self.columns, **columns})

    def finite_rows(self) -> list[dict[str, float]]:
        """Each account's signals as plain numbers, without the missing ones and the nevers."""
        names = list(self.columns)
        # Four decimals are finer than anything that is shown, and keep what is stored short.
        matrix = np.round(np.column_stack([self.columns[name] for name in names]), 4)
        rows = [dict(zip(names, row, strict=True)) for row in matrix.tolist()]
        # Few are missing: taking those out is quicker than asking each number.
        for at, missing in np.argwhere(~np.isfinite(matrix)).tolist():
            del rows[at][names[missing]]
        return rows


def table_of(snapshots: Sequence[Snapshot], known: Collection[str]) -> SignalTable:
    """The signals of some accounts as they were last kept; what a snapshot lacks is missing. Each
    row is as of its own snapshot's day; the table's day is the newest of them."""
    columns = {
        name: np.array([one.signals.get(name, np.nan) for one in snapshots], dtype=np.float64)
        for name in known
    }
    ids = np.array([one.account_id for one in snapshots], dtype=np.int64)
    return SignalTable(max((one.as_of for one in snapshots), default=date.min), ids, columns)
