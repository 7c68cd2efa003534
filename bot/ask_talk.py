"""Turns in which colleagues ask the library; customers who type the same ask us."""

from collections.abc import Iterator

import structlog

from bot.question_talk import LOOKING
from bot.talk import Answer, Asked, Handler, Services
from csm.errors import InvalidInput
from csm.people import Capability, clear
from csm.use_cases.ask_library import ask
from csm.views.answers import library_cards

log = structlog.get_logger(__name__)


class AskTalk:
    """Everything about `/ask`."""

    def __init__(self, services: Services, for_customers: Handler) -> None:
        """`for_customers` answers those who are none of our own people."""
        self._services = services
        self._for_customers = for_customers

    def command(self, asked: Asked) -> Iterator[Answer]:
        """`/ask QUESTION`."""
        if not asked.argument:
            raise InvalidInput("What do you want to know? Try /ask how do I share a view?")
        answer = self.free_text if asked.turn.who.is_staff else self._for_customers
        yield from answer(asked)

    def free_text(self, asked: Asked) -> Iterator[Answer]:
        """A colleague's question, for whoever hears the answer."""
        clearance = clear(asked.turn.who, Capability.GET_HELP, asked.clearance.audience)
        services = self._services
        yield Answer(progress=LOOKING)
        answer = ask(
            clearance,
            services.records,
            services.library,
            services.answerer,
            services.playbook.answers,
            asked.argument,
        )
        if answer.stopped_by:
            log.warning(
                "answer stopped by the guard",
                reference=asked.turn.reference,
                rules=list(answer.stopped_by),
            )
        for card in library_cards(answer):
            yield Answer(card=card)
