"""Sockets that are cut when their time is over, however slowly the other side goes on talking."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socket import SHUT_RDWR, socket
from threading import Condition, Thread
from time import monotonic


class Deadlines:
    """So many seconds for each of them, watched by one thread: to start a timer for every message
    takes a good part of the time that the message itself does. Safe for threads."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._changed = Condition()
        self._due: dict[socket, float] = {}  # the soonest first, for all have the same time
        self._is_watched = False

    @contextmanager
    def within(self, sock: socket) -> Iterator[None]:
        """Cut it, unless the block ends in time."""
        with self._changed:
            self._due[sock] = monotonic() + self._seconds
            if not self._is_watched:
                self._is_watched = True
                Thread(target=self._watch, daemon=True).start()
        try:
            yield
        finally:
            with self._changed:
                self._due.pop(sock, None)

    def close(self) -> None:
        """Let the thread end, once nothing is on its way."""
        with self._changed:
            self._changed.notify()

    def _watch(self) -> None:
        with self._changed:
            while self._due:
                sock, due = next(iter(self._due.items()))
                left = due - monotonic()
                if left > 0:
                    # Whatever begins meanwhile is due later: nobody has to wake us.
                    self._changed.wait(left)
                else:
                    del self._due[sock]
                    with suppress(OSError):
                        sock.shutdown(SHUT_RDWR)
            self._is_watched = False
