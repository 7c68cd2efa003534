"""Posts on their way to Slack: delivered once, to those alone whom they were written for."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.couriers import NotNow
from bot.surfaces.slack import build_slack
from bot.surfaces.slack.courier import SlackCourier
from bot.surfaces.slack.messenger import Messenger
from bot.turn import Delivery, Reply, Turn, TurnKind
from csm.card import Actions, Button, Card, Text
from csm.people import Audience, AudienceKind, Place, PlaceKind, Principal, Role
from csm.post import Post, PostState
from tests.bot.desks import desk
from tests.bot.scripted import CASEY, JO, ScriptedChat
from tests.bot.slack_double import TEAM, Fault
from tests.bot.slack_records import FixedClock, MemoryRecords
from tests.bot.slack_stage import FOREIGNER, GUEST, ROOM, SHARED, STAFF, Stage, stage

pytestmark = pytest.mark.anyio

MORGAN = Principal("morgan", "Morgan Field", Role.MANAGER, "riley@digital.example")
NOW = FixedClock().now()
CARD = Card(
    title="Acme asks",
    summary="How do I reset it?",
    blocks=(
        Text(text="How do I reset it?"),
        Actions(buttons=(Button(id="case.claim:7", label="Claim"),)),
    ),
)


def kept() -> MemoryRecords:
    records = MemoryRecords(CASEY, JO, MORGAN)
    acme = Audience(AudienceKind.CUSTOMER, "acme")
    place = Place("slack", TEAM, SHARED, PlaceKind.CHANNEL, acme, "acme-shared")
    records.save_place(place, datetime(2020, 1, 1, tzinfo=UTC))
    return records


def post(**more: Any) -> Post:
    given = {"key": "case:7", "platform": "slack", "workspace": TEAM, "created_at": NOW}
    return Post(card=CARD.model_dump(mode="json"), **{**given, **more})


async def deliver(s: Stage, *posts: Post) -> list[PostState]:
    """Have them delivered; what became of those given."""
    with s.records.writing() as writer:
        ids = [writer.add_post(one) for one in posts]
    surface = s.slack.surface
    await surface.work.in_post_thread(surface.postman.deliver_waiting, "slack")
    assert isinstance(s.records, MemoryRecords)
    return [s.records.kept_posts[id_ or 0].state for id_ in ids]


def notices(s: Stage) -> list[Post]:
    assert isinstance(s.records, MemoryRecords)
    kept = s.records.kept_posts.values()
    return [one for one in kept if one.key.startswith("undelivered:")]


async def test_a_card_for_colleagues_and_a_reply_for_the_customer() -> None:
    async with stage(lambda _: [], records=kept()) as s:
        to_team = post(channel=ROOM)
        to_customer = post(key="reply:1", channel=SHARED, thread="1699.1", account_key="acme")
        assert await deliver(s, to_team, to_customer) == [PostState.SENT] * 2
        first, second = s.double.sent("chat.postMessage")
        assert (first["channel"], first.get("thread_ts")) == (ROOM, None)
        assert (second["channel"], second["thread_ts"]) == (SHARED, "1699.1")
        assert isinstance(s.records, MemoryRecords)
        assert [one.message for one in s.records.kept_posts.values()] == [
            "1700000000.000001",
            "1700000000.000002",
        ]
        await deliver(s)
        assert len(s.double.sent("chat.postMessage")) == 2


async def test_what_a_turn_wrote_is_delivered_after_it() -> None:
    records = kept()

    def answer(turn: Turn) -> list[Reply]:
        records.add_post(post(channel=ROOM))
        return [Reply(Delivery.DIRECT, turn.reference, card=CARD)]

    async with stage(answer, records=records) as s:
        await s.command("/cta 7")
        await s.settle()
        assert [sent["channel"] for sent in s.double.sent("chat.postMessage")] == [
            f"D{STAFF}",
            ROOM,
        ]


async def test_a_button_on_a_posted_card_works_from_another_workspace_after_a_restart() -> None:
    records = kept()
    async with stage(lambda _: [], records=records) as s:
        await deliver(s, post(channel=SHARED, thread="1699.1", account_key="acme"))
        (card,) = s.double.sent("chat.postMessage")
    async with stage(lambda _: [], records=records) as s:
        button = card["blocks"][-1]["elements"][0]
        await s.press(button["value"], FOREIGNER, SHARED, team={"id": "T0ACME"},
                      message={"ts": "1700.1", "thread_ts": "1699.1"})  # fmt: skip
        await s.settle()
        (turn,) = s.turns
        assert (turn.kind, turn.text, turn.who) == (TurnKind.PRESS, "case.claim:7", JO)
        assert turn.place.audience.account_key == "acme"


@pytest.mark.parametrize("linked", [True, False])
async def test_a_person_is_written_to_directly(linked: bool) -> None:
    records = kept()
    if linked:
        records.link_person("casey", "slack", TEAM, STAFF)
    async with stage(lambda _: [], records=records) as s:
        assert await deliver(s, post(person_key="casey")) == [PostState.SENT]
        (sent,) = s.double.sent("chat.postMessage")
        assert sent["channel"] == f"D{STAFF}"
        assert bool(s.double.sent("users.lookupByEmail")) != linked


async def test_somebody_without_an_account_is_told_of() -> None:
    records = kept()
    records.by_key["lost"] = Principal("lost", "Lou", Role.CSM, "lou@digital.example")
    async with stage(lambda _: [], records=records) as s:
        assert await deliver(s, post(person_key="lost")) == [PostState.DEAD]
        (notice,) = notices(s)
        assert notice.person_key == "morgan"
        assert "no Slack account" in str(notice.card)
        assert notice.state is PostState.SENT


async def test_a_place_that_became_shared_gets_nothing_and_the_manager_gets_the_card() -> None:
    async with stage(lambda _: [], records=kept()) as s:
        await s.slack.surface.identity.resolve(STAFF, ROOM)
        s.double.conversations[ROOM].update(is_ext_shared=True, is_shared=True)
        assert await deliver(s, post(channel=ROOM)) == [PostState.DEAD]
        posted = s.double.sent("chat.postMessage")
        assert [sent["channel"] for sent in posted] == ["DU0RILEY"]
        assert "case.claim:7" in str(posted[0]["blocks"])


@pytest.mark.parametrize("key", ["globex", None])
async def test_a_customers_place_gets_only_what_was_written_for_it(key: str | None) -> None:
    async with stage(lambda _: [], records=kept()) as s:
        assert await deliver(s, post(channel=SHARED, account_key=key)) == [PostState.DEAD]
        assert SHARED not in [sent["channel"] for sent in s.double.sent("chat.postMessage")]


async def test_a_colleague_who_became_a_guest_gets_no_internal_card() -> None:
    records = kept()
    records.link_person("casey", "slack", TEAM, GUEST)
    async with stage(lambda _: [], records=records) as s:
        assert await deliver(s, post(person_key="casey")) == [PostState.DEAD]
        assert f"D{GUEST}" not in [sent["channel"] for sent in s.double.sent("chat.postMessage")]


async def test_a_reply_reaches_a_contacts_direct_messages() -> None:
    records = kept()
    records.link_person("jo", "slack", "T0ACME", FOREIGNER)
    async with stage(lambda _: [], records=records) as s:
        s.double.add_direct("D0JO", FOREIGNER)
        mine = post(channel="D0JO", thread="1699.1", account_key="acme")
        others = post(key="reply:2", channel="D0JO", account_key="globex")
        assert await deliver(s, mine, others) == [PostState.SENT, PostState.DEAD]
        assert s.double.sent("chat.postMessage")[0]["channel"] == "D0JO"


@pytest.mark.parametrize(
    ("fault", "minimum"),
    [(Fault(429, retry_after=3600), 3600), (Fault(error="ratelimited"), 30)],
)
async def test_what_slack_does_not_take_now_is_tried_again_later(
    fault: Fault, minimum: int
) -> None:
    async with stage(lambda _: [], records=kept()) as s:
        s.double.fail("chat.postMessage", *[fault] * 3)
        assert await deliver(s, post(channel=ROOM)) == [PostState.WAITING]
        before = len(s.double.sent("chat.postMessage"))
        s.pass_by(seconds=minimum - 1)
        await deliver(s)
        assert len(s.double.sent("chat.postMessage")) == before
        s.pass_by(seconds=1)
        s.double._faults.clear()
        await deliver(s)
        assert len(s.double.sent("chat.postMessage")) == before + 1
        assert isinstance(s.records, MemoryRecords)
        assert s.records.kept_posts[1].state is PostState.SENT


LOST = [Fault(500), Fault(503), Fault(error="fatal_error"), Fault(drops=True)]


@pytest.mark.parametrize("fault", LOST)
@pytest.mark.parametrize("thread", ["", "1699.1"])
async def test_what_slack_took_without_saying_so_is_found_and_not_sent_again(
    fault: Fault, thread: str
) -> None:
    async with stage(lambda _: [], records=kept()) as s:
        s.double.fail("chat.postMessage", replace(fault, taken=True))
        reply = {"channel": SHARED, "thread": thread, "account_key": "acme"}
        other = post(key="reply:1", **reply)
        assert await deliver(s, post(**reply), other) == [PostState.SENT] * 2
        assert len(s.double.sent("chat.postMessage")) == 2
        assert isinstance(s.records, MemoryRecords)
        found, _ = (one.message for one in s.records.kept_posts.values())
        assert found == "1700000000.000001"
        assert notices(s) == []


@pytest.mark.parametrize("fault", LOST)
@pytest.mark.parametrize("look_fails", [True, False])
async def test_what_nobody_knows_of_is_in_doubt_and_told(fault: Fault, look_fails: bool) -> None:
    async with stage(lambda _: [], records=kept()) as s:
        s.double.fail("chat.postMessage", fault)
        if look_fails:
            s.double.fail("conversations.history", Fault(error="missing_scope"))
        assert await deliver(s, post(channel=ROOM)) == [PostState.IN_DOUBT]
        await deliver(s)
        assert [sent["channel"] for sent in s.double.sent("chat.postMessage")] == [ROOM, "DU0RILEY"]
        (notice,) = notices(s)
        assert "did not say whether it took it" in str(notice.card)


async def test_what_others_can_read_of_a_message_does_not_tell_what_it_is() -> None:
    async with stage(lambda _: [], records=kept()) as s:
        await deliver(s, post(channel=SHARED, account_key="acme"))
        (sent,) = s.double.sent("chat.postMessage")
        assert "case:7" not in str(sent["metadata"])


async def test_a_look_that_fails_is_no_proof_of_outsiders() -> None:
    async with stage(lambda _: [], records=kept()) as s:
        s.double.fail("conversations.info", *[Fault(500)] * 3)
        assert await deliver(s, post(channel=ROOM)) == [PostState.WAITING]
        assert not s.double.sent("chat.postMessage")


async def test_a_refusal_is_final_and_says_what_to_do() -> None:
    async with stage(lambda _: [], records=kept()) as s:
        s.double.fail("chat.postMessage", Fault(error="not_in_channel"))
        assert await deliver(s, post(channel=ROOM)) == [PostState.DEAD]
        (notice,) = notices(s)
        assert "/invite" in str(notice.card)


async def test_before_slack_is_connected_posts_wait() -> None:
    async with stage(lambda _: [], records=kept()) as s:
        other = build_slack(
            s.slack.config, ScriptedChat(lambda _: []), s.records, desk(), s.clock, ()
        )
        with s.records.writing() as writer:
            writer.add_post(post(channel=ROOM))
        (settled,) = other.surface.postman.deliver_waiting("slack")
        assert settled.post.state is PostState.WAITING
        assert not s.double.calls


async def test_what_slack_leaves_unanswered_at_shutdown_is_in_doubt() -> None:
    async with stage(lambda _: [], records=kept(), grace=0) as s:
        s.double.fail("chat.postMessage", Fault(hangs=True))
        with s.records.writing() as writer:
            writer.add_post(post(channel=ROOM))
        surface = s.slack.surface
        deliver = surface.work.in_side_thread(surface.postman.deliver_waiting, "slack")
        round_ = asyncio.create_task(deliver)
        await s.double.until("chat.postMessage")
        await surface.close()
        (settled, *_) = await round_
        assert settled.post.state is PostState.IN_DOUBT


async def test_what_was_said_is_found_by_its_mark_and_nothing_else_is() -> None:
    async with stage(lambda _: [], records=kept()) as s:
        said = post(channel=SHARED, account_key="acme")
        below = post(key="reply:1", channel=SHARED, thread="1699.1", account_key="acme")
        direct = post(key="case:8", person_key="casey")
        lost = post(key="case:9", channel=SHARED, account_key="acme")
        elsewhere = post(channel=ROOM)
        await deliver(s, said, below, direct)
        surface = s.slack.surface
        messenger = Messenger(surface.api, surface.identity.may_surely_hear)
        courier = SlackCourier(surface.api, messenger, surface.identity, s.records, surface.work)
        courier.begin()

        async def found(one: Post) -> str | None:
            return await surface.work.in_post_thread(courier.find, one)

        assert [await found(one) for one in (said, below, direct, lost, elsewhere)] == [
            "1700000000.000001",
            "1700000000.000002",
            "1700000000.000003",
            None,
            None,
        ]
        s.double.fail("conversations.history", Fault(error="channel_not_found"))
        assert await found(said) is None
        courier.end()
        with pytest.raises(NotNow, match="not connected"):
            await found(said)


def weekly(**more: Any) -> Post:
    return post(key="digest:digest:casey:2026-03-02", **more)


async def test_a_digest_never_reaches_a_channel_that_has_an_outsider_now() -> None:
    async with stage(lambda _: [], records=kept()) as s:
        assert await deliver(s, weekly(channel=ROOM)) == [PostState.SENT]
        # A week later, a guest is in the channel.
        s.pass_by(days=7)
        s.double.add_channel(ROOM, STAFF, GUEST, FOREIGNER, is_ext_shared=True, is_shared=True)
        next_one = weekly(channel=ROOM).model_copy(update={"key": "digest:digest:casey:2026-03-09"})
        assert await deliver(s, next_one) == [PostState.DEAD]
        posted = s.double.sent("chat.postMessage")
        assert [sent["channel"] for sent in posted] == [ROOM, f"D{STAFF}"]
        text = str(posted[1]["blocks"])
        assert "How do I reset it?" in text
        assert "case.claim:7" in text
        assert "Others than those it was written for can read that place now." in text
        await deliver(s)
        assert len(s.double.sent("chat.postMessage")) == 2


async def test_a_digest_that_reaches_nobody_is_told_of_without_its_words() -> None:
    records = kept()
    records.link_person("casey", "slack", TEAM, GUEST)
    async with stage(lambda _: [], records=records) as s:
        assert await deliver(s, weekly(person_key="casey")) == [PostState.DEAD]
        (notice,) = notices(s)
        assert notice.person_key == "morgan"
        assert "Casey Rivers did not get the digest that was due." in str(notice.card)
        assert "How do I reset it?" not in str(notice.card)
        assert notice.state is PostState.SENT


async def test_a_digest_in_doubt_is_its_readers_to_look_for() -> None:
    async with stage(lambda _: [], records=kept()) as s:
        s.double.fail("chat.postMessage", Fault(500), Fault(500), Fault(500), Fault(500))
        s.double.fail("conversations.history", *[Fault(500)] * 8)
        states = await deliver(s, weekly(channel=ROOM))
        assert states == [PostState.IN_DOUBT]
        (notice,) = notices(s)
        assert notice.person_key == "casey"
        assert "/digest now digest shows it" in str(notice.card)
