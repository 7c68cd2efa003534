"""What colleagues are told of a message that was sent: how it was taken, or that it came back."""

from typing import Final

from csm.card import Actions, Button, Card, Note, Text, Tone
from csm.outreach import Reaction
from csm.ports_outreach import StoredOutreach
from csm.wording import shorten

_LONGEST_SAID: Final = 1500
_SAID: Final = {
    Reaction.REPLIED: ("replied", Tone.NEUTRAL),
    Reaction.POSITIVE: ("replied, and sounds pleased", Tone.GOOD),
    Reaction.NEGATIVE: ("replied, and is not pleased", Tone.WARN),
    Reaction.OPTED_OUT: ("asked for no more such messages", Tone.BAD),
}
_UNCLEAR: Final = ("replied, and may want no more messages: read what they wrote", Tone.WARN)


def reaction_card(
    stored: StoredOutreach, name: str, reaction: Reaction, said: str, *, is_unclear: bool = False
) -> Card:
    """What a customer said to a message of ours, in their words. `is_unclear`: it may ask for no
    more of them."""
    verb, tone = _UNCLEAR if is_unclear else _SAID[reaction]
    text = f"{name} ({stored.account_name}) {verb}."
    return Card(
        title=f"{stored.account_name}: a reply to “{shorten(stored.outreach.subject, 80)}”",
        summary=text,
        tone=tone,
        blocks=(
            Text(text=text, tone=tone),
            Text(text=f"“{shorten(said.strip(), _LONGEST_SAID)}”"),
            Note(text=_after(stored, reaction, is_unclear=is_unclear)),
            Actions(buttons=(_see(stored),)),
        ),
    )


def _after(stored: StoredOutreach, reaction: Reaction, *, is_unclear: bool) -> str:
    """What follows from it."""
    if is_unclear:
        return (
            "To be safe, they get no more outreach until you decide. If they did not mean that, "
            f"take it back: /suppress {stored.account_name}. If they did, leave it as it is."
        )
    if reaction is Reaction.OPTED_OUT:
        return "They get no more outreach. Taking that back is theirs alone."
    return "A person's reply keeps the machine quiet towards them for a while."


def bounced_card(stored: StoredOutreach) -> Card:
    """That an address takes no mail any more."""
    outreach = stored.outreach
    text = f"Mail to {outreach.contact_name} ({stored.account_name}) came back: {outreach.address}."
    return Card(
        title=f"{stored.account_name}: an address is gone",
        summary=text,
        tone=Tone.WARN,
        blocks=(
            Text(text=text, tone=Tone.WARN),
            Note(text="Nothing more is sent there. Has this person left? Correct the record."),
            Actions(buttons=(_see(stored),)),
        ),
    )


def stopped_card(owner_name: str) -> Card:
    """For the customer who asked for no more messages."""
    knows = f" {owner_name} knows." if owner_name else ""
    text = f"Understood: you will get no more messages like this one.{knows}"
    return Card(
        title="No more messages",
        summary=text,
        blocks=(Text(text=text), Note(text="You can still ask me anything here.")),
    )


def passed_on_card(owner_name: str) -> Card:
    """For the customer who replied."""
    text = f"Thank you. {owner_name or 'The customer success team'} has your reply."
    return Card(title="Thank you", summary=text, blocks=(Text(text=text),))


def _see(stored: StoredOutreach) -> Button:
    return Button(id=f"outreach.open:{stored.id}", label="See the message")
