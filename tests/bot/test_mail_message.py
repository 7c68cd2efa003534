"""Messages are read back by the standard library as they were meant, whatever is in them."""

import email
from email import policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.mail.message import Letter, Sender, bytes_of
from bot.render.mail import MailParts
from bot.render.neutral import neutral, one_line
from csm.errors import InvalidInput
from tests.bot.mail_scene import NOW, SENDER, UNSUBSCRIBE, cleared_post

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
HOSTILE = st.sampled_from(
    ["x\r\nBcc: eve@evil.example", "=?utf-8?q?forged?=", 'a "b" \\c\\', "a, b <eve@evil.example>"]
)


def read(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def letter(subject: str = "Hello", text: str = "Hi\n", html: str = "<p>Hi</p>\n") -> Letter:
    message_id = SENDER.message_id(cleared_post()[0])
    parts = MailParts(text, html)
    return Letter(message_id, "jo@acme.example", subject, parts, UNSUBSCRIBE, NOW)


@settings(max_examples=150, deadline=None)
@given(WORDS | HOSTILE, WORDS, WORDS | HOSTILE)
def test_everything_is_read_back_and_nothing_is_added(subject: str, text: str, name: str) -> None:
    subject = f"About {subject}"
    said = neutral(text) + "\n.\n..\n--\nFrom here\n"
    sender = Sender("success@vendor.example", name[:100], "", b"key")
    raw = bytes_of(letter(subject, said, said), sender)
    raw.decode("ascii")
    lines = raw.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    message = read(raw)
    assert message.keys() == [
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "List-Unsubscribe",
        "List-Unsubscribe-Post", "MIME-Version", "Content-Type",
    ]  # fmt: skip
    assert "".join(str(message["Subject"]).split()) == "".join(one_line(subject).split())
    (shown,) = message["From"].addresses
    assert shown.addr_spec == "success@vendor.example"
    assert "".join(shown.display_name.split()) == "".join(one_line(name[:100]).split())
    for part in message.iter_parts():
        assert isinstance(part, EmailMessage)
        assert part.get_content().replace("\r\n", "\n") == said
        assert not part.defects
    assert not message.defects


def test_a_domain_too_long_for_an_id_is_refused() -> None:
    with pytest.raises(InvalidInput, match="MAIL_FROM"):
        Sender(f"a@{'x' * 60}.{'y' * 60}.example")


def test_ids_cannot_be_guessed() -> None:
    post, _ = cleared_post()
    assert SENDER.message_id(post) != Sender(SENDER.address, secret=b"other").message_id(post)
