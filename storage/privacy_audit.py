"""Entries of the audit that name a person, redacted, and what each says then."""

from typing import Any, Final

import sqlalchemy as sa

from csm.audit import ERASURE, Chained, contact_subject, seal
from csm.erased_text import at_their_accounts, everywhere
from csm.needles import Needles
from csm.privacy import Subject, token_of
from storage import tables
from storage.privacy_scope import Scope
from storage.privacy_sweep import looks_like
from storage.privacy_tables import ABOUT, audited, plain_subjects
from storage.reading_audit import ENTRIES, build_chained

_audit = tables.audit
_LONGEST_SUBJECT: Final = 120
_SAID: Final = ("before", "after", "verdict")


def redact(
    connection: sa.Connection, subject: Subject, scope: Scope, secret: str
) -> dict[int, str]:
    """The seals of the entries that it changed, by number."""
    changing = _Redaction(subject, secret)
    seals: dict[int, str] = {}
    for link in _naming(connection, subject, scope):
        after = changing.of(link)
        if after is None:
            continue
        fields = after.entry.model_dump(include={"subject", "who", *_SAID})
        update = sa.update(_audit).where(_audit.c.number == link.number)
        connection.execute(update.values(**fields, redacted=after.redacted))
        seals[link.number] = seal(after)
    return seals


def _naming(connection: sa.Connection, subject: Subject, scope: Scope) -> list[Chained]:
    columns = ABOUT["audit"].words.split()
    looks = [looks_like(_audit, columns, one) for one in _needles(subject)]
    question = ENTRIES.where(_audit.c.what != ERASURE, sa.or_(audited(scope), *looks))
    return [build_chained(row) for row in connection.execute(question)]


def _needles(subject: Subject) -> tuple[Needles, Needles]:
    return everywhere(subject), at_their_accounts(subject)


class _Redaction:
    def __init__(self, subject: Subject, secret: str) -> None:
        self._subject = subject
        self._token = token_of(subject, secret)
        self._wide, self._narrow = _needles(subject)
        self._subjects = {contact_subject(*pair): pair[0] for pair in subject.pairs}
        for pair in subject.pairs:
            self._subjects |= dict.fromkeys(plain_subjects([pair]), pair[0])
        self._keys = {*subject.person_keys, *(key for _, key in subject.pairs)}

    def of(self, link: Chained) -> Chained | None:
        """The entry without the person; None where it does not name them."""
        entry = link.entry
        account_key = self._subjects.get(entry.subject)
        is_theirs = account_key is not None or entry.who in self._subject.person_keys
        at_home = entry.account_key in self._subject.account_keys
        needles = self._narrow if at_home else self._wide
        about = (
            f"contact:{account_key}/{self._token}"
            if account_key is not None
            else needles.clean(entry.subject)[:_LONGEST_SUBJECT]
        )
        who = self._token if entry.who in self._subject.person_keys else needles.clean(entry.who)
        fields: dict[str, Any] = {"subject": about, "who": who[:80]}
        for name in _SAID:
            clean = needles.clean_json(getattr(entry, name))
            fields[name] = self._without_keys(clean) if is_theirs else clean
        after = entry.model_copy(update=fields)
        if after == entry:
            return None
        return Chained(link.number, after, link.previous, link.hash, link.redacted + 1)

    def _without_keys(self, value: Any) -> Any:
        """Their keys, where one is all that a value says."""
        match value:
            case str():
                return self._token if value in self._keys else value
            case list():
                return [self._without_keys(one) for one in value]
            case dict():
                return {key: self._without_keys(one) for key, one in value.items()}
            case _:
                return value
