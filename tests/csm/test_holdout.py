"""The control group: deterministic, as large as it should be, and growing only by newcomers."""

from hypothesis import given
from hypothesis import strategies as st

from csm.holdout import is_held_out

KEYS = st.text(min_size=1, max_size=40)
SHARES = st.floats(min_value=0, max_value=1)


def test_who_is_in_it_is_known_for_ever() -> None:
    """These were drawn once: a change of the draw would mix up trials that are under way."""
    drawn = [key for key in "abcdefghij" if is_held_out("adoption_tip", key, 0.5)]
    assert drawn == ["b", "e", "h", "i"]


@given(KEYS, KEYS, SHARES, SHARES)
def test_a_larger_share_keeps_those_who_were_in_it(
    play: str, account: str, one: float, other: float
) -> None:
    small, large = sorted((one, other))
    assert is_held_out(play, account, small) <= is_held_out(play, account, large)


@given(KEYS, KEYS)
def test_no_share_is_nobody_and_the_whole_is_everybody(play: str, account: str) -> None:
    assert not is_held_out(play, account, 0)
    assert is_held_out(play, account, 1)


@given(KEYS, st.sampled_from([0.05, 0.1, 0.2, 0.5]))
def test_it_takes_about_its_share(play: str, share: float) -> None:
    size = 2_000
    count = sum(is_held_out(play, f"account-{number}", share) for number in range(size))
    # Five standard deviations of a binomial draw.
    assert abs(count - size * share) < 5 * (size * share * (1 - share)) ** 0.5


def test_plays_draw_apart_from_each_other() -> None:
    keys = [f"account-{number}" for number in range(1_000)]
    both = sum(is_held_out("a", key, 0.5) and is_held_out("b", key, 0.5) for key in keys)
    assert 180 < both < 320


def test_play_and_account_are_not_run_together() -> None:
    shares = [number / 200 for number in range(200)]
    assert [is_held_out("ab", "c", s) for s in shares] != [
        is_held_out("a", "bc", s) for s in shares
    ]
