"""What is taken into an executive review."""

from datetime import UTC, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm.account import ObjectiveStatus, Priority, Ticket
from csm.health import Finding, FindingKind, Grade, Severity
from csm.review_brief import CLOSING, MOST_ON_AGENDA, Brief, agenda, is_of_this_plan, progress_of
from tests.csm.digest_builders import TODAY, cta, day, health, line, objective


def ticket(opened: int, **changes: Any) -> Ticket:
    at = datetime.combine(day(-opened), time(12), UTC)
    return Ticket(**{"key": "t", "subject": "Export fails", "opened_at": at, **changes})


def risk(severity: Severity = Severity.HIGH) -> Finding:
    return Finding(
        account_id=1,
        kind=FindingKind.RISK,
        rule="habits_decline",
        severity=severity,
        evidence="Usage is down 40 %.",
        opened_on=day(-9),
        seen_on=TODAY,
    )


def brief(**changes: Any) -> Brief:
    values: dict[str, Any] = {
        "line": line(),
        "today": TODAY,
        "due_on": day(14),
        "cta": cta(1),
        "reviewed_on": day(-80),
        "then": None,
        "objectives": [objective(60, "on_track")],
        "signals": {},
        "tickets": (),
        "risks": (),
        "owed": (),
        "asked": (),
        "is_auto": False,
        "notice": "",
    }
    return Brief(**{**values, **changes})


def test_objectives_by_how_they_stand() -> None:
    found = progress_of(
        [
            objective(-3, "on_track"),
            objective(5, "at_risk"),
            objective(-9, "achieved"),
            objective(-8, "missed"),
            objective(None, "planned"),
            objective(9, "on_track"),
        ],
        TODAY,
    )
    assert [one.key for one in found.overdue] == ["o-3"]
    assert [one.key for one in found.at_risk] == ["o5"]
    assert [one.key for one in found.achieved] == ["o-9"]
    assert [one.key for one in found.planned] == ["oNone"]
    assert [one.key for one in found.on_track] == ["o9"]


def test_an_old_plan_says_nothing() -> None:
    assert is_of_this_plan(objective(-365, "planned"), TODAY, 365)
    assert not is_of_this_plan(objective(-366, "planned"), TODAY, 365)
    assert is_of_this_plan(objective(None, "planned"), TODAY, 365)


def test_a_quiet_account_has_the_end_of_every_agenda() -> None:
    assert agenda(brief()) == (CLOSING,)


@pytest.mark.parametrize(
    ("changes", "point"),
    [
        ({"objectives": []}, "none is on record"),
        ({"objectives": [objective(-9, "achieved")]}, "Begin with what was reached: “Goal -9”."),
        ({"objectives": [objective(-3, "at_risk", progress=40)]}, "3 days overdue at 40 %"),
        ({"objectives": [objective(3, "at_risk")]}, "is at risk at 0 %"),
        ({"tickets": [ticket(9, priority=Priority.URGENT)]}, "urgent ticket “Export fails”"),
        ({"tickets": [ticket(9, escalated=True)]}, "escalated ticket “Export fails”, open for 9 d"),
        ({"signals": {"question_age_hours": 3.0}}, "question of theirs"),
        ({"signals": {"nps_newest": 6.0}}, "newest NPS answer is 6"),
        ({"signals": {"sponsor_in_place": 0.0}}, "Who is their sponsor"),
        ({"signals": {"seat_use": 0.4}}, "40 % of the seats are in use: who should"),
        ({"signals": {"seat_use": 0.95}}, "what would growing take"),
        ({"line": line(renews=180)}, "who decides, and by when"),
        (
            {
                "line": line(health=health(Grade.YELLOW)),
                "then": health(Grade.LIME),
                "risks": [risk()],
            },
            "what got worse since the last time: Usage is down 40 %.",
        ),
    ],
)
def test_what_comes_onto_the_agenda(changes: dict[str, Any], point: str) -> None:
    first, *_ = agenda(brief(**changes))
    assert point in first


@pytest.mark.parametrize(
    "changes",
    [
        {"tickets": [ticket(9)]},
        {"signals": {"nps_newest": 7.0, "seat_use": 0.7, "sponsor_in_place": 1.0}},
        {"line": line(renews=181)},
        {"line": line(health=health(Grade.LIME)), "then": health(Grade.LIME), "risks": [risk()]},
        {"line": line(health=health(Grade.RED)), "then": health(Grade.NONE), "risks": [risk()]},
        {
            "line": line(health=health(Grade.RED)),
            "then": health(Grade.LIME),
            "risks": [risk(Severity.LOW)],
        },
    ],
)
def test_what_does_not(changes: dict[str, Any]) -> None:
    assert agenda(brief(**changes)) == (CLOSING,)


_OBJECTIVES = st.lists(
    st.builds(
        objective,
        st.integers(-400, 400),
        st.sampled_from(list(ObjectiveStatus)),
    ),
    max_size=6,
)


@given(
    _OBJECTIVES,
    st.dictionaries(
        st.sampled_from(["seat_use", "nps_newest", "question_age_hours", "sponsor_in_place"]),
        st.floats(0, 10),
    ),
)
def test_an_agenda_is_short_and_ends_with_what_comes_next(
    objectives: list[Any], signals: dict[str, float]
) -> None:
    points = agenda(
        brief(objectives=objectives, signals=signals, tickets=[ticket(9, escalated=True)])
    )
    assert 1 <= len(points) <= MOST_ON_AGENDA
    assert points[-1] == CLOSING
    assert len(set(points)) == len(points)
