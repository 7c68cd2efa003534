"""What comes in by e-mail, heard once, whichever way and however often it comes."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import structlog

from bot.mail.inbound import Answered, Bounced, Complained, Ignored, Inbound, id_of, read_inbound
from csm.letter import MAIL
from csm.playbook import Playbook
from csm.ports import Clock, Reader, Records, Writer
from csm.use_cases.hear_outreach import note_bounce, note_complaint, note_mail_reply

log = structlog.get_logger(__name__)

HEARD_BEFORE: Final = "heard before"


class Ear:
    """Keeps what concerns our messages."""

    def __init__(self, records: Records, playbook: Playbook, clock: Clock) -> None:
        self._records = records
        self._playbook = playbook
        self._clock = clock

    def hear(self, raw: bytes) -> str:
        """Take one message in; what it was, for the logs. It is kept and known as heard in one
        unit of work. Raises Busy or Unavailable, and then nothing was kept."""
        inbound = read_inbound(raw)
        if isinstance(inbound, Ignored):
            log.info("mail ignored", why=inbound.why)
            return "ignored"
        with self._records.writing() as writer:
            if not writer.claim_event(MAIL, _event_of(raw), self._clock.now()):
                return HEARD_BEFORE
            known = self._keep(_Joined(writer), inbound)
        what = type(inbound).__name__.lower()
        log.info("mail heard", what=what, known=known)
        return what

    def _keep(self, records: Records, inbound: Inbound) -> bool:
        """Whether it was of a message that we sent."""
        now, playbook = self._clock.now(), self._playbook
        match inbound:
            case Bounced(addresses, hard, message_id):
                return note_bounce(records, playbook, now, message_id, addresses, hard=hard)
            case Complained(message_id):
                return note_complaint(records, playbook, now, message_id)
            case Answered(message_id, sender, text):
                heard = note_mail_reply(records, playbook, now, message_id, sender, text)
                return heard is not None
            case Ignored():
                return False


class _Joined(Records):
    """Records whose units of work are all part of one that is open already."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        yield self._writer

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        yield self._writer


def _event_of(raw: bytes) -> str:
    """Its own Message-ID, of a fixed length; its bytes where it has none."""
    own = id_of(raw).encode("utf-8", "replace") or raw
    return f"heard:{hashlib.sha256(own).hexdigest()}"
