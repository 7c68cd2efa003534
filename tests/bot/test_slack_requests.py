"""What Slack sends, and what becomes of it: signatures, acknowledgements, duplicates, turns."""

import asyncio
import json
import threading

import pytest

from bot.commands import COMMANDS
from bot.surfaces.slack import SlackConfig, build_slack
from bot.turn import Delivery, Reply, TurnKind
from csm.errors import Busy, Unavailable
from csm.people import STAFF_ONLY, PlaceKind
from tests.bot.desks import desk
from tests.bot.scripted import CASEY, ScriptedChat
from tests.bot.slack_double import BOT_USER
from tests.bot.slack_records import FixedClock, MemoryRecords
from tests.bot.slack_stage import CARD, DIRECT, ROOM, STAFF, saying, stage

pytestmark = pytest.mark.anyio


async def test_a_command_is_acknowledged_and_answered() -> None:
    async with stage() as s:
        response = await s.command("/account acme &amp; sons")
        assert (response.status_code, response.text) == (200, "")
        await s.settle()
        (turn,) = s.turns
        assert (turn.kind, turn.text) == (TurnKind.COMMAND, "/account acme & sons")
        assert turn.who == CASEY
        assert (turn.place.kind, turn.place.audience) == (PlaceKind.DM, STAFF_ONLY)
        (message,) = s.double.sent("chat.postMessage")
        assert message["channel"] == DIRECT
        assert message["text"] == "All is well."


async def test_a_forged_signature_is_refused() -> None:
    async with stage() as s:
        response = await s.send("command=%2Faccount&user_id=U1", secret="another secret")
        assert response.status_code == 401
        await s.settle()
        assert not s.turns
        assert not s.double.calls


async def test_an_old_request_is_refused() -> None:
    async with stage() as s:
        assert (await s.send("command=%2Faccount&user_id=U1", age=301)).status_code == 401
        await s.settle()
        assert not s.turns


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"\xff\xfe", {"x-slack-request-timestamp": "1"}),
        (b"{broken", {"x-slack-request-timestamp": "1", "content-type": "application/json"}),
        (b"payload=%7Bbroken", {"x-slack-request-timestamp": "1"}),
        (b"{}", {"x-slack-request-timestamp": "yesterday"}),
        (b"{}", {"x-slack-request-timestamp": "9" * 5000}),
        (b"{}", {}),
        (b"", {}),
    ],
)
async def test_rubbish_is_refused_quietly(body: bytes, headers: dict[str, str]) -> None:
    async with stage() as s:
        response = await s.client.post("/slack/events", content=body, headers=headers)
        assert response.status_code == 401


async def test_url_verification_and_health() -> None:
    async with stage() as s:
        challenge = json.dumps({"type": "url_verification", "challenge": "c4"})
        response = await s.send(challenge, "application/json")
        assert (response.status_code, response.json()) == (200, {"challenge": "c4"})
        assert (await s.client.get("/healthz")).json() == {"status": "ok"}
        await s.slack.surface.close()
        assert (await s.client.get("/healthz")).status_code == 503


async def test_a_retried_event_is_answered_once() -> None:
    async with stage() as s:
        event = s.mention("how is acme?")
        for retry in ("", "1", "2"):
            headers = {"x-slack-retry-num": retry} if retry else {}
            assert (await s.event(event, "Ev7", headers)).status_code == 200
        await s.settle()
        assert len(s.turns) == 1


async def test_one_mention_that_arrives_as_two_events_is_answered_once() -> None:
    async with stage() as s:
        mention = s.mention("hello", channel=DIRECT, channel_type="im")
        await s.event(mention)
        await s.event({**mention, "type": "message"})
        await s.settle()
        assert len(s.turns) == 1


async def test_a_command_that_is_delivered_twice_is_answered_once() -> None:
    async with stage() as s:
        for _ in range(2):
            await s.command("/help", trigger_id="same")
        await s.settle()
        assert len(s.turns) == 1


async def test_duplicates_are_known_after_a_restart() -> None:
    records = MemoryRecords(CASEY)
    for expected in (1, 0):
        async with stage(records=records) as s:
            await s.command("/help", trigger_id="same")
            await s.settle()
            assert len(s.turns) == expected


@pytest.mark.parametrize(
    "event",
    [
        {"bot_id": "B1"},
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"subtype": "channel_join"},
        {"user": None},
        {"user": BOT_USER},
        {"subtype": "file_share", "text": " "},
        {"channel_type": "app_home"},
        {"ts": None},
    ],
)
async def test_what_no_person_said_to_us_is_ignored(event: dict[str, object]) -> None:
    async with stage() as s:
        said = {**s.mention("hi", channel=DIRECT), "type": "message", "channel_type": "im"}
        response = await s.event({**said, **event})
        assert response.status_code == 200
        await s.settle()
        assert not s.turns
        assert not s.double.calls


@pytest.mark.parametrize(
    ("typed", "kind", "text"),
    [
        ("how is acme?", TurnKind.MESSAGE, "how is acme?"),
        ("/account acme", TurnKind.COMMAND, "/account acme"),
        ("<https://acme.example|acme.example> &lt;3", TurnKind.MESSAGE, "acme.example <3"),
        ("ask <@U1|sam> in <#C1|team>", TurnKind.MESSAGE, "ask sam in team"),
        (
            "<https://acme.example> <!here> <@U1>",
            TurnKind.MESSAGE,
            "https://acme.example @here @U1",
        ),
        ("", TurnKind.MESSAGE, ""),
    ],
)
async def test_mentions_become_turns(typed: str, kind: TurnKind, text: str) -> None:
    async with stage() as s:
        await s.event(s.mention(typed))
        await s.settle()
        (turn,) = s.turns
        assert (turn.kind, turn.text) == (kind, text)
        assert (turn.place.channel, turn.place.kind) == (ROOM, PlaceKind.CHANNEL)


