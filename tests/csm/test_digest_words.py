"""What people type to choose their digests."""

import pytest

from csm.digest_words import Typed, read_digest_words, slip_in
from csm.errors import InvalidInput

KINDS = {"digest", "alert", "team"}


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("", Typed()),
        ("mon 8:00", Typed(timetable="mon 8:00")),
        ("alert weekdays 7:30", Typed("alert", "weekdays 7:30")),
        ("Alert here", Typed("alert", where="here")),
        ("DM", Typed(where="dm")),
        ("every day at 8 am", Typed(timetable="every day at 8 am")),
        ("mon - fri 9", Typed(timetable="mon - fri 9")),
        ("mon,thu 9", Typed(timetable="mon thu 9")),
        ("all quiet", Typed(scope="all", wants_empty=False)),
        ("mine always", Typed(scope="mine", wants_empty=True)),
        (
            "team tue 18:15 here Riley Stone quiet",
            Typed("team", "tue 18:15", "here", "Riley Stone", False),
        ),
        ("mon alert", Typed(timetable="mon", scope="alert")),
        ("mo", Typed(scope="mo")),
        ("mon noon", Typed(timetable="mon noon")),
        ("digest off", Typed("digest", is_off=True)),
        ("alert pause", Typed("alert", is_off=True)),
        ("stop", Typed(is_off=True)),
    ],
)
def test_words_find_their_places(text: str, typed: Typed) -> None:
    assert read_digest_words(text, KINDS) == typed


def test_a_kind_alone_says_nothing() -> None:
    assert not read_digest_words("alert", KINDS).says_something
    assert read_digest_words("alert quiet", KINDS).says_something


@pytest.mark.parametrize("text", ["mon 25:00", "8:00 9:00", "mon 8:61"])
def test_a_wrong_time_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"mon 8:00"):
        read_digest_words(text, KINDS)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("mno", "mon"),
        ("wendesday", "wednesday"),
        ("alerts", "alert"),
        ("rily", "riley"),
        ("quite", "quiet"),
        ("Xx hree", "here"),
    ],
)
def test_a_slip_is_met_with_what_was_meant(typed: str, meant: str) -> None:
    assert slip_in(typed, ["alert", "team", "Riley"]) == f'; did you mean "{meant}"?'


def test_what_is_near_to_nothing_is_left_at_that() -> None:
    assert slip_in("xylophonic zzz", ["alert"]) == ""
