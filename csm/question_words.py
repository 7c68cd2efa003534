"""What the words of a message say: a question, a topic that no machine answers, a plea for help,
small talk, a word on an answer."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

from csm.answer_settings import WANTS_A_PERSON, SmallTalk, Topic
from csm.plain_words import bare, content, holds_phrase, unmasked, words
from csm.question import Feedback
from csm.sentences import sentences

_MARKS: Final = "?؟⸮;¿"
_ASKING_WORDS: Final = """
how what what's where where's when when's why why's which who who's whose can could do does did is
are was were will would should may might shall has have am any anyone anybody
"""
_OPENING_WORDS: Final = """
hi hello hey so and but or also ok okay well then please sorry quick question guys team
"""
_HELP_PHRASES: Final = """
help, how do, how to, how can, please, is it possible, is there a way, wondering, we need, i need,
we want, i want, would like, we'd like, i'd like, looking for, can't, cannot, can not, unable,
couldn't, not able, stuck, doesn't, does not, didn't, isn't working, not working, won't, error,
errors, problem, problems, issue, issues, broken, bug, fails, failed, failing, missing, wrong,
confused, trouble, question, wants to, trying to, tried to, any idea, any ideas, urgent
"""
_SYMPTOM_PHRASES: Final = """
too high, too low, too many, too slow, slow, empty, blank, bounced, stopped, hangs, crashes,
crashed, freezes, frozen, twice, lost, locked, paused, blocked, expired, has changed, changed after,
late, out of date, old figures, no data, nothing happens, not updated, disappeared, logged out,
an hour off, hours off
"""
_COMPLAINING_WORDS: Final = """
still again error errors problem issue issues broken same wrong fail fails failed correct helped
nothing happens happened solved instead
"""
_ASKING: Final = frozenset(_ASKING_WORDS.split())
_OPENING: Final = frozenset(_OPENING_WORDS.split())
_HELP: Final = tuple(" ".join(phrase.split()) for phrase in _HELP_PHRASES.split(","))
_SYMPTOMS: Final = tuple(" ".join(phrase.split()) for phrase in _SYMPTOM_PHRASES.split(","))
_COMPLAINT: Final = content(_COMPLAINING_WORDS)


def topic_of(text: str, topics: Sequence[Topic]) -> Topic | None:
    """The first topic with a phrase that stands in the text, as whole words, whatever their case,
    accents, width or unseen characters; None where there is none. Whoever asks for a person gets
    one, whatever else they say."""
    spellings = (bare(text), unmasked(text))
    ordered = sorted(topics, key=lambda topic: topic.id != WANTS_A_PERSON)
    return next(
        (
            topic
            for topic in ordered
            if any(holds_phrase(said, phrase) for said in spellings for phrase in topic.phrases)
        ),
        None,
    )


def feedback_in(text: str, small_talk: SmallTalk) -> Feedback | None:
    """What a whole message says of an answer, if it says nothing else."""
    if _is_one_of(text, small_talk.not_helped):
        return Feedback.NOT_HELPED
    return Feedback.HELPED if _is_one_of(text, small_talk.helped) else None


def small_talk_in(text: str, small_talk: SmallTalk) -> str:
    """ "greeting" or "thanks", if that is all that is said."""
    if _is_one_of(text, small_talk.greetings):
        return "greeting"
    polite = (*small_talk.thanks, *small_talk.helped, *small_talk.not_helped)
    return "thanks" if _is_one_of(text, polite) else ""


def is_question(text: str) -> bool:
    """Whether a text asks for something: a question mark, a sentence that begins like a question,
    words that ask for help, or words that tell of something amiss."""
    if any(unicodedata.normalize("NFKC", letter) in _MARKS for letter in text):
        return True
    said = bare(text)
    if asks_for_help(text) or any(holds_phrase(said, phrase) for phrase in _SYMPTOMS):
        return True
    return any(_begins_like_a_question(one) for one in _sentences(text))


def asks_for_help(text: str) -> bool:
    """Whether a text says that somebody is stuck or wants something."""
    said = bare(text)
    return any(holds_phrase(said, phrase) for phrase in _HELP)


def asks_again(text: str, earlier: str) -> bool:
    """Whether a message comes back to an earlier question: it names the same things for the most
    part, or nothing new at all ("it still does not work")."""
    now, before = content(text), content(earlier)
    new = {word for word in now if word not in _COMPLAINT}
    return not new or len(new & before) >= 0.5 * len(new)


def _is_one_of(text: str, phrases: Sequence[str]) -> bool:
    said = bare(text)
    return any(said == bare(phrase) for phrase in phrases)


def _sentences(text: str) -> Iterator[str]:
    for line in text.splitlines():
        for sentence in sentences(line):
            yield from re.split(r"[,;:–—]\s+", sentence)


def _begins_like_a_question(sentence: str) -> bool:
    said = words(sentence)
    while said and said[0] in _OPENING:
        said = said[1:]
    return bool(said) and said[0] in _ASKING
