"""What a message that comes in is: a bounce, a complaint, a reply, or nothing of ours.

Everything in it may be forged, broken or huge. Whatever is told of a message of ours names its
Message-ID, which holds a secret: only who got that message can know it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.policy import Compat32
from email.utils import getaddresses
from typing import Final, TypeAlias

from flufl.bounce import all_failures

from bot.mail.message import our_ids
from bot.mail.reply import new_words, words_of_html
from bot.mail.status import is_dead_end

# Bytes that are read of one message: what is said comes first, and what follows are attachments.
MOST_READ: Final = 1_000_000
# More parts than that are nobody's reply, and take long to read.
_MOST_PARTS: Final = 100
_MOST_TEXT: Final = 200_000
# Characters of one header. Reading a longer one word by word takes minutes, and says no more.
_LONGEST_HEADER: Final = 4_000
# Of a report: each of its many short parts is a message of its own to whoever reads it.
_MOST_REPORTED: Final = 150_000
_MANY_BLANKS: Final = re.compile(rb"(?:\r?\n){3,}")
_REPORTS: Final = re.compile(rb"message/(?:delivery-status|feedback-report)", re.IGNORECASE)
_BOUNDARY: Final = re.compile(rb"boundary\s*=", re.IGNORECASE)
_RETURNED: Final = re.compile(r"mailer-daemon|postmaster|mail delivery", re.IGNORECASE)
_AWAY: Final = re.compile(
    r"\s*(?:auto(?:matic|mated)?[ -]?(?:reply|response)\b|out of (?:the )?office|abwesen"
    r"|automatische antwort|réponse automatique|respuesta automática|risposta automatica)",
    re.IGNORECASE,
)
_AUTOMATIC: Final = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply", "list-id")
_BULK: Final = frozenset({"bulk", "junk", "list", "auto_reply", "auto-reply"})
# What reading a broken message may trip over in the standard library.
_BROKEN: Final = (
    MessageError, LookupError, ValueError, TypeError, AttributeError, RecursionError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bounced:
    """It came back. `hard`: those addresses take no mail, now or later."""

    addresses: frozenset[str]
    hard: bool
    message_id: str


@dataclass(frozen=True, slots=True)
class Complained:
    """Somebody reported it as spam."""

    message_id: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A reply to the message of ours with that id. `from_address` is what it says of itself, and
    empty where it names several or none; `text` is what they wrote, without what they quote."""

    message_id: str
    from_address: str
    text: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing that we need to know. `why` quotes nothing of it."""

    why: str


Inbound = Bounced | Complained | Answered | Ignored
Mail: TypeAlias = "Message[str, str]"


class _Bounded(Compat32):
    """Reads no more of a header than anybody writes; of what it replies to, the newest."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        is_chain = name.lower() == "references"
        return name, value[-_LONGEST_HEADER:] if is_chain else value[:_LONGEST_HEADER]


POLICY: Final = _Bounded()


def read_inbound(raw: bytes) -> Inbound:
    """What that message is. Never raises: what cannot be read is ignored."""
    read = raw[:MOST_READ]
    if _REPORTS.search(read):
        read = _MANY_BLANKS.sub(b"\n\n", read)[:_MOST_REPORTED]
    if len(_BOUNDARY.findall(read)) > _MOST_PARTS:
        return Ignored("It has too many parts.")
    try:
        return _read(message_from_bytes(read, policy=POLICY))
    except _BROKEN:
        return Ignored("It is broken.")


def id_of(raw: bytes) -> str:
    """Its own Message-ID; empty where it has none that can be read."""
    head = re.split(rb"\r?\n\r?\n", raw[:MOST_READ], maxsplit=1)[0]
    try:
        return _line(message_from_bytes(head, policy=POLICY), "message-id").strip()
    except _BROKEN:
        return ""


def _read(mail: Mail) -> Inbound:
    report = str(mail.get_param("report-type") or "").lower()
    if mail.get_content_type() == "multipart/report" and report == "delivery-status":
        return _delivery_report(mail)
    if mail.get_content_type() == "multipart/report" and report == "feedback-report":
        return _complaint(mail)
    if _is_returned(mail):
        return _odd_bounce(mail)
    if (why := _automatic(mail)) is not None:
        return Ignored(why)
    return _reply(mail)


def _delivery_report(mail: Mail) -> Inbound:
    """RFC 3464."""
    failed = [one for one in _fields_of(mail, "message/delivery-status") if _has_failed(one)]
    if not failed:
        return Ignored("It reports no failure.")
    message_id = _reported_id(mail)
    if not message_id:
        return Ignored("It reports on no message of ours.")
    hard = all(is_dead_end(_line(one, "status").strip()[:12]) for one in failed)
    addresses = frozenset(address for one in failed for address in _recipients(one))
    return Bounced(addresses, hard, message_id)


def _has_failed(fields: Mail) -> bool:
    return _line(fields, "action").strip().lower() == "failed"


