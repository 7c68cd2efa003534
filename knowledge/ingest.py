"""Adds documents to a shelf of the help library, and keeps it like what was added.

Each document is one transaction, with all its chunks: whatever stops us in the middle leaves whole
documents, old or new. Nothing is read or fetched while a transaction is open.
"""

import shlex
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Final

from csm.errors import InvalidInput
from csm.knowledge import Document, Failure, Ingested, Read, Shelf, StoredDocument
from csm.naming import fold
from csm.ports import Clock, Records
from csm.ports_answers import Progress
from csm.visible_text import visible
from csm.wording import listing, plural, shorten
from knowledge.chunks import CHUNKER_VERSION, FINGERPRINT_LENGTH, chunks_of
from knowledge.fetch import Gone
from knowledge.places import Item, Places, Source, is_address
from knowledge.reading.page import Page, Unreadable

_MOST_KEY: Final = 1000
_MOST_WARNED: Final = 10
_MOST_SHOWN: Final = 200


class Ingest:
    """One adding to one shelf. `product` is for documents that name none themselves. A `careful`
    one, which nobody watches, keeps documents where more than half of a source is gone at once: a
    site that answers with empty pages, or a folder that is being filled, is no reason to forget
    what customers may read."""

    def __init__(
        self,
        records: Records,
        places: Places,
        clock: Clock,
        shelf: Shelf,
        product: str = "",
        *,
        careful: bool = False,
    ) -> None:
        self._records = records
        self._places = places
        self._clock = clock
        self._shelf = shelf
        self._product = visible(product)
        self._careful = careful
        self._done = Ingested()
        self._known: dict[str, StoredDocument] = {}
        self._titles: set[str] = set()

    def add(self, places: Sequence[str], progress: Progress) -> Ingested:
        """Add everything at these places. What is wrong with a document, or a whole place, is among
        what it gives, and does not stop the rest."""
        with self._records.reading() as reader:
            self._known = {s.document.key: s for s in reader.documents(self._shelf)}
        for place in places:
            failed = len(self._done.failures)
            try:
                source = self._places.open(place, self._folders())
            except InvalidInput as error:
                self._fail(place, str(error))
            else:
                self._take(source, progress)
                if not _is_part(place, source):
                    failures = tuple(self._done.failures[failed:])
                    self._done.read.append(Read(source.name, failures))
        self._warn_of_titles()
        self._warn_of_lost_folders()
        return self._done

    def _take(self, source: Source, progress: Progress) -> None:
        self._done.failures += source.failures
        self._done.warnings += source.warnings
        kept: set[str] = set()
        left_out: set[str] = set()
        total = len(source.items)
        progress("documents", 0, total)
        for number, item in enumerate(source.items, 1):
            place = self._place_of(source, item)
            if place.key in kept:
                self._fail(item.name, "another file has the same name but for unseen characters.")
            elif self._take_item(place, item):
                kept.add(place.key)
            else:
                left_out.add(place.key)
            progress("documents", number, total)
        self._remove(source, left_out, kept)

    def _take_item(self, place: "_Place", item: Item) -> bool:
        """Whether the document stays on the shelf: it is there now, or could not be read."""
        try:
            _demand_key(place.key)
            page, address = item.read()
        except Unreadable as error:
            self._fail(item.name, f"{error}{self._how_to_remove(place.key, error)}")
            return True
        left_out = page.left_out or self._put(place, page, address)
        if left_out:
            self._done.warnings.append(f"{_shown(item.name)}: {left_out}; it was left out.")
        return not left_out

    def _put(self, place: "_Place", page: Page, address: str) -> str:
        """Store a document where it is new or changed; why not, where it cannot be one."""
        chunks = chunks_of(page.title, page.text)
        if not chunks:
            return "it holds no text"
        document = self._document(place, page, address)
        before = self._known.get(place.key)
        self._titles.add(fold(document.title))
        if before and _is_same(before.document, document):
            self._done.unchanged += 1
            return ""
        with self._records.writing() as writer:
            document_id = writer.put_document(document, chunks)
        self._known[place.key] = StoredDocument(document_id, document, len(chunks))
        if before:
            self._done.updated += 1
        else:
            self._done.added += 1
        return ""

    def _document(self, place: "_Place", page: Page, address: str) -> Document:
        return Document(
            shelf=self._shelf,
            key=place.key,
            source=place.source,
            title=page.title,
            address=address if len(address) <= _MOST_KEY else "",
            product=page.product or self._product,
            modified_on=page.modified_on,
            fingerprint=_fingerprint(page),
            added_at=self._clock.now(),
        )

    def _remove(self, source: Source, left_out: set[str], kept: set[str]) -> None:
        """Take off the shelf what is to be left out, and what is not at its source any more."""
        theirs = {key for key, one in self._known.items() if one.document.source == source.name}
        unseen = theirs if source.is_whole else set()
        gone = [key for key in self._known if key in (left_out | unseen) - kept]
        count = len(theirs.union(gone))
        if self._careful and 2 * len(gone) > count:
            self._fail(source.name, self._why_kept(source.name, len(gone), count))
            return
        self._delete([self._known.pop(key) for key in gone])

    def _why_kept(self, source: str, gone: int, count: int) -> str:
        named = shlex.quote(visible(source))
        share = f"{gone:,} of its {plural(count, 'document')} would be gone, more than half"
        again = f"digital-csm knowledge add {named} --shelf {self._shelf}"
        return f"{share}: all were kept. If it is right: {again}"

    def _delete(self, documents: Sequence[StoredDocument]) -> None:
        if documents:
            with self._records.writing() as writer:
                self._done.removed += writer.delete_documents([stored.id for stored in documents])

    def _place_of(self, source: Source, item: Item) -> "_Place":
        """Under which key and source a document stands, or will stand."""
        if source.folder is not None:
            return _Place(self._free_key(source, item.name), source.name)
        stored = self._known.get(item.name)
        # A page of a site that was added as a whole stays a part of it.
        is_part = stored is not None and not source.is_whole
        return _Place(item.name, stored.document.source if stored and is_part else source.name)

    def _free_key(self, source: Source, name: str) -> str:
        """The path below what was added; with the names of folders above it where a document of
        another source has that path."""
        clean = visible(name)
        above = [visible(part) for part in PurePosixPath(source.name).parts]
        keys = [clean] + ["/".join((*above[-most:], clean)) for most in range(1, len(above) + 1)]
        for key in keys:
            stored = self._known.get(key)
            if stored is None or stored.document.source == source.name:
                return key
        return keys[-1]

    def _folders(self) -> set[Path]:
        """The folders that documents of this shelf came from."""
        sources = {stored.document.source for stored in self._known.values()}
        return {Path(source) for source in sources if _is_path(source)}

    def _warn_of_titles(self) -> None:
        """Say which documents nobody can tell apart by their titles, among those of this time."""
        by_title: dict[str, list[Document]] = defaultdict(list)
        for stored in self._known.values():
            by_title[fold(stored.document.title)].append(stored.document)
        alike = [by_title[title] for title in sorted(self._titles) if len(by_title[title]) > 1]
        for documents in alike[:_MOST_WARNED]:
            keys = listing([_shown(document.key) for document in documents[:_MOST_WARNED]])
            self._done.warnings.append(
                f"{plural(len(documents), 'document')} are called “{documents[0].title}”: {keys}."
            )
        if len(alike) > _MOST_WARNED:
            more = plural(len(alike) - _MOST_WARNED, "more title")
            self._done.warnings.append(f"{more} stand for several documents, too.")

    def _warn_of_lost_folders(self) -> None:
        """Say which folders and files are gone as a whole: nobody will add them again."""
        counts = Counter(stored.document.source for stored in self._known.values())
        for source, count in sorted(counts.items()):
            if _is_path(source) and not Path(source).exists():
                self._done.warnings.append(
                    f"{plural(count, 'document')} came from {_shown(source)}, which is not here "
                    f"(any more). To take them off: digital-csm knowledge remove "
                    f"{shlex.quote(visible(source))} --shelf {self._shelf}"
                )

    def _how_to_remove(self, key: str, error: Unreadable) -> str:
        """For a page that is gone, and was added when it was there."""
        if key not in self._known or not isinstance(error, Gone):
            return ""
        named = shlex.quote(visible(key))
        return f" To take it off: digital-csm knowledge remove {named} --shelf {self._shelf}"

    def _fail(self, what: str, reason: str) -> None:
        self._done.failures.append(Failure(_shown(what), reason))


