"""Drafted answers: the card that asks a colleague, the form that changes one, and the answer."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Final

from csm.card import (
    Actions,
    Block,
    Button,
    ButtonStyle,
    Card,
    Form,
    Heading,
    Input,
    Note,
    Text,
    Tone,
)
from csm.ports_answers import StoredQuestion
from csm.question import Source
from csm.views.case_news import summary_of
from csm.views.plain_blocks import text_blocks
from csm.views.sources import source_blocks
from csm.wording import instant_text, percent, shorten

LONGEST_ANSWER: Final = 3000


def draft_card(stored: StoredQuestion, zone: tzinfo, due_at: datetime, lead: str = "") -> Card:
    """A draft, with the question that it answers and what it rests on. For colleagues alone.
    `due_at` is by when the customer is to be answered; `lead` says why colleagues are told, where
    that is not plain."""
    question = stored.question
    asker = question.asked_name or "A customer"
    account = f" ({stored.account_name})" if stored.account_name else ""
    written = "A language model wrote it" if question.by_model else "It is in the documents' words"
    sure = "" if question.confidence is None else f"; confidence {percent(question.confidence)}"
    stopped = f"The guard stopped the drafted answer: {question.objections}"
    leads = [lead, f"{stopped} You may send it as yours." if question.objections else ""]
    blocks: list[Block] = [Text(text=text, tone=Tone.WARN) for text in leads if text]
    blocks += [
        Text(text=f"“{shorten(question.text, 1500)}”"),
        Heading(text="Draft"),
        *text_blocks(question.answer),
        *source_blocks("Rests on", question.sources),
        Note(
            text=f"{written}{sure}. Asked {instant_text(question.asked_at, zone)}, "
            f"reply due {instant_text(due_at, zone)}."
        ),
        Actions(buttons=_buttons(stored.id)),
    ]
    return Card(
        title=f"Draft for {stored.account_name or asker}",
        summary=f"{asker}{account} asks: {shorten(question.text, 200)}",
        tone=Tone.WARN,
        blocks=tuple(blocks),
    )


def draft_form(stored: StoredQuestion) -> Form:
    """Lets a colleague change a draft before it is sent."""
    return Form(
        id=f"draft.edited:{stored.id}",
        title="Edit the answer",
        submit="Send",
        intro=shorten(f"{stored.account_name or 'The customer'} asks: {stored.question.text}", 300),
        inputs=(
            Input(
                id="text",
                label="The answer",
                multiline=True,
                max_length=LONGEST_ANSWER,
                hint="The customer gets exactly this, with the sources below it.",
                value=stored.question.answer,
            ),
        ),
    )


def draft_sent_card(stored: StoredQuestion) -> Card:
    """What stands where the draft's buttons were, once it is sent."""
    text = f"Sent to {stored.account_name or 'the customer'}: {shorten(stored.question.text, 200)}"
    blocks = (Text(text=text), *text_blocks(stored.question.answer))
    return Card(title="Draft sent", summary=text, tone=Tone.GOOD, blocks=blocks)


def checked_answer_card(
    question_id: int, text: str, sources: Sequence[Source], checked_by: str
) -> Card:
    """A draft that a colleague has sent, as the customer gets it."""
    said = tuple(text_blocks(text))
    return Card(
        title="Answer",
        summary=summary_of(said, "Here is an answer to your question."),
        blocks=(
            *said,
            *source_blocks("Sources", sources),
            Note(text=f"Checked by {checked_by}."),
            Actions(buttons=feedback_buttons(question_id)),
        ),
    )


def feedback_buttons(question_id: int) -> tuple[Button, ...]:
    """What a customer may say of an answer."""
    return (
        Button(
            id=f"answer.helped:{question_id}",
            label="That helped",
            describe="This answer helped me",
        ),
        Button(
            id=f"answer.not_helped:{question_id}",
            label="Did not help",
            describe="This answer did not help me: ask a person",
        ),
        Button(
            id=f"answer.person:{question_id}",
            label="Ask a person",
            describe="Pass my question to a person",
        ),
    )


def _buttons(question_id: int) -> tuple[Button, ...]:
    return (
        Button(
            id=f"draft.send:{question_id}",
            label="Send",
            describe="Send the draft to the customer as it is",
            style=ButtonStyle.PRIMARY,
        ),
        Button(
            id=f"draft.edit:{question_id}",
            label="Edit",
            describe="Change the draft, then send it",
            opens_form=True,
        ),
        Button(
            id=f"draft.discard:{question_id}",
            label="Discard",
            describe="Throw the draft away and answer yourself",
            style=ButtonStyle.DANGER,
        ),
    )
