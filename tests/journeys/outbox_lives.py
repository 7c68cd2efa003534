"""Lives of a process that approves and sends outreach, most of them ended by SIGKILL.

Run as a program it first sends the e-mails that are drafted, so that all that is imported and
compiled once is there at once in each life. Then it reads one life a line, "point nth instant",
and forks: a life that is killed is a process that is killed. It answers with how the life ended:
"killed", "quiet" (nothing was left to do) or "broken". The points at which a life can end are
those of `POINTS`; it ends when it comes to one of them for the nth time.
"""

import asyncio
import os
import signal
import smtplib
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import structlog

from bot.couriers import Courier
from bot.mail.courier import MailCourier
from bot.mail.links import MailLinks
from bot.mail.message import Sender
from bot.mail.server import Limits, MailServer, Security
from bot.outbox import Outbox
from bot.postman import Postman
from bot.surfaces.slack.api import SlackApi
from bot.surfaces.slack.config import SlackConfig
from bot.surfaces.slack.courier import SlackCourier
from bot.surfaces.slack.directory import Directory
from bot.surfaces.slack.messenger import Messenger
from bot.surfaces.slack.whereabouts import SlackIdentity
from bot.surfaces.slack.work import Work
from csm.desk import Desk
from csm.guard.verdict import Cleared
from csm.letter import MAIL
from csm.outreach import OutreachState
from csm.people import STAFF_ONLY, Capability, clear
from csm.ports import Clock, Reader, Records, Writer
from csm.post import Post
from csm.use_cases.approve_outreach import approve
from storage.database import Database, open_database
from storage.records import SqlRecords
from tests.csm import outbox_scene as scene
from tests.csm.outbox_scene import PAT, MovingClock

# Within a transaction and after it, before a courier begins and after it is done, and between
# the last line of an e-mail and the server's answer to it.
POINTS: Final = ("uncommitted", "committed", "undelivered", "delivered", "unanswered")
NEVER: Final = "never"
_LIMITS: Final = Limits(connect=20, answer=20, verdict=20, whole=40, turn=20)


class Death:
    """Waits at a point for the nth who comes by."""

    def __init__(self, point: str, nth: int) -> None:
        self._point = point
        self._left = nth
        self._lock = threading.Lock()

    def at(self, point: str) -> None:
        if point != self._point:
            return
        with self._lock:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


class MortalRecords(Records):
    """Records whose user may die at the end of a transaction."""

    def __init__(self, records: Records, death: Death) -> None:
        self._records = records
        self._death = death

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        with self._records.reading() as reader:
            yield reader

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        with self._records.writing() as writer:
            yield writer
            self._death.at("uncommitted")
        self._death.at("committed")


class MortalCourier:
    """A courier who may die on the way there, and on the way back."""

    def __init__(self, courier: Courier, death: Death) -> None:
        self._courier = courier
        self._death = death

    @property
    def parallel(self) -> int:
        return self._courier.parallel

    def deliver(self, post: Post, cleared: Cleared | None) -> str:
        self._death.at("undelivered")
        message = self._courier.deliver(post, cleared)
        self._death.at("delivered")
        return message

    def expected_id(self, post: Post) -> str:
        return self._courier.expected_id(post)

    def find(self, post: Post) -> str | None:
        return self._courier.find(post)


