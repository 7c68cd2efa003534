"""A person's own digests: when each comes, where to, about what, and the form that changes one."""

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
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
    Note,
    Option,
    Text,
    Tone,
)
from csm.firing import Appointment
from csm.people import Place, PlaceKind, Principal
from csm.timetable_words import EXAMPLES, timetable_text
from csm.use_cases.digest_frame import Composed, with_note
from csm.use_cases.parked import is_parked, why_unplannable
from csm.use_cases.set_digest import GAPS, Choice
from csm.wording import instant_text, plural

_TITLE: Final = "Your digests"
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_HOW: Final = (
    "/digest set mon 8:00 changes the weekly one; name another first: /digest set alert weekdays "
    "7:30. In a channel of the team, /digest set here has it come there. Whose accounts: mine, all "
    "or a colleague. When there is nothing to say: quiet or always."
)
_USAGE: Final = (
    ("/digest", "what you get, when, where and about whose accounts"),
    ("/digest now", "what it would say at this moment, to you alone; /digest now alert, too"),
    ("/digest set mon 8:00", "when it comes; also mon,thu 7:30, weekdays 9:15, daily noon"),
    ("/digest set alert weekdays 7:30", "another kind: name it first"),
    ("/digest set here", "into this channel of the team; dm for direct messages"),
    ("/digest set all", "whose accounts: mine, all or a colleague"),
    ("/digest set quiet", "nothing when there is nothing to say; always for a line even then"),
    ("/digest off alert", "no more of that; /digest on alert has it again"),
    ("/digest usual", "back to what is usual for your role"),
    ("/digest snoozed", "the accounts that you have snoozed"),
)
_PREVIEW: Final = (
    "For your eyes only, and as of now: your next one compares with the last that came."
)


def digests_card(choices: Sequence[Choice], who: Principal) -> Card:
    """All that the person has or may have, each with what can be done about it."""
    on = sum(choice.appointment.is_on for choice in choices)
    summary = f"{plural(on, 'digest')} of {len(choices)} switched on."
    if not on:
        summary = (
            f"None of {len(choices)} digests is switched on. /digest on has the weekly one come."
        )
    blocks: list[Block] = [Text(text=summary)]
    for choice in choices:
        blocks += [Bullets(items=(_bullet(choice, who.zone),)), Actions(buttons=_buttons(choice))]
    return Card(title=_TITLE, summary=summary, blocks=(*blocks, Note(text=_HOW)))


def digest_changed_card(choice: Choice, who: Principal) -> Card:
    """How one is now; the next time above all."""
    name = choice.job.name
    summary = _next_text(choice, who.zone)
    buttons = (*_buttons(choice), Button(id="digest.show", label="All my digests"))
    return Card(
        title=f"Your {name}" if name == "digest" else f"Your digest “{name}”",
        summary=summary,
        tone=Tone.GOOD if choice.appointment.is_on else Tone.NEUTRAL,
        blocks=(
            Text(text=summary),
            Bullets(items=(_bullet(choice, who.zone),)),
            *_withheld(choice),
            Actions(buttons=buttons),
        ),
    )


def digest_form(choice: Choice, place: Place) -> Form:
    """Asks for all that can be chosen; what is left as it stands changes nothing. `place` is where
    it was asked for, which is offered where it is the team's."""
    appointment = choice.appointment
    return Form(
        id=f"digest.changed:{choice.job.name}",
        title="Change the digest",
        intro=f"{choice.job.name}: {choice.job.text}.",
        inputs=(
            Input(
                id="when",
                label="When, on your own clock?",
                max_length=80,
                value=f"{appointment.days} {appointment.at}",
                hint=f"Such as {EXAMPLES}.",
            ),
            Input(
                id="where",
                label="Where to?",
                options=tuple(_places(place)),
                required=False,
                hint=f"Now: {_where(choice)}.",
            ),
            *_scope_input(choice),
            Input(
                id="empty",
                label="Also when there is nothing to say?",
                options=(
                    Option(value="always", label="Yes, in one line"),
                    Option(value="quiet", label="No, stay silent"),
                ),
                required=False,
                hint=f"Now: {'yes' if appointment.wants_empty else 'no'}.",
            ),
        ),
    )


