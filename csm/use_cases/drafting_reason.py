"""Whether a play has something true to say to an account now, whoever asks; if not, why not."""

from collections.abc import Sequence

from csm.play import OutreachPlan, Play
from csm.play_trigger import answered, premise_holds, reason_holds, values_told
from csm.playbook import Playbook
from csm.ports_outreach import Dealings
from csm.rule import Rule
from csm.use_cases.drafting_plan import Hindrance, NotDrafted
from csm.wording import listing


def without_reason(
    playbook: Playbook, play: Play, dealings: Dealings, *, asked: bool
) -> NotDrafted | None:
    """Why the play's letter would not be true of the account, or has no reason; None where it is
    true and has one. `asked`: by a person."""
    plan, rules = play.outreach, playbook.rules()
    reasons, snapshot = dealings.open_reasons, dealings.snapshot
    if plan is None or reason_holds(play, rules, reasons, snapshot, asked=asked):
        return None
    name = dealings.account.name
    if not premise_holds(plan, snapshot) and plan.premise is not None:
        told = values_told(plan.premise, snapshot) or "What it rests on is not known of them."
        why = f"The letter of “{play.name}” would not be true of {name} now. {told}"
    else:
        told = _what_it_answers(play, plan, answered(play, rules))
        why = f"{told} Nothing of that is so at {name} now."
    return NotDrafted(
        Hindrance.NO_REASON,
        why,
        f"Write to them yourself, or take a play that fits: /draft {name} shows all.",
    )


def _what_it_answers(play: Play, plan: OutreachPlan, rules: Sequence[Rule]) -> str:
    asking = [f"“{rule.name}”" for rule in rules]
    if plan.when is not None:
        asking.append("a test of its own")
    return f"“{play.name}” answers {listing(asking, 'or') or 'nothing that can be seen'}."
