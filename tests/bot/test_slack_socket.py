"""Socket Mode: the same surface, reached through a connection that we open."""

import asyncio
from typing import Any

import pytest

from bot.surfaces.slack import run_socket_mode
from tests.bot.slack_double import Fault
from tests.bot.slack_stage import ROOM, STAFF, Stage, stage

pytestmark = pytest.mark.anyio


def envelope(number: int, kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": kind,
        "envelope_id": f"envelope{number}",
        "payload": payload,
        "accepts_response_payload": True,
    }


def run(s: Stage, stop: asyncio.Event) -> "asyncio.Task[None]":
    connected = run_socket_mode(s.slack.app, s.slack.surface, "xapp-test", stop)
    return asyncio.get_running_loop().create_task(connected)


async def test_commands_and_buttons_make_the_round() -> None:
    async with stage() as s:
        stop = asyncio.Event()
        running = run(s, stop)
        command = s.command_body("/account acme", STAFF, ROOM)
        await s.double.push(envelope(1, "slash_commands", command))
        await s.double.push(envelope(2, "interactive", s.press_body("account.show:1", STAFF, ROOM)))
        await s.double.until("ack", 2)
        acknowledged = {ack["envelope_id"] for ack in s.double.acknowledged}
        assert acknowledged == {"envelope1", "envelope2"}
        await s.double.until("response_url", 2)
        assert sorted(turn.text for turn in s.turns) == ["/account acme", "account.show:1"]
        stop.set()
        await running
        assert s.slack.surface.work.is_closing


async def test_stopping_does_not_wait_for_a_connection() -> None:
    async with stage() as s:
        s.double.fail("apps.connections.open", Fault(hangs=True))
        stop = asyncio.Event()
        running = run(s, stop)
        await s.double.until("apps.connections.open")
        stop.set()
        s.double.release()
        await asyncio.wait_for(running, 10)
