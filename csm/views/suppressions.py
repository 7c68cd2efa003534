"""Whom at an account we do not write to, and why."""

from datetime import tzinfo
from typing import Final

from csm.card import (
    Actions,
    Block,
    Bullet,
    Bullets,
    Button,
    Card,
    Form,
    Input,
    Option,
    Text,
)
from csm.suppression import Suppression, SuppressionKind
from csm.use_cases.suppression_sheet import SuppressionSheet
from csm.wording import instant_text, plural, shorten

_KINDS: Final = {
    SuppressionKind.OPT_OUT: "asked for no more messages",
    SuppressionKind.COMPLAINT: "reported a message as spam",
    SuppressionKind.BOUNCED: "mail came back",
    SuppressionKind.DO_NOT_CONTACT: "not to be contacted",
    SuppressionKind.LEGAL: "a legal matter",
}
# What a colleague may say, and take back.
_OURS: Final = (
    SuppressionKind.DO_NOT_CONTACT,
    SuppressionKind.LEGAL,
    SuppressionKind.OPT_OUT,
)
_LIFTED: Final = frozenset(
    {SuppressionKind.DO_NOT_CONTACT, SuppressionKind.LEGAL, SuppressionKind.BOUNCED}
)
_A_ROW: Final = 5
_EVERYBODY: Final = "contact:"


def suppressions_card(sheet: SuppressionSheet, zone: tzinfo) -> Card:
    """Everything that is in force, with what can be taken back."""
    add = Button(id=f"suppress.add:{sheet.account_id}", label="Write no more to …", opens_form=True)
    title = f"{sheet.account_name}: whom we do not write to"
    if not sheet.suppressions:
        text = f"Everybody at {sheet.account_name} may be written to."
        return Card(title=title, summary=text, blocks=(Text(text=text), Actions(buttons=(add,))))
    names = {contact.key: contact.name for contact in sheet.contacts}
    lines = tuple(
        _line(stored.id, stored.suppression, names, zone) for stored in sheet.suppressions
    )
    lifts = [
        Button(id=f"suppress.lift:{sheet.account_id}:{stored.id}", label=f"Take back #{stored.id}")
        for stored in sheet.suppressions
        if stored.suppression.kind in _LIFTED
    ]
    summary = f"{plural(len(sheet.suppressions), 'reason')} not to write."
    blocks: list[Block] = [Text(text=summary), Bullets(items=lines)]
    blocks += [
        Actions(buttons=tuple(lifts[start : start + _A_ROW]))
        for start in range(0, len(lifts), _A_ROW)
    ]
    blocks.append(Actions(buttons=(add,)))
    return Card(title=title, summary=summary, blocks=tuple(blocks))


def suppress_form(sheet: SuppressionSheet) -> Form:
    """Asks whom not to write to, and why."""
    people = (
        Option(value=_EVERYBODY, label="Everybody"),
        *(
            Option(value=f"{_EVERYBODY}{contact.key}", label=shorten(contact.name, 70))
            for contact in sheet.contacts
        ),
    )
    return Form(
        id=f"suppress.added:{sheet.account_id}",
        title="Write no more",
        submit="Write no more",
        intro=sheet.account_name,
        inputs=(
            Input(id="contact", label="To whom?", options=people),
            Input(
                id="kind",
                label="Why?",
                options=tuple(
                    Option(value=kind.value, label=_KINDS[kind].capitalize()) for kind in _OURS
                ),
            ),
            Input(id="why", label="In your words", required=False, max_length=500),
        ),
    )


def _line(number: int, one: Suppression, names: dict[str, str], zone: tzinfo) -> Bullet:
    whom = names.get(one.contact_key, one.contact_key) or "Everybody"
    category = f" ({one.category.value})" if one.category else ""
    why = f": {one.why}" if one.why else ""
    return Bullet(
        lead=f"#{number} {whom}",
        text=f"{_KINDS[one.kind]}{category}, {instant_text(one.at, zone)}{why}",
    )
