"""One person taken out of the records: by key first, then wherever a text names them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from csm.case import CaseStatus
from csm.erased_text import at_their_accounts, everywhere, in_their_own
from csm.needles import ERASED, Needles
from csm.post import PostState
from csm.privacy import ErasedRecords, Subject, address_mark, contact_mark, erased_key, token_of
from csm.question import QuestionState
from storage import tables
from storage.importing import count_change_of_names
from storage.prepared_names import Names
from storage.privacy_scope import (
    Condition,
    in_triples,
    scope_of_accounts,
    scope_of_person,
)
from storage.privacy_sweep import Hit, hits, swept_tables, write_hits
from storage.privacy_tables import ABOUT

_NO_CARD: Final = {"title": ERASED, "summary": ERASED, "blocks": [], "tone": "neutral"}
_BY: Final = "erasure"
_UNSETTLED: Final = (QuestionState.ASKED, QuestionState.DRAFTED)
_UNSENT: Final = (PostState.WAITING, PostState.CLEARED)
_GONE: Final = "Whom it was for was erased."


class Erasing:
    """The part of an erasure that is rows of tables, in a transaction of somebody else's."""

    def __init__(
        self, connection: sa.Connection, subject: Subject, secret: str, now: datetime
    ) -> None:
        self._connection = connection
        self._subject = subject
        self._secret = secret
        self._now = now
        self._token = token_of(subject, secret)
        self._scope = scope_of_person(connection, subject)
        self._accounts = scope_of_accounts(connection, subject.account_ids, subject.account_keys)
        self.done = ErasedRecords()

    def run(self) -> ErasedRecords:
        if self._connection.dialect.name == "sqlite":
            # What is deleted or shortened is overwritten, too.
            self._connection.exec_driver_sql("PRAGMA secure_delete = ON")
        self._clean_what_is_theirs()
        self._questions()
        self._threads()
        self._posts()
        self._outreach()
        self._imported()
        self._suppressions()
        self._records_of_them()
        self._keys_of_people()
        self._texts()
        return self.done

    def _blank(self, table: sa.Table, condition: Condition, values: Mapping[str, Any]) -> None:
        changed = self._connection.execute(sa.update(table).where(condition).values(**values))
        self.done.add(table.name, changed.rowcount)

    def _delete(self, table: sa.Table, condition: Condition) -> int:
        gone = self._connection.execute(sa.delete(table).where(condition)).rowcount
        self.done.add(table.name, gone)
        return gone

    def _clean_what_is_theirs(self) -> None:
        """Rows that are about them stay for the account's sake: there, a first name is enough."""
        needles = in_their_own(self._subject)
        for name in ("interaction", "survey", "training", "outreach", "post"):
            table, about = tables.metadata.tables[name], ABOUT[name]
            of_person = about.of_person(self._scope)
            if name == "post":
                of_person = self._scope.among(table.c.id, self._scope.post_ids)
            if of_person is not None:
                found = hits(self._connection, table, about, needles, self._secret, of_person)
                self._write(list(found))

    def _questions(self) -> None:
        question = tables.question
        theirs = self._scope.among(question.c.id, self._scope.question_ids)
        is_unsettled = sa.and_(theirs, question.c.state.in_(_UNSETTLED))
        self._connection.execute(
            sa.update(question)
            .where(is_unsettled)
            .values(
                state=QuestionState.DISCARDED,
                settled_at=sa.func.coalesce(question.c.settled_at, self._now),
            )
        )
        self._blank(
            question,
            theirs,
            {
                "text": ERASED,
                "answer": _erased_if_any(question.c.answer),
                "objections": _erased_if_any(question.c.objections),
                "asked_name": "",
                "asked_by": self._token,
                "sources": [],
            },
        )
        case = tables.support_case
        open_ones = sa.and_(
            self._scope.among(case.c.id, self._scope.case_ids),
            case.c.status != CaseStatus.RESOLVED,
        )
        resolved = {"status": CaseStatus.RESOLVED, "resolved_by": _BY, "resolved_at": self._now}
        self._blank(case, open_ones, resolved)
        reply = tables.case_reply
        of_cases = self._scope.among(reply.c.case_id, self._scope.case_ids)
        self._blank(reply, of_cases, {"text": ERASED})

    def _threads(self) -> None:
        """Their own lines, all of their direct messages, and what they were answered."""
        line, question = tables.thread_line, tables.question.c
        own = self._scope.among(line.c.person, self._subject.person_keys)
        answered = (
            sa.select(sa.literal(1))
            .where(
                self._scope.among(question.id, self._scope.question_ids),
                question.thread != "",
                question.platform == line.c.platform,
                question.workspace == line.c.workspace,
                question.channel == line.c.channel,
                question.thread == line.c.thread,
            )
            .exists()
        )
        to_them = sa.and_(answered, line.c.by != "customer")
        direct = in_triples(line, self._subject.places)
        self._blank(line, sa.or_(own, to_them, direct), {"text": ERASED})

    def _posts(self) -> None:
        post = tables.post
        theirs = self._scope.among(post.c.id, self._scope.post_ids)
        waiting = sa.and_(theirs, post.c.state.in_(_UNSENT))
        self._connection.execute(
            sa.update(post).where(waiting).values(state=PostState.DEAD, problem=_GONE)
        )
        self._blank(post, theirs, {"card": _NO_CARD, "chart": sa.null()})

    def _outreach(self) -> None:
        outreach = tables.outreach
        words = ("subject", "body", "footer", "drafted_subject", "drafted_body")
        self._blank(
            outreach,
            self._scope.among(outreach.c.id, self._scope.outreach_ids),
            {name: _erased_if_any(outreach.c[name]) for name in words}
            | {name: list[Any]() for name in ("links", "facts", "used", "verdict")}
            | dict.fromkeys(("contact_name", "address", "evidence", "message"), "")
            | {
                "contact_key": self._token,
                "person_key": sa.case((outreach.c.person_key == "", ""), else_=self._token),
            },
        )

    def _imported(self) -> None:
        """The score of a survey stays: health rests on it."""
        for name in ("survey", "interaction", "training"):
            table = tables.metadata.tables[name]
            theirs = self._scope.among(table.c.contact_email, self._subject.addresses)
            values = {"contact_email": ""} | ({"comment": ""} if name == "survey" else {})
            self._blank(table, theirs, values)

    def _suppressions(self) -> None:
        """Each row by itself, for each has marks of its own."""
        suppression = tables.suppression
        by_contact = [
            sa.and_(suppression.c.account_key == account_key, suppression.c.contact_key == key)
            for account_key, key in self._subject.pairs
        ]
        by_address = self._scope.among(suppression.c.address, self._subject.addresses)
        columns = (suppression.c.id, suppression.c.account_key, suppression.c.contact_key)
        asked = sa.select(*columns, suppression.c.address).where(sa.or_(by_address, *by_contact))
        for row in self._connection.execute(asked).all():
            contact = contact_mark(self._secret, row.account_key, row.contact_key)
            values = {
                "contact_key": erased_key(contact) if row.contact_key else "",
                "address": f"erased:{address_mark(self._secret, row.address)}"
                if row.address
                else "",
            }
            self._blank(suppression, suppression.c.id == row.id, values)

    def _keys_of_people(self) -> None:
        """Their person's key, wherever it says who did something."""
        for table in tables.metadata.sorted_tables:
            for name in ABOUT[table.name].people.split():
                if table.name != "audit":
                    theirs = self._scope.among(table.c[name], self._subject.person_keys)
                    self._blank(table, theirs, {name: self._token})

    def _texts(self) -> None:
        wide, narrow = everywhere(self._subject), at_their_accounts(self._subject)
        for table, about in swept_tables():
            found = list(hits(self._connection, table, about, wide, self._secret))
            self._write(found)
            of_accounts = about.of_account(self._accounts) if self._subject.contacts else None
            if narrow != wide and of_accounts is not None:
                near = hits(self._connection, table, about, narrow, self._secret, of_accounts)
                self._write(list(near))
        self._tell_of_account_names(narrow)

    def _tell_of_account_names(self, needles: Needles) -> None:
        account = tables.account
        asked = sa.select(account.c.name).where(
            self._scope.among(account.c.id, self._subject.account_ids)
        )
        named = Needles(names=needles.names)
        if any(named.are_in(name) for name in self._connection.execute(asked).scalars()):
            self.done.remains.append("account.name: the account itself is called so")

    def _records_of_them(self) -> None:
        place = self._subject.places
        for table in (tables.place_mode, tables.place):
            self._delete(table, in_triples(table, place))
        keys = self._subject.person_keys
        self._delete(tables.person_link, self._scope.among(tables.person_link.c.person_key, keys))
        self._delete(tables.person, self._scope.among(tables.person.c.key, keys))
        contact = tables.contact
        if self._delete(contact, self._scope.among(contact.c.id, self._scope.contact_ids)):
            count_change_of_names(self._connection, Names.CONTACTS)

    def _write(self, found: list[Hit]) -> None:
        write_hits(self._connection, found)
        for hit in found:
            self.done.add(hit.table.name, 1)


def _erased_if_any(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    return sa.case((sa.or_(column.is_(None), column == ""), column), else_=ERASED)
