"""Turns in which customers ask, and say what they think of the answer."""

from collections.abc import Iterator, Mapping

import structlog

from bot.talk import Answer, Asked, Handler, Services, number_in
from bot.turn import Turn
from csm.people import AudienceKind
from csm.question import Feedback
from csm.triage import LONGEST_QUESTION
from csm.use_cases.answer_question import (
    Answering,
    Drafted,
    FeedbackNoted,
    HandedOver,
    Heard,
    LeftToPeople,
    Plan,
    Response,
    Silent,
    is_posted,
)
from csm.use_cases.case_status import status_for
from csm.use_cases.feedback import ask_for_person, record_feedback
from csm.views.answers import response_cards
from csm.views.case_news import status_card

log = structlog.get_logger(__name__)

LOOKING = "Looking that up…"
# Characters that a message's id may have in the records.
_LONGEST_ID = 120


class QuestionTalk:
    """Customers' questions: those said to us, and those said among people in their channels."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._settings = services.playbook.answers
        self._answering = Answering(
            services.records,
            services.library,
            services.answerer,
            self._settings,
            services.clock,
        )

    def presses(self) -> Mapping[str, Handler]:
        """The buttons answered here: those below an answer, and those that say what was meant."""
        return {
            "answer.helped": self._helped,
            "answer.not_helped": self._not_helped,
            "answer.person": self._person,
            "answer.about": self._about,
        }

    def message(self, asked: Asked) -> Iterator[Answer]:
        """Free text said to us."""
        yield from self._answer(asked, _heard(asked.turn, asked.argument, addressed=True))

    def overheard(self, asked: Asked) -> Iterator[Answer]:
        """Free text in a channel that does not name us."""
        yield from self._answer(asked, _heard(asked.turn, asked.argument, addressed=False))

    def colleague_spoke(self, turn: Turn) -> None:
        """One of ours who is not on the team said something: to be respected, not answered."""
        self._answering.note_colleague(_heard(turn, turn.text, addressed=False))

    def status(self, asked: Asked) -> Iterator[Answer]:
        """`/status`."""
        now, turn = self._services.clock.now(), asked.turn
        records, settings = self._services.records, self._settings
        questions = status_for(asked.clearance, records, settings, now, turn.place)
        yield Answer(card=status_card(questions, turn.who.zone, now))

    def _answer(self, asked: Asked, heard: Heard) -> Iterator[Answer]:
        response = self._answering.hear(asked.clearance, heard)
        if isinstance(response, Plan):
            if response.question_id is not None:
                yield Answer(progress=LOOKING)
            response = self._respond(asked, response)
        yield from self._say(asked, response)

    def _respond(self, asked: Asked, plan: Plan) -> Response:
        """The answer. Should anything of ours break over a question, a person gets it."""
        try:
            return self._answering.respond(asked.clearance, plan)
        except Exception:
            log.exception("question not answered", reference=asked.turn.reference)
            return self._answering.give_up(plan)

    def _say(self, asked: Asked, response: Response, *, aside: bool = False) -> Iterator[Answer]:
        """What the place reads, or (`aside`) the person alone."""
        if isinstance(response, Silent):
            log.info("said nothing", reference=asked.turn.reference, reason=response.reason)
        if isinstance(response, Drafted | HandedOver) and response.stopped_by:
            rules = list(response.stopped_by)
            log.warning("answer stopped by the guard", reference=asked.turn.reference, rules=rules)
        if is_posted(response):
            return
        turn = asked.turn
        aside = aside or isinstance(response, LeftToPeople)
        public = turn.place.audience.kind is AudienceKind.CUSTOMER and not aside
        for card in response_cards(response, turn.who.zone, self._services.clock.now()):
            yield Answer(card=card, public=public)

    def _helped(self, asked: Asked) -> Iterator[Answer]:
        yield from self._say(asked, self._feedback(asked, Feedback.HELPED), aside=True)

    def _not_helped(self, asked: Asked) -> Iterator[Answer]:
        yield from self._say(asked, self._feedback(asked, Feedback.NOT_HELPED))

    def _feedback(self, asked: Asked, feedback: Feedback) -> FeedbackNoted:
        now, question_id = self._services.clock.now(), number_in(asked.argument)
        records, settings = self._services.records, self._settings
        noted = record_feedback(asked.clearance, records, settings, now, question_id, feedback)
        return FeedbackNoted(question_id, noted.feedback, noted.handed)

    def _person(self, asked: Asked) -> Iterator[Answer]:
        now, question_id = self._services.clock.now(), number_in(asked.argument)
        records, settings = self._services.records, self._settings
        handed = ask_for_person(asked.clearance, records, settings, now, question_id)
        yield from self._say(asked, HandedOver(question_id, handed))

    def _about(self, asked: Asked) -> Iterator[Answer]:
        """What was meant, as if it had been said in the thread that we asked back in."""
        number, _, title = asked.argument.partition(":")
        stored = self._answering.question_in(asked.turn.place, number_in(number))
        question = stored.question
        heard = _said(
            asked.turn,
            f"{question.text[: LONGEST_QUESTION // 2]} ({title})",
            message=f"about:{stored.id}:{title}"[:_LONGEST_ID],
            thread=question.thread,
        )
        yield from self._answer(asked, heard)


def _heard(turn: Turn, text: str, *, addressed: bool) -> Heard:
    """What was said. A slash command is no message, and has no thread: it goes by its reference."""
    message = turn.message or turn.reference
    return _said(turn, text, message=message, thread=turn.thread, addressed=addressed)


def _said(turn: Turn, text: str, *, message: str, thread: str, addressed: bool = True) -> Heard:
    place = turn.place
    return Heard(
        key=f"{place.platform}:{place.workspace}:{place.channel}:{message}",
        place=place,
        thread=thread,
        message=message,
        who=turn.who,
        text=text,
        addressed=addressed,
        names_others=turn.names_others,
    )
