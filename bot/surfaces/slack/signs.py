"""Signs that we are at work on something, and their removal. They are a courtesy: one that Slack
does not take keeps nobody from an answer."""

from collections.abc import Awaitable
from typing import Final

import structlog

from bot.surfaces.slack.api import SlackApi
from bot.surfaces.slack.faults import SlackTroubleError
from bot.surfaces.slack.translate import Origin

log = structlog.get_logger(__name__)

_EMOJI: Final = "eyes"
_LONGEST_STATUS: Final = 100


class Sign:
    """The sign of one turn: a status line in direct messages, a reaction in channels. Where
    nothing was said there is nothing to put it on."""

    def __init__(self, api: SlackApi, origin: Origin) -> None:
        self._api = api
        self._origin = origin
        self._shown = False

    async def show(self, words: str) -> None:
        """In its place what was shown before, if anything was."""
        channel, message = self._origin.channel, self._origin.message
        if channel is None or not message:
            return
        if self._origin.is_direct:
            status = words[:_LONGEST_STATUS]
            await _try(self._api.set_status(channel, self._origin.thread or message, status))
        elif not self._shown:
            await _try(self._api.react(channel, message, _EMOJI))
        self._shown = True

    async def remove(self) -> None:
        """Where one was shown."""
        channel, message = self._origin.channel, self._origin.message
        if not self._shown or channel is None:
            return
        self._shown = False
        if self._origin.is_direct:
            await _try(self._api.set_status(channel, self._origin.thread or message, ""))
        else:
            await _try(self._api.unreact(channel, message, _EMOJI))


async def _try(call: Awaitable[None]) -> None:
    try:
        await call
    except SlackTroubleError as trouble:
        log.debug("sign not shown", cause=str(trouble))
