"""Slack's Web API, called with patience that ends.

A refusal (`ok: false`) is final and carries Slack's code. Being limited, a server error, a
time-out and a broken connection are tried again a few times, as long as Slack asks for and no
longer than a person would. What people would see twice is tried again only where Slack surely did
not take it: when its answer is lost, it may have arrived.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final, TypeVar

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from bot.payload import Json, as_id, as_list, as_object
from bot.surfaces.slack.config import SlackConfig
from bot.surfaces.slack.faults import (
    PassingError,
    SlackRefusedError,
    SlackUnansweredError,
    SlackUnreachableError,
    WithheldError,
    cause_of,
    code_in,
    is_passing,
    may_be_done,
    passing,
    told_by,
)

T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]
Method = Callable[..., Awaitable[Any]]
Check = Callable[[], Awaitable[bool]]

log = structlog.get_logger(__name__)

# At lower levels the SDK writes message texts, and warns of a token in the environment that it
# was not asked to use.
QUIET: Final = logging.getLogger("bot.surfaces.slack.sdk")
QUIET.setLevel(logging.ERROR)

_ATTEMPTS: Final = 3
_FIRST_WAIT: Final = 0.5  # seconds, and twice as many each time after
_LONGEST_WAIT: Final = 30  # seconds that Slack may ask us to wait; more is a failure
_PAGE: Final = 200

MARK: Final = "mark"
"""What in a message's metadata tells our messages apart."""


