"""Keeps code apart from prose, so that what tidies prose never touches an example."""

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Final

from markdown_it import MarkdownIt

# Neither character is in a text that has been made readable.
_OPEN: Final = "\x01"
_CLOSE: Final = "\x02"
_KEPT: Final = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_SPAN: Final = re.compile(r"(?<![\\`])(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_MAY_BE_CODE: Final = re.compile(r"```|~~~|[ ]{4}")
_BLANK_LINES: Final = re.compile(r"(\n(?:[ ]*\n)+)")


def block_parser(*, has_indented_code: bool) -> MarkdownIt:
    """Finds a markdown text's blocks. It never looks into them, and takes HTML for prose."""
    parser = MarkdownIt("commonmark", {"maxNesting": 12}).enable("table")
    parser.disable(["inline", "html_block"])
    return parser if has_indented_code else parser.disable("code")


def first_title(text: str) -> str:
    """The words of the first heading of the first level, as markdown; blank without one."""
    tokens = block_parser(has_indented_code=True).parse(text)
    for opening, content in pairwise(tokens):
        if opening.type == "heading_open" and opening.tag == "h1":
            return content.content
    return ""


def change_prose(text: str, change: Callable[[str], str], *, has_indented_code: bool) -> str:
    """The text with its prose changed and its code, blocks and spans, as it was. In what `change`
    is given, two control characters and a number stand for each piece of code."""
    kept: list[str] = []

    def keep(code: str) -> str:
        kept.append(code)
        return f"{_OPEN}{len(kept) - 1}{_CLOSE}"

    masked = _without_blocks(text, keep, has_indented_code)
    # A span ends with its paragraph: two lone backticks pages apart are none.
    paragraphs = _BLANK_LINES.split(masked)
    masked = "".join(_SPAN.sub(lambda span: keep(span[0]), part) for part in paragraphs)
    changed = change(masked)
    return _KEPT.sub(lambda mark: kept[int(mark[1])], changed)


def _without_blocks(text: str, keep: Callable[[str], str], has_indented_code: bool) -> str:
    if not _MAY_BE_CODE.search(text):
        return text
    lines = text.split("\n")
    out: list[str] = []
    done = 0
    for token in block_parser(has_indented_code=has_indented_code).parse(text):
        if token.type in {"fence", "code_block"} and token.map and token.map[0] >= done:
            first, done_now = token.map
            out += lines[done:first]
            out.append(keep("\n".join(lines[first:done_now])))
            done = done_now
    return "\n".join(out + lines[done:])
