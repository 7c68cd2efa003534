"""Signals of support, against examples worked out by hand."""

import pytest

from tests.csm.builders import Customer, ago, moment, signal, ticket


def test_open_tickets() -> None:
    who = Customer(tickets=[ticket(3), ticket(9, closed_at=moment(1)), ticket(200)])
    assert signal("open_tickets", who) == 2
    assert signal("open_tickets", who, as_of=ago(2)) == 3


def test_the_normal_is_the_mean_number_open_in_the_twelve_weeks_before() -> None:
    # Open for all 84 days, for 42 of them, and only after them.
    who = Customer(
        tickets=[
            ticket(300),
            ticket(150, closed_at=moment(69, hour=0)),
            ticket(3),
            ticket(4),
            ticket(5),
        ]
    )
    assert signal("open_tickets_normal", who) == pytest.approx(1.5)
    assert signal("ticket_load", who) == pytest.approx(4 / 1.5)


def test_a_normal_below_one_counts_as_one() -> None:
    assert signal("ticket_load", Customer(tickets=[ticket(1), ticket(1)])) == 2


def test_tickets_opened_against_normal() -> None:
    old = [ticket(days, closed_at=moment(days - 1)) for days in (28, 60, 111, 112)]
    who = Customer(tickets=[ticket(27), *old])
    assert signal("tickets_opened_28d", who) == 1
    assert signal("tickets_opened_normal_28d", who) == 1


def test_the_oldest_open_urgent_ticket() -> None:
    who = Customer(
        tickets=[
            ticket(9, priority="urgent"),
            ticket(4, priority="urgent"),
            ticket(40, priority="high"),
            ticket(30, priority="urgent", closed_at=moment(2)),
        ]
    )
    assert signal("urgent_ticket_days", who) == 9
    assert signal("urgent_ticket_days", Customer()) == 0


@pytest.mark.parametrize(
    ("priority", "minutes", "said", "breached"),
    [
        ("urgent", 61, None, 1),
        ("urgent", 60, None, 0),
        ("low", 61, None, 0),
        ("urgent", 61, False, 0),
        ("low", 1, True, 1),
        ("urgent", None, None, 0),
    ],
)
def test_sla_breaches(priority: str, minutes: int | None, said: bool | None, breached: int) -> None:
    one = ticket(3, priority=priority, first_response_minutes=minutes, sla_breached=said)
    assert signal("sla_breaches_28d", Customer(tickets=[one])) == breached


def test_old_breaches_are_history() -> None:
    assert signal("sla_breaches_28d", Customer(tickets=[ticket(28, sla_breached=True)])) == 0


def test_escalations_and_reopenings() -> None:
    who = Customer(
        tickets=[
            ticket(5, escalated=True),
            ticket(80, escalated=True, closed_at=moment(70), reopened=2),
            ticket(90, escalated=True, closed_at=moment(70), reopened=1),
            ticket(20, closed_at=moment(18)),
            ticket(20, closed_at=moment(18)),
        ]
    )
    assert signal("escalations_open", who) == 1
    assert signal("escalations_90d", who) == 2
    assert signal("reopen_rate_90d", who) == 0.25
    assert signal("reopen_rate_90d", Customer()) == 0


def test_hard_tickets_closed_lately() -> None:
    who = Customer(
        tickets=[
            ticket(20, escalated=True, closed_at=moment(6)),
            ticket(20, priority="urgent", closed_at=moment(7)),
            ticket(20, closed_at=moment(1)),
        ]
    )
    assert signal("hard_tickets_closed_7d", who) == 1
