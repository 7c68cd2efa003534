"""What people wrote and said, as it was imported and as it was said here: touches and talks."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from csm.case import CaseReply
from csm.guard.sending import Touch
from csm.outreach import OutreachState
from csm.people import Audience, AudienceKind, Place, PlaceKind
from csm.ports_outreach import Dealings
from storage.records import SqlRecords
from tests.storage.conversations import hand_over, line, question
from tests.storage.outreaches import add_outreach, outreach
from tests.storage.portfolio import at, write, write_accounts

NOW = at(7, 1)
SINCE = at(6, 1)
DAY = timedelta(days=1)
BEFORE = SINCE - DAY
TALK = ("account_key", "key", "at", "channel", "direction", "author", "contact_email", "topic")


@pytest.fixture
def ids(records: SqlRecords) -> dict[str, int]:
    return write_accounts(records)


def ask(records: SqlRecords, *keys: str) -> dict[str, Dealings]:
    with records.reading() as reader:
        return reader.dealings(keys, NOW, SINCE)


def of_acme(records: SqlRecords) -> Dealings:
    return ask(records, "a-1")["a-1"]


def talk(
    when: datetime,
    channel: str = "email",
    direction: str = "outbound",
    author: str = "Casey",
    email: str = "",
    topic: str = "general",
    account: str = "a-1",
) -> tuple[Any, ...]:
    key = f"{when} {channel} {direction} {author} {topic}"
    return (account, key, when, channel, direction, author, email, topic)


def note(records: SqlRecords, *rows: tuple[Any, ...]) -> None:
    write(records, "interactions", TALK, list(rows))


def test_what_people_wrote_and_said_touches_them(records: SqlRecords, ids: dict[str, int]) -> None:
    write(records, "contacts", ("account_key", "key", "name", "email"),
          [("a-1", "jo", "Jo", "jo@acme.example")])  # fmt: skip
    add_outreach(records, outreach(state=OutreachState.SENT, sent_at=at(6, 4)))
    note(
        records,
        talk(at(6, 5), "call", email="JO@acme.example"),
        talk(at(6, 3), "email", email="who@acme.example"),
        talk(at(6, 2), "chat", author=""),
        talk(at(6, 6), "meeting"),
        talk(at(6, 7), "note"),
        talk(at(6, 7), "email", "inbound"),
        talk(at(6, 7), "meeting", "both"),
        talk(at(6, 7), "email", "internal"),
        talk(BEFORE),
        talk(NOW + DAY, "meeting"),
        talk(at(6, 8), account="a-2"),
    )
    assert of_acme(records).touches == [
        Touch(at(6, 2), "", "chat by a person"),
        Touch(at(6, 3), "", "email by a person"),
        Touch(at(6, 4), "jo", "email"),
        Touch(at(6, 5), "jo", "call by a person"),
        Touch(at(6, 6), "", "meeting by a person"),
    ]


def test_the_last_time_they_asked_for_another_contract(
    records: SqlRecords, ids: dict[str, int]
) -> None:
    change = {"direction": "inbound", "topic": "contract_change"}
    note(
        records,
        talk(at(3, 1), **change),
        talk(at(4, 1), **change),
        talk(NOW + DAY, **change),
        talk(at(5, 1), "email", "inbound"),
        talk(at(5, 1), account="a-2", **change),
    )
    assert of_acme(records).contract_change_at == at(4, 1)


@pytest.mark.parametrize(
    ("row", "counts"),
    [
        (talk(at(3, 1), "note", "inbound", author=""), True),
        (talk(at(3, 1), "meeting", "both"), True),
        (talk(at(3, 1), "email"), True),
        (talk(at(3, 1), "call"), True),
        (talk(at(3, 1), "chat"), True),
        (talk(at(3, 1), "meeting"), True),
        (talk(at(3, 1), "email", author=""), False),
        (talk(at(3, 1), "note"), False),
        (talk(at(3, 1), "email", "internal"), False),
        (talk(NOW + DAY, "meeting", "both"), False),
        (talk(at(3, 1), account="a-2"), False),
    ],
)
def test_a_talk_is_what_one_of_theirs_or_a_person_of_ours_said(
    records: SqlRecords, ids: dict[str, int], row: tuple[Any, ...], counts: bool
) -> None:
    note(records, row, talk(at(2, 1), "call"))
    assert of_acme(records).last_talk == (at(3, 1) if counts else at(2, 1))


def test_the_last_talk_may_be_in_a_case_or_a_thread(
    records: SqlRecords, ids: dict[str, int]
) -> None:
    case_id = hand_over(records, question(), account_key="a-1")
    other_id = hand_over(records, question("m2"), account_key="a-2")
    with records.writing() as writer:
        for number, when in ((case_id, at(4, 1)), (case_id, at(3, 1)), (other_id, at(5, 1))):
            writer.add_case_reply(CaseReply(case_id=number, at=when, by="casey", text="Yes."))
    assert of_acme(records).last_talk == at(4, 1)

    def place(channel: str, account_key: str) -> Place:
        audience = Audience(AudienceKind.CUSTOMER, account_key)
        return Place("slack", "T1", channel, PlaceKind.CHANNEL, audience)

    with records.writing() as writer:
        writer.save_place(place("C1", "a-1"), NOW)
        writer.save_place(place("C2", "a-2"), NOW)
        for number, (channel, by, when) in enumerate(
            [
                ("C1", "staff", at(5, 1)),
                ("C1", "staff", at(4, 15)),
                ("C1", "customer", at(5, 2)),
                ("C1", "us", at(5, 3)),
                ("C1", "staff", NOW + DAY),
                ("C2", "staff", at(5, 4)),
                ("C3", "staff", at(5, 5)),
            ]
        ):
            writer.add_line(line(f"m{number}", channel=channel, by=by, at=when))
    found = ask(records, "a-1", "a-2")
    assert (found["a-1"].last_talk, found["a-2"].last_talk) == (at(5, 1), at(5, 4))
    note(records, talk(at(6, 1), "call"))
    assert of_acme(records).last_talk == at(6, 1)