async def test_the_home_page_is_published() -> None:
    async with stage(saying(Delivery.HOME)) as s:
        await s.event({"type": "app_home_opened", "user": STAFF, "tab": "home"})
        await s.event({"type": "app_home_opened", "user": STAFF, "tab": "messages"})
        await s.settle()
        (turn,) = s.turns
        assert (turn.kind, turn.place.audience) == (TurnKind.HOME, STAFF_ONLY)
        (published,) = s.double.sent("views.publish")
        assert published["user_id"] == STAFF
        assert published["view"]["type"] == "home"


async def test_a_button_carries_its_id_and_nothing_is_kept_between_card_and_click() -> None:
    records = MemoryRecords(CASEY)
    async with stage(records=records) as s:
        await s.command("/account acme", channel=ROOM)
        await s.settle()
        (card,) = s.double.sent("response_url")
    async with stage(records=records) as s:
        button = card["blocks"][-1]["elements"][0]
        await s.press(button["value"])
        await s.settle()
        (turn,) = s.turns
        assert (turn.kind, turn.text) == (TurnKind.PRESS, "account.show:1")


async def test_two_clicks_are_two_turns_and_one_click_told_twice_is_one() -> None:
    async with stage() as s:
        body = s.press_body("cta.claim:1", STAFF, ROOM)
        await s.interact(body)
        await s.interact(body)
        await s.press("cta.claim:1")
        await s.settle()
        assert [turn.text for turn in s.turns] == ["cta.claim:1"] * 2


@pytest.mark.parametrize("error", [Busy("The records are locked."), Unavailable("Gone.")])
async def test_when_the_database_is_locked_the_person_is_told(error: Exception) -> None:
    records = MemoryRecords(CASEY)
    async with stage(records=records) as s:
        records.trouble = error
        assert (await s.command("/account acme", channel=ROOM)).status_code == 200
        await s.settle()
        assert not s.turns
        (told,) = s.double.sent("response_url")
        assert told["text"] == str(error)
        assert "Reference" in json.dumps(told["blocks"])
        records.trouble = None
        await s.command("/account acme")
        await s.settle()
        assert len(s.turns) == 1


async def test_acknowledgements_come_while_every_model_hangs() -> None:
    released = threading.Event()

    def hang(turn: object) -> list[Reply]:
        released.wait(30)
        return [Reply(Delivery.PRIVATE, "r", card=CARD)]

    async with stage(hang, workers=4, waiting=100) as s:
        acks = await asyncio.gather(*(s.command(f"/account {number}") for number in range(64)))
        assert {ack.status_code for ack in acks} == {200}
        assert not s.double.sent("chat.postMessage")
        released.set()
        await s.settle()
        assert len(s.double.sent("chat.postMessage")) == 64


async def test_when_the_queue_is_full_the_person_is_told() -> None:
    released = threading.Event()

    def hang(turn: object) -> list[Reply]:
        released.wait(30)
        return []

    async with stage(hang, workers=1, waiting=1) as s:
        for number in range(3):
            await s.command(f"/account {number}", channel=ROOM)
        await s.double.until("response_url")
        (told,) = s.double.sent("response_url")
        assert "try" in told["text"] or "ask again" in told["text"]
        released.set()
        await s.settle()
        assert len(s.turns) == 2


async def test_shutdown_lets_running_work_come_to_its_end() -> None:
    begun, released = threading.Event(), threading.Event()

    def slow(turn: object) -> list[Reply]:
        begun.set()
        released.wait(30)
        return [Reply(Delivery.PRIVATE, "r", card=CARD)]

    async with stage(slow) as s:
        async with s.web.router.lifespan_context(s.web):
            await s.command("/account acme")
            await s.slack.surface.work.in_side_thread(begun.wait, 30)
            released.set()
        assert len(s.double.sent("chat.postMessage")) == 1
        assert (await s.command("/account acme", channel=ROOM)).status_code == 200
        await s.settle()
        assert len(s.turns) == 1
        assert "restarted" in s.double.sent("response_url")[0]["text"]


async def test_work_that_does_not_end_is_cut_off_after_the_grace() -> None:
    released = threading.Event()

    def hang(turn: object) -> list[Reply]:
        released.wait(30)
        return [Reply(Delivery.PRIVATE, "r", card=CARD)]

    async with stage(hang, grace=0) as s:
        await s.command("/account acme")
        await s.double.until("users.info")
        await s.slack.surface.close()
        released.set()
        assert not s.double.sent("chat.postMessage")


async def test_a_chat_that_breaks_is_apologised_for_with_the_reference() -> None:
    def broken(turn: object) -> list[Reply]:
        raise RuntimeError("a bug")

    async with stage(broken) as s:
        await s.command("/account acme", channel=ROOM)
        await s.settle()
        (told,) = s.double.sent("response_url")
        assert s.turns[0].reference in json.dumps(told["blocks"])
        assert "a bug" not in json.dumps(told)


def test_building_needs_no_network_and_no_token() -> None:
    config = SlackConfig(bot_token="")
    slack = build_slack(
        config, ScriptedChat(lambda _: []), MemoryRecords(), desk(), FixedClock(), COMMANDS
    )
    assert slack.app.name == "digital-csm"
    config = SlackConfig(bot_token="xoxb-secret", signing_secret="hush", app_token="xapp-hush")
    assert "xoxb" not in repr(config)
    assert "hush" not in repr(config)
