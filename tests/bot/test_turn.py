"""A turn carries only text that every database and every encoder takes."""

from hypothesis import given
from hypothesis import strategies as st

from bot.turn import Turn, TurnKind
from csm.people import STAFF_ONLY, Place, PlaceKind, Principal, Role

CASEY = Principal("casey", "Casey Field", Role.CSM, "casey@x.example")
HERE = Place("console", "local", "dm:casey", PlaceKind.DM, STAFF_ONLY, name="dm")


def turn(text: str, **values: str) -> Turn:
    return Turn(CASEY, HERE, TurnKind.PRESS, text, values)


# Compared as ASCII, for a report of a failure has to be kept, too.
def test_what_nobody_can_keep_is_left_out() -> None:
    made = turn("/cta\0 close 4\ud800", note="They are\0 happy\udfff 🙂")
    assert ascii(made.text) == ascii("/cta close 4")
    assert ascii(made.values) == ascii({"note": "They are happy 🙂"})


@given(st.text(st.sampled_from("ab \0\ud800\ud83d\udfff🙂é")))
def test_every_text_can_be_kept_and_ordinary_text_stays(text: str) -> None:
    made = turn(text, note=text)
    expected = "".join(c for c in text if c != "\0" and not "\ud800" <= c <= "\udfff")
    assert ascii(made.text) == ascii(expected)
    assert ascii(made.values["note"]) == ascii(expected)
