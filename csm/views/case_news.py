"""What customers are told of their questions: who has them, by when, and what was answered.

Nothing internal is in here: no reason, no confidence, no account but their own.
"""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from csm.card import Block, Bullet, Bullets, Card, Text
from csm.question import Question
from csm.use_cases.case_file import OpenQuestion, Waiting
from csm.views.case_words import first_upper
from csm.views.plain_blocks import text_blocks
from csm.wording import instant_text, plural, shorten


def reply_card(name: str, text: str) -> Card:
    """A colleague's reply, all of it."""
    blocks = tuple(text_blocks(text))
    summary = summary_of(blocks, f"{name} has replied to your question.")
    return Card(title=f"Reply from {name}", summary=summary, blocks=blocks)


def resolved_card(name: str) -> Card:
    """That their question is settled."""
    text = f"{name} marked this as solved. If it is not, just ask again here."
    return Card(title="Solved", summary=text, blocks=(Text(text=text),))


def handed_over_card(owner_name: str, due_at: datetime, zone: tzinfo, now: datetime) -> Card:
    """Who answers, and by when, in the `zone` of whoever reads it."""
    owner = first_upper(owner_name)
    if due_at > now:
        text = f"{owner} has your question and will answer here by {instant_text(due_at, zone)}."
    else:
        text = f"{owner} has your question and will answer here."
    return Card(title="Passed to a person", summary=text, blocks=(Text(text=text),))


def with_question(card: Card, question: Question) -> Card:
    """A card, with the question that it answers, for those who have not seen it asked."""
    name = question.asked_name or "Somebody"
    asked = Text(text=f"{name} asked: “{shorten(question.text, 500)}”")
    return card.model_copy(update={"blocks": (asked, *card.blocks)})


def still_waiting_card(question: OpenQuestion, zone: tzinfo, now: datetime) -> Card:
    """How the question stands that the customer asks about."""
    text = _state(question, zone, now)
    return Card(title="Your question", summary=text, blocks=(Text(text=text),))


def not_needed_card(owner_name: str) -> Card:
    """After the customer said that it is solved, or not needed any more."""
    text = f"Thank you for telling us. {first_upper(owner_name)} knows that it is settled."
    return Card(title="Settled", summary=text, blocks=(Text(text=text),))


def left_to_people_card(owner_name: str) -> Card:
    """For whoever calls us where we are switched off."""
    owner = first_upper(owner_name)
    text = (
        f"People answer here, not I. {owner} is the one to ask; if you tell me that you want to "
        "talk to a person, I pass it on."
    )
    return Card(title="I am switched off here", summary=text, blocks=(Text(text=text),))


def status_card(questions: Sequence[OpenQuestion], zone: tzinfo, now: datetime) -> Card:
    """Where the customer's own open questions stand."""
    title = "Your open questions"
    if not questions:
        text = "None of your questions is open. Ask me whenever something comes up."
        return Card(title=title, summary=text, blocks=(Text(text=text),))
    summary = f"{plural(len(questions), 'open question')}."
    bullets = tuple(
        Bullet(lead=f"“{shorten(question.text, 120)}”", text=_state(question, zone, now))
        for question in questions
    )
    return Card(title=title, summary=summary, blocks=(Text(text=summary), Bullets(items=bullets)))


def summary_of(blocks: Sequence[Block], otherwise: str) -> str:
    """The text itself where it is a single one, so that it is not said twice; else a sentence that
    stands for it."""
    only = blocks[0] if len(blocks) == 1 else None
    return only.text if isinstance(only, Text) else otherwise


def thanks_card() -> Card:
    """After the customer said that an answer helped."""
    text = "Good to hear. Thank you for telling us."
    return Card(title="Thank you", summary=text, blocks=(Text(text=text),))


def _state(question: OpenQuestion, zone: tzinfo, now: datetime) -> str:
    who = first_upper(question.who)
    match question.waiting:
        case Waiting.LOOKED_AT:
            begin = f"{who} is looking at it"
        case Waiting.ANSWERED:
            return f"{who} has answered it. Ask again in its thread if that did not help."
        case Waiting.TOLD:
            begin = f"{who} has been told"
        case Waiting.IN_HAND:
            begin = f"{who} has it"
    if question.due_at is None:
        return f"{begin}."
    when = instant_text(question.due_at, zone)
    if question.due_at >= now:
        return f"{begin}, answers by {when}."
    also = " Their manager has been told." if question.escalated else ""
    return f"{begin}. An answer was promised by {when}: we are late, and sorry for it.{also}"
