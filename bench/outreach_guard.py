"""How fast the guard judges: all rules on one message, and 10,000 held messages anew."""

from datetime import timedelta
from pathlib import Path

from bench.figures import Figure, milliseconds, quantile, repeat, timed
from csm.guard.review import review_outreach
from csm.guard.sending import Moment
from csm.letter import MAIL
from csm.pause import Pause, PauseScope
from csm.use_cases.release_outreach import MOST_JUDGED, release
from csm.use_cases.sending_facts import batch_for, recorded_approval
from storage.database import open_database
from storage.records import SqlRecords
from tests.csm import outbox_scene as scene
from tests.csm.outbox_scene import MO, START, MovingClock, draft

HELD = 10_000
_JUDGED = 1000


def measure(folder: Path) -> list[Figure]:
    """Judge messages to 10,000 customers, in the presence of all of their names."""
    path = folder / "guard.db"
    database = open_database(f"sqlite:///{path}")
    database.upgrade()
    records = SqlRecords(database)
    names = [f"q{number}" for number in range(HELD)]
    scene.settle_in(records, names)
    ids = scene.approve_all(records, map(draft, names))
    first, again = _one_by_one(records, ids[:_JUDGED])
    held = _held_again(records)
    database.close()
    path.unlink()
    return [
        Figure(
            "All rules on a message that was judged before, p95",
            f"{milliseconds(quantile(again, 0.95))} "
            f"(the first time: {milliseconds(quantile(first, 0.95))})",
            "under 1 ms",
        ),
        Figure(f"{HELD:,} held messages judged again", f"{held:.1f} s", "under 10 s"),
    ]


def _one_by_one(records: SqlRecords, ids: list[int]) -> tuple[list[float], list[float]]:
    """Seconds for each: the first time that this process sees it, and the second."""
    desk = scene.desk()
    messages = [(id_, scene.outreach_of(records, id_)) for id_ in ids]
    with records.reading() as reader:
        approval_of = recorded_approval(reader)
        batch = batch_for(reader, desk, START, messages, Moment.RELEASING, approval_of)
        facts = [batch.facts_of(index) for index in range(len(messages))]
    outgoing = [outreach.outgoing for _, outreach in messages]
    guard = desk.playbook.guard

    def judge(index: int) -> object:
        return review_outreach(outgoing[index], facts[index], guard)

    return repeat(len(ids), judge), repeat(len(ids), judge)


def _held_again(records: SqlRecords) -> float:
    """Seconds for all of them, when they are judged for the second time."""
    clock, desk = MovingClock(), scene.desk()
    with records.writing() as writer:
        writer.add_pause(Pause(scope=PauseScope.ALL, by=MO.key, at=START))
    _judge_all(records, clock)
    clock.at += timedelta(hours=desk.playbook.guard.send.recheck_hours + 1)
    with timed() as watch:
        judged = _judge_all(records, clock)
    if judged != HELD:
        raise RuntimeError(f"{judged:,} of {HELD:,} messages were judged again")
    return watch.seconds


def _judge_all(records: SqlRecords, clock: MovingClock) -> int:
    desk, judged = scene.desk(), 0
    while taken := release(records, desk, clock, MAIL, MOST_JUDGED).taken:
        judged += taken
    return judged
