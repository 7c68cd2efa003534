"""Brings posts to where they belong, after the turn that wrote them and from time to time.

A post is claimed, attempted and settled, one at a time, so that a process that dies leaves at most
one of which nobody knows whether it arrived. Nothing of the database is open meanwhile.
"""

from collections.abc import Mapping
from datetime import timedelta
from threading import Lock
from typing import Final, Protocol

import structlog

from csm.answer_settings import AnswerSettings
from csm.errors import CsmError
from csm.ports import Clock, Records
from csm.ports_answers import StoredPost
from csm.post import Post, PostState
from csm.use_cases.undelivered import is_notice, note_undelivered

log = structlog.get_logger(__name__)

MOST_ATTEMPTS: Final = 8
_FIRST_WAIT: Final = timedelta(seconds=30)  # and twice as long each time after
_LONGEST_WAIT: Final = timedelta(minutes=30)
# A claim older than this is that of a process that died over it.
_DOUBTED_AFTER: Final = timedelta(minutes=10)
# Of one round; the next one takes the rest.
_MOST: Final = 100
_LONGEST_PROBLEM: Final = 300


class NotNow(Exception):
    """The platform did not take it, and may later; after `wait` seconds, where it said so."""

    def __init__(self, reason: str, wait: float = 0) -> None:
        super().__init__(reason)
        self.wait = timedelta(seconds=wait)


class Undeliverable(Exception):
    """It cannot be delivered, or must not be any more. The reason is shown to colleagues."""


class InDoubt(Exception):
    """It may have arrived: the platform's answer was lost. The reason is shown to colleagues."""


class Courier(Protocol):
    """Brings posts to one platform. Right before it does, it looks at who listens there."""

    def deliver(self, post: Post) -> str:
        """The platform's id of the message. Raises NotNow when it did not arrive but may later,
        Undeliverable when it never will, and InDoubt or anything else where it may have
        arrived."""
        ...


class Postman:
    """Delivers what waits. Safe to call from several threads and processes at once."""

    def __init__(
        self,
        records: Records,
        clock: Clock,
        answers: AnswerSettings,
        couriers: Mapping[str, Courier],
    ) -> None:
        self._records = records
        self._clock = clock
        self._answers = answers
        self._couriers = couriers
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
            while len(settled) < _MOST and (stored := self._claim(platform)) is not None:
                settled.append(self._settle(stored, self._attempt(courier, stored)))
        return settled

    def _has_work(self, platform: str) -> bool:
        """A look that locks nothing, for it is taken after every turn."""
        now = self._clock.now()
        with self._records.reading() as reader:
            return reader.is_post_due(platform, now, now - _DOUBTED_AFTER)

    def _doubt_the_lost(self, platform: str) -> None:
        now = self._clock.now()
        with self._records.writing() as writer:
            for stored in writer.doubt_posts(platform, now - _DOUBTED_AFTER):
                log.error("post in doubt", post=stored.id, key=stored.post.key)
                note_undelivered(writer, stored, self._answers, now)

    def _claim(self, platform: str) -> StoredPost | None:
        with self._records.writing() as writer:
            claimed = writer.claim_posts(platform, self._clock.now(), limit=1)
        return claimed[0] if claimed else None

    def _attempt(self, courier: Courier, stored: StoredPost) -> Post:
        """The post as it is after one attempt."""
        post, bound = stored.post, log.bind(post=stored.id, key=stored.post.key)
        try:
            message = courier.deliver(post)
        except NotNow as trouble:
            bound.warning("post not delivered", cause=str(trouble), attempts=post.attempts)
            return self._later(post, trouble)
        except Undeliverable as reason:
            bound.error("post cannot be delivered", cause=str(reason))
            return _ended(post, PostState.DEAD, str(reason))
        except CsmError as error:
            bound.warning("post not delivered", cause=type(error).__name__)
            return self._later(post, NotNow(str(error)))
        except InDoubt as doubt:
            bound.error("post in doubt", cause=str(doubt))
            return self._doubted(post, doubt)
        except Exception:  # noqa: BLE001 - whatever broke, it may have done so after the sending
            bound.exception("post in doubt")
            return _ended(post, PostState.IN_DOUBT, "Something broke while it was being sent.")
        bound.info("post delivered")
        sent = {"state": PostState.SENT, "sent_at": self._clock.now(), "message": message}
        return post.model_copy(update={**sent, "problem": ""})

    def _later(self, post: Post, trouble: NotNow) -> Post:
        if post.attempts >= MOST_ATTEMPTS:
            return _ended(post, PostState.DEAD, f"{trouble} I tried {post.attempts} times.")
        wait = min(_FIRST_WAIT * 2 ** (max(post.attempts, 1) - 1), _LONGEST_WAIT)
        again = self._clock.now() + max(wait, trouble.wait)
        waiting = {"state": PostState.WAITING, "not_before": again, "claimed_at": None}
        return post.model_copy(update={**waiting, "problem": str(trouble)[:_LONGEST_PROBLEM]})

    def _doubted(self, post: Post, doubt: InDoubt) -> Post:
        """Nothing is said twice, but for colleagues' notices: told twice they harm nobody, and
        not told they would be the end of what they tell."""
        if is_notice(post) and post.account_key is None:
            return self._later(post, NotNow(str(doubt)))
        return _ended(post, PostState.IN_DOUBT, str(doubt))

    def _settle(self, stored: StoredPost, post: Post) -> StoredPost:
        settled = StoredPost(stored.id, post)
        with self._records.writing() as writer:
            writer.update_post(stored.id, post)
            note_undelivered(writer, settled, self._answers, self._clock.now())
        return settled


def _ended(post: Post, state: PostState, problem: str) -> Post:
    return post.model_copy(update={"state": state, "problem": problem[:_LONGEST_PROBLEM]})
