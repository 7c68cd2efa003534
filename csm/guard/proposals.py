"""What a message may say without any fact: when to talk and for how long, when its sender is
there, which talk it gives thanks for, and small counts that tell nothing of its reader."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Final

from csm.claim_reading import GERMAN_WEEKDAY, Quantity
from csm.claims import Claim, ClaimKind

_WEEKDAY: Final = "(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
_GERMAN_SPAN: Final = "(?:woche|wochenende|monat|quartal)"
# Days that lie ahead: "last week" would tell something that was.
_DAY_AHEAD: Final = (
    rf"(?:today|tomorrow|{_WEEKDAY}|(?:next|this|coming) (?:week|{_WEEKDAY})|next (?:month|quarter)"
    r"|(?:in|within) (?:an?|a few|a couple of) (?:day|week)s?"
    rf"|heute|morgen|übermorgen|{GERMAN_WEEKDAY}"
    rf"|(?:nächste|kommende|diese)[nrsm]? (?:{_GERMAN_SPAN}|{GERMAN_WEEKDAY})"
    r"|in (?:ein paar|einigen|wenigen) (?:tagen|wochen))"
)
_AHEAD: Final = re.compile(_DAY_AHEAD, re.IGNORECASE)
_TIME: Final = (
    r"(?:(?:[01]?\d|2[0-3]):[0-5]\d(?: ?(?:[ap]m|uhr)\b)?|(?:1[0-2]|[1-9]) ?[ap]m\b"
    r"|(?:[01]?\d|2[0-3])(?:\.[0-5]\d)? ?uhr\b)"
)
_CLOCK: Final = re.compile(rf"\b{_TIME}", re.IGNORECASE)
_HALF_AN_HOUR: Final = re.compile(r"half an hour\b", re.IGNORECASE)
_LONGEST_TALK: Final = {"minute": Decimal(120), "hour": Decimal(2)}
_SENTENCE_END: Final = re.compile(r"[.!?…](?=[\s\"'”’)]|$)", re.MULTILINE)
_SENTENCE_START: Final = r"(?:(?<=[.!?…] )|^[ \t]*)"

# What may stand around days and times, where the sender says when they are there.
_WHEN: Final = (
    rf"(?:[\s,]+(?:{_DAY_AHEAD}|{_TIME}|\d{{1,2}}(?= (?:to|until|till|bis|and|und) \d)"
    r"|on|from|to|until|till|at|or|and|between|after|before|again|all|day|in|the|mornings?"
    r"|afternoons?|am|von|bis|um|oder|und|zwischen|ab|nach|wieder|vormittags?|nachmittags?)\b)*"
)
_I_AM: Final = r"\b(?:I am|I['’]m|I will be|I['’]ll be|we are|we['’]re)(?: (?:also|back|still))*"
_THERE: Final = (
    r"(?:free|available|reachable|in the office|out of (?:the )?office|away|back|on holiday"
    r"|on leave|travelling)"
)
_DA: Final = (
    r"(?:frei|zeit|verfügbar|erreichbar|unterwegs|nicht (?:da|im büro|erreichbar)|im urlaub"
    r"|im büro|wieder da)"
)
_LAST_TALK: Final = (
    rf"(?:(?:on |last )?{_WEEKDAY}|last (?:week|month)|yesterday|today|this (?:week|morning)"
    rf"|(?:am |letzte[nr]? )?{GERMAN_WEEKDAY}|(?:in der )?letzten? woche|gestern|heute)"
)
# When the sender is there: "I am free on Wednesday from 2 pm to 4 pm".
_I_AM_THERE: Final = rf"{_I_AM} {_THERE}\b{_WHEN}|\bich (?:bin|habe|wäre|hätte)\b{_WHEN} {_DA}\b"
# "Thank you for the call last week."
_THANKS: Final = (
    rf"{_SENTENCE_START}(?:(?:many thanks|thanks|thank you)(?: (?:again|so much|very much))* for"
    r"|(?:it was|it['’]s been) (?:great|good|nice|lovely|a pleasure) to"
    r"|(?:vielen dank|besten dank|herzlichen dank|danke) für)"
    rf"(?: [^\W\d_]+(?:['’][a-z]+)?){{1,7}}? {_LAST_TALK}\b"
)
# "Step 1: open Reports", and the numbers of a list.
_STEP: Final = r"\b(?:step|tip|option|schritt|tipp) \d{1,2}(?=[:.)])|^[ \t]*\d{1,2}[.)](?= )"
# "two ways to do it"
_A_FEW: Final = (
    r"\b(?:[2-9]|two|three|four|five|six|seven|zwei|drei|vier|fünf|sechs|sieben)"
    r"(?: (?:short|simple|small|quick|easy|good|different|kleine|kurze|einfache|gute))?"
    r" (?:ways|options|ideas|things|clicks|tips|examples|wege|möglichkeiten|ideen|dinge|klicks"
    r"|tipps|beispiele)\b(?! (?:left|open|offen|übrig))"
)
# "It takes about five minutes."
_TAKES: Final = (
    rf"{_SENTENCE_START}(?:it|that|this|the \w+|das|es) (?:only |just )?(?:takes?|dauert)"
    r"(?: (?:only|just|about|around|less than|no more than|at most|nur|etwa|ungefähr|rund"
    r"|höchstens|keine))* [\w-]+ (?:minutes?|minuten?)(?=[.,;!:)]|$)"
)
_SAID: Final = tuple(
    re.compile(saying, re.IGNORECASE | re.MULTILINE)
    for saying in (_I_AM_THERE, _THANKS, _STEP, _A_FEW, _TAKES)
)


def is_proposed(text: str, claim: Claim) -> bool:
    """Whether a claim of the text needs no fact. Either it only proposes a talk: it stands in a
    sentence that ends in a question mark on its line, and is

    - a day ahead in relation to today: "today", "tomorrow", a weekday, "next" or "this week",
      "next month", "in a few days";
    - a time by the clock, "10:00" or "3 pm";
    - or a length of at most two hours: "fifteen minutes", "half an hour".

    Or it is part of one of a few sayings, whose every word is known: when the sender is there ("I
    am free on Wednesday from 2 pm"), thanks for a talk ("Thanks for the call last week"), the
    number of a step, a few ways or ideas, and how many minutes something takes.

    Dates ("12 May"), other numbers, and days that are over ("last week", "yesterday") are claims
    in a question, too. Not seen: a question that tells something by the way ("Shall we talk about
    the outage of Tuesday?"), and thanks for what was no talk.
    """
    if claim.kind in {ClaimKind.LINK, ClaimKind.EMAIL, ClaimKind.MONEY, ClaimKind.NAME}:
        return False
    if _is_asked(text, claim.end) and _is_a_talk(text, claim):
        return True
    return any(start <= claim.start and claim.end <= end for start, end in _sayings(text))


@lru_cache(maxsize=256)
def _sayings(text: str) -> tuple[tuple[int, int], ...]:
    return tuple(match.span() for saying in _SAID for match in saying.finditer(text))


def _is_asked(text: str, position: int) -> bool:
    line_end = text.find("\n", position)
    end = _SENTENCE_END.search(text, position, line_end if line_end >= 0 else len(text))
    return end is not None and end[0] == "?"


def _is_a_talk(text: str, claim: Claim) -> bool:
    match claim.meaning:
        case Quantity() as number:
            return _is_a_length(number) or _is_by_the_clock(text, claim)
    if claim.kind is ClaimKind.DATE:
        return _AHEAD.fullmatch(claim.text) is not None
    is_half_an_hour = _HALF_AN_HOUR.match(text, claim.start) is not None
    return is_half_an_hour or _is_by_the_clock(text, claim)


def _is_a_length(number: Quantity) -> bool:
    longest = _LONGEST_TALK.get(number.unit, Decimal(0))
    return 0 < number.size <= longest and not number.sign and not number.currency


def _is_by_the_clock(text: str, claim: Claim) -> bool:
    return any(start <= claim.start and claim.end <= end for start, end in _times(text, claim))


def _times(text: str, claim: Claim) -> Iterator[tuple[int, int]]:
    line_start = text.rfind("\n", 0, claim.start) + 1
    return (time.span() for time in _CLOCK.finditer(text, line_start))
