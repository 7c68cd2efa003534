"""What is looked for when a person is erased, and documents of the library without it."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from csm.articles import DRAFTS, pieces_of
from csm.knowledge import Chunk, Document, Shelf
from csm.needles import Needles
from csm.ordinary_words import ORDINARY_WORDS
from csm.privacy import Subject

_FINGERPRINT: Final = 32
# A platform's id, or a CRM's, that no word of a text is like.
_SHORTEST_ID: Final = 7


def everywhere(subject: Subject) -> Needles:
    """What may be erased wherever it stands: names only where nobody else whom we know has them,
    and where they are no ordinary words."""
    names = () if subject.is_name_shared else tuple(filter(_is_telling, _full_names(subject)))
    return Needles(names, subject.addresses, _ids(subject))


def at_their_accounts(subject: Subject) -> Needles:
    """What may be erased in the records of their accounts."""
    keys = (key for _, key in subject.pairs if _is_id(key))
    return Needles(_full_names(subject), subject.addresses, (*_ids(subject), *keys))


def in_their_own(subject: Subject) -> Needles:
    """The same for texts that are surely about them: first names are enough there."""
    return at_their_accounts(subject).near(subject.names)


def cleaned(
    document: Document, chunks: Sequence[Chunk], needles: Needles
) -> tuple[Document, list[Chunk]] | None:
    """The document without the person; None where it does not name them. One that was read from a
    file or a page keeps its fingerprint, so that it is not read again before that changes."""
    changed = {
        name: clean
        for name in ("key", "source", "title", "address", "product")
        if (clean := needles.clean(getattr(document, name))) != getattr(document, name)
    }
    parts = _of_draft(chunks, needles) if _is_draft(document) else _each(chunks, needles)
    if not changed and parts == list(chunks):
        return None
    if _is_draft(document):
        changed["fingerprint"] = _digest("".join(part.text for part in parts).strip())
    return document.model_copy(update=changed), parts


def _full_names(subject: Subject) -> tuple[str, ...]:
    """One word alone is the first name of too many people."""
    return tuple(name for name in subject.names if len(name.split()) > 1)


def _is_telling(name: str) -> bool:
    return not all(word.casefold() in ORDINARY_WORDS for word in name.split())


def _ids(subject: Subject) -> tuple[str, ...]:
    given = {place for *_, place in (*subject.users, *subject.places)}
    given |= set(subject.person_keys)
    return tuple(sorted(one for one in given if _is_id(one)))


def _is_id(text: str) -> bool:
    has_digit = any(letter.isdigit() for letter in text)
    return len(text) >= _SHORTEST_ID and has_digit and "@" not in text


def _is_draft(document: Document) -> bool:
    return document.shelf is Shelf.INTERNAL and document.key.startswith(DRAFTS)


def _of_draft(chunks: Sequence[Chunk], needles: Needles) -> list[Chunk]:
    """A draft is its chunks put together, and a name may lie across two."""
    text = "".join(chunk.text for chunk in chunks)
    clean = needles.clean(text)
    if clean == text:
        return _each(chunks, needles)
    path = tuple(map(needles.clean, chunks[0].title_path))
    return [
        _with_fingerprint(Chunk(position=at, title_path=path, text=piece, fingerprint="-"))
        for at, piece in enumerate(pieces_of(clean))
    ]


def _each(chunks: Sequence[Chunk], needles: Needles) -> list[Chunk]:
    return [_chunk(chunk, needles) for chunk in chunks]


def _chunk(chunk: Chunk, needles: Needles) -> Chunk:
    clean = chunk.model_copy(
        update={
            "title_path": tuple(map(needles.clean, chunk.title_path)),
            "anchor": needles.clean(chunk.anchor),
            "text": needles.clean(chunk.text),
        }
    )
    return chunk if clean == chunk else _with_fingerprint(clean)


def _with_fingerprint(chunk: Chunk) -> Chunk:
    fingerprint = _digest(chunk.searched)[:_FINGERPRINT]
    return chunk.model_copy(update={"fingerprint": fingerprint})


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
