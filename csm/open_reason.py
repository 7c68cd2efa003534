"""What asks for plays at an account now: risks, leads and lifecycle moments that are open, with the
days that tell whether they still are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

# How a call to action begins to say that its reason is gone.
GONE: Final = "No longer seen since "
# A lifecycle moment is one for so long, unless a play says otherwise.
_MOMENT_DAYS: Final = 14


@dataclass(frozen=True, slots=True)
class OpenReason:
    """Since when something is open, and when it was last seen. A lifecycle moment is known by its
    call to action alone, and never seen again (None)."""

    opened_on: date
    seen_on: date | None = None

    def is_live(self, refreshed_on: date | None) -> bool:
        """Whether it was seen on the newest refresh. What could not be judged on that day stays
        open, and is no reason to write."""
        return self.seen_on is None or refreshed_on is None or self.seen_on >= refreshed_on

    def is_fresh(self, fresh_days: int | None, today: date) -> bool:
        """Whether it began within so many days; unless they are given, risks and leads are fresh
        for as long as they last."""
        if fresh_days is None and self.seen_on is not None:
            return True
        return (today - self.opened_on).days <= (fresh_days or _MOMENT_DAYS)


def open_reasons(
    findings: Iterable[tuple[str, date, date]], ctas: Iterable[tuple[str, date]]
) -> dict[str, OpenReason]:
    """By the id of the rule: of open findings (rule, opened, seen), and of calls to action (reason,
    opened) that are not closed and whose reason was not found to be gone."""
    moments = {reason: OpenReason(opened_on) for reason, opened_on in ctas}
    return moments | {rule: OpenReason(opened, seen) for rule, opened, seen in findings}


def says_it_is_gone(evidence: str) -> bool:
    """Whether a call to action says of itself that its reason is gone: it stays with the person who
    has claimed it."""
    return evidence.startswith(GONE)
