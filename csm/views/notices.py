"""Small cards: help, problems, choices, and what is said when the answer is elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from csm.card import Actions, Bullet, Bullets, Button, Card, Note, Text, Tone
from csm.errors import CsmError
from csm.matching import Match
from csm.people import Principal, Role
from csm.wording import listing, shorten

STRANGER: Final = (
    "I do not know you yet, so I cannot tell you anything. "
    "Your Digital CSM administrator can add you: digital-csm people add."
)


@dataclass(frozen=True, slots=True)
class Usage:
    """How one command is typed, and what it gives."""

    typed: str
    summary: str
    examples: tuple[str, ...]


def help_card(who: Principal, guide: Sequence[Usage]) -> Card:
    """What this person can ask for."""
    if who.role is Role.CONTACT:
        return _help_for_customers()
    lines = tuple(Bullet(lead=usage.typed, text=_with_example(usage)) for usage in guide)
    return Card(
        title="What you can ask me",
        summary="The commands that I know.",
        blocks=(
            Bullets(items=lines),
            Note(
                text="In a direct message or a mention you can leave out the slash, or just name "
                "an account. Answers are for your eyes only until you share them, and never "
                "appear where people from outside the team can read."
            ),
        ),
    )


def _help_for_customers() -> Card:
    summary = "I work with your customer success team, and answer questions about the product."
    return Card(
        title="Hello",
        summary=summary,
        blocks=(
            Text(text=summary),
            Bullets(
                items=(
                    Bullet(
                        lead="Ask",
                        text="in your own words, for example: how do I share a view? You get a "
                        "short answer with its sources.",
                    ),
                    Bullet(
                        lead="Talk to a person",
                        text="whenever you like: say so, or press “Ask a person” below an answer. "
                        "What I cannot answer goes to one by itself.",
                    ),
                    Bullet(lead="status", text="tells what became of your questions."),
                )
            ),
            Note(text="Prices, contracts and the like are always answered by a person."),
        ),
    )


def _with_example(usage: Usage) -> str:
    example = f" For example {listing(usage.examples, 'or')}." if usage.examples else ""
    return f"{usage.summary}.{example}"


def problem(error: CsmError, reference: str) -> Card:
    """Something the person can mend: what is wrong and what to do."""
    return Card(
        title="That did not work",
        summary=str(error),
        tone=Tone.WARN,
        blocks=(Text(text=str(error)), Note(text=f"Reference {reference}")),
    )


def our_fault(reference: str) -> Card:
    """Something only we can mend. The reference finds it in the log."""
    text = (
        "Something went wrong on our side, and nothing was changed. Try again; if it happens "
        f"again, give your administrator the reference {reference}."
    )
    return Card(
        title="Something went wrong",
        summary=text,
        tone=Tone.BAD,
        blocks=(Text(text=text),),
    )


def answered_in_direct_message() -> Card:
    """All that a place with outsiders in it is told."""
    text = "I have answered you in a direct message."
    return Card(title="Answered privately", summary=text, blocks=(Text(text=text),))


def in_progress(text: str) -> Card:
    """Shown while something takes a while."""
    return Card(title="One moment", summary=text, blocks=(Text(text=text),))


def not_understood() -> Card:
    """Free text in which no account and no command was found."""
    text = "I could not find an account in that. Name one, or see what you can ask."
    return Card(
        title="Which account?",
        summary=text,
        blocks=(
            Text(text=text),
            Actions(buttons=(Button(id="help.show", label="What can I ask?"),)),
        ),
    )


def which_account(query: str, match: Match, action: str) -> Card:
    """Several accounts to choose from, or the nearest where none matched."""
    shown = shorten(query, 60)
    if match.choices:
        text = f"“{shown}” fits more than one account. Which do you mean?"
        names = match.choices
    elif match.nearest:
        text = f"I found no account called “{shown}”. Did you mean one of these?"
        names = match.nearest
    else:
        text = f"I found no account called “{shown}”, nor any like it. /portfolio lists yours."
        names = ()
    buttons = tuple(
        Button(id=f"{action}:{name.account_id}", label=shorten(name.shown, 75)) for name in names
    )
    return Card(
        title="Which account?",
        summary=text,
        tone=Tone.NEUTRAL if match.choices else Tone.WARN,
        blocks=(Text(text=text), Actions(buttons=buttons)) if buttons else (Text(text=text),),
    )


def shared_by(who: Principal, card: Card) -> Card:
    """A card shown to everybody in a place, saying who showed it."""
    note = Note(text=f"Shared by {who.name}.")
    return card.model_copy(update={"blocks": (*card.blocks, note)})
