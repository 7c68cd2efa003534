"""Questions, cases, posts and documents to test with, and short ways to keep them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Barrier, Thread
from typing import Any

import sqlalchemy as sa

from csm.case import Case
from csm.knowledge import Chunk, Document, Shelf
from csm.post import Post
from csm.question import Question, ThreadLine
from storage.records import SqlRecords
from tests.storage.portfolio import at


def document(key: str = "reset.md", shelf: Shelf = Shelf.CUSTOMER, **fields: Any) -> Document:
    given = {
        "source": "help",
        "title": "Reset a password",
        "fingerprint": f"of {key}",
        "added_at": at(7, 1),
        **fields,
    }
    return Document(shelf=shelf, key=key, **given)


def chunk(position: int = 0, fingerprint: str = "", text: str = "Press Reset.") -> Chunk:
    return Chunk(
        position=position,
        title_path=("Accounts", "Reset"),
        anchor="reset",
        text=text,
        fingerprint=fingerprint or f"f{position}",
    )


def put(records: SqlRecords, given: Document, *chunks: Chunk) -> int:
    with records.writing() as writer:
        return writer.put_document(given, chunks)


def question(key: str = "m1", **fields: Any) -> Question:
    given: dict[str, Any] = {
        "platform": "slack",
        "workspace": "T1",
        "channel": "C1",
        "thread": "t1",
        "account_key": "a-1",
        "asked_by": "jo",
        "text": "How do I reset it?",
        "asked_at": at(7, 1),
        **fields,
    }
    return Question(key=key, **given)


def ask(records: SqlRecords, *questions: Question) -> list[int]:
    """Keep questions; their ids."""
    with records.writing() as writer:
        ids = [writer.add_question(one) for one in questions]
    assert None not in ids
    return [one for one in ids if one is not None]


def case(question_id: int, **fields: Any) -> Case:
    given: dict[str, Any] = {
        "account_key": "a-1",
        "owner_key": "casey",
        "reason": "nothing_found",
        "opened_at": at(7, 1),
        "due_at": at(7, 2),
        **fields,
    }
    return Case(question_id=question_id, **given)


def hand_over(records: SqlRecords, given: Question, **fields: Any) -> int:
    """Keep a question and its case; the case's id."""
    (question_id,) = ask(records, given)
    with records.writing() as writer:
        return writer.add_case(case(question_id, **fields))


def line(message: str = "m1", **fields: Any) -> ThreadLine:
    given: dict[str, Any] = {
        "platform": "slack",
        "workspace": "T1",
        "channel": "C1",
        "thread": "t1",
        "at": at(7, 1),
        "by": "customer",
        "person": "jo",
        "text": "How do I reset it?",
        **fields,
    }
    return ThreadLine(message=message, **given)


def post(key: str = "p1", **fields: Any) -> Post:
    given: dict[str, Any] = {
        "platform": "slack",
        "workspace": "T1",
        "channel": "C9",
        "card": {"title": "A question", "blocks": [{"kind": "text", "text": "Hé <!channel>"}]},
        "created_at": at(7, 1),
        **fields,
    }
    return Post(key=key, **given)


def add_posts(records: SqlRecords, *posts: Post) -> list[int]:
    """Keep posts; their ids."""
    with records.writing() as writer:
        ids = [writer.add_post(one) for one in posts]
    assert None not in ids
    return [one for one in ids if one is not None]


def at_once(*tasks: Callable[[], object]) -> None:
    """Run each in a thread of its own; they set out together. Raises what the first of them did."""
    all_there = Barrier(len(tasks))
    failures: list[BaseException] = []

    def run(task: Callable[[], object]) -> None:
        all_there.wait(20)
        try:
            task()
        except BaseException as error:  # noqa: BLE001 - handed to the test's own thread
            failures.append(error)

    threads = [Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


@contextmanager
def sqlite_plans() -> Iterator[list[str]]:
    """How SQLite goes about every SELECT in the block."""
    plans: list[str] = []

    def explain(connection: sa.Connection, _cursor: object, sql: str, values: Any, *_: Any) -> None:
        if sql.startswith("SELECT"):
            cursor = connection.connection.cursor()
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", values)
            plans.append("; ".join(row[3] for row in cursor.fetchall()))

    sa.event.listen(sa.Engine, "before_cursor_execute", explain)
    try:
        yield plans
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", explain)
