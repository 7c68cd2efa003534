"""Text as Slack may be given it: harmless, within a limit, and never empty."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from bot.render.neutral import neutral, one_line

EMPTY: Final = "–"
ELLIPSIS: Final = "…"

_RIGHT_TO_LEFT: Final = frozenset({"R", "AL", "AN"})
_OPEN, _CLOSE = "\u2068", "\u2069"  # first strong isolate, pop directional isolate
_AROUND: Final = 3  # a line's isolate, its end, and the end of the line
_JOINER: Final = "\u200d"
_NO_BREAK: Final = "\u2060"  # word joiner: not seen, and enough to break a pattern

# In the top-level text of a message Slack looks for these, whatever the blocks say.
_EMOJI_CODE: Final = re.compile(r":(?=[\w+'-]+:)")
_SHOUT: Final = re.compile(r"@(?=here|channel|everyone|group)", re.IGNORECASE)
_ENTITIES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})

# Letters, digits and quiet punctuation: nothing that mrkdwn could take for markup, a mention,
# an emoji code or an address.
_QUIET: Final = re.compile(r"[^\W_]*(?:(?:: |[ .,;!?+\-−/%()'’“”…$€£¥–—·])[^\W_]*)*")
_ADDRESS: Final = re.compile(r"[^\W\d_]\.[^\W\d_]")


def slack_units(text: str) -> int:
    """Length in UTF-16 code units: never less than what Slack counts, whichever way it does."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def cut(text: str, limit: int) -> str:
    """The text within the limit, ending in "…" when something was cut off. What belongs together
    as one sign, such as a family of emoji or a letter with its accents, is not torn apart, and an
    isolate that is cut is closed, or it would reach into what follows."""
    if slack_units(text) <= limit:
        return text
    end, used = 0, slack_units(ELLIPSIS + (_CLOSE if _OPEN in text else ""))
    for character in text:
        used += 2 if ord(character) > 0xFFFF else 1
        if used > limit:
            break
        end += 1
    while end > 0 and _belongs_together(text[end - 1], text[end]):
        end -= 1
    kept = text[:end].rstrip() + ELLIPSIS
    return kept + _CLOSE * (kept.count(_OPEN) - kept.count(_CLOSE))


def _belongs_together(before: str, after: str) -> bool:
    return _JOINER in (before, after) or unicodedata.category(after) in ("Mn", "Me")


def isolated(text: str) -> str:
    """The text, wrapped where it has right-to-left letters, so that it cannot reorder what
    stands before or after it."""
    if text.isascii() or not any(unicodedata.bidirectional(c) in _RIGHT_TO_LEFT for c in text):
        return text
    return f"{_OPEN}{text}{_CLOSE}"


def line(text: str, limit: int) -> str:
    """One line for a label, a value or a cell."""
    room = limit - slack_units(_OPEN + _CLOSE)
    return isolated(cut(one_line(text), room)) or EMPTY


def prose(text: str, limit: int) -> str:
    """Paragraphs."""
    calm = neutral(text).strip()
    room = limit - slack_units(_OPEN + _CLOSE) * (calm[:limit].count("\n") + 1)
    return "\n".join(isolated(one) for one in cut(calm, max(room, 1)).split("\n")) or EMPTY


def portions(text: str, limit: int) -> Iterator[str]:
    """A text in parts of which `prose` cuts nothing at that limit, at the ends of lines or else of
    words."""
    taken: list[str] = []
    left = limit
    for one in neutral(text).strip().split("\n"):
        for piece in _pieces(one, limit - _AROUND):
            cost = slack_units(piece) + _AROUND
            if taken and cost > left:
                yield "\n".join(taken)
                taken, left = [], limit
            taken.append(piece)
            left -= cost
    yield "\n".join(taken)


def _pieces(one: str, limit: int) -> Iterator[str]:
    """A line, in several where it is too long. A sign may take two units."""
    while slack_units(one) > limit:
        most = one[: limit // 2]
        end = most.rfind(" ") + 1 or len(most)
        yield one[:end].rstrip()
        one = one[end:]
    yield one


def inert(text: str) -> str:
    """For the one place that Slack always reads as markup, the top-level `text` of a message:
    escaped, and with emoji codes and calls to everybody broken up."""
    quiet = _SHOUT.sub(f"@{_NO_BREAK}", _EMOJI_CODE.sub(f":{_NO_BREAK}", text))
    return quiet.translate(_ENTITIES)


def is_quiet(text: str) -> bool:
    """Whether mrkdwn would show this text exactly as it is."""
    return _QUIET.fullmatch(text) is not None and _ADDRESS.search(text) is None
