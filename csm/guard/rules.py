"""The rules: one small function each, and the table of all.

A function gives back the words that its rule minds; none where it has nothing to say. What stands
in the facts word for word was published to all customers, and so is no secret: where a rule makes
allowance for that, its function says so.
"""

from collections.abc import Iterator
from typing import Final

from csm.claims import Claim, ClaimKind, find_claims
from csm.grounding import known_from
from csm.guard import patterns
from csm.guard.nouns import may_be_noun
from csm.guard.phrases import Phrases, phrases_of
from csm.guard.proposals import is_proposed
from csm.guard.reading import Reading, reading, reading_of, readings_of
from csm.guard.rule import TextRule
from csm.guard.verdict import Addressed, Outcome, Outgoing
from csm.guard.word_facts import WordFacts
from csm.guard_settings import TextGuard
from csm.plain_words import bare
from csm.sentences import sentences
from csm.visible_text import visible
from csm.web_addresses import addresses, foreign_addresses, is_deceptive, is_web


def empty(outgoing: Outgoing, _facts: WordFacts, _settings: TextGuard) -> Iterator[str]:
    """A message in which nothing can be seen, whatever its subject is. Not seen: one that says
    nothing in words."""
    if not visible(outgoing.text[:_BEGINNING]) and not visible(outgoing.text):
        yield "(empty)"


def too_long(outgoing: Outgoing, _facts: WordFacts, settings: TextGuard) -> Iterator[str]:
    """More characters than one message may have. The subject is not counted."""
    if len(outgoing.text) > settings.longest:
        yield f"{len(outgoing.text)} characters, {settings.longest} allowed"


def placeholder(outgoing: Outgoing, facts: WordFacts, _settings: TextGuard) -> Iterator[str]:
    """Something that was to be filled in, unless the facts have it so: "/dashboards/{id}". Not
    seen: what was filled in with the wrong thing."""
    for found in patterns.placeholders(reading_of(outgoing).text):
        if outgoing.by_human or found not in facts.text:
            yield found


def ungrounded(outgoing: Outgoing, facts: WordFacts, _settings: TextGuard) -> Iterator[str]:
    """A number, date, amount, name, address or link in a machine's text that no fact backs. All
    outreach counts as a machine's, also where a person changed it, but may say a few things
    without a fact (see `is_proposed`), and German nouns are no names in it; which web addresses it
    may hold, the rules for letters say.

    Not seen: what `csm.claims` does not see, and claims without a figure or a name ("your team is
    happier than ever").
    """
    if outgoing.by_human:
        return
    known = known_from(facts.facts, facts.allowed_names)
    for part in reading_of(outgoing).parts:
        for claim in find_claims(part, facts.allowed_names):
            is_known = claim.text in facts.allowed_links or known.backs(claim)
            if not is_known and not _is_left_open(part, claim, outgoing.addressed):
                yield claim.text


def internal_term(outgoing: Outgoing, facts: WordFacts, settings: TextGuard) -> Iterator[str]:
    """A word that only we use of customers, in any simple inflection, unless the facts use it,
    too. Not seen: the same in other words ("we rate you low")."""
    terms = phrases_of(settings.internal_terms)
    said = [term for one in readings_of(outgoing) for term in one.holds(terms, settings.harmless)]
    if said:
        known = reading(facts.published).holds(terms)
        yield from (term for term in dict.fromkeys(said) if term not in known)


def foreign_name(outgoing: Outgoing, facts: WordFacts, _settings: TextGuard) -> Iterator[str]:
    """The name or domain of another customer, unless the facts name it. Whoever is named is not
    told in the verdict either. Not seen: names under three letters, nicknames, slips of the
    pen."""
    said = {
        name
        for one in readings_of(outgoing)
        for form in one.bare_forms
        for name in facts.foreign_names.said_in(form)
    }
    if said:
        known = facts.foreign_names.said_in(reading(facts.published).bare)
        yield from ("another customer" for _ in said - known)


