"""What the rules of the words look at, and nothing else."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property

from csm.customer_names import ForeignNames
from csm.fact_line import FactLine
from csm.guard.verdict import GuardFacts


@dataclass(frozen=True)
class WordFacts:
    """What a text is held against: the part of `GuardFacts` that its words are judged by. Nothing
    of it changes with the hour or with what else is sent. `contact_name` and
    `contact_email` are those of whoever outreach goes to, `footer` the lines that an e-mail must
    hold."""

    facts: tuple[FactLine, ...]
    allowed_links: tuple[str, ...]
    allowed_names: tuple[str, ...]
    foreign_names: ForeignNames
    foreign_contacts: ForeignNames
    contact_name: str
    contact_email: str
    footer: tuple[str, ...]

    @cached_property
    def text(self) -> str:
        """All that the facts say."""
        return "\n".join(f"{fact.name}\n{fact.value}\n{fact.source}" for fact in self.facts)

    @cached_property
    def published(self) -> str:
        """What the reader may know: the facts, and the addresses that are ours to give."""
        return " / ".join((self.text, *self.allowed_links))

    @property
    def digest(self) -> bytes:
        """Another one for any change, but for the names of customers and their people: of those it
        tells only whose are not foreign."""
        parts = (
            [(fact.name, fact.value, fact.source) for fact in self.facts],
            self.allowed_links,
            self.allowed_names,
            (self.foreign_names.own, self.foreign_contacts.own),
            (self.contact_name, self.contact_email),
            self.footer,
        )
        return hashlib.sha256(json.dumps(parts).encode()).digest()


def word_facts(facts: GuardFacts) -> WordFacts:
    """Those of one message."""
    sending = facts.sending
    contact = sending.contact if sending else None
    return WordFacts(
        facts=tuple(facts.facts),
        allowed_links=tuple(sorted(facts.allowed_links)),
        allowed_names=tuple(facts.allowed_names),
        foreign_names=facts.foreign_names,
        foreign_contacts=facts.foreign_contacts,
        contact_name=contact.name if contact else "",
        contact_email=contact.email if contact else "",
        footer=(sending.identity, sending.unsubscribe) if sending else (),
    )
