"""An outreach as what couriers bring: a card, and its one row in the outbox."""

from datetime import datetime
from typing import Final

from pydantic import ValidationError

from csm.card import Block, Card, Note, Text, Tone
from csm.guard.verdict import Outgoing
from csm.outreach import Outreach, post_key
from csm.play import ChannelKind
from csm.post import Post

# The platform of posts that go by e-mail: `Post.channel` is then the address.
MAIL: Final = "email"


def card_of(outreach: Outreach) -> Card:
    """The message as its reader sees it: the subject, a text for each paragraph, the footer."""
    blocks: list[Block] = [Text(text=part) for part in _paragraphs(outreach.body)]
    if outreach.footer:
        blocks.append(Note(text=outreach.footer))
    return Card(title=outreach.subject, summary=outreach.subject, blocks=tuple(blocks))


def post_of(outreach_id: int, outreach: Outreach, now: datetime) -> Post:
    """Its row in the outbox, to be sent not before its hold is over."""
    is_mail = outreach.channel is ChannelKind.EMAIL
    return Post(
        key=post_key(outreach_id),
        platform=MAIL if is_mail else outreach.platform,
        workspace="" if is_mail else outreach.workspace,
        channel=outreach.address if is_mail else outreach.place,
        person_key=outreach.person_key if outreach.channel is ChannelKind.DM else "",
        account_key=outreach.account_key,
        outreach_id=outreach_id,
        card=card_of(outreach).model_dump(mode="json"),
        created_at=now,
        not_before=outreach.held_until,
    )


def carries(post: Post, outgoing: Outgoing) -> bool:
    """Whether a post is exactly that outreach, to exactly there: the same account, recipient and
    subject, the same words in the same order, and nothing besides."""
    addressed = outgoing.addressed
    if addressed is None or post.account_key != outgoing.account_key or post.thread:
        return False
    if _recipient_of(post, addressed.channel) != addressed.recipient:
        return False
    return _words_of(post) == [addressed.subject, *_paragraphs(outgoing.text)]


def _recipient_of(post: Post, channel: ChannelKind) -> str:
    """As `Outreach.recipient`, from what the post says of itself."""
    match channel:
        case ChannelKind.EMAIL if post.platform == MAIL and not post.person_key:
            return f"email:{post.channel}"
        case ChannelKind.DM if not post.channel:
            return f"dm:{post.platform}:{post.person_key}"
        case ChannelKind.CHANNEL if not post.person_key:
            return f"channel:{post.platform}:{post.workspace}:{post.channel}"
    return ""


def _words_of(post: Post) -> list[str] | None:
    """Its subject and paragraphs; None for a card with anything in it that outreach has not."""
    try:
        card = Card.model_validate(post.card)
    except ValidationError:
        return None
    if card.summary != card.title or card.tone is not Tone.NEUTRAL:
        return None
    words = [card.title]
    for block in card.blocks:
        if not isinstance(block, Text | Note):
            return None
        words += _paragraphs(block.text)
    return words


def _paragraphs(text: str) -> list[str]:
    return [part.strip() for part in text.split("\n\n") if part.strip()]
