"""Personal data in a text: numbers of accounts and people, phone numbers."""

import re
from collections.abc import Iterator
from typing import Final

from csm.claim_reading import EMAIL

_IBAN: Final = re.compile(
    r"(?<![^\W_])[A-Z]{2}\d{2}(?:[ .-]?[A-Z0-9]{4}){2,7}(?:[ .-]?[A-Z0-9]{1,3})?(?![^\W_])",
    re.IGNORECASE,
)
# United Kingdom, Spain, Italy, France.
_NATIONAL: Final = (
    re.compile(r"\b[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b", re.IGNORECASE),
    re.compile(r"\b(?P<dni>[XYZ\d]\d{7})[ -]?(?P<letter>[A-Z])\b", re.IGNORECASE),
    re.compile(r"\b[A-Z]{6}\d{2}[A-EHLMPR-T]\d{2}[A-Z]\d{3}[A-Z]\b", re.IGNORECASE),
    re.compile(r"\b(?P<nir>[12] ?\d{2} ?\d{2} ?\d{2} ?\d{3} ?\d{3}) ?(?P<key>\d{2})\b"),
)
_OF_IBANS: Final = re.compile(r"\d(?<=[^\W\d_]{2}\d)\d")  # two letters, two digits
# Digits: the fewest in a number of a person, and in a phone number.
_LEAST_DIGITS: Final = 6
_SHORTEST_PHONE: Final = 8
_DNI_LETTERS: Final = "TRWAGMYFPDXBNJZSQVHLCKE"
_PHONE: Final = re.compile(r"(?<![\w.,/-])(?:\+|\(?0)\d[\d ()./-]{5,18}\d(?![\w-])")
# "Send me your password": nobody of ours asks for it.
_OF_SECRETS: Final = re.compile(
    r"passw|passcode|\b(?:pin|tan)\b|login|credential|card|kennw|zugangs|kartenn", re.IGNORECASE
)
_ASKED: Final = re.compile(
    r"\b(?:send|give|tell|reply|share|provide|e-?mail|text|confirm|enter|answer|need|nennen|senden"
    r"|schicken|teilen|geben|antworten|bestätigen|brauche|brauchen)\b[^.!?\n]{0,40}"
    r"\b(?:passwords?|passcodes?|pin(?: (?:code|number))?|login(?: data| details)?|credentials"
    r"|card (?:number|details)|passwort|kennwort|pin|zugangsdaten|kartennummer|tan)\b",
    re.IGNORECASE,
)
_DIGIT: Final = re.compile(r"\d")
_NO_DIGITS: Final = re.compile(r"\D+")


def numbers_of_people(text: str) -> Iterator[str]:
    """The kinds of numbers that nobody is ever sent, never the numbers."""
    if _OF_IBANS.search(text) and any(_is_iban(match[0]) for match in _IBAN.finditer(text)):
        yield "a bank account"
    lines = _with_digits(text, _LEAST_DIGITS)
    if any(_is_national(match) for one in _NATIONAL for match in one.finditer(lines)):
        yield "a national identity number"


def asks_for_secret(text: str) -> bool:
    """Whether its reader is to tell a password or the like."""
    return _OF_SECRETS.search(text) is not None and _ASKED.search(text) is not None


def phone_numbers(text: str) -> frozenset[str]:
    """The digits of phone numbers: such as begin with "+" or "0"."""
    found = _PHONE.finditer(_with_digits(text, _SHORTEST_PHONE))
    digits = (_NO_DIGITS.sub("", match[0]) for match in found)
    return frozenset(number for number in digits if _SHORTEST_PHONE <= len(number) <= 15)


def email_addresses(text: str) -> frozenset[str]:
    """E-mail addresses in small letters."""
    if "@" not in text:
        return frozenset()
    return frozenset(match[0].casefold() for match in EMAIL.finditer(text))


def _with_digits(text: str, least: int) -> str:
    """The lines with so many digits: no number is looked for elsewhere, nor goes on beyond one."""
    return "\n".join(line for line in text.split("\n") if len(_DIGIT.findall(line)) >= least)


def _is_iban(text: str) -> bool:
    """ISO 13616: with the first four characters at the end, and letters as numbers, the rest of a
    division by 97 is 1."""
    plain = re.sub(r"[^A-Z0-9]", "", text.upper())
    digits = "".join(str(int(letter, 36)) for letter in plain[4:] + plain[:4])
    return 15 <= len(plain) <= 34 and int(digits) % 97 == 1


def _is_national(match: re.Match[str]) -> bool:
    parts = match.groupdict()
    if number := parts.get("dni"):
        first = number[0].upper().translate(str.maketrans("XYZ", "012"))
        return _DNI_LETTERS[int(first + number[1:]) % 23] == parts["letter"].upper()
    if number := parts.get("nir"):
        return 97 - int(_NO_DIGITS.sub("", number)) % 97 == int(parts["key"])
    return True
