"""Messages as they go over the wire: the bytes, and the id by which all that comes back is known.

They are put together here rather than by `email.message`, which takes some 20 times as long; the
standard library's encoders do the encoding, and tests read every message back with its parser.
"""

import hashlib
import hmac
import re
from binascii import b2a_qp
from dataclasses import dataclass, field
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from typing import Final

from bot.render.mail import MailParts
from bot.render.neutral import one_line
from csm.errors import InvalidInput
from csm.post import Post

_ID: Final = re.compile(r"<csm\.[0-9a-f]{32}@[A-Za-z0-9.-]{1,200}>")
# So that an id has room where posts keep it (120 characters).
_LONGEST_DOMAIN: Final = 80
_QUOTED: Final = re.compile(r"[^\w !#$%&'*+/=?^`{|}~-]", re.ASCII)
_SPECIAL: Final = re.compile(r'(["\\])')


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom our messages come from. Addresses are plain ASCII; `secret` makes ids that nobody can
    guess, so that what names one was written by somebody who got the message."""

    address: str
    name: str = ""
    reply_to: str = ""
    secret: bytes = field(default=b"", repr=False)

    def __post_init__(self) -> None:
        if len(self.domain) > _LONGEST_DOMAIN:
            raise InvalidInput(f"MAIL_FROM: its domain has more than {_LONGEST_DOMAIN} characters.")

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    def message_id(self, post: Post) -> str:
        """The one id that this post's message has, however often it is tried."""
        made = f"{post.key}\n{post.created_at.timestamp():.6f}".encode()
        mark = hmac.new(self.secret, made, hashlib.sha256).hexdigest()[:32]
        return f"<csm.{mark}@{self.domain}>"


@dataclass(frozen=True, slots=True)
class Letter:
    """One message. `unsubscribe` is where it is refused with one click."""

    message_id: str
    to: str
    subject: str
    parts: MailParts
    unsubscribe: str
    date: datetime


def our_ids(text: str) -> list[str]:
    """Everything in a text that looks like an id of ours, in its order; whether it is one, only
    the records know."""
    return _ID.findall(text)


def bytes_of(letter: Letter, sender: Sender) -> bytes:
    """The message, with CRLF line ends; every line is at most 998 characters, as RFC 5322 asks,
    and all of it is ASCII."""
    boundary = f"=_{hashlib.sha256(letter.message_id.encode()).hexdigest()[:32]}"
    headers = [
        ("From", _mailbox(sender.name, sender.address)),
        ("To", letter.to),
        ("Reply-To", sender.reply_to),
        ("Subject", _unstructured("Subject", letter.subject)),
        ("Date", format_datetime(letter.date)),
        ("Message-ID", letter.message_id),
        # RFC 3834: a machine wrote it, so no machine should answer.
        ("Auto-Submitted", "auto-generated"),
        # RFC 2369 and RFC 8058.
        ("List-Unsubscribe", f"<{letter.unsubscribe}>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ("MIME-Version", "1.0"),
        ("Content-Type", f'multipart/alternative; boundary="{boundary}"'),
    ]
    head = "".join(f"{name}: {value}\r\n" for name, value in headers if value)
    start = f"\r\n--{boundary}".encode()
    return b"".join(
        [
            head.encode("ascii"),
            start,
            _part("plain", letter.parts.text),
            start,
            _part("html", letter.parts.html),
            start,
            b"--\r\n",
        ]
    )


def _part(kind: str, text: str) -> bytes:
    head = (
        f"\r\nContent-Type: text/{kind}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    )
    # "=_" never stands in quoted-printable text, so neither does the boundary.
    return head.encode() + b2a_qp(text.replace("\n", "\r\n").encode(), istext=True)


def _unstructured(name: str, text: str) -> str:
    """RFC 2047, folded. On one line before, so that it cannot begin another header."""
    words = one_line(text)
    plain = words.isascii() and "=?" not in words
    return Header(words, "us-ascii" if plain else "utf-8", header_name=name).encode(linesep="\r\n")


def _mailbox(name: str, address: str) -> str:
    words = one_line(name)
    if not words:
        return address
    if not words.isascii() or "=?" in words:
        return f"{_unstructured('From', words)} <{address}>"
    escaped = _SPECIAL.sub(r"\\\1", words)
    return f'"{escaped}" <{address}>' if _QUOTED.search(words) else f"{words} <{address}>"
