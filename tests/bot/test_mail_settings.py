"""E-mail as the settings ask for it, and what the doctor says of it."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from app import House
from bot.mail.server import Security
from csm.errors import InvalidInput
from csm.play import Category
from doctor import examine
from parts.diagnosis import State
from parts.mail import Mail, mail_server, mailbox_account
from settings import Settings
from tests.bot.certificates import certificate
from tests.bot.imap_server import imap_server
from tests.bot.slack_records import FixedClock, MemoryRecords
from tests.bot.smtp_server import smtp_server
from tests.csm.shipped import shipped_playbook

SECRET = "a-secret-of-more-than-32-characters"


def given(**changes: Any) -> Settings:
    known = {
        "SMTP_HOST": "127.0.0.1",
        "SMTP_SECURITY": "none",
        "MAIL_FROM": "success@vendor.example",
        "PUBLIC_URL": "https://csm.vendor.example/",
        "DIGITAL_CSM_SECRET": SECRET,
    }
    return Settings(**{**known, **changes})


def mail(settings: Settings) -> Mail:
    return Mail(settings, MemoryRecords(), shipped_playbook(), FixedClock())


def test_all_of_it_makes_a_courier() -> None:
    made = mail(given())
    assert made.is_connected
    assert made.courier is not None
    assert made.routes is not None
    link = made.unsubscribe("acme", "c-1", Category.SUCCESS)
    assert link.startswith("https://csm.vendor.example/mail/unsubscribe/")
    assert made.mailbox is None
    made.close()


@pytest.mark.parametrize("name", ["SMTP_HOST", "MAIL_FROM", "PUBLIC_URL", "DIGITAL_CSM_SECRET"])
def test_without_one_of_them_nothing_is_sent(name: str) -> None:
    made = mail(given(**{name: None}))
    assert not made.is_connected
    assert made.courier is None


def test_ports_are_the_usual_ones() -> None:
    for security, port in (("starttls", 587), ("tls", 465), ("none", 25)):
        server = mail_server(given(SMTP_SECURITY=security))
        assert server is not None
        assert (server.port, server.security) == (port, Security(security))


def test_plain_over_the_network_is_refused() -> None:
    with pytest.raises(InvalidInput, match="SMTP_SECURITY"):
        mail_server(given(SMTP_HOST="mail.vendor.example"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"MAIL_FROM": "nobody"}, {"MAIL_REPLY_TO": "a@b@c"}, {"MAIL_FROM": "jö@vendor.example"},
        {"PUBLIC_URL": "http://csm.vendor.example"}, {"PUBLIC_URL": "https://127.0.0.1"},
        {"PUBLIC_URL": "https://csm.vendor.example/?a"}, {"DIGITAL_CSM_SECRET": "too-short"},
        {"MAIL_INBOUND_SECRET": "too-short"}, {"SMTP_SECURITY": "maybe"},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_without_being_repeated(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as raised:
        given(**wrong)
    assert next(iter(wrong)) in str(raised.value)
    assert "too-short" not in str(raised.value)


def test_secrets_are_not_shown() -> None:
    settings = given(SMTP_PASSWORD="top-secret", IMAP_PASSWORD="top-secret", IMAP_HOST="x.example")
    shown = f"{settings!r} {mail_server(settings)!r} {mailbox_account(settings)!r}"
    assert "top-secret" not in shown
    assert SECRET not in shown


def told(settings: Settings, subject: str) -> tuple[State, str]:
    found = next(one for one in examine(House(settings)) if one.subject == subject)
    return found.state, found.text


def test_the_doctor_names_what_is_missing(tmp_path: Path) -> None:
    home: dict[str, Any] = {"DIGITAL_CSM_HOME": tmp_path}
    state, text = told(Settings(**home), "E-mail")
    assert state is State.WORTH_KNOWING
    assert "SMTP_HOST, MAIL_FROM, PUBLIC_URL and DIGITAL_CSM_SECRET are missing" in text
    state, text = told(given(PUBLIC_URL=None, **home), "E-mail")
    assert state is State.BROKEN
    assert "PUBLIC_URL is missing" in text
    assert told(Settings(**home), "Mailbox")[0] is State.WORTH_KNOWING
    assert told(given(MAIL_INBOUND_SECRET=SECRET, **home), "Mailbox")[0] is State.FINE


def test_the_doctor_tries_the_server(tmp_path: Path) -> None:
    with smtp_server() as double:
        settings = given(SMTP_PORT=double.port, DIGITAL_CSM_HOME=tmp_path)
        assert told(settings, "E-mail")[0] is State.FINE
    state, text = told(settings, "E-mail")
    assert state is State.BROKEN
    assert "cannot be reached" in text


def test_the_doctor_tries_the_mailbox(tmp_path: Path) -> None:
    with imap_server(certificate(tmp_path)) as double:
        settings = given(IMAP_HOST="127.0.0.1", IMAP_PORT=double.port, DIGITAL_CSM_HOME=tmp_path)
        state, text = told(settings, "Mailbox")
    assert state is State.BROKEN
    assert "certificate" in text
