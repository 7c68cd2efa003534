"""Outreach as colleagues see it: a draft with the proof that it may be sent, and its outcome."""

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Final

from csm.card import (
    Actions,
    Block,
    Button,
    ButtonStyle,
    Card,
    Divider,
    Heading,
    Note,
    Text,
    Tone,
)
from csm.guard import Outcome, Verdict
from csm.outreach import Outreach, OutreachState, Reaction, Stand, stand_of
from csm.pause import Pause
from csm.play import Tier
from csm.playbook import Playbook
from csm.ports_answers import StoredPost
from csm.ports_outreach import StoredOutreach
from csm.views.outreach_parts import (
    Names,
    addressed,
    channel_name,
    fact_blocks,
    message_blocks,
    name_of,
    paused_blocks,
    play_name,
    print_of,
)
from csm.views.verdict import objection_bullets, verdict_line, verdict_tone
from csm.wording import day_text, instant_text, shorten

_REACTIONS: Final = {
    Reaction.REPLIED: "They replied.",
    Reaction.POSITIVE: "They reacted well.",
    Reaction.NEGATIVE: "They were not pleased.",
    Reaction.OPTED_OUT: "They asked for no more such messages, and get none.",
}
_TONES: Final = {
    Stand.WAITING: Tone.WARN,
    Stand.RETRYING: Tone.WARN,
    Stand.IN_DOUBT: Tone.BAD,
    Stand.DEAD: Tone.BAD,
    Stand.SENT: Tone.GOOD,
}


def draft_card(
    stored: StoredOutreach,
    playbook: Playbook,
    pauses: Sequence[Pause],
    zone: tzinfo,
    now: datetime,
    *,
    names: Names | None = None,
    lead: str = "",
    lead_tone: Tone = Tone.WARN,
    may_approve: bool = True,
) -> Card:
    """A draft for whoever may approve it: to whom, how, the exact words, the facts behind them,
    the guard's verdict, why now, and what happens next. Times are in the reader's `zone`; `lead`
    is what they are told first. Who may not approve is offered no button that does."""
    outreach = stored.outreach
    verdict = Verdict.from_json(outreach.verdict)
    play = play_name(playbook, outreach.play)
    why_now = f"Why now: {outreach.evidence}" if outreach.evidence else ""
    blocks: list[Block] = [Text(text=lead, tone=lead_tone)] if lead else []
    blocks += paused_blocks(pauses, names or {}, zone)
    blocks += [
        *([Text(text=why_now)] if why_now else []),
        addressed(outreach),
        Divider(),
        *message_blocks(outreach),
        Divider(),
        *fact_blocks(outreach, with_names=False),
        Heading(text="May it be sent?"),
        Text(text=verdict_line(verdict, zone), tone=verdict_tone(verdict)),
        *objection_bullets(verdict.objections, zone),
        Text(text=_next(outreach, verdict, zone, now)),
        Note(text=_written(outreach, names or {}, zone)),
        Actions(buttons=_draft_buttons(stored, may_approve=may_approve)),
    ]
    return Card(
        title=f"Draft #{stored.id} for {stored.account_name}: {play}",
        summary=why_now or f"To {outreach.contact_name}, by {channel_name(outreach)}.",
        tone=Tone.WARN,
        blocks=tuple(blocks),
    )


def outreach_card(
    stored: StoredOutreach,
    post: StoredPost | None,
    playbook: Playbook,
    pauses: Sequence[Pause],
    zone: tzinfo,
    now: datetime,
    *,
    names: Names | None = None,
    lead: str = "",
    lead_tone: Tone = Tone.WARN,
    may_approve: bool = True,
) -> Card:
    """One outreach however it stands: a draft with its buttons, or what became of it. `lead` is
    what its reader is told first."""
    outreach, names = stored.outreach, names or {}
    if outreach.state is OutreachState.DRAFTED:
        return draft_card(
            stored,
            playbook,
            pauses,
            zone,
            now,
            names=names,
            lead=lead,
            lead_tone=lead_tone,
            may_approve=may_approve,
        )
    stand = stand_of(outreach, post.post if post else None)
    story = " ".join(outcome_sentences(outreach, stand, post, names, zone))
    blocks: list[Block] = [Text(text=lead, tone=lead_tone)] if lead else []
    blocks += [
        Text(text=story, tone=_TONES.get(stand, Tone.NEUTRAL)),
        *(paused_blocks(pauses, names, zone) if outreach.state is OutreachState.APPROVED else ()),
    ]
    if outreach.body:
        blocks += [addressed(outreach), Divider(), *message_blocks(outreach)]
    blocks.append(Actions(buttons=_buttons_after(stored, stand)))
    return Card(
        title=f"#{stored.id} {stored.account_name}: {play_name(playbook, outreach.play)}",
        summary=story,
        tone=_TONES.get(stand, Tone.NEUTRAL),
        blocks=tuple(blocks),
    )


def withdrawn_card(stored: StoredOutreach, why: str) -> Card:
    """That something which was approved is not sent after all, and what can be done."""
    outreach = stored.outreach
    text = f"“{outreach.subject}” to {outreach.contact_name} is not sent: {why}"
    return Card(
        title=f"Not sent to {stored.account_name}",
        summary=text,
        tone=Tone.WARN,
        blocks=(
            Text(text=text, tone=Tone.WARN),
            Note(text="Nothing has reached the customer. Draft it anew where it is still right."),
            Actions(buttons=(_why_button(stored.id),)),
        ),
    )


