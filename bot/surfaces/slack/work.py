"""Where turns are worked on: a bounded number at once, and a bounded number waiting.

Jobs run on the event loop; whatever blocks (the database, the chat, a model) runs in threads, of
which there are as many as jobs, so that a job never waits for another job's thread.
"""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

import structlog

P = ParamSpec("P")
T = TypeVar("T")
Job = Callable[[], Coroutine[Any, Any, None]]

log = structlog.get_logger(__name__)

# For what must not wait behind turns: short look-ups of audiences that have to be forgotten.
_SIDE_THREADS = 2


class Work:
    """Runs jobs. Every job handles its own errors; what escapes is logged and ends only itself."""

    def __init__(self, workers: int, waiting: int) -> None:
        self._capacity = workers + waiting
        self._places = asyncio.Semaphore(workers)
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="slack-turn")
        self._side_threads = ThreadPoolExecutor(_SIDE_THREADS, thread_name_prefix="slack-side")
        self._post_thread = ThreadPoolExecutor(1, thread_name_prefix="slack-post")
        self._jobs: set[asyncio.Task[None]] = set()
        self._asides: set[asyncio.Task[None]] = set()
        self._closing = False

    @property
    def is_closing(self) -> bool:
        return self._closing

    def offer(self, job: Job) -> bool:
        """Take the job, or say no when there is no room for it."""
        if self._closing or len(self._jobs) >= self._capacity:
            return False
        self._keep(self._jobs, self._in_turn(job))
        return True

    def aside(self, job: Job) -> bool:
        """Something short that waits for nobody. It, too, is refused when there is too much."""
        if len(self._asides) >= self._capacity:
            return False
        self._keep(self._asides, _guarded(job))
        return True

    async def in_thread(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run something that blocks, as part of a job."""
        return await _in(self._threads, lambda: call(*args, **kwargs))

    async def in_side_thread(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run something that blocks for a moment, even while every job's thread hangs."""
        return await _in(self._side_threads, lambda: call(*args, **kwargs))

    async def in_post_thread(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run something that waits for jobs' threads and for Slack, and so must hold none."""
        return await _in(self._post_thread, lambda: call(*args, **kwargs))

    async def close(self, grace: float) -> None:
        """Take nothing more, let what runs come to its end for `grace` seconds, then stop it."""
        self._closing = True
        try:
            async with asyncio.timeout(grace):
                await self.idle()
        except TimeoutError:
            late = self._jobs | self._asides
            log.warning("turns cut off at shutdown", count=len(late))
            for task in late:
                task.cancel()
            await asyncio.wait(late)
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._side_threads.shutdown(wait=False, cancel_futures=True)
        self._post_thread.shutdown(wait=False, cancel_futures=True)

    async def idle(self) -> None:
        """Until everything that was taken is done."""
        while running := self._jobs | self._asides:
            await asyncio.wait(running)

    async def _in_turn(self, job: Job) -> None:
        async with self._places:
            await _guarded(job)

    def _keep(self, tasks: set[asyncio.Task[None]], work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        tasks.add(task)
        task.add_done_callback(tasks.discard)


async def _guarded(job: Job) -> None:
    try:
        await job()
    except Exception:
        log.exception("job failed")


def _in(threads: ThreadPoolExecutor, call: Callable[[], T]) -> Awaitable[T]:
    context = contextvars.copy_context()
    return asyncio.get_running_loop().run_in_executor(threads, context.run, call)
