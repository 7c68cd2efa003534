"""Signals of support: load against the account's own normal, ageing, breaches, escalations."""

from typing import Final

import numpy as np

from csm.account import Priority
from csm.columns import count, greatest, ratio, total
from csm.signal_inputs import Bools, Floats, SignalInputs, TicketColumns
from csm.signal_scope import Scope
from csm.signal_settings import FirstResponseMinutes
from csm.signal_table import Signal, Unit

RECENT_DAYS: Final = 28
NORMAL_DAYS: Final = 84
TICKETS: Final = ("tickets",)

SIGNALS: Final = (
    Signal("open_tickets", Unit.COUNT, "Tickets open now", TICKETS),
    Signal("open_tickets_normal", Unit.NUMBER, "The account's own normal: tickets open on average"
           " over the 12 weeks before the last 28 days", TICKETS),
    Signal("ticket_load", Unit.NUMBER, "Open tickets as a multiple of the normal, which counts as"
           " at least one", TICKETS),
    Signal("tickets_opened_28d", Unit.COUNT, "Tickets opened in the last 28 days", TICKETS),
    Signal("tickets_opened_normal_28d", Unit.NUMBER, "The account's own normal: tickets opened in"
           " the 12 weeks before, per 28 days", TICKETS),
    Signal("urgent_ticket_days", Unit.DAYS, "Age of the oldest urgent ticket that is open; 0 where"
           " none is", TICKETS),
    Signal("sla_breaches_28d", Unit.COUNT, "Tickets of the last 28 days whose service level was"
           " breached", TICKETS),
    Signal("escalations_open", Unit.COUNT, "Escalated tickets open now", TICKETS),
    Signal("escalations_90d", Unit.COUNT, "Tickets of the last 90 days that were escalated",
           TICKETS),
    Signal("reopen_rate_90d", Unit.SHARE, "Share of the last 90 days' tickets that were reopened;"
           " 0 where there were none", TICKETS),
    Signal("hard_tickets_closed_7d", Unit.COUNT, "Urgent or escalated tickets closed in the last"
           " 7 days", TICKETS),
)  # fmt: skip


def columns(inputs: SignalInputs, scope: Scope) -> dict[str, Floats]:
    """Every signal of this family, by id."""
    tickets = inputs.tickets
    is_open = ~scope.happened(tickets.closed_at)
    age = scope.days_since(tickets.opened_at)
    return {
        **_load(tickets, scope, is_open, age),
        **_trouble(tickets, scope, is_open, age, scope.settings.first_response_minutes),
    }


def _load(tickets: TicketColumns, scope: Scope, is_open: Bools, age: Floats) -> dict[str, Floats]:
    first, last = scope.now - RECENT_DAYS - NORMAL_DAYS, scope.now - RECENT_DAYS
    until = np.where(np.isnan(tickets.closed_at), last, np.minimum(tickets.closed_at, last))
    days_open = np.maximum(until - np.maximum(tickets.opened_at, first), 0)
    every = np.ones(len(age), dtype=np.bool_)
    normal = total(tickets.account, days_open, every, scope.size) / NORMAL_DAYS
    now_open = count(tickets.account, is_open, scope.size)
    before = (age >= RECENT_DAYS) & (age < RECENT_DAYS + NORMAL_DAYS)
    opened_before = count(tickets.account, before, scope.size)
    return {
        "open_tickets": now_open,
        "open_tickets_normal": normal,
        "ticket_load": now_open / np.maximum(normal, 1.0),
        "tickets_opened_28d": count(tickets.account, age < RECENT_DAYS, scope.size),
        "tickets_opened_normal_28d": opened_before * RECENT_DAYS / NORMAL_DAYS,
    }


def _trouble(
    tickets: TicketColumns,
    scope: Scope,
    is_open: Bools,
    age: Floats,
    targets: FirstResponseMinutes,
) -> dict[str, Floats]:
    account, size = tickets.account, scope.size
    urgent = tickets.priority == "urgent"
    lately = age < 90
    reopened = count(account, lately & (tickets.reopened > 0), size)
    closed_lately = scope.happened(tickets.closed_at) & (scope.days_since(tickets.closed_at) < 7)
    breached = breaches(tickets, targets)
    return {
        "urgent_ticket_days": greatest(account, age, is_open & urgent, size, empty=0.0),
        "sla_breaches_28d": count(account, breached & (age < RECENT_DAYS), size),
        "escalations_open": count(account, is_open & tickets.escalated, size),
        "escalations_90d": count(account, lately & tickets.escalated, size),
        "reopen_rate_90d": ratio(reopened, count(account, lately, size), empty=0.0),
        "hard_tickets_closed_7d": count(
            account, closed_lately & (urgent | tickets.escalated), size
        ),
    }


def breaches(tickets: TicketColumns, targets: FirstResponseMinutes) -> Bools:
    """Where the source says so, or, where it says nothing, the first response came too late.

    A ticket whose first response is not known is not counted: many sources never tell.
    """
    target = np.full(len(tickets.account), np.inf)
    for priority in Priority:
        target[tickets.priority == priority.value] = getattr(targets, priority.value)
    judged = tickets.first_response_minutes > target
    said: Bools = tickets.sla_breached == 1
    return said | (np.isnan(tickets.sla_breached) & judged)
