"""kill -9 at every step between approval and settlement: nothing is sent twice, nothing is lost,
and what nobody can know is told."""

import asyncio
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from csm.outreach import OutreachState
from csm.play import ChannelKind
from csm.ports_outreach import StoredOutreach
from settings import PROJECT
from storage.records import SqlRecords
from tests.bot.slack_double import BOT_USER, SlackDouble
from tests.bot.smtp_server import SmtpDouble, smtp_server
from tests.csm import outbox_scene as scene
from tests.csm.outbox_scene import MO, PAT, START, draft, in_channel
from tests.databases import sqlite_url
from tests.journeys.outbox_lives import NEVER, POINTS

KILLS = 100
# A life that comes to its end before it is killed does not count; this many may.
_QUIET = 30
_OPEN = frozenset({OutreachState.DRAFTED, OutreachState.APPROVED})


@dataclass
class Nursery:
    """The program of `tests.journeys.outbox_lives`, and the customers it writes to: each life has
    some more of them."""

    records: SqlRecords
    process: "subprocess.Popen[str]"
    slack: SlackDouble
    lives: int = 0
    ends: Counter[str] = field(default_factory=Counter)

    def live(self, point: str, nth: int) -> str:
        """The next life, in which eleven minutes later somebody comes back."""
        self.lives += 1
        self.begin(point, nth, START + self.lives * timedelta(minutes=11))
        end = self.end()
        assert end in {"killed", "quiet"}, f"{point} {nth}: {end}"
        self.ends[end] += 1
        return end

    def begin(self, point: str, nth: int, at: datetime) -> None:
        """A life at that instant."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{point} {nth} {at.isoformat()}\n")
        self.process.stdin.flush()

    def end(self) -> str:
        """How it ended, once it has."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def draft_more(self) -> None:
        draft_three(self.records, self.slack, f"q{self.lives}")

    def all_outreach(self) -> list[StoredOutreach]:
        with self.records.reading() as reader:
            return reader.outreach_list(set(OutreachState), limit=100_000)


def draft_three(records: SqlRecords, slack: SlackDouble, prefix: str) -> None:
    """Two e-mails and a message in a channel, to three customers."""
    names = [f"{prefix}x{number}" for number in range(3)]
    for name in names:
        slack.add_channel(scene.channel_of(name).channel, "U0PAT", BOT_USER)
    scene.settle_in(records, names)
    for outreach in (draft(names[0]), draft(names[1]), in_channel(names[2])):
        scene.keep(records, outreach)


@contextmanager
def slack_in_thread() -> Iterator[SlackDouble]:
    """It runs until the block ends, on a loop of its own."""
    double, loop = SlackDouble(), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    running = double.running()
    asyncio.run_coroutine_threadsafe(running.__aenter__(), loop).result(20)
    try:
        yield double
    finally:
        ending = running.__aexit__(None, None, None)
        asyncio.run_coroutine_threadsafe(ending, loop).result(20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@contextmanager
def nursery(
    records: SqlRecords, url: str, mail: SmtpDouble, slack: SlackDouble
) -> Iterator[Nursery]:
    program = [sys.executable, "-m", "tests.journeys.outbox_lives"]
    process = subprocess.Popen(
        [*program, url, str(mail.port), slack.address],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield Nursery(records, process, slack)
    finally:
        process.communicate()


@pytest.mark.parametrize("nths", [(1, 3), (2, 4)])
def test_killed_a_hundred_times_each_message_arrives_once(
    sqlite_records: SqlRecords, tmp_path: Path, nths: tuple[int, int]
) -> None:
    url = sqlite_url(tmp_path / "records.db")
    with smtp_server() as mail, slack_in_thread() as slack:
        for user, person in (("U0PAT", PAT), ("U0MO", MO)):
            slack.add_user(user, person.email)
        draft_three(sqlite_records, slack, "first")
        with nursery(sqlite_records, url, mail, slack) as lives:
            while lives.ends["killed"] < KILLS:
                assert lives.ends["quiet"] <= _QUIET
                turn = lives.lives
                lives.draft_more()
                lives.live(POINTS[turn % len(POINTS)], nths[turn // len(POINTS) % 2])
            while any(one.outreach.state in _OPEN for one in lives.all_outreach()):
                assert lives.live(NEVER, 1) == "quiet"
            _check(lives.all_outreach(), mail, slack)


def _check(kept: list[StoredOutreach], mail: SmtpDouble, slack: SlackDouble) -> None:
    arrived = Counter(one.recipients[0] for one in mail.received)
    arrived += Counter(said["channel"] for said in slack.history if said["channel"][0] == "C")
    sent = {_where(one) for one in kept if one.outreach.state is OutreachState.SENT}
    doubted = {_where(one) for one in kept if one.outreach.state is OutreachState.IN_DOUBT}
    twice = [where for where, count in arrived.items() if count > 1]
    stated = (
        f"{len(kept)} approved, {arrived.total()} received, {len(sent)} settled as sent, "
        f"{len(doubted)} in doubt, of which {len(doubted & set(arrived))} were received"
    )
    assert len(sent) + len(doubted) == len(kept), stated
    assert twice == [], stated
    assert sent <= set(arrived), stated  # nothing that we call sent was lost
    assert set(arrived) - doubted == sent, stated  # what arrived is sent, or told to a person
    # At most as many as were on their way when a life ended: two by mail, one on Slack.
    assert len(doubted) <= 2 * KILLS, stated
    assert {_where(one) for one in kept if _is_mail(one)} >= doubted - _unsent(kept, arrived), (
        stated
    )


def _unsent(kept: list[StoredOutreach], arrived: Counter[str]) -> set[str]:
    """In doubt on Slack are those alone that never came there: it is asked for the others."""
    on_slack = {_where(one) for one in kept if not _is_mail(one)}
    return {where for where in on_slack if where not in arrived}


def _is_mail(stored: StoredOutreach) -> bool:
    return stored.outreach.channel is ChannelKind.EMAIL


def _where(stored: StoredOutreach) -> str:
    return stored.outreach.address or stored.outreach.place
