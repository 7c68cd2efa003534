"""What changes while Slack keeps us waiting, in this process and in another one."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.commands import COMMANDS
from bot.surfaces.slack import build_slack
from bot.surfaces.slack.surface import SlackSurface
from bot.surfaces.slack.translate import Origin, read_submission
from bot.turn import Delivery
from csm.card import Picture
from csm.people import STAFF_ONLY, UNKNOWN_AUDIENCE, Audience
from storage.records import SqlRecords
from tests.bot.desks import desk
from tests.bot.scripted import CASEY, ScriptedChat
from tests.bot.slack_double import Fault
from tests.bot.slack_stage import (
    DIRECT,
    FOREIGNER,
    GUEST,
    OTHER,
    ROOM,
    STAFF,
    Stage,
    saying,
    stage,
)

pytestmark = pytest.mark.anyio

SHARED_NOW = {"type": "channel_shared", "channel": ROOM, "connected_team_id": "T0ACME"}
PICTURE = Picture(name="trend.png", alt="Health rose from 60 to 82.", png=b"\x89PNG...")


def share(s: Stage) -> None:
    s.double.conversations[ROOM].update(is_ext_shared=True, is_shared=True)


def assert_told_nothing_but_that(s: Stage) -> None:
    posted = s.double.sent("chat.postMessage")
    assert [sent["channel"] for sent in posted if sent["channel"] != ROOM] == [f"D{STAFF}"]
    for told in s.double.sent("chat.postEphemeral", "response_url"):
        assert told["text"] == "I have answered you in a direct message."


async def test_what_was_shared_while_we_waited_is_not_posted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with stage(saying(Delivery.PUBLIC)) as s:
        s.double.fail("chat.postMessage", Fault(429, retry_after=20))

        async def wait(_: float) -> None:
            share(s)
            await s.event(SHARED_NOW)

        monkeypatch.setattr(s.slack.surface.api, "_sleep", wait)
        await s.event(s.mention("share"))
        await s.settle()
        posted = s.double.sent("chat.postMessage")
        assert [sent["channel"] for sent in posted] == [ROOM, f"D{STAFF}"]
        assert_told_nothing_but_that(s)


async def test_a_change_that_no_event_told_of_is_seen_before_posting() -> None:
    async with stage(saying(Delivery.PUBLIC)) as s:
        await audience(s.slack.surface)
        s.double.members[ROOM].append(GUEST)
        await s.press("account.share:1")
        await s.settle()
        assert s.turns[-1].place.audience == STAFF_ONLY
        assert ROOM not in [sent["channel"] for sent in s.double.sent("chat.postMessage")]
        assert_told_nothing_but_that(s)


@pytest.mark.parametrize("method", ["conversations.info", "conversations.members"])
async def test_what_cannot_be_looked_at_is_not_posted_in(method: str) -> None:
    async with stage(saying(Delivery.PUBLIC)) as s:
        await s.slack.surface.identity.resolve(STAFF, ROOM)
        s.double.fail(method, Fault(error="missing_scope"))
        await s.press("account.share:1")
        await s.settle()
        assert ROOM not in [sent["channel"] for sent in s.double.sent("chat.postMessage")]
        assert_told_nothing_but_that(s)


async def test_a_public_picture_goes_to_direct_messages_on_doubt() -> None:
    async with stage(saying(Delivery.PUBLIC, picture=PICTURE)) as s:
        await s.slack.surface.identity.resolve(STAFF, ROOM)
        share(s)
        await s.press("account.share:1")
        await s.settle()
        (done,) = s.double.sent("files.completeUploadExternal")
        assert done["channel_id"] == f"D{STAFF}"
        assert_told_nothing_but_that(s)


@pytest.fixture
def records(sqlite_records: SqlRecords) -> SqlRecords:
    with sqlite_records.writing() as writer:
        writer.save_person(CASEY)
    return sqlite_records


def replica(s: Stage) -> SlackSurface:
    """Another process on the same records."""
    chat = ScriptedChat(saying(Delivery.PUBLIC))
    return build_slack(s.slack.config, chat, s.records, desk(), s.clock, COMMANDS).surface


async def audience(surface: SlackSurface) -> Audience:
    return (await surface.identity.resolve(STAFF, ROOM))[1].audience


@pytest.mark.parametrize("known_before", ["nothing", "forgotten", "too old"])
@pytest.mark.parametrize(
    "change", [SHARED_NOW, {"type": "user_change", "user": {"id": GUEST, "is_restricted": True}}]
)
async def test_a_look_that_another_process_knows_to_be_outdated_is_not_kept(
    records: SqlRecords, known_before: str, change: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage(records=records) as s:
        if known_before != "nothing":
            await audience(s.slack.surface)
        if known_before == "forgotten":
            await s.event(SHARED_NOW)
            await s.settle()
        s.pass_by(minutes=11)
        other = replica(s)
        listed, released = asyncio.Event(), asyncio.Event()
        members = other.api.members

        async def slowly(channel: str) -> AsyncIterator[str]:
            async for member in members(channel):
                yield member
            listed.set()
            await released.wait()

        monkeypatch.setattr(other.api, "members", slowly)
        looking = asyncio.create_task(audience(other))
        await listed.wait()
        s.double.members[ROOM].append(FOREIGNER)
        await s.event(change)
        await s.settle()
        released.set()
        third = replica(s)
        assert await looking == UNKNOWN_AUDIENCE
        for surface in (other, s.slack.surface, third):
            assert await audience(surface) == UNKNOWN_AUDIENCE
        await other.close()
        await third.close()


async def test_two_processes_that_see_the_same_believe_it(records: SqlRecords) -> None:
    async with stage(records=records) as s:
        other = replica(s)
        seen = await asyncio.gather(*map(audience, (other, s.slack.surface, other)))
        assert seen == [STAFF_ONLY] * 3
        await other.close()


async def test_direct_messages_of_nobody_are_not_staff_only() -> None:
    async with stage() as s:
        del s.double.conversations[DIRECT]["user"]
        await s.command("/account acme")
        await s.settle()
        assert s.turns[0].place.audience == UNKNOWN_AUDIENCE


async def test_a_user_change_that_trips_us_makes_every_place_suspect(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with stage() as s:
        surface = s.slack.surface
        await audience(surface)

        async def trip(_: object) -> bool:
            raise TypeError("an odd profile")

        monkeypatch.setattr(surface.identity._directory, "note_change", trip)
        surface.accept_user_change({"id": OTHER, "profile": 5})
        await s.settle()
        s.double.members[ROOM].append(GUEST)
        assert await audience(surface) == UNKNOWN_AUDIENCE


def test_whether_a_place_is_direct_is_not_taken_from_a_form() -> None:
    view = {"id": "V1", "callback_id": "x", "private_metadata": '{"channel":"C1","direct":true}'}
    incoming = read_submission({"user": {"id": STAFF}, "view": view})
    assert incoming is not None
    assert not incoming.origin.is_direct
    assert Origin(STAFF, "D1").is_direct
    assert not Origin(STAFF).is_direct


async def test_a_command_without_a_trigger_is_answered_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = time.time()
    async with stage() as s:
        body = s.command_body("/help", STAFF, DIRECT)
        del body["trigger_id"]
        for sent_at in (now, now, now + 1):
            monkeypatch.setattr("tests.bot.slack_stage.time.time", lambda at=sent_at: at)
            await s.send(urlencode(body))
        await s.settle()
        assert len(s.turns) == 2
