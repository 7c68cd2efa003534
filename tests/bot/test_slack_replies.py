"""Where replies go, and what happens when Slack does not take them."""

import json
from dataclasses import replace
from typing import Any
from unittest.mock import Mock

import aiohttp
import pytest

from bot.surfaces.slack import SlackConfig
from bot.surfaces.slack.api import SlackApi
from bot.surfaces.slack.faults import SlackUnreachableError
from bot.turn import Delivery, Reply, Turn, TurnKind
from csm.card import Card, Form, Input, Option, Picture, Text
from tests.bot.slack_double import Fault
from tests.bot.slack_stage import (
    CARD,
    DIRECT,
    FOREIGNER,
    ROOM,
    SHARED,
    STAFF,
    Answer,
    Stage,
    saying,
    stage,
)

pytestmark = pytest.mark.anyio

FORM = Form(
    id="cta.closed:7",
    title="Close it",
    inputs=(
        Input(id="outcome", label="Outcome", options=(Option(value="done", label="Done"),)),
        Input(id="note", label="Note", multiline=True, required=False),
    ),
)
PICTURE = Picture(name="acme trend.png", alt="Health rose from 60 to 82.", png=b"\x89PNG...")


async def test_private_answers_in_a_channel_are_for_one_person() -> None:
    async with stage() as s:
        await s.command("/account acme", channel=ROOM)
        await s.event(s.mention("acme", thread_ts="1699.1"))
        await s.settle()
        (responded,) = s.double.sent("response_url")
        assert responded["response_type"] == "ephemeral"
        assert responded["replace_original"] is False
        (ephemeral,) = s.double.sent("chat.postEphemeral")
        assert (ephemeral["channel"], ephemeral["user"]) == (ROOM, STAFF)
        assert ephemeral["thread_ts"] == "1699.1"
        assert not s.double.sent("chat.postMessage")


async def test_direct_answers_go_to_direct_messages_wherever_one_asked() -> None:
    async with stage(saying(Delivery.DIRECT)) as s:
        for _ in range(2):
            await s.command("/account acme", channel=SHARED)
            await s.settle()
        assert {sent["channel"] for sent in s.double.sent("chat.postMessage")} == {f"D{STAFF}"}
        assert len(s.double.sent("conversations.open")) == 1
        assert not s.double.sent("response_url", "chat.postEphemeral")


async def test_public_answers_keep_the_thread() -> None:
    async with stage(saying(Delivery.PUBLIC)) as s:
        await s.press("share:1", message={"ts": "2", "thread_ts": "1"})
        await s.press("share:1", message={"ts": "2"})
        await s.event(s.mention("acme", ts="3"))
        await s.settle()
        posted = s.double.sent("chat.postMessage")
        assert {sent["channel"] for sent in posted} == {ROOM}
        assert sorted(str(sent.get("thread_ts")) for sent in posted) == ["1", "3", "None"]


async def test_messages_unfold_and_mention_nothing() -> None:
    async with stage(saying(Delivery.PUBLIC, CARD.model_copy(update={"summary": "<!here>"}))) as s:
        await s.press("share:1")
        await s.settle()
        (posted,) = s.double.sent("chat.postMessage")
        assert posted["text"] == "&lt;!here&gt;"
        assert (posted["unfurl_links"], posted["unfurl_media"]) == (False, False)
        assert posted["parse"] == "none"


async def test_a_card_takes_the_place_of_the_pressed_one() -> None:
    async with stage(saying(Delivery.PRIVATE, replaces=True)) as s:
        await s.press("cta.claim:1")
        await s.press("cta.claim:1", channel=DIRECT)
        await s.command("/account acme", channel=ROOM)
        await s.settle()
        replaced = [sent["replace_original"] for sent in s.double.sent("response_url")]
        assert sorted(replaced) == [False, True, True]


async def test_progress_first_then_the_answer() -> None:
    wait = Card(title="One moment", summary="I am looking.")

    def answer(turn: Turn) -> list[Reply]:
        return [Reply(Delivery.PRIVATE, "r", card=card) for card in (wait, CARD)]

    async with stage(answer) as s:
        await s.command("/account acme", channel=ROOM)
        await s.settle()
        texts = [sent["text"] for sent in s.double.sent("response_url")]
        assert texts == ["I am looking.", "All is well."]


