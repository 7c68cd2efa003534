"""What outreach does by itself, as the house puts it together."""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from app import House
from csm.errors import Busy
from csm.firing import Firing, NotYet
from csm.letter import MAIL
from csm.outreach import OutreachState
from csm.play import Category
from csm.use_cases.one_by_one import Failure, Round
from settings import Settings
from tests.demo import settings_for

MAIL_SETTINGS = {
    "SMTP_HOST": "127.0.0.1",
    "SMTP_SECURITY": "none",
    "MAIL_FROM": "success@digital-csm.example",
    "PUBLIC_URL": "https://csm.digital-csm.example",
    "DIGITAL_CSM_SECRET": "a-secret-of-this-test-with-40-characters",
}


@pytest.fixture
def house(demo_home: Path) -> Iterator[House]:
    house = House(settings_for(demo_home))
    yield house
    house.close()


def drafted(house: House) -> list[str]:
    with house.records.reading() as reader:
        found = reader.outreach_list({OutreachState.DRAFTED, OutreachState.HOLDOUT})
    return [stored.outreach.account_key for stored in found]


def test_the_night_drafts_once_and_tells_of_it(house: House) -> None:
    run = house.outreach.night()
    assert run.drafted
    assert not run.failures
    after_the_first = drafted(house)
    assert len(after_the_first) == run.drafted + run.held_out
    again = house.outreach.night()
    assert (again.drafted, again.held_out) == (0, 0)
    assert drafted(house) == after_the_first


def test_nothing_is_drafted_from_yesterdays_figures(house: House) -> None:
    """And that is no failure: the refresh is at work."""
    day = house.clock.today().replace(day=house.clock.today().day + 1)
    tomorrow = House(Settings(DIGITAL_CSM_HOME=house.settings.home, DIGITAL_CSM_AS_OF=day))
    firing = Firing(
        job="nudges", period=day.isoformat(), due_at=datetime.combine(day, time(3), UTC)
    )
    try:
        with pytest.raises(NotYet, match="health"):
            tomorrow.work.tasks()["nudges"](firing, lambda _done, _total: None)
        assert drafted(tomorrow) == []
    finally:
        tomorrow.close()


def test_what_fails_with_one_draft_is_logged_with_its_number(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not with the words of errors that are not ours: they may be a customer's."""
    broken, busy = Failure(7, ValueError("Dear Casey")), Failure(8, Busy("Try again."))
    for name, failure in (("approve_due", broken), ("wake_snoozed", broken), ("expire", busy)):
        went = Round(1, [failure])
        monkeypatch.setattr(f"parts.outreach.{name}", lambda *_, went=went: went)
    with capture_logs() as logs:
        house.outreach.due()
        house.outreach.tend()
    told = [(line["event"], line["outreach"], line["problem"]) for line in logs]
    assert told == [
        ("not let go by itself", 7, "ValueError"),
        ("not brought back", 7, "ValueError"),
        ("not withdrawn", 8, "Try again."),
    ]


def test_drafts_are_part_of_the_products_own_work(house: House) -> None:
    assert "nudges" in house.work.tasks()
    looks = house.work.looks(None)
    assert {"release", "drafts"} <= looks.keys()
    assert not {"outbox", "mailbox"} & looks.keys()
    assert "outbox" in house.work.looks(lambda: None)


def test_without_its_settings_there_is_no_mail(house: House) -> None:
    assert MAIL not in house.desk.platforms
    assert house.mail.routes is None
    house.outreach.send_mail()
    house.outreach.read_mail()


def test_with_its_settings_there_is(demo_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in MAIL_SETTINGS.items():
        monkeypatch.setenv(name, value)
    house = House(Settings(DIGITAL_CSM_HOME=demo_home))
    try:
        assert MAIL in house.desk.platforms
        assert house.mail.routes is not None
        link = house.desk.unsubscribe("acme", "acme-1", Category.SUCCESS)
        assert link.startswith(MAIL_SETTINGS["PUBLIC_URL"])
    finally:
        house.close()
