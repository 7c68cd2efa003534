"""A RabbitMQ node for the tests of jobs: one for each process that runs tests."""

from collections.abc import Iterator

import pytest

from tests.jobs.servers import Rabbit, rabbit_in, servers_folder


@pytest.fixture(scope="session")
def rabbit() -> Iterator[Rabbit]:
    """A node of our own. Tests may kill it, and start it again before they end."""
    with servers_folder() as folder, rabbit_in(folder) as node:
        yield node
