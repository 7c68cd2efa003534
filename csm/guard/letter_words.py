"""How rude words, salutations without a name, markup and hidden letters are recognised."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from csm.guard.phrases import Phrases, said_by
from csm.guard.reading import Reading
from csm.look_alikes import scripts_of
from csm.visible_text import hides_nothing

_STRETCHED: Final = re.compile(r"(.)\1{2,}")
_DRAWN_WORD: Final = re.compile(r"[a-z0-9@$*!]{3,20}")
_EDGES: Final = ".,;:?!()\"'“”’…"
_SIGN_OF_DRAWN: Final = re.compile(r"[0-9@$*!]")
_DRAWN: Final = str.maketrans("013457@$!", "oieastasi")

_GREETING: Final = (
    r"(?:hi|hello|hey|dear|hallo|guten (?:tag|morgen)|lieber?|sehr geehrter?|bonjour|cher|chère"
    r"|hola|estimad[oa]|buongiorno|gentile|beste|geachte|olá|prezad[oa])"
    r"(?: (?:frau|herr|mr|mrs|ms))?"
)
_NAMELESS: Final = re.compile(
    rf"[ \t]*(?:{_GREETING}[ \t]+(?:[,!.:;]|$|(?:none|null|nan|n/a|unknown|undefined)\b)"
    r"|(?:dear|lieber?|sehr geehrter?|cher|chère|estimad[oa]|gentile|beste|geachte|prezad[oa])"
    r"[ \t]*(?:[,!.:;]|$))",
    re.IGNORECASE,
)
_REPLY: Final = re.compile(
    r"\s*\[?\s*(?:re|fwd?|aw|wg|tr|rv|rif|sv|vs|antw|odp|ynt)\s*(?:\[\d+\])?\s*[:：]", re.IGNORECASE
)
_MARKUP: Final = re.compile(
    r"</?[a-z][a-z0-9]*(?:\s[^<>\n]*)?/?>|<!--|&(?:nbsp|amp|lt|gt|quot|#x?[0-9a-f]+);"
    r"|!?\[[^\[\]\n]*\]\([^()\n]*\)|\[[^\[\]\n]+\]\[[^\[\]\n]*\]"
    r"|(?<!\*)\*\*(?=\S)[^*\n]+\*\*|(?<!\w)__(?=\S)[^_\n]+__(?!\w)|`[^`\n]+`|^\s{0,3}#{1,6} "
    r"|(?<![\w*])\*(?=[^\s*])[^*\n]+(?<=\S)\*(?![\w*])|(?<!\w)_(?=[^\s_])[^_\n]+(?<=\S)_(?!\w)"
    r"|(?<![\w~])~(?=[^\s~])[^~\n]+(?<=\S)~(?!\w)|(?<![\w.+-])@[a-z][\w.-]*",
    re.IGNORECASE | re.MULTILINE,
)
_SIGNS_OF_MARKUP: Final = ("<", "&", "](", "][", "*", "_", "~", "`", "#", "@")

_WORD: Final = re.compile(r"[^\W\d_]+")
_JOINER: Final = "\u200d"
_OF_PICTURES: Final = frozenset({"\ufe0f", _JOINER})


def rude_words(text: Reading, phrases: Phrases) -> Iterator[str]:
    """Those phrases that the text holds, as they are, stretched ("shiiit"), drawn with digits and
    signs ("sh1t", "sh*t"), with look-alike letters, or with gaps between the letters."""
    found = dict.fromkeys(text.holds(phrases))
    for form in text.bare_forms:
        if _STRETCHED.search(form):
            for by in (r"\1", r"\1\1"):
                found |= dict.fromkeys(phrases.said_in(said_by(_STRETCHED.sub(by, form).split())))
    for word in text.folded.split():
        if _SIGN_OF_DRAWN.search(word) and any(map(str.isalpha, word)):
            found |= dict.fromkeys(_drawn(word.strip(_EDGES), phrases))
    yield from found


def _drawn(word: str, phrases: Phrases) -> list[str]:
    if not _DRAWN_WORD.fullmatch(word):
        return []
    plain = word.translate(_DRAWN)
    if "*" not in plain:
        return phrases.said_in(said_by([plain]))
    pattern = re.compile(re.escape(plain).replace(r"\*", "[a-z]"))
    return [one for one in phrases.listed if pattern.fullmatch(one.rstrip("*"))]


def nameless_salutations(text: str) -> Iterator[str]:
    """Greetings in which a name is missing, as they stand: "Hi ,", "Dear ,", "Hello None"."""
    begins = map(_NAMELESS.match, text.split("\n"))
    return (match[0].strip() for match in begins if match)


def is_faked_reply(subject: str) -> bool:
    """Whether a subject begins as if the reader had written before: "Re: …"."""
    return _REPLY.match(subject) is not None


def markup(text: str) -> Iterator[str]:
    """HTML, markdown, and names with an @ before them, as they stand."""
    if any(sign in text for sign in _SIGNS_OF_MARKUP):
        yield from (match[0].strip() for match in _MARKUP.finditer(text))


def hidden_letters(text: str) -> Iterator[str]:
    """Characters that nobody sees, by their code, and words of letters of several scripts. The
    parts of pictures ("👩‍💻") are seen."""
    if hides_nothing(text):
        return
    yield from dict.fromkeys(
        f"U+{ord(letter):04X}"
        for before, letter in zip(f" {text}", text, strict=False)
        if _is_unseen(letter) and not (letter in _OF_PICTURES and _is_picture(before))
    )
    yield from (word for word in _WORD.findall(text) if len(scripts_of(word)) > 1)


def _is_unseen(letter: str) -> bool:
    if letter in "\n\r\t":
        return False
    is_filler = letter in "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufe0f"
    return is_filler or unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _is_picture(letter: str) -> bool:
    return letter in _OF_PICTURES or unicodedata.category(letter) in {"So", "Sk"}
