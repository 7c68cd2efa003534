"""Minor units, and money in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm.money import format_money, minor_units


@pytest.mark.parametrize(
    ("currency", "decimals"),
    [("USD", 2), ("eur", 2), ("JPY", 0), ("jpy", 0), ("KWD", 3), ("CHF", 2)],
)
def test_a_currency_has_its_own_decimals(currency: str, decimals: int) -> None:
    assert minor_units(currency) == decimals


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (12_000_000, "USD", "$120,000"),
        (125_050, "EUR", "€1,250.50"),
        (9_000, "CHF", "CHF 90"),
        (3_000, "JPY", "¥3,000"),
        (1_234, "KWD", "KWD 1.234"),
        (0, "GBP", "£0"),
        (-5, "USD", "-$0.05"),
        (100, "usd", "$1"),
    ],
)
def test_money_in_full(minor: int, currency: str, text: str) -> None:
    assert format_money(minor, currency) == text


@pytest.mark.parametrize(
    ("minor", "text"),
    [
        (120_000_000, "$1.2M"),
        (100_000_000, "$1M"),
        (99_996_000, "$1M"),
        (12_345_600, "$123.5K"),
        (1_234_500, "$12.3K"),
        (500_050, "$5,000"),
        (250_000_000_000, "$2.5B"),
        (-120_000_000, "-$1.2M"),
    ],
)
def test_money_in_short(minor: int, text: str) -> None:
    assert format_money(minor, "USD", short=True) == text


@given(st.integers(0, 10**15), st.sampled_from(["USD", "JPY", "KWD"]))
def test_nothing_is_lost_in_full(minor: int, currency: str) -> None:
    text = format_money(minor, currency)
    digits = text.lstrip("$¥KWD ").replace(",", "")
    whole, _, part = digits.partition(".")
    decimals = minor_units(currency)
    assert int(whole + part.ljust(decimals, "0")) == minor
