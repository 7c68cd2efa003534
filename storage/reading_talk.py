"""When somebody of ours last talked with somebody at an account, wherever that was kept."""

import sqlalchemy as sa

from storage import tables
from storage.reading_conversation import NOW
from storage.sql import IDS, is_among

_account = tables.account.c
_interaction = tables.interaction.c
_case = tables.support_case.c
_reply = tables.case_reply.c
_place = tables.place.c
_line = tables.thread_line.c

_IS_ASKED_FOR = is_among(_account.id, IDS)

# What somebody of ours wrote or said to them.
IS_MESSAGE = sa.and_(
    _interaction.direction == sa.literal_column("'outbound'"),
    _interaction.channel.in_(
        [sa.literal_column(f"'{channel}'") for channel in ("email", "call", "chat", "meeting")]
    ),
)
_IS_TALK = sa.or_(
    _interaction.direction.in_([sa.literal_column("'both'"), sa.literal_column("'inbound'")]),
    sa.and_(IS_MESSAGE, _interaction.author != ""),
)

# The newest one by the index on its time, which ends at the first: a timeline may be long.
_IN_TIMELINE = sa.select(
    _account.id,
    sa.select(_interaction.at)
    .where(_interaction.account_id == _account.id, _interaction.at <= NOW, _IS_TALK)
    .order_by(_interaction.at.desc())
    .limit(1)
    .correlate(tables.account)
    .scalar_subquery()
    .label("at"),
).where(_IS_ASKED_FOR)
_IN_CASES = (
    sa.select(_account.id, sa.func.max(_reply.at))
    .select_from(
        tables.account.join(tables.support_case, _case.account_key == _account.key).join(
            tables.case_reply, _reply.case_id == _case.id
        )
    )
    .where(_IS_ASKED_FOR, _reply.at <= NOW)
    .group_by(_account.id)
)
_IN_THREADS = (
    sa.select(_account.id, sa.func.max(_line.at))
    .select_from(
        tables.account.join(tables.place, _place.account_key == _account.key).join(
            tables.thread_line,
            sa.and_(
                _line.platform == _place.platform,
                _line.workspace == _place.workspace,
                _line.channel == _place.channel,
            ),
        )
    )
    .where(_IS_ASKED_FOR, _line.by == sa.literal_column("'staff'"), _line.at <= NOW)
    .group_by(_account.id)
)

# Each gives (account's id, the newest there or nothing).
TALKS = (_IN_TIMELINE, _IN_CASES, _IN_THREADS)
