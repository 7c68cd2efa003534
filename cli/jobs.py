"""The product's own work from the command line: when it is due, how it went; have it done now."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Final

import typer
from rich.table import Table
from rich.text import Text

from app import BelatedClock, House
from bot.render.neutral import neutral
from cli.frame import REFUSED, err, house_of, out, progress_bar, say
from cli.knowledge import OPERATOR
from csm.errors import InvalidInput
from csm.firing import FiringState
from csm.people import STAFF_ONLY, Capability, clear
from csm.ports_jobs import StoredFiring
from csm.use_cases.ask_for_job import ask_for_job, read_moment
from csm.use_cases.run_firing import Ran
from csm.use_cases.see_jobs import JobSeen, job_history, see_jobs
from csm.views.job_words import counts_text, firing_name
from csm.views.jobs import asked_lines, period_text, progress_text
from csm.wording import day_text, instant_text, plural

jobs_cli = typer.Typer(no_args_is_help=True, help="What the product does by itself.")

# A serve that runs plans what is due in less than that.
_PLANNED_WITHIN: Final = timedelta(minutes=1)

Name = Annotated[str, typer.Argument(metavar="NAME", help="a job's name, see jobs list")]


@jobs_cli.command("list")
def jobs_list() -> None:
    """Every job: when it is due next, how it went last, what runs now, what failed lately."""
    clearance = clear(OPERATOR, Capability.RUN_JOBS, STAFF_ONLY)
    with house_of() as house:
        house.planner.sync()
        now = house.machine_clock.now()
        seen = see_jobs(clearance, house.records, house.jobs, now)
    table = Table("Job", "What it does", "Readers", "Next", "Last")
    for job in seen.jobs:
        table.add_row(*(Text(neutral(cell)) for cell in _row(job, now)))
    out.print(table)
    for stored in seen.running:
        began = instant_text(stored.firing.started_at or stored.firing.due_at)
        how_far = progress_text(stored)
        say(f"Running: {_name(stored)}, since {began}{', ' if how_far else ''}{how_far}")
    for stored in seen.failed:
        say(f"Failed: {_name(stored)} of {stored.firing.period}: {stored.firing.outcome}")


@jobs_cli.command("run")
def jobs_run(
    name: Name,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="TIME",
            help="2026-03-30 or “2026-03-30 08:00” (UTC), which has come: the period that holds "
            "it, with that day for today",
        ),
    ] = None,
    reader: Annotated[
        str, typer.Option(metavar="KEY", help="for this one reader or part only")
    ] = "",
) -> None:
    """Run a job here and now, whether or not a server runs. What is done already stays done."""
    clearance = clear(OPERATOR, Capability.RUN_JOBS, STAFF_ONLY)
    with house_of() as house:
        moment = _go_back(house, as_of) if as_of is not None else None
        if moment is None:
            house.demand_present()
        house.planner.sync()
        now = house.clock.now()
        asked = ask_for_job(clearance, house.records, house.jobs, now, name, moment, reader)
        for line in asked_lines(asked, UTC):
            say(line)
        ran = _run(house, asked.begun, asked.job.name)
    _tell(ran, len(asked.begun))


@jobs_cli.command("history")
def jobs_history(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="of this job alone")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="periods to show")] = 20,
) -> None:
    """What came of each period, the newest first."""
    clearance = clear(OPERATOR, Capability.RUN_JOBS, STAFF_ONLY)
    with house_of() as house:
        history = job_history(clearance, house.records, house.jobs, name, limit)
    if not history.periods:
        say("Nothing has run yet, or it is not kept any more.")
        return
    table = Table("Job", "Period", "What came of it")
    for period in history.periods:
        is_one = sum(period.counts.values()) == 1
        job = _name(period.newest) if is_one else period.job
        cells = (job, period.period, period_text(period, UTC))
        table.add_row(*(Text(neutral(cell)) for cell in cells))
    out.print(table)


def _go_back(house: House, as_of: str) -> date | datetime:
    """The moment that was typed, whose day is the house's today from now on. Raises InvalidInput
    for one that has not come, or before what is known."""
    now = house.machine_clock.now()
    moment = read_moment(as_of, UTC, now)
    day = moment.astimezone(UTC).date() if isinstance(moment, datetime) else moment
    with house.records.reading() as reader:
        newest = reader.newest_health_day()
    if newest is not None and day < newest:
        is_past = newest < now.date()
        leave = f"Name {day_text(newest)} or a later day, or leave" if is_past else "Leave"
        raise InvalidInput(
            f"--as-of {as_of.strip()} is too early: these records were refreshed up to "
            f"{day_text(newest)}, and how things were before is not known any more. "
            f"{leave} --as-of out."
        )
    house.clock = BelatedClock(day)
    # A day stands for its end: that of today has not come.
    return now if moment == now.date() else moment


def _row(seen: JobSeen, now: datetime) -> tuple[str, ...]:
    last = f"{seen.last.period}: {period_text(seen.last, UTC)}" if seen.last else ""
    return (
        seen.job.name,
        seen.job.text,
        str(seen.readers) if seen.job.is_for_readers else "",
        _next_text(seen.next_at, now),
        last,
    )


def _next_text(next_at: datetime | None, now: datetime) -> str:
    if next_at is None:
        return "not planned"
    when = instant_text(next_at)
    return (
        when
        if next_at > now - _PLANNED_WITHIN
        else f"overdue since {when}: no serve has planned it"
    )


def _run(house: House, begun: Sequence[StoredFiring], name: str) -> list[Ran]:
    """Those that this process got to run, and how."""
    ran = []
    with progress_bar("Running") as tell:
        for number, stored in enumerate(begun):
            tell(name, number, len(begun))
            found = house.runner.run(stored.id)
            if found is not None:
                ran.append(found)
        tell(name, len(begun), len(begun))
    return ran


def _tell(ran: Sequence[Ran], begun: int) -> None:
    for one in ran:
        say(f"{_name(one.stored)}: {one.state or 'taken over by another process'}: {one.outcome}")
    if len(ran) < begun:
        say(f"{plural(begun - len(ran), 'run')} taken by another process first.")
    counts = {state: sum(one.state is state for one in ran) for state in FiringState}
    if len(ran) > 1:
        say(f"{counts_text(counts)}.")
    if any(one.state not in {FiringState.DONE, FiringState.SKIPPED} for one in ran):
        say("What is not done is tried again by itself while a server runs.", err, style="red")
        raise typer.Exit(REFUSED)


def _name(stored: StoredFiring) -> str:
    return firing_name(stored.firing.job, stored.firing.reader)
