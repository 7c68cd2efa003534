"""Markdown as plain text, block by block."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm.sentences import Block, BlockKind, blocks, plain, sentences, unmarked

PAGES = Path(__file__).parents[3] / "shared" / "data" / "plausible-docs" / "docs"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two! Three? Four… five.", ["One.", "Two!", "Three?", "Four… five."]),
        ("Use e.g. Firefox. Or i.e. Chrome.", ["Use e.g. Firefox.", "Or i.e. Chrome."]),
        ("It is v1.2 now. Open report.csv today.", ["It is v1.2 now.", "Open report.csv today."]),
        ("See https://x.example/a.b. Then go.", ["See https://x.example/a.b.", "Then go."]),
        ("He said “Stop.” Then left.", ["He said “Stop.”", "Then left."]),
        ("It costs 3.50 a day. 4 days are 14.", ["It costs 3.50 a day.", "4 days are 14."]),
        ("Options: tables, etc. Then more.", ["Options: tables, etc. Then more."]),
        ("設定を開く。次へ。", ["設定を開く。", "次へ。"]),
        ("no end", ["no end"]),
        ("  ", []),
    ],
)
def test_a_paragraph_is_cut_into_sentences(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts


@given(st.text())
def test_cutting_loses_nothing(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("Open **Settings > Users** and *wait*.", "Open Settings > Users and wait."),
        (
            "See [the guide](https://x.example/a_(b)) and <https://y.example>.",
            "See the guide and https://y.example.",
        ),
        ("Use `**kwargs` or ``a`b``.", "Use **kwargs or a`b."),
        ("A **bold `code` word** here", "A bold code word here"),
        ("snake_case_name and _emphasis_", "snake_case_name and emphasis"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        (r"A \*literal\* star", "A *literal* star"),
        ("![a picture](x.png) text", "text"),
        ("Line<br/>break &amp; more", "Line break & more"),
        ("Write `<script>` there", "Write <script> there"),
        ("~~old~~ new", "old new"),
        ("[one][two]", "one"),
    ],
)
def test_inline_markup_goes_and_code_stays(line: str, text: str) -> None:
    assert unmarked(line) == text


PAGE = """\
# Reset *a* password

Only **admins** can do it.
It takes a minute. See below:

1. Open the page.
   Wait for it.

   ![shot](a.png)
1. Press `Reset`:
   - once for a member
   - twice for all
2. Done.

- loose

- list

| Role | May |
|------|-----|
| **Admin** | all |
| Viewer | look |

```sh
curl "https://x.example" \\
  -H 'a: b'
```

:::tip
> Quoted words.
:::
import Box from './box';
---
"""


def test_a_page_is_read_block_by_block() -> None:
    assert blocks(PAGE) == [
        Block(BlockKind.HEADING, ("Reset a password",)),
        Block(BlockKind.PARAGRAPH, ("Only admins can do it.", "It takes a minute.", "See below:")),
        Block(
            BlockKind.LIST,
            (
                "1. Open the page. Wait for it.",
                "2. Press Reset:\n  - once for a member\n  - twice for all",
                "3. Done.",
            ),
        ),
        Block(BlockKind.LIST, ("- loose", "- list")),
        Block(BlockKind.TABLE, ("| Role | May |", "| Admin | all |", "| Viewer | look |")),
        Block(BlockKind.CODE, ('curl "https://x.example" \\', "  -H 'a: b'")),
        Block(BlockKind.PARAGRAPH, ("Quoted words.",)),
    ]


def test_a_list_goes_on_with_the_numbers_it_began_with() -> None:
    assert blocks("3. three\n3. four")[0].parts == ("3. three", "4. four")
    assert blocks("3) three")[0].is_numbered
    assert not blocks("- three")[0].is_numbered


def test_code_in_a_step_belongs_to_the_step() -> None:
    [block] = blocks("1. Run\n\n   ```\n   a\n     b\n   ```\n2. Done")
    assert block.parts == ("1. Run\n```\na\n  b\n```", "2. Done")


def test_an_open_fence_ends_with_the_page() -> None:
    assert blocks("```\na\nb") == [Block(BlockKind.CODE, ("a", "b"))]


def test_a_list_ends_where_text_begins_again() -> None:
    kinds = [block.kind for block in blocks("- a\n- b\n\nText.\n\n1. c")]
    assert kinds == [BlockKind.LIST, BlockKind.PARAGRAPH, BlockKind.LIST]


def test_plain_text_has_an_empty_line_between_blocks() -> None:
    assert plain("# A\n\nb c.\n\n- d") == "A\n\nb c.\n\n- d"


@given(st.text(alphabet="ab#-*_`|<>[]() .1\n\\~!:{}", max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    for block in blocks(text):
        assert block.parts
        assert block.text.strip()


@pytest.mark.skipif(not PAGES.exists(), reason="NO REAL PAGES READ: ../shared/data is absent")
def test_no_word_of_a_real_page_is_lost() -> None:
    page = (PAGES / "users-roles.md").read_text(encoding="utf-8")
    text = plain(page)
    assert "All invitations expire after 48 hours" in text
    assert "1. Owner gets access to everything" in text
    assert "**" not in text
    assert "](" not in text
