"""What people are told of jobs without having to look: that one failed, that one they asked for is
over."""

from collections import Counter
from collections.abc import Sequence
from datetime import tzinfo

from csm.card import Actions, Button, Card, Fact, Fields, Note, Text, Tone
from csm.firing import FiringState
from csm.job import Job, Spread
from csm.ports_jobs import StoredFiring
from csm.views.job_words import counts_text, firing_name
from csm.wording import instant_text, plural, shorten


def failed_card(stored: StoredFiring, job: Job | None, whose: str, zone: tzinfo) -> Card:
    """For administrators, about the first firing of its period that was tried as often as it may
    be."""
    firing = stored.firing
    name = firing_name(firing.job, whose)
    text = f"The job {name} of {firing.period} failed, and is not tried again by itself."
    if job is not None and job.spread is not Spread.ONCE:
        more = "more readers" if job.is_for_readers else "other parts"
        text = (
            f"The job {firing.job} of {firing.period} failed for {whose}, and is not tried again "
            f"by itself. If it fails for {more}, /jobs shows them."
        )
    facts = [
        Fact(label="What it does", value=job.text if job else "a job of another version"),
        Fact(label="Whose", value=whose or "everybody's"),
        Fact(label="Due since", value=instant_text(firing.due_at, zone)),
        Fact(label="Tried", value=plural(firing.attempts, "time")),
    ]
    return Card(
        title="A job failed",
        summary=f"{text} {firing.outcome}",
        tone=Tone.BAD,
        blocks=(
            Text(text=text, tone=Tone.BAD),
            Text(text=firing.outcome),
            Fields(items=tuple(facts)),
            Actions(
                buttons=(
                    failed_again_button(firing.job, firing.period),
                    Button(id="jobs.list", label="All jobs"),
                )
            ),
            Note(
                text=f"Or type /jobs run {firing.job} as of {firing.period}. "
                f"Reference {firing.reference}."
            ),
        ),
    )


def parked_card(job: str, whose: str, problem: str) -> Card:
    """For administrators, about the first appointment that cannot be planned for that reason."""
    text = f"{firing_name(job, whose)} cannot be planned: {problem}."
    return Card(
        title="A job cannot be planned",
        summary=text,
        tone=Tone.BAD,
        blocks=(
            Text(text=text, tone=Tone.BAD),
            Text(text="It is left out until that is put right. All others go on."),
            Actions(buttons=(Button(id="jobs.list", label="All jobs"),)),
            Note(
                text="A time zone that is missing comes with this machine's time zone data. "
                "/jobs shows what else cannot be planned."
            ),
        ),
    )


def failed_again_button(job: str, period: str) -> Button:
    """Has all that failed of that period run once more."""
    label = shorten(f"Run failed {job} of {period} again", 75)
    return Button(id=f"jobs.failed:{job}:{period}", label=label)


def asked_card(firings: Sequence[StoredFiring], whose: str, zone: tzinfo) -> Card:
    """For whoever had them run by hand: how they ended. All are of one job and period."""
    first = firings[0].firing
    name = firing_name(first.job, whose)
    counts = Counter(stored.firing.state for stored in firings)
    is_well = not counts[FiringState.FAILED]
    if len(firings) == 1:
        text = f"The job {name} of {first.period}, which you asked for: {first.state}."
    else:
        text = f"The job {name} of {first.period}, which you asked for: {counts_text(counts)}."
    outcomes = sorted({one.firing.outcome for one in firings if one.firing.outcome})
    ended = max(one.firing.finished_at or one.firing.due_at for one in firings)
    return Card(
        title="A job that you asked for",
        summary=text,
        tone=Tone.GOOD if is_well else Tone.BAD,
        blocks=(
            Text(text=text),
            *(Text(text=outcome) for outcome in outcomes[:3]),
            Note(text=f"Ended on {instant_text(ended, zone)}. /jobs history {first.job} has more."),
        ),
    )
