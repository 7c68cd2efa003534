"""What cards about outreach are made of: to whom, the words, what they rest on, and who did it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, tzinfo
from typing import Final

from csm.card import Block, Bullet, Bullets, Fact, Fields, Heading, Note, Text, Tone
from csm.outreach import Outreach
from csm.outreach_facts import ALWAYS
from csm.pause import Pause, PauseScope
from csm.play import ChannelKind
from csm.playbook import Playbook
from csm.views.plain_blocks import text_blocks
from csm.wording import day_text, instant_text

Names = Mapping[str, str]  # people's names by their key

# Of a fingerprint, in a button: enough to tell any two texts apart.
PRINT_LENGTH: Final = 16
_CHANNELS: Final = {
    ChannelKind.CHANNEL: "the shared channel",
    ChannelKind.DM: "a direct message",
    ChannelKind.EMAIL: "e-mail",
}
_PLATFORMS: Final = {"slack": "Slack", "teams": "Microsoft Teams", "console": "the console"}
_PAUSED: Final = {
    PauseScope.ALL: "everything",
    PauseScope.PLAY: "this play",
    PauseScope.ACCOUNT: "this account",
}
# What acts by itself, as the audit names it.
_MACHINES: Final = {
    "schedule": "the schedule",
    "guard": "the guard",
    "breaker": "the volume breaker",
    "customer": "the customer",
    "outbox": "the outbox",
}
_LANGUAGES: Final = {"en": "English", "de": "German", "fr": "French", "es": "Spanish"}


def addressed(outreach: Outreach) -> Fields:
    """To whom, by which way, in which language."""
    how = channel_name(outreach).removeprefix("a ").removeprefix("the ").capitalize()
    is_mail = outreach.channel is ChannelKind.EMAIL
    platform = _PLATFORMS.get(outreach.platform, outreach.platform)
    where = f"to {outreach.address}" if is_mail else f"on {platform}"
    return Fields(
        items=(
            Fact(label="To", value=outreach.contact_name or "Everybody in the channel"),
            Fact(label="By", value=f"{how} {where}"),
            Fact(label="In", value=_LANGUAGES.get(outreach.language, outreach.language)),
        )
    )


def message_blocks(outreach: Outreach) -> Iterator[Block]:
    """The exact words that go out."""
    yield Heading(text=outreach.subject)
    yield from text_blocks(outreach.body)
    if outreach.footer:
        yield Note(text=outreach.footer)


def fact_blocks(outreach: Outreach, *, with_names: bool = True) -> Iterator[Block]:
    """What the words rest on: those facts that they tell; with or without who writes to whom, which
    is known of everybody."""
    told = [
        fact
        for fact in outreach.facts
        if fact.name in outreach.used and (with_names or fact.name not in ALWAYS)
    ]
    if not told:
        return
    yield Heading(text="Rests on")
    yield Bullets(
        items=tuple(
            Bullet(lead=fact.label, text=f"{fact.text}{_origin(fact.source, fact.as_of)}")
            for fact in told
        )
    )


def paused_blocks(pauses: Sequence[Pause], names: Names, zone: tzinfo) -> Iterator[Block]:
    """What stops it now."""
    for pause in pauses:
        why = f": {pause.why}" if pause.why else ""
        yield Text(
            text=f"Sending is paused for {_PAUSED[pause.scope]} since "
            f"{instant_text(pause.at, zone)} by {name_of(names, pause.by)}{why.rstrip('.')}. "
            "Nothing goes out until that is lifted.",
            tone=Tone.BAD,
        )


def play_name(playbook: Playbook, play_id: str) -> str:
    """A play's name; for one that was taken out, its id in plain words."""
    play = playbook.plays.get(play_id)
    return play.name if play else play_id.replace("_", " ").capitalize()


def channel_name(outreach: Outreach) -> str:
    """How it reaches them, in words."""
    return _CHANNELS[outreach.channel]


def name_of(names: Names, key: str) -> str:
    """A person's name; for what acts by itself, what it is."""
    if key.startswith("tier:"):
        return f"the play itself ({key.removeprefix('tier:')})"
    return _MACHINES.get(key) or names.get(key, key)


def print_of(outreach: Outreach) -> str:
    """What a button carries, so that it acts on nothing but these very words."""
    return outreach.fingerprint[:PRINT_LENGTH]


def _origin(source: str, as_of: date | None) -> str:
    day = f"as of {day_text(as_of)}" if as_of else ""
    about = ", ".join(part for part in (source, day) if part)
    return f" ({about})" if about else ""
