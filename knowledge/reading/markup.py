"""Takes HTML, JSX and the marks of site generators out of markdown, and keeps their words."""

import html
import re
from typing import Final

from knowledge.reading.hidden import is_hidden_tag
from knowledge.reading.spans import change_spans

_COMMENT: Final = re.compile(r"<!--")
_COMMENT_END: Final = re.compile(r"-->|\Z")
_JSX_COMMENT: Final = re.compile(r"\{/\*")
_JSX_COMMENT_END: Final = re.compile(r"\*/\}")
_MODULE: Final = re.compile(
    r"^(?:import[ ]+(?:[\w*{}\s,$]+[ ]from[ ]+)?[\"'][^\"'\n]+[\"'][ ]*;?[ ]*$"
    r"|export[ ]+(?:default|const|let|var|function|async|class|\{|\*).*?(?=\n[ ]*\n|\Z))",
    re.MULTILINE | re.DOTALL,
)
_VALUE: Final = r"(?:\"[^\"]*\"|'[^']*'|\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}|[^\s\"'<>]+)"
_TAG: Final = re.compile(
    r"(?<!\\)<(?P<end>/?)(?P<name>[A-Za-z][\w.-]*|(?=>))"
    rf"(?P<attributes>(?:\s+(?:[\w:@.-]+(?:\s*=\s*{_VALUE})?|\{{\.\.\.[^{{}}]*\}})){{0,60}})"
    r"\s*(?P<empty>/?)>"
)
_HREF: Final = re.compile(
    r"\bhref\s*=\s*(?:\"(https?://[^\"]*)\"|'(https?://[^']*)')", re.IGNORECASE
)
_SUMMARY: Final = re.compile(r"<summary\b[^<>]*>", re.IGNORECASE)
_SUMMARY_END: Final = re.compile(r"</summary\s*>", re.IGNORECASE)
_HEADING: Final = re.compile(r"<h[1-6]\b|^#", re.IGNORECASE | re.MULTILINE)
_EXPRESSION: Final = re.compile(r"(?<=>)\s*\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}\s*(?=</)")

_VOID: Final = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
_UNREAD: Final = frozenset({"script", "style", "template", "iframe", "svg", "object", "noscript"})
_INLINE: Final = frozenset(
    {"", "a", "abbr", "b", "cite", "code", "em", "font", "i", "kbd", "mark", "q", "s", "small",
     "span", "strong", "sub", "sup", "u", "var", "del", "ins", "label", "wbr", "img"}
)  # fmt: skip

_FENCED_NOTE: Final = re.compile(
    r"^(?P<blank>[ ]*):{3,}[ ]*(?P<kind>[a-z]\w*)"
    r"(?:[ ]*\[(?P<label>[^\]\n]*)\]|[ ]+(?P<title>[^\n{]+))?[ ]*(?:\{[^}\n]*\})?[ ]*$"
)
_FENCED_END: Final = re.compile(r"^[ ]*:{3,}[ ]*$")
_INDENTED_NOTE: Final = re.compile(
    r"^(?:!!!|\?\?\?\+?|===\+?)[ ]+(?P<kind>[a-z][\w ]*)?[ ]*(?:\"(?P<title>[^\"\n]*)\")?[ ]*$"
)
_ALERT: Final = re.compile(r"^([ ]*>[ ]*)\[!(\w+)\][ ]*$", re.MULTILINE)
# Kinds of admonition whose very name tells the reader something.
_TELLING: Final = frozenset({"warning", "danger", "caution", "important", "deprecated"})

_NESTED_IMAGE: Final = re.compile(
    r"!\[(?P<alt>[^\[\]]*)\](?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\[\]]*\])"
)
_LINK: Final = re.compile(
    r"(?<!\\)\[(?P<text>(?:[^\[\]]|\\.)*)\]\(\s*<?(?P<to>[^()\s<>]*(?:\([^()\s]*\)[^()\s<>]*)*)>?"
    r"(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)"
)
_REFERENCE: Final = re.compile(r"(?<!\\)\[(?P<text>[^\[\]]+)\](?:\[(?P<label>[^\[\]]*)\])")
_DEFINITION: Final = re.compile(
    r"^[ ]{0,3}\[(?P<label>[^\[\]^]+)\]:[ ]*<?(?P<to>[^\s<>]+)>?(?:[ ]+[\"'(][^\n]*)?$",
    re.MULTILINE,
)


def without_modules(prose: str) -> str:
    """MDX prose without its imports and exports, and without expressions between tags."""
    return _EXPRESSION.sub("", _MODULE.sub("", prose))


def without_comments(text: str) -> str:
    """Prose without what its author hid from readers. A comment without an end hides the rest."""
    text = change_spans(text, _COMMENT, _COMMENT_END, lambda _: "")
    return change_spans(text, _JSX_COMMENT, _JSX_COMMENT_END, lambda _: "")


