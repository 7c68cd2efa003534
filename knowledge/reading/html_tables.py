"""Tables that are written as HTML in markdown, as markdown's own tables."""

import re
from typing import Final

from bs4 import BeautifulSoup, Tag

from knowledge.reading.hidden import is_hidden
from knowledge.reading.spans import change_spans

_TABLE: Final = re.compile(r"<table\b[^<>]*>", re.IGNORECASE)
_TABLE_END: Final = re.compile(r"</table\s*>", re.IGNORECASE)
_HEADLESS: Final = re.compile(r"^\|(?:[ ]*\|)+\n(\|(?:[ ]*-+[ ]*\|)+)\n(\|.*\|)$", re.MULTILINE)
_BREAKS: Final = re.compile(r"</?(?:p|div|br|ul|ol|li|h[1-6])\b[^<>]*>", re.IGNORECASE)


def with_plain_tables(prose: str) -> str:
    """Prose whose HTML tables have a line a row, and bars between cells."""
    return change_spans(prose, _TABLE, _TABLE_END, lambda table: f"\n\n{_as_bars(table)}\n\n")


def with_table_heads(markdown: str) -> str:
    """Markdown whose tables without a header have their first row for one."""
    return _HEADLESS.sub(r"\2\n\1", markdown)


def attributes_of(element: Tag) -> dict[str, str]:
    """An element's attributes, each as one text."""
    return {
        name.lower(): value if isinstance(value, str) else " ".join(value or ())
        for name, value in element.attrs.items()
    }


def _as_bars(table: str) -> str:
    rows: list[list[str]] = []
    for row in BeautifulSoup(table, "html.parser").find_all("tr"):
        if is_hidden(attributes_of(row)):
            continue
        cells = row.find_all(["td", "th"])
        rows.append([_words(cell) for cell in cells if not is_hidden(attributes_of(cell))])
    rows = [row for row in rows if any(row)]
    if not rows:
        return ""
    width = max(len(row) for row in rows)
    lines = [_line(row + [""] * (width - len(row))) for row in rows]
    return "\n".join([lines[0], _line(["---"] * width), *lines[1:]])


def _words(cell: Tag) -> str:
    inner = _BREAKS.sub(" ", cell.decode_contents())
    return " ".join(inner.split()).replace("|", "\\|")


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
