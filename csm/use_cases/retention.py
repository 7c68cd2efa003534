"""What may be kept no longer, deleted: a part at a time, each in a transaction of its own.

It can be stopped at any moment and begun again: what is gone is gone, and the rest is found anew.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from csm.firing import Tell
from csm.keep_settings import KeepSettings
from csm.ports import Clock, Records
from csm.ports_keeping import Kept
from csm.wording import listing, plural

# How each kind is called, one of it and several.
_NAMES: Final[Mapping[Kept, tuple[str, str]]] = {
    Kept.USAGE: ("row of usage", "rows of usage"),
    Kept.TICKETS: ("ticket", "tickets"),
    Kept.SURVEYS: ("survey", "surveys"),
    Kept.INTERACTIONS: ("interaction", "interactions"),
    Kept.INVOICES: ("invoice", "invoices"),
    Kept.HEALTH: ("day of health", "days of health"),
    Kept.FINDINGS: ("finding", "findings"),
    Kept.CTAS: ("call to action", "calls to action"),
    Kept.QUESTIONS: ("question", "questions"),
    Kept.OUTREACH: ("message's words", "messages' words"),
    Kept.THREADS: ("line of a thread", "lines of threads"),
    Kept.POSTS: ("post", "posts"),
    Kept.EVENTS: ("event", "events"),
    Kept.FIRINGS: ("firing", "firings"),
    Kept.SNOOZES: ("snooze", "snoozes"),
    Kept.TOLD: ("digest of somebody who is gone", "digests of people who are gone"),
}


def delete_aged(records: Records, settings: KeepSettings, clock: Clock, tell: Tell) -> str:
    """Delete all that is older than the settings allow; what it was, in words. Raises Busy and
    Unavailable: what was deleted until then stays deleted."""
    now, kinds = clock.now(), list(Kept)
    counts = {}
    for done, kind in enumerate(kinds):
        tell(done, len(kinds))
        counts[kind] = _sweep(records, kind, _limit(kind, settings, now))
    tell(len(kinds), len(kinds))
    found = [plural(count, *_NAMES[kind]) for kind, count in counts.items() if count]
    return f"Deleted {listing(found)}." if found else "Nothing is old enough to be deleted."


def _limit(kind: Kept, settings: KeepSettings, now: datetime) -> datetime:
    """What is older than that goes. Those without a setting say themselves when they are over."""
    days = getattr(settings, kind.value) if kind.value in KeepSettings.model_fields else 0
    return now - timedelta(days=days)


def _sweep(records: Records, kind: Kept, before: datetime) -> int:
    count = 0
    start: int | None = 0
    while start is not None:
        with records.writing() as writer:
            swept = writer.sweep(kind, before, start)
        count, start = count + swept.count, swept.next
    return count
