"""A mail server to test with: it speaks real SMTP on a port of its own, keeps what it takes, and
fails where the test says so."""

import asyncio
import ssl
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, AnyStr

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from bot.mail.server import Limits, MailServer, Security
from tests.bot.certificates import Certificate

# What it does instead of answering.
DROP = "drop"
SILENCE = "silence"

QUICK = Limits(connect=5, answer=5, verdict=5, whole=10, turn=5)


@dataclass
class Received:
    sender: str
    recipients: list[str]
    content: bytes


@dataclass
class SmtpDouble:
    """`says` has the answers to come, by command ("EHLO", "MAIL", "RCPT", "DATA", "message",
    "greeting"): the first is said once and taken away. DROP breaks the connection off, for
    "message" after all of it was kept; "354" drops it amid the message."""

    port: int = 0
    received: list[Received] = field(default_factory=list)
    says: dict[str, list[str]] = field(default_factory=dict)
    connections: int = 0
    open: int = 0
    most_open: int = 0
    commands: list[str] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    heard_secure: list[bool] = field(default_factory=list)
    transports: list[asyncio.BaseTransport] = field(default_factory=list)
    loop: asyncio.AbstractEventLoop | None = None

    def next_answer(self, command: str) -> str | None:
        waiting = self.says.get(command)
        return waiting.pop(0) if waiting else None

    def hang_up(self) -> None:
        """Close every connection, as servers do with those that are idle."""
        assert self.loop is not None

        async def close_all() -> None:
            for transport in self.transports:
                transport.close()

        asyncio.run_coroutine_threadsafe(close_all(), self.loop).result(10)

    def server(self, **given: Any) -> MailServer:
        """Where a client finds it."""
        known = {"host": "127.0.0.1", "port": self.port, "security": Security.NONE}
        return MailServer(**{**known, "hello": "vendor.example", "limits": QUICK, **given})


class _Spoken(SMTP):
    """One connection."""

    def __init__(self, double: SmtpDouble, **given: Any) -> None:
        super().__init__(_Handler(double), hostname="mail.test", **given)
        self._double = double

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        double = self._double
        # STARTTLS makes it anew, over the one that there is.
        if self._original_transport is None:
            double.connections += 1
            double.open += 1
            double.most_open = max(double.most_open, double.open)
        double.transports.append(transport)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._double.open -= 1
        super().connection_lost(error)

    async def push(self, status: AnyStr) -> None:
        said = status if isinstance(status, str) else status.decode()
        answer: str = said
        if said.startswith("220 mail.test"):
            answer = await self._scripted("greeting", said)
        await super().push(answer)
        if said.startswith("354") and self._double.next_answer("354") == DROP:
            self._break_off()

    def _break_off(self) -> None:
        assert isinstance(self.transport, asyncio.Transport)
        self.transport.abort()

    async def _call_handler_hook(self, command: str, *args: Any) -> Any:
        double = self._double
        double.commands.append(command)
        own = await super()._call_handler_hook(command, *args)
        if command in {"MAIL", "RCPT"}:
            return await self._scripted(command, own)
        if command == "DATA":
            return await self._scripted("message", own)
        return own

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd calls it so
        answer = await self._scripted("DATA", "")
        if answer:
            await self.push(answer)
            return
        await super().smtp_DATA(arg)

    async def _scripted(self, command: str, own: Any) -> Any:
        answer = self._double.next_answer(command)
        if answer == DROP:
            self._break_off()
            return own
        if answer == SILENCE:
            await asyncio.get_running_loop().create_future()
        if answer is None:
            return own
        if command == "MAIL" and self.envelope is not None:
            self.envelope.mail_from = None
        return answer


class _Handler:
    """What is done with a message."""

    def __init__(self, double: SmtpDouble) -> None:
        self._double = double

    async def handle_MAIL(  # noqa: N802 - aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        self._double.heard_secure.append(session.ssl is not None)
        return "250 2.1.0 fine"

    async def handle_DATA(  # noqa: N802 - aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        upcoming = self._double.says.get("message", [""])[:1]
        if not upcoming or upcoming[0] in {"", DROP, SILENCE}:
            content = envelope.original_content or b""
            taken = Received(str(envelope.mail_from), list(envelope.rcpt_tos), content)
            self._double.received.append(taken)
        return "250 2.0.0 kept"


@contextmanager
def smtp_server(
    certificate: Certificate | None = None, *, implicit: bool = False, login: str = ""
) -> Iterator[SmtpDouble]:
    """It listens until the block ends: with STARTTLS where there is a certificate, or with TLS
    from the beginning if it is `implicit`. With `login`, "user:password", it wants that."""
    double = SmtpDouble()
    loop = asyncio.new_event_loop()
    double.loop = loop
    given: dict[str, Any] = {"enable_SMTPUTF8": False, "loop": loop}
    if certificate and not implicit:
        given |= {"tls_context": certificate.serving, "require_starttls": True}
    if login:
        given |= {"authenticator": _authenticator(double, login), "auth_required": True}
        given |= {"auth_require_tls": bool(certificate and not implicit)}
    secure: ssl.SSLContext | None = certificate.serving if certificate and implicit else None

    def spoken() -> _Spoken:
        with warnings.catch_warnings():
            # It warns of passwords on lines that are not private: this machine's are.
            warnings.simplefilter("ignore")
            return _Spoken(double, **given)

    opening = loop.create_server(spoken, "127.0.0.1", 0, ssl=secure)
    listening = loop.run_until_complete(opening)
    double.port = listening.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield double
    finally:
        asyncio.run_coroutine_threadsafe(_everything_ended(double, listening), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _everything_ended(double: SmtpDouble, listening: asyncio.Server) -> None:
    listening.close()
    for transport in double.transports:
        if isinstance(transport, asyncio.Transport):
            transport.abort()
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    # Lines that are cut are put away in the turns that follow.
    for _ in range(10):
        await asyncio.sleep(0)


def _authenticator(double: SmtpDouble, login: str) -> Any:
    def authenticate(_server: Any, _session: Any, _envelope: Any, _how: Any, data: Any) -> Any:
        assert isinstance(data, LoginPassword)
        given = data.login.decode(), data.password.decode()
        double.logins.append(given)
        return AuthResult(success=":".join(given) == login, handled=False)

    return authenticate
