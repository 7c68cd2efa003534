"""What `storage.signal_columns` asks, a SELECT a table of `csm.signal_inputs`.

Columns are labelled with the field they fill; `account` is the id, days and instants are floats.
The parameters are `ids`, `as_of` (the day) and `end` (the first instant after it): what came
after is not there, and what happened after to something that is there has not happened yet.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from csm.account import ContactRole, Direction
from csm.signal_inputs import USAGE_WINDOW_DAYS
from storage import tables
from storage.sql import IDS, AnySelect, days_after, days_since_epoch, is_among

_AS_OF = sa.bindparam("as_of", type_=sa.Date())
_WINDOW_STARTS = sa.bindparam("window_starts", type_=sa.Date())
_END = sa.bindparam("end", type_=tables.ticket.c.opened_at.type)


def _days(column: ColumnElement[Any], label: str) -> ColumnElement[Any]:
    return days_since_epoch(column).label(label)


def _day_so_far(column: sa.Column[Any]) -> ColumnElement[Any]:
    return _days(sa.case((column <= _AS_OF, column)), column.name)


def _instant_so_far(column: sa.Column[Any]) -> ColumnElement[Any]:
    return _days(sa.case((column < _END, column)), column.name)


def _text(column: sa.Column[Any]) -> ColumnElement[str]:
    """As plain text: an enum's value, without making a member of it."""
    return sa.type_coerce(column, sa.String()).label(column.name)


def _ask(table: sa.Table, *columns: ColumnElement[Any]) -> AnySelect:
    account_id = table.c.account_id
    return sa.select(account_id.label("account"), *columns).where(is_among(account_id, IDS))


KEY_FEATURE_COUNT = sa.select(sa.func.count()).where(tables.feature.c.is_key)
FEEDS = sa.select(tables.feed.c.kind, tables.feed.c.reaches_to)

_account = tables.account.c
ACCOUNTS = sa.select(
    _account.id,
    _days(_account.started_on, "started_on"),
    _text(_account.status),
    (_account.csm_email != "").label("has_csm"),
).where(is_among(_account.id, IDS))

_usage = tables.usage_day.c
_used = sa.or_(_usage.events > 0, _usage.active_users > 0)
_usage_of_days = sa.select(
    _usage.account_id.label("account"),
    _days(_usage.day, "day"),
    sa.func.sum(_usage.events).label("events"),
    sa.func.max(_usage.active_users).label("active_users"),
).group_by(_usage.account_id, _usage.day)
_window_ends = days_after(_account.started_on, sa.literal_column(str(USAGE_WINDOW_DAYS)))
# The window before the day, and what the one after the contract start holds besides. Two ranges
# of the table's key: one condition with OR would have the whole history of an account read.
USAGE_DAYS = sa.union_all(
    _usage_of_days.where(
        is_among(_usage.account_id, IDS), _usage.day.between(_WINDOW_STARTS, _AS_OF), _used
    ),
    _usage_of_days.join_from(tables.account, tables.usage_day).where(
        is_among(_account.id, IDS),
        _usage.day >= _account.started_on,
        _usage.day < _window_ends,
        _usage.day < _WINDOW_STARTS,
        _used,
    ),
)

_feature_use = (
    sa.select(
        _usage.account_id,
        _usage.feature_id,
        sa.func.min(_usage.day).label("first_day"),
        sa.func.max(_usage.day).label("last_day"),
    )
    .where(is_among(_usage.account_id, IDS), _usage.day <= _AS_OF, _used)
    .group_by(_usage.account_id, _usage.feature_id)
    .subquery()
)
USAGE_FEATURES = sa.select(
    _feature_use.c.account_id.label("account"),
    tables.feature.c.is_key,
    _days(_feature_use.c.first_day, "first_day"),
    _days(_feature_use.c.last_day, "last_day"),
).join_from(_feature_use, tables.feature)

_subscription = tables.subscription.c
SUBSCRIPTIONS = _ask(
    tables.subscription,
    _subscription.seats,
    _subscription.arr,
    _days(_subscription.started_on, "started_on"),
    _days(_subscription.ends_on, "ends_on"),
    _days(_subscription.renews_on, "renews_on"),
    _subscription.term_months,
    _subscription.trial,
)

_ticket = tables.ticket.c
TICKETS = _ask(
    tables.ticket,
    _text(_ticket.priority),
    _days(_ticket.opened_at, "opened_at"),
    _instant_so_far(_ticket.closed_at),
    _ticket.first_response_minutes,
    _ticket.escalated,
    _ticket.reopened,
    _ticket.sla_breached,
).where(_ticket.opened_at < _END)

_survey = tables.survey.c
SURVEYS = _ask(
    tables.survey, _text(_survey.kind), _survey.score, _days(_survey.answered_on, "answered_on")
).where(_survey.answered_on <= _AS_OF)

_invoice = tables.invoice.c
INVOICES = _ask(
    tables.invoice,
    _invoice.amount,
    _days(_invoice.due_on, "due_on"),
    _day_so_far(_invoice.paid_on),
    _day_so_far(_invoice.failed_on),
).where(_invoice.issued_on <= _AS_OF)

_objective = tables.objective.c
OBJECTIVES = _ask(
    tables.objective,
    _days(_objective.due_on, "due_on"),
    _text(_objective.status),
)

_interaction = tables.interaction.c
_contact = tables.contact.c
_with_sponsor = sa.exists().where(
    _contact.account_id == _interaction.account_id,
    _contact.email == _interaction.contact_email,
    _contact.role == ContactRole.SPONSOR,
)
INTERACTIONS = _ask(
    tables.interaction,
    _days(_interaction.at, "at"),
    _text(_interaction.direction),
    _text(_interaction.topic),
    sa.and_(_interaction.contact_email != "", _with_sponsor).label("contact_is_sponsor"),
    _instant_so_far(_interaction.answered_at),
).where(_interaction.at < _END)

_last_interaction = (
    sa.select(
        _interaction.account_id,
        _interaction.contact_email,
        sa.func.max(_interaction.at).label("at"),
    )
    .where(
        is_among(_interaction.account_id, IDS),
        _interaction.contact_email != "",
        _interaction.direction != Direction.INTERNAL,
        _interaction.at < _END,
    )
    .group_by(_interaction.account_id, _interaction.contact_email)
    .subquery()
)
CONTACTS = (
    sa.select(
        _contact.account_id.label("account"),
        _text(_contact.role),
        _day_so_far(_contact.last_active_on),
        _day_so_far(_contact.left_on),
        _days(_last_interaction.c.at, "last_interaction_at"),
    )
    .outerjoin_from(
        tables.contact,
        _last_interaction,
        sa.and_(
            _last_interaction.c.account_id == _contact.account_id,
            _last_interaction.c.contact_email == _contact.email,
        ),
    )
    .where(is_among(_contact.account_id, IDS))
)

_milestone = tables.milestone.c
MILESTONES = _ask(
    tables.milestone,
    _days(_milestone.due_on, "due_on"),
    _day_so_far(_milestone.done_on),
    _milestone.planned_hours,
    _milestone.actual_hours,
)

TRAININGS = _ask(tables.training, _day_so_far(tables.training.c.completed_on))
