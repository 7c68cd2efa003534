"""The rule that what a message tells is still so, and still a reason to write."""

from math import isfinite

from csm.guard.look import passed, refused
from csm.guard.rule import Look
from csm.guard.sending import FactNow, Sending
from csm.guard_settings import SendGuard
from csm.wording import plural


def facts_true(sending: Sending, settings: SendGuard) -> Look:
    """No fact that the text tells has changed, but for a number that moved a little, and the
    reason why it was written is still there."""
    changed = [
        f"{fact.name}: {fact.then}, now {'unknown' if fact.now is None else fact.now}"
        for fact in sending.facts
        if not _still_holds(fact, settings.facts_may_move)
    ]
    reasons = []
    if sending.reason_holds is False:
        reasons.append("The reason for writing is gone.")
    if changed:
        reasons.append("What it tells has changed.")
    if reasons:
        return refused(*changed, _reason_text(sending), reason=" ".join(reasons))
    return passed(f"{plural(len(sending.facts), 'fact')} looked at", _reason_text(sending))


def _still_holds(fact: FactNow, may_move: float) -> bool:
    """`may_move` is a share of what the number was then."""
    if fact.now is None or fact.now == fact.then:
        return fact.now is not None
    then, now = fact.number_then, fact.number_now
    if then is None or now is None or not isfinite(then):
        return False
    return abs(now - then) <= may_move * abs(then)


def _reason_text(sending: Sending) -> str:
    if sending.reason_holds is None:
        return "no reason to look at"
    return "the reason is still there" if sending.reason_holds else "the reason is gone"