@dataclass(frozen=True, slots=True)
class _Place:
    """What tells a document from the others, and what it was added with."""

    key: str
    source: str


def _is_part(place: str, source: Source) -> bool:
    """Whether what was added is a file of a folder that was added before."""
    return source.folder is not None and str(Path(place).expanduser().resolve()) != source.name


def _is_path(source: str) -> bool:
    """Whether a source is a folder or file, and neither on the web nor written by us."""
    return Path(source).is_absolute()


def _demand_key(key: str) -> None:
    if len(key) > _MOST_KEY:
        raise Unreadable(f"its path has more than {_MOST_KEY:,} characters. Make it shorter.")


def _is_same(before: Document, now: Document) -> bool:
    return before.model_copy(update={"added_at": now.added_at}) == now


def _fingerprint(page: Page) -> str:
    content = f"{CHUNKER_VERSION}\0{page.title}\0{page.text}"
    return sha256(content.encode()).hexdigest()[:FINGERPRINT_LENGTH]


def _shown(name: str) -> str:
    """A file's name or an address, as it may be shown."""
    return shorten(visible(name), _MOST_SHOWN)


def matching(documents: Sequence[StoredDocument], named: str) -> list[StoredDocument]:
    """The documents of that key, or of that source; a path may be one as seen from here."""
    names = sources_meant(named)
    return [
        stored
        for stored in documents
        if stored.document.key == named or stored.document.source in names
    ]


def sources_meant(named: str) -> set[str]:
    """How a source may be called that somebody names: as typed, or as a path seen from here."""
    if is_address(named):
        return {named}
    return {named, str(Path(named).expanduser().resolve())}
