"""The whole Slack surface on a stage: signed requests in, calls to a Slack double out."""

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx
from fastapi import FastAPI
from slack_sdk.signature import SignatureVerifier

from bot.commands import COMMANDS
from bot.payload import Json
from bot.surfaces.slack import Conversation, Slack, SlackConfig, build_slack, web_app
from bot.surfaces.slack.api import SlackApi
from bot.turn import Delivery, Reply, Turn
from csm.card import Actions, Button, Card
from csm.desk import Desk
from csm.ports import Clock, Pictures, Records
from tests.bot.desks import desk
from tests.bot.scripted import CASEY, JO, ScriptedChat
from tests.bot.slack_double import BOT_USER, TEAM, SlackDouble
from tests.bot.slack_records import FixedClock, MemoryRecords

Answer = Callable[[Turn], Iterable[Reply]]

SECRET = "a signing secret"
_NUMBERS = itertools.count(1)  # of events and triggers, which never repeat
STAFF, OTHER, GUEST, FOREIGNER = "U0CASEY", "U0RILEY", "U0GUEST", "U0JO"
DIRECT, ROOM, SHARED = "D0CASEY", "C0TEAM", "C0ACME"

CARD = Card(
    title="Acme",
    summary="All is well.",
    blocks=(Actions(buttons=(Button(id="account.show:1", label="Open"),)),),
)


def saying(delivery: Delivery, card: Card = CARD, **more: Any) -> Answer:
    """A chat with one answer for everything."""
    return lambda turn: [Reply(delivery, turn.reference, card=card, **more)]


@dataclass
class Stage:
    double: SlackDouble
    records: Records
    clock: Clock
    chat: Conversation
    slack: Slack
    web: FastAPI
    client: httpx.AsyncClient
    waits: list[float]

    @property
    def turns(self) -> list[Turn]:
        assert isinstance(self.chat, ScriptedChat)
        return self.chat.turns

    def pass_by(self, **time: int) -> None:
        """Let time go by."""
        assert isinstance(self.clock, FixedClock)
        self.clock.pass_by(**time)

    async def settle(self) -> None:
        """Until Bolt has told us of everything and every turn is answered."""
        while listening := [task for task in asyncio.all_tasks() if _is_listener(task)]:
            await asyncio.wait(listening)
        await self.slack.surface.work.idle()

    async def send(
        self,
        body: str,
        content_type: str = "application/x-www-form-urlencoded",
        *,
        secret: str = SECRET,
        age: int = 0,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        stamp = str(int(time.time()) - age)
        signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body)
        signed = {
            "content-type": content_type,
            "x-slack-request-timestamp": stamp,
            "x-slack-signature": signature or "",
            **(headers or {}),
        }
        return await self.client.post("/slack/events", content=body.encode(), headers=signed)

    async def event(
        self, event: Json, event_id: str = "", headers: dict[str, str] | None = None
    ) -> httpx.Response:
        body = {
            "type": "event_callback",
            "team_id": TEAM,
            "event_id": event_id or f"Ev{next(_NUMBERS)}",
            "authorizations": [{"team_id": TEAM, "user_id": BOT_USER, "is_bot": True}],
            "event": event,
        }
        return await self.send(json.dumps(body), "application/json", headers=headers)

    async def interact(self, payload: Json) -> httpx.Response:
        return await self.send(urlencode({"payload": json.dumps(payload)}))

    async def command(
        self, text: str, user: str = STAFF, channel: str = DIRECT, **more: Any
    ) -> httpx.Response:
        return await self.send(urlencode(self.command_body(text, user, channel, **more)))

    def command_body(self, text: str, user: str, channel: str, **more: Any) -> Json:
        command, _, rest = text.partition(" ")
        return {
            "command": command,
            "text": rest,
            "user_id": user,
            "channel_id": channel,
            "team_id": TEAM,
            "trigger_id": f"trigger{next(_NUMBERS)}",
            "response_url": self.double.response_url,
            **more,
        }

    async def press(
        self, value: str, user: str = STAFF, channel: str = ROOM, **more: Any
    ) -> httpx.Response:
        return await self.interact(self.press_body(value, user, channel, **more))

    def press_body(self, value: str, user: str, channel: str, **more: Any) -> Json:
        return {
            "type": "block_actions",
            "team": {"id": TEAM},
            "user": {"id": user, "team_id": TEAM},
            "channel": {"id": channel},
            "container": {"type": "message", "channel_id": channel, "is_ephemeral": True},
            "actions": [{"type": "button", "action_id": value, "value": value, "block_id": "b"}],
            "trigger_id": f"trigger{next(_NUMBERS)}",
            "response_url": self.double.response_url,
            **more,
        }

    async def submit(self, opened: Json, values: dict[str, Json], user: str = STAFF) -> None:
        """Fill in the view that was opened."""
        payload = {
            "type": "view_submission",
            "team": {"id": TEAM},
            "user": {"id": user, "team_id": TEAM},
            "trigger_id": f"trigger{next(_NUMBERS)}",
            "view": {**opened, "id": f"V{next(_NUMBERS)}", "state": {"values": values}},
        }
        response = await self.interact(payload)
        assert response.status_code == 200
        assert response.text == ""

    def mention(self, text: str, user: str = STAFF, channel: str = ROOM, **more: Any) -> Json:
        return {
            "type": "app_mention",
            "user": user,
            "channel": channel,
            "text": f"<@{BOT_USER}> {text}",
            "ts": "1700000000.000001",
            **more,
        }


