"""Calls to action: a list of them, one of them, and the form that ends one."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from csm.card import (
    Actions,
    Block,
    Bullet,
    Bullets,
    Button,
    ButtonStyle,
    Card,
    Fact,
    Fields,
    Form,
    Heading,
    Input,
    Note,
    Option,
    Text,
    Tone,
)
from csm.cta import NOTE_LENGTH, PERSONAL_OUTCOMES
from csm.health import CtaOutcome, CtaStatus
from csm.playbook import Playbook
from csm.ports import StoredCta
from csm.views.pages import page_buttons, page_of, range_text
from csm.views.tones import SEVERITY_TONES
from csm.wording import day_and_distance, days_away, plural, shorten

OUTCOME_NAMES: Final = {
    CtaOutcome.DONE: "Done",
    CtaOutcome.NO_ACTION_NEEDED: "No action needed",
    CtaOutcome.COULD_NOT_REACH: "Could not reach them",
    CtaOutcome.LOST: "Lost",
    CtaOutcome.EVIDENCE_GONE: "Closed by itself: the reason is gone",
}


def cta_list_card(ctas: Sequence[StoredCta], today: date, *, everybody: bool, page: int) -> Card:
    """Calls to action that are not closed, soonest due first."""
    title = "Everybody's calls to action" if everybody else "Your calls to action"
    scope = "all" if everybody else "mine"
    if not ctas:
        other = "" if everybody else " /cta all shows everybody's."
        text = f"Nothing to do: no call to action is open.{other}"
        return Card(title=title, summary=text, blocks=(Text(text=text),))
    shown, page = page_of(ctas, page)
    late = sum(stored.cta.due_on < today for stored in ctas)
    summary = f"{plural(len(ctas), 'call')} to action" + (f", {late} overdue." if late else ".")
    bullets = tuple(
        Bullet(
            lead=f"#{stored.id} {stored.account_name}: {stored.cta.title}",
            text=f"due {day_and_distance(stored.cta.due_on, today)}, {cta_state(stored)}",
            tone=SEVERITY_TONES[stored.cta.severity],
        )
        for stored in shown
    )
    blocks: list[Block] = [Text(text=summary), Bullets(items=bullets)]
    blocks += [
        Actions(buttons=tuple(_open_button(stored) for stored in shown[start : start + 5]))
        for start in range(0, len(shown), 5)
    ]
    if buttons := page_buttons(f"cta.list:{scope}", len(ctas), page):
        blocks += [Note(text=range_text(len(ctas), page)), Actions(buttons=buttons)]
    return Card(title=title, summary=summary, blocks=tuple(blocks))


def cta_card(stored: StoredCta, playbook: Playbook, today: date) -> Card:
    """One call to action: why, by when, what to do, and the buttons of its state."""
    cta = stored.cta
    title = f"{stored.account_name}: {cta.title}"
    summary = f"#{stored.id}, {cta_state(stored)}, due {days_away(cta.due_on, today)}."
    blocks: list[Block] = [
        Text(text=cta.evidence, tone=SEVERITY_TONES[cta.severity]),
        Fields(
            items=(
                Fact(label="Status", value=cta_state(stored).capitalize()),
                Fact(
                    label="Due", value=day_and_distance(cta.due_on, today), tone=_due(stored, today)
                ),
                Fact(label="Owner", value=cta.owner_email or "Nobody yet"),
                Fact(label="Severity", value=cta.severity.capitalize()),
            )
        ),
    ]
    if cta.note:
        blocks.append(Text(text=f"Note: {cta.note}"))
    if cta.status is not CtaStatus.CLOSED and (play := playbook.plays.get(cta.play)):
        steps = tuple(Bullet(lead=f"{n}.", text=step) for n, step in enumerate(play.steps, start=1))
        blocks += [Heading(text=f"Play: {play.name}"), Bullets(items=steps)]
    blocks.append(Actions(buttons=(*_buttons(stored), *_draft_button(stored, playbook))))
    return Card(
        title=title, summary=summary, tone=SEVERITY_TONES[cta.severity], blocks=tuple(blocks)
    )


def close_form(stored: StoredCta) -> Form:
    """Asks how a call to action ended."""
    outcomes = tuple(
        Option(value=outcome, label=OUTCOME_NAMES[outcome]) for outcome in PERSONAL_OUTCOMES
    )
    return Form(
        id=f"cta.closed:{stored.id}",
        title="Close call to action",
        submit="Close it",
        intro=shorten(f"{stored.account_name}: {stored.cta.title}", 200),
        inputs=(
            Input(id="outcome", label="How did it end?", options=outcomes),
            Input(
                id="note",
                label="What should the next person know?",
                multiline=True,
                required=False,
                max_length=NOTE_LENGTH,
                hint="Kept with the account's record; never shown to the customer.",
            ),
        ),
    )


def _open_button(stored: StoredCta) -> Button:
    label = shorten(f"#{stored.id} {stored.account_name}", 40)
    return Button(id=f"cta.open:{stored.id}", label=label, describe=shorten(f"See {label}", 75))


def _buttons(stored: StoredCta) -> tuple[Button, ...]:
    account = Button(id=f"account.open:{stored.cta.account_id}", label="Open 360")
    close = Button(id=f"cta.close:{stored.id}", label="Close", opens_form=True)
    match stored.cta.status:
        case CtaStatus.OPEN:
            claim = Button(id=f"cta.claim:{stored.id}", label="Claim", style=ButtonStyle.PRIMARY)
            return (claim, close, account)
        case CtaStatus.CLAIMED:
            release = Button(id=f"cta.release:{stored.id}", label="Give back")
            return (close, release, account)
        case CtaStatus.CLOSED:
            return (Button(id=f"cta.reopen:{stored.id}", label="Reopen"), account)


def _draft_button(stored: StoredCta, playbook: Playbook) -> tuple[Button, ...]:
    """Where the play has a message that the machine can draft."""
    play = playbook.plays.get(stored.cta.play)
    if stored.cta.status is CtaStatus.CLOSED or play is None or play.outreach is None:
        return ()
    return (Button(id=f"outreach.draft_cta:{stored.id}", label="Draft outreach"),)


def cta_state(stored: StoredCta) -> str:
    """Where it stands, and with whom."""
    cta = stored.cta
    match cta.status:
        case CtaStatus.OPEN:
            return "unclaimed, escalated to the manager" if cta.escalated_on else "unclaimed"
        case CtaStatus.CLAIMED:
            return f"claimed by {cta.claimed_by}"
        case CtaStatus.CLOSED:
            outcome = OUTCOME_NAMES[cta.outcome] if cta.outcome else "closed"
            return f"closed by {cta.closed_by}: {outcome}" if cta.closed_by else outcome


def _due(stored: StoredCta, today: date) -> Tone:
    late = stored.cta.due_on < today and stored.cta.status is not CtaStatus.CLOSED
    return Tone.BAD if late else Tone.NEUTRAL
