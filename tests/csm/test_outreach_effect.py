"""Whether plays work: goals are noted for both groups alike, in their time alone."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from csm.effect import PlayEffect
from csm.errors import Forbidden, NotFound
from csm.guard_settings import Effect
from csm.health import Snapshot
from csm.outreach import OutreachState, Reaction
from csm.people import Capability
from csm.play import ChannelKind
from csm.playbook import Playbook
from csm.ports import Assessment, Records
from csm.use_cases.outreach_effect import check_goals, effects
from tests.csm.outreach_desk import CASEY, TODAY, OutreachDesk, put, staff

REACHED = {"seat_use": 0.6}
MISSED = {"seat_use": 0.4}
EVERY_FATE = [
    OutreachState.SENT,
    OutreachState.IN_DOUBT,
    OutreachState.DRAFTED,
    OutreachState.APPROVED,
    OutreachState.REJECTED,
    OutreachState.WITHDRAWN,
    OutreachState.DEAD,
    OutreachState.HOLDOUT,
]


@pytest.fixture
def house(records: Records) -> OutreachDesk:
    return OutreachDesk(records)


def kept(house: OutreachDesk, account: str = "acme", **changes: Any) -> int:
    """A message of today, whose goal is to be reached within thirty days."""
    changes = {"key": f"check_in:{account}", "account_key": account, **changes}
    if changes.get("state") is OutreachState.HOLDOUT:
        nothing = {"subject": "", "body": "", "used": (), "facts": (), "person_key": ""}
        changes = {**nothing, "channel": ChannelKind.EMAIL, **changes}
    return house.keep(house.draft(**changes))


def assess(house: OutreachDesk, day: date, signals: Mapping[str, float]) -> None:
    """Every account's signals as of that day."""
    with house.records.writing() as writer:
        snapshots = [
            Snapshot(account_id=id_, as_of=day, signals=dict(signals))
            for id_ in writer.account_ids()
        ]
        writer.keep_assessment(
            Assessment(
                day=day,
                health=[],
                snapshots=snapshots,
                findings=[],
                opened_ctas=[],
                changed_ctas=[],
                saves=[],
            )
        )


def checked(house: OutreachDesk, playbook: Playbook | None = None) -> int:
    return check_goals(house.records, playbook or house.desk.playbook, house.now)


def later(house: OutreachDesk, days: int, signals: Mapping[str, float]) -> int:
    """So many days on, with signals of that day; how many goals were reached."""
    house.clock.pass_by(days=days)
    assess(house, TODAY + timedelta(days=days), signals)
    return checked(house)


@pytest.mark.parametrize("state", EVERY_FATE)
def test_a_goal_is_noted_whatever_became_of_the_message(
    house: OutreachDesk, state: OutreachState
) -> None:
    outreach_id = kept(house, state=state)
    assert later(house, 7, REACHED) == 1
    assert house.outreach(outreach_id).goal_reached_on == TODAY + timedelta(days=7)
    assert checked(house) == 0, "once"


def test_what_is_not_reached_is_not_noted(house: OutreachDesk) -> None:
    outreach_id = kept(house)
    assert later(house, 7, MISSED) == 0
    assert later(house, 8, {}) == 0, "nor what is not known"
    assert house.outreach(outreach_id).goal_reached_on is None


@pytest.mark.parametrize(("days", "count"), [(0, 0), (1, 1), (30, 1), (31, 0), (60, 0)])
def test_only_within_its_time(house: OutreachDesk, days: int, count: int) -> None:
    kept(house)
    assert later(house, days, REACHED) == count


def test_the_last_day_counts_though_it_is_looked_at_the_day_after(house: OutreachDesk) -> None:
    outreach_id = kept(house)
    assess(house, TODAY + timedelta(days=30), REACHED)
    house.clock.pass_by(days=31)
    assert checked(house) == 1
    assert house.outreach(outreach_id).goal_reached_on == TODAY + timedelta(days=30)


def test_an_old_snapshot_says_nothing_of_what_came_after(house: OutreachDesk) -> None:
    assess(house, TODAY, REACHED)
    kept(house)
    house.clock.pass_by(days=5)
    assert checked(house) == 0


