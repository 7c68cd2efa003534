"""One line each on adoption, support, sentiment, billing, objectives and onboarding."""

from collections.abc import Mapping

from csm.account import Priority
from csm.card import Bullet, Tone
from csm.money import format_money
from csm.use_cases.review_account import Review
from csm.wording import number, percent, plural, signed

UNKNOWN = "not known"


def condition_lines(review: Review) -> tuple[Bullet, ...]:
    """The state of each part of the account, from its signals. What is unknown says so."""
    lines = (
        ("Adoption", _adoption(review.signals)),
        ("Support", _support(review)),
        ("Sentiment", _sentiment(review.signals)),
        ("Billing", _billing(review)),
        ("Objectives", _objectives(review.signals)),
        ("Onboarding", _onboarding(review.signals)),
    )
    return tuple(
        Bullet(lead=label, text=text or UNKNOWN, tone=Tone.NEUTRAL)
        for label, text in lines
        if text or label in ("Adoption", "Support", "Sentiment", "Billing")
    )


def _joined(parts: list[str]) -> str:
    return "; ".join(part for part in parts if part)


def _adoption(signals: Mapping[str, float]) -> str:
    parts = []
    if "seat_use" in signals and "active_seats" in signals:
        seats = f"{number(signals['active_seats'])} of {number(signals['seats'])} seats active"
        parts.append(f"{seats} ({percent(signals['seat_use'])})")
    if signals.get("usage_events_28d") == 0:
        parts.append("no usage in 28 days")
    elif "usage_change_28d" in signals:
        change = signed(100 * signals["usage_change_28d"])
        parts.append(f"usage {change} % in 28 days")
    elif "usage_events_28d" in signals:
        parts.append(plural(int(signals["usage_events_28d"]), "event") + " in 28 days")
    if "key_feature_share_28d" in signals:
        parts.append(f"{percent(signals['key_feature_share_28d'])} of the key features in use")
    if "active_days_per_week" in signals:
        days = round(signals["active_days_per_week"], 1)
        parts.append(f"active {number(days)} {'day' if days == 1 else 'days'} a week")
    return _joined(parts)


def _support(review: Review) -> str:
    signals = review.signals
    if "open_tickets" not in signals:
        return ""
    parts = [plural(int(signals["open_tickets"]), "ticket") + " open"]
    urgent = sum(ticket.priority is Priority.URGENT for ticket in review.file.open_tickets)
    if urgent:
        parts.append(f"{urgent} urgent, the oldest for {_days(signals, 'urgent_ticket_days')}")
    if breaches := int(signals.get("sla_breaches_28d", 0)):
        parts.append(plural(breaches, "SLA breach", "SLA breaches") + " in 28 days")
    if escalated := int(signals.get("escalations_open", 0)):
        parts.append(f"{escalated} escalated")
    return _joined(parts)


def _sentiment(signals: Mapping[str, float]) -> str:
    parts = []
    if "nps_mean" in signals:
        answers = plural(int(signals.get("nps_answers", 0)), "answer")
        parts.append(f"NPS answers average {number(signals['nps_mean'])} of 10 ({answers})")
    if "csat_mean" in signals:
        answers = plural(int(signals.get("csat_answers", 0)), "answer")
        parts.append(f"CSAT {number(signals['csat_mean'])} of 5 ({answers})")
    if parts and "days_since_survey" in signals:
        newest = _days(signals, "days_since_survey")
        parts.append(f"newest weighted most, {newest} ago")
    return _joined(parts)


def _billing(review: Review) -> str:
    signals = review.signals
    if "invoices_overdue" not in signals:
        return ""
    overdue, failed = int(signals["invoices_overdue"]), int(signals.get("invoices_failed", 0))
    if not overdue and not failed:
        return "all paid"
    parts = []
    if failed:
        parts.append(plural(failed, "payment") + " failed")
    if overdue:
        late = _days(signals, "invoice_overdue_days")
        by = f"by {late}" if overdue == 1 else f"the oldest by {late}"
        parts.append(f"{plural(overdue, 'invoice')} overdue, {by}")
    amount = int(signals.get("unpaid_amount", 0))
    parts.append(f"{format_money(amount, review.file.stored.account.currency)} unpaid")
    return _joined(parts)


def _objectives(signals: Mapping[str, float]) -> str:
    if "objectives_on_track_share" not in signals:
        return ""
    share = percent(signals["objectives_on_track_share"])
    parts = [f"{share} of {plural(int(signals['objectives']), 'objective')} on track or achieved"]
    if overdue := int(signals.get("objectives_overdue", 0)):
        parts.append(f"{overdue} overdue")
    return _joined(parts)


def _onboarding(signals: Mapping[str, float]) -> str:
    if not signals.get("milestones_open"):
        return ""
    parts = [plural(int(signals["milestones_open"]), "milestone") + " to go"]
    if late := int(signals.get("milestones_late", 0)):
        parts.append(f"{late} late")
    return _joined(parts)


def _days(signals: Mapping[str, float], signal: str) -> str:
    days = int(signals.get(signal, 0))
    return plural(days, "day") if days else "less than a day"
