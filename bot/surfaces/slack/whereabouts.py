"""Slack ids -> Principal and Place, from what Slack and our records say. Fails closed."""

from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.identity import (
    ConversationKind,
    UserFacts,
    audience_of,
    is_bound,
    may_match_by_email,
    place_of,
    principal_of,
)
from bot.payload import Json, as_id
from bot.surfaces.slack.config import SlackConfig
from bot.surfaces.slack.directory import Directory
from bot.surfaces.slack.faults import SlackTroubleError
from bot.surfaces.slack.suspicion import Suspicion
from bot.surfaces.slack.work import Work
from csm.errors import CsmError, Unavailable
from csm.people import (
    STAFF_ONLY,
    STRANGER,
    UNKNOWN_AUDIENCE,
    Audience,
    AudienceKind,
    Place,
    PlaceKind,
    Principal,
    Role,
)
from csm.ports import Clock, Reader, Records

PLATFORM = "slack"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Known:
    """What our records say of a person and a place."""

    person: Principal | None
    linked: bool
    place: Place | None
    is_fresh: bool


class SlackIdentity:
    """Who and where. The person's workspace is their own; places are looked up by ours, since
    that is the only one whose word on them we have."""

    def __init__(
        self, directory: Directory, records: Records, clock: Clock, config: SlackConfig, work: Work
    ) -> None:
        self._directory = directory
        self._records = records
        self._clock = clock
        self._config = config
        self._work = work
        self._suspicion = Suspicion()

    async def resolve(self, user: str, channel: str | None) -> tuple[Principal, Place]:
        """The person, and the place as it is for them; without a channel, their own start page.

        Raises Unavailable when Slack does not say who the person is, and what the records raise.
        What Slack does not say of the place makes it a place with outsiders.
        """
        try:
            home = (await self._directory.workspace()).team_id
            facts = await self._directory.user(user)
        except SlackTroubleError as error:
            log.warning("user could not be looked up", user=user, cause=str(error))
            raise Unavailable(
                "I could not check with Slack who you are, so I did nothing. "
                "Please try again in a minute."
            ) from error
        known = await self._work.in_thread(self._look_up, facts, home, channel)
        place = await self._place(known, home, user, channel)
        who = principal_of(facts, known.person, place, linked=known.linked)
        if who is known.person and not known.linked:
            await self._work.in_thread(self._link, who, facts)
        if channel is None:
            place = _start_page(home, user, who)
        return who, _heard_by(place, who)

    async def home(self) -> str:
        """The workspace that the app is installed in. Raises SlackTroubleError."""
        return (await self._directory.workspace()).team_id

    async def is_bound(self, channel: str, home: str | None) -> bool:
        """Whether the channel is a customer's, from our records alone. `home` is our workspace,
        where the event says so."""
        team = home or await self.home()
        place = await self._work.in_thread(self._stored, team, channel)
        return place is not None and is_bound(place)

    async def may_hear(self, channel: str, account_key: str | None) -> bool:
        """Whether what was written for that customer, or (None) for staff, may be said in the
        channel at this moment: looked at anew, whatever was known of it.

        Raises SlackTroubleError when Slack does not say, and what the records raise.
        """
        home = await self.home()
        if account_key is None:
            return await self._is_staff_only(home, channel)
        place = await self._work.in_thread(self._stored, home, channel)
        if place is not None and is_bound(place):
            return place.audience.account_key == account_key
        other = await self._counterpart(await self._directory.conversation(channel), home)
        return other is not None and other.account_key == account_key

    async def may_surely_hear(self, channel: str, account_key: str | None) -> bool:
        """The same, where any doubt, even that we could not look, is a no."""
        try:
            return await self.may_hear(channel, account_key)
        except (SlackTroubleError, CsmError) as error:
            log.warning("audience could not be worked out", channel=channel, cause=str(error))
            return False

    async def _is_staff_only(self, home: str, channel: str) -> bool:
        mark = self._suspicion.mark()
        seen = await self._look_and_keep(home, channel, mark)
        return seen.audience == STAFF_ONLY and not self._suspicion.is_newer(channel, mark)

    def suspect(self, channel: str | None) -> None:
        """Members or shares of a channel, or (None) of any, may have changed: from now on this
        process believes nothing older of it. `forget` tells the others."""
        self._suspicion.raise_for(channel)

    async def forget(self, channel: str | None) -> None:
        """Have the audience of the channel, or (None) of every place, worked out again."""
        home = await self.home()
        await self._work.in_side_thread(self._forget, home, channel)

    async def user_changed(self, user: Json) -> None:
        """A user joined or was changed: every place may now have an outsider in it."""
        try:
            trust_fell = await self._directory.note_change(user)
        except Exception:
            self.suspect(None)
            raise
        if trust_fell:
            self.suspect(None)
            await self.forget(None)

    def _look_up(self, facts: UserFacts, home: str, channel: str | None) -> _Known:
        with self._records.reading() as reader:
            person = reader.person_by_platform_id(PLATFORM, facts.workspace, facts.user)
            linked = person is not None
            if person is None and may_match_by_email(facts):
                person = reader.person_by_email(facts.email)
            if channel is None:
                return _Known(person, linked, None, is_fresh=False)
            place = reader.place(PLATFORM, home, channel)
            return _Known(person, linked, place, self._is_fresh(reader, home, channel))

    def _stored(self, home: str, channel: str) -> Place | None:
        with self._records.reading() as reader:
            return reader.place(PLATFORM, home, channel)

    def _is_fresh(self, reader: Reader, home: str, channel: str) -> bool:
        checked_at = reader.audience_checked_at(PLATFORM, home, channel)
        if checked_at is None or self._suspicion.is_suspect(channel):
            return False
        return self._clock.now() - checked_at < self._config.audience_max_age

    async def _place(self, known: _Known, home: str, user: str, channel: str | None) -> Place:
        if channel is None:
            return _start_page(home, user, STRANGER)
        if known.place is not None and (known.is_fresh or is_bound(known.place)):
            return known.place
        try:
            return await self._look_and_keep(home, channel, self._suspicion.mark())
        except SlackTroubleError as error:
            log.warning("audience could not be worked out", channel=channel, cause=str(error))
            kind = known.place.kind if known.place else PlaceKind.CHANNEL
            return Place(PLATFORM, home, channel, kind, UNKNOWN_AUDIENCE)

    async def _look_and_keep(self, home: str, channel: str, mark: int) -> Place:
        before = await self._work.in_thread(self._begin_look, home, channel)
        seen = await self._look_at(home, channel)
        return await self._work.in_thread(self._settle, seen, mark, before)

    async def _look_at(self, home: str, channel: str) -> Place:
        conversation = await self._directory.conversation(channel)
        counterpart = await self._counterpart(conversation, home)
        facts = await self._directory.conversation_facts(conversation, counterpart)
        direct = facts.kind is ConversationKind.DIRECT
        kind = PlaceKind.DM if direct else PlaceKind.CHANNEL
        return Place(PLATFORM, home, channel, kind, audience_of(facts), facts.name)

    async def _counterpart(self, conversation: Json, home: str) -> Principal | None:
        """Who the other person of a direct conversation is, were they somebody of ours."""
        user = as_id(conversation.get("user"))
        if not conversation.get("is_im") or user is None:
            return None
        facts = await self._directory.user(user)
        known = await self._work.in_thread(self._look_up, facts, home, None)
        nowhere = _start_page(home, facts.user, STRANGER)
        return principal_of(facts, known.person, nowhere, linked=known.linked)

    def _begin_look(self, home: str, channel: str) -> datetime | None:
        """When the place was last looked at, as the records have it before we look again.

        Forgetting an audience empties that time, for every process to see. So it must not be
        empty now: a place that has none gets one that is too old to be believed.
        """
        with self._records.reading() as reader:
            checked_at = reader.audience_checked_at(PLATFORM, home, channel)
        if checked_at is not None:
            return checked_at
        with self._records.writing() as writer:
            unknown = Place(PLATFORM, home, channel, PlaceKind.CHANNEL, UNKNOWN_AUDIENCE)
            stored = writer.place(PLATFORM, home, channel) or unknown
            if writer.audience_checked_at(PLATFORM, home, channel) is None:
                too_old = self._clock.now() - self._config.audience_max_age
                writer.save_place(stored, too_old)
            return writer.audience_checked_at(PLATFORM, home, channel)

    def _settle(self, seen: Place, mark: int, before: datetime | None) -> Place:
        """Keep what was seen, unless something changed while we looked, here or (by the records)
        for another process. What another process saw meanwhile must be the same to be believed."""
        with self._records.writing() as writer:
            # In this order: reading the place for a change is what keeps others from changing it.
            stored = writer.place(seen.platform, seen.workspace, seen.channel)
            checked_at = writer.audience_checked_at(seen.platform, seen.workspace, seen.channel)
            overtaken = self._suspicion.is_newer(seen.channel, mark)
            place = place_of(stored, seen)
            keeps = not overtaken and (checked_at == before or is_bound(place))
            if keeps:
                writer.save_place(place, self._clock.now())
        if keeps:
            self._suspicion.settle(seen.channel, mark)
            return place
        agreed = not overtaken and stored is not None and stored.audience == seen.audience
        return place if agreed or is_bound(place) else _with_audience(seen, UNKNOWN_AUDIENCE)

    def _link(self, who: Principal, facts: UserFacts) -> None:
        with self._records.writing() as writer:
            writer.link_person(who.key, PLATFORM, facts.workspace, facts.user)
        log.info("person linked", person=who.key, user=facts.user)

    def _forget(self, home: str, channel: str | None) -> None:
        """Bound places are left alone: forgetting would lose the binding, and nothing that can
        happen there makes them staff only."""
        with self._records.writing() as writer:
            stored = writer.places() if channel is None else [writer.place(PLATFORM, home, channel)]
            for place in stored:
                ours = place is not None and (place.platform, place.workspace) == (PLATFORM, home)
                if place is not None and ours and not is_bound(place):
                    writer.forget_audiences(place.platform, place.workspace, place.channel)


def _start_page(home: str, user: str, who: Principal) -> Place:
    """The person's own page, which nobody else can open."""
    audience = STAFF_ONLY if who.is_staff else UNKNOWN_AUDIENCE
    return Place(PLATFORM, home, user, PlaceKind.DM, audience)


def _heard_by(place: Place, who: Principal) -> Place:
    """A contact's direct messages are heard by that customer."""
    if place.kind is PlaceKind.DM and who.role is Role.CONTACT and who.account_key:
        return _with_audience(place, Audience(AudienceKind.CUSTOMER, who.account_key))
    return place


def _with_audience(place: Place, audience: Audience) -> Place:
    return Place(place.platform, place.workspace, place.channel, place.kind, audience, place.name)
