"""Every rule of sending counts: none can be taken out of the table, or turned round, unseen."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest

from csm.account import AccountStatus, Touch
from csm.guard import Addressed, Cleared, GuardFacts, Held, Outcome, Outgoing, review_outreach
from csm.guard.rule import Look, SendRule
from csm.guard.send_rules import SEND_RULES
from csm.guard.sending import FactNow, Sending
from csm.guard.sending import Touch as Message
from csm.guard_settings import SendGuard
from csm.pause import Pause, PauseScope
from csm.people import Audience, AudienceKind
from csm.play import Category, ChannelKind
from csm.suppression import Suppression, SuppressionKind
from tests.csm.sending_builder import (
    ACCOUNT,
    BODY,
    CONTACT,
    MANAGER,
    NOW,
    PERSON,
    approval,
    channel_sending,
    dm_sending,
    guard_settings,
    place_of,
    sending,
)

REVIEW = import_module("csm.guard.review")  # `csm.guard.review` by name is its function
HOLD, REFUSE = Outcome.HOLD, Outcome.REFUSE


def messages(*contacts: str) -> tuple[Message, ...]:
    return tuple(Message(NOW - timedelta(days=3), contact, "email") for contact in contacts)


def suppression(kind: SuppressionKind) -> Suppression:
    return Suppression(account_key="acme", kind=kind, at=NOW, source="a test")


# Each is stopped by one rule and by no other, with that outcome.
ONLY: dict[str, tuple[Outcome, Sending]] = {
    "kill_switch": (HOLD, sending(pauses=(Pause(scope=PauseScope.ALL, by="ada", at=NOW),))),
    "belongs": (REFUSE, dm_sending(person=replace(PERSON, account_key="globex"))),
    "place": (
        REFUSE,
        channel_sending(place=place_of(Audience(AudienceKind.CUSTOMER, "globex"))),
    ),
    "reachable": (REFUSE, sending(has_courier=False)),
    "consent": (REFUSE, sending(contact=CONTACT.model_copy(update={"consent": False}))),
    "account_suppressed": (
        REFUSE,
        sending(suppressions=(suppression(SuppressionKind.DO_NOT_CONTACT),)),
    ),
    "frequency_contact": (HOLD, sending(touches=messages("bo", "bo"))),
    "frequency_account": (HOLD, sending(touches=messages("bo", "cy", "cy", ""))),
    "decent_hours": (HOLD, sending(now=NOW + timedelta(hours=8))),
    "ticket": (HOLD, sending(urgent_tickets=("T-1",))),
    "negotiation": (HOLD, sending(negotiation="they asked to change terms")),
    "human_talk": (HOLD, sending(last_talk=NOW - timedelta(hours=1))),
    "play_cooldown": (REFUSE, sending(play_sent_at=NOW - timedelta(days=2))),
    "same_text": (REFUSE, sending(text_sent_at=NOW - timedelta(days=2))),
    "approval": (REFUSE, sending(approval=None)),
    "facts_true": (REFUSE, sending(facts=(FactNow("Seats", "12", "19", 12, 19),))),
    "holdout": (REFUSE, sending(is_holdout=True)),
    "touch_model": (
        REFUSE,
        sending(
            account=ACCOUNT.model_copy(update={"touch": Touch.HIGH}), approval=approval(by=MANAGER)
        ),
    ),
    "mail_lines": (REFUSE, sending(identity="Somebody Else Ltd")),
    "volume": (HOLD, sending(sent_last_hour=1000)),
}

CLEAR = {"mail": sending(), "dm": dm_sending(), "channel": channel_sending()}


def verdict_of(case: Sending) -> tuple[Outcome, set[str]]:
    """What comes of a message, and the rules that object to it, by the whole review."""
    outgoing = Outgoing(
        text=BODY,
        account_key="acme",
        addressed=Addressed(
            contact_key="bo",
            channel=ChannelKind.EMAIL,
            recipient="email:bo@acme.example",
            subject="Dashboards",
            play="habits_check_in",
            category=Category.SUCCESS,
            language="en",
        ),
    )
    print_of = outgoing.fingerprint
    leave = replace(case.approval, fingerprint=print_of) if case.approval else None
    facts = GuardFacts(sending=replace(case, fingerprint=print_of, approval=leave))
    result = review_outreach(outgoing, facts, guard_settings())
    objections = {one.rule for one in result.verdict.objections}
    if isinstance(result, Cleared):
        return Outcome.PASS, objections
    return HOLD if isinstance(result, Held) else REFUSE, objections


def surprises() -> list[str]:
    """The cases that do not come out as they should."""
    found = [name for name, case in CLEAR.items() if verdict_of(case) != (Outcome.PASS, set())]
    found += [
        rule for rule, (outcome, case) in ONLY.items() if verdict_of(case) != (outcome, {rule})
    ]
    return found


@pytest.fixture(autouse=True)
def no_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules of words have tests of their own."""
    monkeypatch.setattr(REVIEW, "RULES", ())
    monkeypatch.setattr(REVIEW, "LETTER_RULES", ())


