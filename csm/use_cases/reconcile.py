"""The audit and the outbox looked through for what is broken, lost, or stuck; administrators are
told of each finding once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from csm.card import Card, Note, Text, Tone
from csm.desk import Desk
from csm.firing import Tell
from csm.job import JobTable
from csm.outreach import OutreachState
from csm.people import STAFF_ONLY, Capability, Principal, Role, clear
from csm.ports import Clock, Reader, Records
from csm.ports_keeping import Mismatch, OldPost
from csm.post import PostState
from csm.use_cases.colleagues import administrators, tell_person
from csm.use_cases.outreach_audit import Verified, verify
from csm.use_cases.outreach_book import chat_platform
from csm.wording import day_text, listing, plural

# Whom the audit is read as: the product itself.
_NIGHT_WATCH: Final = Principal(key="schedule", name="the schedule", role=Role.ADMIN)

_STUCK_AFTER: Final = timedelta(hours=1)
_DOUBTED_FOR: Final = timedelta(days=3)
_OVERDUE_BY: Final = timedelta(days=1)
_GRACE: Final = timedelta(minutes=15)
# Of each sort, so that one trouble with many consequences is not a hundred messages.
_MOST: Final = 10
_STEPS: Final = 3
_KEY: Final = "reconcile"
_SHORT: Final = 16


@dataclass(frozen=True, slots=True)
class Anomaly:
    """Something that is not as it must be. `key` is the same for as long as it is the same."""

    key: str
    sort: str  # in the plural, for the summary
    text: str
    what_to_do: str


def reconcile(records: Records, desk: Desk, jobs: JobTable, clock: Clock, tell: Tell) -> str:
    """Look through the audit, the outbox and what is running; what was found, in words."""
    tell(0, _STEPS)
    verified = verify(clear(_NIGHT_WATCH, Capability.READ_AUDIT, STAFF_ONLY), records)
    tell(1, _STEPS)
    with records.reading() as reader:
        now = clock.now()
        found = [*_of_audit(verified), *_of_outbox(reader, desk, now), *_of_jobs(reader, jobs, now)]
    tell(2, _STEPS)
    told = _tell_admins(records, desk, found, clock.now())
    tell(_STEPS, _STEPS)
    return _summary(verified, found, told)


def _of_audit(verified: Verified) -> Iterator[Anomaly]:
    for text in verified.breaks[:_MOST]:
        yield Anomaly(
            f"audit:{sha256(text.encode()).hexdigest()[:_SHORT]}",
            "breaks of the audit",
            f"The audit is not whole. {text}",
            "Somebody changed the database by hand, or it is damaged. Run `digital-csm audit "
            "verify`, find out who has access to the database, and compare with a backup.",
        )


def _of_outbox(reader: Reader, desk: Desk, now: datetime) -> Iterator[Anomaly]:
    def old(state: PostState, age: timedelta) -> list[OldPost]:
        return reader.posts_in([state], now - age, _MOST)

    yield from map(_mismatched, reader.outbox_mismatches(_MOST))
    for post in (*old(PostState.SENDING, _STUCK_AFTER), *old(PostState.CLEARED, _STUCK_AFTER)):
        yield _of_post(
            post,
            "messages stuck while they were sent",
            "was begun to be sent, and nobody has settled it",
            "Nothing looks after that platform now. Check that a `digital-csm serve` with its "
            "settings runs: it settles such messages by itself.",
        )
    for post in old(PostState.IN_DOUBT, _DOUBTED_FOR):
        if post.outreach_id is not None:
            yield _of_post(
                post,
                "messages in doubt",
                "may or may not have arrived, and nobody has settled that",
                f"Open outreach {post.outreach_id}, look whether it is there, and say so with its "
                "buttons. Until then it counts as sent.",
            )
    for post in old(PostState.WAITING, _OVERDUE_BY):
        if post.platform in desk.platforms:
            yield _of_post(
                post,
                "messages that wait for too long",
                "should have been sent",
                "Look for its platform's errors in the log of `digital-csm serve`, and whether "
                "outreach is paused: `digital-csm pause`.",
            )


def _mismatched(found: Mismatch) -> Anomaly:
    queued = f"its message is {found.post.value}" if found.post else "it has no message"
    what = (
        "It will not be sent. Withdraw it, and draft it again if it still matters."
        if found.outreach is OutreachState.APPROVED
        else "It does not go without a review. Find out who changed the records."
    )
    return Anomaly(
        f"outreach:{found.outreach_id}:{found.outreach.value}:{found.post}",
        "messages that the outbox lost",
        f"Outreach {found.outreach_id} is {found.outreach.value}, but in the outbox {queued}.",
        what,
    )


def _of_post(post: OldPost, sort: str, trouble: str, what_to_do: str) -> Anomaly:
    name = f"Message {post.id} to {post.platform}"
    text = f"{name} {trouble} since {day_text(post.since)}."
    return Anomaly(f"post:{post.id}:{post.state.value}", sort, text, what_to_do)


def _of_jobs(reader: Reader, jobs: JobTable, now: datetime) -> Iterator[Anomaly]:
    for stored in reader.running_firings():
        firing = stored.firing
        job = jobs.known(firing.job)
        begun = firing.started_at
        if job is None or begun is None or now - begun <= job.limit + _GRACE:
            continue
        whose = f" for {firing.reader}" if firing.reader else ""
        yield Anomaly(
            f"firing:{stored.id}:{firing.attempts}",
            "jobs that run for too long",
            f"The job {firing.job}{whose} of {firing.period} runs since {day_text(begun)}, longer "
            "than it may.",
            "Restart the process that runs it: another one takes it over after that. "
            "`digital-csm jobs history` shows what becomes of it.",
        )


def _tell_admins(records: Records, desk: Desk, found: Sequence[Anomaly], now: datetime) -> int:
    """How many findings somebody was told of who had not been before."""
    if not found:
        return 0
    platform, told = chat_platform(desk, ""), 0
    with records.writing() as writer:
        admins = administrators(writer)
        for anomaly in found:
            key = f"{_KEY}:{anomaly.key}"
            card = _card(anomaly)
            news = [tell_person(writer, key, platform, one, card, now) for one in admins]
            told += any(news)
    return told


def _card(anomaly: Anomaly) -> Card:
    return Card(
        title="Something is not as it must be",
        summary=anomaly.text,
        tone=Tone.WARN,
        blocks=(Text(text=anomaly.text, tone=Tone.WARN), Note(text=anomaly.what_to_do)),
    )


def _summary(verified: Verified, found: Sequence[Anomaly], told: int) -> str:
    entries = plural(verified.count, "entry", "entries")
    if not found:
        return f"The audit is whole ({entries}), and nothing is missing from the outbox."
    sorts = dict.fromkeys(one.sort for one in found)
    counts = [f"{sum(one.sort == sort for one in found)} {sort}" for sort in sorts]
    return f"Found {listing(counts)}; {told} of them new. The audit has {entries}."
