"""Why a message may be sent, or may not: every rule, and everything that was done to it."""

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from typing import Final

from csm.audit import Chained
from csm.card import Actions, Block, Bullet, Bullets, Button, Card, Heading, Note, Text
from csm.guard import Verdict
from csm.playbook import Playbook
from csm.ports_outreach import StoredOutreach
from csm.views.outreach_parts import Names, fact_blocks, name_of, play_name
from csm.views.verdict import verdict_blocks, verdict_line, verdict_tone
from csm.wording import instant_text

_DONE: Final = {
    "outreach.drafted": "drafted",
    "outreach.edited": "edited",
    "outreach.approved": "approved",
    "outreach.refused": "approval refused by the guard",
    "outreach.no_leave": "tried to approve it, without the leave to",
    "outreach.edit_refused": "edit refused by the guard",
    "outreach.rejected": "rejected",
    "outreach.snoozed": "snoozed",
    "outreach.stopped": "stopped",
    "outreach.woken": "shown again after its rest",
    "outreach.expired": "withdrawn: nobody decided in time",
    "outreach.held": "held",
    "outreach.approval_lapsed": "its approval ran out",
    "outreach.withdrawn": "withdrawn",
    "outreach.sent": "sent",
    "outreach.retrying": "failed, to be tried again",
    "outreach.in_doubt": "in doubt",
    "outreach.dead": "could not be delivered",
    "outreach.found": "found to have arrived",
    "outreach.not_found": "found not to have arrived",
    "outreach.reaction": "reacted",
}


def why_card(
    stored: StoredOutreach,
    history: Sequence[Chained],
    playbook: Playbook,
    names: Names,
    zone: tzinfo,
) -> Card:
    """Everything that speaks for and against one message. For colleagues alone."""
    outreach = stored.outreach
    verdict = Verdict.from_json(outreach.verdict)
    blocks: list[Block] = []
    if outreach.evidence:
        blocks.append(Text(text=f"Why now: {outreach.evidence}"))
    blocks += fact_blocks(outreach)
    blocks.append(Heading(text="Every rule"))
    if outreach.verdict:
        blocks += verdict_blocks(verdict, zone)
    else:
        blocks.append(Text(text="Nothing was written, so nothing was to be checked."))
    blocks += _history(history, names, zone)
    blocks.append(Note(text=f"Fingerprint {outreach.fingerprint[:16]}, outreach #{stored.id}."))
    open_ = Button(id=f"outreach.open:{stored.id}", label="See the message")
    blocks.append(Actions(buttons=(open_,)))
    return Card(
        title=f"Why: {stored.account_name}, {play_name(playbook, outreach.play)}",
        summary=verdict_line(verdict, zone) if outreach.verdict else "Nothing was written.",
        tone=verdict_tone(verdict),
        blocks=tuple(blocks),
    )


def _history(history: Sequence[Chained], names: Names, zone: tzinfo) -> Iterator[Block]:
    if not history:
        return
    yield Heading(text="What was done")
    yield Bullets(
        items=tuple(
            Bullet(
                lead=instant_text(link.entry.at, zone),
                text=f"{name_of(names, link.entry.who)}: "
                f"{_DONE.get(link.entry.what, link.entry.what)} (audit {link.number})",
            )
            for link in history
        )
    )
