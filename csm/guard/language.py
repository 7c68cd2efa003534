"""In which language a text is written."""

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier  # type: ignore[import-untyped]

# Of these one is chosen, ISO 639-1: fewer are told apart more surely.
_LANGUAGES: Final = (
    *("ar", "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "he", "hr", "hu", "it"),
    *("ja", "ko", "lt", "lv", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sv", "tr", "uk"),
    *("zh",),
)
# Norwegian has two written forms, which are hardly told from Danish in a short text.
_ALIKE: Final = dict.fromkeys(("da", "no", "nb", "nn"), "no")
KNOWN: Final = frozenset((*_LANGUAGES, *_ALIKE))

# In characters: shorter texts are mostly names, and of longer ones the beginning is enough.
_LEAST: Final = 60
_MOST: Final = 400
_SURE: Final = 0.9
_WORDLESS: Final = re.compile(r"[\d@/_]")  # numbers and addresses


def is_in(language: str, text: str) -> bool:
    """Whether the text may be in that language (ISO 639-1): also where it is too short or too
    mixed to be sure, and where the language is none of `KNOWN`."""
    found = language_of(text)
    if found is None or language not in KNOWN:
        return True
    return _ALIKE.get(language, language) == _ALIKE.get(found, found)


@lru_cache(maxsize=1024)
def language_of(text: str) -> str | None:
    """The language that it is surely written in; None where that cannot be told."""
    seen = text[: 2 * _MOST].split()
    meant = (word for word in seen if word.isalpha() or not _WORDLESS.search(word))
    words = " ".join(meant)[:_MOST]
    if len(words) < _LEAST:
        return None
    language, confidence = _identifier().classify(words)
    return str(language) if confidence >= _SURE else None


@cache
def _identifier() -> "LanguageIdentifier":
    # It takes half a second to load, and a process that reviews no outreach does not need it.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(_LANGUAGES)
    # Each feature's row in one place: a few hundred of them are read for every text.
    identifier.nb_ptc = np.ascontiguousarray(identifier.nb_ptc)
    return identifier
