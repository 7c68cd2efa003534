"""Posts, brought to Slack. The postman works in a thread of its own, Slack on the event loop."""

import asyncio
import hashlib
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, Final, TypeVar

import structlog

from bot.couriers import InDoubt, NotNow, Undeliverable, demand_cleared
from bot.drawn import picture_of
from bot.surfaces.slack.api import Check, SlackApi
from bot.surfaces.slack.faults import (
    SlackRefusedError,
    SlackTroubleError,
    SlackUnansweredError,
    SlackUnreachableError,
    WithheldError,
)
from bot.surfaces.slack.messenger import Messenger
from bot.surfaces.slack.whereabouts import PLATFORM, SlackIdentity
from bot.surfaces.slack.work import Work
from csm.card import Card, Picture
from csm.chart import Chart
from csm.guard.verdict import Cleared
from csm.ports import Pictures, Records
from csm.post import Post

log = structlog.get_logger(__name__)

T = TypeVar("T")

# Seconds for one post, all of Slack's own waiting included.
_LONGEST: Final = 180.0
# For its picture, which is no reason to keep the next post waiting for long.
_LONGEST_PICTURE: Final = 45.0

_WITHHELD: Final = "Others than those it was written for can read that place now."
_UNREACHED: Final = "Slack could not be reached."
_UNANSWERED: Final = "Slack did not say whether it took it."
_NO_ACCOUNT: Final = "I know no Slack account of theirs."
_REFUSALS: Final = {
    "not_in_channel": "I am not in that channel. Add me with /invite.",
    "channel_not_found": "That channel is gone, or I am not in it. Add me with /invite.",
    "is_archived": "That channel is archived.",
    "user_not_found": _NO_ACCOUNT,
    "users_not_found": _NO_ACCOUNT,
    "user_disabled": "Their Slack account is switched off.",
    "cannot_dm_bot": "Slack does not let me write to them.",
}


class SlackCourier:
    """Delivers from any thread, once the surface runs on its loop."""

    def __init__(
        self,
        api: SlackApi,
        messenger: Messenger,
        identity: SlackIdentity,
        records: Records,
        work: Work,
        pictures: Pictures | None = None,
    ) -> None:
        """Without `pictures` no post's chart is drawn."""
        self._api = api
        self._pictures = pictures
        self._work = work
        self._messenger = messenger
        self._identity = identity
        self._records = records
        self._loop: asyncio.AbstractEventLoop | None = None
        self._running: set[Future[Any]] = set()

    @property
    def parallel(self) -> int:
        """See `bot.couriers.Courier`. Slack takes about one message a second in a channel."""
        return 1

    @property
    def has_begun(self) -> bool:
        return self._loop is not None

    def begin(self) -> None:
        """Work on the loop that this is called on."""
        self._loop = asyncio.get_running_loop()

    def end(self) -> None:
        """Take nothing more, and let go of what Slack has not answered yet."""
        self._loop = None
        for running in tuple(self._running):
            running.cancel()

    def deliver(self, post: Post, cleared: Cleared | None) -> str:
        """See `bot.couriers.Courier`."""
        demand_cleared(post, cleared)
        message = self._said(post)
        if post.chart is not None and self._pictures is not None:
            self._show(post, self._pictures)
        return message

    def _said(self, post: Post) -> str:
        try:
            return self._on_loop(self._deliver(post))
        except SlackRefusedError as refusal:
            reason = _REFUSALS.get(refusal.code, f"Slack refused it ({refusal.code}).")
            raise Undeliverable(reason) from refusal
        except WithheldError as error:
            raise Undeliverable(_WITHHELD) from error
        except SlackUnreachableError as error:
            raise NotNow(_UNREACHED, error.wait) from error

    def expected_id(self, _post: Post) -> str:
        """See `bot.couriers.Courier`."""
        return ""

    def find(self, post: Post) -> str | None:
        """See `bot.couriers.Courier`: among the newest messages there, by its mark."""
        try:
            return self._on_loop(self._find(post))
        except SlackUnreachableError as error:
            raise NotNow(_UNREACHED, error.wait) from error
        except SlackTroubleError:
            return None

    def _show(self, post: Post, pictures: Pictures) -> None:
        """The chart below its card, which has arrived: so nothing that goes wrong here may make the
        post fail, or be sent again."""
        try:
            picture = picture_of(Chart.model_validate(post.chart), pictures)
            self._on_loop(self._upload(post, picture), _LONGEST_PICTURE)
        except Exception as error:  # noqa: BLE001 - the card stands without it
            log.warning("picture left out", key=post.key, cause=type(error).__name__)

    async def _upload(self, post: Post, picture: Picture) -> None:
        channel = await self._channel_of(post)
        check = self._checking(channel, post)
        await self._messenger.post_picture(picture, channel, post.thread or None, check)

    def _on_loop(self, work: Coroutine[Any, Any, T], longest: float = _LONGEST) -> T:
        """Have the loop do it, and wait for it here. Raises NotNow while there is no loop, and
        TimeoutError."""
        if self._loop is None:
            work.close()
            raise NotNow("Slack is not connected.")
        running = asyncio.run_coroutine_threadsafe(work, self._loop)
        self._running.add(running)
        try:
            return running.result(longest)
        finally:
            running.cancel()
            self._running.discard(running)

    async def _find(self, post: Post) -> str | None:
        channel = await self._channel_of(post)
        return await self._api.posted(channel, post.thread, _mark_of(post))

    async def _deliver(self, post: Post) -> str:
        channel = await self._channel_of(post)
        card, mark = Card.model_validate(post.card), _mark_of(post)
        check = self._checking(channel, post)
        try:
            return await self._messenger.post(
                card, channel, post.thread or None, check, post.key, mark
            )
        except SlackUnansweredError as error:
            return await self._arrived(channel, post.thread, mark, error)

    async def _arrived(
        self, channel: str, thread: str, mark: str, cause: SlackUnansweredError
    ) -> str:
        """The id of a message that Slack did not answer for, if one look shows that it took it."""
        try:
            found = await self._api.posted(channel, thread, mark)
        except SlackTroubleError as trouble:
            raise InDoubt(_UNANSWERED) from trouble
        if found is None:
            raise InDoubt(_UNANSWERED) from cause
        return found

    def _checking(self, channel: str, post: Post) -> Check:
        """Who listens there is looked at before each attempt."""
        return lambda: self._identity.may_hear(channel, post.account_key)

    async def _channel_of(self, post: Post) -> str:
        if not post.person_key:
            return post.channel
        return await self._messenger.direct_channel(await self._user_of(post.person_key))

    async def _user_of(self, person_key: str) -> str:
        """Their Slack user: the one they are known by, else the one with their e-mail address."""
        ids, email = await self._work.in_thread(self._known, person_key)
        if ids:
            home = await self._identity.home()
            return ids.get(home) or next(iter(ids.values()))
        if not email:
            raise SlackRefusedError("users_not_found")
        return await self._api.user_by_email(email)

    def _known(self, person_key: str) -> tuple[dict[str, str], str]:
        """Their users by workspace, and their e-mail address."""
        with self._records.reading() as reader:
            person = reader.person(person_key)
            known = reader.platform_ids(person_key)
        ids = {workspace: user for platform, workspace, user in known if platform == PLATFORM}
        return ids, person.email if person else ""


def _mark_of(post: Post) -> str:
    """What the message is found by. Other apps in the channel can read it, so it tells nothing."""
    return hashlib.sha256(post.key.encode()).hexdigest()
