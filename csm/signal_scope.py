"""What every family of signals needs to know besides the rows: the day, and the accounts."""

from dataclasses import dataclass

import numpy as np

from csm.signal_inputs import Bools, Floats, SignalInputs, day_number
from csm.signal_settings import SignalSettings


@dataclass(frozen=True, slots=True)
class Scope:
    """`today` is the given day; `now` its end, so that all that happened on it has happened.

    `since_start` is whole days since the contract start, NaN where that is not known.
    """

    settings: SignalSettings
    size: int
    today: float
    now: float
    since_start: Floats

    @classmethod
    def of(cls, inputs: SignalInputs, settings: SignalSettings) -> "Scope":
        today = day_number(inputs.as_of)
        return cls(
            settings=settings,
            size=len(inputs.account_ids),
            today=today,
            now=today + 1,
            since_start=today - inputs.accounts.started_on,
        )

    def happened(self, day: Floats) -> Bools:
        """Where the day or instant is known and not after the given day."""
        past: Bools = day < self.now
        return past

    def days_since(self, day: Floats) -> Floats:
        """Whole days from that day or instant to the given day; NaN stays NaN."""
        return self.today - np.floor(day)

    def silence(self, days: Floats) -> Floats:
        """Days of silence: where nothing was ever heard (NaN), silence counts from the contract
        start, or is endless where that is not known."""
        from_start = np.where(np.isnan(self.since_start), np.inf, np.maximum(self.since_start, 0))
        return np.where(np.isnan(days), from_start, days)
