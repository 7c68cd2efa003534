"""The words beside the picture of an account's health and usage."""

from csm.card import Card, Note, Text
from csm.use_cases.review_account import Review
from csm.wording import day_text, number, plural, signed


def trend_card(review: Review) -> Card:
    """Health and usage over the last weeks, in a sentence that stands for the picture."""
    summary = f"{_health(review)} {_usage(review)}"
    return Card(
        title=f"{review.name}: trend",
        summary=summary,
        blocks=(
            Text(text=summary),
            Note(text=f"The last {plural(len(review.usage_weeks), 'week')}, weeks end today."),
        ),
    )


def _health(review: Review) -> str:
    known = [(h.day, h.score) for h in review.history if h.score is not None]
    if not known:
        return "Health was not graded in this time."
    (first_day, first), (_, last) = known[0], known[-1]
    if len(known) == 1:
        return f"Health is {number(last)}; its history begins on {day_text(first_day)}."
    low, high = min(score for _, score in known), max(score for _, score in known)
    return (
        f"Health went from {number(first)} on {day_text(first_day)} to {number(last)}, "
        f"between {number(low)} and {number(high)}."
    )


def _usage(review: Review) -> str:
    weeks = [events for _, events in review.usage_weeks]
    if not any(weeks):
        return "No usage was recorded in this time."
    before, now = sum(weeks[-8:-4]), sum(weeks[-4:])
    change = (
        f", {signed(100 * (now - before) / before)} % against the 4 weeks before" if before else ""
    )
    return f"Usage in the last 4 weeks: {plural(now, 'event')}{change}."
