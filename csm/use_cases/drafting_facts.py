"""What of the facts may stand in a letter. Some were written outside: a ticket's subject, the title
of an objective, a name. The guard takes facts for published, and what they say excuses the same
words in a letter. So whatever it would mind in a letter is left out here, before it is a fact; what
is left are our own texts, numbers, and words from outside in which there is nothing to excuse."""

import re
from collections.abc import Mapping
from typing import Final

from csm.account import Account
from csm.customer_names import ForeignNames
from csm.guard import Addressed, GuardFacts, Outgoing, words_verdict
from csm.guard.phrases import phrases_of
from csm.guard.reading import reading
from csm.guard_settings import GuardSettings
from csm.outreach import Fact
from csm.play import Category, ChannelKind
from csm.web_addresses import addresses
from csm.written_names import is_company_name, is_person_name

# In the words of whoever wrote them.
_FROM_OUTSIDE: Final = frozenset({"objective_title", "ticket_subject", "training_course"})
# A fact rests on nothing else, some people write in capitals, and it is no whole letter.
_NO_MATTER: Final = frozenset(
    {"ungrounded", "shouting", "asks", "language", "subject", "salutation", "too_long"}
)
_A_LETTER: Final = Addressed("", ChannelKind.EMAIL, "", "", "", Category.SUCCESS, "")
_FILE: Final = re.compile(
    r"[\w-]+\.(?:csv|docx?|jpe?g|json|pdf|png|pptx?|txt|xlsx?|xml)", re.IGNORECASE
)
_LONG_NUMBER: Final = re.compile(r"\d(?:[ ()./-]?\d){6,}")


def tellable(
    facts: Mapping[str, Fact],
    foreign: ForeignNames,
    contacts: ForeignNames,
    settings: GuardSettings,
) -> dict[str, Fact]:
    """The facts without those from outside that hold what the guard minds in a letter (a promise,
    markup, a secret, a word of ours, pressure, another customer or one of their people), an
    address of any kind, or a long number."""
    known = GuardFacts(foreign_names=foreign, foreign_contacts=contacts)
    return {
        name: fact
        for name, fact in facts.items()
        if name not in _FROM_OUTSIDE or _is_clean(fact.text, known, settings)
    }


def misleading_name(facts: Mapping[str, Fact], account: Account, settings: GuardSettings) -> str:
    """What the name of the customer or of the reader is called, where it is none that anybody can
    be written to by: see `csm.written_names`, and phrases of several words that the guard minds
    ("We will not charge you"). Empty where both are fine."""
    company, person = facts["account_name"], facts["contact_name"]
    if not is_company_name(company.text, account.domain) or _is_phrase(company.text, settings):
        return company.label
    if not is_person_name(person.text) or _is_phrase(person.text, settings):
        return person.label
    return ""


def _is_clean(text: str, known: GuardFacts, settings: GuardSettings) -> bool:
    if _LONG_NUMBER.search(text) or not all(map(_FILE.fullmatch, addresses(text))):
        return False
    verdict = words_verdict(Outgoing(text, None, addressed=_A_LETTER), known, settings)
    return all(objection.rule in _NO_MATTER for objection in verdict.objections)


def _is_phrase(name: str, settings: GuardSettings) -> bool:
    """A listed word by itself may be a name ("Price"), several hardly are one."""
    text, letter = settings.text, settings.letter
    lists = (
        *(text.commitments, letter.commitments, text.internal_terms, letter.internal_terms),
        letter.pressure,
    )
    said = (phrase for listed in lists for phrase in reading(name).holds(phrases_of(listed)))
    return any(len(phrase.split()) > 1 for phrase in said)
