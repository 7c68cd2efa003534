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
# How people begin who ask the vendor what the product can do.
_PRODUCT_BEGINNINGS: Final = """
do you support, do you offer, do you integrate, do you provide, do you allow, do you handle,
do you plan to, do you have a, do you have an, do you have any, do you let, do you work with,
does it, does your, does the app, does the api, does the mobile, does the tool, does the product,
does the platform, does the system, does the export, does the import, does anything support,
will it, will you support, will you offer, would it, can we, can i, can it, can our, can your,
can users, can members, can admins, can viewers, can guests, can customers, can the app,
can the api, could we, could i, could it, could our, could users, is there a, is there an,
is there any, are there any, are we able to, am i able to, are users able to, are we allowed to,
is it able to, is it allowed to, can you embed, can you export, can you import, can you integrate,
can you connect, can you filter, can you schedule, can you customise, can you customize,
can you restrict, can you sync, can you automate, can you set up, can you limit, where do i,
where do we, where can i, where can we, what is the limit, what is the maximum, what's the limit,
what's the maximum, how many can
"""
# Words of the product's own business, wherever they stand.
_PRODUCT_PHRASES: Final = """
supported, support for, compatible with, integrate with, integrates with, integration with,
works with, possible to, available on, available in, your product, your tool, your app, your api
"""
# With these, people talk among themselves, whatever their sentence begins with.
_AMONG_PEOPLE_WORDS: Final = """
meet meeting meetings call calls join joining lunch coffee dinner breakfast beer drinks cake pizza
party birthday weekend holiday holidays vacation hire hires hiring interview candidate sick office
kitchen room parking train flight taxi hotel weather rain raining snow standup retro sprint agenda
slides deck minute minutes moment sec later tomorrow tonight today yesterday monday tuesday
wednesday thursday friday saturday sunday morning afternoon talk chat ping zoom boss salary
everyone everybody anyone anybody someone somebody guys coming going home game match movie you're
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
_COURTESY: Final = frozenset({"a", "an", "the", "please", "pls", "now", "hi", "hello", "hey"})
# What may be said besides banter without its being anything else, in words.
_MOST_BESIDES: Final = 4
_ASKING: Final = frozenset(_ASKING_WORDS.split())
_OPENING: Final = frozenset(_OPENING_WORDS.split())
_HELP: Final = tuple(" ".join(phrase.split()) for phrase in _HELP_PHRASES.split(","))
_SYMPTOMS: Final = tuple(" ".join(phrase.split()) for phrase in _SYMPTOM_PHRASES.split(","))
_BEGINNINGS: Final = tuple(f"{' '.join(one.split())} " for one in _PRODUCT_BEGINNINGS.split(","))
_OF_PRODUCT: Final = tuple(" ".join(phrase.split()) for phrase in _PRODUCT_PHRASES.split(","))
_AMONG_PEOPLE: Final = frozenset(_AMONG_PEOPLE_WORDS.split())
_COMPLAINT: Final = content(_COMPLAINING_WORDS)


def topic_of(text: str, topics: Sequence[Topic]) -> Topic | None:
    """The first topic with a phrase that stands in the text, as whole words, whatever their case,
    accents, width or unseen characters, or that is all of it; None where there is none. Whoever
    asks for a person gets one, whatever else they say."""
    spellings = (bare(text), unmasked(text))
    alone = _without_courtesy(text)
    ordered = sorted(topics, key=lambda topic: topic.id != WANTS_A_PERSON)
    return next(
        (
            topic
            for topic in ordered
            if any(holds_phrase(said, phrase) for said in spellings for phrase in topic.phrases)
            or any(alone == bare(phrase) for phrase in topic.alone)
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
    polite = (*small_talk.thanks, *small_talk.helped)
    return "thanks" if _is_one_of(text, polite) else ""


def banter_in(text: str, small_talk: SmallTalk) -> str:
    """ "play" or "leave", if hardly anything besides is said, and nothing that asks for help."""
    said = f" {bare(text)} "
    for kind, phrases in (("leave", small_talk.leave), ("play", small_talk.play)):
        for phrase in phrases:
            rest = said.replace(f" {bare(phrase)} ", " ")
            besides = _without_courtesy(rest)
            if rest != said and len(besides.split()) <= _MOST_BESIDES and not _needs(besides):
                return kind
    return ""


def is_question(text: str) -> bool:
    """Whether a text asks for something: a question mark, a sentence that begins like a question,
    words that ask for help, or words that tell of something amiss."""
    if any(unicodedata.normalize("NFKC", letter) in _MARKS for letter in text):
        return True
    if _needs(bare(text)):
        return True
    return any(_begins_like_a_question(one) for one in _sentences(text))


def asks_for_help(text: str) -> bool:
    """Whether a text says that somebody is stuck or wants something."""
    said = bare(text)
    return any(holds_phrase(said, phrase) for phrase in _HELP)


def asks_of_product(text: str) -> bool:
    """Whether a text asks what the product can do, as customers ask their vendor; what people ask
    each other ("can we meet at three?") does not."""
    return any(
        _is_of_product(sentence)
        for sentence in _sentences(text)
        if not _AMONG_PEOPLE.intersection(words(sentence))
    )


def is_put_to_vendor(text: str) -> bool:
    """Whether a text that names nobody is for us: it asks for help, or what the product can do."""
    return asks_for_help(text) or asks_of_product(text)


def asks_again(text: str, earlier: str) -> bool:
    """Whether a message comes back to an earlier question: it names the same things for the most
    part, or nothing new at all ("it still does not work")."""
    now, before = content(text), content(earlier)
    new = {word for word in now if word not in _COMPLAINT}
    return not new or len(new & before) >= 0.5 * len(new)


def _needs(said: str) -> bool:
    return asks_for_help(said) or any(holds_phrase(said, phrase) for phrase in _SYMPTOMS)


def _without_courtesy(text: str) -> str:
    return " ".join(word for word in words(text) if word not in _COURTESY)


def _is_one_of(text: str, phrases: Sequence[str]) -> bool:
    said = bare(text)
    return any(said == bare(phrase) for phrase in phrases)


def _sentences(text: str) -> Iterator[str]:
    for line in text.splitlines():
        for sentence in sentences(line):
            yield from re.split(r"[,;:–—]\s+", sentence)


def _is_of_product(sentence: str) -> bool:
    said = _without_opening(sentence)
    if " ".join(said).startswith(_BEGINNINGS):
        return True
    phrase = any(holds_phrase(" ".join(said), one) for one in _OF_PRODUCT)
    return phrase and bool(said) and (said[0] in _ASKING or "?" in sentence)


def _begins_like_a_question(sentence: str) -> bool:
    said = _without_opening(sentence)
    return bool(said) and said[0] in _ASKING


def _without_opening(sentence: str) -> list[str]:
    said = words(sentence)
    while said and said[0] in _OPENING:
        said = said[1:]
    return said
