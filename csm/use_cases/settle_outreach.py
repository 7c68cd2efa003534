"""Outreach on its way: begun right before a courier takes it, settled right after.

A message is begun by one process alone, and only while its proof is fresh and nobody stopped the
line. Whatever became of the attempt is kept with the audit in one unit of work, which begins the
next ones, too.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from csm.desk import Desk
from csm.guard.verdict import Verdict
from csm.outreach import OutreachState
from csm.ports import Clock, Reader, Records, Writer
from csm.ports_answers import StoredPost
from csm.ports_outreach import StoredOutreach
from csm.post import Post, PostState
from csm.reference import under
from csm.suppression import SuppressionKind
from csm.use_cases.opt_outs import suppress_reader
from csm.use_cases.outreach_book import OutreachBook
from csm.use_cases.release_outreach import LEASE, Released, objections_to
from csm.use_cases.undelivered import NOTICE
from csm.views.outreach import outreach_card

_OUTBOX: Final = "outbox"
_STOPPED: Final = "I was stopped while I sent it."
# Of posts that ended, and of their outreach.
_ENDS: Final = {PostState.IN_DOUBT: OutreachState.IN_DOUBT, PostState.DEAD: OutreachState.DEAD}


@dataclass(frozen=True, slots=True)
class Attempted:
    """One that was begun, and its row as the attempt left it. `is_address_gone`: where it was to
    go, nothing is taken any more."""

    begun: Released
    post: Post
    is_address_gone: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    settled: tuple[StoredPost, ...]
    begun: tuple[Released, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    outreach: StoredOutreach
    stored: StoredPost | None


def settle_and_begin(
    records: Records,
    desk: Desk,
    clock: Clock,
    attempted: Sequence[Attempted],
    following: Sequence[Released],
) -> Step:
    """Keep what became of some attempts, and begin the next ones; those that may not be begun any
    more wait to be judged again. Raises Busy or Unavailable, and then nothing was kept."""
    released = [*(one.begun for one in attempted), *following]
    with records.writing() as writer:
        rows = _locked(writer, released)
        book = OutreachBook(desk, clock.now())
        settled = [_settle_one(book, one, rows) for one in attempted]
        begun = list(_begun(writer, book, following, rows))
        book.write(writer)
    return Step(tuple(one for one in settled if one is not None), tuple(begun))


def lost_posts(reader: Reader, platform: str, claimed_before: datetime) -> list[StoredPost]:
    """Outreach on that platform which somebody began to send before then, and never settled."""
    return [
        stored
        for stored in reader.posts(PostState.SENDING, limit=1000)
        if stored.post.platform == platform
        and stored.post.outreach_id is not None
        and stored.post.claimed_at is not None
        and stored.post.claimed_at < claimed_before
    ]


def settle_lost(
    records: Records, desk: Desk, clock: Clock, lost: StoredPost, message: str, *, is_found: bool
) -> StoredPost | None:
    """Settle one whose sender died: as SENT where the platform shows it, else it is in doubt and
    told to a person. `message` is its id, as far as it is known. None where somebody else settled
    it meanwhile."""
    if lost.post.outreach_id is None:
        raise ValueError("only outreach is settled here")
    with records.writing() as writer:
        outreach = writer.outreach(lost.post.outreach_id)
        stored = writer.outreach_post(lost.post.outreach_id)
        if outreach is None or not _is_that_attempt(lost, stored):
            return None
        row = _Row(outreach, stored)
        book = OutreachBook(desk, clock.now())
        state = PostState.SENT if is_found else PostState.IN_DOUBT
        why = "" if is_found else _STOPPED
        post = lost.post.model_copy(update={"state": state, "message": message, "problem": why})
        settled = _sent(book, row, post) if is_found else _ended(book, row, post)
        book.write(writer)
    return settled


def _locked(writer: Writer, released: Sequence[Released]) -> Mapping[int, _Row]:
    """The rows of all of them, always in the same order."""
    known = [(one.stored, one.outreach) for one in released]
    rows = {
        outreach.id: _Row(outreach, stored)
        for stored, outreach in writer.outreach_on_its_way(known)
    }
    for outreach_id in sorted(one.outreach.id for one in released):
        if outreach_id not in rows and (ended := writer.outreach(outreach_id)) is not None:
            rows[outreach_id] = _Row(ended, None)
    return rows


def _begun(
    writer: Writer,
    book: OutreachBook,
    following: Sequence[Released],
    rows: Mapping[int, _Row],
) -> Iterable[Released]:
    if not following:
        return
    pauses = [stored.pause for stored in writer.pauses()]
    objections = objections_to(writer, [one.outreach.outreach for one in following])
    for one in following:
        row = rows.get(one.outreach.id)
        if row is None or row.stored is None or not _is_still_held(one, row.stored):
            continue  # somebody ended it, or it went to another process
        stored, outreach = row.stored, row.outreach.outreach
        is_stopped = any(pause.covers(outreach.play, outreach.account_key) for pause in pauses)
        if is_stopped or not _is_fresh(book, one, row) or _has_objected(one, objections):
            book.move(stored, state=PostState.WAITING, claimed_at=None)
            continue
        changes = {"state": PostState.SENDING, "attempts": stored.post.attempts + 1}
        yield Released(book.move(stored, **changes, claimed_at=book.now), row.outreach, one.cleared)


def _is_still_held(one: Released, current: StoredPost) -> bool:
    """Whether it is this very clearance that the row was given out for."""
    claimed_at = current.post.claimed_at
    return current.post.state is PostState.CLEARED and claimed_at == one.stored.post.claimed_at


def _is_fresh(book: OutreachBook, one: Released, row: _Row) -> bool:
    """Whether it was judged just now, by a clock that was not set back since, as it is."""
    judged_at, outreach = one.stored.post.claimed_at, row.outreach.outreach
    is_recent = judged_at is not None and judged_at <= book.now <= judged_at + LEASE
    is_same = outreach.fingerprint == one.cleared.fingerprint
    return is_recent and is_same and outreach.state is OutreachState.APPROVED


def _has_objected(one: Released, objections: Collection[tuple[int, str, str]]) -> bool:
    """Whether anybody at the account, or with its address, said that they want no messages, and it
    was not weighed when it was judged: whatever time it bears, clocks may differ."""
    outreach = one.outreach.outreach
    address = outreach.address.lower()
    return any(
        account_key == outreach.account_key or (address and said_of == address)
        for suppression_id, account_key, said_of in objections
        if suppression_id not in one.weighed
    )


def _settle_one(
    book: OutreachBook, attempted: Attempted, rows: Mapping[int, _Row]
) -> StoredPost | None:
    """What is told of it belongs to what it came of."""
    with under(attempted.post.reference):
        return _settle(book, attempted, rows)


def _settle(
    book: OutreachBook, attempted: Attempted, rows: Mapping[int, _Row]
) -> StoredPost | None:
    """Somebody may have taken us for dead, and doubted it: then only that it was sent is news."""
    begun, post = attempted.begun, attempted.post
    row = rows.get(begun.outreach.id)
    if row is None:
        return None
    is_ours = _is_that_attempt(begun.stored, row.stored)
    if post.state is PostState.SENT:
        is_news = is_ours or row.outreach.outreach.state is not OutreachState.SENT
        return _sent(book, row, post, begun.cleared.verdict) if is_news else row.stored
    if not is_ours:
        return row.stored
    if post.state not in _ENDS:
        return _later(book, row, post)
    if attempted.is_address_gone:
        _remember_bounce(book, row)
    return _ended(book, row, post)


def _is_that_attempt(begun: StoredPost, current: StoredPost | None) -> bool:
    if current is None:
        return False
    is_sending = current.post.state is PostState.SENDING
    return is_sending and current.post.attempts == begun.post.attempts


def _sent(
    book: OutreachBook, row: _Row, post: Post, verdict: Verdict | None = None
) -> StoredPost | None:
    """`verdict`: the one that it was sent by, where this is who sent it."""
    sent_at = post.sent_at or post.claimed_at or book.now
    judged = {"verdict": verdict.to_json()} if verdict else {}
    after = book.change(
        row.outreach,
        **judged,
        state=OutreachState.SENT,
        sent_at=sent_at,
        message=post.message,
        held_until=None,
        ended_by="",
        ended_at=None,
        ended_why="",
    )
    book.note("outreach.sent", _OUTBOX, row.outreach, after.outreach, verdict)
    if row.stored is None:
        return None
    kept = {"state": PostState.SENT, "sent_at": sent_at, "message": post.message, "problem": ""}
    return book.move(row.stored, **kept)


def _ended(book: OutreachBook, row: _Row, post: Post) -> StoredPost | None:
    """It is dead or in doubt, and somebody is told, with what they can do."""
    after = book.change(
        row.outreach,
        state=_ENDS[post.state],
        ended_at=book.now,
        ended_why=post.problem,
        message=post.message,
        held_until=None,
    )
    what, playbook, now = f"outreach.{post.state.value}", book.desk.playbook, book.now
    book.note(what, _OUTBOX, row.outreach, after.outreach, attempts=post.attempts)
    book.tell(
        after,
        f"{NOTICE}outreach:{after.id}:{post.state.value}",
        lambda person: outreach_card(after, row.stored, playbook, (), person.zone, now),
    )
    if row.stored is None:
        return None
    return book.move(row.stored, state=post.state, message=post.message, problem=post.problem)


def _remember_bounce(book: OutreachBook, row: _Row) -> None:
    kind, source = SuppressionKind.BOUNCED, f"outreach {row.outreach.id}"
    book.add(lambda w: suppress_reader(w, row.outreach, kind, book.now, source))


def _later(book: OutreachBook, row: _Row, post: Post) -> StoredPost | None:
    """It did not arrive, and is tried again, which begins with being judged again."""
    again = post.not_before.isoformat() if post.not_before else ""
    book.note(
        "outreach.retrying",
        _OUTBOX,
        row.outreach,
        row.outreach.outreach,
        attempts=post.attempts,
        again=again,
    )
    if row.stored is None:
        return None
    waiting = {"state": PostState.WAITING, "not_before": post.not_before, "claimed_at": None}
    return book.move(row.stored, **waiting, problem=post.problem)
