"""Questions, what was said around them, places' modes, and posts."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from typing import Any

import sqlalchemy as sa

from csm.account import Subscription
from csm.contract import live_arr
from csm.ports_answers import AskedBy, AskedIn, StoredPost, StoredQuestion
from csm.post import Post
from csm.question import PlaceMode, Question, Source, ThreadLine
from storage import tables
from storage.reading_base import ReaderPart
from storage.sql import AnyRow, build, columns_of, end_of, is_among, text_list

_question = tables.question.c
_account = tables.account.c
_ticket = tables.ticket.c
_link = tables.person_link.c
_mode = tables.place_mode.c
_line = tables.thread_line.c
_post = tables.post.c

INSTANT = _question.asked_at.type
QUESTION_COLUMNS = columns_of(Question, tables.question)

# Where no account is known, nothing is.
ACCOUNT_NAME = sa.func.coalesce(_account.name, "")

_ID = sa.bindparam("id", type_=sa.BigInteger())
_BEFORE = sa.bindparam("before", type_=INSTANT)
_SINCE = sa.bindparam("since", type_=INSTANT)
_UNTIL = sa.bindparam("until", type_=INSTANT)
_ACCOUNT_KEY = sa.bindparam("account_key", type_=sa.String())
_ACCOUNT_KEYS = sa.bindparam("account_keys", type_=sa.String())


def _is_place(table: sa.Table) -> list[sa.ColumnElement[bool]]:
    names = ("platform", "workspace", "channel")
    return [table.c[name] == sa.bindparam(name, type_=sa.String()) for name in names]


def _is_thread(table: sa.Table) -> list[sa.ColumnElement[bool]]:
    return [*_is_place(table), table.c.thread == sa.bindparam("thread", type_=sa.String())]


_QUESTIONS = sa.select(_question.id, ACCOUNT_NAME, *QUESTION_COLUMNS).select_from(
    tables.question.outerjoin(tables.account, _account.key == _question.account_key)
)
# Conditions are written out: SQLite uses a partial index only where it can read its condition.
# Lists that a writer locks have one order, or two writers could wait for each other.
_OLDEST_FIRST = (_question.asked_at, _question.id)
_BY_ID = _QUESTIONS.where(_question.id == _ID)
_IN_THREAD = _QUESTIONS.where(*_is_thread(tables.question)).order_by(*_OLDEST_FIRST)
_TO_JUDGE = _QUESTIONS.where(
    _question.state == sa.literal_column("'answered'"),
    _question.judged_on.is_(None),
    sa.text("NOT question.by_staff"),
    _question.settled_at < _BEFORE,
).order_by(*_OLDEST_FIRST)
_UNSETTLED = _QUESTIONS.where(
    _question.state == sa.literal_column("'asked'"), _question.asked_at < _BEFORE
).order_by(*_OLDEST_FIRST)
_OF_CUSTOMERS = _QUESTIONS.where(
    _question.asked_at >= _SINCE, _question.asked_at < _UNTIL, _question.by_staff.is_(False)
).order_by(_question.asked_at.desc(), _question.id.desc())
_DRAFTS = _QUESTIONS.where(
    _question.state == sa.literal_column("'drafted'"),
    _question.asked_at >= _SINCE,
    _question.asked_at < _UNTIL,
).order_by(*_OLDEST_FIRST)
IS_ASKED_BY = _question.asked_by == sa.bindparam("person_key", type_=sa.String())
IS_ASKED_IN = sa.and_(*_is_place(tables.question), _question.account_key == _ACCOUNT_KEY)
_DRAFTS_ASKED_BY = _DRAFTS.where(IS_ASKED_BY)
_DRAFTS_ASKED_IN = _DRAFTS.where(IS_ASKED_IN)

_TICKETS = (
    sa.select(_ticket.key, _ticket.subject)
    .join_from(tables.ticket, tables.account)
    .where(_account.key == _ACCOUNT_KEY, _ticket.opened_at >= _SINCE, _ticket.opened_at < _UNTIL)
    .order_by(_ticket.opened_at, _ticket.key)
)
_CURRENCIES = sa.select(_account.key, _account.currency).where(
    is_among(_account.key, _ACCOUNT_KEYS)
)
_SUBSCRIPTIONS = (
    sa.select(_account.key, *columns_of(Subscription, tables.subscription))
    .join_from(tables.account, tables.subscription)
    .where(is_among(_account.key, _ACCOUNT_KEYS))
)
_ACCOUNT_CSM = sa.select(_account.name, _account.csm_email).where(_account.key == _ACCOUNT_KEY)

_LINES = (
    sa.select(*columns_of(ThreadLine, tables.thread_line))
    .where(*_is_thread(tables.thread_line))
    .order_by(_line.at, _line.message)
)
_MODES = sa.select(*columns_of(PlaceMode, tables.place_mode))
_MODE = _MODES.where(*_is_place(tables.place_mode))
_ALL_MODES = _MODES.order_by(_mode.platform, _mode.workspace, _mode.channel)
_PLATFORM_IDS = (
    sa.select(_link.platform, _link.workspace, _link.user)
    .where(_link.person_key == sa.bindparam("person_key", type_=sa.String()))
    .order_by(_link.platform, _link.workspace, _link.user)
)

POSTS = sa.select(_post.id, *columns_of(Post, tables.post)).order_by(_post.created_at, _post.id)
LIMIT = sa.bindparam("limit", type_=sa.Integer())
_POSTS = POSTS.where(_post.state == sa.bindparam("state", type_=_post.state.type)).limit(LIMIT)

NOW = sa.bindparam("now", type_=INSTANT)
IS_ON_PLATFORM = _post.platform == sa.bindparam("platform", type_=sa.String())
IS_WAITING = _post.state == sa.literal_column("'waiting'")
IS_PLAIN = _post.outreach_id.is_(None)
IS_OF_OUTREACH = _post.outreach_id.is_not(None)
IS_TIME = sa.or_(_post.not_before.is_(None), _post.not_before <= NOW)
IS_LEFT = sa.and_(_post.state == sa.literal_column("'cleared'"), _post.claimed_at < _BEFORE)
IS_STUCK = sa.and_(_post.state == sa.literal_column("'sending'"), _post.claimed_at < _BEFORE)
_IS_DUE = sa.select(
    sa.or_(
        sa.exists().where(IS_ON_PLATFORM, IS_WAITING, IS_PLAIN, IS_TIME),
        sa.exists().where(IS_ON_PLATFORM, IS_WAITING, IS_OF_OUTREACH, IS_TIME),
        sa.exists().where(IS_ON_PLATFORM, IS_STUCK),
        sa.exists().where(IS_ON_PLATFORM, IS_LEFT),
    )
)


class ConversationReader(ReaderPart):
    """The part of `csm.ports_answers.ConversationReader` that is not about cases."""

    _question_by_id = _BY_ID
    _questions_in_thread = _IN_THREAD
    _questions_to_judge = _TO_JUDGE
    _unsettled_questions = _UNSETTLED

    def question(self, question_id: int) -> StoredQuestion | None:
        row = self._row(self._question_by_id, id=question_id)
        return _stored_question(row) if row else None

    def questions_in_thread(
        self, platform: str, workspace: str, channel: str, thread: str
    ) -> list[StoredQuestion]:
        where = {"platform": platform, "workspace": workspace, "channel": channel, "thread": thread}
        return list(map(_stored_question, self._rows(self._questions_in_thread, **where)))

    def questions(self, since: datetime, until: datetime) -> list[StoredQuestion]:
        return list(map(_stored_question, self._rows(_OF_CUSTOMERS, since=since, until=until)))

    def drafts(
        self, since: datetime, until: datetime, asked: AskedBy | AskedIn | None = None
    ) -> list[StoredQuestion]:
        drafts = _DRAFTS
        if asked is not None:
            drafts = _DRAFTS_ASKED_BY if isinstance(asked, AskedBy) else _DRAFTS_ASKED_IN
        rows = self._rows(drafts, since=since, until=until, **(asdict(asked) if asked else {}))
        return list(map(_stored_question, rows))

    def questions_to_judge(self, settled_before: datetime) -> list[StoredQuestion]:
        rows = self._rows(self._questions_to_judge, before=settled_before)
        return list(map(_stored_question, rows))

    def unsettled_questions(self, asked_before: datetime) -> list[StoredQuestion]:
        rows = self._rows(self._unsettled_questions, before=asked_before)
        return list(map(_stored_question, rows))

    def ticket_topics(self, account_key: str, since: date, until: date) -> list[tuple[str, str]]:
        begin = datetime.combine(since, time(), UTC)
        rows = self._rows(_TICKETS, account_key=account_key, since=begin, until=end_of(until))
        return [(row[0], row[1]) for row in rows]

    def arr_of(self, account_keys: Collection[str], as_of: date) -> dict[str, tuple[int, str]]:
        keys = text_list(account_keys)
        subscriptions: dict[str, list[Subscription]] = {}
        for row in self._rows(_SUBSCRIPTIONS, account_keys=keys):
            subscriptions.setdefault(row[0], []).append(build(Subscription, row, skip=1))
        return {
            key: (live_arr(subscriptions.get(key, ()), as_of), currency)
            for key, currency in self._rows(_CURRENCIES, account_keys=keys)
        }

    def account_csm(self, account_key: str) -> tuple[str, str] | None:
        row = self._row(_ACCOUNT_CSM, account_key=account_key)
        return (row[0], row[1]) if row else None

    def thread(self, platform: str, workspace: str, channel: str, thread: str) -> list[ThreadLine]:
        where = {"platform": platform, "workspace": workspace, "channel": channel, "thread": thread}
        return [build(ThreadLine, row) for row in self._rows(_LINES, **where)]

    def place_mode(self, platform: str, workspace: str, channel: str) -> PlaceMode | None:
        row = self._row(_MODE, platform=platform, workspace=workspace, channel=channel)
        return build(PlaceMode, row) if row else None

    def place_modes(self) -> list[PlaceMode]:
        return [build(PlaceMode, row) for row in self._rows(_ALL_MODES)]

    def platform_ids(self, person_key: str) -> list[tuple[str, str, str]]:
        rows = self._rows(_PLATFORM_IDS, person_key=person_key)
        return [(row[0], row[1], row[2]) for row in rows]

    def posts(self, state: str, limit: int = 100) -> list[StoredPost]:
        return list(map(build_stored_post, self._rows(_POSTS, state=state, limit=limit)))

    def is_post_due(self, platform: str, now: datetime, claimed_before: datetime) -> bool:
        row = self._row(_IS_DUE, platform=platform, now=now, before=claimed_before)
        return row is not None and bool(row[0])


def build_question(values: Iterable[Any]) -> Question:
    """A question from its columns; JSON knows no sources, so they are made anew."""
    fields = dict(zip(Question.model_fields, values, strict=True))
    fields["sources"] = tuple(Source.model_construct(**source) for source in fields["sources"])
    return Question.model_construct(**fields)


def build_stored_post(row: Sequence[Any]) -> StoredPost:
    return StoredPost(id=row[0], post=build(Post, row, skip=1))


def _stored_question(row: AnyRow) -> StoredQuestion:
    return StoredQuestion(id=row[0], account_name=row[1], question=build_question(row[2:]))
