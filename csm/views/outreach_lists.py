"""Outreach in lists: what waits for approval, with each verdict; and what was sent of late."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Final

from csm.card import (
    Actions,
    Block,
    Bullet,
    Bullets,
    Button,
    ButtonStyle,
    Card,
    Note,
    Text,
    Tone,
)
from csm.errors import CsmError
from csm.guard import Outcome, Verdict
from csm.outreach import Stand
from csm.pause import Pause
from csm.playbook import Playbook
from csm.ports_outreach import StoredOutreach
from csm.use_cases.approve_outreach import Approved, NotApproved
from csm.views.outreach_parts import channel_name, play_name, print_of
from csm.views.pages import page_buttons, page_of, range_text
from csm.views.pauses import target_text
from csm.views.verdict import refused_at_approval, verdict_line, verdict_tone
from csm.wording import instant_text, listing, plural, shorten

# As many as can be approved with one press: all of them are read on the same card.
AT_ONCE: Final = 5


def approvals_card(
    waiting: Sequence[StoredOutreach],
    playbook: Playbook,
    pauses: Sequence[Pause],
    zone: tzinfo,
    page: int = 0,
) -> Card:
    """Drafts that wait, each with its verdict; those on the card can be approved together."""
    title = "Waiting for approval"
    if not waiting:
        text = "Nothing waits for you: no draft is open."
        return Card(title=title, summary=text, blocks=(Text(text=text),))
    shown, page = page_of(waiting, page)
    summary = f"{plural(len(waiting), 'draft')} to approve."
    blocks: list[Block] = [Text(text=summary)]
    if pauses:
        blocks.append(Text(text=_paused(pauses, playbook, waiting), tone=Tone.BAD))
    blocks.append(Bullets(items=tuple(_waiting_line(one, playbook, zone) for one in shown)))
    blocks += _open_rows(shown)
    may_go = [one for one in shown if _verdict(one).outcome is not Outcome.REFUSE][:AT_ONCE]
    if len(may_go) > 1:
        blocks.append(Actions(buttons=(_approve_all(may_go),)))
        numbers = ", ".join(f"#{one.id}" for one in may_go)
        blocks.append(Note(text=f"Approve together: {numbers}. Each is checked once more."))
    if buttons := page_buttons("outreach.list", len(waiting), page):
        blocks += [Note(text=range_text(len(waiting), page)), Actions(buttons=buttons)]
    return Card(title=title, summary=summary, tone=Tone.WARN, blocks=tuple(blocks))


def outbox_card(
    listed: Sequence[tuple[StoredOutreach, Stand]],
    playbook: Playbook,
    pauses: Sequence[Pause],
    zone: tzinfo,
    page: int = 0,
) -> Card:
    """What was written of late, and where each stands."""
    title = "Outreach"
    if not listed:
        text = "Nothing was written yet. /draft ACCOUNT PLAY begins."
        return Card(title=title, summary=text, blocks=(Text(text=text),))
    shown, page = page_of(listed, page)
    counts: Mapping[Stand, int] = {stand: sum(one is stand for _, one in listed) for stand in Stand}
    summary = ", ".join(f"{count} {stand.value}" for stand, count in counts.items() if count) + "."
    blocks: list[Block] = [Text(text=summary)]
    if pauses:
        blocks.append(
            Text(text=_paused(pauses, playbook, [stored for stored, _ in listed]), tone=Tone.BAD)
        )
    blocks.append(
        Bullets(
            items=tuple(
                Bullet(
                    lead=f"#{stored.id} {stored.account_name}: "
                    f"{play_name(playbook, stored.outreach.play)}",
                    text=f"{stand.value}, {instant_text(_newest(stored), zone)}",
                )
                for stored, stand in shown
            )
        )
    )
    blocks += _open_rows([stored for stored, _ in shown])
    if buttons := page_buttons("outreach.recent", len(listed), page):
        blocks += [Note(text=range_text(len(listed), page)), Actions(buttons=buttons)]
    return Card(title=title, summary=summary, blocks=tuple(blocks))


def approved_together_card(results: Sequence[tuple[int, str]]) -> Card:
    """What came of approving several at once (by number), each in a line."""
    lines = tuple(Bullet(lead=f"#{number}", text=what) for number, what in results)
    summary = f"{plural(len(results), 'draft')} looked at."
    return Card(title="Approved together", summary=summary, blocks=(Bullets(items=lines),))


def what_came_of(result: Approved | NotApproved | CsmError, zone: tzinfo) -> str:
    """What came of approving one, in a line."""
    match result:
        case Approved(held_until=until):
            held = (
                f"held, looked at again on {instant_text(until, zone)}" if until else "on its way"
            )
            return f"approved, and {held}"
        case NotApproved():
            return refused_at_approval(result.verdict)
        case _:
            return str(result)


def _waiting_line(stored: StoredOutreach, playbook: Playbook, zone: tzinfo) -> Bullet:
    outreach, verdict = stored.outreach, _verdict(stored)
    why = f" {shorten(verdict.reasons, 300)}" if verdict.objections else ""
    return Bullet(
        lead=f"#{stored.id} {stored.account_name}: {play_name(playbook, outreach.play)}",
        text=f"to {outreach.contact_name} by {channel_name(outreach)}: “{outreach.subject}”. "
        f"{verdict_line(verdict, zone)}{why}",
        tone=verdict_tone(verdict),
    )


def _approve_all(shown: Sequence[StoredOutreach]) -> Button:
    marks = ",".join(f"{one.id}-{print_of(one.outreach)}" for one in shown)
    return Button(
        id=f"outreach.approve_all:{marks}",
        label=f"Approve these {len(shown)}",
        style=ButtonStyle.PRIMARY,
        describe=f"Approve {plural(len(shown), 'draft')} at once",
    )


def _open_rows(shown: Sequence[StoredOutreach]) -> list[Block]:
    return [
        Actions(buttons=tuple(_open_button(one) for one in shown[start : start + AT_ONCE]))
        for start in range(0, len(shown), AT_ONCE)
    ]


def _open_button(stored: StoredOutreach) -> Button:
    label = shorten(f"#{stored.id} {stored.account_name}", 40)
    return Button(
        id=f"outreach.open:{stored.id}", label=label, describe=shorten(f"See {label}", 75)
    )


def _verdict(stored: StoredOutreach) -> Verdict:
    return Verdict.from_json(stored.outreach.verdict)


def _newest(stored: StoredOutreach) -> datetime:
    one = stored.outreach
    return one.sent_at or one.ended_at or one.approved_at or one.drafted_at


def _paused(pauses: Sequence[Pause], playbook: Playbook, about: Iterable[StoredOutreach]) -> str:
    accounts = {one.outreach.account_key: one.account_name for one in about}
    paused = listing([target_text(pause, playbook, accounts) for pause in pauses])
    return f"Paused: {paused}. Nothing of that goes out."