class SlackApi:
    """The methods that the surface uses. The connection opens with the first call."""

    def __init__(self, config: SlackConfig, sleep: Sleep = asyncio.sleep) -> None:
        self._config = config
        self._sleep = sleep
        self.client = AsyncWebClient(
            token=config.bot_token, base_url=config.base_url, logger=QUIET, retry_handlers=[]
        )

    async def close(self) -> None:
        if self.client.session is not None:
            await self.client.session.close()

    async def whoami(self) -> Json:
        return await self._call(self.client.auth_test)

    async def user(self, user: str) -> Json:
        answer = await self._call(self.client.users_info, user=user)
        return dict(answer["user"])

    async def conversation(self, channel: str) -> Json:
        answer = await self._call(
            self.client.conversations_info, channel=channel, include_num_members=True
        )
        return dict(answer["channel"])

    async def members(self, channel: str) -> AsyncIterator[str]:
        """Every member's id, page by page."""
        cursor = ""
        while True:
            page = await self._call(
                self.client.conversations_members, channel=channel, limit=_PAGE, cursor=cursor
            )
            for member in page["members"]:
                yield member
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    async def open_direct(self, user: str) -> str:
        answer = await self._call(self.client.conversations_open, users=user)
        return str(answer["channel"]["id"])

    async def user_by_email(self, email: str) -> str:
        answer = await self._call(self.client.users_lookupByEmail, email=email)
        return str(answer["user"]["id"])

    async def post(self, *, check: Check | None = None, **message: Any) -> str:
        """Its id. With a check, each attempt is made only after it said yes: WithheldError
        otherwise. Raises SlackUnansweredError where it may have arrived."""
        answer = await self._call_once(_checked(self.client.chat_postMessage, check), **message)
        return str(answer.get("ts") or "")

    async def posted(self, channel: str, thread: str, mark: str) -> str | None:
        """The id of our message with that mark: among the newest of the channel, or, where it
        is not empty, the first of the thread. None where it is not there."""
        look = {"channel": channel, "limit": _PAGE, "include_all_metadata": True}
        if thread:
            page = await self._call(self.client.conversations_replies, ts=thread, **look)
        else:
            page = await self._call(self.client.conversations_history, **look)
        for message in map(as_object, as_list(page.get("messages"))):
            if as_object(as_object(message.get("metadata")).get("event_payload")) == {MARK: mark}:
                return as_id(message.get("ts"))
        return None

    async def post_ephemeral(self, **message: Any) -> None:
        """Raises SlackUnansweredError as `post` does."""
        await self._call_once(self.client.chat_postEphemeral, **message)

    async def open_view(self, trigger_id: str | None, view: Json) -> None:
        await self._call(self.client.views_open, trigger_id=trigger_id, view=view)

    async def publish_home(self, user: str, view: Json) -> None:
        await self._call(self.client.views_publish, user_id=user, view=view)

    async def upload(self, *, check: Check | None = None, **file: Any) -> None:
        """As for `post`."""
        await self._call_once(_checked(self.client.files_upload_v2, check), **file)

    async def react(self, channel: str, message: str, emoji: str) -> None:
        await self._call(self.client.reactions_add, channel=channel, timestamp=message, name=emoji)

    async def unreact(self, channel: str, message: str, emoji: str) -> None:
        await self._call(
            self.client.reactions_remove, channel=channel, timestamp=message, name=emoji
        )

    async def set_status(self, channel: str, thread: str, status: str) -> None:
        """What we are at, shown in the assistant pane; an empty one takes it away."""
        await self._call(
            self.client.assistant_threads_setStatus,
            channel_id=channel,
            thread_ts=thread,
            status=status,
        )

    async def suggest(self, channel: str, thread: str, prompts: list[dict[str, str]]) -> None:
        await self._call(
            self.client.assistant_threads_setSuggestedPrompts,
            channel_id=channel,
            thread_ts=thread,
            prompts=prompts,
        )

    async def respond(self, response_url: str, body: Json) -> None:
        """Answer through the address that came with a command or a button. Raises
        SlackUnansweredError as `post` does."""
        replaces = body.get("replace_original") is True
        await self._patiently(lambda: self._respond(response_url, body), repeatable=replaces)

    async def _call(self, method: Method, **arguments: Any) -> Json:
        return await self._patiently(lambda: self._ask(method, arguments))

    async def _call_once(self, method: Method, **arguments: Any) -> Json:
        """For what people would see twice."""
        return await self._patiently(lambda: self._ask(method, arguments), repeatable=False)

    async def _ask(self, method: Method, arguments: Json) -> Json:
        self._connect()
        try:
            return dict((await method(**arguments)).data)
        except SlackApiError as error:
            raise told_by(error.response) from error
        except SlackRequestError as error:
            raise PassingError("the upload failed") from error

    async def _respond(self, response_url: str, body: Json) -> None:
        async with self._connect().post(response_url, json=body, allow_redirects=False) as answer:
            text = await answer.text()
            if is_passing(answer.status):
                raise passing(answer.status, answer.headers.get("Retry-After"))
            code = code_in(text)
            if answer.status != 200 or code:
                raise SlackRefusedError(code or f"status_{answer.status}")

    def _connect(self) -> aiohttp.ClientSession:
        if self.client.session is None or self.client.session.closed:
            total = self._config.timeout
            timeout = aiohttp.ClientTimeout(total=total, sock_connect=total / 2)
            self.client.session = aiohttp.ClientSession(timeout=timeout)
        return self.client.session

    async def _patiently(self, once: Callable[[], Awaitable[T]], *, repeatable: bool = True) -> T:
        wait = _FIRST_WAIT
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return await once()
            except (PassingError, TimeoutError, aiohttp.ClientError) as error:
                asked = error.wait if isinstance(error, PassingError) else None
                pause = wait if asked is None else asked
                cause = cause_of(error)
                if not repeatable and may_be_done(error):
                    raise SlackUnansweredError(cause) from error
                if attempt == _ATTEMPTS or pause > _LONGEST_WAIT:
                    raise SlackUnreachableError(cause, asked or 0) from error
                log.info("slack call tried again", attempt=attempt, cause=cause)
                await self._sleep(pause)
                wait *= 2
        raise AssertionError("at least one attempt is made")


def _checked(method: Method, check: Check | None) -> Method:
    async def checked(**arguments: Any) -> Any:
        if check is not None and not await check():
            raise WithheldError("the place may have outsiders in it")
        return await method(**arguments)

    return checked
