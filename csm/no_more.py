"""Whether somebody asks for no more messages: for certain, perhaps, or not at all.

What is told to stop decides. "Stop", "stop it" and "stop mailing me" ask for no more; "stop the
export job" speaks of the product, "stop by on Tuesday" of a visit, "it won't stop" of a fault.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from enum import Enum, IntEnum, auto
from functools import lru_cache
from typing import Final

from csm.guard_settings import Replies
from csm.plain_words import NEGATIVES, bare, words


class Certainty(IntEnum):
    """How sure it is that they want no more."""

    NO = 0
    UNCLEAR = 1
    SURE = 2


class _About(Enum):
    """What the words after "stop" are about."""

    NOTHING = auto()
    OURS = auto()  # what we write
    OTHER = auto()
    UNKNOWN = auto()


class _Asked(Enum):
    """What the words before "stop" make of it."""

    US = auto()  # it is said to us
    WISH = auto()  # "I want to stop ..."
    DENIED = auto()  # "it won't stop"
    OTHERS = auto()


# Characters. What is asked stands at the beginning.
_READ: Final = 8000
_CLAUSE: Final = re.compile(r"[.!?;:,\n()\u2013\u2014\u2026]+")
# In words. Of a reply so short, "stop" is all that it says.
_LITTLE: Final = 4
_NEAR: Final = 12  # words that are looked at on either side
_CLOSE: Final = 3  # words before a phrase in which a "not" denies it


def _set(text: str) -> frozenset[str]:
    return frozenset(words(text))


_STOP: Final = _set(
    """stop cease desist quit stopp stoppen stoppt arrête arrêtez arrêter d'arrêter basta deje dejen
    dejad"""
)
_DENIALS: Final = (
    NEGATIVES
    | _set(
        "non full bus dont wont cant doesnt nonstop nicht nie niemals kein keine pas jamais nunca"
    )
) - _set("no none nothing nobody")
_PLEASE: Final = _set("please bitte kindly svp plaît favor pls")
_FILLERS: Final = _PLEASE | _set(
    """now immediately already ok okay thanks thank you at once right away all everything asap guys
    team here today forever just really so then sir madam bloody the a an of with to for and desist
    altogether completely finally this instant jetzt sofort endlich danke damit sie mit merci s'il
    vous te ahora ya gracias por de d'"""
)
_OPENERS: Final = _set(
    "and but or so then also thanks hi hello hey no yes ok und aber et mais y pero"
)
_MAY: Final = _set("can could would will must should please")
_NO_REQUEST: Final = _set("did do does if when have until before unless once after whenever")
_MESSAGES_THAT: Final = _set("this these that those emails mails messages")
_WANTING: Final = _set("want like wish need love prefer")
_ASKING: Final = _set("how where when why what which wie wo wann warum comment pourquoi cómo dónde")
_TO_US: Final = _set(
    "me us mich uns mir moi nous m'écrire m'envoyer escribirme enviarme contactarme mandarme"
)
_POINTING: Final = _set("these those your diese ihre vos ces estos sus")
_WEAK: Final = _POINTING | _set(
    """this that it any anything more all such them anymore again further my our ever from being
    been be to get got receive receiving getting have having hear you contacted ça weiter weitere
    zu más nada"""
)
_CONTACTING: Final = _set(
    """sending emailing mailing e contacting writing messaging spamming bothering pestering
    harassing pinging texting chasing disturbing nagging annoying receiving getting
    hassling reaching out m'écrire m'envoyer contacter écrire envoyer escribir escribirme enviar
    enviarme contactarme mandarme molestarme schreiben senden schicken"""
)
_ELSEWHERE: Final = _set("by over at in off short")
_ON_OUR_BEHALF: Final = r"\bfor (?:me|us)\b"  # "stop the export for us"
# "Don't call me" says nothing of messages.
_BY_PHONE: Final = re.compile(r"\b(?:by|on|via|over|per)(?: the| my)? (?:tele)?(?:phone|fon)\b")

# What may take the place of "stop", and how sure it is by what follows it.
_TABLES: Final[tuple[tuple[re.Pattern[str], dict[_About, Certainty]], ...]] = (
    (
        re.compile(r"(?:don't|do not|dont|never|not)(?: ever)? send"),
        {_About.NOTHING: Certainty.UNCLEAR, _About.OURS: Certainty.SURE},
    ),
    (
        re.compile(
            r"(?:don't|do not|dont|didn't|did not|never|no longer)(?: really| ever)? (?:want|wish)"
        ),
        {_About.OURS: Certainty.SURE},
    ),
    (
        re.compile(
            r"(?:never|didn't|did not) (?:ask(?:ed)? for|sign(?:ed)? up for|subscribed? to)"
        ),
        {_About.OURS: Certainty.UNCLEAR},
    ),
    (
        re.compile(
            r"no more|no further|enough(?: of| with)?|keine weiteren?|no mas|plus (?:de|aucun)"
        ),
        {_About.OURS: Certainty.SURE},
    ),
)
_TOLD: Final = {
    _Asked.US: {
        _About.NOTHING: Certainty.SURE,
        _About.OURS: Certainty.SURE,
        _About.UNKNOWN: Certainty.UNCLEAR,
    },
    _Asked.WISH: {_About.OURS: Certainty.SURE},
    _Asked.DENIED: {_About.OURS: Certainty.UNCLEAR},
    _Asked.OTHERS: {_About.OURS: Certainty.UNCLEAR},
}


