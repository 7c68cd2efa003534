"""What people say in a thread that has an answer, or a person at it: that it did not help, that
they still wait, that it is solved, that they will look into it.

Phrases are whole words, whatever their case and punctuation. One of a single word ("no", "solved")
must be all of a clause, since it says something else in most sentences.
"""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Final

from csm.answer_settings import FollowUps, SmallTalk
from csm.plain_words import NEGATIVES, bare, content, holds_phrase, words
from csm.question_words import asks_again, is_question
from csm.sentences import sentences

# Words that a clause of one phrase may hold besides it: "it's solved now, thanks".
_FILLER_WORDS: Final = """
a all already am and are been got has have hey hi hello i i'm i've is it it's its just now of oh ok
okay please pls so thank thanks that that's the this us very was we we're we've well yes yet you
everyone everybody guys team
"""
_FILLERS: Final = frozenset(_FILLER_WORDS.split())
_BREAKS: Final = re.compile(r"[,;:–—]\s+|\s+(?:but|however|although)\s+", re.IGNORECASE)
_THANKS: Final = frozenset(["thanks", "thank", "thx", "ty", "cheers", "appreciate", "appreciated"])
# "will try that", "I'll let you know": what they promise, and ask of nobody.
_THEIR_PROMISE: Final = re.compile(
    r"(?:(?:i|we)(?: will|'ll| can| am going to)?|i'll|we'll|will|can|let me) "
    r"(?:try|do|check|test|confirm|let|look|see|get back|report|give|ask|pass|wait|come back)\b"
)
_NOTHING_AMISS: Final = re.compile(
    r"\b(?:no|not|any|without) (?:more |further |other )?"
    r"(?:problems?|issues?|errors?|questions?|worries|worry|urgent|trouble|rush|hurry)\b"
    r"|\ball (?:i|we) (?:need|needed|want|wanted)\b"
)
_FOLLOWING: Final = re.compile(r"(?:ok |okay |so )?(?:and|but|or|what about|how about|also)\b")
# A question about at least so many things is one of its own, though it says "doesn't work".
_OWN_QUESTION: Final = 3
# A message that says so much more than the phrase says something else.
_MOST_BESIDES: Final = 4
_LONGEST_PROMISE: Final = 30  # words


class Word(StrEnum):
    """What a customer's message means for the question before it. TALK asks for nothing."""

    COMPLAINT = "complaint"
    SETTLED = "settled"
    NEWS = "news"  # is there any?
    QUESTION = "question"
    TALK = "talk"


def word_of(text: str, small_talk: SmallTalk, follow_ups: FollowUps, earlier: str) -> Word:
    """What a message means in the thread of `earlier`, which a person was asked there. A single
    "no" says nothing: it may answer that person."""
    if _ends_well(text, small_talk):
        return Word.SETTLED
    if any(_complains(clause, small_talk.not_helped) for clause in _clauses(text)):
        return Word.COMPLAINT
    if _is_settled(text, (*small_talk.helped, *follow_ups.settled)):
        return Word.SETTLED
    if asks_for_news(text, follow_ups, earlier):
        return Word.NEWS
    return Word.QUESTION if _asks(text) else Word.TALK


def is_complaint(text: str, small_talk: SmallTalk) -> bool:
    """Whether a message says that our answer before it did not help."""
    phrases = small_talk.not_helped
    if _is_whole(text, phrases):
        return True
    complains = any(_complains(clause, phrases) for clause in _clauses(text))
    return complains and not _ends_well(text, small_talk)


def asks_for_news(text: str, follow_ups: FollowUps, earlier: str) -> bool:
    """Whether a message asks what became of an earlier question. With an empty `earlier` it must
    name nothing at all."""
    rest = _without(text, follow_ups.news)
    if rest is None:
        return False
    return asks_again(rest, earlier) or (
        bool(earlier) and len(content(rest) - content(earlier)) < _OWN_QUESTION
    )


def follows(text: str, earlier: str) -> bool:
    """Whether a message cannot be understood without the one before it ("and for Ubuntu?"), or
    comes back to it."""
    return bool(_FOLLOWING.match(bare(text))) or asks_again(text, earlier)