def commitment(outgoing: Outgoing, facts: WordFacts, settings: TextGuard) -> Iterator[str]:
    """A promise by a machine, in any simple inflection, or a price cut in figures ("5 % off"),
    unless its whole sentence stands in the facts: a promise made of published words in another
    order is a new one. Not seen: promises in other words ("we will make it worth your while")."""
    if outgoing.by_human:
        return
    promises, whole = phrases_of(settings.commitments), reading_of(outgoing)
    cuts = [cut for text in whole.forms for cut in patterns.price_cuts(text)]
    said = whole.holds(promises, settings.harmless)
    if len(whole.bare_forms) == 1 and not said and not cuts:
        return
    known = f" {reading(facts.text).bare} "
    told: set[str] = set()
    for line in whole.text.splitlines():
        for sentence in sentences(line):
            promised = _promised_in(sentence, promises, settings)
            told.update(promised)
            if promised and f" {bare(sentence)} " not in known:
                yield from promised
    # Those that go on from one line to the next.
    across = [phrase for phrase in said if phrase not in told]
    if across:
        known_across = reading(facts.text).holds(promises, settings.harmless)
        yield from (phrase for phrase in across if phrase not in known_across)


def link(outgoing: Outgoing, facts: WordFacts, _settings: TextGuard) -> Iterator[str]:
    """An address that is not ours to send. Nobody may give one that hides where it leads, and a
    machine's answer only those that are allowed, or that the facts have word for word and that
    belong to the same house as the allowed ones. Which hosts outreach may lead to, a rule for
    letters says. Not seen: where an honest address leads on to."""
    for address in (*reading_of(outgoing).addresses, *outgoing.links):
        if not _may_be_given(address, outgoing, facts) or (
            is_web(address) and is_deceptive(address)
        ):
            yield address


def mention(outgoing: Outgoing, _facts: WordFacts, _settings: TextGuard) -> Iterator[str]:
    """A call to everybody, or a platform's markup. Renderers make both harmless; nobody sends
    them all the same. Not seen: markup of platforms that we do not send on."""
    for text in reading_of(outgoing).forms:
        yield from patterns.mentions(text)


def secret(outgoing: Outgoing, _facts: WordFacts, _settings: TextGuard) -> Iterator[str]:
    """Numbers of cards, keys and passwords, also cut by unseen characters. The verdict tells only
    what kind it is. Not seen: keys of services that `csm.guard.patterns` does not know, and
    passwords that are nothing but letters."""
    whole = reading_of(outgoing)
    yield from dict.fromkeys(
        kind for text in dict.fromkeys((whole.text, whole.seen)) for kind in patterns.secrets(text)
    )


def shouting(outgoing: Outgoing, _facts: WordFacts, _settings: TextGuard) -> Iterator[str]:
    """A machine's text mostly in capitals, or with rows of exclamation marks; or such a subject.
    Not seen: single words in capitals in a quiet text."""
    subject = outgoing.addressed.subject if outgoing.addressed else ""
    is_loud = patterns.is_shouted(outgoing.text) or patterns.is_shouted_title(subject)
    if not outgoing.by_human and is_loud:
        yield "capitals or exclamation marks"


RULES: Final = (
    TextRule("empty", Outcome.REFUSE, "There is nothing to send.", empty),
    TextRule("too_long", Outcome.REFUSE, "It is longer than one message may be.", too_long),
    TextRule("placeholder", Outcome.REFUSE, "Something was left to be filled in.", placeholder),
    TextRule("ungrounded", Outcome.REFUSE, "It states what no source does.", ungrounded),
    TextRule(
        "internal_term", Outcome.REFUSE, "It uses words that are for us alone.", internal_term
    ),
    TextRule("foreign_name", Outcome.REFUSE, "It names another customer.", foreign_name),
    TextRule("commitment", Outcome.HOLD, "It makes a promise.", commitment),
    TextRule("link", Outcome.REFUSE, "It leads to an address that is not ours to give.", link),
    TextRule(
        "mention", Outcome.REFUSE, "It calls on people, or holds a platform's markup.", mention
    ),
    TextRule("secret", Outcome.REFUSE, "It holds a secret or personal data.", secret),
    TextRule("shouting", Outcome.HOLD, "It shouts.", shouting),
)


_BEGINNING: Final = 40


def _promised_in(sentence: str, promises: Phrases, settings: TextGuard) -> list[str]:
    said = Reading(sentence)
    return [*said.holds(promises, settings.harmless), *patterns.price_cuts(said.seen)]


def _is_left_open(text: str, claim: Claim, to: Addressed | None) -> bool:
    """Whether outreach may say it without a fact, as far as grounding goes."""
    if to is None:
        return False
    if claim.kind is ClaimKind.LINK:
        return is_web(claim.text)
    return may_be_noun(claim, to.language) or is_proposed(text, claim)


def _may_be_given(address: str, outgoing: Outgoing, facts: WordFacts) -> bool:
    if outgoing.by_human or outgoing.addressed or address in facts.allowed_links:
        return True
    return address in addresses(facts.text) and not foreign_addresses(address, facts.allowed_links)
