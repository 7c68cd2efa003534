"""Whether plays work: goals looked for day by day, and what they come to."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Final

from csm.condition import judge
from csm.effect import PlayEffect, effect_of
from csm.errors import NotFound
from csm.health import Snapshot
from csm.people import Capability, Clearance
from csm.play import Goal, Play
from csm.playbook import Playbook
from csm.playbook_part import nearest
from csm.ports import Records, Writer
from csm.ports_outreach import StoredOutreach
from csm.signal_table import table_of
from csm.signals import SIGNALS

# How many goals are looked at in one unit of work.
_AT_ONCE: Final = 500
_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


def effects(
    clearance: Clearance, records: Records, playbook: Playbook, today: date, play_id: str = ""
) -> list[PlayEffect]:
    """One play's report, or every writing play's, by name. Raises NotFound."""
    clearance.demand(Capability.READ_ACCOUNTS)
    plays = _plays(playbook, play_id)
    with records.reading() as reader:
        return [
            effect_of(
                play.id,
                reader.tally(play.id, _EVER),
                *reader.groups(play.id, today),
                playbook.guard.effect,
            )
            for play in plays
        ]


def check_goals(records: Records, playbook: Playbook, now: datetime) -> int:
    """Note the goals that were reached by now, of those written to and of the control group alike;
    how many. What a goal's day has passed over is left as it is."""
    reached, after = 0, 0
    while True:
        with records.writing() as writer:
            waiting = writer.goals_open(now.date(), _AT_ONCE, after)
            if not waiting:
                return reached
            reached += _note_reached(writer, playbook, waiting, now)
            after = waiting[-1].id


def _note_reached(
    writer: Writer, playbook: Playbook, waiting: Sequence[StoredOutreach], now: datetime
) -> int:
    keys = {stored.outreach.account_key for stored in waiting}
    dealings = writer.dealings(keys, now, now)
    snapshots = {key: one.snapshot for key, one in dealings.items() if one.snapshot}
    found = list(_reached(playbook, waiting, snapshots))
    writer.change_outreaches({stored.id: {"goal_reached_on": day} for stored, day in found})
    return len(found)


def _reached(
    playbook: Playbook, waiting: Sequence[StoredOutreach], snapshots: dict[str, Snapshot]
) -> Iterator[tuple[StoredOutreach, date]]:
    by_play = sorted(waiting, key=lambda stored: stored.outreach.play)
    for play_id, group in groupby(by_play, key=lambda stored: stored.outreach.play):
        play = playbook.plays.get(play_id)
        if play is None or play.outreach is None:
            continue
        for stored in group:
            snapshot = snapshots.get(stored.outreach.account_key)
            if snapshot and _is_in_time(stored, snapshot) and _holds(play.outreach.goal, snapshot):
                yield stored, snapshot.as_of


def _is_in_time(stored: StoredOutreach, snapshot: Snapshot) -> bool:
    """Looked at after the day on which it began, and before its time was over."""
    begun = stored.outreach.drafted_at.date()
    return begun < snapshot.as_of <= stored.outreach.goal_by


def _holds(goal: Goal, snapshot: Snapshot) -> bool:
    table = table_of([snapshot], {leaf.signal for leaf in goal.when.leaves() if leaf.signal})
    return bool(judge(goal.when, table, SIGNALS).yes[0])


def _plays(playbook: Playbook, play_id: str) -> list[Play]:
    writing = {play.id: play for play in playbook.plays.values() if play.outreach}
    if not play_id:
        return sorted(writing.values(), key=lambda play: play.name)
    if play_id not in writing:
        raise NotFound(
            f"There is no play “{play_id}” that writes{nearest(play_id, list(writing))}"
            " digital-csm plays list shows them."
        )
    return [writing[play_id]]
