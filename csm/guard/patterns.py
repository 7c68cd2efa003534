"""How placeholders, mentions, secrets and shouting are recognised."""

import re
from collections.abc import Iterator
from typing import Final

from csm.claim_passes import ODD_CASES

_PLACEHOLDER: Final = re.compile(
    r"\{\{[^{}]*\}\}|\{[A-Za-z_][\w .-]*\}|\$\{[^{}]*\}|<<[^<>]+>>|%\([a-z_]+\)s"
    r"|\[(?:[A-Z][A-Z_ ]+|(?:your|the|insert|add|link|name)\b[^\]]*)\](?!\()"
    r"|\b(?:TODO|TBD|FIXME|XXX)\b|\blorem ipsum\b|\bundefined\b",
)
# Every placeholder holds one of these: to look for them first is quicker.
_OF_PLACEHOLDERS: Final = (
    *("{", "<<", "%(", "[", "TODO", "TBD", "FIXME", "XXX", "lorem ipsum", "undefined"),
)
MENTION: Final = re.compile(
    r"@(?:channel|here|everyone|group|all)\b|<!\w[^>]*>|<@[^>]+>|<#[^>]+>|</?at\b[^>]*>"
    r"|<(?:https?|mailto|javascript):[^>]*>|\[[^\]]*\]\(\s*(?:https?|mailto|javascript|data):",
    re.IGNORECASE,
)

_EDGES: Final = ".,;:!?…\"'”’)]}>*_`|"

_BETWEEN: Final = r"[^0-9A-Za-z]{1,3}"
_CARD: Final = re.compile(
    r"(?<![\w-])(?:\d(?:[ -]?\d){12,18}"
    rf"|\d{{4}}(?:{_BETWEEN}\d{{4}}){{3}}(?:{_BETWEEN}\d{{1,3}})?"
    rf"|\d{{4}}{_BETWEEN}\d{{6}}{_BETWEEN}\d{{4,5}})(?![\w-])"
)
_DIGIT: Final = re.compile(r"\d")
_OF_KEYS: Final = (
    *("PRIVATE KEY", "sk-", "sk_", "pk-", "pk_", "rk-", "rk_", "xox", "AKIA", "glpat-", "AIza"),
    "eyJ",
)
_OF_GITHUB: Final = re.compile("gh[a-z]_")  # "gh" alone is in too many words
_KEYS: Final = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|\b(?:sk|pk|rk)[-_](?:live|test|proj|ant)?[-_]?[A-Za-z0-9]{16,}"
    r"|\bxox[a-z]-[\w-]{10,}|\bAKIA[0-9A-Z]{16}\b|\bgh[a-z]_[A-Za-z0-9]{20,}|\bglpat-[\w-]{16,}"
    r"|\bAIza[\w-]{30,}|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"
)
_PASSWORD: Final = re.compile(
    r"\b(?:password|passwd|pwd|passphrase|secret|token|api[ _-]?key)\b[\"']?\s*(?:[:=]|is)\s*"
    r"[\"'`]?(?P<value>[^\s\"'`,;]{6,})",
    re.IGNORECASE,
)
_OF_PASSWORDS: Final = ("passw", "passphrase", "pwd", "secret", "token", "api")
_OF_ODD_PASSWORDS: Final = ("pass", "pwd", "ecret", "oken", "key")  # with letters like "ı"
_SHORTEST_CARD: Final = 13  # digits
# Values that stand for one in examples.
_MADE_UP: Final = re.compile(r"[<>{}$*\[\]]|your|example|x{3,}|\.{3}|…|•", re.IGNORECASE)
_SOCIAL_SECURITY: Final = re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])")

