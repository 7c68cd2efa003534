"""Every rule on one message."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from csm.guard.letter_rules import LETTER_RULES
from csm.guard.remembered import Ground, Remembered, Results
from csm.guard.rule import LetterRule, SendRule, TextRule
from csm.guard.rules import RULES
from csm.guard.send_rules import SEND_RULES
from csm.guard.sending import Sending
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
    issue,
)
from csm.guard.word_facts import WordFacts, word_facts
from csm.guard_settings import GuardSettings, LetterGuard, SendGuard, TextGuard
from csm.meter import OBJECTIONS, REVIEWS, count

_MOST_INPUTS: Final = 10
_LONGEST_INPUT: Final = 120
_NOTHING: Final = "Nothing found."
# Messages; each takes about a kilobyte.
_MOST_REMEMBERED: Final = 20_000
_TALLIED: Final = {Outcome.PASS: "cleared", Outcome.HOLD: "held", Outcome.REFUSE: "refused"}
_REMEMBERED: Final = Remembered(_MOST_REMEMBERED)


def review(outgoing: Outgoing, facts: GuardFacts, settings: TextGuard) -> Cleared | Held | Refused:
    """Whether an answer or a colleague's reply may be sent as it is. Every rule of the table is
    asked, whatever the others say, so that the verdict tells all that is wrong.

    Raises ValueError for outreach, which more rules hold for.
    """
    if outgoing.addressed is not None:
        raise ValueError("outreach is reviewed by review_outreach")
    return _concluded(outgoing, _text_results(outgoing, word_facts(facts), settings))


def review_outreach(
    outgoing: Outgoing, facts: GuardFacts, settings: GuardSettings
) -> Cleared | Held | Refused:
    """Whether outreach may be sent as it is, now, to whom it goes to. Time mends no words: what
    any rule of the words minds is refused. Raises ValueError for anything but outreach, and for
    facts that are not about this very message."""
    addressed, sending = outgoing.addressed, facts.sending
    if addressed is None or sending is None:
        raise ValueError("only outreach, with the facts of its sending, is reviewed here")
    if sending.fingerprint != outgoing.fingerprint:
        raise ValueError("the facts of sending are those of another message")
    words = _remembered_results(outgoing, addressed, word_facts(facts), settings)
    return _concluded(outgoing, (*words, *_send_results(sending, settings.send)))


def words_verdict(outgoing: Outgoing, facts: GuardFacts, settings: GuardSettings) -> Verdict:
    """What the rules of the words alone say of outreach, whoever gets it and whenever. It lets
    nothing be sent. Raises ValueError for anything but outreach."""
    if outgoing.addressed is None:
        raise ValueError("only outreach is reviewed here")
    return Verdict(_words_results(outgoing, outgoing.addressed, word_facts(facts), settings))


def _remembered_results(
    outgoing: Outgoing, addressed: Addressed, facts: WordFacts, settings: GuardSettings
) -> Results:
    """Those of the rules of the words, see `csm.guard.remembered`."""
    customers, contacts = facts.foreign_names.customers, facts.foreign_contacts.customers
    return _REMEMBERED.results(
        Ground(settings, RULES, LETTER_RULES, customers, contacts),
        (outgoing.fingerprint, facts.digest),
        lambda: _words_results(outgoing, addressed, facts, settings),
    )


def _words_results(
    outgoing: Outgoing, addressed: Addressed, facts: WordFacts, settings: GuardSettings
) -> Results:
    text_guard = _text_guard(settings, addressed)
    return (
        *_text_results(outgoing, facts, text_guard, refuse=True),
        *_letter_results(outgoing, facts, settings.letter),
    )


def _text_guard(settings: GuardSettings, addressed: Addressed) -> TextGuard:
    """What holds for every message, and for outreach besides."""
    return TextGuard.model_construct(
        internal_terms=settings.text.internal_terms + settings.letter.internal_terms,
        commitments=settings.text.commitments + settings.letter.commitments,
        harmless=settings.text.harmless + settings.letter.harmless,
        longest=settings.letter.longest[addressed.channel],
    )


def _text_results(
    outgoing: Outgoing, facts: WordFacts, settings: TextGuard, *, refuse: bool = False
) -> Iterator[RuleResult]:
    for rule in RULES:
        outcome = Outcome.REFUSE if refuse else rule.outcome
        yield _minded(rule, outcome, rule.minds(outgoing, facts, settings))


def _letter_results(
    outgoing: Outgoing, facts: WordFacts, settings: LetterGuard
) -> Iterator[RuleResult]:
    for rule in LETTER_RULES:
        yield _minded(rule, Outcome.REFUSE, rule.minds(outgoing, facts, settings))


def _send_results(sending: Sending, settings: SendGuard) -> Iterator[RuleResult]:
    for rule in SEND_RULES:
        yield _looked(rule, sending, settings)


def _minded(rule: TextRule | LetterRule, outcome: Outcome, minds: Iterable[str]) -> RuleResult:
    minded = tuple(minds)
    if not minded:
        return _nothing_found(rule.id)
    return RuleResult(rule.id, outcome, rule.reason, _shown(minded))


@cache
def _nothing_found(rule_id: str) -> RuleResult:
    """Kept, since it is the result of nearly every rule on every message."""
    return RuleResult(rule_id, Outcome.PASS, _NOTHING)


def _looked(rule: SendRule, sending: Sending, settings: SendGuard) -> RuleResult:
    look = rule.look(sending, settings)
    reason = look.reason or ("Fine." if look.outcome is Outcome.PASS else rule.reason)
    return RuleResult(rule.id, look.outcome, reason, _shown(look.inputs), look.until)


def _shown(inputs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(words[:_LONGEST_INPUT] for words in inputs[:_MOST_INPUTS])


def _concluded(outgoing: Outgoing, results: Iterable[RuleResult]) -> Cleared | Held | Refused:
    verdict = Verdict(tuple(results))
    _tally(outgoing, verdict)
    match verdict.outcome:
        case Outcome.PASS:
            return issue(outgoing, verdict)
        case Outcome.HOLD:
            return Held(verdict)
        case Outcome.REFUSE:
            return Refused(verdict)


def _tally(outgoing: Outgoing, verdict: Verdict) -> None:
    message = "answer" if outgoing.addressed is None else "outreach"
    count(REVIEWS, message, _TALLIED[verdict.outcome])
    for result in verdict.objections:
        count(OBJECTIONS, result.rule, _TALLIED[result.outcome])
