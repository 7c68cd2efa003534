"""What the guard said, in words: in one line, as a list of what it minds, and in full."""

from collections.abc import Iterator, Sequence
from datetime import tzinfo

from csm.card import Block, Bullet, Bullets, Text, Tone
from csm.guard import Outcome, RuleResult, Verdict
from csm.wording import instant_text, plural

_MARKS = {Outcome.PASS: "passes", Outcome.HOLD: "holds", Outcome.REFUSE: "refuses"}


def verdict_line(verdict: Verdict, zone: tzinfo) -> str:
    """`All 32 rules pass.`, or how many do, and what comes of the others."""
    total = len(verdict.results)
    held = [one for one in verdict.objections if one.outcome is Outcome.HOLD]
    refused = [one for one in verdict.objections if one.outcome is Outcome.REFUSE]
    passed = total - len(held) - len(refused)
    if refused:
        return f"{passed} of {plural(total, 'rule')} pass; it must not be sent as it is."
    if held and verdict.held_until:
        until = instant_text(verdict.held_until, zone)
        return f"{passed} of {plural(total, 'rule')} pass; held, and looked at again on {until}."
    return f"All {plural(total, 'rule')} pass."


def verdict_tone(verdict: Verdict) -> Tone:
    """Good where it may go now, a warning where it waits, bad where it must not go."""
    tones = {Outcome.PASS: Tone.GOOD, Outcome.HOLD: Tone.WARN, Outcome.REFUSE: Tone.BAD}
    return tones[verdict.outcome]


def objection_bullets(objections: Sequence[RuleResult], zone: tzinfo) -> Iterator[Block]:
    """What is minded and why, worst first."""
    if not objections:
        return
    worst_first = sorted(objections, key=lambda one: list(Outcome).index(one.outcome), reverse=True)
    yield Bullets(
        items=tuple(
            Bullet(
                lead=f"{rule_name(one.rule)} {_MARKS[one.outcome]}",
                text=_why(one, zone),
                tone=Tone.BAD if one.outcome is Outcome.REFUSE else Tone.WARN,
            )
            for one in worst_first
        )
    )


def verdict_blocks(verdict: Verdict, zone: tzinfo) -> Iterator[Block]:
    """Every rule, what it looked at and what it said: those that mind something first."""
    yield Text(text=verdict_line(verdict, zone), tone=verdict_tone(verdict))
    yield from objection_bullets(verdict.objections, zone)
    passed = [one for one in verdict.results if one.outcome is Outcome.PASS]
    looked = [one for one in passed if one.inputs]
    if looked:
        yield Bullets(
            items=tuple(
                Bullet(lead=f"{rule_name(one.rule)} passes", text="; ".join(one.inputs))
                for one in looked
            )
        )
    if found_nothing := [rule_name(one.rule) for one in passed if not one.inputs]:
        yield Text(text=f"Found nothing to mind: {', '.join(found_nothing)}.")


def rule_name(rule: str) -> str:
    """A rule's id as people read it."""
    return rule.replace("_", " ").capitalize()


def reasons_in_words(verdict: Verdict) -> str:
    """Everything that is minded, with what it is about, in one paragraph."""
    return " ".join(_with_inputs(one) for one in verdict.objections)


def refused_at_approval(verdict: Verdict) -> str:
    """For whoever approved what the guard refuses."""
    refusals = (one.reason for one in verdict.objections if one.outcome is Outcome.REFUSE)
    return f"Not approved: the guard refuses it. {' '.join(refusals)}"


def _why(result: RuleResult, zone: tzinfo) -> str:
    again = f" Looked at again on {instant_text(result.until, zone)}." if result.until else ""
    return f"{_with_inputs(result)}{again}"


def _with_inputs(result: RuleResult) -> str:
    if not result.inputs:
        return result.reason
    about = "; ".join(one.rstrip(".") for one in result.inputs)
    return f"{result.reason.rstrip('.')}: {about}."
