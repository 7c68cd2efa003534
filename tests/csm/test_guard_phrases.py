"""How listed phrases are found: inflected, begun, cut in pieces, and where they do no harm."""

import pytest
from pydantic import TypeAdapter, ValidationError

from csm.guard.phrases import phrases_of
from csm.guard.reading import Reading
from csm.guard_settings import Listed

PHRASES = phrases_of(("discount", "we guarantee", "wir garant*", "erstatt* ihnen", "rabatt*", "up"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Discounts and discounted", ["discount"]),
        ("a dis-count", ["discount"]),
        ("a dis\ncount", ["discount"]),
        ("a dis-co-unt", ["discount"]),
        ("we dis count", ["discount"]),
        ("Wir garantieren das", ["wir garant*"]),
        ("wir Garantie", ["wir garant*"]),
        ("garantieren wir", []),
        ("Erstattung Ihnen", ["erstatt* ihnen"]),
        ("Rabatte, rabattiert", ["rabatt*"]),
        ("Ra-batte", ["rabatt*"]),
        ("we gua ran tee", []),  # only single words are put together
        ("u p", []),  # and long ones
        ("this count", []),
    ],
)
def test_phrases_are_found(text: str, found: list[str]) -> None:
    assert Reading(text).holds(PHRASES) == found


def test_words_that_stand_by_themselves_are_not_put_together() -> None:
    uptime = phrases_of(("uptime", "welcome"))
    assert Reading("free up time").holds(uptime) == []
    assert Reading("the up-ti-me").holds(uptime) == ["uptime"]
    assert Reading("you will come, as well come").holds(uptime) == []


def test_harmless_phrases_hide_nothing_else() -> None:
    listed, harmless = phrases_of(("promised", "hurry")), ("as promised", "no hurry")
    assert Reading("As promised, no hurry.").holds(listed, harmless) == []
    assert Reading("As promised, it is promised.").holds(listed, harmless) == ["promised"]
    assert Reading("As we promised, no hurry.").holds(listed, harmless) == ["promised"]
    assert Reading("As promised").holds(listed) == ["promised"]


@pytest.mark.parametrize("phrase", ["rab*", "*batt", "ra*tt", "wir g*", "*"])
def test_a_star_ends_a_word_of_four_letters_at_least(phrase: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Listed).validate_python(phrase)


def test_a_good_star_is_taken() -> None:
    assert TypeAdapter(Listed).validate_python("wir garant*") == "wir garant*"
