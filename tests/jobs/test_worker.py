"""Workers on a real RabbitMQ: what they take, what they set aside, how they end."""

import bz2
import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from kombu import Connection, Producer

from csm.errors import Unavailable
from csm.use_cases.plan_firings import OFFER_AGAIN
from jobs.broker import QUEUE, SET_ASIDE, TASK, celery_app, declare
from jobs.publisher import MOST_WAITING, STILL_QUEUED, Publisher
from jobs.schedule import LONGEST
from settings import PROJECT
from tests.jobs.servers import Rabbit, until
from tests.jobs.worker_process import DIES, HANGS, WAITS, Diary

MINUTE: Final = timedelta(minutes=1)


def limits(firing_ids: Sequence[int]) -> list[timedelta]:
    return [MINUTE for _ in firing_ids]


@pytest.fixture
def empty(rabbit: Rabbit) -> Rabbit:
    """The node with nothing in its queues."""
    with rabbit.connection() as connection, connection.channel() as channel:
        declare(connection)
        for queue in (QUEUE, SET_ASIDE):
            channel.queue_purge(queue)  # type: ignore[attr-defined]
    return rabbit


@contextmanager
def publishing(rabbit: Rabbit) -> Iterator[Publisher]:
    found = Publisher(rabbit.url, limits)
    yield found
    found.stop(timedelta())


@pytest.fixture
def publisher(empty: Rabbit) -> Iterator[Publisher]:
    with publishing(empty) as found:
        yield found


@pytest.fixture
def diary(tmp_path: Path) -> Diary:
    return Diary(tmp_path / "diary")


@contextmanager
def working(rabbit: Rabbit, diary: Diary, drain: float = 20) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.jobs.worker_process", rabbit.url]
    command += [str(diary.gate.with_suffix("")), str(drain)]
    process = subprocess.Popen(
        command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for(diary: Diary, *lines: str) -> None:
    until(lambda: set(lines) <= set(diary.lines), f"{lines} in the diary", 30)


def test_it_runs_what_is_offered_and_leaves_when_told(
    empty: Rabbit, publisher: Publisher, diary: Diary
) -> None:
    publisher.offer([1, 2, 3])
    assert publisher.waiting() == 3
    with working(empty, diary) as process:
        wait_for(diary, "end 1", "end 2", "end 3")
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=30)
    assert process.returncode == 0, said
    assert diary.lines[-1] == "closed"
    assert "Traceback" not in said
    assert publisher.waiting() == 0


def test_what_runs_when_it_is_told_to_leave_comes_to_its_end(
    empty: Rabbit, publisher: Publisher, diary: Diary
) -> None:
    publisher.offer([WAITS])
    with working(empty, diary) as process:
        wait_for(diary, f"begin {WAITS}")
        process.send_signal(signal.SIGTERM)
        publisher.offer([1])
        diary.gate.touch()
        process.communicate(timeout=30)
    assert process.returncode == 0
    assert diary.lines == [f"begin {WAITS}", f"end {WAITS}", "closed"]
    assert publisher.waiting() == 1


def test_what_does_not_end_in_time_is_left_to_others(
    empty: Rabbit, publisher: Publisher, diary: Diary
) -> None:
    publisher.offer([WAITS])
    with working(empty, diary, drain=0.2) as process:
        wait_for(diary, f"begin {WAITS}")
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert f"'firings': [{WAITS}]" in said or f"firings=[{WAITS}]" in said
    assert f"end {WAITS}" not in diary.lines
    until(lambda: publisher.waiting() == 1, "the message is back", 10)


def test_a_process_that_dies_takes_nothing_with_it(
    empty: Rabbit, publisher: Publisher, diary: Diary
) -> None:
    publisher.offer([DIES, 1])
    with working(empty, diary):
        wait_for(diary, "end 1", f"end {DIES}")
    assert diary.lines.count(f"begin {DIES}") == 2


def test_what_hangs_is_interrupted_then_killed_and_others_go_on(
    empty: Rabbit, publisher: Publisher, diary: Diary
) -> None:
    with empty.connection() as connection:
        app = celery_app(empty.url)
        app.send_task(
            TASK,
            args=[HANGS],
            producer=app.amqp.Producer(connection),
            soft_time_limit=1,
            time_limit=2,
        )
    publisher.offer([1])
    with working(empty, diary):
        wait_for(diary, "end 1")
    assert diary.lines[:2] == [f"begin {HANGS}", "interrupted"]


def test_the_longest_job_is_killed_before_rabbitmq_hangs_up_on_its_worker(empty: Rabbit) -> None:
    """It waits for half an hour for a message to be acknowledged (its `consumer_timeout`)."""
    publisher = Publisher(empty.url, lambda ids: [LONGEST for _ in ids])
    publisher.offer([1])
    with empty.connection() as connection, connection.channel() as channel:
        message = channel.basic_get(QUEUE, no_ack=True)  # type: ignore[attr-defined]
    publisher.stop(timedelta())
    hard, soft = message.headers["timelimit"]
    assert LONGEST.total_seconds() < soft < hard
    assert hard + MINUTE.total_seconds() < timedelta(minutes=30).total_seconds()


