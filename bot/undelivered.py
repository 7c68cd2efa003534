"""What colleagues are told of a post that did not arrive, or of which nobody knows whether it did.

They get its words, too, in their direct messages: nothing that happened goes untold because a
channel was closed or has outsiders in it now.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from pydantic import ValidationError

from csm.card import Actions, Block, Card, Divider, Note, Text, Tone
from csm.people import Principal, Role
from csm.ports import Reader
from csm.ports_answers import StoredPost
from csm.post import Post, PostState

_PREFIX: Final = "undelivered:"
_MOST_TOLD: Final = 3
_UNSURE: Final = "I was stopped while I sent it."


def notices_of(reader: Reader, stored: StoredPost, now: datetime) -> Iterator[Post]:
    """The posts that tell of it: none while all is well, and none for a notice itself, so that
    telling never goes round in circles."""
    post = stored.post
    if post.state not in (PostState.DEAD, PostState.IN_DOUBT) or post.key.startswith(_PREFIX):
        return
    card = _card(reader, post)
    for person in _whom_to_tell(reader, post):
        yield Post(
            key=f"{_PREFIX}{stored.id}:{person.key}",
            platform=post.platform,
            person_key=person.key,
            card=card.model_dump(mode="json"),
            created_at=now,
        )


def _whom_to_tell(reader: Reader, post: Post) -> list[Principal]:
    """The customer's CSM, else the managers, else the administrators; never the person whom it
    did not reach."""
    csm = _csm_of(reader, post.account_key)
    if csm is not None and csm.key != post.person_key:
        return [csm]
    staff = [person for person in reader.people() if person.key != post.person_key]
    for role in (Role.MANAGER, Role.ADMIN):
        found = [person for person in staff if person.role is role]
        if found:
            return found[:_MOST_TOLD]
    return []


def _csm_of(reader: Reader, account_key: str | None) -> Principal | None:
    known = reader.account_csm(account_key) if account_key else None
    person = reader.person_by_email(known[1]) if known and known[1] else None
    return person if person is not None and person.is_staff else None


def _card(reader: Reader, post: Post) -> Card:
    lost = post.state is PostState.DEAD
    told = "could not be delivered" if lost else "may or may not have arrived"
    text = f"A message to {_where(reader, post)} {told}."
    what_now = (
        "Tell them in another way if it matters."
        if lost
        else "Please look, and tell them yourself if it is not there: I do not send it twice."
    )
    return Card(
        title="A message did not arrive" if lost else "A message is in doubt",
        summary=text,
        tone=Tone.WARN,
        blocks=(
            Text(text=f"{text} {post.problem or _UNSURE} {what_now}"),
            Divider(),
            *_said(post),
        ),
    )


def _said(post: Post) -> Iterator[Block]:
    """What it said. Its buttons stay with it where they are for colleagues."""
    try:
        card = Card.model_validate(post.card)
    except ValidationError:
        yield Note(text="What it said cannot be shown any more.")
        return
    yield Text(text=card.title)
    if not any(isinstance(block, Text) for block in card.blocks):
        yield Text(text=card.summary)
    for block in card.blocks:
        if post.account_key is None or not isinstance(block, Actions):
            yield block


def _where(reader: Reader, post: Post) -> str:
    if post.person_key:
        person = reader.person(post.person_key)
        return person.name if person else post.person_key
    place = reader.place(post.platform, post.workspace, post.channel)
    return (place.name if place else "") or post.channel
