"""What a model says, without its markup and without what it thought aloud."""

import re
from typing import Final

_THINKING: Final = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL)
_LINK: Final = re.compile(r"!?\[([^\]\n]{0,300})\]\([^)\n]{0,300}\)")
_LINE_MARKS: Final = re.compile(r"^[ \t]*(?:#{1,6}|>|[-*+•]|\d{1,2}[.)])[ \t]+", re.MULTILINE)
_EMPHASIS: Final = re.compile(
    r"(?<!\w)(\*\*\*|\*\*|\*|___|__|_|~~|`{1,3})(?=\S)(.{1,300}?)(?<=\S)\1(?!\w)"
)
_FENCE: Final = re.compile(r"^[ \t]*```.*$", re.MULTILINE)
_BLANKS: Final = re.compile(r"\s+")


def without_thinking(text: str) -> str:
    return _THINKING.sub("", text)


def without_links(text: str) -> str:
    """Markdown without its links' addresses and without its pictures' ones: their words stay."""
    return _LINK.sub(r"\1", text)


def plain(text: str, most_read: int) -> str:
    """The words without markdown, on one line. `most_read` characters are looked at, not counting
    what was thought aloud, which may be long."""
    spoken = _FENCE.sub("", without_thinking(text)[:most_read])
    unmarked = _LINE_MARKS.sub("", without_links(spoken))
    return _BLANKS.sub(" ", _EMPHASIS.sub(r"\2", unmarked)).strip()
