"""What colleagues are told of a case between its cards: the customer asks again, or needs it no
more. For colleagues alone."""

from datetime import datetime, tzinfo

from csm import case_rules as rules
from csm.card import Actions, Button, Card, Note, Text, Tone
from csm.ports_answers import StoredCase, StoredQuestion
from csm.question import Question
from csm.views.case_words import due_text
from csm.wording import shorten


def asked_again_card(stored: StoredCase, name: str, text: str, zone: tzinfo, now: datetime) -> Card:
    """The customer asks how it stands."""
    is_late = rules.is_overdue(stored.case, now)
    return Card(
        title=f"{name} asks again: case #{stored.id}",
        summary=f"{name}{_account(stored.account_name)} asks again: {shorten(text, 200)}",
        tone=Tone.BAD if is_late else Tone.WARN,
        blocks=(
            Text(text=f"“{shorten(text, 500)}”"),
            _asked(stored.question),
            Note(text=f"Reply due {due_text(stored.case, zone, now)}."),
            _show(stored.id),
        ),
    )


def settled_card(stored: StoredCase, name: str, text: str) -> Card:
    """The customer needs no answer any more."""
    return Card(
        title=f"Solved: case #{stored.id}",
        summary=f"{name}{_account(stored.account_name)} says that it is solved.",
        tone=Tone.GOOD,
        blocks=(
            Text(text=f"{name} says that it is solved: “{shorten(text, 500)}”"),
            _asked(stored.question),
            Note(text="The case is resolved. Reopen it if there is more to do."),
            _show(stored.id),
        ),
    )


def draft_settled_card(stored: StoredQuestion, name: str, text: str) -> Card:
    """The customer needs no answer any more, so the draft is not to be sent."""
    return Card(
        title="Draft not needed any more",
        summary=f"{name}{_account(stored.account_name)} says that it is solved.",
        tone=Tone.GOOD,
        blocks=(
            Text(text=f"{name} says that it is solved: “{shorten(text, 500)}”"),
            _asked(stored.question),
        ),
    )


def _asked(question: Question) -> Text:
    return Text(text=f"The question was: “{shorten(question.text, 500)}”")


def _account(name: str) -> str:
    return f" ({name})" if name else ""


def _show(case_id: int) -> Actions:
    button = Button(id=f"case.show:{case_id}", label="Show case", describe=f"See case {case_id}")
    return Actions(buttons=(button,))
