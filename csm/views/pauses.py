"""What is paused, and by whom."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Final

from csm.card import Bullet, Bullets, Card, Note, Text, Tone
from csm.pause import Pause, PauseScope
from csm.playbook import Playbook
from csm.use_cases.recent_outreach import PausesSeen
from csm.views.outreach_parts import name_of, play_name
from csm.wording import instant_text, plural

_BEFORE: Final = "That was paused already: it stays so, with the reason that was given first."


def pauses_card(
    seen: PausesSeen, playbook: Playbook, zone: tzinfo, *, was_paused: bool = False
) -> Card:
    """What is paused now, by whom and why. `was_paused`: what the reader has just stopped was
    stopped before, and keeps its first reason."""
    title = "Sending"
    if not seen.pauses:
        text = "Sending is on: nothing is paused."
        return Card(title=title, summary=text, tone=Tone.GOOD, blocks=(Text(text=text),))
    lines = tuple(_line(pause, seen, playbook, zone) for pause in seen.pauses)
    summary = f"{plural(len(seen.pauses), 'pause')} in force: what is covered is not sent."
    return Card(
        title=title,
        summary=summary,
        tone=Tone.BAD,
        blocks=(
            *((Text(text=_BEFORE),) if was_paused else ()),
            Text(text=summary, tone=Tone.BAD),
            Bullets(items=lines),
            Note(text="/resume all, /resume play NAME or /resume account NAME lets it go on."),
        ),
    )


def target_text(pause: Pause, playbook: Playbook, accounts: Mapping[str, str]) -> str:
    """What a pause covers; `accounts` are the names of those that are known, by key."""
    match pause.scope:
        case PauseScope.ALL:
            return "everything"
        case PauseScope.PLAY:
            return f"the play {play_name(playbook, pause.target)}"
        case PauseScope.ACCOUNT:
            return f"the account {accounts.get(pause.target, pause.target)}"


def _line(pause: Pause, seen: PausesSeen, playbook: Playbook, zone: tzinfo) -> Bullet:
    why = f": {pause.why}" if pause.why else ""
    what = target_text(pause, playbook, seen.accounts)
    return Bullet(
        lead=f"{what[0].upper()}{what[1:]}",
        text=f"since {instant_text(pause.at, zone)}, by {name_of(seen.people, pause.by)}{why}",
        tone=Tone.BAD,
    )
