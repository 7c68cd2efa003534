"""Load a made-up portfolio, and live through its last weeks so that it has a history."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from csm.cta import claim, close
from csm.errors import Conflict
from csm.health import CtaOutcome, CtaStatus, CtaType
from csm.people import Place, Principal
from csm.playbook import Playbook
from csm.ports import PortfolioSource, Reader, Records
from csm.use_cases.import_portfolio import Progress, import_portfolio
from csm.use_cases.refresh_accounts import refresh_accounts

WEEKS_LIVED: Final = 12


def load_demo(
    records: Records,
    playbook: Playbook,
    source: PortfolioSource,
    people: Sequence[Principal],
    places: Sequence[Place],
    now: datetime,
    progress: Progress,
) -> None:
    """Bring in the made-up accounts, people and places, and refresh week by week up to today.

    Loading again on a later day moves the stories along. Raises Conflict when the records hold
    a real portfolio, which made-up accounts must not be mixed into.
    """
    _demand_demo_or_empty(records, people)
    today = now.date()
    import_portfolio(source, records, today, progress)
    with records.writing() as writer:
        for person in people:
            writer.save_person(person)
        for place in places:
            writer.save_place(place, now)
    _live_through(records, playbook, today, progress)


def _demand_demo_or_empty(records: Records, people: Sequence[Principal]) -> None:
    with records.reading() as reader:
        if not (reader.is_empty() or holds_demo(reader, people)):
            raise Conflict(
                "The records hold a portfolio of your own, so the demo stays out of them. "
                "Give it a folder of its own: DIGITAL_CSM_HOME=demo digital-csm demo"
            )


def holds_demo(reader: Reader, people: Sequence[Principal]) -> bool:
    """Whether the made-up people are in these records, and so their accounts."""
    return all(reader.person(person.key) == person for person in people)


def _live_through(records: Records, playbook: Playbook, today: date, progress: Progress) -> None:
    """Refresh as of each week of the past that lies after what is known already, with a team
    that works off what is due."""
    with records.reading() as reader:
        ids = reader.account_ids()
        known = reader.previous_health(ids, date.max)
        started = {id_: _started_on(reader, id_) for id_ in ids}
    newest = max((health.day for health in known.values()), default=date.min)
    days = [today - timedelta(weeks=week) for week in reversed(range(WEEKS_LIVED + 1))]
    ahead = [day for day in days if day > newest] or [max(newest, today)]
    for done, day in enumerate(ahead, start=1):
        refresh_accounts(records, playbook, day, [id_ for id_ in ids if started[id_] <= day])
        if day < ahead[-1]:
            _work_off(records, day)
        progress("weeks", done, len(ahead))


def _started_on(reader: Reader, account_id: int) -> date:
    stored = reader.account(account_id)
    return (stored.account.started_on if stored else None) or date.min


def _work_off(records: Records, day: date) -> None:
    """Of what is due by then, every CSM works on the risks and has done the rest."""
    with records.writing() as writer:
        by_email = {person.email: person for person in writer.people()}
        for stored in writer.open_ctas(None):
            owner = by_email.get(stored.cta.owner_email)
            if owner is None or stored.cta.due_on > day:
                continue
            evening = datetime.combine(day, time(17), UTC)
            if stored.cta.type is not CtaType.RISK:
                done = close(stored.cta, owner, CtaOutcome.DONE, "", evening)
                writer.update_cta(stored.id, done)
            elif stored.cta.status is CtaStatus.OPEN:
                writer.update_cta(stored.id, claim(stored.cta, owner, evening))
