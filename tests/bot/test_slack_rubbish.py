"""Payloads of any shape: signed rubbish harms nobody, and unsigned rubbish is not even read."""

import asyncio
import json
import logging
import traceback
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.payload import Json
from bot.surfaces.slack.transport import MAX_BODY
from tests.bot.slack_double import BOT_USER, TEAM
from tests.bot.slack_stage import DIRECT, ROOM, STAFF, Stage, stage

SIGNED_RUBBISH = settings(
    max_examples=6,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)

ODD: Any = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.sampled_from(["\x00", "\ud800", "home", "im", STAFF, ROOM, "https://[", "{", "[[[["]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)

VIEW: Json = {
    "id": "V1",
    "type": "modal",
    "callback_id": "open_account",
    "private_metadata": "{}",
    "state": {"values": {"account": {"text": {"value": "acme"}}}},
}
PERSON = {"id": STAFF, "team_id": TEAM}
WHERE: Json = {"team": {"id": TEAM}, "user": PERSON, "trigger_id": "t1"}
COMMAND: Json = {"command": "/account", "text": "acme", "user_id": STAFF, "channel_id": DIRECT}
PAYLOADS: dict[str, Json] = {
    "press": {
        "type": "block_actions",
        **WHERE,
        "channel": {"id": ROOM},
        "container": {"type": "message", "channel_id": ROOM},
        "message": {"thread_ts": "1.1"},
        "actions": [{"type": "button", "action_id": "a", "value": "a", "block_id": "b"}],
    },
    "submission": {"type": "view_submission", **WHERE, "view": VIEW},
    "shortcut": {"type": "shortcut", "callback_id": "open_account", **WHERE},
    "message shortcut": {
        "type": "message_action",
        "callback_id": "account_in_message",
        **WHERE,
        "channel": {"id": ROOM},
        "message": {"text": "acme", "thread_ts": "1.1"},
    },
}
EVENTS: dict[str, Json] = {
    "mention": {"type": "app_mention", "user": STAFF, "channel": ROOM, "ts": "1.1", "text": "hi"},
    "message": {
        "type": "message",
        "channel_type": "im",
        "user": STAFF,
        "channel": DIRECT,
        "ts": "1.1",
        "text": "hi",
    },
    "overheard": {
        "type": "message",
        "channel_type": "channel",
        "user": STAFF,
        "channel": ROOM,
        "ts": "1.1",
        "thread_ts": "1.0",
        "text": "<@U1> hi",
    },
    "pane": {
        "type": "assistant_thread_started",
        "assistant_thread": {"user_id": STAFF, "channel_id": DIRECT, "thread_ts": "1.1"},
    },
    "home": {"type": "app_home_opened", "user": STAFF, "tab": "home"},
    "place": {"type": "channel_rename", "channel": {"id": ROOM, "name": "x"}},
    "user": {"type": "user_change", "user": {**PERSON, "profile": {}, "enterprise_user": {}}},
}


def envelope(event: Json) -> Json:
    us = {"team_id": TEAM, "user_id": BOT_USER, "is_bot": True}
    whole = {"type": "event_callback", "team_id": TEAM, "event_id": "Ev1", "event": event}
    return {**whole, "authorizations": [us]}


def paths(value: object, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield before
    inner: Any = value.items() if isinstance(value, dict) else []
    for key, one in enumerate(value) if isinstance(value, list) else inner:
        yield from paths(one, (*before, key))


def spoilt(value: Any, path: tuple[Any, ...], odd: Any, *, leave_out: bool) -> Any:
    """The same with something odd, or with nothing, in one of its places."""
    if not path:
        return odd
    first, *rest = path
    copy = dict(value) if isinstance(value, dict) else list(value)
    if leave_out and not rest:
        del copy[first]
    else:
        copy[first] = spoilt(value[first], tuple(rest), odd, leave_out=leave_out)
    return copy


@st.composite
def rubbish(draw: st.DrawFn, payload: Json) -> Any:
    for _ in range(draw(st.integers(1, 3))):
        if not isinstance(payload, dict):
            break
        path = draw(st.sampled_from(list(paths(payload))))
        payload = spoilt(payload, path, draw(ODD), leave_out=draw(st.booleans()))
    return payload


def interactive(payload: object) -> tuple[str, str]:
    return urlencode({"payload": json.dumps(payload)}), "application/x-www-form-urlencoded"


async def send_all(bodies: list[tuple[str, str]]) -> None:
    """Each is answered by something other than our fault, and afterwards we still serve."""
    lost: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: lost.append(context))
    with capture_logs() as logs:
        await _send_all(bodies)
    failed = ("job failed", "turn failed in the surface", "turn refused: no room")
    assert [one for one in logs if one["event"] in failed] == []
    for one in logs:
        if isinstance(error := one.get("exc_info"), Exception):
            # Bolt may trip over it before it reaches us; we must not.
            frames = traceback.extract_tb(error.__traceback__)
            assert not [frame for frame in frames if "surfaces/slack" in frame.filename], error
    assert lost == []


