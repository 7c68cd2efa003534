"""Jobs as those see them who look after them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import Final

from csm.card import Actions, Block, Bullet, Bullets, Button, Card, Heading, Note, Text, Tone
from csm.firing import FiringState
from csm.job import JobTable
from csm.ports_jobs import PeriodTally, StoredFiring
from csm.use_cases.ask_for_job import JobAsked
from csm.use_cases.parked import why_unplannable
from csm.use_cases.see_jobs import JobHistory, JobSeen, JobsSeen
from csm.views.job_news import failed_again_button
from csm.views.job_words import STATE_TONES, counts_text, firing_name, worst_tone
from csm.views.pages import page_buttons, page_of, range_text
from csm.wording import instant_text, listing, percent, plural, shorten

_SHOWN: Final = 5
_OUTCOME_SHOWN: Final = 160


def jobs_card(seen: JobsSeen, zone: tzinfo) -> Card:
    """Every job, what runs, and what failed, with buttons to try that again."""
    waiting = sum(seen.waiting.values())
    summary = (
        f"{plural(len(seen.jobs), 'job')}: {len(seen.running)} running, {waiting} waiting, "
        f"{len(seen.failed) or 'none'} failed lately."
    )
    lines = tuple(_job_line(job, seen, zone) for job in seen.jobs)
    blocks: list[Block] = [Text(text=summary), Bullets(items=lines)]
    blocks += _listed("Running now", seen.running, lambda one: _running_text(one, zone), seen.names)
    blocks += _listed("Failed", seen.failed, lambda one: _failed_text(one, zone), seen.names)
    again = tuple(_again(stored, seen.names) for stored in seen.failed[:_SHOWN])
    blocks += [Actions(buttons=again)] if again else []
    blocks.append(Actions(buttons=(Button(id="jobs.history:", label="History"),)))
    tone = Tone.BAD if seen.failed else Tone.GOOD
    return Card(title="Jobs", summary=summary, tone=tone, blocks=tuple(blocks))


def history_card(history: JobHistory, jobs: JobTable, zone: tzinfo, page: int) -> Card:
    """The latest periods: what came of each."""
    name = history.job.name if history.job else ""
    title = f"History of {name}" if name else "History of all jobs"
    if not history.periods:
        text = "Nothing has run yet, or it is not kept any more."
        return Card(title=title, summary=text, blocks=(Text(text=text),))
    shown, page = page_of(history.periods, page)
    lines = tuple(_period_line(period, history.names, zone) for period in shown)
    again = tuple(
        failed_again_button(period.job, period.period)
        for period in shown
        if _has_failed(period) and jobs.known(period.job)
    )
    blocks: list[Block] = [Bullets(items=lines)]
    blocks += [
        Actions(buttons=again[start : start + _SHOWN]) for start in range(0, len(again), _SHOWN)
    ]
    if buttons := page_buttons(f"jobs.history:{name}", len(history.periods), page):
        note = range_text(len(history.periods), page)
        blocks += [Note(text=note), Actions(buttons=buttons)]
    failed = sum(_has_failed(period) for period in history.periods)
    summary = f"{plural(len(history.periods), 'period')}, {failed or 'none'} with failures."
    return Card(title=title, summary=summary, blocks=tuple(blocks))


def asked_for_card(asked: JobAsked, zone: tzinfo) -> Card:
    """What was begun, and what was not because it need not be."""
    lines = tuple(asked_lines(asked, zone))
    first = f"Jobs: {asked.job.name}"
    note = "You are told when it is over." if asked.begun else "Nothing was begun."
    return Card(
        title=first,
        summary=lines[0],
        tone=Tone.GOOD if asked.begun else Tone.NEUTRAL,
        blocks=(*(Text(text=line) for line in lines), Note(text=note)),
    )


def asked_lines(asked: JobAsked, zone: tzinfo) -> Iterator[str]:
    """In a sentence each."""
    name = asked.job.name
    if asked.begun:
        yield f"{_of(name, asked.begun)} {_are(asked.begun)} to be run now."
    if asked.running:
        began = min(one.firing.started_at or one.firing.due_at for one in asked.running)
        since = instant_text(began, zone)
        yield f"{_of(name, asked.running)} {_are(asked.running)} at work since {since}."
    if asked.done:
        ended = max(one.firing.finished_at or one.firing.due_at for one in asked.done)
        yield f"{_of(name, asked.done)} {_are(asked.done)} done: {instant_text(ended, zone)}."
    if not (asked.begun or asked.running or asked.done):
        yield f"There is nobody and nothing to run {name} for."


def period_text(period: PeriodTally, zone: tzinfo) -> str:
    """What came of one period of a job: counts where it fell into several firings, else all that
    is known of the one."""
    counts = period.counts
    if sum(counts.values()) > 1:
        return counts_text(counts)
    firing = period.newest.firing
    when = f", {instant_text(firing.finished_at, zone)}" if firing.finished_at else ""
    outcome = f": {shorten(firing.outcome, _OUTCOME_SHOWN)}" if firing.outcome else ""
    return f"{firing.state}{when}{outcome}"


def progress_text(stored: StoredFiring) -> str:
    """`120 of 250 (48 %)`; empty where nothing was told."""
    firing = stored.firing
    if not firing.total:
        return ""
    return f"{firing.done:,} of {firing.total:,} ({percent(firing.done / firing.total)})"


def parked_text(seen: JobSeen, names: Mapping[str, str]) -> str:
    """`cannot be planned for Casey Rivers and 2 more: …`, with the reason of the first."""
    first, more = seen.parked[0], len(seen.parked) - 1
    whose = f" for {names.get(first.reader, first.reader)}" if first.reader else ""
    others = f" and {more:,} more" if more else ""
    return f"cannot be planned{whose}{others}: {why_unplannable(first)}"


def _job_line(seen: JobSeen, all_seen: JobsSeen, zone: tzinfo) -> Bullet:
    job, last = seen.job, seen.last
    parts = [job.text]
    if job.is_for_readers:
        parts.append(plural(seen.readers, "reader"))
    parts.append(f"next {instant_text(seen.next_at, zone)}" if seen.next_at else "not planned")
    if seen.parked:
        parts.append(parked_text(seen, all_seen.names))
    if waiting := all_seen.waiting.get(job.name):
        parts.append(f"{waiting:,} waiting")
    if last:
        parts.append(f"last ({last.period}) {period_text(last, zone)}")
    tone = worst_tone(last.counts) if last else Tone.NEUTRAL
    if seen.parked:
        tone = Tone.BAD
    return Bullet(lead=job.name, text="; ".join(parts), tone=tone)


def _listed(
    heading: str,
    firings: Sequence[StoredFiring],
    text: Callable[[StoredFiring], str],
    names: Mapping[str, str],
) -> Iterator[Block]:
    if not firings:
        return
    yield Heading(text=heading)
    yield Bullets(
        items=tuple(
            Bullet(lead=_name(one, names), text=text(one), tone=STATE_TONES[one.firing.state])
            for one in firings[:_SHOWN]
        )
    )
    if len(firings) > _SHOWN:
        yield Note(text=f"And {len(firings) - _SHOWN:,} more.")


def _running_text(stored: StoredFiring, zone: tzinfo) -> str:
    began = stored.firing.started_at or stored.firing.due_at
    parts = [f"since {instant_text(began, zone)}", progress_text(stored)]
    return ", ".join(part for part in parts if part)


def _failed_text(stored: StoredFiring, zone: tzinfo) -> str:
    firing = stored.firing
    ended = instant_text(firing.finished_at or firing.due_at, zone)
    return f"of {firing.period}, {ended}: {shorten(firing.outcome, _OUTCOME_SHOWN)}"


def _period_line(period: PeriodTally, names: Mapping[str, str], zone: tzinfo) -> Bullet:
    is_one = sum(period.counts.values()) == 1
    name = _name(period.newest, names) if is_one else period.job
    return Bullet(
        lead=f"{name} of {period.period}",
        text=period_text(period, zone),
        tone=worst_tone(period.counts),
    )


def _has_failed(period: PeriodTally) -> bool:
    return bool(period.counts.get(FiringState.FAILED))


def _again(stored: StoredFiring, names: Mapping[str, str]) -> Button:
    name = _name(stored, names)
    return Button(
        id=f"jobs.again:{stored.id}",
        label=shorten(f"Run {name} again", 75),
        describe=shorten(f"Run {name} of {stored.firing.period} again", 75),
    )


def _name(stored: StoredFiring, names: Mapping[str, str]) -> str:
    firing = stored.firing
    return firing_name(firing.job, names.get(firing.reader, firing.reader))


def _of(name: str, firings: Sequence[StoredFiring]) -> str:
    """`refresh of 2027-03-29`, `12 of digest of 2027-03-22 and 2027-03-29`."""
    periods = sorted({stored.firing.period for stored in firings})
    count = f"{len(firings):,} of " if len(firings) > 1 else ""
    return f"{count}{name} of {listing(periods[-3:])}"


def _are(firings: Sequence[StoredFiring]) -> str:
    return "are" if len(firings) > 1 else "is"
