"""What numbers are counted in: units of customer success, per cent, and currencies."""

import re
from typing import Final

PERCENT: Final = "%"
PERCENT_MARK: Final = r"(?:[%％﹪]|(?:per ?cent|pct|prozent)\b)"

_PLURALS: Final = {
    "days": "day",
    "weeks": "week",
    "months": "month",
    "years": "year",
    "hours": "hour",
    "minutes": "minute",
    "seats": "seat",
    "licences": "seat",
    "licenses": "seat",
    "users": "user",
    "tickets": "ticket",
    "cases": "ticket",
    "invoices": "invoice",
    "contacts": "contact",
    "objectives": "objective",
    "features": "feature",
    "events": "event",
    "points": "point",
    "risks": "risk",
    "milestones": "milestone",
    "answers": "answer",
    "accounts": "account",
    "logins": "login",
    "bps": "basis point",
}
# Not read from labels: a page on exports does not count them.
_MORE_PLURALS: Final = {
    "seconds": "second",
    "milliseconds": "millisecond",
    "quarters": "quarter",
    "decades": "decade",
    "rows": "row",
    "columns": "column",
    "pages": "page",
    "files": "file",
    "clicks": "click",
    "pixels": "pixel",
    "characters": "character",
    "dashboards": "dashboard",
    "charts": "chart",
    "reports": "report",
    "alerts": "alert",
    "owners": "owner",
    "admins": "admin",
    "editors": "editor",
    "viewers": "viewer",
    "recipients": "recipient",
    "stages": "stage",
    "tokens": "token",
}
_SHORT: Final = {
    **{size: size for size in ("kb", "mb", "gb", "tb", "am", "pm")},
    "licence": "seat",
    "sec": "second",
    "secs": "second",
    "min": "minute",
    "mins": "minute",
    "ms": "millisecond",
    "px": "pixel",
}
_GERMAN: Final = {
    "tage": "day",
    "tagen": "day",
    "woche": "week",
    "wochen": "week",
    "monat": "month",
    "monate": "month",
    "monaten": "month",
    "jahre": "year",
    "jahren": "year",
    "stunde": "hour",
    "stunden": "hour",
    "minuten": "minute",
    "platz": "seat",
    "plätze": "seat",
    "plätzen": "seat",
    "nutzer": "user",
    "nutzern": "user",
}
_ALL_PLURALS: Final = _PLURALS | _MORE_PLURALS
_UNITS: Final = {
    **_ALL_PLURALS,
    **{unit: unit for unit in _ALL_PLURALS.values()},
    **_SHORT,
    **_GERMAN,
}

# "31 of 100 seats": both are seats.
_OF_HOW_MANY: Final = re.compile(r"(?: out)? of (?:the |all )?\d[\d,.]*")
_NEXT_WORD: Final = re.compile(r"[ \u00a0-]([^\W\d_]+)")
_WORDS_BETWEEN: Final = 3
# After these words something else is spoken of: "3 in 28 days".
_PERCENT: Final = re.compile(rf"[ \u00a0-]?{PERCENT_MARK}", re.IGNORECASE)
_END_WORDS: Final = (
    "in of from to since by for and or than within over at on is are was were ago with per"
)
_ENDS: Final = frozenset(_END_WORDS.split())

_SYMBOLS: Final = {
    "$": "USD",
    "US$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "₩": "KRW",
    "₽": "RUB",
    "₺": "TRY",
    "₪": "ILS",
    "₴": "UAH",
    "₦": "NGN",
}
_WORDS: Final = {
    "dollar": "USD", "buck": "USD", "euro": "EUR", "pound": "GBP", "quid": "GBP", "rupee": "INR",
    "yen": "JPY", "yuan": "CNY", "renminbi": "CNY", "won": "KRW", "baht": "THB", "rand": "ZAR",
    "zloty": "PLN", "shekel": "ILS", "ringgit": "MYR", "rupiah": "IDR", "dong": "VND",
    "forint": "HUF", "dirham": "AED", "naira": "NGN", "hryvnia": "UAH",
}  # fmt: skip
# Money of several countries, or a small part of it: it is the same as itself alone.
_OTHER_WORDS: Final = (
    "franc|krona|krone|kronor|kroner|koruna|peso|reais|riyal|rial|dinar|lira|ruble|rouble|bitcoin"
    "|cent|pence"
)
_ISO_CODES: Final = (
    "AED ARS AUD BGN BHD BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP GHS HKD HUF IDR ILS INR ISK "
    "JOD JPY KES KRW KWD MAD MXN MYR NGN NOK NZD OMR PEN PHP PLN QAR RON RSD SAR SEK SGD THB TND "
    "TRY TWD UAH USD UYU VND XAF XOF ZAR"
)
_CODES: Final = frozenset(_ISO_CODES.split())
CURRENCY_MARK: Final = (
    rf"(?:[A-Z]{{0,2}}[$€£¥₹₩₽₺₪₴₦₿¢]|(?-i:\b(?:{'|'.join(sorted(_CODES))})\b)"
    rf"|\b(?:{'|'.join(_WORDS)}|{_OTHER_WORDS})s?\b)"
)

# One of these, or one of these words in small letters, is in every currency mark.
CURRENCY_SIGNS: Final = re.compile("[$€£¥₹₩₽₺₪₴₦₿¢]")
CURRENCY_WORDS: Final = frozenset(
    word + ending for word in (*_WORDS, *_OTHER_WORDS.split("|")) for ending in ("", "s")
).union(map(str.lower, _CODES))


def unit_after(text: str, position: int) -> str:
    """The unit that a number ending at this position is counted in, or "" where none is said."""
    if _PERCENT.match(text, position):
        return PERCENT
    if of := _OF_HOW_MANY.match(text, position):
        position = of.end()
    for _ in range(_WORDS_BETWEEN):
        word = _NEXT_WORD.match(text, position)
        if word is None or word[1].lower() in _ENDS:
            return ""
        if unit := _UNITS.get(word[1].lower()):
            return unit
        position = word.end()
    return ""


def unit_of_label(label: str) -> str:
    """The unit that a label names in the plural: "Open tickets" counts tickets."""
    words = re.findall(r"[^\W\d_]+", label.lower())
    return next((_PLURALS[word] for word in words if word in _PLURALS), "")


def currency_of(mark: str) -> str:
    """The ISO 4217 code of a symbol, a code or a word; the mark itself where it has none."""
    if mark.upper() in _CODES:
        return mark.upper()
    return _SYMBOLS.get(mark.upper()) or _WORDS.get(mark.lower().removesuffix("s")) or mark