def without_tags(prose: str) -> str:
    """Prose without tags of HTML and JSX, but with their words. What a browser would not show is
    dropped with all that is in it; links stay links."""
    prose = change_spans(prose, _SUMMARY, _SUMMARY_END, _bold_summary)
    out: list[str] = []
    links: list[str] = []
    hidden, depth, done = "", 0, 0
    for tag in _TAG.finditer(prose):
        name = tag["name"].lower()
        if hidden:
            if name == hidden and not tag["empty"]:
                depth += -1 if tag["end"] else 1
            if depth == 0:
                hidden, done = "", tag.end()
            continue
        out.append(prose[done : tag.start()])
        done = tag.end()
        if not tag["end"] and _hides(name, tag["attributes"]):
            if not (tag["empty"] or name in _VOID):
                hidden, depth = name, 1
            continue
        out.append(_instead(name, tag, links))
    # An element without an end hides what follows, as it does in a browser.
    return "".join(out) + ("" if hidden else prose[done:])


def _bold_summary(summary: str) -> str:
    tag, _, rest = summary.partition(">")
    words = rest.rpartition("</")[0].strip()
    if _HEADING.search(words) or not words or is_hidden_tag(tag.removeprefix("<summary")):
        return summary
    return f"\n\n**{' '.join(words.split())}**\n\n"


def _hides(name: str, attributes: str) -> bool:
    return name in _UNREAD or is_hidden_tag(attributes)


def _instead(name: str, tag: re.Match[str], links: list[str]) -> str:
    """What stands for a tag that is taken out."""
    if name == "a":
        return _link_end(links) if tag["end"] else _link_start(tag["attributes"], links)
    if name == "br":
        return " "
    if len(name) == 2 and name[0] == "h" and name[1] in "123456":
        return "\n\n" if tag["end"] else f"\n\n{'#' * int(name[1])} "
    if name == "li":
        return "" if tag["end"] else "\n- "
    if name in {"td", "th"}:
        return " "
    return "" if name in _INLINE or tag["name"] != name else "\n"


def _link_start(attributes: str, links: list[str]) -> str:
    found = _HREF.search(attributes)
    links.append((found[1] or found[2]) if found else "")
    return "[" if links[-1] else ""


def _link_end(links: list[str]) -> str:
    address = links.pop() if links else ""
    return f"]({address})" if address else ""


def without_relative_links(prose: str) -> str:
    """Prose whose images are their descriptions, and whose links lead somewhere from anywhere:
    others are their words."""
    to = {match["label"].casefold(): match["to"] for match in _DEFINITION.finditer(prose)}
    prose = _NESTED_IMAGE.sub(lambda image: image["alt"], prose)
    if to:
        prose = _DEFINITION.sub("", prose)
        prose = _REFERENCE.sub(lambda link: _resolved(link, to), prose)
    return _LINK.sub(_absolute, prose)


def _resolved(link: re.Match[str], to: dict[str, str]) -> str:
    address = to.get((link["label"] or link["text"]).casefold())
    return link[0] if address is None else f"[{link['text']}]({address})"


def _absolute(link: re.Match[str]) -> str:
    text, address = link["text"].strip(), link["to"]
    if address.lower().startswith(("https://", "http://")):
        return f"[{text}]({address})" if text else ""
    mail = address.removeprefix("mailto:").partition("?")[0]
    if mail != address and mail not in text:
        return f"{text} ({mail})"
    return text


def with_plain_notes(prose: str) -> str:
    """Admonitions (`:::note`, `> [!NOTE]`) as paragraphs: their title in bold."""
    lines = [_plain_note(line) for line in prose.split("\n")]
    return _ALERT.sub(lambda alert: f"{alert[1]}{_note_title(alert[2], '')}", "\n".join(lines))


def _plain_note(line: str) -> str:
    if note := _FENCED_NOTE.match(line):
        title = _note_title(note["kind"], note["label"] or note["title"] or "")
        return f"\n{note['blank']}{title}\n" if title else ""
    return "" if _FENCED_END.match(line) else line


def with_dedented_notes(text: str) -> str:
    """Admonitions of the other kind (`!!! note`), whose text is indented, as paragraphs."""
    out: list[str] = []
    is_code, is_inside = False, False
    for line in text.split("\n"):
        if is_inside and (line.startswith("    ") or not line):
            out.append(line[4:])
            continue
        is_inside = False
        is_code ^= line.lstrip().startswith(("```", "~~~"))
        note = None if is_code else _INDENTED_NOTE.match(line)
        if note:
            title = _note_title((note["kind"] or "").strip(), note["title"] or "")
            out += ["", title, ""]
            is_inside = True
        else:
            out.append(line)
    return "\n".join(out)


def _note_title(kind: str, title: str) -> str:
    words = title.strip().strip("*").strip() or (
        kind.capitalize() if kind.lower() in _TELLING else ""
    )
    return f"**{words}**" if words else ""


def unescaped(prose: str) -> str:
    """Prose whose entities (`&nbsp;`) are the characters they stand for."""
    return html.unescape(prose)
