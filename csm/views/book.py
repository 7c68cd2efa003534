"""Lists over many accounts: portfolio, risks, renewals."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from csm.card import (
    Actions,
    Block,
    Bullet,
    Bullets,
    Button,
    Card,
    Fact,
    Fields,
    Note,
    Table,
    Text,
    Tone,
)
from csm.health import Grade
from csm.money import format_money
from csm.playbook import Playbook
from csm.ports import BookLine
from csm.use_cases.review_book import LONGEST_RENEWAL_DAYS, Book, RenewalList, RiskList
from csm.views.pages import page_buttons, page_of, range_text
from csm.views.tones import SEVERITY_TONES, grade_text
from csm.wording import day_and_distance, day_text, days_away, plural, shorten, signed

GRADES_WORST_FIRST: Final = (Grade.RED, Grade.YELLOW, Grade.LIME, Grade.GREEN, Grade.NONE)
OPEN_BUTTONS: Final = 5
LONGEST_LABEL: Final = 40


def portfolio_card(book: Book, page: int) -> Card:
    """A book of business: totals, then the accounts with most at stake first."""
    title = book.scope.title
    if not book.lines:
        return _empty(title, "No account here yet. /portfolio all shows everybody's.")
    lines, page = page_of(book.lines, page)
    summary = f"{plural(len(book.lines), 'account')}, {money_by_currency(book.lines)} ARR: " + (
        grades_text(book.lines)
    )
    rows = tuple(
        (
            line.name,
            grade_text(line.health),
            week_change(line),
            format_money(line.arr, line.currency, short=True),
            days_away(line.renews_on, book.today) if line.renews_on else "–",
            str(line.open_risks or "–"),
        )
        for line in lines
    )
    table = Table(
        columns=("Account", "Health", "Week", "ARR", "Renews", "Risks"),
        rows=rows,
        numeric=(2, 3, 5),
    )
    blocks: list[Block] = [
        Fields(
            items=(
                Fact(label="Accounts", value=f"{len(book.lines):,}"),
                Fact(label="ARR", value=money_by_currency(book.lines)),
                Fact(label="Health", value=grades_text(book.lines)),
                Fact(label="ARR in red and yellow", value=money_by_currency(_worrying(book.lines))),
            )
        ),
        table,
        *_paging(lines, f"portfolio.show:{book.scope.word}", len(book.lines), page),
    ]
    return Card(title=title, summary=summary, blocks=tuple(blocks))


def risks_card(risks: RiskList, playbook: Playbook, page: int) -> Card:
    """Every open risk of a book with its evidence, worst first."""
    title = f"Open risks: {risks.scope.title}"
    if not risks.risks:
        return _empty(title, "No open risk. A good moment to look at /portfolio for growth.")
    shown, page = page_of(risks.risks, page)
    lines = {line.account_id: line for _, line in risks.risks}
    summary = (
        f"{plural(len(risks.risks), 'open risk')} in {plural(len(lines), 'account')}, "
        f"{money_by_currency(lines.values())} ARR."
    )
    bullets = tuple(
        Bullet(
            lead=f"{line.name}: {playbook.rule_name(risk.finding.rule)}",
            text=f"{risk.finding.evidence} Since {day_text(risk.finding.opened_on)}; "
            f"{format_money(line.arr, line.currency, short=True)} ARR.",
            tone=SEVERITY_TONES[risk.finding.severity],
        )
        for risk, line in shown
    )
    accounts = list({line.account_id: line for _, line in shown}.values())
    paging = _paging(accounts, f"risks.show:{risks.scope.word}", len(risks.risks), page)
    return Card(
        title=title, summary=summary, blocks=(Text(text=summary), Bullets(items=bullets), *paging)
    )


def renewals_card(renewals: RenewalList, page: int) -> Card:
    """What renews within the days asked for, soonest first."""
    title = f"Renewals in the next {plural(renewals.days, 'day')}"
    if not renewals.lines:
        longer = min(renewals.days * 2, LONGEST_RENEWAL_DAYS)
        hint = f" Try /renewals {longer}." if longer > renewals.days else ""
        others = "" if renewals.scope.email is None else " /renewals all shows everybody's."
        return _empty(title, f"Nothing renews by then.{hint}{others}")
    lines, page = page_of(renewals.lines, page)
    summary = (
        f"{plural(len(renewals.lines), 'renewal')} ({renewals.scope.title}), "
        f"{money_by_currency(renewals.lines, lambda line: line.renewing_arr)} ARR: "
        f"{grades_text(renewals.lines)}."
    )
    rows = tuple(
        (
            line.name,
            day_and_distance(line.renews_on, renewals.today) if line.renews_on else "–",
            format_money(line.renewing_arr, line.currency, short=True),
            grade_text(line.health),
            str(line.open_risks or "–"),
        )
        for line in lines
    )
    table = Table(
        columns=("Account", "Renews", "ARR", "Health", "Risks"), rows=rows, numeric=(2, 4)
    )
    action = f"renewals.show:{renewals.days}:{renewals.scope.word}"
    paging = _paging(lines, action, len(renewals.lines), page)
    return Card(title=title, summary=summary, blocks=(Text(text=summary), table, *paging))


def money_by_currency(
    lines: Iterable[BookLine], amount_of: Callable[[BookLine], int] = lambda line: line.arr
) -> str:
    """`$1.2M + €300K`: the lines' ARR, or another amount of theirs. Currencies are never added."""
    totals: dict[str, int] = defaultdict(int)
    for line in lines:
        totals[line.currency] += amount_of(line)
    amounts = sorted(((amount, code) for code, amount in totals.items() if amount), reverse=True)
    return " + ".join(format_money(amount, code, short=True) for amount, code in amounts) or "none"


def grades_text(lines: Sequence[BookLine]) -> str:
    """`2 red, 3 yellow, 10 green`."""
    counts = Counter(line.health.grade if line.health else Grade.NONE for line in lines)
    words = {Grade.NONE: "without grade"}
    return ", ".join(
        f"{counts[grade]} {words.get(grade, grade)}"
        for grade in GRADES_WORST_FIRST
        if counts[grade]
    )


def week_change(line: BookLine) -> str:
    """The change of the score since a week ago, or a dash."""
    now, before = line.health, line.health_week_ago
    if now is None or before is None or now.score is None or before.score is None:
        return "–"
    return signed(now.score - before.score)


def _worrying(lines: Iterable[BookLine]) -> list[BookLine]:
    worry = (Grade.RED, Grade.YELLOW)
    return [line for line in lines if line.health and line.health.grade in worry]


def open_buttons(lines: Sequence[BookLine]) -> tuple[Button, ...]:
    """A button for each account that opens its 360."""
    return tuple(
        Button(
            id=f"account.open:{line.account_id}",
            label=shorten(line.name, LONGEST_LABEL),
            describe=shorten(f"Open {line.name}", 75),
        )
        for line in lines
    )


def _paging(lines: Sequence[BookLine], action: str, count: int, page: int) -> list[Block]:
    blocks: list[Block] = [Actions(buttons=open_buttons(lines[:OPEN_BUTTONS]))]
    if len(lines) > OPEN_BUTTONS:
        blocks.append(Actions(buttons=open_buttons(lines[OPEN_BUTTONS:])))
    if buttons := page_buttons(action, count, page):
        blocks += [Note(text=range_text(count, page)), Actions(buttons=buttons)]
    return blocks


def _empty(title: str, text: str) -> Card:
    return Card(title=title, summary=text, tone=Tone.NEUTRAL, blocks=(Text(text=text),))
