"""Posts, brought to Slack. The postman works in a thread of its own, Slack on the event loop."""

import asyncio
import hashlib
from concurrent.futures import Future
from typing import Final

from bot.postman import InDoubt, NotNow, Undeliverable
from bot.surfaces.slack.api import SlackApi
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
from csm.card import Card
from csm.ports import Records
from csm.post import Post

# Seconds for one post, all of Slack's own waiting included.
_LONGEST: Final = 180.0

_WITHHELD: Final = "Others than those it was written for can read that place now."
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
    ) -> None:
        self._api = api
        self._work = work
        self._messenger = messenger
        self._identity = identity
        self._records = records
        self._loop: asyncio.AbstractEventLoop | None = None
        self._running: set[Future[str]] = set()

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

    def deliver(self, post: Post) -> str:
        """See `bot.postman.Courier`."""
        loop = self._loop
        if loop is None:
            raise NotNow("Slack is not connected.")
        running = asyncio.run_coroutine_threadsafe(self._deliver(post), loop)
        self._running.add(running)
        try:
            return running.result(_LONGEST)
        except SlackRefusedError as refusal:
            reason = _REFUSALS.get(refusal.code, f"Slack refused it ({refusal.code}).")
            raise Undeliverable(reason) from refusal
        except WithheldError as error:
            raise Undeliverable(_WITHHELD) from error
        except SlackUnreachableError as error:
            raise NotNow("Slack could not be reached.", error.wait) from error
        finally:
            running.cancel()
            self._running.discard(running)

    async def _deliver(self, post: Post) -> str:
        channel = await self._direct_channel(post) if post.person_key else post.channel

        async def may_hear() -> bool:
            return await self._identity.may_hear(channel, post.account_key)

        card, mark = Card.model_validate(post.card), _mark_of(post)
        try:
            return await self._messenger.post(
                card, channel, post.thread or None, may_hear, post.key, mark
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

    async def _direct_channel(self, post: Post) -> str:
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
