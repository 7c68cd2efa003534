"""What people say in channels without naming us: heard in customers' channels, nowhere else."""

import json
import threading
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.turn import Delivery, Reply, Turn, TurnKind
from csm.errors import Busy
from csm.people import Audience, AudienceKind, Place, PlaceKind, Role
from csm.triage import LONGEST_QUESTION
from tests.bot.scripted import CASEY, JO
from tests.bot.slack_double import BOT_USER, TEAM, Fault
from tests.bot.slack_records import MemoryRecords
from tests.bot.slack_stage import (
    CARD,
    DIRECT,
    FOREIGNER,
    GUEST,
    OTHER,
    ROOM,
    SHARED,
    STAFF,
    Stage,
    saying,
    stage,
)

pytestmark = pytest.mark.anyio

ACME = Audience(AudienceKind.CUSTOMER, "acme")


def bound(*channels: str, account: str = "acme") -> MemoryRecords:
    records = MemoryRecords(CASEY, JO)
    for channel in channels or (SHARED,):
        audience = Audience(AudienceKind.CUSTOMER, account)
        place = Place("slack", TEAM, channel, PlaceKind.CHANNEL, audience, channel.lower())
        records.save_place(place, datetime(2020, 1, 1, tzinfo=UTC))
    return records


def said(text: str, user: str = FOREIGNER, channel: str = SHARED, **more: Any) -> dict[str, Any]:
    return {
        "type": "message",
        "channel_type": "channel",
        "user": user,
        "channel": channel,
        "text": text,
        "ts": "1700000000.000001",
        **more,
    }


async def hear(s: Stage, event: dict[str, Any]) -> None:
    assert (await s.event(event)).status_code == 200
    await s.settle()


@pytest.mark.parametrize("channel_type", ["channel", "group", "mpim"])
async def test_what_customers_say_in_their_channel_is_heard(channel_type: str) -> None:
    async with stage(records=bound()) as s:
        await hear(s, said("how do I reset it?", channel_type=channel_type))
        (turn,) = s.turns
        assert (turn.kind, turn.text) == (TurnKind.OVERHEARD, "how do I reset it?")
        assert (turn.who, turn.place.audience) == (JO, ACME)
        assert turn.message == turn.thread == "1700000000.000001"
        assert not turn.names_others


@pytest.mark.parametrize("kind", ["said", "escaped", "linked", "blank"])
async def test_what_is_too_long_for_a_question_is_not_cut_to_one(kind: str) -> None:
    texts = {
        "said": "how do I reset it? " * 400,
        "escaped": "how do I reset a &amp; b? " * 400,
        "linked": "how do I reset <https://a.example/long/address|it>? " * 300,
        "blank": f"<@U1> how? {' ' * 30_000}{'x' * 5_000}",
    }
    async with stage(records=bound()) as s:
        await hear(s, said(texts[kind]))
        (turn,) = s.turns
        assert len(turn.text) == LONGEST_QUESTION + 1


async def test_what_is_long_by_escapes_and_addresses_alone_is_whole() -> None:
    async with stage(records=bound()) as s:
        await hear(s, said("<https://a.example/a/long/address|it> &amp; " * 700 + "how?"))
        (turn,) = s.turns
        assert turn.text == "it & " * 700 + "how?"


async def test_a_reply_in_a_thread_belongs_to_it() -> None:
    async with stage(records=bound()) as s:
        await hear(s, said("and for SSO?", thread_ts="1699.1", ts="1700.2"))
        (turn,) = s.turns
        assert (turn.message, turn.thread) == ("1700.2", "1699.1")


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast"])
async def test_a_question_with_a_picture_or_a_broadcast_is_one_too(subtype: str) -> None:
    async with stage(records=bound()) as s:
        await hear(s, said("what is this?", subtype=subtype))
        assert [turn.text for turn in s.turns] == ["what is this?"]


async def test_elsewhere_nothing_is_heard_and_slack_is_not_even_asked() -> None:
    records = bound()
    async with stage(records=records) as s:
        for channel in (ROOM, "C0UNKNOWN"):
            await hear(s, said("how is acme doing?", STAFF, channel))
        assert not s.turns
        assert not s.double.calls
        assert not records.seen


@pytest.mark.parametrize("mention_first", [True, False])
async def test_a_mention_and_its_message_are_one_turn_to_us(mention_first: bool) -> None:
    async with stage(records=bound()) as s:
        mention = s.mention("how do I reset it?", FOREIGNER, SHARED)
        message = {**mention, "type": "message", "channel_type": "channel"}
        for event in (mention, message) if mention_first else (message, mention):
            await hear(s, event)
        (turn,) = s.turns
        assert (turn.kind, turn.text) == (TurnKind.MESSAGE, "how do I reset it?")


