"""The same product on PostgreSQL, by one setting."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app import House
from storage.database import Database
from tests.demo import settings_for
from tests.journeys.talk import Talk


@pytest.fixture
def house(
    postgres_database: Database,
    postgres_template: str,
    tmp_path: Path,
) -> Iterator[House]:
    settings = settings_for(tmp_path).model_copy(update={"database_url": postgres_template})
    house = House(settings)
    yield house
    house.close()


def test_a_morning_on_postgresql(house: House, demo_template: Path) -> None:
    house.load_demo(lambda *_: None)
    talk = Talk(house.console)
    lite = House(settings_for(demo_template))
    on_sqlite = Talk(lite.console)
    for typed in ("/account acme", "/benchmark globex", "/renewals 90 all"):
        assert talk.say(typed).card.summary == on_sqlite.say(typed).card.summary
    lite.close()

    start = talk.say("/account acme").button("cta.start:").id
    assert "laimed by casey" in talk.press(start).text
    assert "casey claimed this" in talk.press(start, who="morgan").card.summary
    number = start.partition(":")[2]
    assert "losed by casey" in talk.say(f"/cta close {number} done").text

    assert "There is no call to action" in talk.say("/cta 999999999999999").card.summary
    talk.say(f"/cta reopen {number}")
    assert "They left" in talk.say(f"/cta close {number} lost They\0 left\ud800").text

    report = house.refresh(house.clock.today())
    assert report.accounts > 50
    assert (report.risks_opened, report.risks_closed, report.ctas_opened) == (0, 0, 0)