def test_a_play_that_is_gone_has_no_goal(house: OutreachDesk) -> None:
    kept(house)
    house.clock.pass_by(days=7)
    assess(house, TODAY + timedelta(days=7), REACHED)
    assert checked(house, replace(house.desk.playbook, plays={})) == 0
    assert checked(house) == 1


def test_many_are_looked_at_in_portions(
    house: OutreachDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("csm.use_cases.outreach_effect._AT_ONCE", 2)
    for number in range(5):
        kept(house, key=f"k{number}", account="globex" if number % 2 else "acme")
    assert later(house, 3, REACHED) == 5


def with_least(house: OutreachDesk, least: int) -> Playbook:
    playbook = house.desk.playbook
    guard = playbook.guard.model_copy(update={"effect": Effect(least=least, confidence=0.95)})
    return replace(playbook, guard=guard)


def report(house: OutreachDesk, playbook: Playbook | None = None) -> PlayEffect:
    leave = staff(CASEY, Capability.READ_ACCOUNTS)
    today = house.clock.today()
    (found,) = effects(leave, house.records, playbook or house.desk.playbook, today, "check_in")
    return found


def crowd(house: OutreachDesk, size: int) -> list[str]:
    keys = [f"a{number}" for number in range(2 * size)]
    put(house.records, "accounts", ("key", "name"), *((key, key.title()) for key in keys))
    for number, key in enumerate(keys):
        is_control = number % 2 == 0
        kept(house, key, state=OutreachState.HOLDOUT if is_control else OutreachState.SENT)
    return keys


def test_the_report_holds_both_groups_against_each_other(house: OutreachDesk) -> None:
    crowd(house, 6)
    with house.records.writing() as writer:
        written = writer.outreach_list({OutreachState.SENT})[:5]
        reached = {"goal_reached_on": TODAY + timedelta(days=5)}
        writer.change_outreaches({one.id: reached for one in written})
    house.clock.pass_by(days=31)
    found = report(house, with_least(house, 5))
    assert (found.written.accounts, found.written.reached) == (6, 5)
    assert (found.control.accounts, found.control.reached) == (6, 0)
    assert found.difference is not None
    assert found.difference.difference == pytest.approx(5 / 6)
    assert found.difference.is_sure
    assert report(house).difference is None, "thirty are needed by default"
    assert report(house).missing == 24


def test_whose_time_is_not_over_does_not_count_unless_the_goal_was_reached(
    house: OutreachDesk,
) -> None:
    crowd(house, 2)
    assert report(house).written.accounts == 0
    later(house, 3, REACHED)
    assert (report(house).written.accounts, report(house).control.accounts) == (2, 2)


def test_the_tally_counts_what_came_back(house: OutreachDesk) -> None:
    approved = {"approved_by": "casey", "approved_at": house.now, "sent_at": house.now}
    done: dict[str, Any] = {"state": OutreachState.SENT, **approved}
    for number, reaction in enumerate((Reaction.POSITIVE, Reaction.NEGATIVE, None)):
        kept(house, key=f"k{number}", reaction=reaction, **done)
    tally = report(house).tally
    assert (tally.sent, tally.replied, tally.positive, tally.bad) == (3, 2, 1, 1)


def test_every_writing_play_has_a_report(house: OutreachDesk) -> None:
    leave = staff(CASEY, Capability.READ_ACCOUNTS)
    found = effects(leave, house.records, house.desk.playbook, TODAY)
    writing = {play.id for play in house.desk.playbook.plays.values() if play.outreach}
    assert {one.play for one in found} == writing
    assert all(one.difference is None for one in found)


def test_who_may_not_and_what_there_is_not(house: OutreachDesk) -> None:
    leave = staff(CASEY, Capability.READ_ACCOUNTS)
    with pytest.raises(NotFound, match="check_in"):
        effects(leave, house.records, house.desk.playbook, TODAY, "chek_in")
    with pytest.raises(NotFound):
        effects(leave, house.records, house.desk.playbook, TODAY, "support_escalation")
    with pytest.raises(Forbidden):
        effects(staff(CASEY, Capability.WORK_CTAS), house.records, house.desk.playbook, TODAY)
