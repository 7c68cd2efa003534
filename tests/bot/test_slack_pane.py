"""The assistant pane: whoever opens it is greeted with what they can ask."""

from typing import Any

import pytest

from bot.turn import TurnKind
from tests.bot.scripted import CASEY, JO
from tests.bot.slack_double import Fault
from tests.bot.slack_records import MemoryRecords
from tests.bot.slack_stage import DIRECT, FOREIGNER, STAFF, stage

pytestmark = pytest.mark.anyio


def opened(user: str, channel: str, kind: str = "assistant_thread_started") -> dict[str, Any]:
    pane = {"user_id": user, "channel_id": channel, "thread_ts": "1699.1", "context": {}}
    return {"type": kind, "assistant_thread": pane, "event_ts": "1700.1"}


async def test_a_colleague_is_greeted_in_the_thread_with_what_fits_a_colleague() -> None:
    async with stage() as s:
        for _ in range(2):
            await s.event(opened(STAFF, DIRECT))
        await s.settle()
        (turn,) = s.turns
        assert (turn.kind, turn.text, turn.who) == (TurnKind.COMMAND, "/help", CASEY)
        (greeting,) = s.double.sent("chat.postMessage")
        assert (greeting["channel"], greeting["thread_ts"]) == (DIRECT, "1699.1")
        suggested = s.double.sent("assistant.threads.setSuggestedPrompts")[0]
        assert (suggested["channel_id"], suggested["thread_ts"]) == (DIRECT, "1699.1")
        assert {"portfolio", "cases"} <= {one["message"] for one in suggested["prompts"]}


async def test_a_customer_is_offered_what_fits_a_customer() -> None:
    records = MemoryRecords(CASEY, JO)
    records.link_person("jo", "slack", "T0ACME", FOREIGNER)
    async with stage(records=records) as s:
        s.double.add_direct("D0JO", FOREIGNER)
        await s.event(opened(FOREIGNER, "D0JO"))
        await s.settle()
        (suggested,) = s.double.sent("assistant.threads.setSuggestedPrompts")
        messages = {one["message"] for one in suggested["prompts"]}
        assert "status" in messages
        assert not messages & {"portfolio", "risks", "cases", "gaps"}


async def test_a_stranger_is_offered_nothing() -> None:
    async with stage(records=MemoryRecords()) as s:
        await s.event(opened(STAFF, DIRECT))
        await s.settle()
        assert len(s.turns) == 1
        assert not s.double.sent("assistant.threads.setSuggestedPrompts")


async def test_the_pane_that_is_taken_along_keeps_its_suggestions_and_greets_nobody() -> None:
    async with stage() as s:
        await s.event(opened(STAFF, DIRECT, "assistant_thread_context_changed"))
        await s.settle()
        assert not s.turns
        assert len(s.double.sent("assistant.threads.setSuggestedPrompts")) == 1


async def test_suggestions_that_slack_refuses_do_not_matter() -> None:
    async with stage() as s:
        refusal = Fault(error="not_allowed_token_type")
        s.double.fail("assistant.threads.setSuggestedPrompts", refusal)
        await s.event(opened(STAFF, DIRECT))
        await s.settle()
        assert len(s.double.sent("chat.postMessage")) == 1


async def test_what_is_said_in_the_pane_is_answered_in_its_thread() -> None:
    async with stage() as s:
        said = {**s.mention("portfolio", channel=DIRECT, thread_ts="1699.1"), "type": "message"}
        await s.event({**said, "channel_type": "im"})
        await s.settle()
        (turn,) = s.turns
        assert (turn.kind, turn.thread) == (TurnKind.MESSAGE, "1699.1")
        (sent,) = s.double.sent("chat.postMessage")
        assert sent["thread_ts"] == "1699.1"


@pytest.mark.parametrize("spoilt", ["user_id", "channel_id", "thread_ts"])
async def test_half_a_pane_is_none(spoilt: str) -> None:
    async with stage() as s:
        event = opened(STAFF, DIRECT)
        event["assistant_thread"][spoilt] = None
        # Bolt may refuse it before it reaches us.
        assert (await s.event(event)).status_code in (200, 400)
        await s.settle()
        assert not s.turns
