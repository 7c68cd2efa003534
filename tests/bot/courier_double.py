"""A courier that keeps what it brought, and fails as it is told."""

from collections.abc import Callable
from threading import Lock

from bot.couriers import demand_cleared
from csm.guard.verdict import Cleared
from csm.post import Post


class DoubleCourier:
    """`received` are the keys of the posts that arrived. `before` and `after` are called around
    each arrival, with the post; what they raise is what goes wrong. `found` is what a lost message
    is found as, or raised if it is an exception."""

    def __init__(self, parallel: int = 1) -> None:
        self.parallel = parallel
        self.received: list[str] = []
        self.before: Callable[[Post], object] = lambda _: None
        self.after: Callable[[Post], object] = lambda _: None
        self.found: str | Exception | None = None
        self._lock = Lock()

    def deliver(self, post: Post, cleared: Cleared | None) -> str:
        demand_cleared(post, cleared)
        self.before(post)
        with self._lock:
            self.received.append(post.key)
        self.after(post)
        return f"<{post.key}>"

    def expected_id(self, post: Post) -> str:
        return f"<{post.key}>"

    def find(self, _post: Post) -> str | None:
        if isinstance(self.found, Exception):
            raise self.found
        return self.found