async def test_we_are_named_anywhere_in_the_message() -> None:
    async with stage(records=bound()) as s:
        await hear(s, said(f"hello <@{BOT_USER}>, and <@{OTHER}>: how do I reset it?"))
        (turn,) = s.turns
        assert turn.kind is TurnKind.MESSAGE
        assert turn.text == f"hello and @{OTHER}: how do I reset it?"


@pytest.mark.parametrize(
    ("text", "others"),
    [
        (f"<@{OTHER}> can you look?", True),
        ("<!subteam^S1|@support> please", True),
        ("<!here> is it down?", False),
        ("how do I reset it?", False),
    ],
)
async def test_who_names_others_does_not_speak_to_us(text: str, others: bool) -> None:
    async with stage(records=bound()) as s:
        await hear(s, said(text))
        (turn,) = s.turns
        assert (turn.kind, turn.names_others) == (TurnKind.OVERHEARD, others)


@pytest.mark.parametrize("text", ["how do I reset it?", f"<@{BOT_USER}> how?"])
async def test_where_slack_does_not_say_who_we_are_the_mention_does(text: str) -> None:
    async with stage(records=bound()) as s:
        body = {"type": "event_callback", "team_id": TEAM, "event_id": "Ev", "event": said(text)}
        await s.send(json.dumps(body), "application/json")
        await s.settle()
        heard = [turn.kind for turn in s.turns]
        assert heard == ([] if BOT_USER in text else [TurnKind.OVERHEARD])


@pytest.mark.parametrize("user", [FOREIGNER, GUEST])
async def test_an_unknown_outsider_in_a_customers_channel_is_that_customers(user: str) -> None:
    records = bound()
    records.by_key = {}
    async with stage(records=records) as s:
        await hear(s, said("how do I reset it?", user))
        (turn,) = s.turns
        assert (turn.who.role, turn.who.account_key) == (Role.CONTACT, "acme")
        assert (turn.who.key, turn.who.name) == (f"slack:{user}", user.title())
        assert not records.links


@pytest.mark.parametrize("channel", [ROOM, DIRECT, SHARED])
async def test_elsewhere_an_unknown_outsider_is_a_stranger(channel: str) -> None:
    records = MemoryRecords()
    async with stage(records=records) as s:
        await hear(s, s.mention("how?", FOREIGNER, channel))
        assert s.turns[0].who.role is Role.STRANGER


@pytest.mark.parametrize("facts", [{"is_bot": True}, {"deleted": True}])
async def test_no_machine_and_nobody_gone_counts_as_a_customer(facts: dict[str, Any]) -> None:
    records = bound()
    records.by_key = {}
    async with stage(records=records) as s:
        s.double.users[FOREIGNER] |= facts
        await hear(s, said("how?"))
        assert s.turns[0].who.role is Role.STRANGER


async def test_a_contact_of_another_customer_stays_a_stranger() -> None:
    async with stage(records=bound(account="globex")) as s:
        await hear(s, said("how?"))
        assert s.turns[0].who.role is Role.STRANGER


def public(turn: Turn) -> list[Reply]:
    looking = Reply(Delivery.PROGRESS, turn.reference, progress="Looking that up")
    key = turn.place.audience.account_key
    cards = [CARD, CARD.model_copy(update={"summary": "And more."})]
    answers = [Reply(Delivery.PUBLIC, turn.reference, card=card, account_key=key) for card in cards]
    return [looking, *answers]


async def test_every_part_of_an_answer_comes_in_the_thread_in_order() -> None:
    async with stage(public, records=bound()) as s:
        await hear(s, said("how?", thread_ts="1699.1", ts="1700.2"))
        posted = s.double.sent("chat.postMessage")
        assert [sent["text"] for sent in posted] == ["All is well.", "And more."]
        assert {(sent["channel"], sent["thread_ts"]) for sent in posted} == {(SHARED, "1699.1")}


async def test_the_question_is_marked_while_it_is_looked_up() -> None:
    async with stage(public, records=bound()) as s:
        await hear(s, said("how?"))
        order = [m for m, _ in s.double.calls if m.startswith(("reactions", "chat"))]
        assert order == [
            "reactions.add",
            "chat.postMessage",
            "chat.postMessage",
            "reactions.remove",
        ]
        (added,) = s.double.sent("reactions.add")
        assert (added["name"], added["timestamp"]) == ("eyes", "1700000000.000001")
        assert s.double.reactions == set()


