"""A sequence without one of its items."""

from hypothesis import given
from hypothesis import strategies as st

from csm.all_but import AllBut

ITEMS = st.lists(st.integers(), max_size=12)


@given(ITEMS, st.data())
def test_it_is_the_whole_without_that_item(items: list[int], data: st.DataObject) -> None:
    places = st.integers(0, len(items) - 1) if items else st.nothing()
    left_out = data.draw(st.none() | places)
    rest = [item for place, item in enumerate(items) if place != left_out]
    found = AllBut(items, left_out)
    assert list(found) == rest
    assert len(found) == len(rest)
    assert [found[place] for place in range(len(rest))] == rest
    assert [found[place] for place in range(-len(rest), 0)] == rest
    assert found[1:-1] == rest[1:-1]
    assert list(reversed(found)) == rest[::-1]


def test_nothing_is_beyond_its_end() -> None:
    for place in (2, -3):
        try:
            AllBut([1, 2, 3], 1)[place]
        except IndexError:
            continue
        raise AssertionError(place)
