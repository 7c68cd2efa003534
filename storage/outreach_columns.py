"""What a message of outreach counts as: sent, perhaps sent, about to be; and since when."""

import sqlalchemy as sa

from storage import tables

_outreach = tables.outreach.c
_post = tables.post.c

WITH_POST = tables.outreach.outerjoin(tables.post, _post.outreach_id == _outreach.id)

# Conditions are written out: SQLite uses a partial index only where it can read its condition.
# A person who looked did not find it: one that could not be delivered was never sent.
IS_LOST = sa.and_(_outreach.state == sa.literal_column("'dead'"), _outreach.sent_at.is_not(None))
MAY_HAVE_REACHED = sa.or_(
    _outreach.state == sa.literal_column("'sent'"),
    _outreach.state == sa.literal_column("'in_doubt'"),
    _post.state == sa.literal_column("'sending'"),
    IS_LOST,
)
IS_TOUCH = sa.or_(MAY_HAVE_REACHED, _post.state == sa.literal_column("'cleared'"))

# Where nobody knows when it arrived: the claim, and once the post is forgotten, the approval.
REACHED_AT = sa.func.coalesce(
    _outreach.sent_at, _post.claimed_at, _outreach.approved_at, _outreach.drafted_at
)
