"""Leave an account alone for a while: it stays off its reader's digests and alerts until a day,
unless it gets worse."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from csm.errors import NotFound
from csm.health import Grade, Health
from csm.own_day import own_day
from csm.people import Capability, Clearance
from csm.ports import Clock, Reader, Records
from csm.told import Snooze
from csm.until_words import read_until


@dataclass(frozen=True, slots=True)
class Snoozed:
    """A snooze, with the account's name and its health now."""

    snooze: Snooze
    name: str
    health: Health | None


def account_to_snooze(clearance: Clearance, records: Records, account_id: int) -> str:
    """Its name. Raises NotFound."""
    clearance.demand(Capability.READ_ACCOUNTS)
    with records.reading() as reader:
        return _name(reader, account_id)


def snooze_account(
    clearance: Clearance, records: Records, clock: Clock, account_id: int, until: str
) -> Snoozed:
    """Leave it out of what this person is told until that day, in whatever way it is written.
    Raises NotFound, and InvalidInput for a day that will not do."""
    clearance.demand(Capability.READ_ACCOUNTS)
    as_of = clock.today()
    day = read_until(until, own_day(clearance.principal, clock))
    with records.writing() as writer:
        name = _name(writer, account_id)
        health = writer.previous_health([account_id], as_of + timedelta(days=1)).get(account_id)
        snooze = Snooze(
            reader=clearance.principal.key,
            account_id=account_id,
            until=day,
            grade=health.grade if health else Grade.NONE,
            made_at=clock.now(),
        )
        writer.put_snooze(snooze)
    return Snoozed(snooze, name, health)


def end_snooze(clearance: Clearance, records: Records, account_id: int) -> str:
    """Have it back; its name. Raises NotFound where there is no such account; one that is not
    snoozed stays as it is."""
    clearance.demand(Capability.READ_ACCOUNTS)
    with records.writing() as writer:
        name = _name(writer, account_id)
        writer.drop_snooze(clearance.principal.key, account_id)
    return name


def snoozed_accounts(clearance: Clearance, records: Records, clock: Clock) -> Sequence[Snoozed]:
    """What this person has snoozed, those that come back first first."""
    clearance.demand(Capability.READ_ACCOUNTS)
    today, as_of = own_day(clearance.principal, clock), clock.today()
    with records.reading() as reader:
        snoozes = reader.snoozes(clearance.principal.key, today)
        ids = [snooze.account_id for snooze in snoozes]
        names = {id_: account.name for id_, account, _ in reader.accounts_with_snapshots(ids)}
        health = reader.previous_health(ids, as_of + timedelta(days=1))
    found = [
        Snoozed(snooze, names[snooze.account_id], health.get(snooze.account_id))
        for snooze in snoozes
        if snooze.account_id in names
    ]
    return sorted(found, key=lambda one: (one.snooze.until, one.name))


def _name(reader: Reader, account_id: int) -> str:
    stored = reader.account(account_id)
    if stored is None:
        raise NotFound("That account is not in the records any more. /portfolio lists yours.")
    return stored.account.name
