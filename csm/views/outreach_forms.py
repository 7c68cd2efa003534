"""Forms about drafts: change one, reject one, put one off; and an edit that cannot be kept."""

from collections.abc import Sequence
from datetime import date, tzinfo

from csm.card import Actions, Button, Card, Divider, Form, Input, Text, Tone
from csm.guard import RuleResult
from csm.ports_outreach import StoredOutreach, Words
from csm.views.outreach_parts import print_of
from csm.views.plain_blocks import text_blocks
from csm.views.verdict import objection_bullets
from csm.wording import shorten

LONGEST_REASON = 500


def edit_form(stored: StoredOutreach) -> Form:
    """Lets a colleague change the words. What e-mail says of its sender stays below them."""
    outreach = stored.outreach
    return Form(
        id=f"outreach.edited:{stored.id}:{print_of(outreach)}",
        title="Edit the draft",
        submit="Save",
        intro=shorten(f"To {outreach.contact_name}, {stored.account_name}.", 300),
        inputs=(
            Input(id="subject", label="Subject", max_length=200, value=outreach.subject),
            Input(
                id="body",
                label="Message",
                multiline=True,
                max_length=3000,
                hint="The guard checks it: figures, names and links must stand in the facts.",
                value=outreach.body,
            ),
        ),
    )


def not_edited_card(
    stored: StoredOutreach, words: Words, objections: Sequence[RuleResult], zone: tzinfo
) -> Card:
    """Why an edit is not kept, with the words as they were given, so that none of them is lost."""
    text = "The guard does not let these words pass, so the draft is as it was."
    edit = Button(
        id=f"outreach.edit:{stored.id}:{print_of(stored.outreach)}",
        label="Edit again",
        opens_form=True,
    )
    return Card(
        title=f"Not changed: {stored.account_name}",
        summary=text,
        tone=Tone.BAD,
        blocks=(
            Text(text=text, tone=Tone.BAD),
            *objection_bullets(objections, zone),
            Divider(),
            Text(text=words.subject),
            *text_blocks(words.body),
            Actions(buttons=(edit,)),
        ),
    )


def reject_form(stored: StoredOutreach) -> Form:
    """Asks why a draft is not to be sent."""
    return Form(
        id=f"outreach.rejected:{stored.id}:{print_of(stored.outreach)}",
        title="Reject the draft",
        submit="Reject",
        intro=shorten(f"{stored.account_name}: {stored.outreach.subject}", 300),
        inputs=(
            Input(
                id="why",
                label="Why should it not be sent?",
                multiline=True,
                max_length=LONGEST_REASON,
                hint="Kept with the draft. It counts against the play when it asks for more leave.",
            ),
        ),
    )


def snooze_form(stored: StoredOutreach, today: date) -> Form:
    """Asks until when a draft is to be out of the way."""
    return Form(
        id=f"outreach.snoozed:{stored.id}:{print_of(stored.outreach)}",
        title="Snooze the draft",
        submit="Snooze",
        intro=shorten(f"{stored.account_name}: {stored.outreach.subject}", 300),
        inputs=(
            Input(
                id="until",
                label="Until when?",
                max_length=20,
                hint=f"A day such as {today.isoformat()}, or a number of days, up to 60.",
                value="7",
            ),
        ),
    )
