"""Reading Markdown and MDX as they are written for help centres and site generators."""

import re
from pathlib import Path
from typing import Final

from knowledge.reading.clean import readable
from knowledge.reading.code_parts import change_prose, first_title
from knowledge.reading.front_matter import FrontMatter, split_front_matter
from knowledge.reading.html_tables import with_plain_tables
from knowledge.reading.includes import Includes
from knowledge.reading.markup import (
    unescaped,
    with_dedented_notes,
    with_plain_notes,
    without_comments,
    without_modules,
    without_relative_links,
    without_tags,
)
from knowledge.reading.page import (
    Page,
    Unreadable,
    as_title,
    demand_length,
    demand_size,
    plain,
    title_of_name,
)
from knowledge.reading.text import decode

_IMPORT: Final = re.compile(r"^import[ ][^\n]*[\"'][ ]*;?[ ]*$", re.MULTILINE)
_BLANKS_AT_END: Final = re.compile(r"[ ]+$", re.MULTILINE)
_TABLE_LINE: Final = re.compile(r"^[ ]*\|.*$", re.MULTILINE)
_PADDING: Final = re.compile(r"[ ]{2,}|(?<=---)-+")
_BLANK_LINES: Final = re.compile(r"\n{3,}")
_LIST_ITEM: Final = re.compile(r"[ ]{0,3}(?:[-*+]|\d{1,9}[.)])[ ]")
_INDENT: Final = "    "
_NAMELESS: Final = frozenset({"index", "_index", "readme"})


def read_markdown_file(data: bytes, file: Path, root: Path) -> Page:
    """A Markdown or MDX file below `root`, with what it includes. Raises Unreadable."""
    front, body = split_front_matter(readable(decode(data)))
    body = Includes(root, _load).expanded(body, file)
    stem = file.resolve().parent.name if file.stem.lower() in _NAMELESS else file.stem
    return _page(front, body, stem, is_mdx=file.suffix.lower() == ".mdx")


def read_markdown(data: bytes, stem: str, charset: str = "") -> Page:
    """Markdown from elsewhere, which can include nothing. Raises Unreadable."""
    front, body = split_front_matter(readable(decode(data, charset)))
    return _page(front, body, stem, is_mdx=False)


def _load(file: Path) -> str:
    try:
        demand_size(file.stat().st_size)
        return split_front_matter(readable(decode(file.read_bytes())))[1]
    except OSError as error:
        raise Unreadable(f"it cannot be read: {error.strerror}.") from error


def _page(front: FrontMatter, body: str, stem: str, *, is_mdx: bool) -> Page:
    text = _tidied(body, is_mdx=is_mdx or bool(_IMPORT.search(body)))
    demand_length(text)
    return Page(
        title=front.title or as_title(plain(first_title(text))) or title_of_name(stem),
        text=text,
        modified_on=front.modified_on,
        product=front.product,
        where=front.where,
        left_out="it is marked as a draft" if front.is_draft else "",
    )


def _tidied(body: str, *, is_mdx: bool) -> str:
    """The text without what is there for a site's generator or a browser."""

    def tidied(prose: str) -> str:
        # Comments go first: what is hidden in them must not come back as something else.
        prose = without_comments(prose)
        prose = without_modules(prose) if is_mdx else prose
        prose = with_plain_notes(without_tags(with_plain_tables(prose)))
        prose = unescaped(without_relative_links(prose))
        prose = _TABLE_LINE.sub(lambda line: _PADDING.sub(_unpadded, line[0].strip()), prose)
        prose = _BLANKS_AT_END.sub("", prose)
        return _without_indents(prose) if is_mdx else prose

    if not is_mdx:
        body = with_dedented_notes(body)
    text = readable(change_prose(body, tidied, has_indented_code=not is_mdx))
    return _BLANK_LINES.sub("\n\n", text).strip("\n")


def _unpadded(padding: re.Match[str]) -> str:
    return " " if padding[0].isspace() else ""


def _without_indents(prose: str) -> str:
    """MDX prose without the blanks before paragraphs that stand inside of components: elsewhere
    they would make code of them. What belongs to a list keeps them."""
    out: list[str] = []
    is_list = False
    for line in prose.split("\n"):
        if line and not line.startswith(" "):
            is_list = False
        is_list = is_list or bool(_LIST_ITEM.match(line))
        out.append(line if is_list or not line.startswith(_INDENT) else line.lstrip(" "))
    return "\n".join(out)
