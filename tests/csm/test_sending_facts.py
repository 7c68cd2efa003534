"""The facts that outreach is judged by: what they are taken from, and how those of many go."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm.condition import Condition
from csm.guard import GuardFacts
from csm.guard.sending import Approval, FactNow, Moment, Sending
from csm.guard_settings import Breaker
from csm.health import Snapshot
from csm.holdout import is_held_out
from csm.outreach import Fact, Outreach, OutreachState
from csm.pause import Pause, PauseScope
from csm.people import Role
from csm.play import Approver, ChannelKind, Play, Tier
from csm.ports import Assessment
from csm.ports_outreach import PlayTier
from csm.suppression import Suppression, SuppressionKind
from csm.use_cases.sending_facts import (
    Batch,
    batch_for,
    guard_facts_for,
    no_approval,
    recorded_approval,
)
from csm.use_cases.sending_scene import normal_hour, sent_within_hour
from storage.records import SqlRecords
from tests.csm.outreach_desk import (
    ACME_SHARED,
    BODY,
    CASEY,
    CHECK_IN,
    FACTS,
    JO,
    PLAN,
    RILEY,
    START,
    OutreachDesk,
    desk_with,
    unsubscribe,
)
from tests.storage.portfolio import questions_asked

HOUR = timedelta(hours=1)


@pytest.fixture
def house(sqlite_records: SqlRecords) -> OutreachDesk:
    return OutreachDesk(sqlite_records)


def play_with(**changes: Any) -> Play:
    return CHECK_IN.model_copy(update={"outreach": PLAN.model_copy(update=changes)})


def facts_of(house: OutreachDesk, outreach: Outreach, number: int | None = None) -> GuardFacts:
    with house.records.reading() as reader:
        messages = [(number, outreach)]
        return guard_facts_for(
            reader, house.desk, house.now, messages, Moment.DRAFTING, no_approval
        )[0]


def sending(house: OutreachDesk, outreach: Outreach, number: int | None = None) -> Sending:
    found = facts_of(house, outreach, number).sending
    assert found is not None
    return found


def sent(house: OutreachDesk, at: datetime = START, **changes: Any) -> int:
    """Something that was sent then."""
    values = {"key": f"sent {at} {changes}", "state": OutreachState.SENT, "sent_at": at}
    return house.keep(house.draft(**{**values, "drafted_at": at, **changes}))


def test_the_message_itself_is_told_of(records: SqlRecords) -> None:
    house = OutreachDesk(records)
    outreach = house.draft()
    found = sending(house, outreach)
    assert found.now == START
    assert found.moment is Moment.DRAFTING
    assert (found.fingerprint, found.body) == (outreach.fingerprint, outreach.text)
    assert (found.play, found.category, found.channel) == (
        "check_in",
        outreach.category,
        ChannelKind.DM,
    )
    assert found.account is not None
    assert found.account.key == "acme"
    assert found.contact is not None
    assert found.contact.key == "jo"
    assert found.person == JO
    assert found.has_courier
    assert found.cooldown_days == PLAN.cooldown_days
    assert (found.allowed_touch, found.approver) == (("high", "tech"), Approver.CSM)
    assert (found.identity, found.unsubscribe) == ("", "")


def test_what_is_not_there_is_told_as_missing(house: OutreachDesk) -> None:
    found = sending(house, house.draft(account_key="hooli", contact_key="jo"))
    assert (found.account, found.contact, found.country) == (None, None, "")
    assert found.zone == ZoneInfo("UTC")
    assert found.reason_holds is False
    found = sending(house, house.draft(contact_key="sam", person_key="nobody"))
    assert (found.contact, found.person) == (None, None)


def test_a_shared_channel_is_known_with_its_audience(house: OutreachDesk) -> None:
    where = {"channel": ChannelKind.CHANNEL, "workspace": "T1", "person_key": ""}
    assert sending(house, house.draft(place="C-ACME", **where)).place == ACME_SHARED
    assert sending(house, house.draft(place="C-OTHER", **where)).place is None
    assert sending(house, house.draft(place="C-ACME", **where)).person is None


@pytest.mark.parametrize(
    ("changes", "has_courier"),
    [({}, True), ({"platform": "teams"}, False), ({"channel": ChannelKind.EMAIL}, False)],
)
def test_something_must_send_on_its_platform(
    sqlite_records: SqlRecords, changes: dict[str, Any], *, has_courier: bool
) -> None:
    house = OutreachDesk(sqlite_records, desk_with(platforms=("slack",)))
    assert sending(house, house.draft(**changes)).has_courier is has_courier


def test_the_zone_is_the_contacts_else_the_accounts(house: OutreachDesk) -> None:
    assert sending(house, house.draft()).zone == ZoneInfo("Europe/Berlin")
    assert sending(house, house.draft()).country == "DE"
    columns = ("account_key", "key", "name", "time_zone")
    house.put("contacts", columns, ("acme", "jo", "Jo Park", "Asia/Tokyo"))
    assert sending(house, house.draft()).zone == ZoneInfo("Asia/Tokyo")


def test_an_email_has_lines_that_it_must_hold(house: OutreachDesk) -> None:
    mail = house.mail()
    found = facts_of(house, mail)
    assert found.sending is not None
    address = unsubscribe("acme", "jo", mail.category)
    assert found.sending.identity == house.desk.playbook.guard.mail.identity
    assert found.sending.unsubscribe == address
    assert address in found.allowed_links
    assert found.sending.identity in found.sending.body


def test_its_words_are_held_against_its_facts_and_the_plays_own_letter(
    house: OutreachDesk,
) -> None:
    link = Fact(
        name="release_link",
        label="Page",
        text="https://help.lanternboard.example/alerts",
        source="releases",
        as_of=date(2027, 6, 1),
    )
    found = facts_of(house, house.draft(facts=(*FACTS, link)))
    lines = {line.name: (line.value, line.source) for line in found.facts}
    assert lines["Page"] == (link.text, "releases 1 Jun 2027")
    assert any("how are you getting on?" in line.value for line in found.facts)
    assert link.text in found.allowed_links
    assert {"Jo Park", "Acme", "Casey Rivers", "Lanternboard"} <= set(found.allowed_names)
    assert not {"Kim Nash", "Sam Ito", "Globex"} & set(found.allowed_names)
    assert found.foreign_names.said_in("acme and globex") == {"globex"}
    assert found.foreign_contacts.said_in("jo park and sam ito") == {"sam ito"}


@pytest.mark.parametrize(
    ("past", "counts"),
    [
        ({"state": OutreachState.SENT}, True),
        ({"state": OutreachState.IN_DOUBT}, True),
        ({"state": OutreachState.DRAFTED, "sent_at": None}, False),
        ({"state": OutreachState.REJECTED, "sent_at": None}, False),
        ({"state": OutreachState.APPROVED, "sent_at": None}, True),
        ({"play": "another", "body": "Other words."}, False),
        ({"account_key": "globex"}, False),
    ],
)
def test_what_they_had_before(house: OutreachDesk, past: dict[str, Any], *, counts: bool) -> None:
    at = START - timedelta(days=10)
    sent(house, at, **past)
    found = sending(house, house.draft())
    assert (found.play_sent_at is not None) is counts
    assert (found.text_sent_at is not None) is counts
    if counts and past["state"] is not OutreachState.APPROVED:
        assert (found.play_sent_at, found.text_sent_at) == (at, at)


def test_of_two_that_are_approved_the_first_does_not_mind_the_second(house: OutreachDesk) -> None:
    first = house.keep(house.draft(state=OutreachState.APPROVED))
    second = house.keep(house.draft(key="2", state=OutreachState.APPROVED))
    assert sending(house, house.outreach(first), first).play_sent_at is None
    assert sending(house, house.outreach(second), second).play_sent_at is not None


def test_the_same_words_are_the_same_in_any_spelling(house: OutreachDesk) -> None:
    sent(house, START - HOUR, play="another", body=BODY.upper().replace("\n", "  "))
    found = sending(house, house.draft())
    assert (found.play_sent_at, found.text_sent_at) == (None, START - HOUR)


def test_touches_are_those_within_the_longest_span(house: OutreachDesk) -> None:
    span = house.desk.playbook.guard.send.frequency.longest_days
    sent(house, START - timedelta(days=span))
    sent(house, START - timedelta(days=span, seconds=-1), contact_key="kim")
    (touch,) = sending(house, house.draft()).touches
    assert touch.contact_key == "kim"


def test_only_pauses_and_suppressions_of_its_own(house: OutreachDesk) -> None:
    with house.records.writing() as writer:
        for target in ("acme", "globex"):
            at = {"account_key": target, "at": START, "source": "casey"}
            writer.add_suppression(Suppression(kind=SuppressionKind.LEGAL, **at))
            pause = Pause(scope=PauseScope.ACCOUNT, target=target, by="casey", at=START)
            writer.add_pause(pause)
    found = sending(house, house.draft())
    assert [one.target for one in found.pauses] == ["acme"]
    assert [one.account_key for one in found.suppressions] == ["acme"]


def test_tickets_and_talks(house: OutreachDesk) -> None:
    opened = START - timedelta(days=2)
    columns = ("account_key", "key", "priority", "opened_at", "escalated")
    house.put(
        "tickets",
        columns,
        ("acme", "t-1", "urgent", opened, False),
        ("acme", "t-2", "low", opened, True),
        ("acme", "t-3", "low", opened, False),
    )
    house.put(
        "interactions",
        ("account_key", "key", "at", "channel", "direction", "topic"),
        ("acme", "i-1", opened, "call", "both", "contract_change"),
    )
    found = sending(house, house.draft())
    assert (found.urgent_tickets, found.escalated_tickets) == (("t-1",), ("t-2",))
    assert found.last_talk == opened
    assert found.negotiation == "They asked to change the contract on 28 Jun 2027."
    assert not found.is_about_renewal
    assert not found.is_despite_tickets
    house.clock.pass_by(days=29)
    assert sending(house, house.draft()).negotiation == ""


def test_a_play_may_write_in_spite_of_what_it_answers(sqlite_records: SqlRecords) -> None:
    house = OutreachDesk(sqlite_records, desk_with(play_with(despite=("ticket",))))
    found = sending(house, house.draft())
    assert (found.is_despite_tickets, found.is_about_renewal) == (True, False)
    house.desk = desk_with(play_with(despite=("negotiation",)))
    found = sending(house, house.draft())
    assert (found.is_despite_tickets, found.is_about_renewal) == (False, True)


@pytest.mark.parametrize(
    ("granted", "highest", "tier"),
    [
        (None, Tier.AUTOMATIC, Tier.MANUAL),
        (Tier.DELAYED, Tier.AUTOMATIC, Tier.DELAYED),
        (Tier.AUTOMATIC, Tier.DELAYED, Tier.DELAYED),
        (Tier.AUTOMATIC, Tier.MANUAL, Tier.MANUAL),
    ],
)
def test_a_play_has_no_more_than_its_file_allows(
    sqlite_records: SqlRecords, granted: Tier | None, highest: Tier, tier: Tier
) -> None:
    house = OutreachDesk(sqlite_records, desk_with(play_with(highest_tier=highest)))
    if granted:
        with house.records.writing() as writer:
            writer.set_play_tier(PlayTier("check_in", granted, START, "alex"))
    assert sending(house, house.draft()).play_tier is tier


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5])
def test_the_control_group_is_drawn_by_play_and_account(
    sqlite_records: SqlRecords, share: float
) -> None:
    house = OutreachDesk(sqlite_records, desk_with(play_with(holdout=share)))
    for key in ("acme", "globex", "hooli", "initech"):
        found = sending(house, house.draft(account_key=key))
        assert found.is_holdout is is_held_out("check_in", key, share)
    held = house.draft(state=OutreachState.HOLDOUT)
    assert sending(house, held).is_holdout


def signals(house: OutreachDesk, **values: float) -> None:
    with house.records.writing() as writer:
        (account_id,) = (one.account_id for one in writer.dealings(["acme"], START, START).values())
        snapshot = Snapshot(account_id=account_id, as_of=house.clock.today(), signals=values)
        parts = ("health", "findings", "opened_ctas", "changed_ctas", "saves")
        empty: dict[str, Any] = {name: [] for name in parts}
        writer.keep_assessment(Assessment(day=house.clock.today(), snapshots=[snapshot], **empty))


def test_the_reason_is_looked_at_anew(sqlite_records: SqlRecords) -> None:
    asks = Condition(signal="seat_use", below=0.5)
    house = OutreachDesk(sqlite_records, desk_with(play_with(when=asks)))
    assert sending(house, house.draft()).reason_holds is None  # the signal is not known
    signals(house, seat_use=0.2)
    assert sending(house, house.draft()).reason_holds is True
    signals(house, seat_use=0.8)
    assert sending(house, house.draft()).reason_holds is False
    # A person who asked for it needs a reason, too, unless its letter is true without.
    assert sending(house, house.draft(author="casey")).reason_holds is False
    free = OutreachDesk(sqlite_records, desk_with(play_with(when=asks, on_request=True)))
    assert sending(free, free.draft(author="casey")).reason_holds is True
    assert sending(free, free.draft(author="casey", cta_id=3)).reason_holds is True
    assert sending(free, free.draft()).reason_holds is False


def test_a_play_that_was_taken_out_has_no_reason_and_no_leave(house: OutreachDesk) -> None:
    found = sending(house, house.draft(play="gone", author="casey"))
    assert found.reason_holds is False
    assert (found.allowed_touch, found.approver) == ((), Approver.MANAGER)


def test_the_facts_that_it_tells_are_told_anew(house: OutreachDesk) -> None:
    release = Fact(name="release_name", label="Release", text="Alerts", source="releases")
    outreach = house.draft(facts=(*FACTS, release), used=("csm_name", "release_name"))
    house.put("accounts", ("key", "name", "csm_email"), ("acme", "Acme", RILEY.email))
    assert sending(house, outreach).facts == (
        FactNow("csm_name", "Casey Rivers", "Riley Stone"),
        FactNow("release_name", "Alerts", "Alerts"),
    )


def test_what_is_done_by_now_is_no_fact_any_more(house: OutreachDesk) -> None:
    def told(name: str, text: str) -> FactNow:
        fact = Fact(name=name, label=name, text=text, source="records")
        (now,) = sending(house, house.draft(facts=(fact,), used=(name,))).facts
        return now

    day = house.clock.today()
    house.put("features", ("key", "name", "is_key"), ("alerts", "Alerts", True))
    columns = ("account_key", "key", "title", "status")
    house.put("objectives", columns, ("acme", "o-1", "Close the month sooner", "on_track"))
    assert told("unused_feature", "Alerts").now == "Alerts"
    assert told("objective_title", "Close the month sooner").now == "Close the month sooner"
    house.put("objectives", columns, ("acme", "o-1", "Close the month sooner", "achieved"))
    usage = ("account_key", "day", "feature", "events")
    house.put("usage", usage, ("acme", day - timedelta(days=1), "alerts", 3))
    assert told("unused_feature", "Alerts").now is None
    assert told("objective_title", "Close the month sooner").now is None


def approval(house: OutreachDesk, outreach: Outreach) -> Approval | None:
    with house.records.reading() as reader:
        return recorded_approval(reader)(outreach)


def test_an_approval_is_by_the_person_as_they_are_now(house: OutreachDesk) -> None:
    given = {
        "approved_at": START,
        "approval_until": START + HOUR,
        "approved_fingerprint": "f" * 64,
    }
    by = approval(house, house.draft(approved_by="casey", **given))
    assert by == Approval(CASEY, Tier.MANUAL, START, START + HOUR, "f" * 64)
    gone = approval(house, house.draft(approved_by="nobody", **given))
    assert gone is not None
    assert gone.by is not None
    assert gone.by.role is Role.STRANGER
    tier = approval(house, house.draft(approved_by="tier:delayed", **given))
    assert tier == Approval(None, Tier.DELAYED, START, START + HOUR, "f" * 64)
    assert approval(house, house.draft()) is None


def batch(house: OutreachDesk, *drafts: Outreach) -> Batch:
    with house.records.reading() as reader:
        messages = list(enumerate(drafts, 1))
        return batch_for(reader, house.desk, house.now, messages, Moment.RELEASING, no_approval)


def test_what_was_let_go_counts_for_those_after_it(house: OutreachDesk) -> None:
    other = house.draft(account_key="globex", contact_key="sam", person_key="sam")
    some = batch(house, house.draft(), house.draft(play="another"), other)
    before = [some.facts_of(index).sending for index in range(len(some))]
    some.count(0)
    after = [some.facts_of(index).sending for index in range(len(some))]
    assert [one.sent_last_hour for one in before if one] == [0, 0, 0]
    assert [one.sent_last_hour for one in after if one] == [1, 1, 1]
    assert [len(one.touches) for one in after if one] == [1, 1, 0]
    assert after[0] is not None
    assert [touch.contact_key for touch in after[0].touches] == ["jo"]
    assert after[0].touches[0].at == START
    # The same words by another play; nothing of it for another customer.
    assert [one.text_sent_at for one in after if one] == [None, START, None]
    assert [one.play_sent_at for one in after if one] == [None, None, None]


def test_facts_come_in_the_order_of_the_messages(house: OutreachDesk) -> None:
    drafts = [house.draft(body=f"{BODY}{number * '!'}") for number in range(5)]
    with house.records.reading() as reader:
        found = guard_facts_for(
            reader,
            house.desk,
            START,
            [(None, draft) for draft in drafts],
            Moment.DRAFTING,
            no_approval,
        )
    assert [one.sending.fingerprint for one in found if one.sending] == [
        draft.fingerprint for draft in drafts
    ]


def test_many_messages_ask_no_more_of_the_records_than_one(house: OutreachDesk) -> None:
    drafts = [
        house.draft(account_key=key, used=("unused_feature", "objective_title"))
        for key in ("acme", "globex") * 20
    ]
    facts_of(house, house.draft())  # names are made ready once
    with questions_asked() as of_one:
        batch(house, drafts[0])
    with questions_asked() as of_many:
        batch(house, *drafts)
    assert len(of_many) == len(of_one)


BREAKER = Breaker(least=30, times=3, days=14)
MIDNIGHT = START.replace(hour=0)


def test_the_normal_hour_is_the_mean_of_the_busiest() -> None:
    counts = {
        MIDNIGHT - timedelta(days=1) + 8 * HOUR: 10,
        MIDNIGHT - timedelta(days=1) + 9 * HOUR: 4,
        MIDNIGHT - timedelta(days=3): 20,
        MIDNIGHT - timedelta(days=14): 30,
        MIDNIGHT - timedelta(days=15): 1000,  # too long ago
        MIDNIGHT + 8 * HOUR: 5000,  # a flood of today is not normal
    }
    assert normal_hour(counts, BREAKER, START) == (10 + 20 + 30) / 3
    assert normal_hour({}, BREAKER, START) == 0


def test_the_last_hour_is_this_one_and_a_part_of_the_one_before() -> None:
    counts = {START - 2 * HOUR: 1000, START - HOUR: 60, START: 7, START + HOUR: 500}
    assert sent_within_hour(counts, START) == 67
    assert sent_within_hour(counts, START + timedelta(minutes=15)) == 7 + 45
    assert sent_within_hour(counts, START + timedelta(minutes=59, seconds=59)) == 7 + 1
    there = START.astimezone(ZoneInfo("Asia/Kolkata"))
    assert sent_within_hour(counts, there) == 67


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 3599))
def test_of_the_last_hour_nothing_of_this_one_is_forgotten(
    last: int, this: int, seconds: int
) -> None:
    now = START + timedelta(seconds=seconds)
    found = sent_within_hour({START - HOUR: last, START: this}, now.astimezone(UTC))
    assert this <= found <= this + last
