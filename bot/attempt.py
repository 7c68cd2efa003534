"""One attempt at one post, and the post as it is after it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import structlog

from bot.couriers import AddressRefused, Courier, InDoubt, NotNow, Undeliverable
from csm.errors import CsmError
from csm.guard.verdict import Cleared
from csm.meter import DELIVERIES, count
from csm.ports import Clock
from csm.ports_answers import StoredPost
from csm.post import Post, PostState
from csm.reference import under
from csm.use_cases.undelivered import is_notice

log = structlog.get_logger(__name__)

MOST_ATTEMPTS: Final = 8
_FIRST_WAIT: Final = timedelta(seconds=30)  # and twice as long each time after
_LONGEST_WAIT: Final = timedelta(minutes=30)
_LONGEST_PROBLEM: Final = 300


@dataclass(frozen=True, slots=True)
class Attempt:
    """The post as it is to be settled: SENT, WAITING for another attempt, DEAD or IN_DOUBT.
    `is_address_gone`: where it was to go, nothing is taken any more."""

    post: Post
    is_address_gone: bool = False


def attempt(courier: Courier, stored: StoredPost, cleared: Cleared | None, clock: Clock) -> Attempt:
    """Have a courier deliver it, under the post's own reference. Whatever goes wrong is in the
    post's state."""
    with under(stored.post.reference):
        done = _attempted(courier, stored, cleared, clock)
    count(DELIVERIES, done.post.platform, done.post.state)
    return done


def _attempted(
    courier: Courier, stored: StoredPost, cleared: Cleared | None, clock: Clock
) -> Attempt:
    post, bound = stored.post, log.bind(post=stored.id, key=stored.post.key)
    try:
        message = courier.deliver(post, cleared)
    except NotNow as trouble:
        bound.warning("post not delivered", cause=str(trouble), attempts=post.attempts)
        return Attempt(_later(post, trouble, clock))
    except Undeliverable as reason:
        bound.error("post cannot be delivered", cause=str(reason))
        dead = _ended(post, PostState.DEAD, str(reason))
        return Attempt(dead, isinstance(reason, AddressRefused))
    except CsmError as error:
        bound.warning("post not delivered", cause=type(error).__name__)
        return Attempt(_later(post, NotNow(str(error)), clock))
    except InDoubt as doubt:
        bound.error("post in doubt", cause=str(doubt))
        return Attempt(_doubted(courier, post, str(doubt), clock))
    except Exception:  # noqa: BLE001 - whatever broke, it may have done so after the sending
        bound.exception("post in doubt")
        broke = "Something broke while it was being sent."
        return Attempt(_lost(courier, post, broke))
    bound.info("post delivered")
    sent = {"state": PostState.SENT, "sent_at": clock.now(), "message": message, "problem": ""}
    return Attempt(post.model_copy(update=sent))


def _later(post: Post, trouble: NotNow, clock: Clock) -> Post:
    if post.attempts >= MOST_ATTEMPTS:
        return _ended(post, PostState.DEAD, f"{trouble} I tried {post.attempts} times.")
    wait = min(_FIRST_WAIT * 2 ** (max(post.attempts, 1) - 1), _LONGEST_WAIT)
    waiting: dict[str, Any] = {"state": PostState.WAITING, "claimed_at": None}
    again = clock.now() + max(wait, trouble.wait)
    problem = str(trouble)[:_LONGEST_PROBLEM]
    return post.model_copy(update={**waiting, "not_before": again, "problem": problem})


def _doubted(courier: Courier, post: Post, doubt: str, clock: Clock) -> Post:
    """Nothing is said twice, but for colleagues' notices: told twice they harm nobody, and not
    told they would be the end of what they tell."""
    if is_notice(post) and post.account_key is None:
        return _later(post, NotNow(doubt), clock)
    return _lost(courier, post, doubt)


def _lost(courier: Courier, post: Post, doubt: str) -> Post:
    """In doubt, and yet known by its id should an answer to it come."""
    known = post.model_copy(update={"message": courier.expected_id(post)})
    return _ended(known, PostState.IN_DOUBT, doubt)


def _ended(post: Post, state: PostState, problem: str) -> Post:
    return post.model_copy(update={"state": state, "problem": problem[:_LONGEST_PROBLEM]})