def outcome_sentences(
    outreach: Outreach, stand: Stand, post: StoredPost | None, names: Names, zone: tzinfo
) -> Iterator[str]:
    """What became of it, in the order in which it happened."""
    if outreach.approved_by and outreach.approved_at:
        by = name_of(names, outreach.approved_by)
        yield f"Approved by {by} on {instant_text(outreach.approved_at, zone)}."
    match stand:
        case Stand.HELD if outreach.held_until:
            reasons = Verdict.from_json(outreach.verdict).reasons
            again = instant_text(outreach.held_until, zone)
            yield f"It is held, and looked at again on {again}. {reasons}".strip()
        case Stand.QUEUED:
            yield "It is on its way."
        case Stand.RETRYING if post:
            yield f"It could not be sent yet and is tried again: {post.post.problem}"
        case Stand.SENT if outreach.sent_at:
            yield f"Sent on {instant_text(outreach.sent_at, zone)}."
        case Stand.HOLDOUT:
            yield (
                f"This account is in the control group of the play until "
                f"{day_text(outreach.goal_by)}, so that its effect can be told: nothing is written."
            )
        case Stand.REJECTED | Stand.WITHDRAWN | Stand.DEAD | Stand.IN_DOUBT:
            by = f" by {name_of(names, outreach.ended_by)}" if outreach.ended_by else ""
            on = f" on {instant_text(outreach.ended_at, zone)}" if outreach.ended_at else ""
            why = outreach.ended_why or "no reason was given."
            yield f"{stand.value.capitalize()}{by}{on}: {why}"
        case _:
            yield f"It is {stand.value}."
    if outreach.reaction:
        yield _REACTIONS[outreach.reaction]
    if outreach.goal_reached_on:
        yield f"The goal was reached on {day_text(outreach.goal_reached_on)}."


def _next(outreach: Outreach, verdict: Verdict, zone: tzinfo, now: datetime) -> str:
    if outreach.snoozed_until and outreach.snoozed_until > now:
        return f"Snoozed until {instant_text(outreach.snoozed_until, zone)}."
    if outreach.tier is not Tier.MANUAL and outreach.goes_at:
        when = instant_text(outreach.goes_at, zone)
        return (
            f"This play is {outreach.tier.value}: it goes by itself on {when} unless you stop it."
        )
    if verdict.outcome is Outcome.REFUSE:
        return "As it is, it cannot be approved: edit it, or reject it."
    if verdict.outcome is Outcome.HOLD:
        return (
            "Once approved, it waits, and is sent as soon as every rule passes. Until that moment "
            "it can be stopped."
        )
    return "Once approved, it is checked once more and sent. You are told if it cannot be."


def _written(outreach: Outreach, names: Names, zone: tzinfo) -> str:
    by = "A language model wrote it" if outreach.by_model else "It is the play's own letter"
    asked = f", asked for by {name_of(names, outreach.author)}" if outreach.author else ""
    edited = f"; edited by {name_of(names, outreach.edited_by)}" if outreach.edited_by else ""
    return f"{by}{asked}{edited}. Drafted {instant_text(outreach.drafted_at, zone)}."


def _draft_buttons(stored: StoredOutreach, *, may_approve: bool) -> tuple[Button, ...]:
    mark = f"{stored.id}:{print_of(stored.outreach)}"
    to = shorten(f"the message to {stored.account_name}", 60)
    goes_by_itself = stored.outreach.tier is not Tier.MANUAL
    approve = Button(
        id=f"outreach.approve:{mark}",
        label="Send now" if goes_by_itself else "Approve",
        style=ButtonStyle.PRIMARY,
        describe=f"Approve {to}",
    )
    return (
        *([approve] if may_approve else ()),
        Button(id=f"outreach.edit:{mark}", label="Edit", describe=f"Edit {to}", opens_form=True),
        Button(
            id=f"outreach.reject:{mark}",
            label="Stop it" if goes_by_itself else "Reject",
            style=ButtonStyle.DANGER,
            describe=f"Reject {to}",
            opens_form=True,
        ),
        Button(
            id=f"outreach.snooze:{mark}",
            label="Snooze",
            describe=f"Snooze {to}",
            opens_form=True,
        ),
        _why_button(stored.id),
    )


def _buttons_after(stored: StoredOutreach, stand: Stand) -> tuple[Button, ...]:
    why = _why_button(stored.id)
    if stand in {Stand.QUEUED, Stand.HELD, Stand.RETRYING}:
        stop = Button(
            id=f"outreach.stop:{stored.id}",
            label="Stop it",
            style=ButtonStyle.DANGER,
            describe=shorten(f"Stop the message to {stored.account_name}", 75),
        )
        return (stop, why)
    if stand is Stand.IN_DOUBT:
        return (
            Button(id=f"outreach.arrived:{stored.id}", label="It arrived"),
            Button(id=f"outreach.lost:{stored.id}", label="It did not"),
            why,
        )
    return (why,)


def _why_button(outreach_id: int) -> Button:
    return Button(
        id=f"outreach.why:{outreach_id}", label="Every rule", describe="See what every rule said"
    )
