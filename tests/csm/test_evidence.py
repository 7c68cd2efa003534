"""Numbers in words, by unit."""

import pytest

from csm.evidence import fill, say, signals_in, template_faults
from csm.signals import SIGNALS


@pytest.mark.parametrize(
    ("signal", "value", "form", "words"),
    [
        ("open_tickets", 3, "", "3"),
        ("open_tickets", 1, "open ticket|open tickets", "1 open ticket"),
        ("open_tickets", 0, "open ticket|open tickets", "0 open tickets"),
        ("usage_events_28d", 12345, "event|events", "12,345 events"),
        ("active_days_per_week", 2.26, "", "2.3"),
        ("seat_use", 0.456, "", "46 %"),
        ("usage_change_28d", -0.34, "", "down 34 %"),
        ("usage_change_28d", 0.12, "", "up 12 %"),
        ("usage_change_28d", 0, "", "unchanged"),
        ("usage_change_28d", -0.34, "size", "34 %"),
        ("days_since_usage", 1, "", "1 day"),
        ("days_since_usage", 45, "", "45 days"),
        ("days_since_usage", 0, "", "0 days"),
        ("days_since_usage", 0, "ago", "today"),
        ("days_since_usage", 1, "ago", "1 day ago"),
        ("days_since_review", float("inf"), "", "never"),
        ("question_age_hours", 50.9, "", "50 hours"),
        ("question_age_hours", 80, "", "3 days"),
        ("score", 74.9, "", "74.9"),
        ("has_csm", 1, "", "yes"),
        ("has_csm", 0, "", "no"),
        ("grade_rank", 2, "", "yellow"),
        ("quadrant", 2, "", "friendly no roi"),
        ("nps", float("nan"), "", "unknown"),
    ],
)
def test_words(signal: str, value: float, form: str, words: str) -> None:
    assert say(SIGNALS[signal], value, form) == words


def test_a_sentence() -> None:
    template = "{open_tickets:ticket is|tickets are} open, {seat_use} of seats used."
    assert signals_in(template) == ("open_tickets", "seat_use")
    filled = fill(template, SIGNALS, {"open_tickets": 1, "seat_use": 0.5})
    assert filled == "1 ticket is open, 50 % of seats used."


@pytest.mark.parametrize(
    ("template", "complaint"),
    [
        ("{open_tikets}", 'did you mean "open_tickets"?'),
        ("{arr}", "money"),
        ("{open_tickets:.1f}", "is no form"),
        ("{usage_change_28d:up|down}", "is no form"),
        ("{days_since_usage:day|days}", "is no form"),
        ("{open_tickets", "write {signal}"),
        ("{}", 'unknown signal ""'),
    ],
)
def test_what_is_wrong_with_a_template(template: str, complaint: str) -> None:
    (fault,) = template_faults(template, SIGNALS)
    assert complaint in fault


def test_plain_text_is_fine() -> None:
    assert list(template_faults("Nothing to fill in.", SIGNALS)) == []
