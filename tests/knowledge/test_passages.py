"""What a search shows: a passage begins where its titles say and where its link leads."""

from datetime import date

from csm.knowledge import Chunk, Document, Passage, Shelf, StoredChunk
from knowledge.passages import Age, Candidate, passages
from tests.knowledge.shelf_double import NOW, TODAY, chunk

IMPORTS = Document(
    shelf=Shelf.CUSTOMER,
    key="imports",
    source="test",
    title="Import a file",
    address="https://help.example/imports",
    modified_on=date(2026, 1, 1),
    fingerprint="f",
    added_at=NOW,
)
INTRO = chunk("Files of up to 200 MB can be read.", 0, ("Import a file",))
AGAIN = chunk(
    "Open the source and select Import again.", 1, ("Import a file", "Import a newer file"), "newer"
)
UNDO = chunk("Select History, then Undo beside it.", 2, ("Import a file", "Undo an import"), "undo")
UNDONE = chunk("Ten imports can be undone.", 3, ("Import a file", "Undo an import"), "undo")
SHORT = chunk(
    "## Formats\n\nCSV is read.\n\n## Sizes\n\nBig ones, too.", 4, ("Import a file",), "formats"
)


def found(*best_first: Chunk) -> tuple[Passage, ...]:
    candidates = [Candidate(Shelf.CUSTOMER, StoredChunk(1, IMPORTS, one)) for one in best_first]
    return passages(candidates, 6, Age(TODAY, 365))


def test_a_passage_begins_with_its_best_section_and_earlier_ones_follow() -> None:
    [passage] = found(UNDO, INTRO, AGAIN)
    assert passage.link == "https://help.example/imports#undo"
    assert passage.title_path == ("Import a file", "Undo an import")
    assert passage.text == (
        "Select History, then Undo beside it.\n\n"
        "# Import a file\n\nFiles of up to 200 MB can be read.\n\n"
        "## Import a newer file\n\nOpen the source and select Import again."
    )


def test_a_section_stays_in_order_also_where_its_second_part_is_the_best() -> None:
    [passage] = found(UNDONE, AGAIN, UNDO)
    assert passage.id == UNDONE.fingerprint
    assert passage.text.startswith(
        "Select History, then Undo beside it.\n\nTen imports can be undone.\n\n## Import a newer"
    )


def test_a_best_chunk_at_the_beginning_changes_nothing() -> None:
    [passage] = found(INTRO, AGAIN)
    assert passage.link == "https://help.example/imports"
    assert passage.text.startswith("Files of up to 200 MB can be read.\n\n## Import a newer file")


def test_headings_that_a_chunk_brings_along_are_not_said_twice() -> None:
    [passage] = found(UNDONE, SHORT)
    assert passage.text == f"Ten imports can be undone.\n\n{SHORT.text}"
