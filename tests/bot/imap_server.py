"""A mailbox to test with: just enough IMAP4rev1 (RFC 3501) over TLS, on a port of its own."""

import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from io import BufferedRWPair
from typing import Any

from bot.mail.mailbox import MailboxAccount
from tests.bot.certificates import Certificate

_COMMAND = re.compile(rb"(\S+) (?:UID )?(\w+) ?(.*)\r\n", re.IGNORECASE)


@dataclass
class ImapDouble:
    """`flags` has those of each message, by its number (from 1)."""

    trusted: ssl.SSLContext
    port: int = 0
    messages: list[bytes] = field(default_factory=list)
    flags: dict[int, set[bytes]] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    folder: str = "INBOX"
    is_silent: bool = False

    def put(self, raw: bytes) -> int:
        self.messages.append(raw)
        self.flags[len(self.messages)] = set()
        return len(self.messages)

    def account(self, **given: Any) -> MailboxAccount:
        known = {"host": "127.0.0.1", "port": self.port, "username": "us", "trust": self.trusted}
        return MailboxAccount(**{**known, "password": "mailbox-secret", "seconds": 5, **given})

    def answers(self, command: str, given: bytes) -> tuple[list[bytes], str]:
        """The lines before the last one, and that one."""
        match command:
            case "CAPABILITY":
                return [b"* CAPABILITY IMAP4rev1"], "OK done"
            case "LOGIN":
                return [], "OK in" if b"mailbox-secret" in given else "NO wrong"
            case "SELECT" if self.folder.encode() not in given:
                return [], "NO no such folder"
            case "SELECT":
                return [f"* {len(self.messages)} EXISTS".encode()], "OK [READ-WRITE] selected"
            case "SEARCH":
                unseen = [str(n) for n, flags in self.flags.items() if rb"\Seen" not in flags]
                return [f"* SEARCH {' '.join(unseen)}".rstrip().encode()], "OK found"
            case "FETCH":
                return [self._fetched(given)], "OK fetched"
            case "STORE":
                number = int(given.split()[0])
                self.flags[number] |= set(re.findall(rb"\\\w+", given))
                return [], "OK stored"
            case "LOGOUT":
                return [b"* BYE"], "OK out"
        return [], "BAD what?"

    def _fetched(self, given: bytes) -> bytes:
        number = int(given.split()[0])
        most = re.search(rb"<0\.(\d+)>", given)
        raw = self.messages[number - 1][: int(most[1]) if most else None]
        head = f"* {number} FETCH (UID {number} BODY[]<0> {{{len(raw)}}}\r\n".encode()
        return head + raw + b")"


@contextmanager
def imap_server(certificate: Certificate) -> Iterator[ImapDouble]:
    double = ImapDouble(certificate.trusting)
    stopping = threading.Event()
    talks: list[threading.Thread] = []
    lines: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        double.port = listening.getsockname()[1]

        def accept() -> None:
            with suppress(OSError):
                while not stopping.is_set():
                    line, _ = listening.accept()
                    lines.append(line)
                    talk = threading.Thread(target=_talk, args=[double, certificate, line])
                    talks.append(talk)
                    talk.start()

        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield double
        finally:
            stopping.set()
            listening.shutdown(socket.SHUT_RDWR)
            accepting.join()
            for line in lines:
                with suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)
            for talk in talks:
                talk.join()


def _talk(double: ImapDouble, certificate: Certificate, line: socket.socket) -> None:
    with (
        line,
        suppress(OSError),
        certificate.serving.wrap_socket(line, server_side=True) as secure,
        secure.makefile("rwb") as stream,
    ):
        _serve(double, stream)


def _serve(double: ImapDouble, stream: BufferedRWPair) -> None:
    if double.is_silent:
        stream.read(1)
        return
    stream.write(b"* OK ready\r\n")
    stream.flush()
    while found := _COMMAND.fullmatch(stream.readline()):
        tag, command, given = found[1], found[2].decode().upper(), found[3]
        double.commands.append(command)
        before, last = double.answers(command, given)
        stream.writelines(answer + b"\r\n" for answer in before)
        stream.write(tag + b" " + last.encode() + b"\r\n")
        stream.flush()
        if command == "LOGOUT":
            return
