"""The manager's digest: what it says, what it compares with, and that it says nothing twice."""

from datetime import date, timedelta
from typing import Any

import pytest

from csm.card import Bullet, Bullets, Card, Table, buttons_of
from csm.chart import Chart
from csm.errors import Forbidden, InvalidInput
from csm.firing import Firing, FiringState
from csm.health import CtaOutcome, CtaStatus, CtaType, Grade, Save, Severity
from csm.people import Capability
from csm.use_cases.team_digest import see_team
from storage.records import SqlRecords
from tests.csm.digest_scene import (
    ACME,
    ALEX,
    CASEY,
    GLOBEX,
    HOOLI,
    INITECH,
    MORGAN,
    RILEY,
    DigestScene,
    cleared,
    words,
)

DAY = timedelta(days=1)


@pytest.fixture
def scene(sqlite_records: SqlRecords) -> DigestScene:
    """Four customers of $120K each, since 2026; as of 28 June 2027."""
    scene = DigestScene(sqlite_records)
    scene.look(acme=Grade.RED, globex=Grade.YELLOW, initech=Grade.GREEN, hooli=Grade.GREEN)
    return scene


def sell(scene: DigestScene, account: str, key: str, arr: int, **more: Any) -> None:
    given = {"started_on": date(2026, 6, 1), "renews_on": date(2028, 6, 1), **more}
    columns = ("account_key", "key", "arr", *given)
    scene._write("subscriptions", columns, (account, key, arr * 100, *given.values()))


def see(scene: DigestScene, kind: str = "") -> Card:
    return both(scene, kind)[0]


def both(scene: DigestScene, kind: str = "") -> tuple[Card, Chart | None]:
    clearance = cleared(MORGAN, Capability.READ_TEAM)
    return see_team(clearance, scene.records, scene.playbook, scene.clock, kind)


def table(card: Card, first: str = "") -> Table:
    return next(b for b in card.blocks if isinstance(b, Table) and b.columns[0] == first)


def at_risk_lines(card: Card) -> tuple[Bullet, ...]:
    return next(b for b in card.blocks if isinstance(b, Bullets) and b.first == 1).items


def test_retention_to_date_and_foreseen(scene: DigestScene) -> None:
    """480 at the start of the year; Globex gave up half of it, Hooli grew by half, and Initech,
    green, renews in autumn: 3 % of its 120 are expected to go."""
    sell(scene, GLOBEX, "s", 120_000, ends_on=date(2027, 3, 1))
    sell(scene, GLOBEX, "less", 60_000, started_on=date(2027, 3, 1))
    sell(scene, HOOLI, "more", 60_000, started_on=date(2027, 5, 1))
    sell(scene, INITECH, "s", 120_000, renews_on=date(2027, 10, 1))
    card = see(scene)
    assert table(card).rows == (
        ("GRR", "87.5 %", "86.8 %"),
        ("NRR", "100.0 %", "99.2 %"),
        ("Customers kept", "100.0 %", "99.2 %"),
    )
    said = words(card)
    assert "$480K at the start" in said
    assert "downsell $60K, expansion $60K. $3,600 more is expected to go." in said
    assert "GRR 87.5 % to date, 86.8 % foreseen" in card.summary


def test_the_quarter_and_the_year_are_each_their_own(scene: DigestScene) -> None:
    sell(scene, GLOBEX, "s", 120_000, ends_on=date(2027, 3, 1))
    assert table(see(scene, "year")).rows[0][1] == "75.0 %"
    assert table(see(scene, " Quarter ")).rows[0][1] == "100.0 %"
    assert "1 Apr 2027 to 30 Jun 2027" in words(see(scene, "quarter"))
    with pytest.raises(InvalidInput, match="/team quarter"):
        see(scene, "month")


def test_currencies_stand_apart(scene: DigestScene) -> None:
    sell(scene, HOOLI, "s", 120_000, currency="EUR", ends_on=date(2027, 2, 1))
    rows = table(see(scene)).rows
    assert [row[:2] for row in rows] == [
        ("GRR, USD", "100.0 %"),
        ("NRR, USD", "100.0 %"),
        ("GRR, EUR", "0.0 %"),
        ("NRR, EUR", "0.0 %"),
        ("Customers kept", "75.0 %"),
    ]


def test_where_nobody_was_a_customer_there_is_no_retention(scene: DigestScene) -> None:
    for account in (ACME, GLOBEX, INITECH, HOOLI):
        sell(scene, account, "s", 120_000, started_on=date(2027, 2, 1))
    card = see(scene)
    assert "Nobody was a customer on 31 Dec 2026" in words(card)
    assert "100" not in card.summary
    assert "no retention yet" in card.summary


