"""Gathering rows by account: the few vector operations that all signals are made of.

Each takes the rows' account positions, what to look at, a mask of the rows that count, and how
many accounts there are. Rows are added up in their own order, so one account's result does not
depend on which others are worked out with it.
"""

import numpy as np

from csm.signal_inputs import Bools, Floats, Ints


def count(account: Ints, where: Bools, size: int) -> Floats:
    """How many rows count."""
    return np.bincount(account[where], minlength=size).astype(np.float64)


def total(account: Ints, values: Floats, where: Bools, size: int) -> Floats:
    """The sum of the values; 0 where no row counts."""
    return np.bincount(account[where], weights=values[where], minlength=size).astype(np.float64)


def greatest(
    account: Ints, values: Floats, where: Bools, size: int, empty: float = np.nan
) -> Floats:
    """The largest value that is not NaN; `empty` where there is none."""
    kept = where & ~np.isnan(values)
    result = np.full(size, -np.inf)
    np.maximum.at(result, account[kept], values[kept])
    return np.where(count(account, kept, size) > 0, result, empty)


def least(account: Ints, values: Floats, where: Bools, size: int, empty: float = np.nan) -> Floats:
    """The smallest value that is not NaN; `empty` where there is none."""
    return -greatest(account, -values, where, size, -empty)


def ratio(part: Floats, whole: Floats, empty: float = np.nan) -> Floats:
    """part / whole; `empty` where the whole is 0. NaN stays NaN."""
    safe = np.where(whole == 0, 1.0, whole)
    return np.where(whole == 0, empty, part / safe)


def flag(where: Bools) -> Floats:
    """1 where true, else 0."""
    return where.astype(np.float64)
