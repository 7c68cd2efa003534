"""What colleagues read when the line was stopped."""

from datetime import tzinfo

from csm.card import Card, Note, Text, Tone
from csm.pause import Pause
from csm.wording import instant_text


def stopped_card(pause: Pause, zone: tzinfo) -> Card:
    """That far more went out than normal, and that nothing does until a person lets it."""
    text = f"No outreach is sent since {instant_text(pause.at, zone)}: {pause.why}"
    return Card(
        title="The machine stopped itself",
        summary=text,
        tone=Tone.BAD,
        blocks=(
            Text(text=text, tone=Tone.BAD),
            Text(
                text="Look at what went out. Where all is well, an administrator lets it go on: "
                "/resume all."
            ),
            Note(text="Nothing is lost: what was approved waits, and is checked again."),
        ),
    )
