"""Turns in which customers answer a message that we sent by ourselves."""

from collections.abc import Iterator

import structlog

from bot.talk import Answer, Asked, Handler, Services
from csm.outreach import Reaction
from csm.people import PlaceKind
from csm.question_words import asks_for_help, is_question
from csm.use_cases.hear_outreach import HeardReply, note_chat_reply, note_emoji
from csm.views.outreach_news import passed_on_card, stopped_card

log = structlog.get_logger(__name__)


class ReplyTalk:
    """Hears what may be a reply to outreach first, and leaves the rest, and what it asks, to
    whoever answers questions."""

    def __init__(self, services: Services, message: Handler, overheard: Handler) -> None:
        self._services = services
        self._message = message
        self._overheard = overheard

    def message(self, asked: Asked) -> Iterator[Answer]:
        """Free text said to us."""
        yield from self._hear(asked, self._message)

    def overheard(self, asked: Asked) -> Iterator[Answer]:
        """Free text in a channel that does not name us."""
        yield from self._hear(asked, self._overheard)

    def emoji(self, asked: Asked) -> Iterator[Answer]:
        """An emoji on a message: kept where it is one of ours, and never answered."""
        turn, services = asked.turn, self._services
        now = services.clock.now()
        records, playbook = services.records, services.playbook
        if note_emoji(records, playbook, now, turn.place, turn.message, turn.who, turn.text):
            log.info("reaction to outreach", reference=turn.reference)
        yield from ()

    def _hear(self, asked: Asked, otherwise: Handler) -> Iterator[Answer]:
        heard = self._noted(asked)
        if heard is None:
            yield from otherwise(asked)
            return
        log.info("reply to outreach", reference=asked.turn.reference, outreach=heard.outreach_id)
        is_direct = asked.turn.place.kind is PlaceKind.DM
        if heard.reaction is Reaction.OPTED_OUT:
            yield Answer(card=stopped_card(heard.owner_name), public=not is_direct)
        elif is_question(asked.argument) or asks_for_help(asked.argument):
            yield from otherwise(asked)
        elif is_direct:
            yield Answer(card=passed_on_card(heard.owner_name))

    def _noted(self, asked: Asked) -> HeardReply | None:
        turn, services = asked.turn, self._services
        return note_chat_reply(
            services.records,
            services.playbook,
            services.clock.now(),
            turn.place,
            turn.thread,
            turn.message or turn.reference,
            turn.who,
            asked.argument,
        )
