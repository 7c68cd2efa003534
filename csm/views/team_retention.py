"""GRR, NRR and logo retention in words: to date, foreseen, and against what was told last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from csm.card import Block, Bullet, Bullets, Heading, Note, Table, Text
from csm.money import format_money
from csm.retention import Movement, Period
from csm.told import Told
from csm.use_cases.review_team import TeamReview
from csm.views.digest_lines import short_day
from csm.wording import day_text, signed

_NONE: Final = "–"


@dataclass(frozen=True, slots=True)
class _Row:
    """`change` is empty where there is none."""

    name: str
    now: str
    foreseen: str
    change: str


def retention_blocks(review: TeamReview, before: Told | None) -> list[Block]:
    """A table, what is behind it, and how it is worked out. `before` is what was told of the same
    accounts last."""
    heading = Heading(text=f"Retention, {_period_text(review.period)}")
    if review.to_date.logos is None:
        text = f"Nobody was a customer on {day_text(review.period.opening)}, so there is none."
        return [heading, Text(text=text)]
    then = _figures_of(review.period, before)
    pairs = list(zip(review.to_date.movements, review.forecast.movements, strict=True))
    # The first is the summary's, and always shown.
    quiet = [now for now, foreseen in pairs[1:] if _is_quiet(now, foreseen, then)]
    told = [pair for pair in pairs if pair[0] not in quiet]
    note = (
        f"The forecast, until {day_text(review.period.last)}, adds subscriptions that are "
        "known to end, and what is to be expected of renewals by the grade of each account."
    )
    return [
        heading,
        _table(_rows(review, told, then), f"Since {short_day(review.since)} (to date)"),
        Bullets(items=(*(_money_line(*pair) for pair in told), *_quiet_line(quiet))),
        Note(text=note),
    ]


def retention_summary(review: TeamReview) -> str:
    """`GRR 93.1 % to date, 90.4 % foreseen`, in the currency of most accounts."""
    if not review.to_date.movements:
        return "no retention yet"
    now, then = review.to_date.movements[0], review.forecast.movements[0]
    currency = f" ({now.currency})" if len(review.to_date.movements) > 1 else ""
    return f"GRR{currency} {share_text(now.grr)} to date, {share_text(then.grr)} foreseen"


def retention_figures(review: TeamReview) -> dict[str, Any]:
    """What the next digest compares with."""
    return {
        "opening": review.period.opening.isoformat(),
        "last": review.period.last.isoformat(),
        "logos": review.to_date.logos,
        "money": {one.currency: [one.grr, one.nrr] for one in review.to_date.movements},
    }


def share_text(share: float | None) -> str:
    """`93.1 %`."""
    return _NONE if share is None else f"{share * 100:.1f} %"


def _table(rows: Sequence[_Row], last: str) -> Table:
    """The column of changes, under that name, stands only where there is any."""
    changes = any(row.change for row in rows)
    columns = ("", "To date", "Forecast", *((last,) if changes else ()))
    cells = (
        (row.name, row.now, row.foreseen, *((row.change or _NONE,) if changes else ()))
        for row in rows
    )
    return Table(columns=columns, rows=tuple(cells), numeric=tuple(range(1, len(columns))))


def _rows(
    review: TeamReview, told: Sequence[tuple[Movement, Movement]], then: Mapping[str, Any] | None
) -> list[_Row]:
    many = len(review.to_date.movements) > 1
    rows = []
    for one, foreseen in told:
        code = f", {one.currency}" if many else ""
        grr, nrr = _before(then, one)
        rows.append(_row(f"GRR{code}", one.grr, foreseen.grr, grr))
        rows.append(_row(f"NRR{code}", one.nrr, foreseen.nrr, nrr))
    logos, later = review.to_date.logos, review.forecast.logos
    rows.append(_row("Customers kept", logos, later, (then or {}).get("logos")))
    return rows


def _row(name: str, now: float | None, foreseen: float | None, before: float | None) -> _Row:
    points = 0.0 if before is None or now is None else round((now - before) * 100, 1)
    change = f"{signed(points)} points" if points else ""
    return _Row(name, share_text(now), share_text(foreseen), change)


def _is_quiet(now: Movement, foreseen: Movement, then: Mapping[str, Any] | None) -> bool:
    """Whether nothing of that currency changed, or is expected to."""
    amounts = (*_moved(now), *_moved(foreseen))
    was = [share for share in _before(then, now) if share is not None]
    return not any(round(amount) for amount in amounts) and all(share == 1 for share in was)


def _moved(movement: Movement) -> tuple[float, float, float]:
    return movement.churn, movement.downsell, movement.expansion


def _quiet_line(quiet: Sequence[Movement]) -> list[Bullet]:
    if not quiet:
        return []
    codes = ", ".join(one.currency for one in quiet)
    return [Bullet(lead=codes, text="nothing changed, nothing expected to.")]


def _before(then: Mapping[str, Any] | None, one: Movement) -> tuple[float | None, float | None]:
    grr, nrr = (then or {}).get("money", {}).get(one.currency, (None, None))
    return grr, nrr


def _figures_of(period: Period, before: Told | None) -> Mapping[str, Any] | None:
    """What was told of the same period; a new one begins anew."""
    figures: Mapping[str, Any] = before.figures.get("retention", {}) if before else {}
    same = (period.opening.isoformat(), period.last.isoformat())
    return figures if (figures.get("opening"), figures.get("last")) == same else None


def _money_line(now: Movement, foreseen: Movement) -> Bullet:
    """`$5.2M at the start: churn $200K, expansion $300K. $120K more is expected to go.`"""
    parts = (("churn", now.churn), ("downsell", now.downsell), ("expansion", now.expansion))
    said = [f"{name} {_money(amount, now.currency)}" for name, amount in parts if amount]
    more = (foreseen.churn + foreseen.downsell) - (now.churn + now.downsell)
    going = f" {_money(more, now.currency)} more is expected to go." if round(more) > 0 else ""
    return Bullet(
        lead=f"{_money(now.start, now.currency)} at the start",
        text=f"{', '.join(said) or 'nothing changed so far'}.{going}",
    )


def _money(amount: float, currency: str) -> str:
    return format_money(round(amount), currency, short=True)


def _period_text(period: Period) -> str:
    return f"this {period.kind}: {day_text(period.first)} to {day_text(period.last)}"
