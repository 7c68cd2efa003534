"""What fails at the moment: said once when it begins, and once when it is over.

The clock ticks twice a second. A database that is down for an hour is one line in the log, not
seven thousand.
"""

from threading import Lock

import structlog

from csm.errors import CsmError

log = structlog.get_logger(__name__)


class Outages:
    """Which parts of the work fail now, and why. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._reasons: dict[str, str] = {}
        # All that a part failed for since it worked last: some faults take turns.
        self._had: dict[str, set[str]] = {}
        self._said: set[str] = set()

    def failed(self, part: str, error: Exception) -> None:
        """Note it, and say it unless it was said since that fault began."""
        # The words of errors that are not ours may be those of customers.
        reason = str(error) if isinstance(error, CsmError) else type(error).__name__
        with self._lock:
            is_news = reason not in self._said
            self._said.add(reason)
            self._reasons[part] = reason
            self._had.setdefault(part, set()).add(reason)
        if not is_news:
            return
        if isinstance(error, CsmError):
            log.error("work fails", work=part, reason=reason)
        else:
            log.error("work fails", work=part, exc_info=error)

    def worked(self, part: str) -> None:
        """Note it, and say so where the part was the last one that its fault had stopped."""
        with self._lock:
            reason = self._reasons.pop(part, None)
            over = self._had.pop(part, set()) - set(self._reasons.values())
            self._said -= over
        if reason in over:
            log.warning("works again", work=part, reason=reason)
