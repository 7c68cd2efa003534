"""Socket Mode: the same surface, reached through a connection that we open."""

import asyncio
from typing import Any

import pytest

from tests.bot.slack_double import Fault
from tests.bot.slack_stage import ROOM, STAFF, stage

pytestmark = pytest.mark.anyio


def envelope(number: int, kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": kind,
        "envelope_id": f"envelope{number}",
        "payload": payload,
        "accepts_response_payload": True,
    }


async def test_commands_and_buttons_make_the_round() -> None:
    async with stage(app_token="xapp-test") as s:
        async with s.web.router.lifespan_context(s.web):
            command = s.command_body("/account acme", STAFF, ROOM)
            press = s.press_body("account.show:1", STAFF, ROOM)
            await s.double.push(envelope(1, "slash_commands", command))
            await s.double.push(envelope(2, "interactive", press))
            await s.double.until("ack", 2)
            acknowledged = {ack["envelope_id"] for ack in s.double.acknowledged}
            assert acknowledged == {"envelope1", "envelope2"}
            await s.double.until("response_url", 2)
            assert sorted(turn.text for turn in s.turns) == ["/account acme", "account.show:1"]
        assert s.slack.surface.work.is_closing


async def test_what_cannot_be_understood_does_not_end_the_connection() -> None:
    async with stage(app_token="xapp-test") as s, s.web.router.lifespan_context(s.web):
        rubbish: list[dict[str, Any]] = [{"actions": 5}, {"type": "block_actions"}, {}]
        for number, payload in enumerate(rubbish):
            await s.double.push(envelope(number, "interactive", payload))
        command = s.command_body("/account acme", STAFF, ROOM)
        await s.double.push(envelope(9, "slash_commands", command))
        await s.double.until("response_url")
        assert [turn.text for turn in s.turns] == ["/account acme"]


async def test_stopping_does_not_wait_for_a_connection() -> None:
    async with stage(app_token="xapp-test") as s:
        s.double.fail("apps.connections.open", Fault(hangs=True))
        async with asyncio.timeout(10), s.web.router.lifespan_context(s.web):
            await s.double.until("apps.connections.open")
            s.double.release()
