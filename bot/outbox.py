"""Sends outreach: what is due is judged once more, begun, attempted and settled.

A process that dies leaves in doubt at most as many messages as its courier takes at once. Nothing
of the database is open while one is on its way.
"""

from collections.abc import Collection, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.attempt import attempt
from bot.couriers import Courier
from csm.desk import Desk
from csm.errors import Busy
from csm.ports import Clock, Records
from csm.ports_answers import StoredPost
from csm.reference import under
from csm.use_cases.release_outreach import MOST_CLEARED, MOST_JUDGED, Released, release
from csm.use_cases.settle_outreach import (
    Attempted,
    Step,
    lost_posts,
    settle_and_begin,
    settle_lost,
)

log = structlog.get_logger(__name__)

# A claim older than this is that of a process that died over it.
DOUBTED_AFTER: Final = timedelta(minutes=10)
# For how long we wait for a platform that can show whether it has a lost message.
_ASKED_FOR: Final = timedelta(hours=1)
# While a round is judged nobody else can write, on SQLite.
_LONGEST_ROUND: Final = 200
# A server that is near is done with all of a group in less; one that is far away is not held up.
_TOGETHER: Final = timedelta(milliseconds=50)
# What was sent must be kept as sent, however busy the records are.
_SETTLING_ATTEMPTS: Final = 3


class Outbox:
    """Safe to call from several threads and processes at once."""

    def __init__(self, records: Records, clock: Clock, desk: Desk) -> None:
        self._records = records
        self._clock = clock
        self._desk = desk

    def recover(self, platform: str, courier: Courier) -> list[StoredPost]:
        """Settle what processes that died were sending; which. Raises Busy or Unavailable."""
        now = self._clock.now()
        with self._records.reading() as reader:
            lost = lost_posts(reader, platform, now - DOUBTED_AFTER)
        settled = []
        for stored in lost:
            with under(stored.post.reference):
                settled += self._settle_lost(courier, stored, now)
        return settled

    def _settle_lost(self, courier: Courier, stored: StoredPost, now: datetime) -> list[StoredPost]:
        is_over, found = self._found(courier, stored, now)
        if not is_over:
            return []
        message = found or courier.expected_id(stored.post)
        end = settle_lost(
            self._records, self._desk, self._clock, stored, message, is_found=bool(found)
        )
        return [end] if end else []

    def _found(
        self, courier: Courier, stored: StoredPost, now: datetime
    ) -> tuple[bool, str | None]:
        """Whether the search for a lost message is over, and its id where it was found."""
        bound = log.bind(post=stored.id, key=stored.post.key)
        try:
            message = courier.find(stored.post)
        except Exception as trouble:  # noqa: BLE001 - whatever it is, it can be asked again
            bound.warning("lost post not looked for", cause=type(trouble).__name__)
            claimed_at = stored.post.claimed_at
            return claimed_at is None or claimed_at <= now - _ASKED_FOR, None
        bound.error("lost post", found=message is not None)
        return True, message

    def send_some(self, platform: str, courier: Courier) -> list[StoredPost]:
        """Attempt the next messages that are due and may be sent; each as it is settled then, none
        where nothing was left to attempt. Raises Busy or Unavailable."""
        most = limit = min(MOST_CLEARED * courier.parallel, _LONGEST_ROUND)
        while True:
            found = release(self._records, self._desk, self._clock, platform, limit, most)
            if found.released:
                return self._send(courier, found.released)
            if found.taken < limit:
                return []
            limit = MOST_JUDGED

    def _send(self, courier: Courier, released: Sequence[Released]) -> list[StoredPost]:
        """As many at once as the courier takes; while some are on their way, those that are back
        are settled and the next ones begun."""
        left, settled = list(released), list[StoredPost]()
        back: list[Attempted] = []
        flying: dict[Future[Attempted], Released] = {}

        def one(begun: Released) -> Attempted:
            done = attempt(courier, begun.stored, begun.cleared, self._clock)
            return Attempted(begun, done.post, is_address_gone=done.is_address_gone)

        with ThreadPoolExecutor(courier.parallel) as threads:
            while left or flying or back:
                group, left = _next_ones(left, list(flying.values()), courier.parallel)
                step = self._step(back, group)
                settled += step.settled
                flying |= {threads.submit(one, begun): begun for begun in step.begun}
                landed = _landed(flying)
                back = [future.result() for future in landed]
                flying = {future: at for future, at in flying.items() if future not in landed}
        return settled

    def _step(self, attempted: Sequence[Attempted], group: Sequence[Released]) -> Step:
        for _ in range(_SETTLING_ATTEMPTS - 1):
            try:
                return settle_and_begin(self._records, self._desk, self._clock, attempted, group)
            except Busy:
                log.warning("outbox waits for the records", unsettled=len(attempted))
        return settle_and_begin(self._records, self._desk, self._clock, attempted, group)


def _landed(flying: Collection[Future[Attempted]]) -> set[Future[Attempted]]:
    """Wait for one of them, and a moment for the others: settled together, they cost less."""
    if not flying:
        return set()
    wait(flying, return_when=FIRST_COMPLETED)
    return wait(flying, timeout=_TOGETHER.total_seconds()).done


def _next_ones(
    released: Sequence[Released], flying: Sequence[Released], most: int
) -> tuple[list[Released], list[Released]]:
    """Those that may be begun now, and the rest: an account's messages go one after the other."""
    group: list[Released] = []
    rest: list[Released] = []
    accounts = {one.outreach.outreach.account_key for one in flying}
    for one in released:
        account_key = one.outreach.outreach.account_key
        is_next = len(flying) + len(group) < most and account_key not in accounts
        (group if is_next else rest).append(one)
        accounts.add(account_key)
    return group, rest
