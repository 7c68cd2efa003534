"""Runs firings, and says in the log and to the meter how each ended."""

from time import monotonic

import structlog

from csm.deadline import Overdue
from csm.errors import CsmError
from csm.firing import FiringState
from csm.meter import FIRING_LAG, FIRING_SECONDS, FIRINGS, count, observe
from csm.use_cases.run_firing import Ran, Runner

log = structlog.get_logger(__name__)


class Logged:
    """A Runner that says what came of its runs."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def __call__(self, firing_id: int) -> None:
        """Raises Busy or Unavailable where the firing cannot be taken, or its end not kept."""
        began = monotonic()
        ran = self._runner.run(firing_id)
        if ran is not None:
            _say(ran)
            _count(ran, monotonic() - began)


def _say(ran: Ran) -> None:
    firing = ran.stored.firing
    bound = log.bind(
        job=firing.job, reader=firing.reader, period=firing.period, reference=firing.reference
    )
    match ran.state:
        case FiringState.DONE:
            bound.info("job done", outcome=ran.outcome)
        case FiringState.SKIPPED:
            bound.info("job skipped", reason=ran.outcome)
        case FiringState.FAILED:
            bound.error("job failed", reason=ran.outcome, exc_info=_defect(ran.error))
        case None:
            bound.warning("job was given to another run", exc_info=_defect(ran.error))
        case _ if ran.error is None:
            bound.info("job waits", reason=ran.outcome)
        case _:
            bound.error("job is tried again", reason=ran.outcome, exc_info=_defect(ran.error))


def _count(ran: Ran, seconds: float) -> None:
    firing = ran.stored.firing
    count(FIRINGS, firing.job, ran.state.value if ran.state else "lost")
    observe(FIRING_SECONDS, seconds, firing.job)
    is_put_off = ran.state is FiringState.WAITING and ran.error is None
    is_no_start = is_put_off or ran.state is FiringState.SKIPPED or firing.attempts != 1
    if firing.started_at is not None and not is_no_start:
        lag = (firing.started_at - firing.due_at).total_seconds()
        observe(FIRING_LAG, max(lag, 0), firing.job)


def _defect(error: Exception | None) -> Exception | None:
    """What a traceback helps to mend."""
    return None if isinstance(error, CsmError | Overdue) else error
