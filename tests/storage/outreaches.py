"""Outreach to test with, and short ways to keep it with its post."""

from typing import Any

from csm.outreach import Outreach, OutreachState, post_key
from csm.play import Category, ChannelKind
from csm.post import Post
from storage.records import SqlRecords
from tests.storage.conversations import post
from tests.storage.portfolio import TODAY, at


def outreach(key: str = "o1", **fields: Any) -> Outreach:
    given: dict[str, Any] = {
        "account_key": "a-1",
        "play": "check_in",
        "category": Category.SUCCESS,
        "contact_key": "jo",
        "channel": ChannelKind.EMAIL,
        "platform": "email",
        "address": "jo@acme.example",
        "subject": "Your reports",
        "body": "Hello Jo, shall we talk?",
        "drafted_subject": "Your reports",
        "drafted_body": "Hello Jo, shall we talk?",
        "state": OutreachState.DRAFTED,
        "drafted_at": at(6, 1),
        "goal_by": TODAY,
        **fields,
    }
    return Outreach(key=key, **given)


def add_outreach(records: SqlRecords, *given: Outreach) -> list[int]:
    """Keep outreach; the ids."""
    with records.writing() as writer:
        ids = [writer.add_outreach(one) for one in given]
    assert None not in ids
    return [one for one in ids if one is not None]


def post_for(outreach_id: int, **fields: Any) -> Post:
    return post(post_key(outreach_id), **{"account_key": "a-1", **fields}, outreach_id=outreach_id)


def queue(records: SqlRecords, given: Outreach, **fields: Any) -> tuple[int, int]:
    """Keep outreach, APPROVED if it is a draft, with its post; the ids of both. `fields` are the
    post's."""
    if given.state is OutreachState.DRAFTED:
        given = given.model_copy(update={"state": OutreachState.APPROVED})
    (outreach_id,) = add_outreach(records, given)
    with records.writing() as writer:
        post_id = writer.add_post(post_for(outreach_id, **fields))
    assert post_id is not None
    return outreach_id, post_id
