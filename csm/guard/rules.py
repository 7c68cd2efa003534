"""The rules: one small function each, and the table of all.

A function gives back the words that its rule minds; none where it has nothing to say. What stands
in the facts word for word was published to all customers, and so is no secret: where a rule makes
allowance for that, its function says so.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from csm.answer_settings import AnswerGuard
from csm.claims import LONGEST_TEXT
from csm.grounding import check
from csm.guard import patterns
from csm.guard.verdict import GuardFacts, Outcome, Outgoing
from csm.plain_words import bare, folded, holds_phrase
from csm.sentences import sentences
from csm.visible_text import visible
from csm.web_addresses import addresses, foreign_addresses, is_deceptive, is_web

Minds = Callable[[Outgoing, GuardFacts, AnswerGuard], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Rule:
    """`outcome` is what comes of a message that the rule minds, `reason` why, in plain words."""

    id: str
    outcome: Outcome
    reason: str
    minds: Minds


def empty(outgoing: Outgoing, _facts: GuardFacts, _settings: AnswerGuard) -> Iterator[str]:
    """A message in which nothing can be seen."""
    if not visible(outgoing.text):
        yield "(empty)"


def too_long(outgoing: Outgoing, _facts: GuardFacts, settings: AnswerGuard) -> Iterator[str]:
    """More characters than one message may have."""
    if len(outgoing.text) > settings.longest:
        yield f"{len(outgoing.text)} characters, {settings.longest} allowed"


def placeholder(outgoing: Outgoing, facts: GuardFacts, _settings: AnswerGuard) -> Iterator[str]:
    """Something that was to be filled in, unless the facts have it so: "/dashboards/{id}"."""
    known = _text_of(facts)
    for match in patterns.PLACEHOLDER.finditer(outgoing.text):
        if outgoing.by_human or match[0] not in known:
            yield match[0]


def ungrounded(outgoing: Outgoing, facts: GuardFacts, _settings: AnswerGuard) -> Iterator[str]:
    """A number, date, amount, name, address or link in a machine's text that no fact backs."""
    if outgoing.by_human:
        return
    for piece in _pieces(outgoing.text):
        for claim in check(piece, facts.facts, facts.allowed_names).unsupported:
            if claim.text not in facts.allowed_links:
                yield claim.text


def internal_term(outgoing: Outgoing, facts: GuardFacts, settings: AnswerGuard) -> Iterator[str]:
    """A word that only we use of customers, unless the facts use it, too."""
    yield from _unpublished(settings.internal_terms, outgoing, facts)


def foreign_name(outgoing: Outgoing, facts: GuardFacts, _settings: AnswerGuard) -> Iterator[str]:
    """The name or domain of another customer, unless the facts name it. Whoever is named is not
    told in the verdict either."""
    if said := facts.foreign_names.said_in(_said(outgoing)):
        published = facts.foreign_names.said_in(_published(facts))
        yield from ("another customer" for _ in said - published)


def commitment(outgoing: Outgoing, facts: GuardFacts, settings: AnswerGuard) -> Iterator[str]:
    """A promise by a machine, unless its whole sentence stands in the facts: a promise made of
    published words in another order is a new one."""
    if outgoing.by_human:
        return
    known = f" {bare(_text_of(facts))} "
    for line in outgoing.text.splitlines():
        for sentence in sentences(line):
            text = bare(sentence)
            promised = [p for p in settings.commitments if holds_phrase(text, p)]
            if promised and f" {text} " not in known:
                yield from promised


def link(outgoing: Outgoing, facts: GuardFacts, _settings: AnswerGuard) -> Iterator[str]:
    """An address that is not ours to send. Nobody may give one that hides where it leads, and a
    machine only those that are allowed, or that the facts have word for word and that belong to
    the same house as the allowed ones."""
    allowed = set(facts.allowed_links)
    known = set(addresses(_text_of(facts)))
    given = (*addresses(outgoing.text), *outgoing.links)
    for address in given:
        is_ours = address in known and not foreign_addresses(address, allowed)
        may_be_given = outgoing.by_human or address in allowed or is_ours
        if not may_be_given or (is_web(address) and is_deceptive(address)):
            yield address


def mention(outgoing: Outgoing, _facts: GuardFacts, _settings: AnswerGuard) -> Iterator[str]:
    """A call to everybody, or a platform's markup. Renderers make both harmless; nobody sends
    them all the same."""
    for text in (outgoing.text, folded(outgoing.text)):
        yield from (match[0] for match in patterns.MENTION.finditer(text))


def secret(outgoing: Outgoing, _facts: GuardFacts, _settings: AnswerGuard) -> Iterator[str]:
    """Numbers of cards, keys and passwords. The verdict tells only what kind it is."""
    yield from patterns.secrets(outgoing.text)


def shouting(outgoing: Outgoing, _facts: GuardFacts, _settings: AnswerGuard) -> Iterator[str]:
    """A machine's text mostly in capitals, or with rows of exclamation marks."""
    if not outgoing.by_human and patterns.is_shouted(outgoing.text):
        yield "capitals or exclamation marks"


RULES: Final = (
    Rule("empty", Outcome.REFUSE, "There is nothing to send.", empty),
    Rule("too_long", Outcome.REFUSE, "It is longer than one message may be.", too_long),
    Rule("placeholder", Outcome.REFUSE, "Something was left to be filled in.", placeholder),
    Rule("ungrounded", Outcome.REFUSE, "It states what no source does.", ungrounded),
    Rule("internal_term", Outcome.REFUSE, "It uses words that are for us alone.", internal_term),
    Rule("foreign_name", Outcome.REFUSE, "It names another customer.", foreign_name),
    Rule("commitment", Outcome.HOLD, "It makes a promise.", commitment),
    Rule("link", Outcome.REFUSE, "It leads to an address that is not ours to give.", link),
    Rule("mention", Outcome.REFUSE, "It calls on people, or holds a platform's markup.", mention),
    Rule("secret", Outcome.REFUSE, "It holds a secret or personal data.", secret),
    Rule("shouting", Outcome.HOLD, "It shouts.", shouting),
)


def _unpublished(phrases: Iterable[str], outgoing: Outgoing, facts: GuardFacts) -> Iterator[str]:
    """The phrases that the text or its links hold, and the facts do not."""
    said, known = _said(outgoing), _published(facts)
    for phrase in phrases:
        if holds_phrase(said, phrase) and not holds_phrase(known, phrase):
            yield phrase


def _said(outgoing: Outgoing) -> str:
    return bare(" / ".join((outgoing.text, *outgoing.links)))


def _published(facts: GuardFacts) -> str:
    return bare(" / ".join((_text_of(facts), *facts.allowed_links)))


def _text_of(facts: GuardFacts) -> str:
    return "\n".join(f"{fact.name}\n{fact.value}\n{fact.source}" for fact in facts.facts)


def _pieces(text: str) -> Iterator[str]:
    """The text in parts that can be checked; a line is cut only where it is too long by itself."""
    for line in text.splitlines():
        for start in range(0, len(line), LONGEST_TEXT):
            yield visible(line[start : start + LONGEST_TEXT])