BODY: Final = b"[[1],{},{}]"


def headers(**changes: Any) -> dict[str, Any]:
    return {"task": TASK, "id": "one", "timelimit": [60, 50], "lang": "py", **changes}


POISON: Final[dict[str, tuple[dict[str, Any], bytes]]] = {
    "no JSON": (headers(), b"[[1], {}"),
    "not even text": (headers(), b"\xff\xfe\x00"),
    "a wrong compression": (headers(compression="application/x-gzip"), BODY),
    "a bomb": (headers(compression="application/x-bz2"), bz2.compress(BODY)),
    "another task": (headers(task="rm"), BODY),
    "no task": ({}, b'{"hello": "world"}'),
    "a task and nothing else": ({"task": "rm"}, b"null"),
    "no id": (headers(id=None), BODY),
    "an old kind of message": (
        {},
        b'{"task": "digital_csm.run_firing", "id": "1", "args": [1], "kwargs": {}}',
    ),
    "a word for an id": (headers(), b'[["1"],{},{}]'),
    "true for an id": (headers(), b"[[true],{},{}]"),
    "a negative id": (headers(), b"[[-1],{},{}]"),
    "no argument": (headers(), b"[[],{},{}]"),
    "two arguments": (headers(), b"[[1,2],{},{}]"),
    "a named argument": (headers(), b'[[1],{"x":1},{}]'),
    "something that follows": (headers(), b'[[1],{},{"callbacks":[{"task":"rm"}]}]'),
    "a time far away": (headers(eta="9999-01-01T00:00:00"), BODY),
    "no limits": (headers(timelimit=None), BODY),
    "limits that are none": (headers(timelimit=["a", {}]), BODY),
    "a nest": (headers(), b"[" * 9000),
    "a book": (headers(), json.dumps("x" * 20_000).encode()),
    "nothing at all": ({}, b""),
}
PICKLE: Final = "application/x-python-serialize"


def publish(connection: Connection, case: str) -> None:
    headers, body = POISON[case]
    producer = Producer(connection)
    for content_type in ("application/json", PICKLE):
        producer.publish(
            body,
            routing_key=QUEUE,
            headers=headers,
            content_type=content_type,
            content_encoding="utf-8",
        )


def test_poison_is_set_aside_and_what_is_good_is_done(
    empty: Rabbit, publisher: Publisher, diary: Diary
) -> None:
    """In one worker, which must survive them all."""
    with working(empty, diary) as process:
        with empty.connection() as connection:
            for number, case in enumerate(POISON):
                publish(connection, case)
                publisher.offer([number + 1])
        wait_for(diary, *(f"end {number + 1}" for number in range(len(POISON))))
        until(lambda: publisher.set_aside() == 2 * len(POISON), "all are set aside", 10)
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=30)
    assert said.count("message set aside") == 2 * len(POISON)
    assert publisher.waiting() == 0
    assert "hello" not in said


def test_a_broker_that_is_away_is_waited_for(
    empty: Rabbit, publisher: Publisher, diary: Diary
) -> None:
    with working(empty, diary):
        publisher.offer([1])
        wait_for(diary, "end 1")
        empty.kill()
        with pytest.raises(Unavailable, match="RabbitMQ does not answer"):
            publisher.offer([2])
        with pytest.raises(Unavailable, match="BROKER_URL"):
            publisher.room()
        empty.restart()
        publisher.offer([3])
        wait_for(diary, "end 3")
    assert "begin 2" not in diary.lines


def test_what_is_published_outlives_the_broker(empty: Rabbit, publisher: Publisher) -> None:
    publisher.offer([1, 2])
    empty.kill()
    empty.restart()
    with publishing(empty) as another:
        assert another.waiting() == 2


def test_what_is_still_queued_is_not_offered_again_soon(publisher: Publisher) -> None:
    assert publisher.patience() == OFFER_AGAIN
    publisher.offer([1])
    assert publisher.patience() == STILL_QUEUED > OFFER_AGAIN


def test_there_is_room_for_so_many(publisher: Publisher) -> None:
    assert publisher.room() == MOST_WAITING
    publisher.offer(range(1, 11))
    assert publisher.room() == MOST_WAITING - 10


def test_a_password_is_not_told(empty: Rabbit) -> None:
    url = empty.url.replace("guest:guest", "guest:wr0ng-s3cret")
    with pytest.raises(Unavailable) as caught:
        Publisher(url, limits).room()
    assert "s3cret" not in str(caught.value)
    assert "s3cret" not in repr(Publisher(url, limits))
