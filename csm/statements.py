"""Sentences read for their meaning: clause by clause, the words that count, in their order.

A number is one word with what bounds it, so that "at most 5" is not "at least 5"; "not", "only",
"all", "after" and their like are words of their own.
"""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Final

from csm.answer_words import AT_LEAST, AT_MOST, FREE, LINK, NUMBER, PASSIVE, meaning
from csm.claim_reading import EMAIL, read_number
from csm.claim_reading import LINK as ADDRESS
from csm.claim_reading import NUMBER as WRITTEN_NUMBER
from csm.number_words import NUMBER_WORDS, number_of
from csm.plain_words import folded

_BOUNDS: Final = {
    "max": (
        r"at (?:the )?most|up to|(?:(?:is|are) )?limited to"
        "|(?:no|not) (?:more|larger|longer) than|(?:a )?maximum of"
    ),
    "min": r"at (?:the )?least|(?:no|not) (?:less|fewer) than|(?:a )?minimum of",
    "over": "more than|larger than|longer than|greater than|over|above|beyond",
    "under": "less than|fewer than|smaller than|under|below",
}
_DONE: Final = (
    "sent|kept|made|built|shown|seen|given|taken|lost|chosen|found|told|held|left|read|set|put"
    "|written|undone|hidden|met"
)
_BEING: Final = "is|are|was|were|am|be|been|being|gets?|got"
_BETWEEN: Final = "not|never|also|already|then|all|both|only|automatically|always"
_SPANS: Final = "second|minute|hour|day|night|week|month|quarter|year|page|person|user"
_REWRITTEN: Final = tuple(
    (re.compile(pattern), new)
    for pattern, new in (
        *((rf"\b(?:{said}) (?:a |an |the |of )*#", f"#{name}") for name, said in _BOUNDS.items()),
        (r"\bat (?:the )?most\b", AT_MOST),
        (r"\bat (?:the )?least\b", AT_LEAST),
        (r"(#\w+) ?a\.? ?m\b", r"\1 antemeridiem"),
        (r"(#\w+) ?p\.? ?m\b", r"\1 postmeridiem"),
        (r"\be-mail", "email"),
        (r"\bsingle sign-on\b", "sso"),
        (r"\b(?:sign|log)(?:s|ed|ged|ing|ging)?[ -]?ins?\b", "signin"),
        (r"\b(?:sign|log)(?:s|ed|ged|ing|ging)?[ -]?out\b", "signout"),
        (r"\b(?:expires?|expiring|runs? out) (?:after|in)(?= #)", "valid"),
        (r"\b(?:works?|lasts?|good|valid) for(?= #)", "valid"),
        (r"\b(?:switch|turn)(?:es|s|ed|ing)? on\b", "enable"),
        (r"\b(?:switch|turn)(?:es|s|ed|ing)? off\b", "disable"),
        (r"\b(?:needs?|has|have) to\b", "must"),
        (r"\b(?:is|are) (?:able|allowed|permitted) to\b", "can"),
        (r"\bfor (?:example|instance)\b|\be\.g\.|\bsuch as\b", "example"),
        (r"\bas long as\b|\bprovided(?: that)?\b", "aslongas"),
        (r"\bin case\b", "incase"),
        (r"\b(?:immediately|at once|(?:straight|right) away)\b", "atonce"),
        (rf"(?<!\bfor )(?<!\bin )\b(?:an?|per|each|every) (?=(?:{_SPANS})\b)", "per "),
        (
            rf"\b(?:{_BEING})((?: (?:{_BETWEEN}))?) (?=(?:\w+ed|{_DONE})\b)",
            rf"\1 {PASSIVE} ",
        ),
        # "After 30 days the trash is emptied": what comes first is a clause of its own.
        (r"^((?:after|within|before|for|in) #\w+ [^\W\d_]+) (?=\w)", r"\1, "),
        (r" and (?=(?:it|they|you|nothing|nobody|is|are|then|also)\b)", " , and "),
    )
)
_CLAUSE_END: Final = re.compile(r"[,;:.!?()\[\]|—–…]+(?:\s|$)|\s[—–|]+\s")
_WORD: Final = re.compile(r"#?[^\W_]+(?:'[^\W_]+)*")
_ARROW: Final = re.compile(r"([^\W_]+)[^\w>]*>[^\w>]*(?=([^\W_]+))")
_NO_LETTERS: Final = re.compile(r"[\W_]+")

