"""What colleagues read of a message that did not arrive, or perhaps did not."""

from collections.abc import Iterator
from typing import Final

from pydantic import ValidationError

from csm.card import Actions, Block, Card, Divider, Note, Text, Tone
from csm.post import Post, PostState

_UNSURE: Final = "I was stopped while I sent it."


def undelivered_card(post: Post, where: str) -> Card:
    """That a post to a person or a place (by name) is lost or in doubt, with its words."""
    lost = post.state is PostState.DEAD
    told = "could not be delivered" if lost else "may or may not have arrived"
    text = f"A message to {where} {told}."
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
