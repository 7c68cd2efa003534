"""Which places' audiences must not be believed, because something changed since they were worked
out. It closes the gap between an event and the database, and between a look at the members and
a change that happened meanwhile."""


class Suspicion:
    """Counts changes. A place is suspect when one came after what was last settled for it."""

    def __init__(self) -> None:
        self._changes = 0
        self._everywhere = 0
        self._changed: dict[str, int] = {}
        self._settled: dict[str, int] = {}

    def raise_for(self, channel: str | None) -> None:
        """Something changed in this channel, or (None) perhaps anywhere."""
        self._changes += 1
        if channel is None:
            self._everywhere = self._changes
        else:
            self._changed[channel] = self._changes

    def mark(self) -> int:
        """Take this before looking, and give it to `settle` or `is_newer` after."""
        return self._changes

    def is_suspect(self, channel: str) -> bool:
        return self.is_newer(channel, self._settled.get(channel, 0))

    def is_newer(self, channel: str, mark: int) -> bool:
        """Whether something changed there after the mark was taken."""
        return max(self._everywhere, self._changed.get(channel, 0)) > mark

    def settle(self, channel: str, mark: int) -> None:
        """What was seen at the mark is now what the database says."""
        self._settled[channel] = mark