def open_at_all_hours() -> Desk:
    """So many lives take days."""
    desk = scene.desk()
    guard = desk.playbook.guard
    hours = {"days": ("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "holidays": False}
    always = guard.send.hours.model_copy(update={**hours, "starts": "00:00", "ends": "23:59"})
    send = guard.send.model_copy(update={"hours": always})
    playbook = replace(desk.playbook, guard=guard.model_copy(update={"send": send}))
    return replace(desk, playbook=playbook)


def lived(*given: Any) -> int:
    """The exit status of a life that was not killed."""
    try:
        live(*given)
    except BaseException:  # noqa: BLE001 - it must end here, in the fork
        traceback.print_exc()
        return 1
    return 0


def live(
    death: Death, desk: Desk, clock: Clock, database: Database, smtp_port: int, slack: str
) -> None:
    """One life: approve what is drafted, and send what may be sent."""
    records = MortalRecords(SqlRecords(database), death)
    _die_unanswered(death)
    _approve_all(records, desk, clock)
    with slack_courier(slack, records, clock) as on_slack:
        couriers: dict[str, Courier] = {
            MAIL: MortalCourier(mail_courier(smtp_port, clock), death),
            "slack": MortalCourier(on_slack, death),
        }
        _send_all(records, desk, clock, couriers)


def rehearse(desk: Desk, database: Database, smtp_port: int) -> None:
    """The same with e-mail alone, and without a thread or a connection that is left over."""
    records, clock = SqlRecords(database), MovingClock()
    _approve_all(records, desk, clock)
    courier = mail_courier(smtp_port, clock, parallel=1)
    _send_all(records, desk, clock, {MAIL: courier})
    courier.close()
    database.close()


def _send_all(records: Records, desk: Desk, clock: Clock, couriers: Mapping[str, Courier]) -> None:
    outbox = Outbox(records, clock, desk)
    postman = Postman(records, clock, desk.playbook.answers, couriers, outbox)
    for platform in couriers:
        while postman.deliver_waiting(platform):
            pass


def mail_courier(port: int, clock: Clock, parallel: int = 2) -> MailCourier:
    server = MailServer(
        "127.0.0.1", port, Security.NONE, "lanternboard.example", parallel=parallel, limits=_LIMITS
    )
    sender = Sender("success@lanternboard.example", "Lanternboard", secret=b"key")
    links = MailLinks("a secret that is long enough", "https://lanternboard.example")
    return MailCourier(server, sender, links, clock)


@contextmanager
def slack_courier(address: str, records: Records, clock: Clock) -> Iterator[SlackCourier]:
    """One whose event loop runs in a thread of its own, until the block ends."""
    config = SlackConfig(bot_token="xoxb-test", signing_secret="secret", base_url=f"{address}/api/")
    api, work = SlackApi(config), Work(config.workers, config.waiting)
    identity = SlackIdentity(Directory(api, config), records, clock, config, work)
    messenger = Messenger(api, identity.may_surely_hear)
    courier = SlackCourier(api, messenger, identity, records, work)
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()

    async def begin() -> None:
        courier.begin()

    asyncio.run_coroutine_threadsafe(begin(), loop).result(20)
    yield courier
    asyncio.run_coroutine_threadsafe(api.close(), loop).result(20)


def _approve_all(records: Records, desk: Desk, clock: Clock) -> None:
    with records.reading() as reader:
        drafts = reader.outreach_list({OutreachState.DRAFTED})
    clearance = clear(PAT, Capability.APPROVE_OUTREACH, STAFF_ONLY)
    for stored in reversed(drafts):
        approve(clearance, records, desk, clock, stored.id, stored.outreach.fingerprint)


def _die_unanswered(death: Death) -> None:
    send, getreply = smtplib.SMTP.send, smtplib.SMTP.getreply
    waits: set[int] = set()

    def sending(smtp: smtplib.SMTP, said: Any) -> None:
        send(smtp, said)
        if said == b".\r\n":
            waits.add(id(smtp))

    def waiting(smtp: smtplib.SMTP) -> tuple[int, bytes]:
        if id(smtp) in waits:
            waits.discard(id(smtp))
            death.at("unanswered")
        return getreply(smtp)

    # In a process of its own that does nothing else.
    smtplib.SMTP.send = sending  # type: ignore[method-assign,assignment]
    smtplib.SMTP.getreply = waiting  # type: ignore[method-assign,assignment]


def main() -> None:
    url, smtp_port, slack = sys.argv[1:]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    desk, database = open_at_all_hours(), open_database(url, patience=20)
    rehearse(desk, database, int(smtp_port))
    print("ready", flush=True)
    for line in sys.stdin:
        point, nth, at = line.split()
        process = os.fork()
        if process == 0:
            clock = MovingClock(datetime.fromisoformat(at))
            os._exit(lived(Death(point, int(nth)), desk, clock, database, int(smtp_port), slack))
        _, status = os.waitpid(process, 0)
        print(_end(status), flush=True)


def _end(status: int) -> str:
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return "killed"
    return "quiet" if status == 0 else "broken"


if __name__ == "__main__":
    main()
