"""The sources of an answer, or what a search found, as a list of links."""

from collections.abc import Collection, Sequence

from csm.card import Block, Bullet, Bullets, Heading
from csm.question import Source


def source_blocks(
    title: str, sources: Sequence[Source], internal: Collection[str] = ()
) -> list[Block]:
    """Each document once, with the link to its first passage; nothing where there is no source.
    `internal` has the ids of those that are for colleagues alone."""
    first: dict[str, Source] = {}
    for source in sources:
        first.setdefault(_document(source), source)
    items = tuple(
        Bullet(lead=f"{one.title} (internal)" if one.id in internal else one.title, link=one.link)
        for one in first.values()
    )
    return [Heading(text=title), Bullets(items=items)] if items else []


def _document(source: Source) -> str:
    """What tells documents apart: their address, or their title where they have none."""
    return source.link.partition("#")[0] or source.title
