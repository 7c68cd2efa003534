"""What questions teach: the log of them with their verdicts, and what the library lacks.

For colleagues alone: other customers, accounts and money are in here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from csm.deflection import DeflectionCounts, counts
from csm.errors import InvalidInput
from csm.gaps import Cluster, Gap, is_gap, rank_gaps
from csm.people import Capability, Clearance
from csm.ports import Records
from csm.ports_answers import StoredQuestion

DEFAULT_LOG_DAYS: Final = 30
LONGEST_LOG_DAYS: Final = 365
GAP_DAYS: Final = 90
# Each is compared with all the others, which takes a few seconds for so many.
MOST_COMPARED: Final = 2_000


@dataclass(frozen=True, slots=True)
class QuestionLog:
    """What customers asked in `days` days, newest first."""

    days: int
    questions: Sequence[StoredQuestion]
    counts: DeflectionCounts


@dataclass(frozen=True, slots=True)
class GapReport:
    """What the library lacks. `left_out`: older questions that were too many to be compared."""

    gaps: Sequence[Gap]
    left_out: int = 0


def read_log(
    clearance: Clearance, records: Records, now: datetime, days: int = DEFAULT_LOG_DAYS
) -> QuestionLog:
    """The questions of the last days. Raises InvalidInput for a period that is too long."""
    clearance.demand(Capability.ANSWER_CUSTOMERS)
    if not 1 <= days <= LONGEST_LOG_DAYS:
        raise InvalidInput(
            f"The log reaches 1 to {LONGEST_LOG_DAYS} days back, not {days}. Try /questions 30."
        )
    with records.reading() as reader:
        questions = reader.questions(now - timedelta(days=days), now)
    return QuestionLog(days, questions, counts(stored.question for stored in questions))


def find_gaps(
    clearance: Clearance, records: Records, cluster: Cluster, now: datetime, today: date
) -> GapReport:
    """What the library lacks, after the questions of the last 90 days (at most the newest
    MOST_COMPARED): most accounts first, then most ARR (as of `today`).

    Raises Unavailable when the questions cannot be compared in meaning.
    """
    clearance.demand(Capability.ANSWER_CUSTOMERS)
    with records.reading() as reader:
        asked = reader.questions(now - timedelta(days=GAP_DAYS), now)
        every = [stored for stored in asked if is_gap(stored.question)]
        lacking = every[:MOST_COMPARED]
        accounts = {stored.question.account_key for stored in lacking} - {None}
        arr = reader.arr_of([key for key in accounts if key], today)
    return GapReport(rank_gaps(lacking, cluster, arr), len(every) - len(lacking))
