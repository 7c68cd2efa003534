"""The rules of sending that do not turn on the clock: worked examples."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from csm.account import Account, AccountStatus, Touch
from csm.guard import Outcome
from csm.guard.rule import Look
from csm.guard.send_rules import SEND_RULES
from csm.guard.sending import Sending
from csm.guard_settings import SendGuard
from csm.pause import Pause, PauseScope
from csm.people import STAFF_ONLY, STRANGER, UNKNOWN_AUDIENCE, Audience, AudienceKind, Principal
from csm.play import Category, ChannelKind
from csm.suppression import Suppression, SuppressionKind
from tests.csm.sending_builder import (
    ACCOUNT,
    CONTACT,
    CSM,
    MANAGER,
    NOW,
    PERSON,
    approval,
    channel_sending,
    dm_sending,
    place_of,
    send_settings,
    sending,
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


def pause(scope: PauseScope, target: str = "", **changes: Any) -> Pause:
    values = {"scope": scope, "target": target, "by": "ada", "why": "an outage", "at": NOW}
    return Pause(**{**values, **changes})


@pytest.mark.parametrize(
    ("stopped", "expected"),
    [
        (pause(PauseScope.ALL), HOLD),
        (pause(PauseScope.PLAY, "habits_check_in"), HOLD),
        (pause(PauseScope.ACCOUNT, "acme"), HOLD),
        (pause(PauseScope.PLAY, "welcome"), PASS),
        (pause(PauseScope.ACCOUNT, "globex"), PASS),
        (pause(PauseScope.ALL, lifted_at=NOW, lifted_by="ada"), PASS),
    ],
)
def test_the_kill_switch_stops_what_it_covers(stopped: Pause, expected: Outcome) -> None:
    assert outcome("kill_switch", sending(pauses=(stopped,))) is expected


def test_the_kill_switch_says_what_is_paused_by_whom_and_why_and_is_looked_at_again() -> None:
    found = look("kill_switch", sending(pauses=(pause(PauseScope.ACCOUNT, "acme"),)))
    assert found.inputs == ("paused: account acme, by ada: an outage",)
    assert found.until == NOW + timedelta(hours=SETTINGS.recheck_hours)


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (PERSON, PASS),
        (replace(PERSON, email="Bo@ACME.example"), PASS),
        (replace(PERSON, email="cy@acme.example"), REFUSE),
        (replace(PERSON, email=""), REFUSE),
        (replace(PERSON, account_key="globex"), REFUSE),
        (replace(PERSON, account_key=None), REFUSE),
        (replace(CSM, email="bo@acme.example", account_key="acme"), REFUSE),
        (STRANGER, REFUSE),
        (None, REFUSE),
    ],
)
def test_direct_messages_belong_to_the_contact(person: Principal | None, expected: Outcome) -> None:
    assert outcome("belongs", dm_sending(person=person)) is expected
    assert outcome("belongs", sending(person=person)) is PASS


def test_two_people_without_an_address_are_not_the_same_person() -> None:
    nameless = CONTACT.model_copy(update={"email": ""})
    case = dm_sending(contact=nameless, person=replace(PERSON, email=""))
    assert outcome("belongs", case) is REFUSE


@pytest.mark.parametrize(
    ("audience", "expected"),
    [
        (Audience(AudienceKind.CUSTOMER, "acme"), PASS),
        (Audience(AudienceKind.CUSTOMER, "globex"), REFUSE),
        (Audience(AudienceKind.CUSTOMER), REFUSE),
        (STAFF_ONLY, REFUSE),
        (UNKNOWN_AUDIENCE, HOLD),
    ],
)
def test_only_this_customer_reads_the_place(audience: Audience, expected: Outcome) -> None:
    assert outcome("place", channel_sending(place=place_of(audience))) is expected
    assert outcome("place", dm_sending(place=place_of(audience))) is expected


def test_a_channel_must_be_known_and_a_person_s_messages_need_no_place() -> None:
    assert outcome("place", channel_sending(place=None)) is REFUSE
    assert outcome("place", dm_sending(place=None)) is PASS
    assert outcome("place", sending(place=None)) is PASS
    nobody = place_of(Audience(AudienceKind.CUSTOMER))
    assert outcome("place", channel_sending(account=None, place=nobody)) is REFUSE


def to(address: str, **changes: Any) -> Sending:
    return sending(
        address=address, contact=CONTACT.model_copy(update={"email": address}), **changes
    )


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("bo@acme.example", PASS),
        ("bo.tester+news@mail.acme.test", PASS),
        ("bo@bücher.example", PASS),
        ("", REFUSE),
        ("bo", REFUSE),
        ("bo@acme", REFUSE),
        ("bo@localhost", REFUSE),
        ("bo@@acme.example", REFUSE),
        ("bo tester@acme.example", REFUSE),
        ("bo@acme.example\nBcc: all@acme.example", REFUSE),
        ("Bo <bo@acme.example>", REFUSE),
        ("bo@[127.0.0.1]", REFUSE),
        ("bo@acme.invalid", REFUSE),
        ("bö@acme.example", REFUSE),
        ("bo@acme.example,cy@acme.example", REFUSE),
    ],
)
def test_mail_goes_to_addresses_that_can_be(address: str, expected: Outcome) -> None:
    assert outcome("reachable", to(address)) is expected


def test_mail_goes_to_the_address_that_the_contact_has_now() -> None:
    assert outcome("reachable", sending(address="bo@old.example")) is REFUSE
    assert outcome("reachable", sending(address="Bo@Acme.example")) is PASS
    assert outcome("reachable", dm_sending(address="")) is PASS


def test_a_contact_is_gone_from_the_day_on_which_they_left() -> None:
    def leaving(day: int, channel: ChannelKind = ChannelKind.EMAIL) -> Sending:
        who = CONTACT.model_copy(update={"left_on": date(2026, 7, day)})
        return sending(contact=who, channel=channel)

    assert outcome("reachable", leaving(1)) is REFUSE
    assert outcome("reachable", leaving(1, ChannelKind.DM)) is REFUSE
    assert outcome("reachable", leaving(2)) is PASS


def test_nothing_is_sent_where_there_is_no_courier() -> None:
    for case in (sending(), dm_sending(), channel_sending()):
        assert outcome("reachable", case) is PASS
        assert outcome("reachable", replace(case, has_courier=False)) is REFUSE


def suppression(kind: SuppressionKind, **changes: Any) -> Suppression:
    values = {"account_key": "acme", "contact_key": "bo", "kind": kind, "at": NOW, "source": "pat"}
    return Suppression(**{**values, **changes})


def suppressed(kind: SuppressionKind, category: Category | None = None, **changes: Any) -> Sending:
    return sending(suppressions=(suppression(kind, category=category, **changes),))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, REFUSE),
        ({"contact_key": ""}, REFUSE),
        ({"address": "bo@acme.example"}, REFUSE),
        ({"contact_key": "cy", "address": "bo@acme.example"}, REFUSE),
        ({"address": "bo@old.example"}, PASS),  # they have another one since
        ({"contact_key": "cy", "address": "cy@acme.example"}, PASS),
        ({"contact_key": "cy"}, PASS),
        ({"lifted_at": NOW, "lifted_by": "pat"}, PASS),
    ],
)
def test_mail_that_came_back_is_not_sent_again(changes: dict[str, Any], expected: Outcome) -> None:
    case = suppressed(SuppressionKind.BOUNCED, **changes)
    assert outcome("reachable", case) is expected
    assert outcome("reachable", replace(case, channel=ChannelKind.DM)) is PASS
    assert outcome("consent", case) is PASS


OPT_OUT, COMPLAINT = SuppressionKind.OPT_OUT, SuppressionKind.COMPLAINT


@pytest.mark.parametrize(
    ("case", "service", "success"),
    [
        (sending(contact=CONTACT.model_copy(update={"consent": False})), PASS, REFUSE),
        (suppressed(OPT_OUT), REFUSE, REFUSE),
        (suppressed(OPT_OUT, Category.SUCCESS), PASS, REFUSE),
        (suppressed(OPT_OUT, Category.SERVICE), REFUSE, PASS),
        (suppressed(OPT_OUT, Category.MARKETING), PASS, PASS),
        (suppressed(COMPLAINT), REFUSE, REFUSE),
        (suppressed(COMPLAINT, Category.MARKETING), REFUSE, REFUSE),
        (suppressed(OPT_OUT, contact_key=""), REFUSE, REFUSE),
        (suppressed(OPT_OUT, contact_key="cy"), PASS, PASS),
        (suppressed(OPT_OUT, contact_key="cy", address="bo@acme.example"), REFUSE, REFUSE),
        (suppressed(OPT_OUT, lifted_at=NOW, lifted_by="pat"), PASS, PASS),
        (suppressed(SuppressionKind.LEGAL), PASS, PASS),  # another rule's
    ],
)
def test_a_no_is_heard_by_category(case: Sending, service: Outcome, success: Outcome) -> None:
    assert outcome("consent", replace(case, category=Category.SERVICE)) is service
    assert outcome("consent", replace(case, category=Category.SUCCESS)) is success


@pytest.mark.parametrize("category", [one for one in Category if one is not Category.SERVICE])
def test_everything_but_service_needs_consent(category: Category) -> None:
    unwilling = CONTACT.model_copy(update={"consent": False})
    found = look("consent", sending(contact=unwilling, category=category))
    assert found.outcome is REFUSE
    assert found.inputs == (f"category {category}", "there is no consent")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"address": "bo@acme.example"}, REFUSE),
        ({"address": "bo@acme.example", "contact_key": ""}, REFUSE),
        ({"address": "cy@acme.example"}, PASS),  # whoever has the same key there
        ({"contact_key": ""}, PASS),  # everybody there
    ],
)
@pytest.mark.parametrize(
    ("kind", "rule"),
    [(OPT_OUT, "consent"), (COMPLAINT, "consent"), (SuppressionKind.BOUNCED, "reachable")],
)
def test_what_they_said_at_another_account_goes_with_their_address(
    kind: SuppressionKind, rule: str, changes: dict[str, Any], expected: Outcome
) -> None:
    assert outcome(rule, suppressed(kind, account_key="globex", **changes)) is expected


def test_a_colleague_s_word_stays_at_its_account() -> None:
    there: dict[str, Any] = {"account_key": "globex", "address": "bo@acme.example"}
    for kind in (SuppressionKind.DO_NOT_CONTACT, SuppressionKind.LEGAL):
        assert outcome("account_suppressed", suppressed(kind, **there)) is PASS


def test_an_opt_out_goes_with_the_address_of_someone_recorded_anew() -> None:
    case = suppressed(OPT_OUT, contact_key="bo-1", address="bo@acme.example")
    assert outcome("consent", dm_sending(suppressions=case.suppressions)) is REFUSE


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (suppressed(SuppressionKind.DO_NOT_CONTACT, contact_key=""), REFUSE),
        (suppressed(SuppressionKind.DO_NOT_CONTACT), REFUSE),
        (suppressed(SuppressionKind.DO_NOT_CONTACT, contact_key="cy"), PASS),
        (suppressed(SuppressionKind.DO_NOT_CONTACT, Category.MARKETING), PASS),
        (suppressed(SuppressionKind.LEGAL, contact_key=""), REFUSE),
        (suppressed(SuppressionKind.LEGAL, lifted_at=NOW, lifted_by="pat"), PASS),
        (suppressed(OPT_OUT), PASS),  # another rule's
        (sending(account=account(status=AccountStatus.CHURNED)), REFUSE),
        (sending(account=account(status=AccountStatus.TRIAL)), PASS),
    ],
)
def test_nobody_is_written_to_against_a_colleague_s_word(case: Sending, expected: Outcome) -> None:
    assert outcome("account_suppressed", case) is expected


@pytest.mark.parametrize("kind", ["urgent_tickets", "escalated_tickets"])
def test_a_ticket_comes_first_unless_it_is_about_it(kind: str) -> None:
    case = sending(**{kind: ("T-1",)})
    found = look("ticket", case)
    assert found.outcome is HOLD
    assert found.inputs == (f"{kind.removesuffix('_tickets')}: T-1",)
    assert found.until == NOW + timedelta(hours=SETTINGS.recheck_hours)
    assert outcome("ticket", replace(case, is_despite_tickets=True)) is PASS


def test_a_negotiation_comes_first_unless_it_is_part_of_it() -> None:
    case = sending(negotiation="they asked to change terms on 28 Jun 2026")
    assert outcome("negotiation", case) is HOLD
    assert outcome("negotiation", replace(case, is_about_renewal=True)) is PASS


def test_verdicts_name_nobody() -> None:
    """They are kept in the audit, which holds keys, no names or addresses."""
    cases = [
        *(sending(), dm_sending(), channel_sending(), sending(address="bo@old.example")),
        dm_sending(person=replace(PERSON, email="cy@acme.example")),
        suppressed(OPT_OUT, address="bo@acme.example"),
        suppressed(SuppressionKind.BOUNCED),
        sending(account=account(touch=Touch.HIGH), approval=approval(by=MANAGER)),
    ]
    for case in cases:
        for rule in SEND_RULES:
            said = " ".join(rule.look(case, SETTINGS).inputs)
            assert "@" not in said
            assert "Bo" not in said
            assert "Mo" not in said