def inverted(rule: SendRule) -> SendRule:
    def look(case: Sending, settings: SendGuard) -> Look:
        found = rule.look(case, settings)
        turned = Outcome.PASS if found.outcome is not Outcome.PASS else REFUSE
        return found._replace(outcome=turned, until=None)

    return replace(rule, look=look)


def milder(rule: SendRule) -> SendRule:
    """Holds what it refused, and the other way round."""

    def look(case: Sending, settings: SendGuard) -> Look:
        found = rule.look(case, settings)
        other = {HOLD: REFUSE, REFUSE: HOLD, Outcome.PASS: Outcome.PASS}
        return found._replace(outcome=other[found.outcome])

    return replace(rule, look=look)


def with_rule(rule_id: str, change: Callable[[SendRule], SendRule]) -> Sequence[SendRule]:
    return [change(rule) if rule.id == rule_id else rule for rule in SEND_RULES]


def test_every_rule_has_a_case_that_it_alone_stops() -> None:
    assert [rule.id for rule in SEND_RULES] == list(ONLY)
    assert surprises() == []


@pytest.mark.parametrize("rule_id", ONLY)
def test_a_rule_taken_out_is_missed(rule_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    others = [rule for rule in SEND_RULES if rule.id != rule_id]
    monkeypatch.setattr(REVIEW, "SEND_RULES", others)
    assert surprises() == [rule_id]


@pytest.mark.parametrize("rule_id", ONLY)
def test_a_rule_turned_round_is_noticed(rule_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(REVIEW, "SEND_RULES", with_rule(rule_id, inverted))
    assert set(surprises()) == {*CLEAR, *ONLY}


@pytest.mark.parametrize("rule_id", ONLY)
def test_a_hold_is_no_refusal(rule_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(REVIEW, "SEND_RULES", with_rule(rule_id, milder))
    assert surprises() == [rule_id]


@pytest.mark.parametrize("rule_id", ONLY)
def test_what_a_rule_looked_at_is_on_record_either_way(rule_id: str) -> None:
    (rule,) = [rule for rule in SEND_RULES if rule.id == rule_id]
    for case in (*CLEAR.values(), ONLY[rule_id][1]):
        found = rule.look(case, guard_settings().send)
        assert found.inputs
        assert all(found.inputs)
        assert (found.until is not None) == (found.outcome is HOLD)


def several_wrong(**changes: Any) -> Sending:
    """Several holds at once."""
    return sending(
        pauses=(Pause(scope=PauseScope.PLAY, target="habits_check_in", by="ada", at=NOW),),
        urgent_tickets=("T-1",),
        last_talk=NOW - timedelta(hours=1),
        touches=messages("bo", "bo"),
        **changes,
    )


def test_the_worst_outcome_wins_and_the_latest_hold_counts() -> None:
    outcome, objections = verdict_of(several_wrong())
    assert outcome is HOLD
    assert objections == {"kill_switch", "ticket", "human_talk", "frequency_contact"}
    outcome, objections = verdict_of(several_wrong(is_holdout=True))
    assert outcome is REFUSE
    assert objections == {"kill_switch", "ticket", "human_talk", "frequency_contact", "holdout"}


def test_it_is_held_until_the_last_hold_is_over() -> None:
    looks = [rule.look(several_wrong(), guard_settings().send) for rule in SEND_RULES]
    until = [look.until for look in looks if look.until]
    assert max(until) == NOW + timedelta(days=11)  # the messages fall out of the fortnight


def test_a_customer_who_churned_is_not_written_to() -> None:
    gone = ACCOUNT.model_copy(update={"status": AccountStatus.CHURNED})
    assert verdict_of(sending(account=gone)) == (REFUSE, {"account_suppressed"})


def test_nothing_is_sent_to_an_account_or_contact_that_does_not_exist() -> None:
    for case in (sending(account=None), sending(contact=None), sending(account=None, contact=None)):
        outcome, objections = verdict_of(case)
        assert outcome is REFUSE
        assert "belongs" in objections
