"""How fast 1,000 approved e-mails go through the outbox to a mail server on this machine, against
loops over one connection that do nothing else."""

import smtplib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path

import structlog

from bench.figures import Figure, timed
from bot.mail.courier import MailCourier
from bot.mail.links import MailLinks
from bot.mail.message import Sender
from bot.mail.server import MailServer, Security
from bot.outbox import Outbox
from bot.postman import Postman
from bot.render.mail import MailParts, mail_parts
from csm.letter import MAIL, card_of
from csm.outreach import OutreachState
from settings import PROJECT
from storage.database import open_database
from storage.records import SqlRecords
from tests.bot.smtp_server import smtp_server
from tests.csm import outbox_scene as scene
from tests.csm.outbox_scene import MovingClock, draft

MESSAGES = 1000
_WARM = 50
_PARALLEL = 8
_HELLO = "bench.example"
_SENDER = Sender("success@lanternboard.example", "Lanternboard", secret=b"bench")


def measure(folder: Path) -> list[Figure]:
    """Send as many messages every way, to the same server and in the same run; a few before, so
    that none of them pays for what is made once."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    path = folder / "outbox.db"
    database = open_database(f"sqlite:///{path}")
    database.upgrade()
    records = SqlRecords(database)
    with _mail_server() as port, _postman(records, port) as postman:
        _through_outbox(records, postman, "warm", _WARM)
        _made_one_by_one(port, _WARM)
        ours = _through_outbox(records, postman, "q", MESSAGES)
        written = _made_one_by_one(port, MESSAGES)
        ready = _made_before(port, MESSAGES)
    database.close()
    path.unlink()
    what = f"{MESSAGES:,} e-mails through the outbox, judged, claimed, sent and audited each,"
    rate = f"{MESSAGES / ours:.0f} a second"
    return [
        Figure(
            f"{what} against a loop of `smtplib` that makes and sends as many",
            f"{rate} against {MESSAGES / written:.0f} ({written / ours:.0%} of its speed)",
            "at least 50 %",
        ),
        Figure(
            f"{what} against a loop that sends what was made before",
            f"{rate} against {MESSAGES / ready:.0f} ({ready / ours:.0%} of its speed)",
            "stated",
        ),
    ]


@contextmanager
def _postman(records: SqlRecords, port: int) -> Iterator[Postman]:
    clock, desk = MovingClock(), scene.desk()
    server = MailServer("127.0.0.1", port, Security.NONE, _HELLO, parallel=_PARALLEL)
    links = MailLinks("a secret for the bench", "https://lanternboard.example")
    courier = MailCourier(server, _SENDER, links, clock)
    outbox = Outbox(records, clock, desk)
    yield Postman(records, clock, desk.playbook.answers, {MAIL: courier}, outbox)
    courier.close()


def _through_outbox(records: SqlRecords, postman: Postman, accounts: str, messages: int) -> float:
    """Seconds for messages that were approved, to as many accounts."""
    names = [f"{accounts}{number}" for number in range(messages)]
    scene.settle_in(records, names)
    ids = scene.approve_all(records, map(draft, names))
    with timed() as watch:
        while postman.deliver_waiting(MAIL):
            pass
    with records.reading() as reader:
        sent = reader.outreach_list({OutreachState.SENT}, limit=messages + _WARM)
    if not {stored.id for stored in sent}.issuperset(ids):
        raise RuntimeError(f"not all of {messages:,} messages were sent")
    return watch.seconds


def _made_one_by_one(port: int, messages: int) -> float:
    """Seconds for a loop over one connection that makes each message, as the standard library's
    manual shows it, and sends it."""
    parts = _parts()
    with timed() as watch, smtplib.SMTP("127.0.0.1", port, _HELLO) as smtp:
        for number in range(messages):
            smtp.send_message(_message(number, parts))
    return watch.seconds


def _made_before(port: int, messages: int) -> float:
    """Seconds for a loop over one connection that does nothing but send."""
    parts, ready = _parts(), list[tuple[str, bytes]]()
    for number in range(messages):
        message = _message(number, parts)
        ready.append((message["To"], message.as_bytes(policy=policy.SMTP)))
    with timed() as watch, smtplib.SMTP("127.0.0.1", port, _HELLO) as smtp:
        for to, content in ready:
            smtp.sendmail(_SENDER.address, to, content)
    return watch.seconds


def _parts() -> MailParts:
    letter = draft("q")
    return mail_parts(card_of(letter), letter.language, (scene.UNSUBSCRIBE,))


def _message(number: int, parts: MailParts) -> EmailMessage:
    """With the headers and the parts of ours."""
    message = EmailMessage()
    message["From"] = Address(_SENDER.name, addr_spec=_SENDER.address)
    message["To"] = scene.address_of(f"q{number}")
    message["Subject"] = scene.SUBJECT
    message["Date"] = scene.START
    message["Message-ID"] = make_msgid(domain=_SENDER.domain)
    message["Auto-Submitted"] = "auto-generated"
    message["List-Unsubscribe"] = f"<{scene.UNSUBSCRIBE}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(parts.text)
    message.add_alternative(parts.html, subtype="html")
    return message


@contextmanager
def _mail_server() -> Iterator[int]:
    """A mail server in a process of its own; its port."""
    command = [sys.executable, "-m", "bench.outbox"]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT
    )
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.communicate()


def _serve() -> None:
    with smtp_server() as mail:
        print(mail.port, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    _serve()
