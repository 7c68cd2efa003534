"""Puts the files that a markdown file includes in their places.

Five ways of including are known: `{{< include FILE >}}`, `{% include FILE %}`,
`<!--#include file="FILE" -->`, `--8<-- "FILE"`, and MDX's `import Part from './FILE.mdx'` with
`<Part />`. A file is looked for beside the one that includes it and below what was added, never
outside.
"""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from csm.visible_text import visible
from csm.wording import shorten
from knowledge.reading.code_parts import change_prose
from knowledge.reading.page import MOST_CHARACTERS, Unreadable

MOST_DEEP: Final = 10
MOST_INCLUDED: Final = 500

_NAME: Final = r"[\"']?(?P<name>[^\s\"'<>{}%|]+)[\"']?"
_DIRECTIVES: Final = (
    re.compile(r"\{\{[<%]\s*include\s+" + _NAME + r"[^{}\n]*[>%]\}\}"),
    re.compile(r"\{%-?\s*include(?:_relative)?\s+" + _NAME + r"[^{}\n]*%\}"),
    re.compile(r"<!--\s*#include\s+(?:file|virtual)\s*=\s*[\"'](?P<name>[^\"'\n]+)[\"']\s*-->"),
    re.compile(r"^[ ]*-{1,}8<-{1,}[ ]+[\"'](?P<name>[^\"'\n]+)[\"'][ ]*$", re.MULTILINE),
)
_PART: Final = re.compile(
    r"^import[ ]+(?P<part>[A-Z]\w*)[ ]+from[ ]+[\"'](?P<name>[^\"'\n]+\.mdx?)[\"'][ ]*;?[ ]*$",
    re.MULTILINE,
)
_SITE: Final = "@site/"


class Includes:
    """Expands one file's includes. `load` gives an included file's own text, without front matter,
    and raises Unreadable."""

    def __init__(self, root: Path, load: Callable[[Path], str]) -> None:
        self._root = root.resolve()
        self._load = load
        self._included = 0
        self._characters = 0

    def expanded(self, text: str, file: Path) -> str:
        """The text with everything that it includes. Raises Unreadable, naming the whole chain, for
        a file that is missing, that lies outside, or that includes itself in the end."""
        return self._expand(text, (file.resolve(),))

    def _expand(self, text: str, chain: tuple[Path, ...]) -> str:
        self._characters += len(text)
        if self._characters > MOST_CHARACTERS:
            raise Unreadable(
                f"with what it includes it has more than {MOST_CHARACTERS:,} characters "
                f"({self._shown(chain)})."
            )
        if not any(way.search(text) for way in (*_DIRECTIVES, _PART)):
            return text
        return change_prose(text, lambda prose: self._changed(prose, chain), has_indented_code=True)

    def _changed(self, prose: str, chain: tuple[Path, ...]) -> str:
        # What a file of the reader's own choice says is not looked through again for directives of
        # the including file: each is expanded by itself first.
        found: list[str] = []

        def put(name: str) -> str:
            found.append(self._included_text(name, chain))
            return f"\x03{len(found) - 1}\x04"

        for directive in _DIRECTIVES:
            prose = directive.sub(lambda match: put(match["name"]), prose)
        for part in list(_PART.finditer(prose)):
            tag = re.compile(rf"<{part['part']}\b[^<>]*(?:/>|>\s*</{part['part']}>)")
            prose = tag.sub(partial(_put_part, put, part["name"]), prose)
        return re.sub("\x03(\\d+)\x04", lambda mark: found[int(mark[1])], prose)

    def _included_text(self, name: str, chain: tuple[Path, ...]) -> str:
        self._included += 1
        if self._included > MOST_INCLUDED:
            raise Unreadable(f"it includes more than {MOST_INCLUDED:,} files.")
        file = self._find(name, chain)
        if file in chain:
            raise Unreadable(f"its includes go in a circle: {self._shown((*chain, file))}.")
        if len(chain) > MOST_DEEP:
            raise Unreadable(
                f"its includes are more than {MOST_DEEP} deep: {self._shown((*chain, file))}."
            )
        try:
            text = self._load(file)
        except Unreadable as error:
            raise Unreadable(f"{self._shown((*chain, file))}: {error}") from error
        return self._expand(text, (*chain, file)).strip("\n")

    def _find(self, name: str, chain: tuple[Path, ...]) -> Path:
        """The file of that name. Raises Unreadable where there is none below what was added."""
        files = [candidate.resolve() for candidate in self._candidates(name, chain[-1].parent)]
        there = next((file for file in files if file.is_file()), None)
        inside = [file for file in files if file.is_relative_to(self._root)]
        if there in inside:
            return there
        way, shown = self._shown(chain), shorten(visible(name), 200)
        if there or not inside:
            raise Unreadable(f"{way} includes “{shown}”, which is outside of what was added.")
        raise Unreadable(f"{way} includes “{shown}”, which is not there.")

    def _candidates(self, name: str, folder: Path) -> list[Path]:
        if name.startswith(_SITE):
            # The site's own folder is often one above that of its pages.
            rest = Path(name.removeprefix(_SITE))
            return [self._root / rest, self._root.joinpath(*rest.parts[1:])]
        if name.startswith("/"):
            return [self._root / name.lstrip("/")]
        places = [folder / name, self._root / name, self._root / "_includes" / name]
        return [*places, *(place.with_name(f"{place.name}.md") for place in places)]

    def _shown(self, chain: tuple[Path, ...]) -> str:
        names = (
            path.relative_to(self._root) if path.is_relative_to(self._root) else Path(path.name)
            for path in chain
        )
        return " → ".join(visible(str(name)) for name in names)


def _put_part(put: Callable[[str], str], name: str, _tag: re.Match[str]) -> str:
    return put(name)
