"""Chunks follow headings, keep what belongs together whole, and lose nothing."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm.knowledge import Chunk
from knowledge.blocks import HARD, ROOM, TARGET
from knowledge.chunks import chunk_plain, chunks_of
from knowledge.reading.markdown import read_markdown_file

PLAUSIBLE = Path(__file__).resolve().parents[3] / "shared" / "data" / "plausible-docs"
SENTENCE = "The report is sent every Monday at nine in the time zone of its owner. "
LONG = (SENTENCE * 10).strip()


def paths(chunks: list[Chunk]) -> list[tuple[str, ...]]:
    return [chunk.title_path for chunk in chunks]


def test_a_chunk_knows_the_way_to_it() -> None:
    chunks = chunks_of(
        "Reports", f"{LONG}\n\n## Sending\n\n{LONG}\n\n### When?\n\n{LONG}\n\n## Stop\n\n{LONG}"
    )
    assert paths(chunks) == [
        ("Reports",),
        ("Reports", "Sending"),
        ("Reports", "Sending", "When?"),
        ("Reports", "Stop"),
    ]
    assert [chunk.anchor for chunk in chunks] == ["", "sending", "when", "stop"]
    assert [chunk.position for chunk in chunks] == [0, 1, 2, 3]
    assert chunks[1].searched.startswith("Reports > Sending\nThe report is sent")


def test_the_title_is_not_said_twice() -> None:
    (chunk,) = chunks_of("Reset your password", "# Reset *your* password\n\nPress it.")
    assert (chunk.title_path, chunk.text, chunk.anchor) == (
        ("Reset your password",),
        "Press it.",
        "",
    )


def test_anchors_are_those_of_github() -> None:
    text = "\n\n".join(f"## {head}\n\n{LONG}" for head in (
        "Set up `plausible.init()`", "Café & Co.", "Again", "Again", "Again", "Own one {#my-id}",
    ))  # fmt: skip
    assert [chunk.anchor for chunk in chunks_of("T", text)] == [
        "set-up-plausibleinit", "café--co", "again", "again-1", "again-2", "my-id",
    ]  # fmt: skip


def test_short_sections_join_their_siblings() -> None:
    chunks = chunks_of("FAQ", "## One?\n\nYes.\n\n## Two?\n\nNo.\n\n## Three?\n\n" + LONG + LONG)
    assert paths(chunks) == [("FAQ",), ("FAQ", "Three?"), ("FAQ", "Three?")]
    assert chunks[0].text == "## One?\n\nYes.\n\n## Two?\n\nNo."
    assert chunks[0].anchor == "one"


def test_short_sections_do_not_join_their_cousins() -> None:
    chunks = chunks_of("T", "## A\n\n### A1\n\nOne.\n\n## B\n\n### B1\n\nTwo.")
    assert paths(chunks) == [("T", "A", "A1"), ("T", "B", "B1")]


def test_a_short_beginning_joins_its_first_child() -> None:
    chunks = chunks_of(
        "T", "## A\n\nTwo ways:\n\n### One\n\nThis.\n\n### Two\n\nThat.\n\n## B\n\nEnd."
    )
    assert paths(chunks) == [("T", "A"), ("T", "B")]
    assert chunks[0].text == "Two ways:\n\n### One\n\nThis.\n\n### Two\n\nThat."


@pytest.mark.parametrize("text", ["", "\n\n", "# Only\n\n## Headings", "---\n\n***", "***!***"])
def test_what_says_nothing_is_no_chunk(text: str) -> None:
    assert chunks_of("T", text) == []


def test_long_prose_is_cut_between_sentences() -> None:
    chunks = chunks_of("T", (SENTENCE * 40).strip())
    assert len(chunks) > 2
    assert all(chunk.text.endswith("owner.") for chunk in chunks)
    assert all(len(chunk.text) <= TARGET * ROOM for chunk in chunks)


def test_a_table_is_whole() -> None:
    table = "| a | b |\n| --- | --- |\n" + "\n".join(f"| {n} | {SENTENCE} |" for n in range(40))
    (only,) = [
        chunk for chunk in chunks_of("T", f"{LONG}\n\n{table}\n\n{LONG}") if "|" in chunk.text
    ]
    assert only.text == table.replace(f"{SENTENCE} |", f"{SENTENCE} |")


def test_a_huge_table_is_cut_between_rows_with_its_header() -> None:
    rows = [f"| {n} | {SENTENCE}|" for n in range(200)]
    chunks = chunks_of("T", "| a | b |\n| --- | --- |\n" + "\n".join(rows))
    assert len(chunks) > 2
    assert all(chunk.text.startswith("| a | b |\n| --- | --- |\n| ") for chunk in chunks)
    assert all(len(chunk.text) <= HARD for chunk in chunks)
    assert [row for chunk in chunks for row in chunk.text.split("\n")[2:]] == rows


def test_code_is_whole_and_huge_code_stays_code() -> None:
    small = "```py\n" + "\n".join(f"print({n})" for n in range(200)) + "\n```"
    assert [chunk.text for chunk in chunks_of("T", f"{LONG}\n\n{small}\n\n{LONG}")][1] == small
    lines = [f"print({n})" for n in range(2000)]
    huge = "```py\n" + "\n".join(lines) + "\n```"
    chunks = chunks_of("T", huge)
    assert len(chunks) > 2
    for chunk in chunks:
        assert chunk.text.startswith("```py\n")
        assert chunk.text.endswith("\n```")
    assert [line for chunk in chunks for line in chunk.text.split("\n")[1:-1]] == lines


def test_list_items_are_whole_and_keep_their_numbers() -> None:
    items = [
        f"{n}. {SENTENCE}\n   - {SENTENCE}\n\n     ```\n     code {n}\n     ```"
        for n in range(1, 10)
    ]
    chunks = chunks_of("T", "Do this:\n\n" + "\n".join(items))
    assert len(chunks) > 1
    assert chunks[0].text.startswith("Do this:\n\n1. ")
    assert all(sum(item in chunk.text for chunk in chunks) == 1 for item in items)


def test_what_announces_goes_with_what_it_announces() -> None:
    text = f"{SENTENCE * 14}\n\nThen do this:\n\n- {SENTENCE}\n- {SENTENCE}"
    assert "Then do this:\n\n- The" in chunks_of("T", text)[-1].text


def test_a_comment_in_code_is_no_heading() -> None:
    (chunk,) = chunks_of("T", "Words.\n\n```sh\n# not a heading\n```")
    assert chunk.title_path == ("T",)


def test_the_same_words_have_the_same_fingerprint() -> None:
    one, two = (
        chunks_of("T", f"## A\n\n{LONG}")[0],
        chunks_of("T", f"x\n\n{LONG}\n\n## A\n\n{LONG}")[-1],
    )
    assert one.fingerprint == two.fingerprint
    assert len(one.fingerprint) == 32
    assert one.fingerprint != chunks_of("Other", f"## A\n\n{LONG}")[0].fingerprint


def test_a_passage_without_a_title() -> None:
    (chunk,) = chunk_plain("", "Just a passage.")
    assert (chunk.title_path, chunk.searched) == ((), "Just a passage.")


WORD = st.sampled_from(["report", "sends", "every", "day.", "Why?", "naïve", "日本語。", "x" * 90])
WORDS = st.lists(WORD,
                 min_size=1, max_size=120)  # fmt: skip
PROSE = WORDS.map(" ".join)
BLOCKS = st.one_of(
    PROSE,
    st.builds(
        lambda level, words: f"{'#' * level} {' '.join(words[:6])}", st.integers(1, 5), WORDS
    ),
    st.lists(PROSE, min_size=1, max_size=8).map(
        lambda items: "\n".join(f"- {item}" for item in items)
    ),
    st.lists(PROSE, min_size=1, max_size=60).map(lambda lines: "\n".join(["```", *lines, "```"])),
    st.lists(PROSE, min_size=1, max_size=60).map(
        lambda rows: "\n".join(["| a | b |", "| --- | --- |", *(f"| {row} | 1 |" for row in rows)])
    ),
    st.sampled_from(
        ["x" * 9000, "> quoted\n> twice", "***", "1. one\n\n   more\n2. two", "<b>x</b>"]
    ),
)


@given(st.lists(BLOCKS, max_size=14), st.sampled_from(["", "A title"]))
def test_nothing_is_lost_and_nothing_too_long(blocks: list[str], title: str) -> None:
    chunks = chunks_of(title, "\n\n".join(blocks))
    assert all(0 < len(chunk.text) <= HARD for chunk in chunks)
    assert [chunk.position for chunk in chunks] == list(range(len(chunks)))
    said = [
        word for block in blocks if not block.startswith("#") for word in re.findall(r"\w+", block)
    ]
    # Headings are in the paths; what is repeated on purpose (a table's header) may come again.
    found = [word for chunk in chunks for word in re.findall(r"\w+", without_headings(chunk.text))]
    assert is_within("".join(said), "".join(found))


def without_headings(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if not line.startswith("#"))


def is_within(wanted: str, text: str) -> bool:
    """Whether the letters of `wanted` come in `text` in that order, with little in between."""
    letters = iter(text)
    return all(letter in letters for letter in wanted) and len(text) <= len(wanted) * 1.2 + 200


def test_a_real_help_centre_is_cut_well() -> None:
    if not PLAUSIBLE.is_dir():
        pytest.skip(f"the help pages of a real product are not at {PLAUSIBLE}")
    files = sorted(PLAUSIBLE.rglob("*.md"))
    assert len(files) == 134
    chunks = []
    for file in files:
        page = read_markdown_file(file.read_bytes(), file, PLAUSIBLE)
        found = chunks_of(page.title, page.text)
        assert found, file
        assert not re.search(
            r"^import .* from |<!--|</?[A-Z]\w+[ >]", without_code(page.text), re.MULTILINE
        ), file
        chunks += found
    sizes = sorted(len(chunk.text) for chunk in chunks)
    assert 900 < len(chunks) < 1100
    assert sizes[-1] <= HARD
    assert sum(size < 100 for size in sizes) < len(sizes) * 0.01
    assert sum(size > TARGET * ROOM for size in sizes) < len(sizes) * 0.03


def without_code(text: str) -> str:
    return re.sub(
        r"`[^`\n]*`", "", re.sub(r"^[ >]*```.*?^[ >]*```", "", text, flags=re.MULTILINE | re.DOTALL)
    )
