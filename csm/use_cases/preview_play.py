"""What a play would write to an account now, to whom and how, without drafting anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from csm.account import Contact
from csm.desk import Desk
from csm.errors import InvalidInput, NotFound
from csm.guard import Verdict
from csm.holdout import is_held_out
from csm.letter_check import letter_verdict
from csm.outreach import Fact
from csm.outreach_facts import ALWAYS, MissingFacts, facts_of, fill
from csm.outreach_plan import ENGLISH, Chosen, NoWay, plan
from csm.people import Capability, Clearance
from csm.play import ChannelKind, Letter, OutreachPlan, Play
from csm.playbook_part import nearest
from csm.ports import Records
from csm.use_cases.drafting_facts import tellable
from csm.use_cases.drafting_plan import NotDrafted
from csm.use_cases.drafting_reason import without_reason
from csm.use_cases.drafting_subject import Ground, grounds_of, own_peers
from csm.wording import listing


@dataclass(frozen=True, slots=True)
class Filled:
    """The play's own letter with the facts put in. `facts` are all that it may tell; `verdict` is
    on the words alone."""

    language: str
    subject: str
    body: str
    facts: Sequence[Fact]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Preview:
    """How the letter reads, even where it would not be drafted: because there is nobody to write to
    (`way` says why), or nothing that asks for it (`objection`)."""

    play: Play
    account_name: str
    way: Chosen | NoWay
    is_held_out: bool
    objection: NotDrafted | None
    letter: Filled | MissingFacts


def demanded_play(plays: Mapping[str, Play], play_id: str) -> Play:
    """The play with that id. Raises NotFound with the nearest one there is."""
    play = plays.get(play_id)
    if play is None:
        near = nearest(play_id, list(plays))
        rest = near.removeprefix("; ").capitalize() or "See digital-csm plays list."
        raise NotFound(f"There is no play “{play_id}”. {rest}")
    return play


def preview_play(
    clearance: Clearance,
    records: Records,
    desk: Desk,
    now: datetime,
    today: date,
    play: Play,
    account_id: int,
    language: str | None = None,
) -> Preview:
    """The play's own letter to the account, in the recipient's language or in the one asked for.
    Raises InvalidInput for a play without a message, or without a letter in that language."""
    clearance.demand(Capability.READ_ACCOUNTS)
    outreach = play.outreach
    if outreach is None:
        raise InvalidInput(f"“{play.name}” is for people only: it has no message to preview.")
    if language is not None:
        _letter(outreach, language)
    with records.reading() as reader:
        stored = reader.account(account_id)
        if stored is None:
            raise NotFound("That account is not there any more.")
        key, peers_of = stored.account.key, own_peers(desk.playbook, today)
        ground = grounds_of(reader, desk, now, today, [key], peers_of)[key]
    way = plan(
        play,
        stored.account,
        ground.dealings.contacts,
        ground.dealings.suppressions,
        ground.ways,
        now,
    )
    contact = way.contact if isinstance(way, Chosen) else _somebody(outreach, ground)
    told_in = _letter(outreach, language or _language(way, outreach, contact))
    channel = way.channel if isinstance(way, Chosen) else outreach.channels[0]
    letter = _filled(play, outreach, told_in, ground, desk, contact, channel)
    held_out = is_held_out(play.id, key, outreach.holdout)
    objection = without_reason(desk.playbook, play, ground.dealings, asked=True)
    return Preview(play, stored.account.name, way, held_out, objection, letter)


def _somebody(outreach: OutreachPlan, ground: Ground) -> Contact:
    """Whose name the letter is shown with where nobody can be written to."""
    nobody = Contact(key="nobody", name=ALWAYS["contact_name"].example)
    return next((one for one in ground.dealings.contacts if one.role in outreach.to), nobody)


def _language(way: Chosen | NoWay, outreach: OutreachPlan, contact: Contact) -> str:
    wanted = way.language if isinstance(way, Chosen) else contact.language
    return wanted if wanted in {letter.language for letter in outreach.letters} else ENGLISH


def _letter(outreach: OutreachPlan, language: str) -> Letter:
    letters = {letter.language: letter for letter in outreach.letters}
    if language not in letters:
        known = listing(sorted(letters))
        raise InvalidInput(f"The play has no letter in “{language}”. It has: {known}.")
    return letters[language]


def _filled(
    play: Play,
    outreach: OutreachPlan,
    letter: Letter,
    ground: Ground,
    desk: Desk,
    contact: Contact,
    channel: ChannelKind,
) -> Filled | MissingFacts:
    known = facts_of(ground.subject(contact, letter.language))
    facts = {name: fact for name, fact in known.items() if name in {*outreach.facts, *ALWAYS}}
    guard = desk.playbook.guard
    facts = tellable(facts, ground.foreign, ground.foreign_contacts, guard)
    filled = fill(letter, facts)
    if isinstance(filled, MissingFacts):
        return filled
    subject, body, _ = filled
    verdict = letter_verdict(play, letter, (subject, body), facts, channel, guard)
    return Filled(letter.language, subject, body, tuple(facts.values()), verdict)