def wants_no_more(text: str, replies: Replies) -> Certainty:
    """How sure it is that whoever says this wants no more messages, whatever else they say."""
    read = text[:_READ]
    is_short = len(words(read)) <= _LITTLE
    found = (
        one
        for clause in _CLAUSE.split(read)
        for one in _in_clause(words(clause), is_short, replies)
    )
    return max(found, default=Certainty.NO)


def _in_clause(said: list[str], is_short: bool, replies: Replies) -> Iterator[Certainty]:
    yield from _stops(said, is_short, replies)
    clause = " ".join(said)
    for pattern, certainties in _TABLES:
        for found in re.finditer(rf"(?<!\S)(?:{pattern.pattern})(?!\S)", clause):
            about = _about(clause[found.end() :].split(), replies)
            yield _asked_how(clause[: found.start()].split(), certainties.get(about, Certainty.NO))
    for phrase in _bare_phrases(replies.stop):
        for found in re.finditer(rf"(?<!\S){re.escape(phrase)}(?!\S)", clause):
            before, after = clause[: found.start()].split(), clause[found.end() :]
            yield _asked_how(before, _of_phrase(before, phrase.split(), after, replies))


def _stops(said: list[str], is_short: bool, replies: Replies) -> Iterator[Certainty]:
    for at, word in enumerate(said):
        if word not in _STOP:
            continue
        before, about = said[max(0, at - _NEAR) : at], _about(said[at + 1 :], replies)
        asked = _asked(before)
        if asked is _Asked.OTHERS and about is _About.NOTHING and is_short:
            asked = _Asked.US
        yield _asked_how(before, _TOLD[asked].get(about, Certainty.NO))


def _asked_how(before: Sequence[str], certainty: Certainty) -> Certainty:
    """Who asks how to be rid of them may want only to know."""
    return min(certainty, Certainty.UNCLEAR) if _holds(before, _ASKING) else certainty


def _asked(before: list[str]) -> _Asked:
    """Whether "stop" is said to us: as an order, or in a sentence that leads up to one."""
    is_polite = False
    while before and before[-1] in _PLEASE | {"just", "now", "really", "immediately"}:
        is_polite = is_polite or before[-1] in _PLEASE
        before = before[:-1]
    if before and before[-1] in _DENIALS:
        return _Asked.DENIED
    if is_polite or not before or before[-1] in _OPENERS:
        return _Asked.US
    if before[-1] == "to":
        return _asked_to(before[:-1])
    return _Asked.US if _is_about_you(before) else _Asked.OTHERS


def _asked_to(before: list[str]) -> _Asked:
    """Of "... to stop"."""
    last = before[-1] if before else ""
    if last in _WANTING:
        return _Asked.WISH
    has_to = last in {"has", "have", "needs", "need"} and _holds(before[-2:-1], _MESSAGES_THAT)
    return _Asked.US if has_to or last in {"you", "this", "these", "them"} else _Asked.OTHERS


def _is_about_you(before: list[str]) -> bool:
    """Of "could you stop", "you must stop", "this should stop"."""
    last, second = before[-1], before[-2] if len(before) > 1 else ""
    if last == "you":
        return second not in _NO_REQUEST
    return last in _MAY and second in _MESSAGES_THAT | {"you"}


def _about(after: list[str], replies: Replies) -> _About:
    """What the words after it are about."""
    near = re.sub(_ON_OUR_BEHALF, "", " ".join(after[:_NEAR])).split()
    said = [word for word in near if word not in _FILLERS]
    if not said:
        return _About.NOTHING
    if said[0] in _ELSEWHERE:
        return _About.OTHER
    is_to_us = _holds(said, _TO_US)
    if _holds(said, _known(replies.matters)):
        return _About.UNKNOWN if is_to_us or _holds(said, _POINTING) else _About.OTHER
    is_ours = _holds(said, _known(replies.messages))
    if is_ours or not set(said) - (_WEAK | _TO_US | _CONTACTING):
        return _About.OURS
    if said[0] in _CONTACTING:
        return _About.OURS if is_to_us else _About.UNKNOWN
    return _About.OTHER if said[0].endswith("ing") or "from" in said else _About.UNKNOWN


def _of_phrase(before: Sequence[str], phrase: list[str], after: str, replies: Replies) -> Certainty:
    """Of a phrase that asks for it by itself, unless what stands around it says otherwise."""
    if _holds(before[-_CLOSE:], _DENIALS) or _BY_PHONE.search(after):
        return Certainty.NO
    is_to_us = _holds(phrase, _TO_US | {"my", "our"})
    if _holds(after.split()[:_NEAR], _known(replies.matters)):
        return Certainty.UNCLEAR if is_to_us else Certainty.NO
    is_a_thing = before and before[-1] in {"the", "an", "your", "our", "a"}
    return Certainty.UNCLEAR if is_a_thing and not is_to_us else Certainty.SURE


def _holds(said: Collection[str], wanted: Collection[str]) -> bool:
    return any(word in wanted for word in said)


@lru_cache(maxsize=8)
def _bare_phrases(phrases: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(bare(phrase) for phrase in phrases)


@lru_cache(maxsize=8)
def _known(phrases: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for phrase in phrases for word in words(phrase))