async def test_the_mark_goes_even_when_the_answer_cannot_come() -> None:
    async with stage(public, records=bound()) as s:
        s.double.fail("chat.postMessage", *[Fault(500)] * 3)
        await hear(s, said("how?"))
        assert len(s.double.sent("reactions.remove")) == 1
        assert not s.double.sent("chat.postEphemeral", "response_url")


async def test_a_mark_that_slack_refuses_keeps_nobody_from_the_answer() -> None:
    async with stage(public, records=bound()) as s:
        s.double.fail("reactions.add", Fault(error="missing_scope"))
        await hear(s, said("how?"))
        assert len(s.double.sent("chat.postMessage")) == 2


async def test_silence_leaves_no_mark() -> None:
    async with stage(lambda _: [], records=bound()) as s:
        await hear(s, said("lunch?"))
        assert [method for method, _ in s.double.calls] == ["auth.test", "users.info"]


async def test_in_direct_messages_a_status_line_shows_it() -> None:
    records = bound()
    records.link_person("jo", "slack", "T0ACME", FOREIGNER)

    def answer(turn: Turn) -> list[Reply]:
        looking = Reply(Delivery.PROGRESS, turn.reference, progress="Looking that up")
        return [looking, Reply(Delivery.PRIVATE, turn.reference, card=CARD)]

    async with stage(answer, records=records) as s:
        s.double.add_direct("D0JO", FOREIGNER)
        for more in ({}, {"thread_ts": "1699.1"}):
            ts = f"1700.{len(more)}"
            await hear(s, said("how?", channel="D0JO", channel_type="im", ts=ts, **more))
        shown = [(sent["thread_ts"], sent["status"]) for sent in
                 s.double.sent("assistant.threads.setStatus")]  # fmt: skip
        assert shown == [
            ("1700.0", "Looking that up"),
            ("1700.0", ""),
            ("1699.1", "Looking that up"),
            ("1699.1", ""),
        ]
        assert [turn.place.audience for turn in s.turns] == [ACME, ACME]
        assert s.double.sent("chat.postMessage")[-1]["thread_ts"] == "1699.1"


async def test_an_answer_for_a_customer_is_not_said_where_another_listens_now() -> None:
    records = bound()

    def moved(turn: Turn) -> list[Reply]:
        replies = public(turn)
        other = Place("slack", TEAM, SHARED, PlaceKind.CHANNEL,
                      Audience(AudienceKind.CUSTOMER, "globex"))  # fmt: skip
        records.save_place(other, datetime(2020, 1, 1, tzinfo=UTC))
        return replies[1:2]

    async with stage(moved, records=records) as s:
        await hear(s, said("how?"))
        channels = [sent["channel"] for sent in s.double.sent("chat.postMessage")]
        assert SHARED not in channels


async def test_what_is_for_staff_is_not_said_in_a_customers_channel() -> None:
    async with stage(saying(Delivery.PUBLIC), records=bound()) as s:
        await hear(s, said("share it", STAFF))
        assert SHARED not in [sent["channel"] for sent in s.double.sent("chat.postMessage")]


async def test_a_channel_that_refuses_us_is_none_of_the_customers_business() -> None:
    async with stage(public, records=bound()) as s:
        s.double.fail("chat.postMessage", *[Fault(error="restricted_action")] * 2)
        await hear(s, said("how?"))
        assert len(s.double.sent("chat.postMessage")) == 2
        assert not s.double.sent("chat.postEphemeral", "response_url")


async def test_our_trouble_is_not_told_to_those_who_did_not_ask() -> None:
    def broken(_: Turn) -> list[Reply]:
        raise RuntimeError("a bug")

    records = bound()
    async with stage(broken, records=records) as s:
        await hear(s, said("how?"))
        records.trouble = Busy("The records are locked.")
        await hear(s, said("how?", ts="1700000000.000002"))
        records.trouble = None
        s.double.users.pop(GUEST)
        await hear(s, said("how?", GUEST, ts="1700000000.000003"))
        assert not s.double.sent("chat.postMessage", "chat.postEphemeral", "response_url")


async def test_when_there_is_no_room_bystanders_are_not_told() -> None:
    released = threading.Event()

    def hang(_: Turn) -> list[Reply]:
        released.wait(30)
        return []

    async with stage(hang, records=bound(), workers=1, waiting=0) as s:
        await s.event(said("how?"))
        await s.double.until("users.info")
        await s.event(said("how?", ts="1700000000.000002"))
        released.set()
        await s.settle()
        assert len(s.turns) == 1
        assert not s.double.sent("chat.postMessage", "chat.postEphemeral", "response_url")
