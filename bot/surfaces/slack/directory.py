"""Users and conversations as Slack knows them, remembered for a while."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from bot.identity import ConversationFacts, ConversationKind, UserFacts
from bot.payload import Json, as_id, as_text
from bot.surfaces.slack.api import SlackApi
from bot.surfaces.slack.config import SlackConfig
from bot.surfaces.slack.facts import kind_of, shares_outside, user_facts
from csm.people import Principal

log = structlog.get_logger(__name__)

# Users asked about at once while a channel's members are looked at.
_TOGETHER = 8
_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Workspace:
    """The workspace that the app is installed in, the bot's own user, and all teams of ours."""

    team_id: str
    bot_user: str
    own_teams: frozenset[str]


class Directory:
    """Asks Slack once, and again when an answer has become too old or an event says it changed.

    Every method raises SlackTroubleError when Slack does not answer.
    """

    def __init__(
        self, api: SlackApi, config: SlackConfig, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._api = api
        self._config = config
        self._monotonic = monotonic
        self._workspace: Workspace | None = None
        self._asking = asyncio.Lock()
        self._users: OrderedDict[str, tuple[float, UserFacts]] = OrderedDict()

    async def workspace(self) -> Workspace:
        """Which workspace is ours; asked once, since a token belongs to one."""
        async with self._asking:
            if self._workspace is None:
                me = await self._api.whoami()
                team = str(me["team_id"])
                own = self._config.own_team_ids | {team}
                self._workspace = Workspace(team, str(me.get("user_id") or ""), own)
            return self._workspace

    async def user(self, user: str) -> UserFacts:
        kept = self._users.get(user)
        if kept and self._monotonic() - kept[0] < self._config.user_max_age.total_seconds():
            return kept[1]
        home = await self.workspace()
        facts = user_facts(await self._api.user(user), home.own_teams)
        newer = self._users.get(user)
        # What an event said while we asked is newer than the answer.
        return self._keep(facts) if newer is kept or newer is None else newer[1]

    async def note_change(self, user: Json) -> bool:
        """Learn from an event what a user is now. True when places that they are in may have got
        an outsider: they became one, or they are one whom we did not know."""
        home = await self.workspace()
        before = self._users.get(as_text(user.get("id")))
        now = self._keep(user_facts(user, home.own_teams))
        if not now.is_outsider or now.is_deleted:
            return False
        return before is None or not before[1].is_outsider or before[1].is_deleted

    async def conversation(self, channel: str) -> Json:
        return await self._api.conversation(channel)

    async def conversation_facts(
        self, conversation: Json, counterpart: Principal | None
    ) -> ConversationFacts:
        """Everything that decides who listens. Stops asking at the first outside sign."""
        home = await self.workspace()
        kind = kind_of(conversation)
        outside = shares_outside(conversation, home.own_teams)
        members = None if outside else await self._members(conversation, kind)
        return ConversationFacts(
            kind=kind,
            shares_outside=outside,
            members=members,
            counterpart=counterpart,
            name=str(conversation.get("name") or ""),
        )

    async def _members(
        self, conversation: Json, kind: ConversationKind
    ) -> tuple[UserFacts, ...] | None:
        """All of them, those up to an outsider, or None when there are too many to ask about."""
        if kind is ConversationKind.DIRECT:
            user = as_id(conversation.get("user"))
            return None if user is None else (await self.user(user),)
        ids = await self._member_ids(conversation)
        if ids is None:
            log.info("place has too many members to look at", channel=conversation["id"])
            return None
        found: list[UserFacts] = []
        for start in range(0, len(ids), _TOGETHER):
            some = ids[start : start + _TOGETHER]
            found.extend(await asyncio.gather(*map(self.user, some)))
            if any(member.is_outsider for member in found):
                break
        return tuple(found)

    async def _member_ids(self, conversation: Json) -> list[str] | None:
        most = self._config.max_members
        if int(conversation.get("num_members") or 0) > most:
            return None
        bot = (await self.workspace()).bot_user
        ids: list[str] = []
        async for member in self._api.members(str(conversation["id"])):
            if member != bot:
                ids.append(member)
            if len(ids) > most:
                return None
        return ids

    def _keep(self, facts: UserFacts) -> UserFacts:
        self._users[facts.user] = (self._monotonic(), facts)
        self._users.move_to_end(facts.user)
        while len(self._users) > _REMEMBERED:
            self._users.popitem(last=False)
        return facts
