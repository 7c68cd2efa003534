"""What can be added, and the documents in it: a folder, a file, a site's map, or one page."""

import os
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import quote

from csm.errors import InvalidInput
from csm.knowledge import Failure
from csm.visible_text import visible
from csm.wording import listing, shorten
from knowledge.fetch import Fetcher, as_url
from knowledge.reading.apart import Apart
from knowledge.reading.kinds import PAGE_KINDS, SUFFIXES, read_file, read_page
from knowledge.reading.page import Page, Unreadable
from knowledge.sitemap import is_sitemap, pages_of

_SKIPPED_FOLDERS: Final = frozenset({"node_modules"})
_FOLDER_PAGES: Final = frozenset({"index", "_index", "readme"})


@dataclass(frozen=True, slots=True)
class Item:
    """A document where it stands. `name` is its path below what was added, or its address; `read`
    gives it with the link for readers, and raises Unreadable."""

    name: str
    read: Callable[[], tuple[Page, str]]


@dataclass(slots=True)
class Source:
    """What was added, and what is in it. `is_whole`: what is not among the items is not there (any
    more); it is not so for a single file or page, nor where something could not be looked into.
    `folder` is where paths begin, for what lies on disk."""

    name: str
    items: list[Item]
    is_whole: bool
    folder: Path | None = None
    failures: list[Failure] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


class Places:
    """Opens whatever can be named on the command line."""

    def __init__(self, fetcher: Fetcher, apart: Apart, base_url: str = "") -> None:
        self._fetcher = fetcher
        self._apart = apart
        self._base = _checked_base(base_url) if base_url else ""

    def open(self, place: str, folders: Collection[Path] = ()) -> Source:
        """What is there. A file below one of `folders`, which were added before, is a part of that.
        Raises InvalidInput for what is nothing that could be added, Unreadable for a site's map
        that cannot be read."""
        if is_address(place):
            return self._open_address(place)
        path = Path(place).expanduser()
        if path.is_dir():
            return self._open_folder(path.resolve())
        if path.is_file():
            return self._open_file(path.resolve(), folders)
        raise InvalidInput(
            f"“{shorten(visible(place), 200)}” is no file or folder here, and no address that "
            "begins with https:// or http://."
        )

    def _open_address(self, place: str) -> Source:
        if self._base:
            raise InvalidInput("--base-url is for files: a page has an address already.")
        address = str(as_url(place))
        if not is_sitemap(address):
            return Source(address, [self._page(address)], is_whole=False)
        site = pages_of(address, self._fetcher)
        items = [self._page(page.address, page.modified_on) for page in site.pages]
        return Source(address, items, not site.failures, failures=site.failures)

    def _page(self, address: str, listed_as_of: date | None = None) -> Item:
        def read() -> tuple[Page, str]:
            found = self._fetcher.fetch(address, PAGE_KINDS)
            page = read_page(found.body, found.kind, found.charset, found.address, self._apart)
            # The page itself knows best when it was changed; some servers say it of every page.
            modified_on = page.modified_on or listed_as_of or found.modified_on
            return replace(page, modified_on=modified_on), page.where or found.address

        return Item(address, read)

    def _open_file(self, file: Path, folders: Collection[Path]) -> Source:
        above = [folder for folder in folders if file != folder and file.is_relative_to(folder)]
        root = max(above, key=lambda folder: len(folder.parts), default=file.parent)
        name = str(root if above else file)
        return Source(name, [self._file(file, root)], is_whole=False, folder=root)

    def _open_folder(self, root: Path) -> Source:
        found = _Found()
        _walk(root, found)
        if not found.files and not found.failures:
            kinds = listing(sorted(SUFFIXES), "or")
            raise InvalidInput(f"{visible(str(root))} holds no file that can be read ({kinds}).")
        items = [self._file(file, root) for file in sorted(found.files)]
        return Source(str(root), items, not found.failures, root, found.failures, found.warnings)

    def _file(self, file: Path, root: Path) -> Item:
        name = file.relative_to(root).as_posix()

        def read() -> tuple[Page, str]:
            page = read_file(file, root, self._apart)
            return page, address_of(self._base, PurePosixPath(name), page.where)

        return Item(name, read)


@dataclass(slots=True)
class _Found:
    files: list[Path] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def _walk(root: Path, found: _Found) -> None:
    """Find what can be read below a folder, but no hidden files, no parts that others include
    (`_part.mdx`), and nothing behind a link that leads outside."""

    def cannot(error: OSError) -> None:
        name = Path(error.filename or root)
        found.failures.append(Failure(str(name), f"it cannot be looked into: {error.strerror}."))

    for folder, folders, names in os.walk(root, onerror=cannot):
        folders[:] = sorted(name for name in folders if _is_wanted_folder(name))
        for name in names:
            file = Path(folder, name)
            if not _is_wanted_file(file):
                continue
            real = file.resolve()
            if not real.is_relative_to(root):
                shown = visible(file.relative_to(root).as_posix())
                found.warnings.append(f"{shown} is a link that leads outside: not read.")
            elif real.is_file():
                found.files.append(file)


def _is_wanted_folder(name: str) -> bool:
    return not name.startswith((".", "_")) and name not in _SKIPPED_FOLDERS


def _is_wanted_file(file: Path) -> bool:
    if file.suffix.lower() not in SUFFIXES or file.name.startswith("."):
        return False
    return not file.name.startswith("_") or file.stem.lower() in _FOLDER_PAGES


def is_address(place: str) -> bool:
    """Whether what was named is on the web, and no file or folder."""
    return place.lower().startswith(("https://", "http://"))


def _checked_base(base_url: str) -> str:
    try:
        return str(as_url(base_url)).rstrip("/")
    except Unreadable as error:
        raise InvalidInput(f"--base-url: {error}") from error


def address_of(base: str, path: PurePosixPath, where: str) -> str:
    """The link to a file's page: `base`, then its path without ending, or the place that it gives
    itself. Blank without a base, unless it gives itself a whole address."""
    if where.lower().startswith(("https://", "http://")):
        return where
    if not base:
        return ""
    if where.startswith("/"):
        return f"{base}{quote(where)}"
    folder = path.parent
    if where:
        return f"{base}/{quote(str(folder / where))}"
    inside = folder if path.stem.lower() in _FOLDER_PAGES else path.with_suffix("")
    return f"{base}/{quote(str(inside))}" if str(inside) != "." else f"{base}/"
