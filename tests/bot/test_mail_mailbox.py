"""Replies and bounces, read from a mailbox by real IMAP."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.mail.ear import Ear
from bot.mail.mailbox import Mailbox
from csm.errors import Busy, Unavailable
from csm.use_cases.hear_outreach import HeardReply
from tests.bot.certificates import certificate
from tests.bot.imap_server import ImapDouble, imap_server
from tests.bot.mail_inbox import OURS, reply
from tests.bot.slack_records import FixedClock, MemoryRecords
from tests.csm.shipped import shipped_playbook


@pytest.fixture
def double(tmp_path: Path) -> Iterator[ImapDouble]:
    with imap_server(certificate(tmp_path)) as server:
        yield server


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What the use case was told."""
    told: list[tuple[Any, ...]] = []

    def note(_records: Any, _playbook: Any, _now: Any, *what: str) -> HeardReply | None:
        if what[2] == "explode":
            raise ZeroDivisionError
        told.append(what)
        return None

    monkeypatch.setattr("bot.mail.ear.note_mail_reply", note)
    return told


def mailbox(double: ImapDouble, records: MemoryRecords, **given: Any) -> Mailbox:
    return Mailbox(double.account(**given), Ear(records, shipped_playbook(), FixedClock()))


def test_what_nobody_has_seen_is_heard_and_marked(
    double: ImapDouble, heard: list[tuple[Any, ...]]
) -> None:
    read, new = double.put(reply("Old words.")), double.put(reply("Gladly!"))
    double.flags[read].add(rb"\Seen")
    assert mailbox(double, MemoryRecords()).read_new() == 1
    assert heard == [(OURS, "jo@acme.example", "Gladly!")]
    assert double.flags[new] == {rb"\Seen"}
    assert double.commands[-1] == "LOGOUT"


def test_nothing_is_marked_that_was_not_kept(
    double: ImapDouble, heard: list[tuple[Any, ...]]
) -> None:
    number, records = double.put(reply("Gladly!")), MemoryRecords()
    records.trouble = Busy("The records are locked.")
    with pytest.raises(Busy):
        mailbox(double, records).read_new()
    assert double.flags[number] == set()
    records.trouble = None
    assert mailbox(double, records).read_new() == 1
    assert len(heard) == 1


def test_a_message_is_heard_once_however_often_it_comes(
    double: ImapDouble, heard: list[tuple[Any, ...]]
) -> None:
    records = MemoryRecords()
    double.put(reply("Gladly!"))
    double.put(reply("Gladly!"))
    double.put(reply("Gladly!", own_id="<other@acme.example>"))
    assert mailbox(double, records).read_new() == 3
    assert len(heard) == 2


def test_a_message_that_nobody_understands_is_left_to_a_person(
    double: ImapDouble, heard: list[tuple[Any, ...]]
) -> None:
    odd, good = (
        double.put(reply("explode")),
        double.put(reply("Gladly!", own_id="<2@acme.example>")),
    )
    assert mailbox(double, MemoryRecords()).read_new() == 2
    assert double.flags == {odd: {rb"\Seen", rb"\Flagged"}, good: {rb"\Seen"}}
    assert len(heard) == 1


def test_of_a_huge_message_the_beginning_is_read(
    double: ImapDouble, heard: list[tuple[Any, ...]]
) -> None:
    number = double.put(reply("Gladly!\n-- \n" + "x" * 3_000_000))
    assert mailbox(double, MemoryRecords()).read_new() == 1
    assert heard == [(OURS, "jo@acme.example", "Gladly!")]
    assert double.flags[number] == {rb"\Seen"}


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"password": "so-wrong"}, "IMAP_PASSWORD"),
        ({"folder": "Elsewhere"}, "IMAP_FOLDER"),
        ({"trust": None}, "certificate"),
    ],
)
def test_trouble_is_told_without_the_password(
    double: ImapDouble, given: dict[str, Any], why: str
) -> None:
    with pytest.raises(Unavailable, match=why) as raised:
        mailbox(double, MemoryRecords(), **given).read_new()
    assert "so-wrong" not in str(raised.value)
    assert "secret" not in repr(double.account())


def test_a_silent_mailbox_is_not_waited_for(double: ImapDouble) -> None:
    double.is_silent = True
    with pytest.raises(Unavailable):
        mailbox(double, MemoryRecords(), seconds=0.3).read_new()


def test_nobody_listening_is_told(tmp_path: Path) -> None:
    with imap_server(certificate(tmp_path)) as gone:
        account = gone.account()
    with pytest.raises(Unavailable, match="IMAP_HOST"):
        Mailbox(account, Ear(MemoryRecords(), shipped_playbook(), FixedClock())).read_new()
