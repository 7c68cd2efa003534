"""Quick looks at a text, which spare the slow ones, never change what is found."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm.claim_reading import LINK
from csm.guard.patterns import is_shouted, price_cuts, secrets
from csm.guard.personal_data import numbers_of_people, phone_numbers
from csm.guard.reading import Reading
from csm.plain_words import unmasked_from, words
from csm.visible_text import visible
from csm.web_addresses import addresses

_SAID: Final = """
we page might report.csv a.example/x http://b.example www.c.example e.g. i.e. : . ... .:x 。x x。 !
!!!! ?!?!?! password: is hunter2x api key apı_key = abc123!z token secret ſecret sk-live-
abcdefghijklmnop1234 ghp_ 4111 1111 1111 1111 4111-1111-1111-1111 123-45-6789 - _ DE89 3704 0044
0532 0130 00 GB29NWBK60161331926819 QQ AB123456C 12 34 56 C 12345678Z RSSMRA85T10A562S 1 85 05 78
006 084 36 +49 30 1234567 (0)30/123-4567 020 7946 0958 é сhurn r e f u n d ü \u200b \u00ad ½ ١٢ ＡＢ
5 % off half price third pay you 10 percent less cheaper from your bill fee Prozent Rabatt de remise
""".replace("\n", " ")
_PIECES: Final = st.sampled_from(_SAID.split(" "))
_GLUE: Final = st.sampled_from([" ", " ", " ", "", "-", "\u00a0", "  ", "\n", "\t", " \n", "\r\n"])
TEXTS: Final = st.lists(st.tuples(_PIECES, _GLUE).map("".join), max_size=24).map("".join)
# It makes every search worth while, and nothing is found in it.
_PADDING: Final = (
    " ; x1 y2 x3 y4 x5 y6 x7 y8 x1 y2 x3 y4 x5 ; ab12 ; gha_ ; ı api ; - ; ???? ; price"
)


def padded(text: str) -> str:
    return "\n".join(line + _PADDING for line in text.split("\n"))


@given(TEXTS)
def test_addresses_are_found_in_any_word(text: str) -> None:
    """As the pattern finds them in each word."""
    found = [match[0] for word in text.split() for match in LINK.finditer(word)]
    assert [one.rstrip(".,;:!?…\"'”’)]}>*_`|") for one in found] == list(addresses(text))


@given(TEXTS)
def test_secrets_are_found_wherever_they_stand(text: str) -> None:
    assert list(secrets(text)) == list(secrets(padded(text)))


@given(TEXTS)
def test_price_cuts_are_found_wherever_they_stand(text: str) -> None:
    assert list(price_cuts(text)) == list(price_cuts(padded(text)))


@given(TEXTS)
def test_personal_data_is_found_wherever_it_stands(text: str) -> None:
    assert list(numbers_of_people(text)) == list(numbers_of_people(padded(text)))
    assert phone_numbers(text) == phone_numbers(padded(text))


@given(TEXTS)
def test_a_text_is_read_as_each_of_its_lines_would_be(text: str) -> None:
    seen = Reading(text)
    assert seen.bare.split() == words(text)
    assert seen.bare_forms == tuple(dict.fromkeys((seen.bare, unmasked_from(seen.folded))))
    lines = "\n".join(map(visible, text.splitlines()))
    assert seen.seen.strip() == lines.strip()


@pytest.mark.parametrize(
    ("text", "is_loud"),
    [("well!!!!", True), ("so?!?!?!", True), ("hm!!!", False), ("?????", False)],
)
def test_rows_of_marks_shout(text: str, is_loud: bool) -> None:
    assert is_shouted(text) == is_loud