def _recipients(fields: Mail) -> Iterator[str]:
    for name in ("original-recipient", "final-recipient"):
        kind, _, address = _line(fields, name).partition(";")
        if kind.strip().lower() == "rfc822" and "@" in address:
            yield address.strip().strip("<>").lower()


def _complaint(mail: Mail) -> Inbound:
    """RFC 5965."""
    kinds = [
        _line(fields, "feedback-type").strip().lower()
        for fields in _fields_of(mail, "message/feedback-report")
    ]
    if "not-spam" in kinds or not any(kinds):
        return Ignored("It complains of nothing.")
    message_id = _reported_id(mail)
    return Complained(message_id) if message_id else Ignored("It names no message of ours.")


def _is_returned(mail: Mail) -> bool:
    """Whether a mail server wrote it to say that one came back, in its own way."""
    return _RETURNED.search(_line(mail, "from")) is not None


def _odd_bounce(mail: Mail) -> Inbound:
    message_id = _reported_id(mail)
    if not message_id:
        return Ignored("A mail server wrote it, of no message of ours.")
    temporary, permanent = all_failures(mail)
    for found, hard in ((permanent, True), (temporary, False)):
        addresses = frozenset(one.decode("ascii", "replace").lower() for one in found)
        if addresses:
            return Bounced(addresses, hard, message_id)
    return Ignored("A mail server wrote it, and it is not clear what.")


def _automatic(mail: Mail) -> str | None:
    """Why it is no person's reply (RFC 3834, and what was usual before); None where it may be."""
    submitted = _line(mail, "auto-submitted").strip().lower()
    is_marked = submitted and not submitted.startswith("no")
    is_bulk = _line(mail, "precedence").strip().lower() in _BULK
    if is_marked or is_bulk or any(name in mail for name in _AUTOMATIC):
        return "A machine wrote it."
    if _line(mail, "return-path").strip() == "<>" or _AWAY.match(_line(mail, "subject")):
        return "It is an automatic reply."
    return None


def _reply(mail: Mail) -> Inbound:
    named = [*our_ids(_line(mail, "in-reply-to")), *reversed(our_ids(_line(mail, "references")))]
    if not named:
        return Ignored("It replies to no message of ours.")
    text = new_words(_text_of(mail))
    return Answered(named[0], _from_address(mail), text)


def _from_address(mail: Mail) -> str:
    """The one address that it names itself to be from."""
    lines = [str(line) for line in mail.get_all("from", [])[:2]]
    found = [address.strip().lower() for _, address in getaddresses(lines)]
    return found[0] if len(lines) == len(found) == 1 and "@" in found[0] else ""


def _text_of(mail: Mail) -> str:
    """What it says: its first plain text, else its first HTML in plain words."""
    html = ""
    for part in _parts(mail):
        kind = part.get_content_type()
        if part.get_content_disposition() == "attachment":
            continue
        if kind == "text/plain":
            return _decoded(part)
        if kind == "text/html" and not html:
            html = words_of_html(_decoded(part))
    return html


def _reported_id(mail: Mail) -> str:
    """The id of ours that a report is about: that of the message it gives back, else the one that
    it replies to, else any that it quotes."""
    for part in _parts(mail, inside=True):
        if part is not mail and (found := our_ids(_line(part, "message-id"))):
            return found[0]
    said = [_line(mail, "in-reply-to"), _line(mail, "references")]
    quoted = (_decoded(part) for part in _parts(mail) if not part.is_multipart())
    return next((found[0] for text in (*said, *quoted) if (found := our_ids(text))), "")


def _fields_of(mail: Mail, kind: str) -> Iterator[Mail]:
    """The groups of fields of a report's part of that kind."""
    for part in _parts(mail):
        payload = part.get_payload()
        if part.get_content_type() == kind and isinstance(payload, list):
            yield from _messages(payload)


def _parts(mail: Mail, *, inside: bool = False) -> Iterable[Mail]:
    """It and its parts, `inside` the messages that it gives back, too; at most so many."""
    waiting, given = [mail], 0
    while waiting and given < _MOST_PARTS:
        part = waiting.pop(0)
        given += 1
        yield part
        payload = part.get_payload()
        is_message = part.get_content_maintype() == "message"
        if isinstance(payload, list) and (inside or not is_message):
            waiting[:0] = _messages(payload)


def _messages(payload: Iterable[object]) -> list[Mail]:
    return [part for part in payload if isinstance(part, Message)]


def _decoded(part: Mail) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    charset = part.get_content_charset() or "utf-8"
    try:
        return payload[:_MOST_TEXT].decode(charset, "replace")
    except LookupError:
        return payload[:_MOST_TEXT].decode("latin-1")


def _line(mail: Mail, name: str) -> str:
    """A header in words; empty where there is none, and as it stands where it cannot be read."""
    value = str(mail.get(name, ""))
    try:
        return str(make_header(decode_header(value)))
    except _BROKEN:
        return value
