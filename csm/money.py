"""Money: how many decimals a currency has, and how an amount is written for people."""

from decimal import Decimal
from typing import Final

# ISO 4217: currencies whose minor unit is not a hundredth of the major one.
_NO_DECIMALS: Final = frozenset(
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ]
)
_THREE_DECIMALS: Final = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])

_SYMBOLS: Final = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩"}

_SHORT_STEPS: Final = ((10**9, "B"), (10**6, "M"), (10**3, "K"))


def minor_units(currency: str) -> int:
    """How many decimals the currency has: 2 for most, 0 for yen and a few, 3 for some dinars."""
    code = currency.upper()
    if code in _NO_DECIMALS:
        return 0
    return 3 if code in _THREE_DECIMALS else 2


def format_money(minor: int, currency: str, *, short: bool = False) -> str:
    """An amount in minor units as people write it: `$120,000`, `€1,250.50`, `CHF 90`, `¥3,000`.

    Decimals are shown only when there are any. `short` rounds to at most one decimal of
    thousands (from 10,000 on), millions or billions: `$1.2M`.
    """
    amount = Decimal(abs(minor)).scaleb(-minor_units(currency))
    digits = _short(amount) if short else _full(amount, minor_units(currency))
    code = currency.upper()
    symbol = _SYMBOLS.get(code, f"{code} ")
    return f"{'-' if minor < 0 else ''}{symbol}{digits}"


def _full(amount: Decimal, decimals: int) -> str:
    return f"{amount:,.0f}" if amount == int(amount) else f"{amount:,.{decimals}f}"


def _short(amount: Decimal) -> str:
    if amount < 10_000:
        return f"{amount:,.0f}"
    for step, letter in _SHORT_STEPS:
        # Compared after rounding, so that 999,960 reads 1M and never 1000K.
        tenths = round(amount * 10 / step)
        if tenths >= 10:
            whole, tenth = divmod(tenths, 10)
            return f"{whole:,}.{tenth}{letter}" if tenth else f"{whole:,}{letter}"
    return f"{amount:,.0f}"
