"""The rules of sending that turn on the clock: rolling windows, holds, and clocks set back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm.guard import Outcome
from csm.guard.rule import Look
from csm.guard.send_rules import SEND_RULES
from csm.guard.sending import Moment, Sending, Touch
from csm.guard_settings import SendGuard
from csm.pause import Pause, PauseScope
from csm.people import UNKNOWN_AUDIENCE
from csm.play import Category
from tests.csm.sending_builder import (
    NOW,
    channel_sending,
    place_of,
    send_settings,
    sending,
    tier_approval,
)

PASS, HOLD, REFUSE = Outcome.PASS, Outcome.HOLD, Outcome.REFUSE
RULES = {rule.id: rule for rule in SEND_RULES}
SETTINGS = send_settings()
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
FORTNIGHT = 14 * DAY
ZONES = st.sampled_from(
    [
        *("Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "America/St_Johns"),
        *("Australia/Lord_Howe", "Europe/Berlin", "America/New_York", "Africa/Casablanca", "UTC"),
    ]
).map(ZoneInfo)


def look(rule_id: str, case: Sending, settings: SendGuard = SETTINGS) -> Look:
    return RULES[rule_id].look(case, settings)


def written(*ago: timedelta, contact: str = "bo") -> tuple[Touch, ...]:
    return tuple(Touch(NOW - span, contact, "email") for span in ago)


def test_a_contact_hears_from_us_so_often_and_no_more() -> None:
    found = look("frequency_contact", sending(touches=written(3 * DAY)))
    assert found == (PASS, ("1 of 2 in 14 days",), None, "")
    found = look("frequency_contact", sending(touches=written(3 * DAY, DAY)))
    assert found == (HOLD, ("2 of 2 in 14 days",), NOW + 11 * DAY, "")
    # With three, it is the second that must fall out, too.
    found = look("frequency_contact", sending(touches=written(9 * DAY, 3 * DAY, DAY)))
    assert found == (HOLD, ("3 of 2 in 14 days",), NOW + 11 * DAY, "")


def test_what_others_there_heard_counts_for_the_account_alone() -> None:
    others = (*written(DAY, 2 * DAY, 3 * DAY, contact="cy"), *written(DAY, contact=""))
    assert look("frequency_contact", sending(touches=others)).outcome is PASS
    found = look("frequency_account", sending(touches=others))
    assert found == (HOLD, ("4 of 4 in 14 days",), NOW + 11 * DAY, "")
    assert look("frequency_account", sending(touches=others[1:])).outcome is PASS


def test_a_message_counts_until_the_very_end_of_the_span() -> None:
    settings = send_settings(frequency={"contact_most": 1})
    just = sending(touches=written(FORTNIGHT - SECOND))
    assert look("frequency_contact", just, settings).until == NOW + SECOND
    over = sending(touches=written(FORTNIGHT))
    assert look("frequency_contact", over, settings) == (PASS, ("0 of 1 in 14 days",), None, "")


@pytest.mark.parametrize("rule_id", ["frequency_contact", "frequency_account"])
def test_calls_count_and_no_kind_of_message_is_exempt(rule_id: str) -> None:
    touches = tuple(
        Touch(NOW - DAY, "bo", how) for how in ("call by a person", "email", "dm", "channel")
    )
    for category in Category:
        assert look(rule_id, sending(touches=touches, category=category)).outcome is HOLD


def test_messages_from_the_future_count_when_the_clock_was_set_back() -> None:
    future = sending(touches=written(-2 * DAY, DAY))
    assert look("frequency_contact", future).until == NOW + 13 * DAY
    only = send_settings(frequency={"contact_most": 1})
    assert look("frequency_contact", future, only).until == NOW + 16 * DAY


def test_a_record_from_the_end_of_time_breaks_nothing() -> None:
    last = datetime.max.replace(tzinfo=UTC)
    case = sending(touches=(Touch(last, "bo", "email"),) * 4, last_talk=last, play_sent_at=last)
    for rule in SEND_RULES:
        found = rule.look(case, SETTINGS)
        assert (found.until is not None) == (found.outcome is HOLD)
        if found.until:
            assert found.until.astimezone(ZoneInfo("Pacific/Kiritimati")) > NOW


SPANS = st.integers(-40 * 86_400, 40 * 86_400).map(lambda seconds: timedelta(seconds=seconds))


@given(st.lists(SPANS, max_size=12), st.integers(1, 5), st.integers(1, 30), ZONES)
def test_when_a_hold_for_frequency_ends_there_is_room_for_one_more(
    ago: list[timedelta], most: int, days: int, zone: ZoneInfo
) -> None:
    settings = send_settings(frequency={"account_most": most, "account_days": days})
    touches = tuple(Touch((NOW - span).astimezone(zone), "bo", "email") for span in ago)
    case = sending(touches=touches)
    found = look("frequency_account", case, settings)
    in_span = [span for span in ago if span < days * DAY]
    assert found.inputs[0].startswith(f"{len(in_span)} of {most} in ")
    assert (found.outcome is PASS) == (len(in_span) < most)
    if found.until:
        assert found.until > NOW
        then = replace(case, now=found.until)
        assert look("frequency_account", then, settings).outcome is PASS
        before = replace(case, now=found.until - SECOND)
        assert look("frequency_account", before, settings).outcome is HOLD


def test_the_span_is_of_so_many_hours_wherever_the_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    written_at = datetime(2026, 3, 20, 12, tzinfo=berlin)  # the clocks leap on the 29th
    settings = send_settings(frequency={"contact_most": 1})
    case = sending(
        now=datetime(2026, 4, 3, 12, tzinfo=berlin), touches=(Touch(written_at, "bo", "email"),)
    )
    until = look("frequency_contact", case, settings).until
    assert until is not None
    assert until.isoformat() == "2026-04-03T11:00:00+00:00"  # an hour after noon there


def test_at_night_it_waits_for_the_morning_there() -> None:
    night = sending(now=datetime(2026, 7, 1, 20, 30, tzinfo=UTC))
    found = look("decent_hours", night)
    assert found.until == datetime(2026, 7, 2, 7, 0, tzinfo=UTC)
    assert found.inputs == (
        "there it is Wed 22:30 (Europe/Berlin)",
        "09:00 to 17:00 on mon, tue, wed, thu, fri",
        "no public holiday in DE",
    )
    pago = replace(night, zone=ZoneInfo("Pacific/Pago_Pago"), country="AS")
    assert look("decent_hours", pago).outcome is PASS  # half past nine in the morning


@pytest.mark.parametrize(
    ("country", "minded", "outcome", "said"),
    [
        ("DE", True, HOLD, "a public holiday in DE"),
        ("DE", False, PASS, "public holidays do not matter"),
        ("JP", True, PASS, "no public holiday in JP"),
        ("", True, PASS, "the country is not known, so its public holidays are not"),
        ("ZZ", True, PASS, "the public holidays of ZZ are not known"),
    ],
)
def test_holidays_are_those_of_their_country(
    country: str, minded: bool, outcome: Outcome, said: str
) -> None:
    christmas = sending(now=datetime(2026, 12, 25, 11, tzinfo=UTC), country=country)
    found = look("decent_hours", christmas, send_settings(hours={"holidays": minded}))
    assert (found.outcome, found.inputs[2]) == (outcome, said)


def test_the_machine_keeps_silent_after_a_talk() -> None:
    rest = timedelta(hours=SETTINGS.human_talk_hours)
    just = sending(last_talk=NOW - rest + SECOND)
    assert look("human_talk", just).until == NOW + SECOND
    assert look("human_talk", replace(just, last_talk=NOW - rest)).outcome is PASS
    future = look("human_talk", replace(just, last_talk=NOW + DAY))
    assert future.until == NOW + DAY + rest
    none = send_settings(human_talk_hours=0)
    assert look("human_talk", replace(just, last_talk=NOW), none).outcome is PASS


def test_a_draft_is_told_of_the_talk_and_not_held() -> None:
    talked = sending(last_talk=NOW - timedelta(hours=1))
    for moment, outcome in ((Moment.APPROVING, HOLD), (Moment.RELEASING, HOLD)):
        assert look("human_talk", replace(talked, moment=moment)).outcome is outcome
    found = look("human_talk", replace(talked, moment=Moment.DRAFTING))
    assert (found.outcome, found.until) == (PASS, None)
    assert found.reason == (
        "A person has just talked with them: it can go from 3 Jul 2026, 09:00 UTC on."
    )


@pytest.mark.parametrize(
    ("rule_id", "field", "days"),
    [("play_cooldown", "play_sent_at", 30), ("same_text", "text_sent_at", 90)],
)
def test_a_play_and_its_words_come_once_in_so_many_days(
    rule_id: str, field: str, days: int
) -> None:
    def after(span: timedelta) -> Outcome:
        return look(rule_id, sending(**{field: NOW - span})).outcome

    assert after(days * DAY - SECOND) is REFUSE
    assert after(days * DAY) is PASS
    assert after(-DAY) is REFUSE  # the clock was set back
    assert look(rule_id, sending()).outcome is PASS


def test_holds_without_an_end_are_looked_at_again() -> None:
    cases = {
        "kill_switch": sending(pauses=(Pause(scope=PauseScope.ALL, by="ada", at=NOW + DAY),)),
        "place": channel_sending(place=place_of(UNKNOWN_AUDIENCE)),
        "ticket": sending(escalated_tickets=("T-1",)),
        "negotiation": sending(negotiation="a new price"),
        "volume": sending(sent_last_hour=1000),
    }
    hardly = send_settings(recheck_hours=1e-13)
    for rule_id, case in cases.items():
        assert look(rule_id, case).until == NOW + timedelta(hours=SETTINGS.recheck_hours)
        assert look(rule_id, case, hardly).until == NOW + SECOND


INSTANTS = st.integers(0, 6 * 366 * 86_400).map(
    lambda seconds: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


@given(INSTANTS, st.lists(SPANS, max_size=6), st.none() | SPANS, ZONES, st.sampled_from(Moment))
def test_no_hold_ends_before_it_began(
    now: datetime,
    ago: list[timedelta],
    talked: timedelta | None,
    zone: ZoneInfo,
    moment: Moment,
) -> None:
    case = channel_sending(
        now=now.astimezone(zone),
        moment=moment,
        zone=zone,
        place=place_of(UNKNOWN_AUDIENCE),
        touches=tuple(Touch(now - span, "bo", "email") for span in ago),
        last_talk=None if talked is None else now - talked,
        pauses=(Pause(scope=PauseScope.ALL, by="ada", at=now),),
        urgent_tickets=("T-1",),
        negotiation="terms",
        sent_last_hour=1000,
    )
    for rule in SEND_RULES:
        found = rule.look(case, SETTINGS)
        assert (found.until is not None) == (found.outcome is HOLD)
        if found.until:
            assert found.until > now
            assert found.until.utcoffset() == timedelta(0)


def test_an_approval_ends_by_the_instant_whatever_the_zone() -> None:
    kiritimati = ZoneInfo("Pacific/Kiritimati")
    given_leave = tier_approval(until=(NOW + SECOND).astimezone(kiritimati))
    case = sending(approval=given_leave, play_tier=given_leave.tier)
    assert look("approval", case).outcome is PASS
    assert look("approval", replace(case, now=NOW + SECOND)).outcome is REFUSE