def preview_card(composed: Composed) -> Card:
    """What a digest would say now, marked as such."""
    return with_note(composed.card, _PREVIEW)


def _bullet(choice: Choice, zone: tzinfo) -> Bullet:
    appointment, job = choice.appointment, choice.job
    if is_parked(appointment):
        return Bullet(lead=job.name, text=f"{job.text}. {_parked_text(appointment)}", tone=Tone.BAD)
    if appointment.next_at is None:
        return Bullet(lead=job.name, text=f"{job.text}. Off.")
    when = timetable_text(appointment.days.split(","), appointment.at)
    quiet = "" if appointment.wants_empty else ", only when there is something to say"
    return Bullet(
        lead=job.name,
        text=f"{job.text}. {when}, {_where(choice)}, {choice.whose}{quiet}. "
        f"Next: {_instant(appointment.next_at, zone)}.",
        tone=Tone.WARN if choice.is_withheld else Tone.GOOD,
    )


def _buttons(choice: Choice) -> tuple[Button, ...]:
    name, is_on = choice.job.name, choice.appointment.is_on
    buttons = [
        Button(
            id=f"digest.change:{name}",
            label="Change",
            describe=f"Change when and where {name} comes",
            opens_form=True,
        ),
        Button(
            id=f"digest.switch:{name}:{'off' if is_on else 'on'}",
            label="Switch off" if is_on else "Switch on",
            describe=f"Switch {name} {'off' if is_on else 'on'}",
        ),
        Button(id=f"digest.now:{name}", label="Show now", describe=f"Show {name} as of now"),
    ]
    if choice.appointment.is_chosen:
        back = f"Have {name} as is usual"
        buttons.append(Button(id=f"digest.usual:{name}", label="Back to the usual", describe=back))
    return tuple(buttons)


def _next_text(choice: Choice, zone: tzinfo) -> str:
    due = choice.appointment.next_at
    if is_parked(choice.appointment):
        return _parked_text(choice.appointment)
    if due is None:
        return "It is switched off: nothing comes by itself."
    return f"Next: {_instant(due, zone)}, {_where(choice)}."


def _parked_text(appointment: Appointment) -> str:
    return f"It cannot be planned: {why_unplannable(appointment)}. Your administrator was told."


def _instant(instant: datetime, zone: tzinfo) -> str:
    return f"{_DAYS[instant.astimezone(zone).weekday()]} {instant_text(instant, zone)}"


def _where(choice: Choice) -> str:
    if not choice.place or choice.is_withheld:
        return "in direct messages"
    return f"in #{choice.place.removeprefix('#')}"


def _scope_input(choice: Choice) -> Iterator[Input]:
    if choice.job.name != GAPS:
        yield Input(
            id="scope",
            label="Whose accounts?",
            max_length=80,
            value=choice.appointment.scope,
            hint="mine, all, or a colleague's name.",
        )


def _withheld(choice: Choice) -> Iterator[Block]:
    if choice.is_withheld:
        yield Text(
            text=f"People from outside can read #{choice.place.removeprefix('#')} now, or may, so "
            "it comes to your direct messages instead.",
            tone=Tone.WARN,
        )


def _places(place: Place) -> Iterator[Option]:
    yield Option(value="dm", label="My direct messages")
    if place.kind is PlaceKind.CHANNEL and place.audience.is_staff_only:
        name = (place.name or place.channel).removeprefix("#")
        yield Option(value="here", label=f"Here, in #{name}"[:75])


def usage_card() -> Card:
    """What can be typed after /digest."""
    lines = [Bullet(lead=typed, text=text) for typed, text in _USAGE]
    summary = "What you can type about your digests."
    return Card(
        title=_TITLE,
        summary=summary,
        blocks=(
            Text(text=summary),
            Bullets(items=tuple(lines)),
            Actions(buttons=(Button(id="digest.show", label="All my digests"),)),
        ),
    )
