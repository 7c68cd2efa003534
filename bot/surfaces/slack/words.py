"""The few things that the surface itself has to say: what Slack, not the product, got in the way
of. Each says what to do."""

from typing import Final

from bot.surfaces.slack.translate import ACCOUNT_INPUT, OPEN_ACCOUNT
from csm.card import Card, Form, Input, Note, Tone

ASK_FOR_ACCOUNT: Final = Form(
    id=OPEN_ACCOUNT,
    title="Open an account",
    submit="Open",
    intro="The answer comes to your direct messages with me.",
    inputs=(
        Input(
            id=ACCOUNT_INPUT,
            label="Account",
            max_length=200,
            hint="Its name, part of its name, its web domain or its id",
        ),
    ),
)


def busy(reference: str) -> Card:
    return _problem(
        "Too much at once",
        "I have more questions than I can take at the moment, so I did nothing with yours. "
        "Please ask again in a minute.",
        reference,
    )


def stopping(reference: str) -> Card:
    return _problem(
        "Just restarting",
        "I am being restarted, so I did nothing with that. Please ask again in a minute.",
        reference,
    )


def too_slow_for_form(reference: str) -> Card:
    return _problem(
        "The form did not open",
        "Slack lets me open a form for three seconds only, and I was too slow. "
        "Please press the button again.",
        reference,
    )


def no_form_here(reference: str) -> Card:
    return _problem(
        "No form here",
        "Slack cannot open a form from here. Please use a button or a slash command.",
        reference,
    )


def cannot_post(reference: str) -> Card:
    return _problem(
        "I could not post that here",
        "Slack does not let me post in this channel. Add me to it with /invite, then try again.",
        reference,
    )


def cannot_write_to_you(reference: str) -> Card:
    return _problem(
        "I could not write to you",
        "Slack does not let me send you a direct message. Open my page under Apps, write me a "
        "word there, then try again.",
        reference,
    )


def picture_lost(alt: str, reference: str) -> Card:
    return _problem(
        "The picture did not arrive",
        f"Slack did not take the picture. What it shows: {alt}",
        reference,
    )


def picture_sent(alt: str, reference: str) -> Card:
    return Card(
        title="Picture sent",
        summary=f"The picture is in your direct messages with me: {alt}",
        blocks=(Note(text=f"Reference {reference}"),),
    )


def _problem(title: str, text: str, reference: str) -> Card:
    return Card(
        title=title, summary=text, tone=Tone.WARN, blocks=(Note(text=f"Reference {reference}"),)
    )
