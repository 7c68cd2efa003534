"""Which play somebody means by what they typed."""

import pytest

from csm.play_names import plays_meant, plays_named
from tests.csm.shipped import shipped_playbook

PLAYS = [play for play in shipped_playbook().plays.values() if play.outreach]


def named(query: str) -> list[str]:
    return [play.id for play in plays_named(query, PLAYS)]


def meant(query: str) -> list[str]:
    return [play.id for play in plays_meant(query, PLAYS)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("habits_decline_check_in", ["habits_decline_check_in"]),
        ("Habits decline check-in", ["habits_decline_check_in"]),
        ("HABITS", ["habits_decline_check_in"]),
        ("habit", ["habits_decline_check_in"]),
        ("decline habits", ["habits_decline_check_in"]),
        ("renewal", ["renewal_runway"]),
        ("pay fail", ["payment_failure_recovery"]),
        ("QBR", ["executive_review"]),
        ("follow-up", ["detractor_follow_up", "post_ticket_follow_up"]),
        ("follow up ticket", ["post_ticket_follow_up"]),
        ("frobnicate", []),
        ("renewal habits", []),
        ("...", [play.id for play in sorted(PLAYS, key=lambda play: play.name)]),
    ],
)
def test_by_id_by_name_or_by_how_its_words_begin(query: str, found: list[str]) -> None:
    assert named(query) == found
    if found:
        assert meant(query) == found


@pytest.mark.parametrize(
    ("typed", "near"),
    [("habbits decline check in", "habits_decline_check_in"), ("renewel runway", "renewal_runway")],
)
def test_a_slip_of_the_pen_is_near_to_what_was_meant(typed: str, near: str) -> None:
    assert named(typed) == []
    assert meant(typed)[0] == near


def test_an_id_comes_before_names_that_hold_it() -> None:
    plays = [play.model_copy(update={"name": f"{play.name} adoption tip"}) for play in PLAYS]
    assert [play.id for play in plays_named("adoption_tip", plays)] == ["adoption_tip"]