_SHARE: Final = r"(?:\d+(?:[.,]\d+)?|[½¼¾⅓⅔]|[^\W\d_]+)[ \u00a0]?(?:[%％﹪]|per ?cent\b|prozent\b)"
_CHEAPER: Final = "off|cheaper|günstiger|billiger|rabatt|nachlass|de (?:remise|réduction|descuento)"
_PAYING: Final = "pays?|charges?|costs?|zahlen|bezahlen|kostet|kosten"
_PRICE_CUT: Final = re.compile(
    rf"{_SHARE} (?:{_CHEAPER})\b"
    rf"|\b(?:{_PAYING}) (?:you |ihnen |sie |nur |only |just )*{_SHARE} (?:less|weniger)\b"
    r"|[½¼¾⅓⅔] (?:off|price)\b|\b(?:half|third|quarter) (?:off|price|the price)\b"
    r"|\boff your (?:bill|fee|fees|next invoice|next bill)\b",
    re.IGNORECASE,
)
# Every price cut holds one of these, in small letters.
_OF_PRICE_CUTS: Final = (
    *("off", "cheaper", "günstiger", "billiger", "rabatt", "nachlass", "remise", "réduction"),
    *("descuento", "less", "weniger", "price", "your bill", "your fee", "your next"),
)
_LOUD_LETTERS: Final = 24
_LOUD_TITLE: Final = 10
_LOUD_SHARE: Final = 0.7
_LOUD_MARKS: Final = re.compile(r"!{4,}|[!?]{6,}")
# Letters of a text that may be capitals.
_NOT_SMALL: Final = re.compile(r"[^\W\d_a-z]")
_CAPITAL: Final = re.compile("[A-Z]")  # in ASCII all of those


def placeholders(text: str) -> Iterator[str]:
    """What was to be filled in, as it stands in the text."""
    if any(sign in text for sign in _OF_PLACEHOLDERS):
        yield from (match[0] for match in _PLACEHOLDER.finditer(text))


def mentions(text: str) -> Iterator[str]:
    """Calls to people and a platform's markup, as they stand in the text."""
    if "<" in text or "@" in text or "[" in text:
        yield from (match[0] for match in MENTION.finditer(text))


def secrets(text: str) -> Iterator[str]:
    """The kinds of secrets that a text holds, never the secrets."""
    digits = len(_DIGIT.findall(text))
    if digits >= _SHORTEST_CARD and any(_is_card(match[0]) for match in _CARD.finditer(text)):
        yield "a card number"
    may_hold_key = any(sign in text for sign in _OF_KEYS) or _OF_GITHUB.search(text)
    if may_hold_key and _KEYS.search(text):
        yield "a key"
    lower = text.lower()
    signs = _OF_PASSWORDS if text.isascii() else _OF_ODD_PASSWORDS
    if any(sign in lower for sign in signs) and any(
        _is_password(match["value"]) for match in _PASSWORD.finditer(text)
    ):
        yield "a password"
    if digits and "-" in text and _SOCIAL_SECURITY.search(text):
        yield "a social security number"


def price_cuts(text: str) -> Iterator[str]:
    """Shares that a price is said to fall by, as they stand: "5 % off", "pay 5 % less"."""
    lower = text.lower()
    if any(sign in lower for sign in _OF_PRICE_CUTS) or ODD_CASES.search(text):
        yield from (match[0] for match in _PRICE_CUT.finditer(text))


def is_shouted(text: str) -> bool:
    """Whether a text is written mostly in capitals, or with rows of exclamation marks."""
    marks = text.count("!") + text.count("?")
    return _is_loud(text, _LOUD_LETTERS) or (marks > 3 and bool(_LOUD_MARKS.search(text)))


def is_shouted_title(text: str) -> bool:
    """Whether a subject is: fewer letters are enough, and one row of two marks."""
    return _is_loud(text, _LOUD_TITLE) or "!!" in text


def _is_loud(text: str, least: int) -> bool:
    not_small = (_CAPITAL if text.isascii() else _NOT_SMALL).findall(text)
    loud = sum(map(str.isupper, not_small))
    # Most texts have too many small vowels for all letters to be counted.
    if loud < _LOUD_SHARE * max(least, loud + sum(map(text.count, "aeiou"))):
        return False
    letters = loud + sum(map(str.islower, text))
    return letters >= least and loud >= _LOUD_SHARE * letters


def _is_card(digits: str) -> bool:
    """Luhn's check: every second digit from the right counts twice."""
    numbers = [int(digit) for digit in re.sub(r"\D", "", digits)][::-1]
    if len(set(numbers)) == 1:
        return False
    doubled = [number * 2 - 9 * (number > 4) for number in numbers[1::2]]
    return (sum(numbers[::2]) + sum(doubled)) % 10 == 0


def _is_password(value: str) -> bool:
    """Whether it is like a secret rather than a word: letters with digits or signs among them."""
    value = value.rstrip(_EDGES)
    is_mixed = any(c.isdigit() for c in value) and any(c.isalpha() for c in value)
    return len(value) >= 6 and is_mixed and not _MADE_UP.search(value)
