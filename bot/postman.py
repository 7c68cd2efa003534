"""Brings posts to where they belong, after the turn that wrote them and from time to time.

A post is claimed, attempted and settled, one at a time, so that a process that dies leaves at most
one of which nobody knows whether it arrived. Nothing of the database is open meanwhile. Outreach
goes through `bot.outbox`.
"""

from collections.abc import Mapping
from threading import Lock
from typing import Final

import structlog

from bot.attempt import attempt
from bot.couriers import Courier
from bot.outbox import DOUBTED_AFTER, Outbox
from csm.answer_settings import AnswerSettings
from csm.ports import Clock, Records
from csm.ports_answers import StoredPost
from csm.post import Post
from csm.reference import under
from csm.use_cases.undelivered import note_undelivered

log = structlog.get_logger(__name__)

# Of one round; the next one takes the rest.
_MOST: Final = 100


class Postman:
    """Delivers what waits. Safe to call from several threads and processes at once."""

    def __init__(
        self,
        records: Records,
        clock: Clock,
        answers: AnswerSettings,
        couriers: Mapping[str, Courier],
        outbox: Outbox | None = None,
    ) -> None:
        """Without an outbox it leaves outreach to others."""
        self._records = records
        self._clock = clock
        self._answers = answers
        self._couriers = couriers
        self._outbox = outbox
        self._round = Lock()

    def deliver_waiting(self, platform: str) -> list[StoredPost]:
        """Attempt every post of the platform whose time has come, oldest first; each as it is
        settled now. Raises Busy or Unavailable when the records cannot be reached."""
        courier = self._couriers[platform]
        settled: list[StoredPost] = []
        # One round at a time, so that what belongs to one thread keeps its order.
        with self._round:
            if not self._has_work(platform):
                return settled
            self._doubt_the_lost(platform)
            if self._outbox is not None:
                settled += self._outbox.recover(platform, courier)
            settled += self._deliver_posts(platform, courier)
            # Colleagues are not kept waiting by a queue of outreach.
            while len(settled) < _MOST and (sent := self._send_outreach(platform, courier)):
                settled += sent + self._deliver_posts(platform, courier)
        return settled

    def _has_work(self, platform: str) -> bool:
        """A look that locks nothing, for it is taken after every turn."""
        now = self._clock.now()
        with self._records.reading() as reader:
            return reader.is_post_due(platform, now, now - DOUBTED_AFTER)

    def _doubt_the_lost(self, platform: str) -> None:
        now = self._clock.now()
        with self._records.writing() as writer:
            for stored in writer.doubt_posts(platform, now - DOUBTED_AFTER):
                with under(stored.post.reference):
                    log.error("post in doubt", post=stored.id, key=stored.post.key)
                    note_undelivered(writer, stored, self._answers, now)

    def _send_outreach(self, platform: str, courier: Courier) -> list[StoredPost]:
        return self._outbox.send_some(platform, courier) if self._outbox is not None else []

    def _deliver_posts(self, platform: str, courier: Courier) -> list[StoredPost]:
        settled: list[StoredPost] = []
        while len(settled) < _MOST and (stored := self._claim(platform)) is not None:
            done = attempt(courier, stored, None, self._clock)
            settled.append(self._settle(stored, done.post))
        return settled

    def _claim(self, platform: str) -> StoredPost | None:
        with self._records.writing() as writer:
            claimed = writer.claim_posts(platform, self._clock.now(), limit=1)
        return claimed[0] if claimed else None

    def _settle(self, stored: StoredPost, post: Post) -> StoredPost:
        settled = StoredPost(stored.id, post)
        with under(post.reference), self._records.writing() as writer:
            writer.update_post(stored.id, post)
            note_undelivered(writer, settled, self._answers, self._clock.now())
        return settled
