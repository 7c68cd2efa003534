"""One thing that a person did in Slack, from being taken to being answered."""

from collections.abc import Iterator

import structlog

from bot.outbox import Outbox
from bot.postman import Postman
from bot.surfaces.slack import words
from bot.surfaces.slack.api import SlackApi
from bot.surfaces.slack.config import Conversation, SlackConfig
from bot.surfaces.slack.courier import SlackCourier
from bot.surfaces.slack.directory import Directory
from bot.surfaces.slack.faults import SlackRefusedError, SlackTroubleError
from bot.surfaces.slack.messenger import Messenger
from bot.surfaces.slack.pane import prompts_for
from bot.surfaces.slack.signs import Sign
from bot.surfaces.slack.translate import Incoming, Origin
from bot.surfaces.slack.whereabouts import PLATFORM, SlackIdentity
from bot.surfaces.slack.work import Work
from bot.turn import UNASKED, Delivery, Reply, Turn, TurnKind
from csm.card import Card
from csm.desk import Desk
from csm.errors import CsmError
from csm.ports import Clock, Pictures, Records
from csm.reference import REFERENCE
from csm.views import notices

log = structlog.get_logger(__name__)


class SlackSurface:
    """Takes what happened, and answers it. Nothing is kept between two turns but caches, so a
    restart between a card and its button loses nothing."""

    def __init__(
        self,
        config: SlackConfig,
        chat: Conversation,
        records: Records,
        desk: Desk,
        clock: Clock,
        api: SlackApi | None = None,
        pictures: Pictures | None = None,
    ) -> None:
        self._config = config
        self._chat = chat
        self._records = records
        self._clock = clock
        self.api = api or SlackApi(config)
        self.work = Work(config.workers, config.waiting)
        directory = Directory(self.api, config)
        self.identity = SlackIdentity(directory, records, clock, config, self.work)
        self._messenger = Messenger(self.api, self.identity.may_surely_hear)
        self._courier = SlackCourier(
            self.api, self._messenger, self.identity, records, self.work, pictures
        )
        self.postman = Postman(
            records,
            clock,
            desk.playbook.answers,
            {PLATFORM: self._courier},
            Outbox(records, clock, desk),
        )

    def begin(self) -> None:
        """Posts can be delivered from now on, by the loop that this is called on."""
        self._courier.begin()

    def deliver_posts(self) -> None:
        """Bring what waits to where it belongs; nothing before the beginning or after the end.
        Raises Busy or Unavailable when the records cannot be reached."""
        if self._courier.has_begun:
            self.postman.deliver_waiting(PLATFORM)

    def accept(self, incoming: Incoming) -> None:
        """Have it worked on, once, or say that there is no room for it. Returns at once."""
        if self.work.offer(lambda: self._work_on(incoming)):
            return
        log.warning("turn refused: no room", reference=incoming.reference)
        reference = incoming.reference
        card = words.stopping(reference) if self.work.is_closing else words.busy(reference)
        if not self.work.aside(lambda: self._apologise(incoming, card)):
            log.error("turn dropped without a word", reference=reference)

    def accept_change(self, channel: str | None) -> None:
        """Members or shares of a channel changed: who listens is to be worked out again."""
        self.identity.suspect(channel)
        if not self.work.aside(lambda: self.identity.forget(channel)):
            log.error("change of a place known to this process alone", channel=channel)

    def accept_user_change(self, user: dict[str, object]) -> None:
        """A user joined the workspace or was changed."""
        if not self.work.aside(lambda: self.identity.user_changed(user)):
            self.identity.suspect(None)
            log.error("change of a user known to this process alone")

    def accept_pane(self, origin: Origin) -> None:
        """The assistant pane was opened, or taken along to another channel."""
        if not self.work.aside(lambda: self._suggest(origin)):
            log.warning("pane left without suggestions")

    def accept_open_account(self, origin: Origin) -> None:
        """The global shortcut: ask for the account's name. It reads nothing, so it need not wait
        for whoever is being answered, and Slack gives it three seconds."""
        if not self.work.aside(lambda: self._messenger.open_form(words.ASK_FOR_ACCOUNT, origin)):
            log.error("form dropped")

    async def close(self) -> None:
        """Answer what was taken, for as long as the settings give, then let go."""
        await self.work.close(self._config.grace)
        self._courier.end()
        await self.api.close()

    async def _work_on(self, incoming: Incoming) -> None:
        REFERENCE.set(incoming.reference)  # of the task that this runs in, and of its threads
        bound = log.bind(reference=incoming.reference, kind=incoming.kind.value)
        try:
            if not await self._is_our_business(incoming):
                return
            if await self.work.in_thread(self._is_first, incoming.key):
                await self._answer(incoming)
            else:
                bound.info("event already answered")
        except SlackRefusedError as refusal:
            bound.error("reply refused", code=refusal.code)
            await self._apologise(incoming, notices.our_fault(incoming.reference))
        except SlackTroubleError as trouble:
            bound.error("reply not delivered", detail=str(trouble))
        except CsmError as error:
            bound.warning("turn not begun", cause=type(error).__name__)
            await self._apologise(incoming, notices.problem(error, incoming.reference))
        except Exception:  # noqa: BLE001 - the person gets an answer whatever breaks
            bound.exception("turn failed in the surface")
            await self._apologise(incoming, notices.our_fault(incoming.reference))

    async def _is_our_business(self, incoming: Incoming) -> bool:
        """What people say to one another concerns us in customers' channels alone."""
        channel = incoming.origin.channel
        if incoming.kind not in UNASKED or channel is None or incoming.origin.is_direct:
            return True
        return await self.identity.is_bound(channel, incoming.home)

    async def _answer(self, incoming: Incoming) -> None:
        origin = incoming.origin
        who, place = await self.identity.resolve(origin.user, origin.channel)
        turn = Turn(
            who,
            place,
            incoming.kind,
            incoming.text,
            incoming.values,
            incoming.reference,
            incoming.origin.message,
            incoming.thread,
            incoming.names_others,
        )
        sign = Sign(self.api, origin)
        try:
            await self._reply(turn, origin, sign)
        finally:
            await sign.remove()
            if not self.work.aside(self._deliver_posts):
                log.warning("posts left for later", reference=incoming.reference)

    async def _reply(self, turn: Turn, origin: Origin, sign: Sign) -> None:
        replies: Iterator[Reply] = await self.work.in_thread(self._chat.handle, turn)
        while (reply := await self.work.in_thread(next, replies, None)) is not None:
            if reply.delivery is Delivery.PROGRESS:
                await sign.show(reply.progress)
            else:
                await self._messenger.deliver(reply, origin)

    async def _deliver_posts(self) -> None:
        """What turns left to be told elsewhere; what cannot be delivered now is tried again by
        whoever comes next, here or in the periodic job."""
        try:
            await self.work.in_post_thread(self.postman.deliver_waiting, PLATFORM)
        except CsmError as error:
            log.warning("posts left waiting", cause=type(error).__name__)

    async def _suggest(self, origin: Origin) -> None:
        try:
            who, _ = await self.identity.resolve(origin.user, origin.channel)
            prompts = prompts_for(who)
            if prompts and origin.channel and origin.thread:
                await self.api.suggest(origin.channel, origin.thread, prompts)
        except (SlackTroubleError, CsmError) as error:
            log.warning("pane left without suggestions", cause=str(error))

    def _is_first(self, key: str) -> bool:
        with self._records.writing() as writer:
            return writer.claim_event(PLATFORM, key, self._clock.now())

    async def _apologise(self, incoming: Incoming, card: Card) -> None:
        if incoming.kind in UNASKED:
            # Nobody asked us: trouble of ours is none of theirs. The log has it.
            return
        home = incoming.kind is TurnKind.HOME
        reply = Reply(Delivery.HOME if home else Delivery.PRIVATE, incoming.reference, card=card)
        try:
            await self._messenger.deliver(reply, incoming.origin)
        except SlackTroubleError as trouble:
            bound = log.bind(reference=incoming.reference)
            bound.error("apology not delivered", detail=str(trouble))