def promises_to_answer(text: str, follow_ups: FollowUps) -> bool:
    """Whether a colleague says no more than that an answer will come."""
    if len(words(text)) > _LONGEST_PROMISE:
        return False
    return any(_says(clause, follow_ups.later, longest=2) for clause in _clauses(text))


def _ends_well(text: str, small_talk: SmallTalk) -> bool:
    """Whether a complaint is taken back: "it did not work at first, but now it works"."""
    said = bare(text)
    last = max(_end_of(said, one) for one in small_talk.not_helped)
    return 0 < last < max(_end_of(said, one) for one in small_talk.helped)


def _asks(text: str) -> bool:
    """Whether a message asks for something. Thanks do not, nor does what they will do
    themselves."""
    return any(is_question(clause) for clause in _clauses(text) if not _is_courtesy(clause))


def _is_courtesy(clause: str) -> bool:
    if "?" in clause:
        return False
    said = bare(clause)
    is_thanks = not _THANKS.isdisjoint(said.split())
    return is_thanks or bool(_THEIR_PROMISE.match(said) or _NOTHING_AMISS.search(said))


def _complains(clause: str, phrases: Sequence[str]) -> bool:
    """By a phrase of several words, unless the clause is a question of its own that holds one."""
    said = bare(clause)
    found = [phrase for phrase in phrases if " " in bare(phrase) and holds_phrase(said, phrase)]
    if not found:
        return False
    own = content(clause) - content(" ".join(found))
    return len(own) < _OWN_QUESTION or not _is_a_question(clause)


def _is_a_question(clause: str) -> bool:
    return "?" in clause or bool(_FOLLOWING.match(bare(clause)))


def _is_settled(text: str, phrases: Sequence[str]) -> bool:
    rest = _without(text, phrases)
    if rest is None or "?" in text or not NEGATIVES.isdisjoint(words(rest)):
        return False
    left = " ".join(clause for clause in _clauses(rest) if not _is_courtesy(clause))
    return len(content(left)) <= _MOST_BESIDES and not is_question(left)


def _without(text: str, phrases: Sequence[str]) -> str | None:
    """What a message says besides the phrases; None where it says none of them."""
    left: list[str] = []
    is_said = False
    for clause in _clauses(text):
        said = f" {bare(clause)} "
        for phrase in sorted(map(bare, phrases), key=len, reverse=True):
            if _says(clause, [phrase]):
                is_said = True
                said = said.replace(f" {phrase} ", " ")
        left.append(said.strip())
    return ", ".join(one for one in left if one) if is_said else None


def _says(clause: str, phrases: Sequence[str], longest: int = 1) -> bool:
    """Whether a clause holds one of the phrases; those of at most `longest` words must be all of
    it but for words that mean nothing."""
    said = bare(clause)
    core = _core(said)
    return any(
        core == _core(bare(phrase)) if _length(phrase) <= longest else holds_phrase(said, phrase)
        for phrase in phrases
    )


def _length(phrase: str) -> int:
    """In words: "I'll" is two."""
    said = words(phrase)
    return len(said) + sum("'" in word for word in said)


def _core(said: str) -> tuple[str, ...]:
    """The words but for fillers; all of them where there is nothing else."""
    every = said.split()
    return tuple(word for word in every if word not in _FILLERS) or tuple(every)


def _is_whole(text: str, phrases: Sequence[str]) -> bool:
    known = {bare(phrase) for phrase in phrases}
    said = [bare(clause) for clause in _clauses(text)]
    return bare(text) in known or (bool(said) and set(said) <= known)


def _end_of(said: str, phrase: str) -> int:
    """Where the last of a phrase ends; 0 where it does not stand there."""
    wanted = f" {bare(phrase)} "
    at = f" {said} ".rfind(wanted)
    return at + len(wanted) if at >= 0 else 0


def _clauses(text: str) -> Iterator[str]:
    for line in text.splitlines():
        for sentence in sentences(line):
            yield from (one for one in _BREAKS.split(sentence) if one.strip())
