"""An account in words."""

from csm.card import Actions, Button, Card, Note, Text
from csm.use_cases.explain_account import Explanation
from csm.use_cases.review_account import Review
from csm.views.account import data_as_of
from csm.wording import plural, shorten

LONGEST_SUMMARY = 300


def story_card(review: Review, explanation: Explanation) -> Card:
    """The explanation, who wrote it, and what was taken out of it."""
    return Card(
        title=f"{review.name}, in words",
        summary=shorten(explanation.text, LONGEST_SUMMARY),
        blocks=(
            Text(text=explanation.text),
            Note(text=f"{_author(explanation)} {data_as_of(review)}"),
            Actions(buttons=(Button(id=f"account.open:{review.id}", label="Open 360"),)),
        ),
    )


def _author(explanation: Explanation) -> str:
    if not explanation.by_model:
        return "Put together from the facts, without a language model."
    if dropped := len(explanation.dropped):
        return (
            "Written by a language model and checked against the facts; "
            f"{plural(dropped, 'sentence')} that they do not back left out."
        )
    return "Written by a language model; every number and name checked against the facts."
