"""Two processes race for the same outbox: each message is sent once."""

from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest

from csm.outreach import OutreachState
from storage.database import Database
from storage.records import SqlRecords
from tests.bot.slack_double import BOT_USER
from tests.bot.smtp_server import smtp_server
from tests.csm import outbox_scene as scene
from tests.csm.outbox_scene import START, approve, draft, in_channel
from tests.databases import sqlite_url
from tests.journeys.outbox_lives import NEVER
from tests.journeys.test_outbox_crashes import nursery, slack_in_thread

BY_MAIL, ON_SLACK = 30, 10


@pytest.fixture
def url(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> str:
    """Where both find the records."""
    if database.is_sqlite:
        return sqlite_url(tmp_path / "records.db")
    return str(request.getfixturevalue("postgres_template"))


def test_two_processes_send_each_message_once(database: Database, url: str) -> None:
    records = SqlRecords(database)
    with smtp_server() as mail, slack_in_thread() as slack, ExitStack() as stack:
        both = [stack.enter_context(nursery(records, url, mail, slack)) for _ in range(2)]
        names = [f"q{number}" for number in range(BY_MAIL + ON_SLACK)]
        scene.settle_in(records, names)
        for name in names:
            slack.add_channel(scene.channel_of(name).channel, BOT_USER)
        kind = dict.fromkeys(names[:BY_MAIL], draft) | dict.fromkeys(names[BY_MAIL:], in_channel)
        ids = [approve(records, kind[name](name)) for name in names]
        for one in both:
            one.begin(NEVER, 1, START)
        assert [one.end() for one in both] == ["quiet", "quiet"]
    received = Counter(one.recipients[0] for one in mail.received)
    received += Counter(said["channel"] for said in slack.history)
    assert received == Counter(
        scene.address_of(name) if name in names[:BY_MAIL] else scene.channel_of(name).channel
        for name in names
    )
    kept = [scene.outreach_of(records, id_) for id_ in ids]
    assert {one.state for one in kept} == {OutreachState.SENT}
    assert len({one.message for one in kept}) == len(kept)
