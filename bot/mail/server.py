"""The mail server: where it is, and how a connection to it is made, kept private and logged in."""

import smtplib
import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from socket import IPPROTO_TCP, TCP_NODELAY
from typing import Final

from bot.couriers import NotNow
from bot.mail.status import Answer
from csm.errors import InvalidInput

# Seconds after which to come back; what our own settings are at fault for takes a person a while.
BUSY: Final = 60.0
MISCONFIGURED: Final = 900.0
# What smtplib raises for connections that break, and for answers that make no sense.
TROUBLES: Final = (OSError, smtplib.SMTPException)


class Security(StrEnum):
    """How the connection is kept private. NONE is for a server on this machine only."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"

    @property
    def port(self) -> int:
        """The one that is usual for it (RFC 8314; 25 for a server on this machine)."""
        return {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}[self]


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds to wait: for a connection, for the answer to a command, for the answer to a whole
    message (a long one, for after it we are in doubt), for all of one message, and for one of the
    connections to be free."""

    connect: float = 15
    answer: float = 60
    verdict: float = 180
    whole: float = 300
    turn: float = 60


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where messages are handed in, and how. `hello` is the name that we go by there; `trust` has
    the authorities whose certificates are believed, those of the system where it is None;
    `parallel` is how many connections there may be at once."""

    host: str
    port: int
    security: Security
    hello: str
    username: str = ""
    password: str = field(default="", repr=False)
    parallel: int = 4
    trust: ssl.SSLContext | None = field(default=None, repr=False)
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        if self.security is Security.NONE and not _is_here(self.host):
            raise InvalidInput(
                "SMTP_SECURITY=none is only for a mail server on this machine: set starttls or tls."
            )


def opened(server: MailServer) -> smtplib.SMTP:
    """A connection, greeted and logged in. Raises NotNow with what is wrong."""
    smtp: smtplib.SMTP | None = None
    try:
        smtp = _connected(server)
        _greet(smtp, server)
    except (NotNow, *TROUBLES) as error:
        if smtp is not None:
            smtp.close()
        if isinstance(error, NotNow):
            raise
        raise _unreachable(error) from None
    if smtp.sock is not None:
        smtp.sock.settimeout(server.limits.answer)
        # The last line of a message is a small write after a large one.
        smtp.sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
    return smtp


def _connected(server: MailServer) -> smtplib.SMTP:
    wait = server.limits.connect
    if server.security is Security.TLS:
        context = _context(server)
        return smtplib.SMTP_SSL(
            server.host, server.port, server.hello, timeout=wait, context=context
        )
    return smtplib.SMTP(server.host, server.port, server.hello, timeout=wait)


def _greet(smtp: smtplib.SMTP, server: MailServer) -> None:
    smtp.ehlo_or_helo_if_needed()
    if server.security is Security.STARTTLS:
        try:
            smtp.starttls(context=_context(server))
        except smtplib.SMTPNotSupportedError:
            insecure = "The mail server offers no STARTTLS, and nothing is sent without it."
            raise NotNow(insecure, MISCONFIGURED) from None
        smtp.ehlo_or_helo_if_needed()
    if server.username:
        _log_in(smtp, server)


def _log_in(smtp: smtplib.SMTP, server: MailServer) -> None:
    try:
        smtp.login(server.username, server.password)
    except smtplib.SMTPAuthenticationError as error:
        answer = Answer.of(error.smtp_code, error.smtp_error)
        if answer.is_refusal_for_good:
            refused = f"The mail server refuses SMTP_USERNAME and SMTP_PASSWORD ({answer})."
            raise NotNow(refused, MISCONFIGURED) from None
        raise
    except smtplib.SMTPServerDisconnected:
        raise
    except smtplib.SMTPException:
        refused = "The mail server lets nobody log in here: check SMTP_PORT and SMTP_SECURITY."
        raise NotNow(refused, MISCONFIGURED) from None


def _context(server: MailServer) -> ssl.SSLContext:
    if server.trust is not None:
        return server.trust
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _unreachable(error: Exception) -> NotNow:
    match error:
        case ssl.SSLCertVerificationError():
            why = f"The mail server's certificate is not to be trusted: {error.verify_message}."
            return NotNow(why, MISCONFIGURED)
        case ssl.SSLError():
            why = "The mail server speaks no TLS here: check SMTP_PORT and SMTP_SECURITY."
            return NotNow(why, MISCONFIGURED)
        case smtplib.SMTPResponseException():
            answer = Answer.of(error.smtp_code, error.smtp_error)
            return NotNow(f"The mail server takes no connections now ({answer}).", BUSY)
        case _:
            return NotNow("The mail server cannot be reached.", BUSY)


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
