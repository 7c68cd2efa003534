"""What the broker's queues hold, asked for by those who look after the product."""

from datetime import timedelta

import pytest

from csm.errors import Unavailable
from jobs.broker import connection_to, declare
from jobs.publisher import Publisher
from jobs.queues import Queues, look_at_queues
from tests.jobs.servers import Rabbit


def test_queues_are_counted(rabbit: Rabbit) -> None:
    with connection_to(rabbit.url) as connection:
        declare(connection)
        channel = connection.channel()
        channel.queue_purge("digital_csm")  # type: ignore[attr-defined]
    before = look_at_queues(rabbit.url)
    publisher = Publisher(rabbit.url, lambda ids: [timedelta(minutes=1) for _ in ids])
    publisher.offer([1, 2, 3])
    publisher.stop(timedelta())
    assert look_at_queues(rabbit.url) == Queues(3, before.set_aside, 0)


def test_a_broker_that_is_away_is_said_so() -> None:
    with pytest.raises(Unavailable, match="RabbitMQ does not answer"):
        look_at_queues("amqp://guest:guest@127.0.0.1:1//")
