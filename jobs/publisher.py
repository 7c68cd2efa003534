"""Firings for `worker` processes: their ids are published to RabbitMQ."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from math import ceil
from threading import Lock
from typing import Final

from kombu import Connection

from csm.use_cases.plan_firings import OFFER_AGAIN
from jobs.broker import QUEUE, SET_ASIDE, TASK, answering, celery_app, connection_to, declare

# In the queue at most, so that what is urgent does not stand behind everything else.
MOST_WAITING: Final = 1000

# While anything waits in the queue, an id that was offered is most likely there, too: offered every
# minute, its copies would fill the queue.
STILL_QUEUED: Final = timedelta(minutes=10)

# A run ends itself at its limit (`csm.deadline`). One that hangs is interrupted a little later; it
# then gets as long to say so, before its process is killed.
_SOFT_MARGIN: Final = timedelta(seconds=2)
_HARD_MARGIN: Final = timedelta(seconds=30)


class Publisher:
    """A Dispatcher for the workers of a broker. Safe to share between threads.

    It fails fast while the broker is away: what is due stays in the database and is offered again.
    """

    def __init__(self, url: str, limits_of: Callable[[Sequence[int]], Sequence[timedelta]]) -> None:
        self._url = url
        self._limits_of = limits_of
        self._app = celery_app(url)
        self._lock = Lock()
        self._open: Connection | None = None

    def room(self) -> int:
        """See Dispatcher. By what waits in the queue, whoever published it."""
        return max(0, MOST_WAITING - self.waiting())

    def patience(self) -> timedelta:
        """See Dispatcher. Of an empty queue, what nobody has taken was lost on the way."""
        return STILL_QUEUED if self.waiting() else OFFER_AGAIN

    def waiting(self) -> int:
        """How many messages no worker has taken yet. Raises Unavailable."""
        return self._count(QUEUE)

    def set_aside(self) -> int:
        """How many messages no worker could read. Raises Unavailable."""
        return self._count(SET_ASIDE)

    def offer(self, firing_ids: Sequence[int]) -> None:
        """See Dispatcher. Each message is confirmed by the broker."""
        limits = list(zip(firing_ids, self._limits_of(firing_ids), strict=True))
        with self._connection() as connection, self._app.amqp.Producer(connection) as producer:
            for firing_id, limit in limits:
                self._app.send_task(
                    TASK,
                    args=[firing_id],
                    producer=producer,
                    soft_time_limit=ceil((limit + _SOFT_MARGIN).total_seconds()),
                    time_limit=ceil((limit + _HARD_MARGIN).total_seconds()),
                )

    def stop(self, _grace: timedelta) -> list[int]:
        """See Dispatcher. Nothing runs in this process."""
        with self._lock:
            self._let_go()
        return []

    def _count(self, queue: str) -> int:
        with self._connection() as connection, connection.channel() as channel:
            declared = channel.queue_declare(queue, passive=True)  # type: ignore[attr-defined]
            return int(declared.message_count)

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        """The one connection, for one thread at a time; after a failure the next has a new one."""
        with self._lock:
            connection = self._open or connection_to(self._url)
            try:
                with answering(connection):
                    if self._open is None:
                        connection.ensure_connection(max_retries=1, interval_start=0)
                        declare(connection)
                        self._open = connection
                    yield connection
            except BaseException:
                connection.collect()
                self._open = None
                raise

    def _let_go(self) -> None:
        if self._open is not None:
            self._open.collect()
            self._open = None
