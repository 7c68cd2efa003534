"""The few pages that whoever refuses our messages sees: words alone, nothing fetched, no script."""

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from html import escape
from typing import Final

from bot.render.neutral import one_line
from csm.play import Category

_STYLE: Final = (
    ":root{color-scheme:light dark}"
    "body{font:1.1rem/1.5 sans-serif;max-width:34rem;margin:0 auto;padding:2rem 1rem}"
    "button{font:inherit;padding:.6rem 1.2rem}"
)
_STYLE_HASH: Final = b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
# Nothing is loaded, nobody may frame it, and the address, which is all one needs, goes nowhere.
HEADERS: Final = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class _Words:
    """What the pages say in one language."""

    ask: str
    ask_text: str
    button: str
    done: str
    done_text: str
    mistake: str
    undo: str
    undone: str
    undone_text: str
    unknown: str
    unknown_text: str
    trouble: str
    trouble_text: str
    sender: str
    kinds: dict[Category, str]


_ENGLISH: Final = _Words(
    ask="Unsubscribe",
    ask_text="You will get no more {kind} from us by any way: neither by e-mail nor by chat.",
    button="Unsubscribe",
    done="You are unsubscribed",
    done_text="We will send you no more {kind}.",
    mistake="Was that a mistake?",
    undo="Yes, go on sending them",
    undone="You are subscribed again",
    undone_text="We will go on sending you {kind}.",
    unknown="We do not know this address",
    unknown_text=(
        "It may have been cut off on its way. Please open it from the message again, or answer "
        "the message with the word “unsubscribe”: that does the same."
    ),
    trouble="That did not work",
    trouble_text=(
        "We could not keep your wish just now. Please try again in a minute, or answer the "
        "message with the word “unsubscribe”."
    ),
    sender="The sender of these messages",
    kinds={
        Category.SERVICE: "messages about what you bought",
        Category.SUCCESS: "messages that help you get more out of the product",
        Category.PRODUCT: "news of the product",
        Category.MARKETING: "offers and invitations",
    },
)
_GERMAN: Final = _Words(
    ask="Abmelden",
    ask_text="Sie bekommen dann auf keinem Weg mehr {kind} von uns, weder per E-Mail noch im Chat.",
    button="Abmelden",
    done="Sie sind abgemeldet",
    done_text="Wir schicken Ihnen keine {kind} mehr.",
    mistake="War das ein Versehen?",
    undo="Ja, schicken Sie sie weiter",
    undone="Sie sind wieder angemeldet",
    undone_text="Wir schicken Ihnen weiterhin {kind}.",
    unknown="Diese Adresse kennen wir nicht",
    unknown_text=(
        "Vielleicht wurde sie unterwegs abgeschnitten. Bitte öffnen Sie sie noch einmal aus der "
        "Nachricht, oder antworten Sie auf die Nachricht mit dem Wort „unsubscribe“."
    ),
    trouble="Das hat nicht geklappt",
    trouble_text=(
        "Wir konnten Ihren Wunsch gerade nicht festhalten. Bitte versuchen Sie es in einer Minute "
        "noch einmal, oder antworten Sie auf die Nachricht mit dem Wort „unsubscribe“."
    ),
    sender="Absender dieser Nachrichten",
    kinds={
        Category.SERVICE: "Nachrichten zu dem, was Sie gekauft haben",
        Category.SUCCESS: "Nachrichten mit Hilfe zum Produkt",
        Category.PRODUCT: "Neuigkeiten zum Produkt",
        Category.MARKETING: "Angebote und Einladungen",
    },
)
_LANGUAGES: Final = {"en": _ENGLISH, "de": _GERMAN}


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages in one language. `identity` says who we are. Forms go to the address that the
    page itself has."""

    language: str
    identity: str

    @property
    def _words(self) -> _Words:
        return _LANGUAGES[self.language]

    def question(self, category: Category) -> str:
        """What would be refused, and the button that does it."""
        words = self._words
        form = f'<form method="post"><button>{escape(words.button)}</button></form>'
        return self._page(words.ask, words.ask_text.format(kind=words.kinds[category]), form)

    def done(self, category: Category, undo_token: str) -> str:
        """That it is refused, and the button that takes it back."""
        words = self._words
        form = (
            f'<p>{escape(words.mistake)}</p><form method="post">'
            f'<input type="hidden" name="undo" value="{escape(undo_token)}">'
            f"<button>{escape(words.undo)}</button></form>"
        )
        return self._page(words.done, words.done_text.format(kind=words.kinds[category]), form)

    def undone(self, category: Category) -> str:
        words = self._words
        return self._page(words.undone, words.undone_text.format(kind=words.kinds[category]))

    def unknown(self) -> str:
        return self._page(self._words.unknown, self._words.unknown_text)

    def trouble(self) -> str:
        return self._page(self._words.trouble, self._words.trouble_text)

    def _page(self, title: str, text: str, form: str = "") -> str:
        sender = f"{self._words.sender}: {one_line(self.identity)}"
        return (
            f'<!doctype html>\n<html lang="{self.language}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width">'
            f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n"
            f"<body><main><h1>{escape(title)}</h1>\n<p>{escape(text)}</p>\n{form}\n"
            f"<p><small>{escape(sender)}</small></p></main></body></html>\n"
        )


def language_of(accepted: str) -> str:
    """The language that a browser would rather have (RFC 9110, 12.5.4), of those that there are."""
    best, weight = "en", 0.0
    for wish in accepted[:500].split(","):
        name, _, quality = wish.partition(";")
        language = name.strip().lower().split("-")[0]
        wanted = _quality(quality)
        if language in _LANGUAGES and wanted > weight:
            best, weight = language, wanted
    return best


def _quality(text: str) -> float:
    name, _, value = text.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0
