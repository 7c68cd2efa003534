"""Turns about what questions teach: the log, answers to check, gaps, articles that fill them."""

from collections.abc import Iterator, Mapping

import structlog

from bot.talk import Answer, Asked, Handler, Services, number_in
from csm.card import Card
from csm.errors import Busy, Unavailable
from csm.knowledge import Shelf
from csm.question import Review
from csm.use_cases.articles import draft_article, publish_article, see_draft_article
from csm.use_cases.judge_answers import review_answer, sample_to_review
from csm.use_cases.learn import DEFAULT_LOG_DAYS, find_gaps, read_log
from csm.views.articles import article_card, article_form
from csm.views.learning import gaps_card, log_card, review_card

log = structlog.get_logger(__name__)

# Answers of a sample that are drawn at once, and shown one by one.
SAMPLE = 20
WRITING = "Writing a first version…"


class LearnTalk:
    """Everything people can do with what customers asked."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._settings = services.playbook.answers

    def presses(self) -> Mapping[str, Handler]:
        """The buttons about questions answered here."""
        return {
            "log.show": self._log_pressed,
            "gaps.show": self._gaps_pressed,
            "review.show": self._review,
            "review.right": self._right,
            "review.wrong": self._wrong,
        }

    def library_presses(self) -> Mapping[str, Handler]:
        """Those about articles, which take another capability."""
        return {
            "gap.draft": self._draft,
            "article.publish": self._ask_for_publishing,
            "article.published": self._publish,
        }

    def log(self, asked: Asked) -> Iterator[Answer]:
        """`/questions [DAYS]`."""
        days = asked.argument.lower().removeprefix("log").removesuffix("days").strip()
        yield Answer(card=self._log(asked, number_in(days) if days else DEFAULT_LOG_DAYS, 0))

    def gaps(self, asked: Asked) -> Iterator[Answer]:
        """`/gaps`."""
        yield Answer(card=self._gaps(asked, 0))

    def _log(self, asked: Asked, days: int, page: int) -> Card:
        services = self._services
        found = read_log(asked.clearance, services.records, services.clock.now(), days)
        return log_card(found, self._settings, asked.turn.who.zone, page)

    def _log_pressed(self, asked: Asked) -> Iterator[Answer]:
        days, _, page = asked.argument.partition(":")
        card = self._log(asked, number_in(days), number_in(page) if page else 0)
        yield Answer(card=card, replaces=True)

    def _gaps(self, asked: Asked, page: int) -> Card:
        services, clock = self._services, self._services.clock
        found = find_gaps(
            asked.clearance, services.records, services.cluster, clock.now(), clock.today()
        )
        return gaps_card(found, page)

    def _gaps_pressed(self, asked: Asked) -> Iterator[Answer]:
        page = asked.argument
        yield Answer(card=self._gaps(asked, number_in(page) if page else 0), replaces=bool(page))

    def _review(self, asked: Asked) -> Iterator[Answer]:
        yield Answer(card=self._next_to_review(asked))

    def _right(self, asked: Asked) -> Iterator[Answer]:
        yield self._reviewed(asked, Review.RIGHT)

    def _wrong(self, asked: Asked) -> Iterator[Answer]:
        yield self._reviewed(asked, Review.WRONG)

    def _reviewed(self, asked: Asked, review: Review) -> Answer:
        """The verdict kept, and the next answer to check in its place."""
        services, question_id = self._services, number_in(asked.argument)
        now = services.clock.now()
        review_answer(asked.clearance, services.records, self._settings, now, question_id, review)
        return Answer(card=self._next_to_review(asked), replaces=True)

    def _next_to_review(self, asked: Asked) -> Card:
        services = self._services
        now = services.clock.now()
        sample = sample_to_review(asked.clearance, services.records, now, SAMPLE)
        return review_card(sample, asked.turn.who.zone)

    def _draft(self, asked: Asked) -> Iterator[Answer]:
        services = self._services
        questions = [number_in(one) for one in asked.argument.split(",")]
        if services.article_writer is not None:
            yield Answer(progress=WRITING)
        article = draft_article(
            asked.clearance,
            services.records,
            services.article_writer,
            services.clock.now(),
            questions,
        )
        is_findable = self._renew(asked, Shelf.INTERNAL)
        yield Answer(card=article_card(article, is_findable=is_findable))

    def _ask_for_publishing(self, asked: Asked) -> Iterator[Answer]:
        document_id = number_in(asked.argument)
        article = see_draft_article(asked.clearance, self._services.records, document_id)
        yield Answer(form=article_form(article))

    def _publish(self, asked: Asked) -> Iterator[Answer]:
        services = self._services
        document_id, _, seen = asked.argument.partition(":")
        article = publish_article(
            asked.clearance,
            services.records,
            self._settings,
            services.chunk,
            services.clock.now(),
            number_in(document_id),
            seen,
            asked.turn.values.get("text", "").strip() or None,
        )
        is_findable = self._renew(asked, Shelf.CUSTOMER, Shelf.INTERNAL)
        yield Answer(card=article_card(article, is_findable=is_findable), replaces=True)

    def _renew(self, asked: Asked, *shelves: Shelf) -> bool:
        """Make what was written to shelves findable by its meaning; whether it is."""
        try:
            for shelf in shelves:
                self._services.library.renew(shelf)
        except (Busy, Unavailable) as error:
            log.warning("shelf not renewed", reference=asked.turn.reference, reason=str(error))
            return False
        return True
