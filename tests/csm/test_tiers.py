"""How a play earns a tier, and loses it."""

import pytest

from csm.guard_settings import TierEvidence
from csm.play import Play, Tier
from csm.ports_outreach import Tally
from csm.tiers import earned, faults, lost
from tests.csm.shipped import shipped_playbook

SETTINGS = TierEvidence(least=20, days=180, unedited=0.9, complaints=0.02, stopped=0.05)
GOOD = Tally(decided=40, approved=40, approved_unedited=38, sent=40, replied=10)


def play_up_to(highest: Tier) -> Play:
    play = next(play for play in shipped_playbook().plays.values() if play.outreach)
    assert play.outreach
    plan = play.outreach.model_copy(update={"highest_tier": highest})
    return play.model_copy(update={"outreach": plan})


def test_a_good_record_earns_one_step_at_a_time() -> None:
    play = play_up_to(Tier.AUTOMATIC)
    assert earned(play, Tier.MANUAL, GOOD, SETTINGS) is Tier.DELAYED
    assert earned(play, Tier.DELAYED, GOOD, SETTINGS) is Tier.AUTOMATIC
    assert earned(play, Tier.AUTOMATIC, GOOD, SETTINGS) is None


@pytest.mark.parametrize("highest", Tier)
def test_no_play_goes_beyond_what_its_file_allows(highest: Tier) -> None:
    play = play_up_to(highest)
    assert earned(play, highest, GOOD, SETTINGS) is None


@pytest.mark.parametrize(
    ("tally", "fault"),
    [
        (Tally(decided=19, approved=19, approved_unedited=19), "19 of 20 decisions"),
        (Tally(decided=40, approved=40, approved_unedited=35), "88% approved as drafted"),
        (Tally(decided=40, approved=20, approved_unedited=20), "50% approved as drafted"),
        (
            Tally(decided=40, approved=40, approved_unedited=40, sent=40, bad=1),
            "1 bad reaction to 40 messages",
        ),
        (
            Tally(decided=40, approved=40, approved_unedited=40, stopped=3),
            "the guard stopped 3 of 43",
        ),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_earned(tally: Tally, fault: str) -> None:
    found = faults(tally, SETTINGS)
    assert len(found) == 1
    assert found[0].startswith(fault)
    assert earned(play_up_to(Tier.AUTOMATIC), Tier.MANUAL, tally, SETTINGS) is None


def test_a_record_exactly_at_the_limits_is_good_enough() -> None:
    limit = Tally(decided=95, approved=95, approved_unedited=86, sent=100, bad=2, stopped=5)
    assert faults(limit, SETTINGS) == ()


def test_a_tier_is_lost_by_bad_reactions_or_the_guard_alone() -> None:
    assert lost(Tier.DELAYED, Tally(), SETTINGS) == ()
    assert lost(Tier.DELAYED, Tally(sent=10, bad=1), SETTINGS)
    assert lost(Tier.AUTOMATIC, Tally(decided=10, stopped=1), SETTINGS)
    assert lost(Tier.MANUAL, Tally(sent=10, bad=9), SETTINGS) == ()
