"""Outreach in Slack: decided on by buttons and forms, brought to the customer, heard from again."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from csm.outreach import OutreachState, Reaction
from csm.people import STAFF_ONLY, Audience, AudienceKind, Place, PlaceKind
from csm.play import ChannelKind
from storage.records import SqlRecords
from tests.bot.slack_double import BOT_USER, TEAM, Fault
from tests.bot.slack_stage import Stage, product_stage
from tests.journeys.outreach_world import MORNING, NIGHT, OutreachWorld

Json = dict[str, Any]

CASEY, MORGAN, RILEY, JO, PAT = "U0CASEY", "U0MORGAN", "U0RILEY", "U0JO", "U0PAT"
ROOM, SHARED, THEIRS = "C0TEAM", "C0ACME", "T0ACME"
DIRECT = {user: f"D{user}" for user in (CASEY, MORGAN, RILEY, JO)}
SUBJECT = "How is Lanternboard working for your team?"
SECRETS = ("Usage is down", "rules pass", "Approved by", "Why now")

pytestmark = pytest.mark.anyio


@pytest.fixture
def world(sqlite_records: SqlRecords) -> OutreachWorld:
    world = OutreachWorld(sqlite_records, "slack")
    world.refresh()
    with sqlite_records.writing() as writer:
        writer.link_person("jo", "slack", THEIRS, JO)
        for user, key in ((CASEY, "casey"), (MORGAN, "morgan"), (RILEY, "riley")):
            writer.link_person(key, "slack", TEAM, user)
        acme = Audience(AudienceKind.CUSTOMER, "acme")
        for channel, audience in ((SHARED, acme), (ROOM, STAFF_ONLY)):
            place = Place("slack", TEAM, channel, PlaceKind.CHANNEL, audience, channel.lower())
            writer.save_place(place, NIGHT)
    return world


@pytest.fixture
async def stage(world: OutreachWorld) -> AsyncIterator[Stage]:
    async with product_stage(world.chat, world.records, world.clock, world.desk) as stage:
        set_up(stage)
        yield stage


def set_up(stage: Stage) -> None:
    double = stage.double
    for user, name in ((CASEY, "casey"), (MORGAN, "morgan"), (RILEY, "riley")):
        double.add_user(user, f"{name}@ours.example")
    double.add_user(JO, "jo@acme.example", team=THEIRS, is_stranger=True)
    double.add_user(PAT, team=THEIRS, is_stranger=True)
    double.add_user(BOT_USER, is_bot=True)
    double.add_channel(ROOM, CASEY, MORGAN, RILEY, BOT_USER)
    double.add_channel(SHARED, CASEY, JO, PAT, is_ext_shared=True, is_shared=True)
    for user, channel in DIRECT.items():
        double.add_direct(channel, user)


@pytest.fixture
async def in_channel(world: OutreachWorld) -> AsyncIterator[Stage]:
    """The check-in goes to the shared channel."""
    world.prefer(ChannelKind.CHANNEL)
    async with product_stage(world.chat, world.records, world.clock, world.desk) as stage:
        set_up(stage)
        yield stage


def words(sent: object) -> str:
    return json.dumps(sent, ensure_ascii=False)


def posted_in(stage: Stage, channel: str) -> list[Json]:
    return [sent for sent in stage.double.sent("chat.postMessage") if sent["channel"] == channel]


def shown_in(stage: Stage, channel: str) -> list[Json]:
    """Everything that anybody sees there."""
    ephemeral = [
        one for one in stage.double.sent("chat.postEphemeral") if one["channel"] == channel
    ]
    return [*posted_in(stage, channel), *ephemeral]


def elements(message: Json) -> Iterator[str]:
    for block in message["blocks"]:
        for element in block["elements"] if block["type"] == "actions" else ():
            yield str(element["value"])


def button(message: Json, start: str) -> str:
    return next(value for value in elements(message) if value.startswith(start))


async def draft(stage: Stage) -> Json:
    """Asked for by Casey; the card that Morgan gets."""
    await stage.command("/draft acme habits", CASEY, DIRECT[CASEY])
    await stage.settle()
    (card,) = posted_in(stage, DIRECT[MORGAN])
    return card


async def press(stage: Stage, value: str, user: str, **more: Any) -> list[Json]:
    """What the press was answered with where the card stood."""
    before = len(stage.double.sent("response_url"))
    await stage.press(value, user, DIRECT.get(user, ROOM), **more)
    await stage.settle()
    return stage.double.sent("response_url")[before:]


async def send(stage: Stage) -> Json:
    """Drafted, approved, and brought to the customer; the message there."""
    card = await draft(stage)
    await press(stage, button(card, "outreach.approve:"), MORGAN)
    (sent,) = letters(stage)
    return sent


def letters(stage: Stage) -> list[Json]:
    sent = stage.double.sent("chat.postMessage")
    return [one for one in sent if SUBJECT in words(one["blocks"][0])]


async def react(
    stage: Stage, emoji: str, user: str, channel: str, ts: str, event_id: str = ""
) -> None:
    item = {"type": "message", "channel": channel, "ts": ts}
    event = {"type": "reaction_added", "user": user, "reaction": emoji, "item": item}
    await stage.event(event, event_id)
    await stage.settle()


async def say(stage: Stage, text: str, user: str, channel: str, ts: str, **more: Any) -> None:
    kind = "im" if channel.startswith("D") else "channel"
    event = {"type": "message", "channel_type": kind, "user": user, "channel": channel}
    await stage.event({**event, "text": text, "ts": ts, **more})
    await stage.settle()


async def test_approved_with_a_button(stage: Stage, world: OutreachWorld) -> None:
    card = await draft(stage)
    assert "Why now: Usage is down 50 %" in words(card)
    assert "All 43 rules pass." in words(card)
    (answer,) = await press(stage, button(card, "outreach.approve:"), MORGAN)
    assert answer["replace_original"] is True
    assert "Approved by Morgan Lee" in words(answer)
    assert not any(value.startswith("outreach.approve") for value in elements(answer))
    (sent,) = letters(stage)
    assert sent["channel"] == DIRECT[JO]
    assert not any(secret in words(sent) for secret in SECRETS)
    assert world.outreach().outreach.state is OutreachState.SENT
    assert world.outreach().outreach.message == stage.double.history[-1]["ts"]


async def test_the_subject_stands_there_once(stage: Stage) -> None:
    sent = await send(stage)
    assert words(sent["blocks"]).count(SUBJECT) == 1


async def test_a_second_click_is_told_who_was_first(stage: Stage) -> None:
    card = await draft(stage)
    await press(stage, button(card, "outreach.approve:"), MORGAN)
    (late,) = await press(stage, button(card, "outreach.approve:"), CASEY)
    assert "Morgan Lee approved this" in words(late)
    assert late["replace_original"] is True
    assert len(letters(stage)) == 1


async def test_who_may_not_is_told_so(stage: Stage, world: OutreachWorld) -> None:
    card = await draft(stage)
    (answer,) = await press(stage, button(card, "outreach.approve:"), RILEY)
    assert "not by another CSM" in words(answer)
    assert not letters(stage)
    assert world.outreach().outreach.state is OutreachState.DRAFTED


@pytest.mark.parametrize("user", [JO, PAT])
async def test_a_click_from_their_workspace_is_refused_with_feedback(
    stage: Stage, world: OutreachWorld, user: str
) -> None:
    card = await draft(stage)
    body = stage.press_body(button(card, "outreach.approve:"), user, SHARED)
    foreign = {"team": {"id": THEIRS}, "user": {"id": user, "team_id": THEIRS}}
    before = len(stage.double.calls)
    await stage.interact({**body, **foreign})
    await stage.settle()
    said = words(stage.double.calls[before:])
    assert "customer success team" in said
    assert not any(secret in said for secret in SECRETS)
    assert world.outreach().outreach.state is OutreachState.DRAFTED


async def test_a_click_of_ours_that_carries_their_workspace_counts(stage: Stage) -> None:
    card = await draft(stage)
    (answer,) = await press(stage, button(card, "outreach.approve:"), MORGAN, team={"id": THEIRS})
    assert "Approved by Morgan Lee" in words(answer)
    assert len(letters(stage)) == 1


async def test_edited_in_a_modal(stage: Stage, world: OutreachWorld) -> None:
    card = await draft(stage)
    await press(stage, button(card, "outreach.edit:"), MORGAN)
    (opened,) = stage.double.sent("views.open")
    fields = {
        block["block_id"]: block["element"]["initial_value"]
        for block in opened["view"]["blocks"]
        if block["type"] == "input"
    }
    assert fields["subject"] == SUBJECT

    async def submit(body: str) -> str:
        typed = {
            name: {name: {"type": "plain_text_input", "value": value}}
            for name, value in {**fields, "body": body}.items()
        }
        before = len(stage.double.calls)
        await stage.submit(opened["view"], typed, MORGAN)
        await stage.settle()
        return words(stage.double.calls[before:])

    refused = await submit(f"{fields['body']} You get a discount.")
    assert "It makes a promise: discount." in refused
    assert "You get a discount." in refused
    kept = await submit(fields["body"].replace("quiet season", "busy season"))
    assert "busy season" in kept
    assert "edited by Morgan Lee" in kept
    assert "busy season" in world.outreach().outreach.body
    (late,) = await press(stage, button(card, "outreach.approve:"), MORGAN)
    assert "It was changed by you since you saw it" in words(late)
    await press(stage, button(late, "outreach.approve:"), MORGAN)
    (sent,) = letters(stage)
    assert "busy season" in words(sent)


async def test_held_for_the_night_and_released(stage: Stage, world: OutreachWorld) -> None:
    world.clock.at = NIGHT
    card = await draft(stage)
    (answer,) = await press(stage, button(card, "outreach.approve:"), MORGAN)
    assert "looked at again on 10 Mar 2026, 16:00 GMT" in words(answer)
    assert not letters(stage)
    world.clock.at = MORNING
    await stage.command("/help", CASEY, DIRECT[CASEY])
    await stage.settle()
    assert len(letters(stage)) == 1


async def test_in_the_shared_channel(in_channel: Stage, world: OutreachWorld) -> None:
    sent = await send(in_channel)
    assert sent["channel"] == SHARED
    assert not any(secret in words(shown_in(in_channel, SHARED)) for secret in SECRETS)
    assert world.outreach().outreach.state is OutreachState.SENT


async def test_a_channel_that_others_can_read_by_now_gets_nothing(
    in_channel: Stage, world: OutreachWorld
) -> None:
    card = await draft(in_channel)
    globex = Audience(AudienceKind.CUSTOMER, "globex")
    with world.records.writing() as writer:
        place = Place("slack", TEAM, SHARED, PlaceKind.CHANNEL, globex, SHARED.lower())
        writer.save_place(place, world.clock.now())
    await press(in_channel, button(card, "outreach.approve:"), MORGAN)
    assert not letters(in_channel)
    assert world.outreach().outreach.state is OutreachState.DRAFTED


async def test_what_slack_did_not_answer_for_is_not_sent_twice(
    stage: Stage, world: OutreachWorld
) -> None:
    card = await draft(stage)
    stage.double.fail("chat.postMessage", Fault(status=503, taken=True))
    await press(stage, button(card, "outreach.approve:"), MORGAN)
    world.clock.pass_by(hours=1)
    await stage.command("/help", CASEY, DIRECT[CASEY])
    await stage.settle()
    assert len(letters(stage)) == 1
    assert world.outreach().outreach.state is OutreachState.SENT


async def test_a_customer_s_emoji_is_kept_once(in_channel: Stage, world: OutreachWorld) -> None:
    await send(in_channel)
    ts = world.outreach().outreach.message
    before = len(in_channel.double.sent("chat.postMessage", "chat.postEphemeral"))
    for event_id in ("Ev-a", "Ev-a", "Ev-b"):
        await react(in_channel, "+1", PAT, SHARED, ts, event_id=event_id)
    assert world.outreach().outreach.reaction is Reaction.POSITIVE
    assert len(in_channel.double.sent("chat.postMessage", "chat.postEphemeral")) == before
    with world.records.reading() as reader:
        history = [one.entry.what for one in reader.audit_of("outreach:1")]
    assert history.count("outreach.reaction") == 1


@pytest.mark.parametrize(
    ("emoji", "user", "channel"),
    [("+1", CASEY, SHARED), ("eyes", PAT, SHARED), ("+1", BOT_USER, SHARED), ("+1", PAT, ROOM)],
)
async def test_other_emoji_say_nothing(
    in_channel: Stage, world: OutreachWorld, emoji: str, user: str, channel: str
) -> None:
    await send(in_channel)
    await react(in_channel, emoji, user, channel, world.outreach().outreach.message)
    assert world.outreach().outreach.reaction is None


async def test_an_emoji_on_another_message_says_nothing(
    in_channel: Stage, world: OutreachWorld
) -> None:
    await send(in_channel)
    await react(in_channel, "+1", PAT, SHARED, "1699.9")
    assert world.outreach().outreach.reaction is None


async def test_an_emoji_in_their_direct_messages(stage: Stage, world: OutreachWorld) -> None:
    await send(stage)
    await react(stage, "tada", JO, DIRECT[JO], world.outreach().outreach.message)
    assert world.outreach().outreach.reaction is Reaction.POSITIVE


async def test_a_reply_in_the_thread_reaches_the_csm_once(
    in_channel: Stage, world: OutreachWorld
) -> None:
    await send(in_channel)
    ts = world.outreach().outreach.message
    shown = len(shown_in(in_channel, SHARED))
    for _ in range(2):
        await say(in_channel, "Sounds good to me.", PAT, SHARED, "1700.5", thread_ts=ts)
    told = [one for one in posted_in(in_channel, DIRECT[CASEY]) if "Sounds good" in words(one)]
    assert len(told) == 1
    assert "replied, and sounds pleased" in words(told[0])
    assert world.outreach().outreach.reaction is Reaction.POSITIVE
    assert len(shown_in(in_channel, SHARED)) == shown, "nobody talks over them"


async def test_a_colleague_in_the_thread_is_no_reply(
    in_channel: Stage, world: OutreachWorld
) -> None:
    await send(in_channel)
    ts = world.outreach().outreach.message
    await say(in_channel, "Please stop.", CASEY, SHARED, "1700.5", thread_ts=ts)
    assert world.outreach().outreach.reaction is None


async def test_please_stop_in_direct_messages(stage: Stage, world: OutreachWorld) -> None:
    await send(stage)
    await say(stage, "Please stop", JO, DIRECT[JO], "1700.5")
    assert "you will get no more messages" in words(posted_in(stage, DIRECT[JO])[-1])
    assert world.outreach().outreach.reaction is Reaction.OPTED_OUT
    with world.records.reading() as reader:
        (kept,) = reader.suppressions("acme")
    assert (kept.suppression.contact_key, kept.suppression.address) == ("jo", "jo@acme.example")
