"""The whole product in Slack: signed requests in, what Slack receives out."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from app import House
from tests.bot.slack_double import BOT_USER
from tests.bot.slack_stage import Stage, product_stage

Json = dict[str, Any]

CASEY, JO, DIRECT, ROOM, SHARED = "U0CASEY", "U0JO", "D0CASEY", "C0TEAM", "C0ACME"

pytestmark = pytest.mark.anyio


@pytest.fixture
async def stage(house: House) -> AsyncIterator[Stage]:
    async with product_stage(house.chat, house.records, house.clock) as stage:
        double = stage.double
        double.add_user(CASEY, "casey@digital-csm.example")
        double.add_user(JO, "jo@acme.example", team="T0ACME", is_stranger=True)
        double.add_user(BOT_USER, is_bot=True)
        double.add_direct(DIRECT, CASEY)
        double.add_channel(ROOM, CASEY, BOT_USER)
        double.add_channel(SHARED, CASEY, JO, is_ext_shared=True, is_shared=True)
        yield stage


def words(sent: Json) -> str:
    return json.dumps(sent, ensure_ascii=False)


@pytest.mark.parametrize(
    "typed",
    ["/account acme", "/account init", "/account qqq", "/portfolio all", "/risks all",
     "/renewals 365 all", "/benchmark acme", "/cta all", "/help", "/account"],
)  # fmt: skip
async def test_every_command_is_accepted_by_slack(stage: Stage, typed: str) -> None:
    response = await stage.command(typed, CASEY, DIRECT)
    assert response.status_code == 200
    await stage.settle()
    (sent,) = stage.double.sent("chat.postMessage")
    assert sent["blocks"]
    assert sent["text"]


async def test_an_account_in_a_team_channel_is_for_her_eyes_only(stage: Stage) -> None:
    await stage.command("/account acme", CASEY, ROOM)
    await stage.settle()
    assert stage.double.sent("chat.postMessage") == []
    (sent,) = stage.double.sent("response_url")
    assert sent["response_type"] == "ephemeral"
    assert "account.share:" in words(sent)


async def test_in_a_shared_channel_the_place_learns_nothing(stage: Stage) -> None:
    await stage.command("/account acme", CASEY, SHARED)
    await stage.settle()
    (told,) = stage.double.sent("response_url")
    assert "direct message" in words(told)
    assert "ARR" not in words(told)
    (card,) = stage.double.sent("chat.postMessage")
    assert card["channel"] != SHARED
    assert "ARR" in words(card)


async def test_a_customer_learns_nothing(stage: Stage) -> None:
    await stage.command("/account acme", JO, SHARED)
    await stage.settle()
    assert "ARR" not in words({"calls": [arguments for _, arguments in stage.double.calls]})


async def test_a_cta_is_closed_through_its_form(stage: Stage) -> None:
    await stage.command("/account acme", CASEY, DIRECT)
    await stage.settle()
    (card,) = stage.double.sent("chat.postMessage")
    start = next(b for b in _buttons(card) if b["action_id"].startswith("cta.start:"))
    number = start["action_id"].partition(":")[2]
    await stage.press(f"cta.close:{number}", CASEY, DIRECT)
    await stage.settle()
    (opened,) = stage.double.sent("views.open")
    values: dict[str, Json] = {
        "outcome": {"outcome": {"type": "static_select", "selected_option": {"value": "done"}}},
        "note": {"note": {"type": "plain_text_input", "value": "They are happy again."}},
    }
    await stage.submit(opened["view"], values, CASEY)
    await stage.settle()
    assert "They are happy again." in words(stage.double.calls[-1][1])


async def test_the_home_is_her_book(stage: Stage) -> None:
    opened = {"type": "app_home_opened", "user": CASEY, "channel": DIRECT, "tab": "home"}
    await stage.event(opened)
    await stage.settle()
    (sent,) = stage.double.sent("views.publish")
    assert sent["user_id"] == CASEY
    for part in ("At risk", "Renewals", "Calls to action"):
        assert part in words(sent)


async def test_the_trend_is_uploaded_to_her_alone(stage: Stage) -> None:
    await stage.command("/account acme", CASEY, DIRECT)
    await stage.settle()
    (card,) = stage.double.sent("chat.postMessage")
    trend = next(b for b in _buttons(card) if b["action_id"].startswith("account.trend:"))
    await stage.press(trend["action_id"], CASEY, ROOM)
    await stage.settle()
    (picture,) = stage.double.files.values()
    assert b"PNG" in picture[:200]
    (done,) = stage.double.sent("files.completeUploadExternal")
    assert done["channel_id"] not in (ROOM, SHARED)


def _buttons(message: Json) -> list[Json]:
    return [
        element
        for block in message["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
    ]
