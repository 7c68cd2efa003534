"""A person's start page: what is in danger, what renews, what is due."""

from collections.abc import Sequence
from typing import Final

from csm.at_risk import is_at_risk
from csm.card import Actions, Block, Bullet, Bullets, Button, Card, Divider, Heading, Text
from csm.digest_settings import AtRisk
from csm.money import format_money
from csm.people import Principal
from csm.ports import StoredCta
from csm.use_cases.review_book import Book, RenewalList
from csm.views.book import grades_text, money_by_currency, open_buttons, week_change
from csm.views.tones import SEVERITY_TONES, grade_text, grade_tone
from csm.wording import day_and_distance, plural

MOST: Final = 5


def home_card(
    who: Principal,
    book: Book,
    renewals: RenewalList,
    ctas: Sequence[StoredCta],
    settings: AtRisk,
) -> Card:
    """The book of business at a glance, with a way on from every part."""
    summary = _summary(book)
    return Card(
        title=f"{book.scope.title}, {who.name}",
        summary=summary,
        blocks=(
            Text(text=summary),
            *_at_risk(book, settings),
            Divider(),
            *_renewals(renewals),
            Divider(),
            *_ctas(book, ctas),
            Actions(
                buttons=(
                    Button(id=f"portfolio.show:{book.scope.word}:0", label="Whole portfolio"),
                    Button(id=f"risks.show:{book.scope.word}:0", label="All risks"),
                    Button(id="help.show", label="What can I ask?"),
                )
            ),
        ),
    )


def _summary(book: Book) -> str:
    if not book.lines:
        return "No account is yours yet. /portfolio all shows everybody's."
    accounts = plural(len(book.lines), "account")
    return f"{accounts}, {money_by_currency(book.lines)} ARR: {grades_text(book.lines)}."


def _at_risk(book: Book, settings: AtRisk) -> list[Block]:
    lines = [line for line in book.lines if is_at_risk(line, settings)]
    if not lines:
        return [Heading(text="At risk"), Text(text="Nobody.")]
    bullets = tuple(
        Bullet(
            lead=line.name,
            text=f"{grade_text(line.health)} ({week_change(line)} this week), "
            f"{format_money(line.arr, line.currency, short=True)} ARR"
            + (f". {line.worst_risk.evidence}" if line.worst_risk else ""),
            tone=grade_tone(line.health),
        )
        for line in lines[:MOST]
    )
    return [
        Heading(text=f"At risk: {len(lines)}"),
        Bullets(items=bullets),
        Actions(buttons=open_buttons(lines[:MOST])),
    ]


def _renewals(renewals: RenewalList) -> list[Block]:
    heading = Heading(text=f"Renewals in the next {renewals.days} days: {len(renewals.lines)}")
    if not renewals.lines:
        return [heading, Text(text="None.")]
    bullets = tuple(
        Bullet(
            lead=line.name,
            text=f"{day_and_distance(line.renews_on, renewals.today) if line.renews_on else ''}, "
            f"{format_money(line.renewing_arr, line.currency, short=True)} ARR, "
            f"{grade_text(line.health)}",
            tone=grade_tone(line.health),
        )
        for line in renewals.lines[:MOST]
    )
    more = Button(id=f"renewals.show:{renewals.days}:{renewals.scope.word}:0", label="All renewals")
    return [heading, Bullets(items=bullets), Actions(buttons=(more,))]


def _ctas(book: Book, ctas: Sequence[StoredCta]) -> list[Block]:
    heading = Heading(text=f"Calls to action: {len(ctas)}")
    if not ctas:
        return [heading, Text(text="Nothing to do.")]
    bullets = tuple(
        Bullet(
            lead=f"{stored.account_name}: {stored.cta.title}",
            text=f"due {day_and_distance(stored.cta.due_on, book.today)}",
            tone=SEVERITY_TONES[stored.cta.severity],
        )
        for stored in ctas[:MOST]
    )
    scope = "all" if book.scope.email is None else "mine"
    more = Button(id=f"cta.list:{scope}", label="All calls to action")
    return [heading, Bullets(items=bullets), Actions(buttons=(more,))]
