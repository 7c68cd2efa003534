"""Every rule on one message."""

from csm.answer_settings import AnswerGuard
from csm.guard.rules import RULES
from csm.guard.verdict import (
    Cleared,
    GuardFacts,
    Held,
    Outcome,
    Outgoing,
    Refused,
    RuleResult,
    Verdict,
    issue,
)

_MOST_INPUTS = 10
_LONGEST_INPUT = 120


def review(
    outgoing: Outgoing, facts: GuardFacts, settings: AnswerGuard
) -> Cleared | Held | Refused:
    """Whether a message may be sent as it is. Every rule of the table is asked, whatever the
    others say, so that the verdict tells all that is wrong."""
    results = []
    for rule in RULES:
        minded = tuple(rule.minds(outgoing, facts, settings))
        shown = tuple(words[:_LONGEST_INPUT] for words in minded[:_MOST_INPUTS])
        results.append(
            RuleResult(rule.id, rule.outcome, rule.reason, shown)
            if minded
            else RuleResult(rule.id, Outcome.PASS, "Nothing found.")
        )
    verdict = Verdict(tuple(results))
    match verdict.outcome:
        case Outcome.PASS:
            return issue(outgoing, verdict)
        case Outcome.HOLD:
            return Held(verdict)
        case Outcome.REFUSE:
            return Refused(verdict)