async def fill_in(s: Stage) -> dict[str, Any]:
    (opened,) = s.double.sent("views.open")
    view: dict[str, Any] = opened["view"]
    await s.submit(
        view,
        {
            "outcome": {"choice": {"type": "static_select", "selected_option": {"value": "done"}}},
            "note": {"text": {"type": "plain_text_input", "value": None}},
        },
    )
    await s.settle()
    return view


async def test_a_form_comes_back_with_its_values_to_where_it_was_asked_for() -> None:
    def answer(turn: Turn) -> list[Reply]:
        if turn.values:
            return [Reply(Delivery.PRIVATE, turn.reference, card=CARD, replaces=True)]
        return [Reply(Delivery.FORM, turn.reference, form=FORM)]

    async with stage(answer) as s:
        await s.press("cta.close:7")
        await s.settle()
        view = await fill_in(s)
        assert view["callback_id"] == "cta.closed:7"
        filled = s.turns[1]
        assert (filled.kind, filled.text) == (TurnKind.PRESS, "cta.closed:7")
        assert filled.values == {"outcome": "done"}
        assert filled.place.channel == ROOM
        (told,) = s.double.sent("response_url")
        assert told["replace_original"] is True


async def test_a_form_that_came_too_late_is_said_to_be() -> None:
    async with stage(lambda turn: [Reply(Delivery.FORM, turn.reference, form=FORM)]) as s:
        s.double.fail("views.open", Fault(error="expired_trigger_id"))
        await s.press("cta.close:7")
        await s.settle()
        (told,) = s.double.sent("response_url")
        assert "press the button again" in told["text"]


async def test_a_form_that_slack_refuses_is_apologised_for() -> None:
    async with stage(lambda turn: [Reply(Delivery.FORM, turn.reference, form=FORM)]) as s:
        s.double.fail("views.open", Fault(error="invalid_arguments"))
        await s.press("cta.close:7")
        await s.settle()
        (told,) = s.double.sent("response_url")
        assert s.turns[0].reference in told["text"]


async def test_a_form_cannot_follow_a_message() -> None:
    async with stage(lambda turn: [Reply(Delivery.FORM, turn.reference, form=FORM)]) as s:
        await s.event(s.mention("close 7"))
        await s.settle()
        (told,) = s.double.sent("chat.postEphemeral")
        assert "slash command" in told["text"]


async def test_the_global_shortcut_asks_for_a_name_and_answers_directly() -> None:
    async with stage() as s:
        shortcut = {"type": "shortcut", "callback_id": "open_account", "trigger_id": "t"}
        await s.interact({**shortcut, "user": {"id": STAFF}, "team": {"id": "T0OURS"}})
        await s.settle()
        assert not s.turns
        (opened,) = s.double.sent("views.open")
        typed = {"account": {"text": {"type": "plain_text_input", "value": "acme"}}}
        await s.submit(opened["view"], typed)
        await s.settle()
        (turn,) = s.turns
        assert (turn.kind, turn.text) == (TurnKind.COMMAND, "/account acme")
        assert turn.place.audience.is_staff_only
        (sent,) = s.double.sent("chat.postMessage")
        assert sent["channel"] == f"D{STAFF}"


async def test_the_message_shortcut_asks_what_the_message_says() -> None:
    async with stage() as s:
        payload = {
            "type": "message_action",
            "callback_id": "account_in_message",
            "trigger_id": "t9",
            "user": {"id": STAFF},
            "team": {"id": "T0OURS"},
            "channel": {"id": ROOM},
            "message": {"text": "what about Acme &amp; Co?", "ts": "1"},
            "response_url": s.double.response_url,
        }
        await s.interact(payload)
        await s.settle()
        (turn,) = s.turns
        assert (turn.kind, turn.text) == (TurnKind.MESSAGE, "what about Acme & Co?")
        assert len(s.double.sent("response_url")) == 1