def test_an_empty_house_says_so(sqlite_records: SqlRecords) -> None:
    scene = DigestScene(sqlite_records)
    for account in (ACME, GLOBEX, INITECH, HOOLI):
        scene.add_account(account, status="churned")
        sell(scene, account, "s", 120_000, ends_on=date(2026, 7, 1))
    card, chart = both(scene)
    assert "nothing to tell" in card.summary
    assert chart is None
    scene.run("team", MORGAN)
    assert scene.told("team", MORGAN).figures["scope"] == "all"


def test_what_is_at_risk_most_at_stake_first(scene: DigestScene) -> None:
    scene.look(scene.risk(HOOLI, Severity.CRITICAL), hooli=Grade.GREEN)
    card = see(scene)
    said = words(card)
    assert "At risk: $276K ARR in 3 accounts" in said
    bullets = next(b for b in card.blocks if isinstance(b, Bullets) and b.first == 1)
    assert [item.lead for item in bullets.items] == ["Acme", "Hooli", "Globex"]
    assert "$96K of $120K ARR at risk; Green 88" in bullets.items[1].text
    ids = [button.id for button in buttons_of(card)]
    assert ids[:4] == [*(f"account.open:{scene.ids[k]}" for k in (ACME, HOOLI, GLOBEX)),
                       "risks.show:all"]  # fmt: skip


def test_by_csm(scene: DigestScene) -> None:
    scene.look(ctas=(scene.cta(ACME), scene.cta(HOOLI, owner=RILEY, reason="a")))
    assert table(see(scene), "CSM").rows == (
        ("Casey Rivers", "3", "$360K", "$180K", "1", "1"),
        ("Riley Stone", "1", "$120K", "none", "–", "1"),
    )


def test_what_waits_for_whom(scene: DigestScene) -> None:
    assert "Nothing waits for anybody." in words(see(scene))
    late = scene.cta(ACME, due_in=-1, severity=Severity.CRITICAL)
    scene.look(ctas=(late, scene.cta(HOOLI, owner=RILEY)))
    card = see(scene)
    assert "2 calls to action unclaimed" in words(card)
    assert "1 overdue, 1 critical and 1 high; the oldest since 28 Jun 2027." in words(card)
    assert "cta.list:all" in [button.id for button in buttons_of(card)]


def test_leads_passed_on_are_those_of_this_week(scene: DigestScene) -> None:
    now = scene.clock.now()
    closed: dict[str, Any] = {
        "type": CtaType.OPPORTUNITY,
        "status": CtaStatus.CLOSED,
        "outcome": CtaOutcome.DONE,
    }
    scene.look(
        ctas=(
            scene.cta(ACME, reason="a", closed_at=now - DAY, **closed),
            scene.cta(ACME, reason="b", closed_at=now - 8 * DAY, **closed),
        )
    )
    assert "Leads passed on since 21 Jun: 1" in words(see(scene))


def test_the_next_digest_says_what_has_changed(scene: DigestScene) -> None:
    scene.run("team", MORGAN)
    assert "Since last time" not in words(scene.card())
    assert scene.told("team", MORGAN).figures["at_risk"] == {"USD": 18_000_000}
    scene.next_week()
    sell(scene, GLOBEX, "s", 120_000, ends_on=date(2027, 7, 1))
    scene.look(acme=Grade.YELLOW)
    scene.run("team", MORGAN)
    card = scene.card()
    assert table(card).columns[-1] == "Since 28 Jun (to date)"
    assert table(card).rows[0] == ("GRR", "75.0 %", "75.0 %", "−25 points")
    assert "At risk: $60K ARR in 2 accounts ($120K less than on 28 Jun)" in words(card)
    acme, _ = at_risk_lines(card)
    assert "; Yellow 55, was red on 28 Jun: a save;" in acme.text


def test_each_account_at_risk_is_compared_with_the_last_digest(scene: DigestScene) -> None:
    assert "Red 30;" in at_risk_lines(see(scene))[0].text
    scene.run("team", MORGAN)
    scene.next_week()
    scene.look(acme=27.0, initech=Grade.YELLOW)
    acme, globex, initech = at_risk_lines(see(scene))
    assert "Red 27, −3 since 28 Jun;" in acme.text
    assert "unchanged since 28 Jun" in globex.text
    assert "new on this list" in initech.text


def test_a_column_of_changes_stands_only_where_there_is_one(scene: DigestScene) -> None:
    scene.run("team", MORGAN)
    scene.next_week()
    scene.run("team", MORGAN)
    assert table(scene.card()).columns == ("", "To date", "Forecast")
    sell(scene, HOOLI, "more", 60_000, started_on=scene.today)
    assert [row[3] for row in table(see(scene)).rows] == ["–", "+12.5 points", "–"]


