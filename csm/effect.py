"""What a play brings about: those it wrote to against a control group that it left alone.

Everybody that the play would have written to counts from the day on which that was decided, also
where the draft was rejected or stopped: whoever decides what to send would else choose the group,
and the difference would no longer be the play's doing (intention to treat).
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

from csm.guard_settings import Effect
from csm.ports_outreach import Group, Tally


@dataclass(frozen=True, slots=True)
class Difference:
    """The share that reached the goal among those written to, less that of the control group, and
    the interval in which the true difference lies with the set confidence."""

    difference: float
    low: float
    high: float

    @property
    def is_sure(self) -> bool:
        """Whether no difference at all lies outside of the interval."""
        return not self.low <= 0 <= self.high


@dataclass(frozen=True, slots=True)
class PlayEffect:
    """One play's report. `difference` is None where there is too little to speak of one."""

    play: str
    tally: Tally
    written: Group
    control: Group
    difference: Difference | None
    missing: int  # accounts that the smaller group still lacks


def effect_of(
    play: str, tally: Tally, written: Group, control: Group, settings: Effect
) -> PlayEffect:
    """The report of a play from its counts."""
    missing = max(0, settings.least - min(written.accounts, control.accounts))
    difference = None if missing else difference_of(written, control, settings.confidence)
    return PlayEffect(play, tally, written, control, difference, missing)


def difference_of(written: Group, control: Group, confidence: float) -> Difference:
    """The difference of two shares with its interval: the hybrid score method (method 10 of
    Newcombe, Statistics in Medicine 17, 1998, 873-890), which holds for small groups and shares
    near 0 and 1, too. Both groups must have somebody in them."""
    p1, low1, high1 = wilson(written, confidence)
    p2, low2, high2 = wilson(control, confidence)
    low = p1 - p2 - math.hypot(p1 - low1, high2 - p2)
    high = p1 - p2 + math.hypot(high1 - p1, p2 - low2)
    return Difference(p1 - p2, low, high)


def wilson(group: Group, confidence: float) -> tuple[float, float, float]:
    """The share that reached the goal, and its score interval (Wilson 1927)."""
    n, share = group.accounts, group.reached / group.accounts
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    middle = share + z * z / (2 * n)
    spread = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    # Rounding must not put the share itself outside.
    low = min(share, max(0.0, (middle - spread) / scale))
    return share, low, max(share, min(1.0, (middle + spread) / scale))
