"""Work that the caller waits for up to a moment, and no longer."""

from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


def within(timeout_s: float, work: Callable[[], T], give_up: Callable[[], None]) -> T:
    """What `work` returns or raises. Raises TimeoutError after `timeout_s` seconds; `give_up` is
    then called, and should make the work end.

    A limit on each read of a connection is not enough: a server that sends a byte now and then
    never exceeds it. The work's thread does not hold up the end of the process.
    """
    outcome: Future[T] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # noqa: BLE001 - the caller's thread raises it
            outcome.set_exception(error)

    # With the context of the caller: what the log says of a question names its turn.
    Thread(target=copy_context().run, args=(run,), name="question", daemon=True).start()
    try:
        return outcome.result(timeout_s)
    except TimeoutError:
        give_up()
        raise
