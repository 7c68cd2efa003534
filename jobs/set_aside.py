"""Tells administrators of messages that no worker could read."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

import structlog

from csm.job import Look
from jobs.broker import SET_ASIDE

log = structlog.get_logger(__name__)

SET_ASIDE_LOOK: Final = Look(
    "set aside", "messages that no worker could read", timedelta(minutes=1)
)


class SetAside:
    """Looks at the queue of what was rejected. Administrators are told when something has come
    into it, and again after it was emptied or when more has come."""

    def __init__(self, count: Callable[[], int], tell_admins: Callable[[str, str], object]) -> None:
        self._count = count
        self._tell_admins = tell_admins
        self._told = 0

    def look(self) -> None:
        """Raises Unavailable."""
        found = self._count()
        if found > self._told:
            problem = (
                f"{found:,} messages in RabbitMQ were not for our workers, and are kept in the "
                f"queue {SET_ASIDE}. Find out who sent them there, then purge that queue."
            )
            log.error("messages set aside", count=found)
            self._tell_admins(SET_ASIDE_LOOK.name, problem)
        self._told = found