_JOINING_WORDS: Final = "and or then so please"
_POINTING_WORDS: Final = "it its they them their he she his her this that these those"
# With these begins what says when, or for whom, the rest of a sentence holds.
_LIMITING_WORDS: Final = """
unless except excluding only solely if when whenever without until till before after with while not
though although but since aslongas example
"""
# So does what begins with these and stands before the rest; it could stand behind it as well.
_FRONT_WORDS: Final = "in on at for from by during once as within"
# An aim or a place may be left out.
_AIM_WORDS: Final = "to under"
_ORDER_WORDS: Final = """
add allow apply ask assign browse change check choose click close configure confirm connect copy
correct create delete disable download drop edit enable enter export fill find follow get give go
head import install invite keep leave let look make mark name navigate open paste pick press pull
put read reload remove repeat replace reset restore return run save scan scroll see select send set
share signin signout tap test tick toggle try type undo update upload use verify view visit wait
write
"""
_JOINING: Final = frozenset(_JOINING_WORDS.split())
_POINTERS: Final = frozenset(_POINTING_WORDS.split())
_LIMITS: Final = frozenset(_LIMITING_WORDS.split())
_FRONT_LIMITS: Final = _LIMITS.union(_FRONT_WORDS.split())
_FRONTS: Final = _FRONT_LIMITS.union(_AIM_WORDS.split())
_ORDERS: Final = frozenset(_ORDER_WORDS.split())
_VERBS: Final = "|".join(sorted(_ORDERS))
_TELLS_WHAT_TO_DO: Final = re.compile(rf"(?:[^,]*, )?\W*(?:{_VERBS})\b")
# "Open People and choose the person" are two clauses.
_NEXT_ORDER: Final = re.compile(rf" (?:and(?: then)?|then) (?=(?:{_VERBS})\b)")


@dataclass(frozen=True, slots=True)
class Clause:
    """`limits`: it says when, or for whom, the rest holds. `is_order`: it tells what to do."""

    words: tuple[str, ...]
    limits: bool = False
    is_order: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence. `has_front`: its first clause could as well stand behind the others.
    `points_back`: what it speaks of was named before. `arrows` are the words on both sides of a
    ">", as in a path of menus."""

    clauses: tuple[Clause, ...]
    has_front: bool = False
    points_back: bool = False
    arrows: frozenset[tuple[str, str]] = frozenset()

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(chain.from_iterable(clause.words for clause in self.clauses))

    @property
    def orders(self) -> tuple[tuple[Clause, ...], ...]:
        """The clauses in every order in which they say the same."""
        if not self.has_front:
            return (self.clauses,)
        front, *rest = self.clauses
        behind = (*rest, front)
        between = (rest[0], front, *rest[1:])
        return tuple(dict.fromkeys((self.clauses, behind, between)))


@lru_cache(maxsize=1024)
def statement(text: str) -> Statement:
    """The sentence, read. Characters that nobody sees must have been taken out."""
    rewritten = _rewritten(text)
    if _TELLS_WHAT_TO_DO.match(rewritten):
        rewritten = _NEXT_ORDER.sub(" , and ", rewritten)
    parts = [part for clause in _CLAUSE_END.split(rewritten) if (part := _WORD.findall(clause))]
    starts = [_start(part) for part in parts]
    has_front = len(parts) > 1 and starts[0] in _FRONTS
    subject = starts[1 if has_front else 0] if starts else ""
    return Statement(
        tuple(
            _clause(part, start, _FRONT_LIMITS if has_front and part is parts[0] else _LIMITS)
            for part, start in zip(parts, starts, strict=True)
        ),
        has_front,
        subject in _POINTERS,
        frozenset((one, two) for one, two in _ARROW.findall(rewritten)),
    )


def _clause(said: Sequence[str], start: str, limits: Set[str]) -> Clause:
    words = tuple(word for word in map(meaning, said) if word)
    is_order = start in _ORDERS
    if is_order:
        words = tuple(word for word in words if word not in FREE)
    # "…, or when" names one more case.
    return Clause(words, start in limits and said[0] != "or", is_order)


def _start(said: Sequence[str]) -> str:
    """The first word that does more than to join the clause to the one before."""
    return next((word for word in said if word not in _JOINING), said[0])


def _rewritten(text: str) -> str:
    text = text.replace(NUMBER, " ")
    text = EMAIL.sub(lambda found: _as_one_word("mail", found), text)
    text = ADDRESS.sub(lambda found: _as_one_word("", found), text)
    text = WRITTEN_NUMBER.sub(_as_number, text)
    text = NUMBER_WORDS.sub(lambda found: f"{NUMBER}{number_of(found[0])}", text)
    text = folded(text)
    for pattern, new in _REWRITTEN:
        text = pattern.sub(new, text)
    return text


def _as_one_word(before: str, found: re.Match[str]) -> str:
    """An address without what parts its words; links begin as all links do."""
    end = found[0][len(found[0].rstrip(".,;:!?)")) :]
    name = _NO_LETTERS.sub("", found[0])
    is_web = found[0].lower().startswith(("http://", "https://"))
    return f"{before}{name}{end}" if not is_web or name.startswith(LINK) else f"{LINK}{name}{end}"


def _as_number(found: re.Match[str]) -> str:
    number = read_number(found)
    size = f"{number.size.normalize():f}".replace(".", "p")
    sign = "minus" if number.sign == "-" else ""
    unit = "percent" if number.unit else number.currency
    return f"{NUMBER}{sign}{size} {unit}".rstrip() + (" " if unit else "")