async def test_pictures_go_to_direct_messages() -> None:
    async with stage(saying(Delivery.PRIVATE, picture=PICTURE)) as s:
        await s.press("account.trend:1")
        await s.settle()
        (asked,) = s.double.sent("files.getUploadURLExternal")
        assert asked["alt_txt"] == PICTURE.alt
        assert asked["filename"] == "acme-trend.png"
        (done,) = s.double.sent("files.completeUploadExternal")
        assert done["channel_id"] == f"D{STAFF}"
        assert s.double.files == {"F1": PICTURE.png}
        assert "in your direct messages" in s.double.sent("response_url")[-1]["text"]


@pytest.mark.parametrize(
    ("delivery", "channel", "expected"),
    [(Delivery.PUBLIC, ROOM, ROOM), (Delivery.PRIVATE, DIRECT, DIRECT)],
)
async def test_pictures_stay_where_all_may_see_them(
    delivery: Delivery, channel: str, expected: str
) -> None:
    async with stage(saying(delivery, picture=PICTURE)) as s:
        await s.press("account.trend:1", channel=channel)
        await s.settle()
        (done,) = s.double.sent("files.completeUploadExternal")
        assert done["channel_id"] == expected


async def test_a_picture_that_slack_refuses_is_put_into_words() -> None:
    async with stage(saying(Delivery.PRIVATE, picture=PICTURE)) as s:
        s.double.fail("files.getUploadURLExternal", Fault(error="file_uploads_disabled"))
        await s.press("account.trend:1")
        await s.settle()
        assert PICTURE.alt in s.double.sent("response_url")[-1]["text"]


async def test_limits_are_waited_for_as_long_as_slack_says() -> None:
    async with stage() as s:
        s.double.fail("chat.postMessage", Fault(429, retry_after=7), Fault(429, retry_after=0))
        await s.command("/account acme")
        await s.settle()
        assert len(s.double.sent("chat.postMessage")) == 3
        assert s.waits == [7, 0]


async def test_no_longer_than_the_settings_allow() -> None:
    async with stage() as s:
        s.double.fail("chat.postMessage", Fault(429, retry_after=3600))
        await s.command("/account acme")
        await s.settle()
        assert len(s.double.sent("chat.postMessage")) == 1
        assert s.waits == []


LOST = [Fault(500), Fault(503), Fault(error="internal_error"), Fault(drops=True)]


@pytest.mark.parametrize("fault", LOST)
async def test_what_may_have_arrived_is_not_said_again(
    fault: Fault, capsys: pytest.CaptureFixture[str]
) -> None:
    async with stage() as s:
        s.double.fail("chat.postMessage", fault)
        s.double.fail("response_url", Fault(502) if fault.status != 200 else Fault(drops=True))
        await s.command("/account acme")
        await s.command("/account acme", channel=ROOM)
        await s.settle()
        assert len(s.double.sent("chat.postMessage")) == 1
        assert len(s.double.sent("response_url")) == 1
        assert s.waits == []
        assert all(turn.reference in capsys.readouterr().out for turn in s.turns[:1])
        await s.command("/account acme")
        await s.settle()
        assert len(s.double.sent("chat.postMessage")) == 2


@pytest.mark.parametrize("fault", LOST)
async def test_what_nobody_sees_twice_is_tried_again(fault: Fault) -> None:
    async with stage(saying(Delivery.HOME)) as s:
        s.double.fail("views.publish", fault)
        await s.event({"type": "app_home_opened", "user": STAFF, "tab": "home"})
        await s.settle()
        assert len(s.double.sent("views.publish")) == 2
        assert s.waits == [0.5]


@pytest.mark.parametrize(
    ("error", "attempts"),
    [
        (aiohttp.ClientConnectorError(Mock(), OSError("refused")), 3),
        (aiohttp.ConnectionTimeoutError("to host"), 3),
        (TimeoutError(), 1),
        (aiohttp.ServerTimeoutError("reading"), 1),
        (aiohttp.ClientOSError("reset"), 1),
    ],
)
async def test_only_what_never_got_through_is_said_again(
    monkeypatch: pytest.MonkeyPatch, error: Exception, attempts: int
) -> None:
    async with stage() as s:
        tried = []

        async def never(**message: Any) -> Any:
            tried.append(message)
            raise error

        monkeypatch.setattr(s.slack.surface.api.client, "chat_postMessage", never)
        await s.command("/account acme")
        await s.settle()
        assert len(tried) == attempts


