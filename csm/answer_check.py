"""Whether a model's answer says only what the passages say that it cites.

What cannot be seen this way: a sentence made of a passage's own words that puts them together
wrongly, other than by a "not" too many or too few or by an opposite.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from csm.claims import LONGEST_TEXT
from csm.grounding import check
from csm.knowledge import Passage
from csm.plain_words import NEGATIVES, bare, content, stem, stems, words
from csm.ports import FactLine
from csm.ports_answers import Sentence
from csm.sentences import blocks, plain, sentences, unmarked
from csm.visible_text import visible

# The part of a sentence's words that must stand in the passages it cites.
LEAST_KNOWN: Final = 0.75
# Two sentences that share this part of the shorter one's words are about the same thing.
_SAME_THING: Final = 0.6
# A "not" is about this many of the words that follow it.
_REACH: Final = 3

_BEGINNINGS: Final = """
Add Apply Assign Browse Change Check Choose Click Close Configure Confirm Connect Copy Create Delete
Depending Disable Download Edit Enable Enter Export Find Follow Go Head Hover Import Install Invite
Log Make Navigate Open Paste Pick Press Remove Repeat Replace Reset Return Run Save Scroll Select
Set Share Sign Submit Switch Tap Toggle Turn Type Under Update Upload Using Verify View Visit Wait
Yes
"""
_STEERING_WORDS: Final = """
button choose click enter feature find follow go head hover menu navigate note open option page pick
press screen scroll section see select simply tap type use visit wait yes
"""
# Words that an instruction may begin with, though the passage has it in others: they name nobody.
BEGINNINGS: Final = tuple(_BEGINNINGS.split())
_STEERING: Final = frozenset(stem(word) for word in _STEERING_WORDS.split())

_MARKUP: Final = re.compile(
    r"\[[^\]]*\]\s*\(|<[!@#/a-z][^>]*>|<https?:|^\s{0,3}#{1,6}\s|```|!\[",
    re.IGNORECASE | re.MULTILINE,
)
_MENTION: Final = re.compile(r"(?<![\w.+-])@\w")
_QUOTED: Final = re.compile(r"“([^”]+)”|\"([^\"]+)\"|«([^»]+)»|„([^“”]+)[“”]")
_QUOTES: Final = str.maketrans({"“": '"', "”": '"', "„": '"', "’": "'", "‘": "'", "\u00a0": " "})

_OPPOSITES: Final = (
    *(("enable", "disable"), ("enabled", "disabled"), ("allow", "prevent"), ("before", "after")),
    *(("add", "remove"), ("public", "private"), ("show", "hide"), ("shown", "hidden")),
    *(("minimum", "maximum"), ("least", "most"), ("increase", "decrease"), ("on", "off")),
    *(("include", "exclude"), ("included", "excluded"), ("required", "optional")),
    *(("permanent", "temporary"), ("permanently", "temporarily"), ("manually", "automatically")),
    *(("active", "inactive"), ("internal", "external"), ("ascending", "descending")),
)
_OPPOSITE_OF: Final[Mapping[str, str]] = {
    **dict(_OPPOSITES),
    **{second: first for first, second in _OPPOSITES},
}


def facts_of(passages: Sequence[Passage]) -> list[FactLine]:
    """What the passages say, in pieces that can be checked, and the links that they hold."""
    return [fact for passage in passages for fact in _facts(passage)]


def tidied(answer: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """The answer without emphasis, code marks and characters that nobody sees. What else looks
    like markup stays, to be found. Sentences without any words are left out."""
    tidy = (Sentence(_tidy(sentence.text), sentence.passages) for sentence in answer)
    return tuple(sentence for sentence in tidy if words(sentence.text))


def faults_of(answer: Sequence[Sentence], passages: Sequence[Passage]) -> tuple[str, ...]:
    """All that is wrong with an answer, each as a sentence that tells its writer what to mend;
    empty for one that may be shown."""
    known = {passage.id: passage for passage in passages}
    return tuple(
        f"Sentence {number} (“{sentence.text[:80]}”) {fault}."
        for number, sentence in enumerate(answer, start=1)
        for fault in _sentence_faults(sentence, known)
    )


def _sentence_faults(sentence: Sentence, known: Mapping[str, Passage]) -> Iterator[str]:
    if not sentence.passages:
        yield "names no passage that it rests on"
        return
    unknown = [name for name in sentence.passages if name not in known]
    if unknown:
        yield "names a passage that was not given"
        return
    if len(sentence.text) > LONGEST_TEXT:
        yield "is too long"
        return
    if _MARKUP.search(sentence.text) or _MENTION.search(sentence.text):
        yield "holds markup, a mention or a hidden link; write plain text"
    if sentence.text.endswith("?"):
        yield "asks instead of answering"
    cited = [known[name] for name in dict.fromkeys(sentence.passages)]
    source = _Source(cited)
    yield from source.faults(sentence.text)


class _Source:
    """The passages that one sentence cites, read."""

    def __init__(self, cited: Sequence[Passage]) -> None:
        self._facts = facts_of(cited)
        self._text = "\n".join(f"{fact.name}\n{fact.value}" for fact in self._facts)
        self._stems = frozenset(stems(self._text))
        self._sentences = [
            sentence
            for passage in cited
            for block in blocks(passage.text)
            for part in block.parts
            for sentence in sentences(part)
        ]

    def faults(self, text: str) -> Iterator[str]:
        unsupported = check(text, self._facts, BEGINNINGS).unsupported
        if unsupported:
            claims = ", ".join(f"“{claim.text}”" for claim in unsupported[:5])
            yield f"states {claims}, which the passages it names do not"
        if self._knows_too_little(text):
            yield "says things that the passages it names do not say"
        for quote in _quotes(text):
            if _quotable(quote) not in _quotable(self._text):
                yield f"quotes “{quote[:60]}”, which is not in the passages word for word"
        if self._turns_around(text):
            yield "says the opposite of the passages it names"

    def _knows_too_little(self, text: str) -> bool:
        said = [word for word in content(text) if word not in _STEERING]
        unknown = [word for word in said if word not in self._stems]
        return len(unknown) > (1 - LEAST_KNOWN) * len(said)

    def _turns_around(self, text: str) -> bool:
        negated = _negated(text)
        if any(not self._denies(scope) for scope in negated):
            return True
        said = frozenset(stems(text))
        return any(
            _shared(said, frozenset(stems(known))) >= _SAME_THING
            and (_loses_a_not(said, known, negated) or _is_opposite(text, known))
            for known in self._nearest(said)
        )

    def _denies(self, scope: Sequence[str]) -> bool:
        """Whether some sentence of the passages denies one of these words, too."""
        return not scope or any(
            set(scope) & set(denied) for known in self._sentences for denied in _negated(known)
        )

    def _nearest(self, said: frozenset[str]) -> list[str]:
        """The sentences that share most of what is said, where there are any."""
        shared = [_shared(said, frozenset(stems(known))) for known in self._sentences]
        best = max(shared, default=0)
        return [
            known for known, share in zip(self._sentences, shared, strict=True) if share == best > 0
        ]


def _facts(passage: Passage) -> Iterator[FactLine]:
    name = " / ".join(dict.fromkeys((passage.title, *passage.title_path)))[:LONGEST_TEXT]
    rest = plain(passage.text)
    while rest:
        # Cut at the end of a line, or of a word, where there is one.
        end = len(rest) if len(rest) <= LONGEST_TEXT else _good_end(rest)
        yield FactLine(name, rest[:end])
        rest = rest[end:].lstrip()
    for link in dict.fromkeys((passage.link, *_LINKS.findall(passage.text))):
        if link:
            yield FactLine("", link[:LONGEST_TEXT])


_LINKS: Final = re.compile(r"(?:https?://|mailto:)[^\s<>\"')\]]+")


def _good_end(text: str) -> int:
    for mark in ("\n", " "):
        end = text.rfind(mark, LONGEST_TEXT // 2, LONGEST_TEXT)
        if end > 0:
            return end
    return LONGEST_TEXT


def _tidy(text: str) -> str:
    lines = (line for line in text.replace("\r", "\n").split("\n") if line.strip())
    return "\n".join(filter(None, (_tidy_line(line) for line in lines)))


def _tidy_line(line: str) -> str:
    seen = visible(line)
    return seen if _MARKUP.search(seen) else unmarked(seen)


def _quotes(text: str) -> Iterator[str]:
    for match in _QUOTED.finditer(text):
        yield next(group for group in match.groups() if group)


def _quotable(text: str) -> str:
    return " ".join(visible(text).translate(_QUOTES).split()).rstrip(" .,;:!?")


def _negated(text: str) -> list[list[str]]:
    """For each "not" of a text, the stems of the words that follow it, as far as it reaches."""
    found: list[list[str]] = []
    said = words(text)
    for position, word in enumerate(said):
        if word in NEGATIVES:
            after = stems(" ".join(said[position + 1 : position + 10]))
            found.append(after[:_REACH])
    return found


def _loses_a_not(said: frozenset[str], known: str, negated: list[list[str]]) -> bool:
    """Whether the passage denies what is said here without a "not"."""
    return not negated and any(denied and denied[0] in said for denied in _negated(known))


def _is_opposite(text: str, known: str) -> bool:
    said, source = set(bare(text).split()), set(bare(known).split())
    return any(
        opposite in source and word not in source and opposite not in said
        for word in said
        if (opposite := _OPPOSITE_OF.get(word))
    )


def _shared(said: frozenset[str], known: frozenset[str]) -> float:
    least = min(len(said), len(known))
    return len(said & known) / least if least >= 2 else 0.0
