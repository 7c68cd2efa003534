"""Slack's Web API, called with patience that ends.

A refusal (`ok: false`) is final and carries Slack's code. Being limited, a server error, a
time-out and a broken connection are tried again a few times, as long as Slack asks for and no
longer than a person would. A message may thus arrive twice when only its answer was lost.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final, TypeVar

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from bot.payload import Json
from bot.surfaces.slack.config import SlackConfig

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


class SlackTroubleError(Exception):
    """Slack did not do what we asked."""


class SlackRefusedError(SlackTroubleError):
    """Slack said no; `code` says why, e.g. channel_not_found."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class SlackUnreachableError(SlackTroubleError):
    """Slack could not be reached, or kept us waiting for too long: `wait` seconds, where it said
    so."""

    def __init__(self, cause: str, wait: float = 0) -> None:
        super().__init__(cause)
        self.wait = wait


class WithheldError(SlackTroubleError):
    """What was to be sent must not be sent there any more."""


class _PassingError(Exception):
    """Worth another try, after `wait` seconds where Slack said how long."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


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
        otherwise."""
        answer = await self._call(_checked(self.client.chat_postMessage, check), **message)
        return str(answer.get("ts") or "")

    async def post_ephemeral(self, **message: Any) -> None:
        await self._call(self.client.chat_postEphemeral, **message)

    async def open_view(self, trigger_id: str | None, view: Json) -> None:
        await self._call(self.client.views_open, trigger_id=trigger_id, view=view)

    async def publish_home(self, user: str, view: Json) -> None:
        await self._call(self.client.views_publish, user_id=user, view=view)

    async def upload(self, *, check: Check | None = None, **file: Any) -> None:
        """As for `post`."""
        await self._call(_checked(self.client.files_upload_v2, check), **file)

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
        """Answer through the address that came with a command or a button."""
        await self._patiently(lambda: self._respond(response_url, body))

    async def _call(self, method: Method, **arguments: Any) -> Json:
        async def once() -> Json:
            self._connect()
            try:
                return dict((await method(**arguments)).data)
            except SlackApiError as error:
                raise _told_by(error.response) from error
            except SlackRequestError as error:
                raise _PassingError("the upload failed") from error

        return await self._patiently(once)

    async def _respond(self, response_url: str, body: Json) -> None:
        async with self._connect().post(response_url, json=body, allow_redirects=False) as answer:
            text = await answer.text()
            if answer.status in _PASSING:
                raise _passing(answer.status, answer.headers.get("Retry-After"))
            code = _code_in(text)
            if answer.status != 200 or code:
                raise SlackRefusedError(code or f"status_{answer.status}")

    def _connect(self) -> aiohttp.ClientSession:
        if self.client.session is None or self.client.session.closed:
            timeout = aiohttp.ClientTimeout(total=self._config.timeout)
            self.client.session = aiohttp.ClientSession(timeout=timeout)
        return self.client.session

    async def _patiently(self, once: Callable[[], Awaitable[T]]) -> T:
        wait = _FIRST_WAIT
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return await once()
            except (_PassingError, TimeoutError, aiohttp.ClientError) as error:
                asked = error.wait if isinstance(error, _PassingError) else None
                pause = wait if asked is None else asked
                cause = _cause(error)
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


def _cause(error: Exception) -> str:
    """For the log. The words of a broken connection may hold an address that only we may know."""
    return str(error) if isinstance(error, _PassingError) else type(error).__name__


_PASSING: Final = frozenset({408, 429, 500, 502, 503, 504})
# Codes of a refusal that time heals.
_PASSING_CODES: Final = frozenset(
    {"ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
)


def _told_by(response: Any) -> Exception:
    """What an SDK error means. The SDK puts its own answer in it, or aiohttp's where the body
    was no JSON."""
    status = int(getattr(response, "status_code", None) or getattr(response, "status", None) or 0)
    data = getattr(response, "data", None)
    code = str(data.get("error", "")) if isinstance(data, dict) else ""
    if status in _PASSING or code in _PASSING_CODES:
        return _passing(status, response.headers.get("Retry-After"))
    return SlackRefusedError(code or f"status_{status}")


def _passing(status: int, retry_after: str | None) -> _PassingError:
    wait = float(retry_after) if retry_after and retry_after.strip().isdigit() else None
    return _PassingError(f"status {status}", wait)


def _code_in(text: str) -> str:
    """The error code in the answer of a response_url, which is `ok`, a code or JSON."""
    said = text.strip()
    if said in ("", "ok"):
        return ""
    if said.startswith("{"):
        try:
            answer = json.loads(said)
        except ValueError:
            return "no_json"
        return "" if answer.get("ok") else str(answer.get("error", "refused"))
    return said[:60]
