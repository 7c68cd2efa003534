"""Names made comparable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm.naming import fold


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Crème \t Brûlée\nGmbH ", "creme brulee gmbh"),
        ("ACME", "acme"),
        ("Straße", "strasse"),
        ("Ｆｕｌｌ　Ｗｉｄｔｈ", "full width"),
        ("İstanbul", "istanbul"),
        ("ﬁnance", "finance"),
        ("", ""),
        (" \u00a0\u2003", ""),
        ("東京 ガス", "東京 カス"),
    ],
)
def test_fold(text: str, expected: str) -> None:
    assert fold(text) == expected


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_case_does_not_matter(text: str) -> None:
    assert fold(text.casefold()) == fold(text)


@given(st.text())
def test_no_blanks_at_the_ends_and_single_ones_between(text: str) -> None:
    folded = fold(text)
    assert folded == " ".join(folded.split())
