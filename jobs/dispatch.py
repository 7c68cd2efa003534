"""What the schedule needs of those around it: who plans, who watches, who does the work."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol


class Planner(Protocol):
    """Makes firings of appointments, and knows those that are ready to be run."""

    def sync(self) -> object: ...
    def plan(self) -> object: ...
    def ready(self, limit: int, patience: timedelta) -> list[int]: ...
    def offered(self, firing_ids: Sequence[int]) -> object: ...


class Watch(Protocol):
    """Gives the firings of those that died to others."""

    def look(self) -> object: ...


class Dispatcher(Protocol):
    """Brings ids of firings to whoever runs them. An id that is lost on the way, or comes twice,
    does no harm: the row of the firing is the truth. Raises Unavailable where it cannot."""

    def room(self) -> int:
        """How many more it takes now."""
        ...

    def patience(self) -> timedelta:
        """After how long an id that was offered, and that nobody has taken, may be lost."""
        ...

    def offer(self, firing_ids: Sequence[int]) -> None: ...
    def stop(self, grace: timedelta) -> list[int]:
        """Take no more, and wait so long at most for what runs here; what it then gave up on."""
        ...
