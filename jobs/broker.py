"""RabbitMQ as we use it: one queue of ids of firings, and one for what no worker can read.

Messages are hints. What is due, and how far it came, is in the database: a message that is lost, or
comes twice, does no harm.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from celery import Celery
from kombu import Connection, Exchange, Queue
from kombu.exceptions import OperationalError

from csm.errors import Unavailable

TASK: Final = "digital_csm.run_firing"
QUEUE: Final = "digital_csm"
SET_ASIDE: Final = "digital_csm.set_aside"

# Seconds for a connection, an answer, and a confirmation: whoever plans is not kept for longer.
PATIENCE_S: Final = 5.0
_HEARTBEAT_S: Final = 30

_AWAY: Final = (
    "RabbitMQ does not answer. Check that it runs, and that BROKER_URL is right. "
    "What is due waits until it is back."
)

_ASIDE: Final = Queue(
    SET_ASIDE, Exchange(SET_ASIDE, type="fanout", durable=True), routing_key="", durable=True
)
_FIRINGS: Final = Queue(
    QUEUE,
    Exchange(QUEUE, type="direct", durable=True),
    routing_key=QUEUE,
    durable=True,
    # What a worker rejects goes there, instead of being lost.
    queue_arguments={"x-dead-letter-exchange": SET_ASIDE},
)


def celery_app(url: str) -> Celery:
    """Celery with our one queue: JSON only, no results, each message acknowledged when its firing
    has been run."""
    app = Celery("digital_csm", broker=url, set_as_current=False)
    app.conf.update(
        task_queues=[_FIRINGS],
        task_default_queue=QUEUE,
        task_create_missing_queues=False,
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_publish_retry=False,
        worker_consumer="jobs.intake:Intake",
        worker_prefetch_multiplier=1,
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        broker_connection_timeout=PATIENCE_S,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_heartbeat=_HEARTBEAT_S,
        enable_utc=True,
        timezone="UTC",
    )
    return app


def connection_to(url: str) -> Connection:
    """A connection for asking and publishing. Nothing is connected to yet."""
    return Connection(
        url,
        connect_timeout=PATIENCE_S,
        transport_options={
            "confirm_publish": True,
            "read_timeout": PATIENCE_S,
            "write_timeout": PATIENCE_S,
        },
    )


def declare(connection: Connection) -> None:
    """Make both queues, should they not be there."""
    with connection.channel() as channel:
        for queue in (_ASIDE, _FIRINGS):
            queue(channel).declare()


@contextmanager
def answering(connection: Connection) -> Iterator[None]:
    """Turn the broker's errors in a block into Unavailable."""
    broken = (*connection.connection_errors, *connection.channel_errors)
    away: tuple[type[BaseException], ...] = (OperationalError, *broken)
    try:
        yield
    except away as error:
        raise Unavailable(_AWAY) from error
