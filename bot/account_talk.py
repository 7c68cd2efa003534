"""Turns about one account: its 360, its trend, its story, its benchmark, sharing it."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from bot.talk import Answer, Asked, Handler, Services, number_in
from csm.card import Picture
from csm.errors import Forbidden, InvalidInput
from csm.matching import Match
from csm.people import STAFF_ONLY, Capability, Clearance, Principal, clear
from csm.use_cases.benchmark_account import benchmark_account
from csm.use_cases.explain_account import explain
from csm.use_cases.find_account import find_account, find_account_in
from csm.use_cases.review_account import Review, review_account
from csm.views import notices
from csm.views.account import account_card
from csm.views.benchmark import benchmark_card
from csm.views.facts import facts_of
from csm.views.story import story_card
from csm.views.trend import trend_card

LONGEST_QUERY = 200


class AccountTalk:
    """Everything people can ask about one account."""

    def __init__(self, services: Services, otherwise: Handler) -> None:
        """`otherwise` answers free text that names no account."""
        self._services = services
        self._otherwise = otherwise

    def presses(self) -> Mapping[str, Handler]:
        """The buttons answered here, by the name in front of the colon."""
        return {
            "account.open": self._open,
            "account.share": self._share,
            "account.trend": self._trend,
            "account.explain": self._explain,
            "account.benchmark": self._benchmark_pressed,
        }

    def show(self, asked: Asked) -> Iterator[Answer]:
        """`/account NAME`."""
        match = self._match(asked, "/account acme")
        if match.found is None:
            yield Answer(card=notices.which_account(asked.argument, match, "account.open"))
            return
        yield self._card(asked, match.found.account_id)

    def benchmark(self, asked: Asked) -> Iterator[Answer]:
        """`/benchmark NAME`."""
        match = self._match(asked, "/benchmark acme")
        if match.found is None:
            yield Answer(card=notices.which_account(asked.argument, match, "account.benchmark"))
            return
        yield self._benchmark(asked, match.found.account_id)

    def named_in_text(self, asked: Asked) -> Iterator[Answer]:
        """Free text: the account named in it; else it is a question."""
        match = self._named(asked.clearance, asked.argument)
        if match.found:
            yield self._card(asked, match.found.account_id)
        elif match.choices:
            text = asked.argument[:LONGEST_QUERY]
            yield Answer(card=notices.which_account(text, match, "account.open"))
        elif any(letter.isalnum() for letter in asked.argument):
            yield from self._otherwise(asked)
        else:
            yield Answer(card=notices.not_understood())

    def is_named_in(self, who: Principal, text: str) -> bool:
        """Whether free text of a colleague names an account, or several. Decides only where the
        answer goes, and tells nobody."""
        match = self._named(clear(who, Capability.READ_ACCOUNTS, STAFF_ONLY), text)
        return match.found is not None or bool(match.choices)

    def _named(self, clearance: Clearance, text: str) -> Match:
        match = find_account(clearance, self._services.records, text[:LONGEST_QUERY])
        return match if match.found else find_account_in(clearance, self._services.records, text)

    def _match(self, asked: Asked, example: str) -> Match:
        if not asked.argument:
            raise InvalidInput(f"Which account? Type its name, for example {example}.")
        if len(asked.argument) > LONGEST_QUERY:
            raise InvalidInput(f"That is too long for a name. Try {example}.")
        return find_account(asked.clearance, self._services.records, asked.argument)

    def _review(self, asked: Asked, account_id: int) -> Review:
        services = self._services
        today = services.clock.today()
        return review_account(
            asked.clearance, services.records, services.playbook, today, account_id
        )

    def _card(self, asked: Asked, account_id: int) -> Answer:
        review = self._review(asked, account_id)
        return Answer(card=account_card(review, self._services.playbook, share=asked.may_share))

    def _open(self, asked: Asked) -> Iterator[Answer]:
        yield self._card(asked, number_in(asked.argument))

    def _share(self, asked: Asked) -> Iterator[Answer]:
        if not asked.may_share:
            raise Forbidden(
                "I share accounts only in channels of the team, where nobody from outside can read."
            )
        review = self._review(asked, number_in(asked.argument))
        card = account_card(review, self._services.playbook, share=False)
        yield Answer(card=notices.shared_by(asked.turn.who, card), public=True)

    def _trend(self, asked: Asked) -> Iterator[Answer]:
        review = self._review(asked, number_in(asked.argument))
        card = trend_card(review)
        points = [
            (health.day, health.score) for health in review.history if health.score is not None
        ]
        png = self._services.pictures.trend(
            review.name, points, [(day - timedelta(days=6), n) for day, n in review.usage_weeks]
        )
        picture = Picture(name=f"trend-{review.id}.png", alt=card.summary, png=png)
        yield Answer(card=card, picture=picture)

    def _explain(self, asked: Asked) -> Iterator[Answer]:
        review = self._review(asked, number_in(asked.argument))
        narrator = self._services.narrator
        if narrator is not None:
            yield Answer(card=notices.in_progress(f"Putting {review.name} into words…"))
        facts = facts_of(review, self._services.playbook)
        yield Answer(card=story_card(review, explain(facts, review.name, narrator)))

    def _benchmark(self, asked: Asked, account_id: int) -> Answer:
        benchmark = benchmark_account(
            asked.clearance,
            self._services.records,
            self._services.playbook,
            self._services.clock.today(),
            account_id,
        )
        return Answer(card=benchmark_card(benchmark))

    def _benchmark_pressed(self, asked: Asked) -> Iterator[Answer]:
        yield self._benchmark(asked, number_in(asked.argument))
