"""How many posts and outreach are in which state, and since when the oldest is due."""

from datetime import datetime
from typing import Final

import sqlalchemy as sa

from csm.outreach import OutreachState
from csm.ports_counts import PostTally
from storage import tables
from storage.reading_base import ReaderPart
from storage.reading_conversation import IS_OF_OUTREACH, IS_PLAIN, IS_TIME, IS_WAITING

_post = tables.post.c
_outreach = tables.outreach.c

_POSTS: Final = (
    sa.select(_post.platform, _post.state, sa.func.count())
    .group_by(_post.platform, _post.state)
    .order_by(_post.platform, _post.state)
)
_OUTREACH: Final = sa.select(_outreach.state, sa.func.count()).group_by(_outreach.state)


def _oldest(kind: sa.ColumnElement[bool]) -> "sa.Select[tuple[datetime | None]]":
    since = sa.func.coalesce(_post.not_before, _post.created_at, type_=_post.created_at.type)
    return sa.select(sa.func.min(since)).where(IS_WAITING, kind, IS_TIME)


# Each part by an index of its own.
_OLDEST: Final = (_oldest(IS_PLAIN), _oldest(IS_OF_OUTREACH))


class CountsReader(ReaderPart):
    """The part of `csm.ports.Reader` that is counts."""

    def post_tally(self) -> list[PostTally]:
        return [PostTally(*row) for row in self._rows(_POSTS)]

    def outreach_tally(self) -> dict[OutreachState, int]:
        return {row[0]: row[1] for row in self._rows(_OUTREACH)}

    def oldest_due_post(self, now: datetime) -> datetime | None:
        found = [since for question in _OLDEST for (since,) in self._rows(question, now=now)]
        return min((since for since in found if since is not None), default=None)