def test_currencies_of_which_there_is_nothing_to_tell_share_a_line(scene: DigestScene) -> None:
    sell(scene, HOOLI, "s", 120_000, currency="GBP")
    sell(scene, INITECH, "s", 120_000, currency="JPY")
    card = see(scene)
    assert [row[0] for row in table(card).rows] == ["GRR, USD", "NRR, USD", "Customers kept"]
    first = next(block for block in card.blocks if isinstance(block, Bullets))
    assert (first.items[1].lead, first.items[1].text) == (
        "GBP, JPY",
        "nothing changed, nothing expected to.",
    )
    sell(scene, HOOLI, "s", 120_000, currency="GBP", renews_on=date(2027, 10, 1))
    assert "GRR, GBP" in [row[0] for row in table(see(scene)).rows]
    assert '"JPY"' in words(see(scene))


def test_the_picture_says_which_currencies_it_leaves_out(scene: DigestScene) -> None:
    _, whole = both(scene)
    assert whole is not None
    assert (whole.subtitle, "Only" in whole.alt) == ("", False)
    scene.add_account(HOOLI, currency="EUR")
    sell(scene, HOOLI, "s", 120_000, currency="EUR")
    _, chart = both(scene)
    assert chart is not None
    assert chart.subtitle == "accounts in USD (3 of 4); not shown: €120K"
    assert f"Only {chart.subtitle}." in chart.alt
    assert "GRR (USD) to date" in chart.alt


def test_a_new_period_is_compared_with_nothing(scene: DigestScene) -> None:
    scene.run("team", MORGAN)
    scene.clock.pass_by(days=190)
    scene.run("team", MORGAN)
    assert len(table(scene.card()).columns) == 3


def test_what_was_told_of_other_accounts_is_not_compared(scene: DigestScene) -> None:
    scene.appoint("team", MORGAN, scope="casey")
    scene.run("team", MORGAN)
    assert "Hooli" not in words(scene.card())
    assert table(scene.card(), "CSM").rows[0][1] == "3"
    scene.next_week()
    scene.appoint("team", MORGAN, scope="all")
    scene.run("team", MORGAN)
    assert len(table(scene.card()).columns) == 3


def test_a_save_is_told_once_however_the_hours_fall(scene: DigestScene) -> None:
    def save(account: str) -> Save:
        return Save(account_id=scene.ids[account], day=scene.today, from_score=31, to_score=58.5)

    scene.keep(saves=[save(ACME)])
    scene.run("team", MORGAN)
    assert "from 31 to 58.5, $120K ARR, 28 Jun 2027." in words(scene.card())
    scene.keep(saves=[save(ACME), save(HOOLI)])  # after the digest, on the same day
    scene.next_week()
    scene.run("team", MORGAN)
    saved = words(scene.card()).partition("Saved since")[2].partition("Waiting")[0]
    assert "Hooli" in saved
    assert "Acme" not in saved
    scene.next_week()
    scene.run("team", MORGAN)
    assert "Saved since 5 Jul: no account" in words(scene.card())


def test_jobs_that_failed_are_named(scene: DigestScene) -> None:
    failed = Firing(
        job="backup", period="p", due_at=scene.clock.now() - DAY, state=FiringState.FAILED
    )
    with scene.records.writing() as writer:
        writer.add_firings([failed, failed.model_copy(update={"period": "q"})])
    assert "Work that failed in the last 7 days: backup (2)." in words(see(scene))


def test_deflection_is_four_counts_and_never_one(scene: DigestScene) -> None:
    assert "Questions of the last 7 days: none that we answered" in words(see(scene))


def test_nothing_is_claimed_of_plays_without_a_control_group(scene: DigestScene) -> None:
    assert "control group" not in words(see(scene))


def test_the_picture_comes_with_the_post(scene: DigestScene) -> None:
    scene.next_week()
    scene.look(acme=Grade.YELLOW, globex=Grade.YELLOW, initech=Grade.GREEN)
    scene.run("team", MORGAN)
    (post,) = scene.posts()
    chart = Chart.model_validate(post.chart)
    assert (len(chart.days), chart.days[-1], chart.unit) == (12, scene.today, "USD")
    by_name = {one.name: one.values for one in chart.stacked}
    assert by_name["red"] == (*(None,) * 10, 120_000, 0)
    assert by_name["yellow"] == (*(None,) * 10, 120_000, 240_000)
    assert by_name["green"] == (*(None,) * 10, 240_000, 240_000)  # Hooli's of a week ago lasts
    assert [one.name for one in chart.shares] == ["NRR", "GRR"]
    assert chart.shares[1].values[-1] == 1.0
    assert "red $0 (before $120K)" in chart.alt
    assert "GRR (USD) to date 100.0 %" in chart.alt


def test_nobody_but_managers_and_administrators_sees_it(scene: DigestScene) -> None:
    with pytest.raises(Forbidden):
        cleared(CASEY, Capability.READ_TEAM)
    with pytest.raises(Forbidden):
        see_team(cleared(MORGAN), scene.records, scene.playbook, scene.clock)
    clearance = cleared(ALEX, Capability.READ_TEAM)
    assert see_team(clearance, scene.records, scene.playbook, scene.clock)
