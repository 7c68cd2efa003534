"""Whether a model's answer says only what the passages say that it cites.

Its numbers, names and links must stand in them, its quotes word for word, and each of its
sentences must rest on one piece of one of them, see `csm.answer_match`. Many an honest answer in
other words is refused that way: the documents' own words are always there instead.

What cannot be seen this way: a sentence that a passage does say, but that does not answer what was
asked.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from csm.answer_match import knows, readings, says_so
from csm.claims import LONGEST_TEXT
from csm.fact_line import FactLine
from csm.grounding import check
from csm.knowledge import Passage
from csm.passage_pieces import Evidence, as_written, read_evidence
from csm.pieces import Piece
from csm.plain_words import words
from csm.ports_answers import Sentence
from csm.sentences import FENCE, plain, sentences, unmarked
from csm.statements import Statement, statement
from csm.visible_text import visible

_BEGINNINGS: Final = """
Add Apply Assign Browse Change Check Choose Click Close Configure Confirm Connect Copy Create Delete
Depending Disable Download Edit Enable Enter Export Find Follow Go Head Hover Import Install Invite
Log Make Navigate Open Paste Pick Press Remove Repeat Replace Reset Return Run Save Scroll Select
Set Share Sign Submit Switch Tap Toggle Turn Type Under Update Upload Using Verify View Visit Wait
Yes
"""
# Words that an instruction may begin with, though the passage has it in others: they name nobody.
BEGINNINGS: Final = tuple(_BEGINNINGS.split())

_MARKUP: Final = re.compile(
    r"\[[^\]]*\]\s*\(|<[!@#/a-z][^>]*>|<https?:|^\s{0,3}#{1,6}\s|```|!\[",
    re.IGNORECASE | re.MULTILINE,
)
_MENTION: Final = re.compile(r"(?<![\w.+-])@\w")
_QUOTED: Final = re.compile(r"“([^”]+)”|\"([^\"]+)\"|«([^»]+)»|„([^“”]+)[“”]")
# A line with no other words says only that something follows.
_ANNOUNCING_WORDS: Final = (
    "here is how to do this it so as follow follows these the steps following"
)
_ANNOUNCING: Final = frozenset(_ANNOUNCING_WORDS.split())
# How many sentences or lines one sentence of an answer may be.
_MOST_SENTENCES: Final = 40

_UNKNOWN: Final = "says things that the passages it names do not say in one place"
_DIFFERS: Final = (
    "says it otherwise than the passages it names; keep to one of their sentences, to its order, "
    "its conditions, and words such as “not”, “only” and “all”"
)

_LIST_MARK: Final = re.compile(r"^\s*(?:[-*+•]|\d{1,9}[.)])\s+")
_QUOTES: Final = str.maketrans({"“": '"', "”": '"', "„": '"', "’": "'", "‘": "'", "\u00a0": " "})


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
    check = _Check(passages)
    return tuple(
        f"Sentence {number} (“{sentence.text[:80]}”) {fault}."
        for number, sentence in enumerate(answer, start=1)
        for fault in check.faults(sentence)
    )


class _Check:
    """An answer held against passages, sentence by sentence: "it" and "these steps:" speak of what
    stands beside them."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._known = {passage.id: passage for passage in passages}
        self._evidence: dict[str, Evidence] = {}
        self._before: list[Piece] = []
        self._announced: list[Piece] = []
        self._is_table = False

    def faults(self, sentence: Sentence) -> Iterator[str]:
        if not sentence.passages:
            yield "names no passage that it rests on"
            return
        if any(name not in self._known for name in sentence.passages):
            yield "names a passage that was not given"
            return
        texts = list(_sentences_of(sentence.text))
        if len(sentence.text) > LONGEST_TEXT or len(texts) > _MOST_SENTENCES:
            yield "is too long"
            return
        if _MARKUP.search(sentence.text) or _MENTION.search(sentence.text):
            yield "holds markup, a mention or a hidden link; write plain text"
        if sentence.text.endswith("?"):
            yield "asks instead of answering"
        cited = [self._known[name] for name in dict.fromkeys(sentence.passages)]
        yield from _unbacked(sentence.text, facts_of(cited))
        evidence = [self._read(passage) for passage in cited]
        for text in texts:
            yield from self._unsaid(text, evidence)

    def _read(self, passage: Passage) -> Evidence:
        if passage.id not in self._evidence:
            self._evidence[passage.id] = read_evidence(passage)
        return self._evidence[passage.id]

    def _unsaid(self, text: str, evidence: Sequence[Evidence]) -> Iterator[str]:
        """What is wrong with one sentence of plain text, or one line of a list, table or code."""
        said = statement(text)
        is_lead = text.endswith(":")
        if is_lead and _ANNOUNCING.issuperset(words(text)):
            return
        pieces = list(_pieces_saying(text, said, evidence, is_lead=is_lead))
        if said.points_back:
            pieces = [piece for piece in pieces if _is_beside(piece, self._before)]
        if text.startswith("|") and self._is_table:
            pieces = [one for one in pieces if _is_of_same_table(one, self._before)]
        self._is_table = text.startswith("|")
        if self._announced:
            places = {(piece.source, piece.section) for piece in self._announced}
            pieces = [piece for piece in pieces if (piece.source, piece.section) in places]
        self._announced = pieces if is_lead else []
        self._before = pieces
        if not pieces:
            yield _DIFFERS if _are_words_known(said, evidence) else _UNKNOWN


def _unbacked(text: str, facts: Sequence[FactLine]) -> Iterator[str]:
    unsupported = check(text, facts, BEGINNINGS).unsupported
    if unsupported:
        claims = ", ".join(f"“{claim.text}”" for claim in unsupported[:5])
        yield f"states {claims}, which the passages it names do not"
    source = _quotable("\n".join(f"{fact.name}\n{fact.value}" for fact in facts))
    for quote in _quotes(text):
        if _quotable(quote) not in source:
            yield f"quotes “{quote[:60]}”, which is not in the passages word for word"


def _sentences_of(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if line.strip().startswith(("|", FENCE)):
            yield from [line.strip()] if line.strip() != FENCE else []
        else:
            yield from sentences(_LIST_MARK.sub("", line))


def _pieces_saying(
    text: str, said: Statement, evidence: Sequence[Evidence], *, is_lead: bool
) -> Iterator[Piece]:
    whole = as_written(text)
    ways = readings(said)
    for one in evidence:
        yield from one.whole.get(whole, ())
        for piece in one.pieces:
            may_rest = is_lead or not piece.is_heading
            if may_rest and _paths_stand(said, piece) and any(says_so(w, piece) for w in ways):
                yield piece


def _paths_stand(said: Statement, piece: Piece) -> bool:
    return said.arrows <= piece.arrows


def _is_beside(piece: Piece, before: Sequence[Piece]) -> bool:
    return any(
        piece.source == one.source and one.start <= piece.start <= one.end + 1 for one in before
    )


def _is_of_same_table(row: Piece, before: Sequence[Piece]) -> bool:
    return any((row.source, row.start) == (one.source, one.start) for one in before)


def _are_words_known(said: Statement, evidence: Sequence[Evidence]) -> bool:
    return any(
        knows(way, piece) for way in readings(said) for one in evidence for piece in one.pieces
    )


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
