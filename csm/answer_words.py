"""Which words make the meaning of a sentence in a help page, and which of them say the same."""

from typing import Final

from csm.plain_words import NEGATIVES, stem

NOT: Final = "not"
AT_MOST: Final = "atmost"
AT_LEAST: Final = "atleast"
# Stands before what is done to somebody: "admins remove" is not "admins are removed".
PASSIVE: Final = "isdone"

_GLUE_WORDS: Final = """
a an the is are was were am be been being has have had having do does did doing can could may might
will would you your yours yourself he him his she her it its itself they them their themselves this
that these those who whom whose which what where how why there here ones of to in on at for with
into as about through via during under and so than get gets got getting receive receives received
also too even very using simply please s d ll ve re m
"""
# Groups of words that say the same, between bars. The first one stands for all.
_SAME_WORDS: Final = """
open opens opened go navigate head visit | select click choose press tap pick hit clicking choosing
selecting pressing | keep kept store stored stores retain retained retains | send sent | make made
create created creates creating | build built | show shown display displayed displays
| person people user users | admin administrator administrators | give given | take taken
| lose lost | write written | delete erase erased erases deleted deletes
| change modify modified adjust modifies adjusts | expire expiry expires expired
| every all each everything everybody everyone | any anything anybody anyone
| only solely exclusively just | until till | when if whenever | except excluding | we us our ours
| i my me | begin start begins starts started | end finish ends | must obliged | atmost maximum
| atleast minimum | see seen sees | tell told tells
"""
# What an instruction may say in other words, or not at all.
_FREE_WORDS: Final = """
open select page button menu option screen section field tab then simply follow following step steps
"""
_TELLING_WORDS: Final = """
not only every any always forever never without unless except until before after since when or must
should off yes example default instead otherwise while both we by from per aslongas incase usually
often sometimes rarely seldom mostly nearly almost atmost atleast within again once isdone
"""
_GLUE: Final = frozenset(_GLUE_WORDS.split())
_SAME: Final = {
    word: group[0] for group in (part.split() for part in _SAME_WORDS.split("|")) for word in group
}
_TELLING: Final = frozenset(_TELLING_WORDS.split())
# A number's first letter among the words of a clause, and that of a link's.
NUMBER: Final = "#"
LINK: Final = "http"

FREE: Final = frozenset(stem(_SAME.get(word, word)) for word in _FREE_WORDS.split())
# What only says which kind of thing a number is, or whose product it is.
DROPPABLE: Final = frozenset(map(stem, ("size", "number", "amount", "lanternboard")))
# In a heading, these turn around what is listed below.
_DENYING_WORDS: Final = """
not only without except unless example instead off avoid avoiding unsupported forbidden prohibited
impossible wrong unavailable disallowed excluded
"""
DENYING: Final = frozenset(
    word if word in _TELLING else stem(word) for word in _DENYING_WORDS.split()
)
# Words that a table says by its form.
SAID_BY_TABLES: Final = frozenset({"when", PASSIVE})


def meaning(word: str) -> str:
    """What a folded word is compared as; empty for one that only joins others."""
    if word in NEGATIVES and word != "without":
        return NOT
    word = _SAME.get(word, word)
    if word in _TELLING or word.startswith((NUMBER, LINK)):
        return word
    return "" if word in _GLUE else stem(word)


def is_number(word: str) -> bool:
    return word.startswith(NUMBER)


def is_telling(word: str) -> bool:
    """Whether a clause means something else with this word, or without it."""
    return word in _TELLING or is_number(word)


def at_most(word: str) -> str:
    """The word; a number without a bound as the most that there may be."""
    return f"{NUMBER}max{word[1:]}" if is_number(word) and word[1:2].isdigit() else word
