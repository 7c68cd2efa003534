"""What the product concludes from the demo portfolio: every risk, grade, quadrant, stage, lead."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from csm.health import Finding, FindingKind, Grade, Health, Quadrant, Stage
from csm.lead import LeadFamily
from csm.playbook import Playbook, load_playbook
from csm.use_cases.import_portfolio import import_portfolio
from csm.use_cases.refresh_accounts import refresh_accounts
from sources.demo import demo_portfolio
from storage.records import SqlRecords
from tests.databases import copy_of, opened, sqlite_url

TODAYS = (date(2026, 11, 22), date(2028, 2, 29), date(2026, 12, 31))
PLAYBOOK = Path(__file__).parents[2] / "playbook"


@dataclass(frozen=True)
class Concluded:
    """What was concluded, by account key."""

    playbook: Playbook
    health: dict[str, Health]
    history: dict[str, list[Health]]
    risks: dict[str, dict[str, Finding]]
    leads: dict[str, dict[str, Finding]]


def conclude(file: Path, today: date, weeks: int) -> Concluded:
    playbook = load_playbook(PLAYBOOK)
    with opened(sqlite_url(file)) as database:
        records = SqlRecords(database)
        import_portfolio(demo_portfolio(today), records, today, lambda _kind, _done, _total: None)
        for week in reversed(range(weeks + 1)):
            refresh_accounts(records, playbook, today - timedelta(weeks=week))
        with records.reading() as reader:
            ids = reader.account_ids()
            keys = {i: stored.account.key for i in ids if (stored := reader.account(i))}
            history = {keys[i]: reader.health_history(i, date.min) for i in ids}
            found = reader.open_findings_of(ids)

    def by_account(kind: FindingKind) -> dict[str, dict[str, Finding]]:
        result: dict[str, dict[str, Finding]] = {key: {} for key in keys.values()}
        for finding in found:
            if finding.kind is kind:
                result[keys[finding.account_id]][finding.rule] = finding
        return result

    return Concluded(
        playbook,
        {key: days[-1] for key, days in history.items()},
        history,
        by_account(FindingKind.RISK),
        by_account(FindingKind.LEAD),
    )


@pytest.fixture(scope="module", params=TODAYS, ids=str)
def concluded(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Concluded:
    folder = tmp_path_factory.mktemp("demo")
    return conclude(copy_of(sqlite_template, folder), request.param, weeks=0)


def test_every_named_risk_occurs(concluded: Concluded) -> None:
    named = {risk.id for risk in concluded.playbook.risks}
    assert {rule for rules in concluded.risks.values() for rule in rules} == named


def test_every_grade_occurs(concluded: Concluded) -> None:
    assert {health.grade for health in concluded.health.values()} == set(Grade)


def test_every_quadrant_occurs(concluded: Concluded) -> None:
    quadrants = {health.quadrant for health in concluded.health.values()}
    assert quadrants >= set(Quadrant) - {Quadrant.UNKNOWN}


def test_every_stage_occurs(concluded: Concluded) -> None:
    assert {health.stage for health in concluded.health.values()} == set(Stage)


def test_leads_of_all_kinds_occur(concluded: Concluded) -> None:
    family = {lead.id: lead.family for lead in concluded.playbook.leads}
    found = {family[rule] for rules in concluded.leads.values() for rule in rules}
    assert found == set(LeadFamily)


def test_most_accounts_are_well(concluded: Concluded) -> None:
    grades = [health.grade for health in concluded.health.values()]
    assert grades.count(Grade.GREEN) > len(grades) / 2
    assert grades.count(Grade.LIME) >= 3
    assert grades.count(Grade.YELLOW) >= 2
    assert grades.count(Grade.RED) >= 2


def test_acme_is_yellow_with_the_risks_of_its_story(concluded: Concluded) -> None:
    assert concluded.health["acme"].grade is Grade.YELLOW
    assert concluded.health["acme"].stage is Stage.RENEWAL
    assert concluded.risks["acme"].keys() >= {
        "habits_decline",
        "renewal_at_risk",
        "sponsor_change",
        "urgent_ticket_ageing",
    }
    assert "75 days" in concluded.risks["acme"]["renewal_at_risk"].evidence


def test_globex_is_well_and_wants_more(concluded: Concluded) -> None:
    assert concluded.health["globex"].grade in {Grade.GREEN, Grade.LIME}
    assert "expansion_lead" in concluded.leads["globex"]
    assert concluded.risks["globex"] == {}


@pytest.mark.parametrize(
    ("account", "risk"),
    [
        ("hollow-pine", "account_dark"),
        ("silverbirch", "low_deployment"),
        ("tinder-box", "downsell"),
        ("kestrel", "onboarding_late"),
        ("parsnip", "no_initial_value_90"),
        ("granite-peak", "no_initial_value_120"),
        ("copperline", "objective_overdue"),
        ("greywater", "data_gap"),
        ("mallow-rye", "data_gap"),
        ("northwind-mills", "sponsor_change"),
        ("bluefin", "company_event"),
        ("quillstone", "detractor"),
        ("ferrous", "support_overload"),
        ("tallgrass", "sla_breach"),
        ("old-harbour", "renewal_at_risk"),
        ("pepperwood", "payment_failure"),
        ("larkspur", "contract_change_requested"),
        ("violet-ridge", "unanswered_question"),
    ],
)
def test_a_story_shows_its_own_risk(concluded: Concluded, account: str, risk: str) -> None:
    assert risk in concluded.risks[account]


@pytest.mark.parametrize(
    ("account", "quadrant"),
    [
        ("globex", Quadrant.SUCCESSFUL),
        ("marigold", Quadrant.FRIENDLY_NO_ROI),
        ("ironbridge", Quadrant.VALUE_WITHOUT_LOVE),
        ("dunmore", Quadrant.FAILING),
    ],
)
def test_a_story_shows_its_own_quadrant(
    concluded: Concluded, account: str, quadrant: Quadrant
) -> None:
    assert concluded.health[account].quadrant is quadrant


def test_a_friendly_account_without_outcomes_never_reads_as_healthy(concluded: Concluded) -> None:
    assert concluded.health["marigold"].grade is Grade.YELLOW


def test_the_past_makes_sense(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("history")
    lived = conclude(copy_of(sqlite_template, folder), TODAYS[0], weeks=12)
    assert {len(days) for days in lived.history.values() if days} >= {13}
    acme = [health.score or 0 for health in lived.history["acme"]]
    assert acme[0] > acme[-1] + 15
    assert lived.risks["acme"]["habits_decline"].opened_on > TODAYS[0] - timedelta(days=29)
    teasel = [health.grade for health in lived.history["teasel"]]
    assert teasel[0] is Grade.RED
    assert teasel[-1] in {Grade.LIME, Grade.GREEN}
    globex = [health.grade for health in lived.history["globex"]]
    assert set(globex) == {Grade.GREEN}
