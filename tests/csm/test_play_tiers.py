"""A play's right to send by itself: proposed by evidence, granted by a person, lost at once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from csm.errors import Conflict, Forbidden, InvalidInput, NotFound
from csm.outreach import OutreachState, Reaction
from csm.people import Capability, Principal, Role
from csm.play import Tier
from csm.playbook import Playbook
from csm.ports import Records
from csm.ports_outreach import PlayTier
from csm.post import Post
from csm.use_cases.play_tiers import grant_tier, review_tiers, tier_of, tier_reports
from tests.csm.outreach_desk import (
    ALEX,
    CASEY,
    CHECK_IN,
    MORGAN,
    PLAN,
    OutreachDesk,
    desk_with,
    staff,
)

LEAST = 20


@pytest.fixture
def house(records: Records) -> OutreachDesk:
    return with_highest(records, Tier.AUTOMATIC)


def with_highest(records: Records, highest: Tier) -> OutreachDesk:
    plan = PLAN.model_copy(update={"highest_tier": highest})
    return OutreachDesk(records, desk_with(CHECK_IN.model_copy(update={"outreach": plan})))


def playbook(house: OutreachDesk) -> Playbook:
    """With nothing but the one play that writes."""
    return replace(house.desk.playbook, plays={"check_in": house.desk.playbook.plays["check_in"]})


def decided(house: OutreachDesk, count: int = LEAST, **changes: Any) -> None:
    """So many messages, approved as drafted and sent now."""
    done = {
        "state": OutreachState.SENT,
        "approved_by": "casey",
        "approved_at": house.now,
        "sent_at": house.now,
        **changes,
    }
    with house.records.writing() as writer:
        for number in range(count):
            key = f"{house.now.isoformat()}:{number}:{sorted(changes)}"
            assert writer.add_outreach(house.draft(key=key, **done)) is not None


def reviewed(house: OutreachDesk) -> None:
    review_tiers(house.records, playbook(house), house.now, "slack")


def granted(house: OutreachDesk, tier: Tier, who: Principal = ALEX) -> PlayTier:
    leave = staff(who, Capability.GRANT_TIERS)
    return grant_tier(leave, house.records, playbook(house), house.now, "check_in", tier)


def tier(house: OutreachDesk) -> PlayTier:
    with house.records.reading() as reader:
        return tier_of(reader, playbook(house), "check_in", house.now)


def told(house: OutreachDesk, who: Principal = ALEX) -> list[Post]:
    return house.posts_to(who)


def test_what_is_earned_is_proposed_once_and_to_administrators_alone(house: OutreachDesk) -> None:
    decided(house)
    reviewed(house)
    reviewed(house)
    house.clock.pass_by(days=1)
    reviewed(house)
    (post,) = told(house)
    assert "has earned to be delayed" in post.card["summary"]
    assert "play.tier:check_in:delayed" in str(post.card)
    assert told(house, MORGAN) == told(house, CASEY) == []
    assert (tier(house).tier, tier(house).proposed) == (Tier.MANUAL, Tier.DELAYED)


def test_every_administrator_is_told(house: OutreachDesk) -> None:
    other = Principal("zoe", "Zoe Hart", Role.ADMIN, "zoe@ours.example")
    with house.records.writing() as writer:
        writer.save_person(other)
    decided(house)
    reviewed(house)
    assert len(told(house)) == len(told(house, other)) == 1


def test_too_little_is_not_proposed(house: OutreachDesk) -> None:
    decided(house, LEAST - 1)
    reviewed(house)
    assert told(house) == []
    with pytest.raises(InvalidInput, match="19 of 20 decisions"):
        granted(house, Tier.DELAYED)
    assert tier(house).tier is Tier.MANUAL


def test_what_lies_too_far_back_does_not_count(house: OutreachDesk) -> None:
    decided(house)
    house.clock.pass_by(days=181)
    reviewed(house)
    assert told(house) == []


def test_a_person_grants_it(house: OutreachDesk) -> None:
    decided(house)
    reviewed(house)
    assert granted(house, Tier.DELAYED).tier is Tier.DELAYED
    now = tier(house)
    assert (now.tier, now.by, now.proposed) == (Tier.DELAYED, "alex", None)
    (entry,) = (one.entry for one in house.audit("play:check_in"))
    assert (entry.who, entry.what) == ("alex", "play.tier")
    assert (entry.before["tier"], entry.after["tier"]) == ("manual", "delayed")
    with pytest.raises(Conflict, match="is delayed already, by Alex Moss"):
        granted(house, Tier.DELAYED)


def test_what_it_has_cannot_be_granted(house: OutreachDesk) -> None:
    with pytest.raises(Conflict, match=r"is manual already\."):
        granted(house, Tier.MANUAL)


def test_one_step_at_a_time(house: OutreachDesk) -> None:
    decided(house)
    with pytest.raises(InvalidInput, match="has not earned to be automatic"):
        granted(house, Tier.AUTOMATIC)
    house.clock.pass_by(hours=1)
    granted(house, Tier.DELAYED)
    with pytest.raises(InvalidInput, match="0 of 20 decisions"):
        granted(house, Tier.AUTOMATIC)
    house.clock.pass_by(days=1)
    decided(house)
    reviewed(house)
    assert "has earned to be automatic" in told(house)[-1].card["summary"]
    assert granted(house, Tier.AUTOMATIC).tier is Tier.AUTOMATIC


@pytest.mark.parametrize("who", [CASEY, MORGAN])
def test_nobody_but_an_administrator_may(house: OutreachDesk, who: Principal) -> None:
    with pytest.raises(Forbidden):
        granted(house, Tier.DELAYED, who)
    with pytest.raises(Forbidden):
        grant_tier(
            staff(ALEX, Capability.READ_ACCOUNTS),
            house.records,
            playbook(house),
            house.now,
            "check_in",
            Tier.DELAYED,
        )


def test_no_higher_than_the_play_s_file_allows(records: Records) -> None:
    house = with_highest(records, Tier.MANUAL)
    decided(house)
    reviewed(house)
    assert told(house) == []
    with pytest.raises(InvalidInput, match="file allows manual at most"):
        granted(house, Tier.DELAYED)


def test_a_file_that_allows_less_by_now_takes_it_back(house: OutreachDesk) -> None:
    decided(house)
    granted(house, Tier.DELAYED)
    plan = PLAN.model_copy(update={"highest_tier": Tier.MANUAL})
    less = replace(
        house.desk.playbook, plays={"check_in": CHECK_IN.model_copy(update={"outreach": plan})}
    )
    with house.records.reading() as reader:
        assert tier_of(reader, less, "check_in", house.now).tier is Tier.MANUAL


def test_an_administrator_may_take_it_back(house: OutreachDesk) -> None:
    decided(house)
    granted(house, Tier.DELAYED)
    assert granted(house, Tier.MANUAL).tier is Tier.MANUAL


def test_bad_reactions_take_it_back_at_once_and_somebody_is_told(house: OutreachDesk) -> None:
    decided(house)
    house.clock.pass_by(hours=1)
    granted(house, Tier.DELAYED)
    house.clock.pass_by(days=1)
    decided(house, 3, approved_by="tier:delayed", reaction=Reaction.OPTED_OUT)
    reviewed(house)
    now = tier(house)
    assert (now.tier, now.by) == (Tier.MANUAL, "schedule")
    assert "3 bad reactions to 3 messages" in now.why
    (post,) = [one for one in told(house) if "no longer delayed" in one.card["summary"]]
    assert "3 bad reactions" in post.card["summary"]
    (_, entry) = (one.entry for one in house.audit("play:check_in"))
    assert (entry.who, entry.after["tier"]) == ("schedule", "manual")
    reviewed(house)
    assert len(house.audit("play:check_in")) == 2


def test_a_good_record_keeps_it_though_nobody_decides_any_more(house: OutreachDesk) -> None:
    decided(house)
    granted(house, Tier.DELAYED)
    house.clock.pass_by(days=200)
    reviewed(house)
    assert tier(house).tier is Tier.DELAYED


def test_what_was_lost_is_earned_and_proposed_anew(house: OutreachDesk) -> None:
    decided(house)
    reviewed(house)
    granted(house, Tier.DELAYED)
    house.clock.pass_by(days=1)
    decided(house, 1, approved_by="tier:delayed", reaction=Reaction.NEGATIVE)
    reviewed(house)
    assert tier(house).tier is Tier.MANUAL
    house.clock.pass_by(days=190)
    decided(house)
    reviewed(house)
    proposals = [one for one in told(house) if "has earned" in one.card["summary"]]
    assert len(proposals) == 2


def test_an_unknown_play(house: OutreachDesk) -> None:
    leave = staff(ALEX, Capability.GRANT_TIERS)
    for play_id in ("nosuch", "support_escalation"):
        with pytest.raises(NotFound):
            grant_tier(leave, house.records, house.desk.playbook, house.now, play_id, Tier.DELAYED)


def test_reports_say_what_is_missing(house: OutreachDesk) -> None:
    decided(house, 5)
    leave = staff(CASEY, Capability.READ_ACCOUNTS)
    reports = tier_reports(leave, house.records, house.desk.playbook, house.now)
    names = [report.play.name for report in reports]
    assert names == sorted(names)
    assert all(report.play.outreach for report in reports)
    (own,) = [report for report in reports if report.play.id == "check_in"]
    assert own.faults == ("5 of 20 decisions",)
    assert own.tally.decided == 5
    assert own.tier.tier is Tier.MANUAL


def test_the_proposal_s_time_does_not_matter(house: OutreachDesk) -> None:
    """Nothing was proposed before; the record came over months."""
    for _ in range(4):
        decided(house, 5)
        house.clock.time += timedelta(days=30)
    reviewed(house)
    assert len(told(house)) == 1
