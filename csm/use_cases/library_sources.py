"""The places that the help library comes from: remembered when they are added, read again every
night, and forgotten when what they brought is taken off."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from csm.firing import Firing, Moot, Tell
from csm.knowledge import Failure, Ingested, Read, Shelf, StoredDocument
from csm.ports import Clock, Records, Writer
from csm.ports_answers import Progress
from csm.ports_jobs import StoredSource
from csm.source import Source
from csm.wording import plural, shorten

Again = Callable[[Source, Progress], Ingested]
"""Reads a source as it was added, and keeps documents where more than half of it is gone."""

_LONGEST_PROBLEM: Final = 500


@dataclass(frozen=True, slots=True)
class TakenOff:
    """How many documents were taken off a shelf, the places that are not read again any more, and
    those that still are, and would bring them back."""

    count: int
    forgotten: tuple[str, ...]
    still_read: tuple[str, ...]


def remember_sources(
    records: Records, shelf: Shelf, product: str, base_url: str, read: Iterable[Read], now: datetime
) -> None:
    """Have what was just read read again every night."""
    with records.writing() as writer:
        known = {
            one.source.place: one.source for one in writer.sources() if one.source.shelf == shelf
        }
        for one in read:
            before = known.get(one.source)
            writer.put_source(
                Source(
                    place=one.source,
                    shelf=shelf,
                    product=product,
                    base_url=base_url,
                    added_at=before.added_at if before else now,
                    read_at=now,
                    problem=problem_text(one.source, one.failures),
                )
            )


def take_off(
    records: Records, shelf: Shelf, documents: Sequence[StoredDocument], named: Collection[str]
) -> TakenOff:
    """Take documents off a shelf, and forget the sources that were `named`, or of which nothing is
    left: they would bring back the next night what was just taken off."""
    with records.writing() as writer:
        count = writer.delete_documents([stored.id for stored in documents])
        left = {stored.document.source for stored in writer.documents(shelf)}
        concerned = {stored.document.source for stored in documents}
        forgotten, still_read = [], []
        for one in writer.sources():
            place = one.source.place
            if one.source.shelf != shelf or place not in concerned | set(named):
                continue
            if place in named or place not in left:
                writer.drop_source(one.id)
                forgotten.append(place)
            else:
                still_read.append(place)
    return TakenOff(count, tuple(forgotten), tuple(still_read))


class RefreshSource:
    """Reads one source again: the job `knowledge`. What did not change is left alone, and what
    cannot be read stays as it was, with the reason kept on the source."""

    def __init__(
        self, records: Records, again: Again, sync: Callable[[Shelf], object], clock: Clock
    ) -> None:
        """`sync` makes a shelf's changes ready to be found."""
        self._records = records
        self._again = again
        self._sync = sync
        self._clock = clock

    def __call__(self, firing: Firing, tell: Tell) -> str:
        """See `csm.firing.Task`; the firing's reader is the source's id. Raises Busy and
        Unavailable where the changes cannot be embedded just now."""
        source = self._source(firing.reader)
        done = self._again(source, lambda _what, count, total: tell(count, total))
        problem = problem_text(source.place, done.failures)
        self._settle(firing.reader, source, problem)
        # An earlier attempt may have written what it could not embed.
        if firing.attempts > 1 or done.added or done.updated or done.removed:
            self._sync(source.shelf)
        return outcome_text(done, problem)

    def _source(self, reader: str) -> Source:
        with self._records.reading() as records:
            stored = _of_id(records.sources(), reader)
        if stored is None:
            raise Moot("the source was removed")
        return stored.source

    def _settle(self, reader: str, source: Source, problem: str) -> None:
        """Keep how the reading went. What was removed while it was read must not come back by
        it."""
        with self._records.writing() as writer:
            stored = _of_id(writer.sources(), reader)
            if stored is not None:
                changes = {"read_at": self._clock.now(), "problem": problem}
                writer.put_source(stored.source.model_copy(update=changes))
                return
            gone = _brought_by(writer, source)
            writer.delete_documents(gone)
        if gone:
            self._sync(source.shelf)
        raise Moot("the source was removed while it was read")


def problem_text(place: str, failures: Sequence[Failure]) -> str:
    """What is kept on a source of a reading; empty where all went well."""
    if not failures:
        return ""
    first = failures[0]
    said = first.reason if first.what == place else f"{first.what}: {first.reason}"
    more = f" And {plural(len(failures) - 1, 'more problem')}." if len(failures) > 1 else ""
    return f"{shorten(said, _LONGEST_PROBLEM - len(more))}{more}"


def outcome_text(done: Ingested, problem: str) -> str:
    """What came of a reading, in a few words."""
    counts = {
        "added": done.added,
        "updated": done.updated,
        "unchanged": done.unchanged,
        "removed": done.removed,
    }
    text = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)
    parts = [text or "nothing was read", *([problem] if problem else [])]
    return shorten("; ".join(parts), _LONGEST_PROBLEM)


def _of_id(sources: Iterable[StoredSource], reader: str) -> StoredSource | None:
    return next((stored for stored in sources if str(stored.id) == reader), None)


def _brought_by(writer: Writer, source: Source) -> list[int]:
    """Ids of the documents of a source that is gone; none where it was added anew meanwhile."""
    if any(
        (s.source.place, s.source.shelf) == (source.place, source.shelf) for s in writer.sources()
    ):
        return []
    return [
        stored.id
        for stored in writer.documents(source.shelf)
        if stored.document.source == source.place
    ]
