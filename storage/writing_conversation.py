"""Questions, threads, modes, cases and posts, changed."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from csm.case import Case, CaseReply
from csm.errors import Conflict
from csm.ports_answers import StoredPost
from csm.post import Post, PostState
from csm.question import PlaceMode, Question, ThreadLine
from storage import tables
from storage.bulk import Target, replace
from storage.encoding import storable
from storage.reading_cases import CaseReader
from storage.reading_conversation import (
    IS_ON_PLATFORM,
    IS_PLAIN,
    IS_STUCK,
    IS_TIME,
    IS_WAITING,
    LIMIT,
    POSTS,
    ConversationReader,
    build_stored_post,
)
from storage.sql import AnySelect
from storage.writing_base import WriterPart, values_of

_MODE = Target(
    tables.place_mode, tuple(PlaceMode.model_fields), ("platform", "workspace", "channel")
)

_post = tables.post.c


def _none_before(state: str) -> sa.ColumnElement[bool]:
    """Whether nothing else that a customer is to read in the same thread comes first. Conditions
    are written out: SQLite uses a partial index only where it can read its condition."""
    earlier = tables.post.alias(f"{state}_before")
    is_same_thread = [
        earlier.c[name] == _post[name] for name in ("platform", "workspace", "channel", "thread")
    ]
    return sa.or_(
        _post.account_key.is_(None),
        ~sa.exists().where(
            *is_same_thread,
            earlier.c.account_key.is_not(None),
            earlier.c.outreach_id.is_(None),  # which may be held for days
            earlier.c.state == sa.literal_column(f"'{state}'"),
            sa.tuple_(earlier.c.created_at, earlier.c.id) < sa.tuple_(_post.created_at, _post.id),
        ),
    )


# What somebody else is settling at this moment is left to them.
_WAITING = (
    POSTS.where(
        IS_ON_PLATFORM,
        IS_WAITING,
        IS_PLAIN,
        IS_TIME,
        *(_none_before(state.value) for state in (PostState.WAITING, PostState.SENDING)),
    )
    .limit(LIMIT)
    .with_for_update(skip_locked=True, of=tables.post)
)
_STUCK = POSTS.where(IS_ON_PLATFORM, IS_STUCK, IS_PLAIN).with_for_update(skip_locked=True)
_POST_BY_KEY = POSTS.where(_post.key == sa.bindparam("key", type_=sa.String())).with_for_update()
_BY_ID = sa.update(tables.post).where(_post.id == sa.bindparam("post_id", type_=sa.BigInteger()))

# Whoever reads a question or a case to change it keeps others from doing the same until it is
# done. A case is locked with its question, and the question always first.
_QUESTION = (tables.question,)
_CASE = (tables.question, tables.support_case)


class ConversationWriter(ConversationReader, CaseReader, WriterPart):
    """`csm.ports_answers.ConversationWriter`."""

    _question_by_id = ConversationReader._question_by_id.with_for_update(of=_QUESTION)
    _questions_in_thread = ConversationReader._questions_in_thread.with_for_update(of=_QUESTION)
    _questions_to_judge = ConversationReader._questions_to_judge.with_for_update(of=_QUESTION)
    _unsettled_questions = ConversationReader._unsettled_questions.with_for_update(of=_QUESTION)
    _case_by_id = CaseReader._case_by_id.with_for_update(of=_CASE)
    _case_by_question = CaseReader._case_by_question.with_for_update(of=_CASE)
    _cases_to_escalate = CaseReader._cases_to_escalate.with_for_update(of=_CASE)

    def add_question(self, question: Question) -> int | None:
        return self._add(tables.question, question)

    def update_question(self, question_id: int, question: Question) -> None:
        self._change(tables.question, question_id, question, "question")

    def add_line(self, line: ThreadLine) -> bool:
        return self._is_first(tables.thread_line, **values_of(line))

    def set_place_mode(self, mode: PlaceMode) -> None:
        replace(self._connection, _MODE, [tuple(values_of(mode).values())])

    def add_case(self, case: Case) -> int:
        case_id = self._add(tables.support_case, case)
        if case_id is None:
            raise Conflict("That question was handed over already.")
        return case_id

    def update_case(self, case_id: int, case: Case) -> None:
        self._change(tables.support_case, case_id, case, "case")

    def add_case_reply(self, reply: CaseReply) -> None:
        self._connection.execute(sa.insert(tables.case_reply).values(**values_of(reply)))

    def add_post(self, post: Post) -> int | None:
        return self._add(tables.post, post)

    def post_by_key(self, key: str) -> StoredPost | None:
        row = self._row(_POST_BY_KEY, key=storable(key))
        return build_stored_post(row) if row else None

    def claim_posts(self, platform: str, now: datetime, limit: int) -> list[StoredPost]:
        waiting = self._posts(_WAITING, platform=platform, now=now, limit=limit)
        return self._change_posts(
            waiting,
            lambda post: {
                "state": PostState.SENDING,
                "claimed_at": now,
                "attempts": post.attempts + 1,
            },
        )

    def doubt_posts(self, platform: str, claimed_before: datetime) -> list[StoredPost]:
        stuck = self._posts(_STUCK, platform=platform, before=claimed_before)
        return self._change_posts(stuck, lambda _post: {"state": PostState.IN_DOUBT})

    def update_post(self, post_id: int, post: Post) -> None:
        self._change(tables.post, post_id, post, "post")

    def _posts(self, question: AnySelect, **values: Any) -> list[StoredPost]:
        return list(map(build_stored_post, self._rows(question, **values)))

    def _change_posts(
        self, found: Sequence[StoredPost], changes_of: Callable[[Post], dict[str, Any]]
    ) -> list[StoredPost]:
        """Change some fields of each; how they are then."""
        changed = [(stored, changes_of(stored.post)) for stored in found]
        if changed:
            values = [{"post_id": stored.id, **changes} for stored, changes in changed]
            self._connection.execute(_BY_ID, values)
        return [
            StoredPost(stored.id, stored.post.model_copy(update=changes))
            for stored, changes in changed
        ]
