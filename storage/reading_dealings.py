"""All that the guard must know of some accounts, in the same few questions for any number."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from csm.account import Account, Contact, Priority
from csm.guard.sending import Touch
from csm.health import CtaStatus, Snapshot
from csm.open_reason import GONE, open_reasons
from csm.people import Principal
from csm.ports_outreach import Dealings, PastOutreach
from csm.suppression import PERSONAL, Suppression
from storage import tables
from storage.erased_people import with_erased
from storage.outreach_columns import IS_LOST, IS_TOUCH, REACHED_AT, WITH_POST
from storage.reading_base import CTA_NOT_CLOSED, ReaderPart
from storage.reading_conversation import INSTANT, NOW
from storage.reading_people import PERSON_COLUMNS
from storage.reading_talk import IS_MESSAGE, TALKS
from storage.sql import IDS, AnyRow, AnySelect, build, columns_of, is_among, text_list

# The play of the runway to a renewal: who has claimed such a call to action negotiates.
_RENEWAL_PLAY: Final = "renewal_runway"

_account = tables.account.c
_contact = tables.contact.c
_outreach = tables.outreach.c
_suppression = tables.suppression.c
_ticket = tables.ticket.c
_interaction = tables.interaction.c
_cta = tables.cta.c
_finding = tables.finding.c

_KEYS = sa.bindparam("keys", type_=sa.String())
_SINCE = sa.bindparam("since", type_=INSTANT)
_ACCOUNT_COLUMNS = columns_of(Account, tables.account)

# In the order in which imports and refreshes lock them, or each could wait for the other.
_ACCOUNTS = (
    sa.select(_account.id, *_ACCOUNT_COLUMNS, *PERSON_COLUMNS)
    .select_from(
        tables.account.outerjoin(
            tables.person,
            sa.and_(tables.person.c.email == _account.csm_email, sa.text("person.email <> ''")),
        )
    )
    .where(is_among(_account.key, _KEYS))
    .order_by(_account.key)
)
_CONTACTS = (
    sa.select(_contact.account_id, *columns_of(Contact, tables.contact))
    .where(is_among(_contact.account_id, IDS))
    .order_by(_contact.account_id, _contact.key)
)
_SNAPSHOTS = sa.select(*columns_of(Snapshot, tables.snapshot)).where(
    is_among(tables.snapshot.c.account_id, IDS)
)
_SUPPRESSIONS = (
    sa.select(
        _suppression.account_key, _suppression.id, *columns_of(Suppression, tables.suppression)
    )
    .where(is_among(_suppression.account_key, _KEYS), _suppression.lifted_at.is_(None))
    .order_by(_suppression.at, _suppression.id)
)
# Of people who are known here by the same address as at the account that they said it at.
_SUPPRESSIONS_ELSEWHERE = (
    sa.select(_contact.account_id, _suppression.id, *columns_of(Suppression, tables.suppression))
    .select_from(
        tables.contact.join(tables.account).join(
            tables.suppression, _suppression.address == _contact.email
        )
    )
    .where(
        is_among(_contact.account_id, IDS),
        sa.text("contact.email <> ''"),
        _suppression.account_key != _account.key,
        _suppression.kind.in_(sorted(PERSONAL)),
        _suppression.lifted_at.is_(None),
    )
    .distinct()
    .order_by(_suppression.at, _suppression.id)
)
_AT = sa.case((IS_TOUCH, REACHED_AT), else_=_outreach.drafted_at)
_WRITTEN = (
    sa.select(
        _outreach.account_key,
        _outreach.id,
        _outreach.play,
        _outreach.body,
        _AT.label("at"),
        _outreach.state,
        sa.case((IS_LOST, sa.true()), else_=sa.false()).label("is_lost"),
        _outreach.contact_key,
        _outreach.channel,
        sa.case((IS_TOUCH, sa.true()), else_=sa.false()).label("is_touch"),
    )
    .select_from(WITH_POST)
    .where(
        is_among(_outreach.account_key, _KEYS),
        _outreach.state != sa.literal_column("'holdout'"),
        _AT >= _SINCE,
    )
)
_MESSAGES = (
    sa.select(
        _interaction.account_id, _interaction.at, _interaction.channel, _interaction.contact_email
    )
    .where(
        is_among(_interaction.account_id, IDS),
        IS_MESSAGE,
        _interaction.at >= _SINCE,
        _interaction.at <= NOW,
    )
    .order_by(_interaction.at, _interaction.id)
)
_TICKETS = (
    sa.select(_ticket.account_id, _ticket.key, _ticket.priority, _ticket.escalated)
    .where(
        is_among(_ticket.account_id, IDS),
        _ticket.closed_at.is_(None),
        _ticket.opened_at <= NOW,
        sa.or_(_ticket.priority == Priority.URGENT, _ticket.escalated),
    )
    .order_by(_ticket.opened_at, _ticket.key)
)
_CONTRACT_CHANGES = (
    sa.select(_interaction.account_id, sa.func.max(_interaction.at))
    .where(
        is_among(_interaction.account_id, IDS),
        _interaction.topic == sa.literal_column("'contract_change'"),
        _interaction.at <= NOW,
    )
    .group_by(_interaction.account_id)
)
_CTAS = sa.select(
    _cta.account_id,
    _cta.reason,
    _cta.opened_on,
    _cta.play,
    _cta.status,
    _cta.evidence.startswith(GONE).label("is_gone"),
).where(is_among(_cta.account_id, IDS), CTA_NOT_CLOSED)
_FINDINGS = sa.select(
    _finding.account_id, _finding.rule, _finding.opened_on, _finding.seen_on
).where(is_among(_finding.account_id, IDS), _finding.closed_on.is_(None))


class DealingsReader(ReaderPart):
    """The part of `csm.ports_outreach.OutreachReader` that the guard judges by."""

    _accounts_dealt_with = _ACCOUNTS

    def dealings(
        self, account_keys: Collection[str], now: datetime, since: datetime
    ) -> dict[str, Dealings]:
        keys = text_list(sorted(set(account_keys)))
        accounts = self._rows(self._accounts_dealt_with, keys=keys)
        ids = self._ids([row[0] for row in accounts])

        def ask(question: AnySelect) -> _Grouped:
            return _grouped(self._rows(question, keys=keys, ids=ids, now=now, since=since))

        answers = _Answers(
            contacts=ask(_CONTACTS),
            snapshots=ask(_SNAPSHOTS),
            suppressions=ask(_SUPPRESSIONS),
            suppressions_elsewhere=ask(_SUPPRESSIONS_ELSEWHERE),
            written=ask(_WRITTEN),
            messages=ask(_MESSAGES),
            tickets=ask(_TICKETS),
            contract_changes=ask(_CONTRACT_CHANGES),
            ctas=ask(_CTAS),
            findings=ask(_FINDINGS),
            talks=tuple(map(ask, TALKS)),
        )
        found = [_build_dealings(row, answers) for row in accounts]
        return {one.account.key: one for one in with_erased(self._connection, found)}


_Grouped = Mapping[str | int, Sequence[AnyRow]]  # rows by what their first column says


@dataclass(frozen=True, slots=True)
class _Answers:
    """What was asked, by account: suppressions and what was written by its key, the rest by id."""

    contacts: _Grouped
    snapshots: _Grouped
    suppressions: _Grouped
    suppressions_elsewhere: _Grouped
    written: _Grouped
    messages: _Grouped
    tickets: _Grouped
    contract_changes: _Grouped
    ctas: _Grouped
    findings: _Grouped
    talks: tuple[_Grouped, ...]


def _grouped(rows: Iterable[AnyRow]) -> _Grouped:
    groups: defaultdict[str | int, list[AnyRow]] = defaultdict(list)
    for row in rows:
        groups[row[0]].append(row)
    return groups


def _build_dealings(row: AnyRow, answers: _Answers) -> Dealings:
    account_id, account = row[0], build(Account, row, skip=1)
    person = row[1 + len(_ACCOUNT_COLUMNS) :]
    contacts = [build(Contact, one, skip=1) for one in answers.contacts[account_id]]
    written = answers.written[account.key]
    tickets = answers.tickets[account_id]
    ctas = answers.ctas[account_id]
    return Dealings(
        account_id=account_id,
        account=account,
        contacts=contacts,
        csm=Principal(*person) if person[0] is not None else None,
        snapshot=next((build(Snapshot, one) for one in answers.snapshots[account_id]), None),
        suppressions=[
            build(Suppression, one, skip=2)
            for one in (
                *answers.suppressions[account.key],
                *answers.suppressions_elsewhere[account_id],
            )
        ],
        touches=_touches(written, answers.messages[account_id], contacts),
        written=_newest_first(PastOutreach(*one[1:7]) for one in written),
        urgent_tickets=[one.key for one in tickets if one.priority is Priority.URGENT],
        escalated_tickets=[one.key for one in tickets if one.escalated],
        contract_change_at=_newest(answers.contract_changes[account_id]),
        renewal_cta_claimed=any(_is_renewal_in_hand(one) for one in ctas),
        last_talk=_newest([one for talk in answers.talks for one in talk[account_id]]),
        open_reasons=open_reasons(
            (one[1:] for one in answers.findings[account_id]),
            (one[1:3] for one in ctas if not one.is_gone),
        ),
    )


def _newest_first(written: Iterable[PastOutreach]) -> list[PastOutreach]:
    # Here, and not by the database, which would move the texts about.
    return sorted(written, key=lambda past: (past.at, past.outreach_id), reverse=True)


def _touches(
    written: Sequence[AnyRow], messages: Sequence[AnyRow], contacts: Sequence[Contact]
) -> list[Touch]:
    """What was sent and what people wrote or said, oldest first."""
    keys = {contact.email: contact.key for contact in contacts if contact.email}
    ours = [
        Touch(at, contact_key, channel.value)
        for _, _, _, _, at, _, _, contact_key, channel, is_touch in written
        if is_touch
    ]
    theirs = [
        Touch(at, keys.get(email, ""), f"{channel.value} by a person")
        for _, at, channel, email in messages
    ]
    return sorted(ours + theirs, key=lambda touch: touch.at)


def _is_renewal_in_hand(cta: AnyRow) -> bool:
    return bool(cta.status is CtaStatus.CLAIMED and cta.play == _RENEWAL_PLAY)


def _newest(rows: Sequence[AnyRow]) -> datetime | None:
    """The newest of the instants in the second column."""
    return max((row[1] for row in rows if row[1] is not None), default=None)
