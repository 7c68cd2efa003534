"""What somebody wrote in a reply, without what their program quotes below or around it.

Our own message says how to unsubscribe: left in, it would read as if they asked for that.
"""

import re
from html import unescape
from typing import Final

from bot.render.neutral import neutral

LONGEST: Final = 8_000
# A line over which everything is quoted, as programs write it that mark no line.
_BELOW: Final = re.compile(
    r"\s*(?:-{2,}\s*(?:original message|ursprüngliche nachricht|message d'origine|forwarded message"
    r"|weitergeleitete nachricht)\s*-{2,}|_{10,})\s*",
    re.IGNORECASE,
)
_FROM_LINE: Final = re.compile(r"\s*\*?(?:from|von|de|da)\s*:\*?\s*\S", re.IGNORECASE)
_SENT_LINE: Final = re.compile(
    r"\s*\*?(?:sent|date|gesendet|datum|envoyé|enviado|inviato)\s*:\*?\s*\S", re.IGNORECASE
)
# How a quotation is announced; programs break the line anywhere.
_STARTS: Final = re.compile(r"\s*(?:on|am|le|el|il)\s.{0,200}", re.IGNORECASE)
_ANNOUNCED: Final = re.compile(
    r"\s*(?:on|am|le|el|il)\s.{4,400}(?:wrote|schrieb.{0,100}|a écrit|escribió|ha scritto)\s*:\s*",
    re.IGNORECASE | re.DOTALL,
)
_LONGEST_ANNOUNCEMENT: Final = 4  # lines
_QUOTED_PARTS: Final = frozenset({"gmail_quote", "yahoo_quoted", "moz-cite-prefix"})
_OUTLOOK_PARTS: Final = frozenset({"divrplyfwdmsg", "appendonsend", "mail-editor-reference"})
_UNSEEN: Final = frozenset({"head", "script", "style", "title"})
# A tag with its attributes. None reaches beyond the next "<", so that looking for one takes no
# longer than the text between two of them.
_TAG: Final = re.compile(
    r"""<(/?)([a-z][a-z0-9:]*)((?:[^<>"']|"[^"<]*"|'[^'<]*')*|[^<>]*)>|<[!?][^<>]*>""",
    re.IGNORECASE,
)
_VALUE: Final = r"""\s?=\s?("[^"]*"|'[^']*'|[^\s"']+)"""
_ID: Final = re.compile(rf"(?<![\w-])id{_VALUE}", re.IGNORECASE)
_CLASS: Final = re.compile(rf"(?<![\w-])class{_VALUE}", re.IGNORECASE)
_BLANKS: Final = re.compile(r"\s+")
_BREAKS: Final = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "table", "ul", "ol"})


def new_words(text: str) -> str:
    """What they wrote: no quoted lines, nothing below an announcement of a quotation, and no
    signature; at most `LONGEST` characters."""
    kept: list[str] = []
    lines = neutral(text).split("\n")
    at = 0
    while at < len(lines):
        line = lines[at]
        announced = _announcement(lines, at)
        if announced and not _is_marked(lines, at + announced):
            break
        if line == "-- " or _BELOW.fullmatch(line) or _is_header_block(lines, at):
            break
        if announced:
            at += announced
            continue
        if not line.lstrip().startswith(">"):
            kept.append(line.rstrip())
        at += 1
    return "\n".join(kept).strip()[:LONGEST]


def _announcement(lines: list[str], at: int) -> int:
    """How many lines announce a quotation from this one on; 0 where it does not begin one."""
    if not _STARTS.fullmatch(lines[at]):
        return 0
    for length in range(1, _LONGEST_ANNOUNCEMENT + 1):
        if _ANNOUNCED.fullmatch(" ".join(lines[at : at + length])):
            return length
    return 0


def _is_marked(lines: list[str], at: int) -> bool:
    """Whether the next line with anything in it is marked as quoted."""
    following = next((line for line in lines[at:] if line.strip()), "")
    return following.lstrip().startswith(">")


def _is_header_block(lines: list[str], at: int) -> bool:
    """From and date of another message, one below the other."""
    if not _FROM_LINE.match(lines[at]):
        return False
    return any(_SENT_LINE.match(line) for line in lines[at + 1 : at + 4])


def words_of_html(html: str) -> str:
    """The words that are read in it, without quotations that are marked as such. However broken it
    is, the time it takes grows with its length alone."""
    reader = _Words()
    at = 0
    plain = _without_comments(html)
    for tag in _TAG.finditer(plain):
        reader.say(plain[at : tag.start()])
        reader.meet((tag[2] or "").lower(), tag[3] or "", is_end=bool(tag[1]))
        at = tag.end()
    reader.say(plain[at:])
    lines = (" ".join(line.split()) for line in "".join(reader.said).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _without_comments(html: str) -> str:
    """What stands after a comment that does not end is part of it."""
    first, *others = html.split("<!--")
    return first + "".join(other.partition("-->")[2] for other in others)


class _Words:
    """`said` has the text outside of what is quoted or unseen."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self._hiding, self._depth = "", 0  # the kind of tag that hides, and how many are open
        self._is_over = False

    def meet(self, tag: str, attributes: str, *, is_end: bool) -> None:
        """Read on behind that tag."""
        if is_end:
            self._end(tag)
        else:
            self._start(tag, attributes)

    def say(self, text: str) -> None:
        """Text between two tags."""
        self._keep(unescape(_BLANKS.sub(" ", text)))

    def _start(self, tag: str, attributes: str) -> None:
        self._is_over = self._is_over or _value(_ID, attributes) in _OUTLOOK_PARTS
        if tag == self._hiding:
            self._depth += 1
        elif not self._hiding and _is_hidden(tag, _value(_CLASS, attributes)):
            self._hiding, self._depth = tag, 1
        elif tag in _BREAKS:
            self._keep("\n")

    def _end(self, tag: str) -> None:
        if tag == self._hiding:
            self._depth -= 1
            self._hiding = self._hiding if self._depth else ""
        elif tag in _BREAKS:
            self._keep("\n")

    def _keep(self, text: str) -> None:
        if not self._hiding and not self._is_over:
            self.said.append(text)


def _value(attribute: re.Pattern[str], attributes: str) -> str:
    found = attribute.search(attributes)
    return unescape(found[1]).strip("\"'").lower() if found else ""


def _is_hidden(tag: str, classes: str) -> bool:
    return tag == "blockquote" or tag in _UNSEEN or not _QUOTED_PARTS.isdisjoint(classes.split())