async def _send_all(bodies: list[tuple[str, str]]) -> None:
    async with stage() as s:
        for body, kind in bodies:
            response = await s.send(body, kind)
            assert response.status_code < 500, body
        await s.settle()
        before = len(s.turns)
        await s.command("/help")
        await s.settle()
        assert len(s.turns) == before + 1


def check(caplog: pytest.LogCaptureFixture, *bodies: tuple[str, str]) -> None:
    caplog.clear()
    asyncio.run(send_all(list(bodies)))
    assert [one for one in caplog.records if one.levelno >= logging.ERROR] == []


@pytest.mark.parametrize("name", PAYLOADS)
@SIGNED_RUBBISH
@given(data=st.data())
def test_odd_interactions(name: str, data: st.DataObject, caplog: pytest.LogCaptureFixture) -> None:
    check(caplog, *(interactive(data.draw(rubbish(PAYLOADS[name]))) for _ in range(20)))


@pytest.mark.parametrize("name", EVENTS)
@SIGNED_RUBBISH
@given(data=st.data())
def test_odd_events(name: str, data: st.DataObject, caplog: pytest.LogCaptureFixture) -> None:
    payload = envelope(EVENTS[name])
    odd = [json.dumps(data.draw(rubbish(payload))) for _ in range(20)]
    check(caplog, *((one, "application/json") for one in odd))


@SIGNED_RUBBISH
@given(changes=st.dictionaries(st.sampled_from([*COMMAND, "team_id", "payload"]), st.text()))
def test_odd_commands(changes: dict[str, str], caplog: pytest.LogCaptureFixture) -> None:
    given = {**COMMAND, **{name: text.encode(errors="replace") for name, text in changes.items()}}
    kept = {name: value for name, value in given.items() if value}
    check(caplog, *((urlencode(one), "application/x-www-form-urlencoded") for one in (given, kept)))


DEEP = 100_000


@pytest.mark.parametrize(
    "body",
    [
        "[" * DEEP + "]" * DEEP,
        '{"a":' * DEEP + "1" + "}" * DEEP,
        '{"type":"event_callback","event":' + "[" * DEEP + "]" * DEEP + "}",
        "[]",
        "null",
        "5",
        '"text"',
        "{",
        "",
    ],
    ids=lambda body: body[:20],
)
def test_deep_and_shapeless_bodies(body: str, caplog: pytest.LogCaptureFixture) -> None:
    form = "application/x-www-form-urlencoded"
    check(caplog, (body, "application/json"), (urlencode({"payload": body}), form), (body, form))


def test_what_a_form_brings_back_may_be_rubbish(caplog: pytest.LogCaptureFixture) -> None:
    kept = ("[" * 10_000, "[]", "null", '{"channel": 5, "thread": [], "response_url": "x"}', "\x00")
    views = ({**VIEW, "id": f"V{i}", "private_metadata": one} for i, one in enumerate(kept))
    check(caplog, *(interactive({**PAYLOADS["submission"], "view": view}) for view in views))


@pytest.mark.anyio
async def test_a_body_that_is_too_long_is_refused_before_it_is_read() -> None:
    async with stage() as s:
        response = await s.send("x" * 5_000_000)
        assert response.status_code == 413
        assert await said_after(s) == 1


@pytest.mark.anyio
async def test_a_body_without_a_declared_length_is_refused_as_soon_as_it_is_too_long() -> None:
    taken = 0

    async def endless() -> Any:
        nonlocal taken
        while True:
            taken += 1
            yield b"x" * 100_000

    async with stage() as s:
        response = await s.client.post("/slack/events", content=endless())
        assert response.status_code == 413
        assert taken * 100_000 <= MAX_BODY + 200_000


@pytest.mark.anyio
async def test_a_signature_of_odd_characters_is_refused() -> None:
    async with stage() as s:
        for signature in ("v0=\u00e9".encode("latin-1"), b"", b"v0="):
            headers = {b"x-slack-request-timestamp": b"1", b"x-slack-signature": signature}
            response = await s.client.post("/slack/events", content=b"{}", headers=headers)
            assert response.status_code == 401


async def said_after(s: Stage) -> int:
    await s.command("/help")
    await s.settle()
    return len(s.turns)
