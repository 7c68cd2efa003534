"""The surface on the real records: what has to hold between processes holds in the database."""

import asyncio

import pytest

from csm.people import STAFF_ONLY, UNKNOWN_AUDIENCE, Audience, AudienceKind, Place, PlaceKind
from storage.records import SqlRecords
from tests.bot.scripted import CASEY
from tests.bot.slack_double import TEAM
from tests.bot.slack_records import FixedClock
from tests.bot.slack_stage import DIRECT, GUEST, ROOM, SHARED, stage

pytestmark = pytest.mark.anyio


@pytest.fixture
def records(sqlite_records: SqlRecords) -> SqlRecords:
    with sqlite_records.writing() as writer:
        writer.save_person(CASEY)
    return sqlite_records


async def test_of_many_deliveries_of_one_event_one_is_answered(records: SqlRecords) -> None:
    async with stage(records=records, workers=8) as s:
        sent = (s.command("/help", channel=DIRECT, trigger_id="same") for _ in range(16))
        await asyncio.gather(*sent)
        await s.settle()
        assert len(s.turns) == 1
    async with stage(records=records) as s:
        await s.command("/help", trigger_id="same")
        await s.settle()
        assert not s.turns


async def test_people_and_audiences_are_kept_and_forgotten(records: SqlRecords) -> None:
    async with stage(records=records) as s:
        await s.command("/account acme", channel=ROOM)
        await s.settle()
        with records.reading() as reader:
            place = reader.place("slack", TEAM, ROOM)
            assert place is not None
            assert place.audience == STAFF_ONLY
            assert reader.audience_checked_at("slack", TEAM, ROOM) == s.clock.now()
            assert reader.person_by_platform_id("slack", TEAM, s.turns[0].who.key) is None
            assert reader.person_by_platform_id("slack", TEAM, "U0CASEY") == CASEY
        await s.event({"type": "member_joined_channel", "user": GUEST, "channel": ROOM})
        await s.settle()
        with records.reading() as reader:
            place = reader.place("slack", TEAM, ROOM)
            assert place is not None
            assert place.audience == UNKNOWN_AUDIENCE
    async with stage(records=records) as s:
        await s.command("/account acme", channel=ROOM)
        await s.settle()
        assert len(s.double.sent("conversations.info")) == 1


async def test_a_binding_survives_whatever_happens_in_the_place(records: SqlRecords) -> None:
    acme = Audience(AudienceKind.CUSTOMER, "acme")
    with records.writing() as writer:
        shared = Place("slack", TEAM, SHARED, PlaceKind.CHANNEL, acme, "acme")
        writer.save_place(shared, FixedClock().now())
    async with stage(records=records) as s:
        await s.event({"type": "channel_unshared", "channel": SHARED})
        await s.settle()
        await s.command("/account acme", channel=SHARED)
        await s.settle()
        assert s.turns[0].place.audience == acme