@asynccontextmanager
async def stage(
    answer: Answer = saying(Delivery.PRIVATE),  # noqa: B008 - the same for every test
    records: Records | None = None,
    **settings: Any,
) -> AsyncIterator[Stage]:
    """Everything set up: casey and riley are staff, a guest and a customer's jo are about."""
    chat = ScriptedChat(answer)
    kept = records or MemoryRecords(CASEY, JO)
    async with product_stage(chat, kept, FixedClock(), **settings) as stage:
        _people_places(stage.double)
        yield stage


@asynccontextmanager
async def product_stage(
    chat: Conversation,
    kept: Records,
    clock: Clock,
    to_send: Desk | None = None,
    pictures: Pictures | None = None,
    **settings: Any,
) -> AsyncIterator[Stage]:
    """An empty Slack, and whoever answers in it; `to_send` is what outreach takes, `pictures` what
    draws the charts of posts."""
    double = SlackDouble()
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    async with double.running():
        config = SlackConfig(
            bot_token="xoxb-test",
            signing_secret=SECRET,
            base_url=f"{double.address}/api/",
            **{"grace": 5, "timeout": 5, **settings},
        )
        api = SlackApi(config, sleep)
        slack = build_slack(config, chat, kept, to_send or desk(), clock, COMMANDS, api, pictures)
        slack.surface.begin()
        web = web_app(slack)
        transport = httpx.ASGITransport(web)
        async with httpx.AsyncClient(transport=transport, base_url="http://app") as client:
            try:
                yield Stage(double, kept, clock, chat, slack, web, client, waits)
            finally:
                double.release()
                await slack.surface.close()


def _is_listener(task: "asyncio.Task[Any]") -> bool:
    return "run_ack_function_asynchronously" in repr(task.get_coro())


def _people_places(double: SlackDouble) -> None:
    double.add_user(STAFF, CASEY.email)
    double.add_user(OTHER, "riley@digital.example")
    double.add_user(GUEST, CASEY.email, is_restricted=True)
    double.add_user(FOREIGNER, JO.email, team="T0ACME", is_stranger=True)
    double.add_user(BOT_USER, is_bot=True)
    double.add_direct(DIRECT, STAFF)
    double.add_channel(ROOM, STAFF, OTHER, BOT_USER)
    double.add_channel(SHARED, STAFF, FOREIGNER, is_ext_shared=True, is_shared=True)
