"""Names as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm.matching import Match, match, named_in
from csm.naming import fold
from csm.ports import AccountName


def names(*accounts: tuple[int, str, tuple[str, ...]]) -> list[AccountName]:
    return [
        AccountName(account_id, shown, fold(name))
        for account_id, shown, others in accounts
        for name in (shown, *others)
    ]


BOOK = names(
    (1, "Acme", ("acme", "acme.example", "A.C.M.E.")),
    (2, "Globex", ("globex",)),
    (3, "Initech Labs", ("initech-labs", "initech.example")),
    (4, "Initech Retail", ("initech-retail",)),
    (5, "Café Zürich", ("A-2e4581",)),
    (6, "東京ソフト", ("tokyo-soft",)),
    (7, "Company_0", ()),
    (8, "Company_1", ()),
)


def found(result: Match) -> str | None:
    return result.found.shown if result.found else None


@pytest.mark.parametrize(
    ("typed", "account"),
    [
        ("acme", "Acme"),
        ("  ACME ", "Acme"),
        ("acme.example", "Acme"),
        ("a.c.m.e.", "Acme"),
        ("globx", "Globex"),
        ("GLOBEXX", "Globex"),
        ("cafe zurich", "Café Zürich"),
        ("Cafe Zürch", "Café Zürich"),
        ("a-2E4581", "Café Zürich"),
        ("retail", "Initech Retail"),
        ("東京ソフト", "東京ソフト"),
        ("東京", "東京ソフト"),
        ("company_0", "Company_0"),
    ],
)
def test_one_account_is_meant(typed: str, account: str) -> None:
    assert found(match(typed, BOOK)) == account


def test_several_accounts_are_offered() -> None:
    result = match("initech", BOOK)
    assert result.found is None
    assert [name.shown for name in result.choices] == ["Initech Labs", "Initech Retail"]


def test_none_offers_the_nearest() -> None:
    result = match("glibeck", BOOK)
    assert result.found is None
    assert result.nearest[0].shown == "Globex"


def test_nothing_like_it_offers_nothing() -> None:
    assert match("qqqqwwwwzzzz", BOOK) == Match()


@pytest.mark.parametrize("typed", ["", "   ", "\u0301"])
def test_nothing_typed_matches_nothing(typed: str) -> None:
    assert match(typed, BOOK) == Match()


@given(st.text(max_size=300))
def test_absurd_queries_never_fail(typed: str) -> None:
    result = match(typed, BOOK)
    assert len(result.choices) <= 5
    assert len(result.nearest) <= 5


def test_a_name_in_a_sentence() -> None:
    assert found(named_in("How is Acme doing this week?", BOOK)) == "Acme"
    assert found(named_in("what about café zurich, then", BOOK)) == "Café Zürich"


def test_the_longest_name_in_a_sentence_wins() -> None:
    both = names((1, "Acme", ()), (2, "Acme Robotics", ()))
    assert found(named_in("tell me about acme robotics please", both)) == "Acme Robotics"


def test_several_names_in_a_sentence_are_offered() -> None:
    result = named_in("compare Acme and Globex", BOOK)
    assert [name.shown for name in result.choices] == ["Acme", "Globex"]


def test_a_blank_will_do_for_an_underscore() -> None:
    assert found(match("company 0", BOOK)) == "Company_0"


def test_no_name_in_a_sentence() -> None:
    assert named_in("hello there", BOOK) == Match()
    # Part of a word is no name.
    assert named_in("acmeology", BOOK) == Match()
