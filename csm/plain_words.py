"""Texts as bare words, so that what people type can be compared with what is written.

Letter case, accents, full-width forms and characters that nobody sees make no difference, nor do
the commonest English endings: "Resetting" is compared as "reset".
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from csm.look_alikes import as_latin
from csm.naming import fold

_APOSTROPHES: Final = str.maketrans(dict.fromkeys("’‘ʼ′`´＇", "'"))
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]+")
_WORD: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_PLAIN_WORD: Final = re.compile(r"[a-z0-9]+(?:'[a-z0-9]+)*")  # the same in ASCII, and quicker
_ALONE: Final = re.compile(r" [^\W\d_] [^\W\d_](?![^ ])")
_LETTERED: Final = re.compile(r"(?<![^ ])[^\W\d_](?: [^\W\d_]){2,}(?![^ ])")  # "r e f u n d"

_PRONOUNS: Final = """
i me my mine myself we us our ours ourselves you your yours he him his she her it its they them
their theirs this that these those who whom whose which what one ones someone somebody anyone
anybody everyone everybody something anything everything
"""
_SMALL: Final = """
a an the and or but nor so if then else than as of at by for with about against between into
through during to from up down in out on off over under again once here there when where why how
all any both each few more most other some such only own same too very just also even ever still
yet already now please s t d ll m re ve o be am is are was were been being have has had having do
does did doing done can could will would shall should may might must ought need let lets's got get
gets getting via per many much lot lots
"""
_NEGATIVES: Final = """
no not never none neither without cannot can't don't doesn't didn't isn't aren't wasn't weren't
won't wouldn't shouldn't couldn't haven't hasn't hadn't mustn't needn't unable nothing nobody
"""
_CONTRACTIONS: Final = """
i'm i've i'd i'll we're we've we'd we'll you're you've you'd you'll it's that's there's what's
how's where's who's let's they're they've they'll he's she's here's
"""
_CHATTER: Final = """
hi hello hey thanks thank thx help question questions want wants wanted like know tell show way
possible able try tried trying work works working thing things stuff quick ok okay hmm um well
sorry dear guys folks anyways anyway really actually maybe perhaps
"""

NEGATIVES: Final = frozenset(_NEGATIVES.split())
_STOP: Final = NEGATIVES | frozenset((_PRONOUNS + _SMALL + _CONTRACTIONS).split())
_SAYS_LITTLE: Final = _STOP | frozenset(_CHATTER.split())

# With the least letters that must be left: "embed" is no past tense.
_VERB_ENDINGS: Final = (("ation", 4), ("ion", 4), ("ing", 3), ("ed", 4))
_VOWEL: Final = re.compile("[aeiouy]")
_TWICE: Final = re.compile(r"([bdgmnprt])\1$")


def folded(text: str) -> str:
    """Lower case without accents or unseen characters, with one kind of apostrophe."""
    plain = text if text.isascii() else _NOT_ASCII.sub(_folded_run, text)
    return " ".join(plain.replace("`", "'").casefold().split())


def _folded_run(run: re.Match[str]) -> str:
    return _folded_rare(run[0])


@lru_cache(maxsize=4096)
def _folded_rare(letters: str) -> str:
    """Letters beyond ASCII, folded: each is by itself, whatever stands beside it."""
    # A soft hyphen or a zero-width space vanishes: it stands inside a word.
    seen = "".join(one for one in letters if unicodedata.category(one) not in {"Cf", "Cs"})
    # Between two letters, since a blank at the edge would be lost.
    return fold(f"x{seen.translate(_APOSTROPHES)}x")[1:-1]


def words(text: str) -> list[str]:
    """The words and numbers of a text, folded."""
    return words_of(folded(text))


def words_of(plain: str) -> list[str]:
    """The words and numbers of a text that is folded already."""
    return (_PLAIN_WORD if plain.isascii() else _WORD).findall(plain)


def bare(text: str) -> str:
    """The words one blank apart, with nothing else: what phrases are looked for in."""
    return " ".join(words(text))


def unmasked(text: str) -> str:
    """The bare words of somebody who may be hiding them: look-alike letters are read as what they
    look like, and "r e f u n d" as one word."""
    return unmasked_from(folded(text))


def unmasked_from(plain: str) -> str:
    """The same of a text that is folded already."""
    return put_together(" ".join(words_of(as_latin(plain))))


def put_together(bare_words: str) -> str:
    """Bare words, with those that are spelt out in letters ("r e f u n d") as one word."""
    if not _ALONE.search(bare_words):
        return bare_words
    return _LETTERED.sub(_in_both_ways, bare_words)


def _in_both_ways(spelt: re.Match[str]) -> str:
    """Letters as a word, once with the first of them, which may be a word of its own ("a")."""
    return f"{spelt[0].replace(' ', '')} {spelt[0][1:].replace(' ', '')}"


def holds_phrase(text: str, phrase: str) -> bool:
    """Whether bare words hold a phrase, as whole words."""
    return f" {bare(phrase)} " in f" {text} "


@lru_cache(maxsize=16_384)
def stem(word: str) -> str:
    """A folded word without its commonest endings."""
    word = word.removesuffix("'s")
    if len(word) <= 3 or not word.isascii() or not word.isalpha():
        return word
    return _without_e(_without_verb_ending(_singular(word)))


def stems(text: str) -> list[str]:
    """The stems of the words that mean something, in order: function words are left out."""
    return [stem(word) for word in words(text) if word not in _STOP]


def content(text: str) -> frozenset[str]:
    """The stems of what a question is about: nor do words count that any question may hold."""
    return frozenset(stem(word) for word in words(text) if word not in _SAYS_LITTLE)


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "ches", "shes", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _without_verb_ending(word: str) -> str:
    for ending, least in _VERB_ENDINGS:
        left = word.removesuffix(ending)
        if left != word and len(left) >= least and _VOWEL.search(left):
            return _TWICE.sub(r"\1", left) if len(left) > 3 else left
    return word


def _without_e(word: str) -> str:
    if word.endswith("ate") and len(word) > 6:
        return word[:-3]
    if word.endswith("e") and len(word) > 3:
        return word[:-1]
    return f"{word[:-1]}i" if word.endswith("y") else word
