"""What a worker takes from its queue: ids of firings, and nothing else.

Whatever is no message of ours (no JSON, another task, other arguments) is rejected. The broker
moves what is rejected to a queue of its own, where people can look at it. It is judged before
Celery looks at it: Celery acknowledges, and so loses, what it cannot decode, and a message that is
odd enough stops its worker, and then the next one that it is brought to.
"""

from collections.abc import Callable
from numbers import Real
from typing import Any, Final

import structlog
from celery.worker.consumer import Consumer
from kombu import Connection, Message

from jobs.broker import TASK, declare

log = structlog.get_logger(__name__)

# Ours have a few hundred bytes.
_LARGEST: Final = 10_000

# What Celery would act upon, and nobody of us asks for.
_UNASKED: Final = ("eta", "expires", "group", "stamped_headers")


class Intake(Consumer):
    """Celery's consumer, for messages of ours only."""

    def connect(self) -> Connection:
        """With both queues there, so that what is rejected has somewhere to go."""
        connection = super().connect()
        declare(connection)
        return connection

    def create_task_handler(self, *args: Any, **options: Any) -> Callable[[Message], object]:
        handle = super().create_task_handler(*args, **options)

        def take(message: Message) -> None:
            if fault := fault_of(message):
                self._set_aside(message, fault)
            else:
                handle(message)

        return take

    def on_decode_error(self, message: Message, exc: Exception) -> None:
        self._set_aside(message, f"cannot be decoded: {type(exc).__name__}")

    def _set_aside(self, message: Message, fault: str) -> None:
        # Not what it says: that may be anything, from anybody.
        log.error("message set aside", fault=fault)
        message.reject_log_error(log, self.connection_errors)  # type: ignore[attr-defined]


def fault_of(message: Message) -> str:
    """What is wrong with a message; empty for one of ours."""
    headers = message.headers
    if headers.get("task") != TASK:
        return "is for another task"
    if len(message.body or "") > _LARGEST:
        return "is too long"
    if message.content_type != "application/json":
        return "is no JSON"
    if not isinstance(headers.get("id"), str):
        return "has no id"
    if any(headers.get(name) for name in _UNASKED) or not _are_limits(headers.get("timelimit")):
        return "asks for what workers do not do"
    return _fault_of_body(message)


def _fault_of_body(message: Message) -> str:
    try:
        body = message.decode()
    except Exception as error:  # noqa: BLE001 - whatever decoding stumbles over, it is not ours
        return f"cannot be decoded: {type(error).__name__}"
    match body:
        case [[int(firing_id)], dict(named), dict(embedded)] if not named:
            is_id = not isinstance(firing_id, bool) and firing_id > 0
            is_plain = not any(embedded.values())
            return "" if is_id and is_plain else "has other arguments than a firing's id"
    return "has other arguments than a firing's id"


def _are_limits(limits: object) -> bool:
    """(hard, soft) in seconds."""
    match limits:
        case [Real() as hard, Real() as soft]:
            return 0 < float(soft) <= float(hard)
    return False
