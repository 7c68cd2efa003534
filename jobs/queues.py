"""A look at the broker's queues, for those who look after the product."""

from dataclasses import dataclass

from jobs.broker import QUEUE, SET_ASIDE, answering, connection_to, declare


@dataclass(frozen=True, slots=True)
class Queues:
    """How many messages wait, how many no worker could read, and how many workers take them."""

    waiting: int
    set_aside: int
    workers: int


def look_at_queues(url: str) -> Queues:
    """Raises Unavailable, after some seconds at most."""
    connection = connection_to(url)
    try:
        with answering(connection):
            connection.ensure_connection(max_retries=1, timeout=1)
            declare(connection)
            with connection.channel() as channel:
                firings = channel.queue_declare(QUEUE, passive=True)  # type: ignore[attr-defined]
                aside = channel.queue_declare(SET_ASIDE, passive=True)  # type: ignore[attr-defined]
                return Queues(firings.message_count, aside.message_count, firings.consumer_count)
    finally:
        connection.collect()
