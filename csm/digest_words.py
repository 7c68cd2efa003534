"""What people type to choose when, where and of whose accounts a digest comes:
`alert weekdays 8:30 here all quiet`."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal

from csm.errors import InvalidInput
from csm.playbook_part import nearest
from csm.timetable_words import DAY_WORDS, read_timetable

USAGE: Final = (
    "Try /digest set mon 8:00, /digest set alert weekdays 9:15 here, or /digest set with any of: "
    "mine, all or a colleague (whose accounts), here or dm (where), always or quiet (when there is "
    "nothing to say)."
)

Where = Literal["", "here", "dm"]

_WHERE: Final[dict[str, Where]] = {"here": "here", "dm": "dm", "direct": "dm", "directly": "dm"}
_EMPTY: Final = {"quiet": False, "always": True}
OFF: Final = frozenset(("off", "pause", "stop"))
# They say nothing by themselves, and belong to days and times.
_OF_TIME: Final = frozenset(
    ("at", "on", "and", "every", "each", "am", "pm", "a.m.", "p.m.", "-", "noon")
)
# The words of which one may have been meant by a word that is none.
_KNOWN: Final = (*DAY_WORDS, "noon", *_WHERE, *_EMPTY, *OFF, "mine", "all")
_SHORTEST_DAY: Final = 3


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed; empty, or None, where it was not said."""

    kind: str = ""
    timetable: str = ""
    where: Where = ""
    scope: str = ""
    wants_empty: bool | None = None
    is_off: bool = False

    @property
    def says_something(self) -> bool:
        return bool(self.scope) or self.is_clear

    @property
    def is_clear(self) -> bool:
        """It says something even if the words for whose accounts, which may be any, are none."""
        return bool(self.timetable or self.where or self.is_off) or self.wants_empty is not None


def read_digest_words(text: str, kinds: Collection[str]) -> Typed:
    """Which of the kinds, if one is named, and what about it. Words that are neither a time nor a
    place are taken for somebody's name. Raises InvalidInput for a time that is wrong."""
    words = text.replace(",", " ").split()
    kind = words.pop(0).lower() if words and words[0].lower() in kinds else ""
    where: Where = ""
    wants_empty: bool | None = None
    is_off = False
    times: list[str] = []
    others: list[str] = []
    for word in words:
        lowered = word.lower()
        if lowered in _WHERE:
            where = _WHERE[lowered]
        elif lowered in _EMPTY:
            wants_empty = _EMPTY[lowered]
        elif lowered in OFF:
            is_off = True
        else:
            (times if _is_of_time(lowered) else others).append(word)
    if times:
        read_timetable(" ".join(times))
    return Typed(kind, " ".join(times), where, " ".join(others), wants_empty, is_off)


def slip_in(text: str, others: Collection[str]) -> str:
    """`; did you mean "wednesday"?`, for the first of these words that is near to one that is
    understood, or to one of the others; empty where none is."""
    known = [*_KNOWN, *(word.lower() for word in others)]
    slips = (nearest(word.lower(), known) for word in text.split())
    return next(filter(None, slips), "")


def _is_of_time(word: str) -> bool:
    if word in _OF_TIME or word[0].isdigit():
        return True
    return len(word) >= _SHORTEST_DAY and _names_days(word)


def _names_days(word: str) -> bool:
    try:
        return bool(read_timetable(word).days)
    except InvalidInput:
        return False
