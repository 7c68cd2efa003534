"""What stands between every automated message and a customer.

`review` looks at one exact text for one account and gives back either a `Cleared`, which only it
can make, or a `Held`, or a `Refused`. All carry the verdict: every rule, what it found, and what
came of it.
"""

from csm.guard.review import review, review_outreach, words_verdict
from csm.guard.verdict import (
    Addressed,
    Cleared,
    GuardFacts,
    Held,
    Outcome,
    Outgoing,
    Refused,
    RuleResult,
    Verdict,
)

__all__ = [
    "Addressed",
    "Cleared",
    "GuardFacts",
    "Held",
    "Outcome",
    "Outgoing",
    "Refused",
    "RuleResult",
    "Verdict",
    "review",
    "review_outreach",
    "words_verdict",
]
