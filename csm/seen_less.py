"""Whether an account is seen clearly less well than before: data that goes stale looks like an
account that changes, and is not told as one."""

from typing import Final

CLEARLY: Final = 0.15
"""By how much a confidence, from 0 to 1, must have fallen."""


def is_seen_less(now: float | None, before: float | None) -> bool:
    """Between two confidences; False where one is not known."""
    if now is None or before is None:
        return False
    # Rounded, for 0.6 - 0.45 is a little less than 0.15.
    return round(before - now, 6) >= CLEARLY
