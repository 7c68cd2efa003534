"""The facts of a review as plain lines: all that a narrator gets to know, and may say."""

from collections.abc import Iterator

from csm.fact_line import FactLine
from csm.playbook import Playbook
from csm.use_cases.review_account import Review
from csm.views.account import arr_text, data_as_of, headline, renews_on
from csm.views.account_lines import condition_lines
from csm.views.tones import QUADRANT_NAMES
from csm.wording import day_and_distance, percent

MOST_RISKS = 4
MOST_CTAS = 3


def facts_of(review: Review, playbook: Playbook) -> list[FactLine]:
    """The facts in the order of their weight."""
    return [
        FactLine("In short", headline(review, playbook), "scorecard"),
        *_standing(review, playbook),
        *(
            FactLine(f"Risk: {playbook.rule_name(risk.rule)}", risk.evidence, "risks")
            for risk in review.risks[:MOST_RISKS]
        ),
        *(FactLine(line.lead, line.text, "signals") for line in condition_lines(review)),
        *(FactLine("Lead", lead.evidence, "leads") for lead in review.leads),
        *(
            FactLine(
                "To do",
                f"{stored.cta.title}, due {day_and_distance(stored.cta.due_on, review.today)}",
                "calls to action",
            )
            for stored in review.ctas[:MOST_CTAS]
        ),
        FactLine("Data", data_as_of(review), "imports"),
    ]


def _standing(review: Review, playbook: Playbook) -> Iterator[FactLine]:
    yield FactLine("ARR", arr_text(review), "subscriptions")
    if day := renews_on(review):
        yield FactLine("Renewal", day_and_distance(day, review.today), "subscriptions")
    if review.health:
        yield FactLine("Quadrant", QUADRANT_NAMES[review.health.quadrant], "scorecard")
        yield FactLine("Stage", playbook.stage_name(review.health.stage), "lifecycle")
        yield FactLine("Confidence", percent(review.health.confidence), "scorecard")
