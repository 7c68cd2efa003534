"""The rules of the words of outreach, besides those of every message. Each looks at the subject
and at all that is below it, and refuses what it minds."""

import re
from collections.abc import Iterator
from typing import Final

from csm.guard import language, letter_words
from csm.guard.letter_links import look_alike, strange_host
from csm.guard.personal_data import (
    asks_for_secret,
    email_addresses,
    numbers_of_people,
    phone_numbers,
)
from csm.guard.phrases import phrases_of
from csm.guard.reading import reading, reading_of
from csm.guard.rule import LetterRule
from csm.guard.verdict import Outgoing
from csm.guard.word_facts import WordFacts
from csm.guard_settings import LetterGuard
from csm.ordinary_words import ORDINARY_WORDS
from csm.plain_words import bare
from csm.visible_text import visible

# Right after an address "?" belongs to it, so that only those at the end of a word are asked.
_ASK: Final = re.compile(r"[?？؟]+[!?？؟]*(?=[\"'”’»)\]]*(?:\s|$))")


def pressure(outgoing: Outgoing, _facts: WordFacts, settings: LetterGuard) -> Iterator[str]:
    """Words that press for an answer, in any simple inflection. Not seen: pressure in other words
    ("I would hate for you to lose this")."""
    yield from reading_of(outgoing).holds(phrases_of(settings.pressure), settings.harmless)


def profanity(outgoing: Outgoing, _facts: WordFacts, settings: LetterGuard) -> Iterator[str]:
    """Rude words, also stretched, drawn with signs or look-alike letters, or with gaps. Not seen:
    those that are not listed, and rudeness in polite words."""
    yield from letter_words.rude_words(reading_of(outgoing), phrases_of(settings.profanity))


def foreign_contact(outgoing: Outgoing, facts: WordFacts, _settings: LetterGuard) -> Iterator[str]:
    """The name or address of somebody at any customer other than the recipient, unless the facts
    or the allowed names have it. Whoever is named is not told in the verdict either. Not seen:
    names of one word that is an ordinary one ("Will"), nicknames, names that are not on record.
    """
    said = {
        name
        for form in reading_of(outgoing).bare_forms
        for name in facts.foreign_contacts.said_in(form)
        if name not in ORDINARY_WORDS
    }
    if said:
        known = facts.foreign_contacts.said_in(_own_words(facts))
        yield from ("another person" for _ in said - known)


def _own_words(facts: WordFacts) -> str:
    own = bare(" / ".join((*facts.allowed_names, facts.contact_name, facts.contact_email)))
    return f"{reading(facts.published).bare} / {own}"


def asks(outgoing: Outgoing, _facts: WordFacts, settings: LetterGuard) -> Iterator[str]:
    """More questions than one message may ask, by their question marks. Not seen: requests without
    one."""
    asked = len(_ASK.findall(reading_of(outgoing).seen))
    if asked > settings.most_asks:
        yield f"{asked} questions, {settings.most_asks} allowed"


def other_language(outgoing: Outgoing, facts: WordFacts, _settings: LetterGuard) -> Iterator[str]:
    """A text that is surely in another language than the recipient's. The lines on the sender and
    on unsubscribing are not looked at. Not seen: short texts, mixed ones, and languages that
    `csm.guard.language` does not know."""
    if outgoing.addressed is None:
        return
    footer = [line for line in facts.footer if line]
    lines = (line for line in outgoing.text.splitlines() if not any(f in line for f in footer))
    text = "\n".join(lines)
    if not language.is_in(outgoing.addressed.language, text):
        yield f"{language.language_of(text)}, not {outgoing.addressed.language}"


def personal_data(outgoing: Outgoing, facts: WordFacts, _settings: LetterGuard) -> Iterator[str]:
    """Numbers of bank accounts and of people, and a request for a password, whatever the facts say;
    phone numbers and e-mail addresses that neither the facts nor the allowed names have. The
    verdict tells only what kind it is. Not seen: numbers of people in other countries than
    `csm.guard.personal_data` knows, home addresses, dates of birth, what somebody is said to suffer
    from or to believe."""
    text = reading_of(outgoing).seen
    yield from numbers_of_people(text)
    if asks_for_secret(text):
        yield "a request for a password"
    phones, emails = phone_numbers(text), email_addresses(text)
    if phones or emails:
        known = "\n".join((facts.text, *facts.allowed_names, facts.contact_email))
        yield from ("a phone number" for _ in phones - phone_numbers(known))
        yield from ("an e-mail address" for _ in emails - email_addresses(known))


def markup(outgoing: Outgoing, _facts: WordFacts, _settings: LetterGuard) -> Iterator[str]:
    """HTML, markdown, and people called upon by an "@": a letter is plain text. Not seen: lists
    and lines, which plain text has as well."""
    yield from letter_words.markup(reading_of(outgoing).text)


def hidden(outgoing: Outgoing, _facts: WordFacts, _settings: LetterGuard) -> Iterator[str]:
    """Characters that nobody sees or that turn the order of others round, and words in which
    letters of several scripts are mixed. Not seen: a whole word in another script."""
    yield from letter_words.hidden_letters(reading_of(outgoing).text)


def subject(outgoing: Outgoing, _facts: WordFacts, _settings: LetterGuard) -> Iterator[str]:
    """A subject that is empty, has several lines, or pretends to be a reply. Not seen: one that
    does not fit the text."""
    words = outgoing.addressed.subject if outgoing.addressed else ""
    if not visible(words):
        yield "(empty)"
    elif len(words.splitlines()) > 1:
        yield "(several lines)"
    elif letter_words.is_faked_reply(words):
        yield words


def salutation(outgoing: Outgoing, _facts: WordFacts, _settings: LetterGuard) -> Iterator[str]:
    """A greeting in which the name is missing: "Hi ,", "Dear ,", "Hello None". Not seen: a wrong
    name, and a letter that greets nobody."""
    yield from letter_words.nameless_salutations(reading(outgoing.text).seen)


LETTER_RULES: Final = (
    LetterRule("pressure", "It presses its reader.", pressure),
    LetterRule("profanity", "It is rude.", profanity),
    LetterRule("foreign_contact", "It names somebody at another customer.", foreign_contact),
    LetterRule("asks", "It asks for more than one thing.", asks),
    LetterRule("language", "It is not in its reader's language.", other_language),
    LetterRule("strange_host", "It leads to a host that is not ours.", strange_host),
    LetterRule("look_alike", "It holds an address that only looks like ours.", look_alike),
    LetterRule("personal_data", "It holds personal data, or asks for a secret.", personal_data),
    LetterRule("markup", "It holds markup.", markup),
    LetterRule("hidden", "It holds letters that hide something.", hidden),
    LetterRule("subject", "Its subject is empty or misleads.", subject),
    LetterRule("salutation", "It greets nobody.", salutation),
)
