"""A play's letter as the guard reads it: the rules of the words, whoever gets it and whenever."""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Final

from csm.fact_line import FactLine
from csm.guard import Addressed, GuardFacts, Outgoing, Verdict, words_verdict
from csm.guard_settings import GuardSettings
from csm.letter_names import own_names
from csm.outreach import Fact
from csm.outreach_facts import KNOWN, MissingFacts, fill
from csm.play import ChannelKind, Letter, Play
from csm.web_addresses import addresses, is_web

# Who and what is named in every letter.
_NAMES: Final = ("account_name", "contact_name", "csm_name", "product")


def example_facts() -> dict[str, Fact]:
    """Every fact that there may be, as it may read: to try letters out."""
    return {
        name: Fact(name=name, label=kind.label, text=kind.example) for name, kind in KNOWN.items()
    }


def letter_verdict(
    play: Play,
    letter: Letter,
    words: tuple[str, str],
    facts: Mapping[str, Fact],
    channel: ChannelKind,
    settings: GuardSettings,
) -> Verdict:
    """What the rules of the words say of the letter's words (subject and body, filled with these
    facts) on that channel. Raises ValueError for a play without an outreach."""
    if play.outreach is None:
        raise ValueError(f"{play.id} sends nothing")
    subject, body = words
    addressed = Addressed(
        "", channel, "", subject, play.id, play.outreach.category, letter.language
    )
    texts = [fact.text for fact in facts.values()]
    guard_facts = GuardFacts(
        facts=[FactLine(fact.label, fact.text, fact.source) for fact in facts.values()],
        allowed_links={link for text in texts for link in addresses(text) if is_web(link)},
        allowed_names={
            *(facts[name].text for name in _NAMES),
            *own_names([letter]),
            *settings.letter.names,
        },
    )
    return words_verdict(Outgoing(body, "", addressed=addressed), guard_facts, settings)


def objections(play: Play, settings: GuardSettings) -> Iterator[str]:
    """What the guard minds in the play's letters, filled with examples, on any of its channels."""
    if play.outreach is None:
        return
    facts = example_facts()
    for letter, channel in product(play.outreach.letters, play.outreach.channels):
        filled = fill(letter, facts)
        if isinstance(filled, MissingFacts):  # the playbook would not have loaded
            continue
        verdict = letter_verdict(play, letter, filled[:2], facts, channel, settings)
        for one in verdict.objections:
            minded = "; ".join(one.inputs)
            yield f'letter "{letter.language}", by {channel}: {one.reason} ({minded})'
