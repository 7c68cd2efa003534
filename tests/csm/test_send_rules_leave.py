"""Leave, facts, the lines of e-mail and the volume: the rules of what may go at all."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from csm.account import Account, Touch
from csm.guard import Outcome
from csm.guard.rule import Look
from csm.guard.send_rules import SEND_RULES
from csm.guard.sending import Approval, FactNow, Moment, Sending
from csm.guard_settings import SendGuard
from csm.people import STRANGER, Principal
from csm.play import Approver, Tier
from tests.csm.sending_builder import (
    ACCOUNT,
    ADMIN,
    BODY,
    CSM,
    IDENTITY,
    MANAGER,
    NOW,
    OTHER_CSM,
    PERSON,
    UNSUBSCRIBE,
    approval,
    dm_sending,
    send_settings,
    sending,
    tier_approval,
)

PASS, HOLD, REFUSE = Outcome.PASS, Outcome.HOLD, Outcome.REFUSE
RULES = {rule.id: rule for rule in SEND_RULES}
SETTINGS = send_settings()


def look(rule_id: str, case: Sending, settings: SendGuard = SETTINGS) -> Look:
    return RULES[rule_id].look(case, settings)


def outcome(rule_id: str, case: Sending, settings: SendGuard = SETTINGS) -> Outcome:
    return look(rule_id, case, settings).outcome


def account(**changes: Any) -> Account:
    return ACCOUNT.model_copy(update=changes)


HIGH = account(touch=Touch.HIGH)
HIGH_ALONE = account(touch=Touch.HIGH, csm_email="")


@pytest.mark.parametrize(
    ("given", "approver", "expected"),
    [
        (approval(by=CSM), Approver.CSM, PASS),
        (approval(by=replace(CSM, email="PAT@Lanternboard.example")), Approver.CSM, PASS),
        (approval(by=MANAGER), Approver.CSM, PASS),
        (approval(by=ADMIN), Approver.CSM, PASS),
        (approval(by=OTHER_CSM), Approver.CSM, REFUSE),
        (approval(by=CSM), Approver.MANAGER, REFUSE),
        (approval(by=MANAGER), Approver.MANAGER, PASS),
        (approval(by=ADMIN), Approver.MANAGER, PASS),
        (approval(by=PERSON), Approver.CSM, REFUSE),
        (approval(by=replace(PERSON, email=CSM.email)), Approver.CSM, REFUSE),
        (approval(by=STRANGER), Approver.CSM, REFUSE),
        (approval(by=replace(STRANGER, of_ours=True)), Approver.CSM, REFUSE),
        (approval(fingerprint="0" * 64), Approver.CSM, REFUSE),
        (approval(until=NOW), Approver.CSM, REFUSE),
        (approval(until=NOW + timedelta(seconds=1)), Approver.CSM, PASS),
        (None, Approver.CSM, REFUSE),
    ],
)
@pytest.mark.parametrize("moment", [Moment.APPROVING, Moment.RELEASING])
def test_only_those_approve_who_may(
    given: Approval | None, approver: Approver, expected: Outcome, moment: Moment
) -> None:
    case = sending(approval=given, approver=approver, moment=moment)
    assert outcome("approval", case) is expected


def test_a_draft_needs_no_approval_yet() -> None:
    found = look("approval", sending(approval=None, moment=Moment.DRAFTING))
    assert (found.outcome, found.reason) == (PASS, "Nobody has approved it yet.")


@pytest.mark.parametrize("author", [CSM, MANAGER, ADMIN])
def test_the_author_approves_only_if_a_setting_says_so(author: Principal) -> None:
    case = sending(author=author.key, approval=approval(by=author))
    assert outcome("approval", case) is REFUSE
    assert outcome("approval", case, send_settings(author_may_approve=True)) is PASS


def test_no_csm_approves_for_an_account_without_one() -> None:
    case = sending(account=account(csm_email=""), approval=approval(by=replace(CSM, email="")))
    assert outcome("approval", case) is REFUSE
    assert outcome("approval", sending(account=None)) is REFUSE


@pytest.mark.parametrize(
    ("given", "now", "expected"),
    [
        (Tier.DELAYED, Tier.DELAYED, PASS),
        (Tier.DELAYED, Tier.AUTOMATIC, PASS),
        (Tier.AUTOMATIC, Tier.AUTOMATIC, PASS),
        (Tier.AUTOMATIC, Tier.DELAYED, REFUSE),
        (Tier.DELAYED, Tier.MANUAL, REFUSE),
        (Tier.MANUAL, Tier.AUTOMATIC, REFUSE),
        (Tier.MANUAL, Tier.MANUAL, REFUSE),
    ],
)
def test_a_tier_that_was_lost_sends_nothing_more(given: Tier, now: Tier, expected: Outcome) -> None:
    case = sending(approval=tier_approval(given), play_tier=now)
    assert outcome("approval", case) is expected


def test_a_tier_s_approval_is_bound_like_a_person_s() -> None:
    late = tier_approval(until=NOW)
    other = tier_approval(fingerprint="0" * 64)
    for given in (late, other):
        case = sending(approval=given, play_tier=Tier.AUTOMATIC)
        assert outcome("approval", case) is REFUSE


@pytest.mark.parametrize(
    ("of", "given", "expected"),
    [
        (HIGH, approval(by=CSM), PASS),
        (HIGH, approval(by=replace(ADMIN, email=CSM.email)), PASS),  # who is its CSM, too
        (HIGH, approval(by=OTHER_CSM), REFUSE),
        (HIGH, approval(by=MANAGER), REFUSE),
        (HIGH, approval(by=ADMIN), REFUSE),
        (HIGH, approval(by=replace(PERSON, email=CSM.email)), REFUSE),
        (HIGH, tier_approval(), REFUSE),
        (HIGH, None, REFUSE),
        (HIGH_ALONE, approval(by=MANAGER), PASS),
        (HIGH_ALONE, approval(by=ADMIN), PASS),
        (HIGH_ALONE, approval(by=OTHER_CSM), REFUSE),
        (HIGH_ALONE, tier_approval(), REFUSE),
        (ACCOUNT, approval(by=MANAGER), PASS),
        (ACCOUNT, tier_approval(), PASS),
    ],
)
def test_a_high_touch_account_hears_from_us_through_its_csm(
    of: Account, given: Approval | None, expected: Outcome
) -> None:
    case = sending(account=of, approval=given, play_tier=Tier.AUTOMATIC)
    assert outcome("touch_model", case) is expected
    drafted = replace(case, approval=None, moment=Moment.DRAFTING)
    assert outcome("touch_model", drafted) is PASS


@pytest.mark.parametrize(
    ("touch", "allowed", "expected"),
    [
        (Touch.TECH, ("tech",), PASS),
        (Touch.TECH, ("high",), REFUSE),
        (Touch.HIGH, ("tech",), REFUSE),
        (Touch.HIGH, ("high", "tech"), PASS),
    ],
)
@pytest.mark.parametrize("moment", Moment)
def test_a_play_goes_to_accounts_of_its_touch(
    touch: Touch, allowed: tuple[str, ...], expected: Outcome, moment: Moment
) -> None:
    case = sending(account=account(touch=touch), allowed_touch=allowed, moment=moment)
    assert outcome("touch_model", case) is expected


def fact(then: str, now: str | None, *numbers: float | None) -> FactNow:
    return FactNow("Seats in use", then, now, *numbers)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ((), PASS),
        ((fact("high", "high"),), PASS),
        ((fact("high", "low"),), REFUSE),
        ((fact("high", None),), REFUSE),
        ((fact("100", None, 100, 100),), REFUSE),
        ((fact("100 seats", "110 seats", 100, 110),), PASS),
        ((fact("100 seats", "111 seats", 100, 111),), REFUSE),
        ((fact("100 seats", "90 seats", 100, 90),), PASS),
        ((fact("100 seats", "89 seats", 100, 89),), REFUSE),
        ((fact("−100", "−110", -100, -110),), PASS),
        ((fact("−100", "100", -100, 100),), REFUSE),
        ((fact("0", "1", 0, 1),), REFUSE),
        ((fact("100", "none", 100, None),), REFUSE),
        ((fact("some", "100", None, 100),), REFUSE),
        ((fact("never", "5", float("inf"), 5),), REFUSE),
        ((fact("100", "?", 100, float("nan")),), REFUSE),
        ((fact("a", "a"), fact("b", "c")), REFUSE),
    ],
)
def test_what_a_message_tells_is_still_so(facts: Sequence[FactNow], expected: Outcome) -> None:
    assert outcome("facts_true", sending(facts=tuple(facts))) is expected


def test_what_has_changed_is_told_with_both_values() -> None:
    facts = (fact("42", None), FactNow("Plan", "Team", "Team"), FactNow("Logins", "9", "2", 9, 2))
    found = look("facts_true", sending(facts=facts, reason_holds=True))
    assert found.inputs[:2] == ("Seats in use: 42, now unknown", "Logins: 9, now 2")
    assert found.reason == "What it tells has changed."


@pytest.mark.parametrize(("holds", "expected"), [(True, PASS), (None, PASS), (False, REFUSE)])
def test_a_message_whose_reason_is_gone_is_not_sent(holds: bool | None, expected: Outcome) -> None:
    found = look("facts_true", sending(reason_holds=holds))
    assert found.outcome is expected
    assert found.reason == ("The reason for writing is gone." if holds is False else "")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, PASS),
        ({"body": f"{IDENTITY}\n({UNSUBSCRIBE})."}, PASS),
        ({"body": BODY.replace(IDENTITY, "")}, REFUSE),
        ({"body": BODY.replace(UNSUBSCRIBE, "")}, REFUSE),
        ({"body": BODY.replace(UNSUBSCRIBE, UNSUBSCRIBE + "45")}, REFUSE),
        ({"body": BODY.replace(UNSUBSCRIBE, "https://evil.example/?" + UNSUBSCRIBE)}, REFUSE),
        ({"identity": ""}, REFUSE),
        ({"identity": " "}, REFUSE),
        ({"unsubscribe": ""}, REFUSE),
    ],
)
def test_an_e_mail_says_who_we_are_and_how_to_refuse_it(
    changes: dict[str, str], expected: Outcome
) -> None:
    assert outcome("mail_lines", sending(**changes)) is expected
    assert outcome("mail_lines", dm_sending(**changes)) is PASS


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://csm.lanternboard.example/u/a_-", PASS),
        ("http://csm.lanternboard.example/u/a", REFUSE),
        ("http://127.0.0.1:8080/u/a", PASS),
        ("http://localhost:8080/u/a", PASS),
        ("http://[::1]:8080/u/a", PASS),
        ("http://10.0.0.1/u/a", REFUSE),
        ("https://10.0.0.1/u/a", REFUSE),
        ("http://localhost.evil.example/u/a", REFUSE),
        ("https://pat@evil.example/u/a", REFUSE),
        ("mailto:stop@lanternboard.example", REFUSE),
        ("ftp://localhost/u/a", REFUSE),
        ("csm.lanternboard.example/u/a", REFUSE),
        ("https://[x", REFUSE),
    ],
)
def test_the_address_to_unsubscribe_at_is_safe(address: str, expected: Outcome) -> None:
    case = sending(unsubscribe=address, body=f"{IDENTITY}\nStop here: {address}")
    assert outcome("mail_lines", case) is expected


@pytest.mark.parametrize(
    ("sent", "normal", "expected"),
    [
        (29, 0, PASS),
        (30, 0, HOLD),
        (30, 20, PASS),
        (59, 20, PASS),
        (60, 20, HOLD),
        (30, 10, HOLD),
    ],
)
def test_the_line_stops_far_above_a_normal_hour(
    sent: int, normal: float, expected: Outcome
) -> None:
    found = look("volume", sending(sent_last_hour=sent, normal_hour=normal))
    assert found.outcome is expected
    assert found.inputs[0] == f"{sent} sent in the last hour"
