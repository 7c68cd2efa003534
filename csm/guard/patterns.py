"""How placeholders, mentions, secrets and shouting are recognised."""

import re
from collections.abc import Iterator
from typing import Final

PLACEHOLDER: Final = re.compile(
    r"\{\{[^{}]*\}\}|\{[A-Za-z_][\w .-]*\}|\$\{[^{}]*\}|<<[^<>]+>>|%\([a-z_]+\)s"
    r"|\[(?:[A-Z][A-Z_ ]+|(?:your|the|insert|add|link|name)\b[^\]]*)\](?!\()"
    r"|\b(?:TODO|TBD|FIXME|XXX)\b|\blorem ipsum\b|\bundefined\b",
)
MENTION: Final = re.compile(
    r"@(?:channel|here|everyone|group|all)\b|<!\w[^>]*>|<@[^>]+>|<#[^>]+>|</?at\b[^>]*>"
    r"|<(?:https?|mailto|javascript):[^>]*>|\[[^\]]*\]\(\s*(?:https?|mailto|javascript|data):",
    re.IGNORECASE,
)

_EDGES: Final = ".,;:!?…\"'”’)]}>*_`|"

_CARD: Final = re.compile(r"(?<![\w-])\d(?:[ -]?\d){12,18}(?![\w-])")
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
# Values that stand for one in examples.
_MADE_UP: Final = re.compile(r"[<>{}$*\[\]]|your|example|x{3,}|\.{3}|…|•", re.IGNORECASE)
_SOCIAL_SECURITY: Final = re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])")

_LOUD_LETTERS: Final = 24
_LOUD_SHARE: Final = 0.7
_LOUD_MARKS: Final = re.compile(r"!{4,}|(?:[!?]){6,}")


def secrets(text: str) -> Iterator[str]:
    """The kinds of secrets that a text holds, never the secrets."""
    if any(_is_card(match[0]) for match in _CARD.finditer(text)):
        yield "a card number"
    if _KEYS.search(text):
        yield "a key"
    if any(_is_password(match["value"]) for match in _PASSWORD.finditer(text)):
        yield "a password"
    if _SOCIAL_SECURITY.search(text):
        yield "a social security number"


def is_shouted(text: str) -> bool:
    """Whether a text is written mostly in capitals, or with rows of exclamation marks."""
    letters = [letter for letter in text if letter.isupper() or letter.islower()]
    loud = sum(letter.isupper() for letter in letters)
    is_loud = len(letters) >= _LOUD_LETTERS and loud >= _LOUD_SHARE * len(letters)
    return is_loud or bool(_LOUD_MARKS.search(text))


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
