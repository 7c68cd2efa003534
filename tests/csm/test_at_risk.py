"""What is at stake with an account, and what asks for attention first."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from csm.at_risk import at_risk, at_stake, is_at_risk, is_worse, most_at_stake_first
from csm.digest_settings import AtRisk
from csm.health import Finding, FindingKind, Grade, Health, Quadrant, Severity, Stage
from csm.ports import BookLine
from tests.csm.builders import TODAY
from tests.csm.shipped import shipped_playbook

SETTINGS = shipped_playbook().digests.at_risk


def line(
    grade: Grade | None = None,
    severity: Severity | None = None,
    renews_in: int | None = None,
    **more: Any,
) -> BookLine:
    given: dict[str, Any] = {
        "account_id": 1,
        "name": "Acme",
        "currency": "USD",
        "arr": 100_000_00,
        "renewing_arr": 100_000_00,
        "health_week_ago": None,
        "open_risks": 0,
        **more,
    }
    return BookLine(
        **given,
        renews_on=None if renews_in is None else TODAY + timedelta(days=renews_in),
        health=None if grade is None else health(grade, TODAY),
        worst_risk=None if severity is None else risk(severity),
    )


def health(grade: Grade, day: date) -> Health:
    return Health(
        account_id=1,
        day=day,
        score=50.0,
        outcomes=50.0,
        experience=50.0,
        confidence=1.0,
        grade=grade,
        quadrant=Quadrant.FAILING,
        stage=Stage.VALUE,
    )


def risk(severity: Severity) -> Finding:
    return Finding(
        account_id=1,
        kind=FindingKind.RISK,
        rule="detractor",
        severity=severity,
        evidence="NPS 3.",
        opened_on=TODAY,
        seen_on=TODAY,
    )


@pytest.mark.parametrize(
    ("grade", "severity", "share"),
    [
        (Grade.RED, None, 1.0),
        (Grade.YELLOW, None, 0.5),
        (Grade.LIME, None, 0.0),
        (Grade.GREEN, None, 0.0),
        (Grade.NONE, None, 0.6),
        (None, None, 0.6),
        (Grade.GREEN, Severity.MEDIUM, 0.0),
        (Grade.GREEN, Severity.HIGH, 0.4),
        (Grade.YELLOW, Severity.HIGH, 0.5),
        (Grade.YELLOW, Severity.CRITICAL, 0.8),
        (Grade.RED, Severity.CRITICAL, 1.0),
    ],
)
def test_the_share_is_the_higher_of_the_grades_and_the_worst_risks(
    grade: Grade | None, severity: Severity | None, share: float
) -> None:
    found = line(grade, severity)
    assert at_risk(found, SETTINGS) == 100_000_00 * share
    assert is_at_risk(found, SETTINGS) == (share > 0)


def test_a_red_trial_is_at_risk_without_any_arr() -> None:
    found = line(Grade.RED, arr=0, renewing_arr=0)
    assert at_risk(found, SETTINGS) == 0
    assert is_at_risk(found, SETTINGS)


@pytest.mark.parametrize(
    ("renews_in", "times"),
    [(-5, 4), (0, 4), (30, 4), (31, 3), (90, 3), (91, 2), (120, 2), (121, 1), (None, 1)],
)
def test_it_counts_more_as_the_renewal_comes_near(renews_in: int | None, times: float) -> None:
    assert at_stake(line(Grade.RED, renews_in=renews_in), SETTINGS, TODAY) == 100_000 * times


def test_only_what_is_up_for_renewal_counts_more() -> None:
    found = line(Grade.RED, renews_in=10, renewing_arr=20_000_00)
    assert at_stake(found, SETTINGS, TODAY) == 80_000 + 4 * 20_000


@pytest.mark.parametrize(("currency", "minor"), [("USD", 500_00), ("JPY", 500), ("KWD", 500_000)])
def test_currencies_are_compared_in_their_major_units(currency: str, minor: int) -> None:
    found = line(Grade.RED, arr=minor, renewing_arr=0, currency=currency)
    assert at_stake(found, SETTINGS.model_copy(update={"rates": {}}), TODAY) == 500


def test_what_a_currency_is_worth_decides_and_one_without_a_rate_counts_one() -> None:
    yen = line(Grade.RED, arr=9_000_000, renewing_arr=0, currency="JPY")
    dollars = line(Grade.RED, arr=120_000_00, renewing_arr=0)
    unknown = line(Grade.RED, arr=100_000_00, renewing_arr=0, currency="XXX")
    euros = line(Grade.RED, arr=110_000_00, renewing_arr=0, currency="EUR")
    mixed = [yen, dollars, unknown, euros]
    assert most_at_stake_first(mixed, SETTINGS, TODAY) == [euros, dollars, unknown, yen]
    assert at_stake(euros, SETTINGS, TODAY) == pytest.approx(121_000)
    poorer = [replace(one, health=health(Grade.GREEN, TODAY)) for one in mixed]
    assert most_at_stake_first(poorer, SETTINGS, TODAY)[0].currency == "EUR"


@pytest.mark.parametrize("rates", [{"usd": 1.0}, {"USD": 0.0}, {"USD": "1"}])
def test_a_rate_that_makes_no_sense_is_refused(rates: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        AtRisk.model_validate({**SETTINGS.model_dump(), "rates": rates})


def test_more_at_stake_comes_before_a_worse_grade() -> None:
    small, large = line(Grade.RED, arr=10_000_00), line(Grade.YELLOW, arr=90_000_00)
    assert most_at_stake_first([small, large], SETTINGS, TODAY) == [large, small]


def test_where_as_much_is_at_stake_the_worse_grade_more_arr_and_the_name_decide() -> None:
    trial, nothing = (line(grade, arr=0, renewing_arr=0) for grade in (Grade.RED, Grade.NONE))
    rich, poor = line(Grade.GREEN, arr=9_00), line(Grade.LIME, arr=8_00)
    other = line(Grade.GREEN, arr=8_00, name="Zeta")
    mixed = [other, poor, nothing, rich, trial]
    assert most_at_stake_first(mixed, SETTINGS, TODAY) == [trial, nothing, rich, poor, other]


@given(
    st.lists(
        st.builds(
            line,
            grade=st.sampled_from(Grade),
            severity=st.none() | st.sampled_from(Severity),
            renews_in=st.none() | st.integers(-10, 400),
            arr=st.integers(0, 10**12),
            renewing_arr=st.just(0),
            currency=st.sampled_from(["USD", "JPY", "KWD"]),
            account_id=st.integers(1, 10**6),
        ),
        unique_by=lambda one: one.account_id,
    )
)
def test_the_order_does_not_depend_on_how_they_came(lines: list[BookLine]) -> None:
    ordered = most_at_stake_first(lines, SETTINGS, TODAY)
    stakes = [at_stake(one, SETTINGS, TODAY) for one in ordered]
    assert stakes == sorted(stakes, reverse=True)
    assert most_at_stake_first(lines[::-1], SETTINGS, TODAY) == ordered
    assert all(0 <= at_risk(one, SETTINGS) <= one.arr for one in lines)


def test_no_grade_is_worse_than_yellow_and_better_than_red() -> None:
    order = [Grade.GREEN, Grade.LIME, Grade.YELLOW, Grade.NONE, Grade.RED]
    for place, grade in enumerate(order):
        assert [is_worse(grade, than) for than in order] == [n < place for n in range(len(order))]
