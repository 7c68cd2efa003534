"""Posts with a chart: the picture follows its card, and never costs it anything."""

from datetime import date
from typing import Any

import pytest

from bot.surfaces.console import ConsoleSurface
from csm.chart import Chart, Series
from csm.people import PlaceKind
from csm.post import Post, PostState
from tests.bot.desks import desk
from tests.bot.scripted import CASEY, ScriptedChat
from tests.bot.scripted import TEAM as CONSOLE_TEAM
from tests.bot.slack_double import Fault
from tests.bot.slack_records import FixedClock, MemoryRecords
from tests.bot.slack_stage import ROOM, STAFF, stage
from tests.bot.test_console import post as console_post
from tests.bot.test_slack_posts import deliver, kept, notices, post

pytestmark = pytest.mark.anyio

CHART = Chart(
    title="ARR by health",
    alt="Red went from $1M to $2M.",
    days=(date(2027, 7, 5),),
    unit="USD",
    stacked=(Series(name="red", colour="red", values=(2e6,)),),
)
PNG = b"\x89PNG a picture"


class Drawer:
    """Draws the same for everything, or fails."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault = fault
        self.drawn: list[Chart] = []

    def trend(self, *_: object) -> bytes:
        raise AssertionError("nobody asked for a trend")

    def chart(self, chart: Chart) -> bytes:
        self.drawn.append(chart)
        if self.fault:
            raise self.fault
        return PNG


def charted(**more: Any) -> Post:
    return post(chart=CHART.model_dump(mode="json"), **more)


@pytest.mark.parametrize("thread", ["", "1699.1"])
async def test_the_picture_follows_its_card(thread: str) -> None:
    drawer = Drawer()
    async with stage(lambda _: [], records=kept(), pictures=drawer) as s:
        assert await deliver(s, charted(channel=ROOM, thread=thread)) == [PostState.SENT]
        assert drawer.drawn == [CHART]
        (asked,) = s.double.sent("files.getUploadURLExternal")
        (done,) = s.double.sent("files.completeUploadExternal")
        assert (asked["alt_txt"], asked["filename"]) == (CHART.alt, "chart-2027-07-05.png")
        assert (done["channel_id"], done.get("thread_ts", "")) == (ROOM, thread)
        assert s.double.files == {"F1": PNG}
        calls = [name for name, *_ in s.double.calls]
        assert calls.index("chat.postMessage") < calls.index("files.completeUploadExternal")


async def test_it_goes_to_the_same_direct_messages() -> None:
    records = kept()
    records.link_person("casey", "slack", "T0DIGITAL", STAFF)
    async with stage(lambda _: [], records=records, pictures=Drawer()) as s:
        assert await deliver(s, charted(person_key="casey")) == [PostState.SENT]
        (done,) = s.double.sent("files.completeUploadExternal")
        assert done["channel_id"] == f"D{STAFF}"


async def test_no_picture_goes_where_outsiders_came_in_after_the_card() -> None:
    async with stage(lambda _: [], records=kept(), pictures=Drawer()) as s:
        surface = s.slack.surface
        heard = iter([True, False])

        async def may_hear(_channel: str, _account: str | None) -> bool:
            return next(heard)

        surface.identity.may_hear = may_hear  # type: ignore[method-assign, assignment]  # asked twice, and told otherwise
        assert await deliver(s, charted(channel=ROOM)) == [PostState.SENT]
        assert not s.double.sent("files.getUploadURLExternal")


@pytest.mark.parametrize(
    "fault", [Fault(error="file_uploads_disabled"), Fault(500), Fault(drops=True)]
)
@pytest.mark.parametrize("call", ["files.getUploadURLExternal", "files.completeUploadExternal"])
async def test_a_picture_that_slack_does_not_take_costs_the_card_nothing(
    call: str, fault: Fault
) -> None:
    async with stage(lambda _: [], records=kept(), pictures=Drawer()) as s:
        s.double.fail(call, *[fault] * 3)
        assert await deliver(s, charted(channel=ROOM)) == [PostState.SENT]
        await deliver(s)
        assert len(s.double.sent("chat.postMessage")) == 1
        assert notices(s) == []


async def test_a_picture_that_cannot_be_drawn_costs_the_card_nothing() -> None:
    drawer = Drawer(MemoryError())
    async with stage(lambda _: [], records=kept(), pictures=drawer) as s:
        broken = post(key="case:8", channel=ROOM, chart={"no": "chart"})
        assert await deliver(s, charted(channel=ROOM), broken) == [PostState.SENT] * 2
        assert len(s.double.sent("chat.postMessage")) == 2
        assert not s.double.sent("files.getUploadURLExternal")


async def test_a_card_that_is_not_delivered_brings_no_picture() -> None:
    drawer = Drawer()
    async with stage(lambda _: [], records=kept(), pictures=drawer) as s:
        s.double.fail("chat.postMessage", Fault(error="not_in_channel"))
        assert await deliver(s, charted(channel=ROOM)) == [PostState.DEAD]
        assert drawer.drawn == []


def on_console(drawer: Drawer) -> tuple[ConsoleSurface, MemoryRecords]:
    records = MemoryRecords(CASEY)
    records.save_place(CONSOLE_TEAM, FixedClock().now())
    chart = CHART.model_dump(mode="json")
    records.add_post(console_post("a", channel="cs-team", chart=chart))
    chat = ScriptedChat(lambda _: [])
    return ConsoleSurface(chat, records, desk(), FixedClock(), drawer), records


def test_the_console_shows_the_picture_with_the_card() -> None:
    console, _ = on_console(Drawer())
    (shown,) = console.posts()
    picture = shown.reply.picture
    assert picture is not None
    assert (picture.png, picture.alt, picture.name) == (PNG, CHART.alt, "chart-2027-07-05.png")
    assert shown.place.kind is PlaceKind.CHANNEL


def test_the_console_shows_the_card_where_nothing_can_be_drawn() -> None:
    console, records = on_console(Drawer(ValueError("no")))
    (shown,) = console.posts()
    assert shown.reply.card is not None
    assert shown.reply.picture is None
    assert records.kept_posts[1].state is PostState.SENT