async def test_a_server_that_is_not_there_is_tried_again() -> None:
    config = SlackConfig(bot_token="xoxb-test", base_url="http://127.0.0.1:1/api/", timeout=5)
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    api = SlackApi(config, sleep)
    try:
        with pytest.raises(SlackUnreachableError):
            await api.post(channel=ROOM, text="Hello")
    finally:
        await api.close()
    assert waits == [0.5, 1]


@pytest.mark.parametrize("code", ["invalid_blocks", "msg_too_long", "msg_blocks_too_long"])
async def test_a_refused_card_is_said_plainly(code: str) -> None:
    long = Card(title="Acme", summary="All is well.", blocks=(Text(text="word " * 2000),))
    async with stage(saying(Delivery.PRIVATE, long)) as s:
        s.double.fail("chat.postMessage", Fault(error=code))
        await s.command("/account acme")
        await s.settle()
        plain = s.double.sent("chat.postMessage")[-1]
        shown = json.dumps(plain["blocks"])
        assert len(plain["blocks"]) == 1
        assert "All is well." in shown
        assert s.turns[0].reference in shown


async def test_a_refused_home_is_said_plainly() -> None:
    async with stage(saying(Delivery.HOME)) as s:
        s.double.fail("views.publish", Fault(error="invalid_arguments"))
        await s.event({"type": "app_home_opened", "user": STAFF, "tab": "home"})
        await s.settle()
        assert len(s.double.sent("views.publish")) == 2


async def test_every_way_to_one_person_is_tried_and_none_to_others() -> None:
    async with stage() as s:
        s.double.fail("response_url", Fault(404))
        s.double.fail("chat.postEphemeral", Fault(error="not_in_channel"))
        await s.press("account.show:1")
        await s.settle()
        assert [method for method, _ in s.double.calls if method in SENDING] == [
            "response_url",
            "chat.postEphemeral",
            "chat.postMessage",
        ]
        assert s.double.sent("chat.postMessage")[0]["channel"] == f"D{STAFF}"


SENDING = {"response_url", "chat.postEphemeral", "chat.postMessage"}


async def test_a_channel_without_us_is_explained() -> None:
    async with stage(saying(Delivery.PUBLIC)) as s:
        s.double.fail("chat.postMessage", Fault(error="not_in_channel"))
        await s.press("share:1")
        await s.settle()
        (told,) = s.double.sent("response_url")
        assert "/invite" in told["text"]


async def test_when_direct_messages_are_closed_the_place_is_told_only_that() -> None:
    async with stage(saying(Delivery.DIRECT)) as s:
        s.double.fail("conversations.open", Fault(error="cannot_dm_bot"))
        await s.command("/account acme", channel=ROOM)
        await s.settle()
        (told,) = s.double.sent("response_url")
        assert "does not let me send you a direct message" in told["text"]
        assert "All is well." not in json.dumps(told)
        assert not s.double.sent("chat.postMessage")


async def test_a_home_button_answers_in_direct_messages() -> None:
    async with stage() as s:
        payload = s.press_body("account.show:1", STAFF, ROOM, container={"type": "view"})
        del payload["channel"], payload["response_url"]
        await s.interact(payload)
        await s.settle()
        (sent,) = s.double.sent("chat.postMessage")
        assert sent["channel"] == f"D{STAFF}"


def refusing(turn: Turn) -> list[Reply]:
    return [Reply(Delivery.PRIVATE, turn.reference, card=CARD)]


async def test_a_press_from_another_workspace_is_looked_up_by_our_own() -> None:
    answer: Answer = refusing
    async with stage(answer) as s:
        await s.press("account.show:1", user=FOREIGNER, channel=SHARED, team={"id": "T0ACME"})
        await s.settle()
        (turn,) = s.turns
        assert turn.place.workspace == "T0OURS"
        assert turn.who.key == ""
        assert replace(turn.place, name="").channel == SHARED
