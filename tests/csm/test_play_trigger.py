"""When plays are due, for whom, and whether the reason still holds."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from csm.account import Account, AccountStatus, Touch
from csm.health import Cta, CtaStatus, CtaType, Severity, Snapshot
from csm.open_reason import OpenReason, open_reasons
from csm.play import Play
from csm.play_trigger import Due, Standing, answered, due_plays, reason_holds
from csm.release import Release
from tests.csm.shipped import shipped_playbook
from tests.csm.test_outreach_plan import play

TODAY = date(2026, 3, 9)
WHEN = {"signal": "seat_use", "below": 0.5}
OWN = {"when": WHEN, "evidence": "Only {seat_use} of the seats."}
EARLIER = date(2026, 2, 2)
OPEN = OpenReason(EARLIER, TODAY)
RELEASE = Release(
    id="news",
    name="Alerts in chat",
    feature="alerts",
    on=date(2026, 3, 2),
    link="https://help.vendor.example/alerts",
    text="An alert can now go to a channel.",
)


def cta(play: str = "tip", **changes: Any) -> Cta:
    values = {
        "account_id": 1,
        "type": CtaType.RISK,
        "reason": "low_deployment",
        "title": "Act",
        "evidence": "4 of 60 seats.",
        "severity": Severity.MEDIUM,
        "play": play,
        "opened_on": TODAY,
        "due_on": TODAY,
    }
    return Cta(**{**values, **changes})


def standing(
    signals: dict[str, float] | None = None,
    ctas: dict[int, Cta] | None = None,
    used: tuple[str, ...] = (),
    account_id: int = 1,
    findings: tuple[tuple[str, date, date], ...] = (),
    **changes: Any,
) -> Standing:
    values = {"key": f"a{account_id}", "name": "Acme", "segment": "smb", "touch": Touch.TECH}
    snapshot = Snapshot(account_id=account_id, as_of=TODAY, signals=signals or {})
    account = Account(**{**values, **changes})
    asked = [(one.reason, one.opened_on) for one in (ctas or {}).values()]
    reasons = open_reasons(findings, asked)
    return Standing(account_id, account, snapshot if signals else None, ctas or {}, used, reasons)


def due(one: Play, *standings: Standing, releases: tuple[Release, ...] = ()) -> list[Due]:
    return due_plays([one], standings, releases, TODAY)


def test_an_open_call_to_action_is_a_reason() -> None:
    (found,) = due(play(), standing(ctas={7: cta()}))
    assert (found.cta_id, found.evidence, found.severity) == (7, "4 of 60 seats.", Severity.MEDIUM)


def test_a_claimed_one_is_too_and_a_closed_one_is_not() -> None:
    assert due(play(), standing(ctas={7: cta(status=CtaStatus.CLAIMED)}))
    assert not due(play(), standing(ctas={7: cta(status=CtaStatus.CLOSED)}))
    assert not due(play(), standing(ctas={7: cta(play="other")}))


def test_of_several_the_most_severe_is_told() -> None:
    ctas = {1: cta(), 2: cta(severity=Severity.HIGH, due_on=date(2026, 4, 1)), 3: cta()}
    (found,) = due(play(), standing(ctas=ctas))
    assert found.cta_id == 2


def test_the_play_s_own_test_is_a_reason_and_its_signals_are_told() -> None:
    (found,) = due(play(**OWN), standing({"seat_use": 0.3}))
    assert found.cta_id is None
    assert found.evidence == "Only 30 % of the seats."
    assert not due(play(**OWN), standing({"seat_use": 0.6}))
    assert not due(play(**OWN), standing({"seats": 3}))
    assert not due(play(**OWN), standing())


def test_a_test_comes_with_the_sentence_that_tells_it() -> None:
    for half in ({"when": WHEN}, {"evidence": "Only {seat_use} of the seats."}):
        with pytest.raises(ValidationError, match="when and evidence go together"):
            play(**half)


def test_what_was_not_seen_on_the_newest_refresh_begins_nothing() -> None:
    asks = {7: cta(opened_on=EARLIER)}
    seen = (("low_deployment", EARLIER, TODAY),)
    unseen = (("low_deployment", EARLIER, date(2026, 3, 2)),)
    known = {"seats": 3.0}
    assert due(play(), standing(known, asks, findings=seen))
    assert not due(play(), standing(known, asks, findings=unseen))


def test_what_says_of_itself_that_it_is_gone_begins_nothing() -> None:
    gone = cta(evidence="No longer seen since 4 October 2025. 4 of 60 seats.")
    one = standing(ctas={7: gone})
    assert due(play(), one)  # as long as something else keeps it open
    assert not due(play(), replace(one, reasons={}))


@pytest.mark.parametrize(
    ("fresh_days", "days_ago", "is_due"),
    [(None, 14, True), (None, 15, False), (3, 3, True), (3, 4, False)],
)
def test_a_moment_that_is_past_begins_nothing(
    fresh_days: int | None, days_ago: int, is_due: bool
) -> None:
    opened = TODAY - timedelta(days=days_ago)
    one = standing(ctas={7: cta(opened_on=opened)})
    assert bool(due(play(fresh_days=fresh_days), one)) is is_due


def test_a_risk_is_fresh_for_as_long_as_it_lasts_unless_the_play_says_otherwise() -> None:
    one = standing(ctas={7: cta()}, findings=(("low_deployment", EARLIER, TODAY),))
    assert due(play(), one)
    assert not due(play(fresh_days=30), one)


def test_a_letter_answers_only_the_reasons_of_its_play() -> None:
    one = standing(ctas={7: cta()})
    assert due(play(reasons=["low_deployment"]), one)
    assert not due(play(reasons=["downsell"]), one)
    assert not due(play(reasons=[]), one)


def test_nothing_begins_where_the_letter_would_not_be_true() -> None:
    premise = {"signal": "nps_newest", "at_most": 6}
    ctas = {7: cta()}
    assert due(play(premise=premise), standing({"nps_newest": 3.0}, ctas))
    assert not due(play(premise=premise), standing({"nps_newest": 10.0}, ctas))
    assert not due(play(premise=premise), standing({"seats": 3.0}, ctas))
    assert not due(play(premise=premise, **OWN), standing({"nps_newest": 10.0, "seat_use": 0.1}))


def test_without_a_test_and_a_call_nothing_is_due() -> None:
    assert not due(play(), standing({"seat_use": 0.3}))


@pytest.mark.parametrize(
    ("changes", "account", "fits"),
    [
        ({"segments": ["enterprise"]}, {}, False),
        ({"segments": ["enterprise", "smb"]}, {}, True),
        ({"touch": ["high"]}, {}, False),
        ({"touch": ["high"]}, {"touch": Touch.HIGH}, True),
        ({}, {"status": AccountStatus.CHURNED}, False),
        ({}, {"status": AccountStatus.TRIAL}, True),
    ],
)
def test_segment_touch_and_status_must_fit(
    changes: dict[str, Any], account: dict[str, Any], fits: bool
) -> None:
    assert bool(due(play(**changes), standing(ctas={7: cta()}, **account))) is fits


def test_many_accounts_at_once_highest_stakes_first() -> None:
    tip, other = play(**OWN), play(**OWN).model_copy(update={"id": "a_tip"})
    standings = [
        standing({"seat_use": 0.1}, account_id=1),
        standing({"seat_use": 0.9}, account_id=2),
        standing(ctas={5: cta(severity=Severity.HIGH)}, account_id=3),
    ]
    found = due_plays([tip, other], standings, (), TODAY)
    assert [(one.account_id, one.play.id) for one in found] == [
        (3, "tip"),
        (1, "a_tip"),
        (1, "tip"),
    ]


def test_of_equal_severity_the_larger_account_comes_first() -> None:
    standings = [
        standing({"seat_use": 0.1, "arr": arr}, account_id=id_)
        for id_, arr in ((1, 500.0), (2, 900.0))
    ]
    found = due_plays([play(**OWN)], standings, (), TODAY)
    assert [one.account_id for one in found] == [2, 1]


def test_news_are_for_those_who_use_the_feature() -> None:
    announcement = shipped_playbook().plays["release_announcement"]
    active = {"days_since_usage": 1.0}
    (found,) = due(announcement, standing(active, used=("alerts",)), releases=(RELEASE,))
    assert found.release is RELEASE
    assert "a feature that they use" in found.evidence
    assert found.evidence.endswith(RELEASE.text)
    assert not due(announcement, standing(active, used=("imports",)), releases=(RELEASE,))
    assert not due(announcement, standing(active, used=("alerts",)))


def test_a_play_for_people_is_never_due() -> None:
    repair = shipped_playbook().plays["data_gap_repair"]
    assert not due(repair, standing(ctas={1: cta("data_gap_repair")}))


def snapshot(**signals: float) -> Snapshot:
    return Snapshot(account_id=1, as_of=TODAY, signals=signals)


def test_the_reason_holds_while_a_rule_that_asks_for_the_play_is_open() -> None:
    playbook = shipped_playbook()
    check_in, rules = playbook.plays["habits_decline_check_in"], playbook.rules()
    decline, other = {"habits_decline": OPEN}, {"detractor": OPEN}
    fell, rose = snapshot(usage_change_28d=-0.4), snapshot(usage_change_28d=0.01)
    assert reason_holds(check_in, rules, decline | other, fell) is True
    assert reason_holds(check_in, rules, other, fell) is False
    assert reason_holds(check_in, rules, {}, None) is False
    # What the letter says must be so, besides.
    assert reason_holds(check_in, rules, decline, rose) is False
    assert reason_holds(check_in, rules, decline, snapshot(seats=3)) is None


def test_the_reason_does_not_hold_once_it_is_not_seen_any_more() -> None:
    asking = shipped_playbook().rule("low_deployment")
    assert asking is not None
    rules = [asking.model_copy(update={"play": "tip"})]
    seen = {"low_deployment": OpenReason(EARLIER, TODAY)}
    unseen = {"low_deployment": OpenReason(EARLIER, date(2026, 3, 2))}
    assert reason_holds(play(), rules, seen, snapshot(seats=3)) is True
    assert reason_holds(play(), rules, unseen, snapshot(seats=3)) is False
    assert reason_holds(play(reasons=["downsell"]), rules, seen, snapshot(seats=3)) is None


def test_a_person_may_ask_for_a_letter_that_is_true_without_a_reason() -> None:
    premise = {"signal": "nps_newest", "at_most": 6}
    asked = play(on_request=True, **OWN)
    high = snapshot(seat_use=0.7)
    assert reason_holds(asked, (), {}, high, asked=True) is True
    assert reason_holds(asked, (), {}, high) is False
    assert reason_holds(play(**OWN), (), {}, high, asked=True) is False
    happy = play(on_request=True, premise=premise)
    assert reason_holds(happy, (), {}, snapshot(nps_newest=10), asked=True) is False
    assert reason_holds(happy, (), {}, snapshot(nps_newest=2), asked=True) is True


def test_the_reason_holds_while_the_play_s_own_test_does() -> None:
    tip = play(**OWN)
    assert reason_holds(tip, (), {}, snapshot(seat_use=0.3)) is True
    assert reason_holds(tip, (), {}, snapshot(seat_use=0.7)) is False
    assert reason_holds(tip, (), {}, snapshot(seats=7)) is None
    assert reason_holds(tip, (), {}, None) is None


def test_a_play_that_nothing_asks_for_needs_no_reason() -> None:
    assert reason_holds(play(), (), {}, snapshot(seat_use=0.3)) is None


def test_every_play_that_writes_begins_somewhere() -> None:
    playbook = shipped_playbook()
    for one in playbook.plays.values():
        plan = one.outreach
        assert not plan or plan.when or plan.on_request or answered(one, playbook.rules())
