"""The mailbox that replies and bounces come to, read by IMAP."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from imapclient import FLAGGED, SEEN, IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError

from bot.mail.ear import Ear
from bot.mail.inbound import MOST_READ
from csm.errors import CsmError, Unavailable

log = structlog.get_logger(__name__)

# Of one round; the next one takes the rest.
_MOST: Final = 200
_CONNECT_SECONDS: Final = 15
_ANSWER_SECONDS: Final = 60
_PART: Final = f"BODY.PEEK[]<0.{MOST_READ}>"


@dataclass(frozen=True, slots=True)
class MailboxAccount:
    """Where the mailbox is. It is spoken to by TLS from the beginning; `trust` has the
    authorities whose certificates are believed, those of the system where it is None."""

    host: str
    port: int
    username: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    trust: ssl.SSLContext | None = field(default=None, repr=False)
    seconds: float = _ANSWER_SECONDS


class Mailbox:
    """Reads what is new. Any number of processes may."""

    def __init__(self, account: MailboxAccount, ear: Ear) -> None:
        self._account = account
        self._ear = ear

    def read_new(self) -> int:
        """Have everything heard that nobody has seen; how many those were. A message is marked as
        seen once it is kept; one that cannot be taken in is flagged besides, for a person to look
        at. Raises Unavailable, Busy where the records are, and the rest stays unseen."""
        with opened(self._account) as client:
            waiting = client.search(["UNSEEN"])[:_MOST]
            for number in waiting:
                client.add_flags([number], self._heard(client, number))
        return len(waiting)

    def _heard(self, client: Any, number: int) -> list[bytes]:
        """The flags that a message has after it was heard."""
        fetched = client.fetch([number], [_PART]).get(number, {})
        raw = next((value for key, value in fetched.items() if key.startswith(b"BODY[]")), b"")
        try:
            self._ear.hear(raw)
        except CsmError:
            raise
        except Exception:  # one message must not keep the others from being heard
            log.exception("mail not understood")
            return [SEEN, FLAGGED]
        return [SEEN]


@contextmanager
def opened(account: MailboxAccount) -> Iterator[Any]:
    """The folder, ready to be read. Raises Unavailable with what is wrong."""
    try:
        timeout = SocketTimeout(min(_CONNECT_SECONDS, account.seconds), account.seconds)
        with IMAPClient(
            account.host, account.port, ssl_context=_context(account), timeout=timeout
        ) as client:
            _log_in(client, account)
            client.select_folder(account.folder)
            yield client
    except ssl.SSLCertVerificationError as error:
        why = f"The mailbox's certificate is not to be trusted: {error.verify_message}."
        raise Unavailable(why) from None
    except (OSError, IMAPClientError) as error:
        why = (
            "The mailbox cannot be read: check IMAP_HOST, IMAP_PORT and IMAP_FOLDER "
            f"({type(error).__name__})."
        )
        raise Unavailable(why) from None


def _log_in(client: Any, account: MailboxAccount) -> None:
    try:
        client.login(account.username, account.password)
    except LoginError:
        raise Unavailable("The mailbox refuses IMAP_USERNAME and IMAP_PASSWORD.") from None


def _context(account: MailboxAccount) -> ssl.SSLContext:
    return account.trust or ssl.create_default_context()
