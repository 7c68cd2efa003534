"""A product with the demo portfolio, as the console surface sees it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app import House
from tests.demo import settings_for
from tests.journeys.answering import World, world_of
from tests.journeys.talk import Talk


@pytest.fixture
def house(demo_home: Path) -> Iterator[House]:
    """A house of one's own: what happens in it stays in it."""
    house = House(settings_for(demo_home))
    yield house
    house.close()


@pytest.fixture
def talk(house: House) -> Talk:
    return Talk(house.console)


@pytest.fixture(scope="session")
def shared_talk(demo_template: Path) -> Iterator[Talk]:
    """For tests that change nothing."""
    house = House(settings_for(demo_template))
    yield Talk(house.console)
    house.close()


@pytest.fixture
def world(house: House) -> World:
    """A house of one's own whose library is small and known."""
    return world_of(house)
