"""Turns about many accounts: a portfolio, its risks, its renewals, a person's start page."""

from collections.abc import Iterator, Mapping

from bot.talk import Answer, Asked, Handler, Services, number_in
from csm.card import Card
from csm.people import Capability, clear
from csm.use_cases.review_book import (
    DEFAULT_RENEWAL_DAYS,
    Scope,
    renewal_days,
    review_portfolio,
    review_renewals,
    review_risks,
    scope_of,
)
from csm.use_cases.work_ctas import list_ctas
from csm.views.book import portfolio_card, renewals_card, risks_card
from csm.views.home import home_card


class BookTalk:
    """Everything people can ask about a book of business."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._at_risk = services.playbook.digests.at_risk

    def presses(self) -> Mapping[str, Handler]:
        """The buttons answered here. They carry what the command would, and a page."""
        return {
            "portfolio.show": self._portfolio_page,
            "risks.show": self._risks_page,
            "renewals.show": self._renewals_page,
        }

    def portfolio(self, asked: Asked) -> Iterator[Answer]:
        """`/portfolio [SCOPE]`."""
        yield Answer(card=self._portfolio(asked, asked.argument, 0))

    def risks(self, asked: Asked) -> Iterator[Answer]:
        """`/risks [SCOPE]`."""
        yield Answer(card=self._risks(asked, asked.argument, 0))

    def renewals(self, asked: Asked) -> Iterator[Answer]:
        """`/renewals [DAYS] [SCOPE]`, in either order of the two."""
        words = [word for word in asked.argument.split() if word.lower() not in ("day", "days")]
        numbers = [word for word in words if word[0] in "-+.0123456789"]
        scope = " ".join(word for word in words if word not in numbers)
        days = renewal_days(" ".join(numbers)) if numbers else DEFAULT_RENEWAL_DAYS
        yield Answer(card=self._renewals(asked, days, scope, 0))

    def home(self, asked: Asked) -> Iterator[Answer]:
        """The person's start page: her own book of business."""
        scope = self._scope(asked, "")
        today = self._services.clock.today()
        records = self._services.records
        who = asked.turn.who
        ctas = clear(who, Capability.WORK_CTAS, asked.clearance.audience)
        yield Answer(
            card=home_card(
                who,
                review_portfolio(asked.clearance, records, self._at_risk, today, scope),
                review_renewals(asked.clearance, records, today, scope, DEFAULT_RENEWAL_DAYS),
                list_ctas(ctas, records, everybody=scope.email is None),
                self._at_risk,
            )
        )

    def _portfolio(self, asked: Asked, scope: str, page: int) -> Card:
        book = review_portfolio(
            asked.clearance,
            self._services.records,
            self._at_risk,
            self._services.clock.today(),
            self._scope(asked, scope),
        )
        return portfolio_card(book, page)

    def _risks(self, asked: Asked, scope: str, page: int) -> Card:
        risks = review_risks(
            asked.clearance,
            self._services.records,
            self._at_risk,
            self._services.clock.today(),
            self._scope(asked, scope),
        )
        return risks_card(risks, self._services.playbook, page)

    def _renewals(self, asked: Asked, days: int, scope: str, page: int) -> Card:
        renewals = review_renewals(
            asked.clearance,
            self._services.records,
            self._services.clock.today(),
            self._scope(asked, scope),
            days,
        )
        return renewals_card(renewals, page)

    def _portfolio_page(self, asked: Asked) -> Iterator[Answer]:
        scope, _, page = asked.argument.partition(":")
        yield Answer(card=self._portfolio(asked, scope, _page(page)), replaces=bool(page))

    def _risks_page(self, asked: Asked) -> Iterator[Answer]:
        scope, _, page = asked.argument.partition(":")
        yield Answer(card=self._risks(asked, scope, _page(page)), replaces=bool(page))

    def _renewals_page(self, asked: Asked) -> Iterator[Answer]:
        days, _, rest = asked.argument.partition(":")
        scope, _, page = rest.partition(":")
        card = self._renewals(asked, renewal_days(days), scope, _page(page))
        yield Answer(card=card, replaces=bool(page))

    def _scope(self, asked: Asked, word: str) -> Scope:
        return scope_of(asked.clearance, self._services.records, word)


def _page(text: str) -> int:
    return number_in(text) if text else 0
