"""Brings messages to a mail server, over a few connections that are used again and again.

What a failure means depends on how far the message had come. Until its last line is sent, nothing
has been delivered. From then until the server's answer it may have been. What the server answers
is believed.
"""

import re
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import BoundedSemaphore
from typing import Final

from bot.couriers import AddressRefused, InDoubt, NotNow, Undeliverable
from bot.mail.deadlines import Deadlines
from bot.mail.server import BUSY, MISCONFIGURED, TROUBLES, MailServer, opened
from bot.mail.status import Answer

# Seconds. Greylisting wants some minutes: postgrey's default is five.
_GREYLISTED: Final = 330.0
_DONE: Final = 250
_GO_ON: Final = 354
_CLOSING: Final = 421
# RFC 5321, 4.5.2: a line that begins with a dot gets another one.
_DOT: Final = re.compile(rb"^\.", re.MULTILINE)


class NothingTakenError(Exception):
    """The connection was gone before the server had taken anything of the message."""


class Connection:
    """One connection to the server, ready for messages. Raises NotNow where none can be had."""

    def __init__(self, server: MailServer, deadlines: Deadlines) -> None:
        self._limits = server.limits
        self._deadlines = deadlines
        self._smtp = opened(server)

    @property
    def is_open(self) -> bool:
        return self._smtp.sock is not None

    def close(self) -> None:
        """Say goodbye, where anybody listens."""
        with suppress(*TROUBLES):
            self._smtp.quit()
        self._smtp.close()

    def carry(self, sender: str, recipient: str, message: bytes) -> None:
        """Hand one message in. Raises NotNow, Undeliverable, AddressRefused, InDoubt and
        NothingTakenError; afterwards it is closed, or ready for the next one."""
        sock = self._smtp.sock
        if sock is None:
            raise NothingTakenError
        try:
            with self._deadlines.within(sock):
                self._begin(sender)
                self._address(recipient)
                self._hand_in(message)
        except (NotNow, Undeliverable):
            self._put_in_order()
            raise
        except BaseException:
            self._smtp.close()
            raise

    def _begin(self, sender: str) -> None:
        try:
            answer = Answer.of(*self._smtp.mail(sender))
        except TROUBLES as error:
            raise NothingTakenError from error
        if answer.code == _CLOSING:
            raise NothingTakenError
        if answer.is_refusal_for_good:
            # Our settings are at fault, not the message: it waits for somebody to mend them.
            refused = f"The mail server does not let me send from MAIL_FROM ({answer})."
            raise NotNow(refused, MISCONFIGURED)
        _demand(answer, _DONE)

    def _address(self, recipient: str) -> None:
        with _not_arrived():
            answer = Answer.of(*self._smtp.rcpt(recipient))
        if answer.is_of_address:
            raise AddressRefused(f"There is no such mailbox, says their mail server ({answer}).")
        _demand(answer, _DONE)

    def _hand_in(self, message: bytes) -> None:
        """The message. Its last line goes by itself, so that it is known whether it went."""
        with _not_arrived():
            _demand(Answer.of(*self._smtp.docmd("DATA")), _GO_ON)
            self._smtp.send(_DOT.sub(b"..", message))
        try:
            self._wait_at_most(self._limits.verdict)
            self._smtp.send(b".\r\n")
            answer = Answer.of(*self._smtp.getreply())
            self._wait_at_most(self._limits.answer)
        except TROUBLES as error:
            raise InDoubt("The mail server did not say whether it took it.") from error
        if answer.code != _DONE and not answer.is_refusal:
            raise InDoubt(f"The mail server did not say clearly whether it took it ({answer}).")
        _demand(answer, _DONE)

    def _put_in_order(self) -> None:
        """Forget what was begun. A server that cannot is left."""
        try:
            is_ready = self._smtp.rset()[0] == _DONE
        except TROUBLES:
            is_ready = False
        if not is_ready:
            self._smtp.close()

    def _wait_at_most(self, seconds: float) -> None:
        if self._smtp.sock is not None:
            self._smtp.sock.settimeout(seconds)


class Connections:
    """At most `server.parallel` of them at once, kept for the next message. Safe for threads."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._turns = BoundedSemaphore(server.parallel)
        self._idle: deque[Connection] = deque()
        self._deadlines = Deadlines(server.limits.whole)

    def carry(self, sender: str, recipient: str, message: bytes) -> None:
        """Hand one message in. Raises NotNow, Undeliverable, AddressRefused or InDoubt."""
        if not self._turns.acquire(timeout=self._server.limits.turn):
            raise NotNow("All connections to the mail server are in use.", BUSY)
        try:
            self._carry(sender, recipient, message)
        finally:
            self._turns.release()

    def close(self) -> None:
        """Close those that are idle."""
        while self._idle:
            self._idle.pop().close()
        self._deadlines.close()

    def _carry(self, sender: str, recipient: str, message: bytes) -> None:
        while (used := self._last_used()) is not None:
            # Servers close what was idle for long: then nothing was taken, and the next one may do.
            with suppress(NothingTakenError):
                return self._over(used, sender, recipient, message)
        try:
            self._over(self._opened(), sender, recipient, message)
        except NothingTakenError as error:
            raise NotNow("The mail server closed the connection.", BUSY) from error

    def _opened(self) -> Connection:
        return Connection(self._server, self._deadlines)

    def _over(self, connection: Connection, sender: str, recipient: str, message: bytes) -> None:
        try:
            connection.carry(sender, recipient, message)
        finally:
            if connection.is_open:
                self._idle.append(connection)

    def _last_used(self) -> Connection | None:
        try:
            return self._idle.pop()
        except IndexError:
            return None


def try_server(server: MailServer) -> None:
    """Connect and log in, and nothing else. Raises NotNow with what is wrong."""
    Connection(server, Deadlines(server.limits.whole)).close()


@contextmanager
def _not_arrived() -> Iterator[None]:
    """Whatever breaks in here, the message did not arrive."""
    try:
        yield
    except TROUBLES as error:
        raise NotNow("The connection to the mail server broke off.", BUSY) from error


def _demand(answer: Answer, wanted: int) -> None:
    """Let only that answer pass. Raises NotNow or Undeliverable."""
    if answer.code == wanted:
        return
    if answer.is_refusal_for_good:
        raise Undeliverable(f"The mail server refused it for good ({answer}).")
    wait = BUSY if answer.code == _CLOSING else _GREYLISTED
    raise NotNow(f"The mail server did not take it yet ({answer}).", wait)
