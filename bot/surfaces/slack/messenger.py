"""Brings replies to where they belong. A reply for one person never ends up before others: when
one way to them is closed the next is tried, and the last is their direct messages."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from typing import Final

import structlog

from bot.payload import Json
from bot.render.block_kit import SlackMessage, home_view, message, modal_view, plain_message
from bot.render.limits import SLACK
from bot.render.slack_text import line
from bot.surfaces.slack import words
from bot.surfaces.slack.api import MARK, Check, SlackApi
from bot.surfaces.slack.faults import SlackRefusedError, WithheldError
from bot.surfaces.slack.translate import Origin
from bot.turn import Delivery, Reply
from csm.card import Card, Form, Picture
from csm.views import notices

Send = Callable[[SlackMessage], Awaitable[None]]
# Whether what was written for that customer, or (None) for staff, may be said in a channel now.
MayHear = Callable[[str, str | None], Awaitable[bool]]

log = structlog.get_logger(__name__)

# Slack found fault with what we said, not with where: said plainly, it may do.
_CONTENT: Final = frozenset(
    {
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_attachments",
        "invalid_arguments",
        "invalid_payload",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
    }
)
_TOO_LATE: Final = frozenset({"expired_trigger_id", "trigger_expired", "exchanged_trigger_id"})
# No links are unfolded and no names turned into mentions, whatever the text looks like.
_AS_IT_IS: Final = {"unfurl_links": False, "unfurl_media": False, "parse": "none", "mrkdwn": False}
_POST: Final = "digital_csm_post"
_REMEMBERED: Final = 10_000


class Messenger:
    """Delivers. Raises SlackTroubleError when no way is left, or Slack cannot be reached."""

    def __init__(self, api: SlackApi, may_hear: MayHear) -> None:
        self._api = api
        self._may_hear = may_hear
        self._direct: OrderedDict[str, str] = OrderedDict()

    async def deliver(self, reply: Reply, origin: Origin) -> None:
        """One reply, on its way back to where the turn came from. What only shows that we are at
        work is for `bot.surfaces.slack.signs`."""
        if reply.form is not None:
            await self._deliver_form(reply.form, reply.reference, origin)
        if reply.card is not None:
            await self._deliver_card(reply, reply.card, origin)
        if reply.picture is not None:
            await self._deliver_picture(reply, reply.picture, origin)

    async def post(
        self, card: Card, channel: str, thread: str | None, check: Check, reference: str, mark: str
    ) -> str:
        """A card that answers no turn; the id of the message, which is found again by its mark.
        Raises WithheldError where the check said no, and SlackTroubleError."""
        posted: list[str] = []
        metadata = {"event_type": _POST, "event_payload": {MARK: mark}}

        async def send(said: SlackMessage) -> None:
            marked = {**_message(channel, thread, said), "metadata": metadata}
            posted.append(await self._api.post(check=check, **marked))

        await _send(send, card, reference)
        return posted[-1]

    async def post_picture(
        self, picture: Picture, channel: str, thread: str | None, check: Check | None
    ) -> None:
        """A picture for all in the channel to see. Raises as `post` does."""
        await self._api.upload(
            check=check,
            channel=channel,
            thread_ts=thread,
            content=picture.png,
            filename=_file_name(picture.name),
            title=line(picture.name, SLACK.header_text),
            alt_txt=line(picture.alt, SLACK.alt_text),
        )

    async def open_form(self, form: Form, origin: Origin) -> None:
        """A form in front of the person, who must just have done something."""
        await self._api.open_view(origin.trigger_id, modal_view(form, origin.to_metadata()))

    async def _deliver_card(self, reply: Reply, card: Card, origin: Origin) -> None:
        match reply.delivery:
            case Delivery.HOME:
                await self._publish(card, reply.reference, origin.user)
            case Delivery.PUBLIC:
                await self._say_publicly(reply, card, origin)
            case Delivery.DIRECT:
                await self._say_directly(card, reply.reference, origin)
            case Delivery.PRIVATE | Delivery.FORM:
                await self._say_privately(card, reply.reference, origin, replaces=reply.replaces)

    async def _publish(self, card: Card, reference: str, user: str) -> None:
        try:
            await self._api.publish_home(user, home_view(card))
        except SlackRefusedError as refusal:
            if refusal.code not in _CONTENT:
                raise
            _log_plainly(refusal, reference)
            plain = {"type": "home", "blocks": plain_message(card, reference).blocks}
            await self._api.publish_home(user, plain)

    async def _say_publicly(self, reply: Reply, card: Card, origin: Origin) -> None:
        reference = reply.reference
        if origin.channel is None:
            await self._say_directly(card, reference, origin)
            return
        thread = origin.thread or origin.new_thread
        check = self._checking(origin.channel, reply.account_key)
        try:
            await _send(self._posting(origin.channel, thread, check), card, reference)
        except WithheldError:
            await self._announce_direct(reference, origin)
            await self._say_directly(card, reference, origin)
        except SlackRefusedError as refusal:
            log.warning("public reply refused", reference=reference, code=refusal.code)
            if reply.account_key is None:  # no customer can mend it
                await self._say_privately(words.cannot_post(reference), reference, origin)

    async def _announce_direct(self, reference: str, origin: Origin) -> None:
        log.info("public reply goes to direct messages", reference=reference)
        await self._say_privately(notices.answered_in_direct_message(), reference, origin)

    async def _say_directly(self, card: Card, reference: str, origin: Origin) -> None:
        try:
            await _send(self._posting_directly(origin.user), card, reference)
        except SlackRefusedError as refusal:
            log.info("direct message refused", reference=reference, code=refusal.code)
            if origin.channel is None:
                raise
            notice = words.cannot_write_to_you(reference)
            await self._first_way(list(self._ways_in_place(origin)), notice, reference)

    async def _say_privately(
        self, card: Card, reference: str, origin: Origin, *, replaces: bool = False
    ) -> None:
        ways = [*self._ways_in_place(origin), self._posting_directly(origin.user)]
        if replaces and origin.replaceable and origin.response_url:
            ways.insert(0, self._replacing(origin.response_url))
        await self._first_way(ways, card, reference)

    async def _first_way(self, ways: list[Send], card: Card, reference: str) -> None:
        """The first way that is open; the last one's refusal is final."""
        for send in ways[:-1]:
            try:
                await _send(send, card, reference)
            except SlackRefusedError as refusal:
                log.info("way refused", reference=reference, code=refusal.code)
            else:
                return
        await _send(ways[-1], card, reference)

    def _ways_in_place(self, origin: Origin) -> Iterator[Send]:
        """The ways to show something to this person alone where they are. In their direct
        messages that is an ordinary message, which stays."""
        if origin.channel is not None and origin.is_direct:
            yield self._posting(origin.channel, origin.thread)
        if origin.response_url:
            yield self._responding(origin.response_url, origin.thread)
        if origin.channel is not None and not origin.is_direct:
            yield self._posting_ephemerally(origin.channel, origin.user, origin.thread)

    async def _deliver_form(self, form: Form, reference: str, origin: Origin) -> None:
        if origin.trigger_id is None:
            await self._say_privately(words.no_form_here(reference), reference, origin)
            return
        try:
            await self.open_form(form, origin)
        except SlackRefusedError as refusal:
            if refusal.code not in _TOO_LATE:
                raise
            log.info("form too late", reference=reference)
            await self._say_privately(words.too_slow_for_form(reference), reference, origin)

    async def _deliver_picture(self, reply: Reply, picture: Picture, origin: Origin) -> None:
        """Files cannot be shown to one person in a channel, so those go to direct messages."""
        public = reply.delivery is Delivery.PUBLIC
        here = public or (reply.delivery is Delivery.PRIVATE and origin.is_direct)
        channel, thread = (origin.channel, origin.thread) if here else (None, None)
        try:
            await self.post_picture(
                picture,
                channel or await self.direct_channel(origin.user),
                thread or (origin.new_thread if public else None),
                self._checking(channel, reply.account_key) if public and channel else None,
            )
        except WithheldError:
            await self._announce_direct(reply.reference, origin)
            await self._deliver_picture(replace(reply, delivery=Delivery.DIRECT), picture, origin)
            return
        except SlackRefusedError as refusal:
            log.warning("picture refused", reference=reply.reference, code=refusal.code)
            lost = words.picture_lost(picture.alt, reply.reference)
            direct = reply.delivery is Delivery.DIRECT
            say = self._say_directly if direct else self._say_privately
            await say(lost, reply.reference, origin)
            return
        if not here and reply.delivery is not Delivery.DIRECT and origin.channel is not None:
            sent = words.picture_sent(picture.alt, reply.reference)
            await self._say_privately(sent, reply.reference, origin)

    def _checking(self, channel: str, account_key: str | None) -> Check:
        """For what everybody in the channel will see. Who listens may have changed since the
        answer was made, and again while Slack kept us waiting, so it is asked for each attempt."""
        return lambda: self._may_hear(channel, account_key)

    def _posting(self, channel: str, thread: str | None, check: Check | None = None) -> Send:
        async def send(said: SlackMessage) -> None:
            await self._api.post(check=check, **_message(channel, thread, said))

        return send

    def _posting_directly(self, user: str) -> Send:
        async def send(said: SlackMessage) -> None:
            await self._posting(await self.direct_channel(user), None)(said)

        return send

    def _posting_ephemerally(self, channel: str, user: str, thread: str | None) -> Send:
        async def send(said: SlackMessage) -> None:
            await self._api.post_ephemeral(
                channel=channel,
                user=user,
                thread_ts=thread,
                text=said.text,
                blocks=said.blocks,
                parse="none",
            )

        return send

    def _responding(self, response_url: str, thread: str | None) -> Send:
        async def send(said: SlackMessage) -> None:
            where = {"thread_ts": thread} if thread else {}
            body = {"response_type": "ephemeral", "replace_original": False, **where}
            await self._api.respond(response_url, {**body, **_content(said)})

        return send

    def _replacing(self, response_url: str) -> Send:
        async def send(said: SlackMessage) -> None:
            await self._api.respond(response_url, {"replace_original": True, **_content(said)})

        return send

    async def direct_channel(self, user: str) -> str:
        """The channel of that person's direct messages with us."""
        if user not in self._direct:
            self._direct[user] = await self._api.open_direct(user)
            while len(self._direct) > _REMEMBERED:
                self._direct.popitem(last=False)
        return self._direct[user]


async def _send(send: Send, card: Card, reference: str) -> None:
    """The card; where Slack does not take it as it is, in plain words rather than not at all."""
    try:
        await send(message(card))
    except SlackRefusedError as refusal:
        if refusal.code not in _CONTENT:
            raise
        _log_plainly(refusal, reference)
        await send(plain_message(card, reference))


def _log_plainly(refusal: SlackRefusedError, reference: str) -> None:
    log.error("card refused, said plainly", reference=reference, code=refusal.code)


def _message(channel: str, thread: str | None, said: SlackMessage) -> Json:
    return {"channel": channel, "thread_ts": thread, **_content(said), **_AS_IT_IS}


def _content(said: SlackMessage) -> Json:
    return {"text": said.text, "blocks": said.blocks}


def _file_name(name: str) -> str:
    safe = "".join(c if c.isalnum() or c in "-_." else "-" for c in name.removesuffix(".png"))
    return f"{safe[:100] or 'picture'}.png"
