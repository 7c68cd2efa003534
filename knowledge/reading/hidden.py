"""Tells what a browser would not show: text that is hidden from people is not for machines."""

import re
from typing import Final

_HIDING_STYLE: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|content-visibility\s*:\s*hidden"
    r"|opacity\s*:\s*(?:0+(?:\.0*)?|\.0+)(?![\d.])"
    r"|(?:font-size|max-height|max-width|(?<![-\w])height|(?<![-\w])width)\s*:\s*(?:0+(?:\.0*)?|\.0+)"
    r"(?![\d.])(?:px|em|rem|pt|%|vh|vw)?\s*(?:;|!|$)"
    r"|(?:text-indent|left|right|top|bottom|margin-left)\s*:\s*-\d{3,}"
    r"|color\s*:\s*transparent|clip(?:-path)?\s*:\s*(?:rect\(\s*0|inset\(\s*(?:50|100)%)"
    r"|scale\(\s*0\s*[,)]",
    re.IGNORECASE,
)
_CSS_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
HIDING_CLASSES: Final = frozenset(
    {"hidden", "d-none", "is-hidden", "sr-only", "visually-hidden", "visuallyhidden",
     "screen-reader-text", "screen-reader-only", "invisible"}
)  # fmt: skip
_ATTRIBUTE: Final = re.compile(
    r"(?<![\w:-])(?P<name>[\w:-]+)(?:\s*=\s*(?:\"(?P<a>[^\"]*)\"|'(?P<b>[^']*)'|\{(?P<c>.*?)\}\s*(?=[\w:/>]|$)|(?P<d>[^\s\"'>]+)))?",
    re.DOTALL,
)


def hides(style: str) -> bool:
    """Whether an inline style keeps text from being seen."""
    return bool(_HIDING_STYLE.search(_CSS_COMMENT.sub("", style)))


def is_hidden(attributes: dict[str, str]) -> bool:
    """Whether an element with these attributes (names in lower case) is kept from readers."""
    if "hidden" in attributes and attributes["hidden"].lower() != "until-found":
        return True
    if attributes.get("aria-hidden", "").lower() == "true":
        return True
    if HIDING_CLASSES & set(attributes.get("class", "").lower().split()):
        return True
    return hides(attributes.get("style", ""))


def is_hidden_tag(attributes: str) -> bool:
    """The same for the attributes of a tag as they stand in the source, HTML's or JSX's."""
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(attributes):
        name = {"classname": "class"}.get(match["name"].lower(), match["name"].lower())
        value = match["a"] or match["b"] or match["c"] or match["d"] or ""
        found.setdefault(name, _as_css(value) if name == "style" else value.strip("\"'` "))
    return bool(found) and is_hidden({k: v for k, v in found.items() if v != "false"})


def _as_css(value: str) -> str:
    """A style as JSX writes it, `{display: 'none', fontSize: 0}`, as CSS."""
    if not value.lstrip().startswith("{"):
        return value
    css = re.sub(r"[{}\"'`]", "", value).replace(",", ";")
    return re.sub(r"[A-Z]", lambda letter: f"-{letter[0].lower()}", css)
