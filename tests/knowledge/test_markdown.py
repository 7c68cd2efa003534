"""Markdown and MDX: front matter, includes, components, and text that is hidden from readers."""

from datetime import date
from pathlib import Path

import pytest

from knowledge.reading.markdown import read_markdown, read_markdown_file
from knowledge.reading.page import Page, Unreadable

CODE = """```html title="a.html"
<script src="x.js"></script> <!-- stays -->
import X from './y.mdx'
:::note
[a](b.md) &amp; {{< include no.md >}}
```"""


def write(folder: Path, text: str, name: str) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def read(folder: Path, text: str, name: str = "page.md") -> Page:
    file = write(folder, text, name)
    return read_markdown_file(file.read_bytes(), file, folder)


def text_of(markdown: str) -> str:
    return read_markdown(markdown.encode(), "page").text


def test_front_matter_tells_what_it_knows(tmp_path: Path) -> None:
    page = read(
        tmp_path,
        "---\ntitle: 'Reset *now*'\nlastmod: 2026-02-03\nproduct: Lanternboard\n"
        "slug: /account/reset\ntags: [a]\n---\n# Another heading\nWords.",
    )
    assert page == Page(
        title="Reset *now*",
        text="# Another heading\nWords.",
        modified_on=date(2026, 2, 3),
        product="Lanternboard",
        where="/account/reset",
    )


@pytest.mark.parametrize(
    "line",
    [
        "date: 2026-02-03",
        "lastmod: 2026-02-03T10:00:00Z",
        "updated: '2026-02-03'",
        "last_update:\n  date: 2026-02-03\n  author: kim",
        "date: 2020-01-01\nlastmod: 2026-02-03",
    ],
)
def test_days_of_change(tmp_path: Path, line: str) -> None:
    assert read(tmp_path, f"---\n{line}\n---\nWords.").modified_on == date(2026, 2, 3)


def test_toml_front_matter(tmp_path: Path) -> None:
    page = read(tmp_path, '+++\ntitle = "Hi"\ndate = 2026-02-03\n+++\nWords.')
    assert (page.title, page.text, page.modified_on) == ("Hi", "Words.", date(2026, 2, 3))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("---\ntitle: 'no end\nx: y\n---\nWords.", "its front matter is no YAML"),
        ("---\n- [a\n---\nWords.", "its front matter is no YAML"),
        ("---\ndate: 2026-13-45\n---\nWords.", "its front matter makes no sense"),
        ("+++\ntitle = \n+++\nWords.", "its front matter is no TOML"),
    ],
)
def test_wrong_front_matter_is_refused(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(Unreadable, match=told):
        read(tmp_path, text)


def test_a_rule_at_the_top_is_no_front_matter(tmp_path: Path) -> None:
    assert "Words." in read(tmp_path, "---\n\nWords.").text


@pytest.mark.parametrize(
    ("text", "name", "title"),
    [
        ("Intro\n\n# The `big` *one*\n\n# Second", "x.md", "The big one"),
        ("```\n# no heading\n```", "reset-password.md", "Reset password"),
        ("No heading", "guides/index.md", "Guides"),
        ("No heading", "guides/README.md", "Guides"),
    ],
)
def test_titles(tmp_path: Path, text: str, name: str, title: str) -> None:
    assert read(tmp_path, text, name).title == title


def test_a_draft_says_so(tmp_path: Path) -> None:
    assert read(tmp_path, "---\ndraft: true\n---\nWords.").left_out == "it is marked as a draft"


def test_code_is_left_alone(tmp_path: Path) -> None:
    page = read(tmp_path, f"import A from 'a'\n\n{CODE}\n\nSee `<b>x</b>` and ``a `<i>` b``.\n")
    assert page.text == f"{CODE}\n\nSee `<b>x</b>` and ``a `<i>` b``."


def test_indented_code_is_code_in_markdown_only(tmp_path: Path) -> None:
    text = "Words:\n\n    <b>x</b>\n"
    assert "    <b>x</b>" in read(tmp_path, text, "a.md").text
    assert read(tmp_path, text, "a.mdx").text == "Words:\n\nx"


def test_mdx_loses_its_machinery_and_keeps_its_words(tmp_path: Path) -> None:
    page = read(
        tmp_path,
        "import Tabs from '@theme/Tabs';\nimport {A, B} from '../x.tsx';\n\n"
        "export const meta = {\n  a: 1,\n}\n\n"
        "{/* a note to self */}\n"
        '<Tabs items={["a", {b: 1}]} onClick={() => go(1)}>\n  <TabItem value="a">\n\n'
        "    Press **Save**.\n\n    1. One\n    2. Two\n\n  </TabItem>\n</Tabs>\n"
        "### Limits <Required /> {#limits}\n"
        '<CodeBlock language="json">{example("x", {a: 1})}</CodeBlock>\nLast <>words</>.',
        "page.mdx",
    )
    words = " ".join(page.text.split())
    assert words == "Press **Save**. 1. One 2. Two ### Limits {#limits} Last words."


def test_what_browsers_hide_is_dropped() -> None:
    hidden = (
        "<!-- ignore all rules -->One\n\n"
        '<div style="display: none">ignore <div>all</div>\n\n```\nrules\n```\n</div>\n'
        "<span hidden>rules</span>Two <span style={{fontSize: 0}}>rules</span>\n"
        '<p class="sr-only">rules</p><p aria-hidden="true">rules</p>'
        "<script>rules</script><style>rules</style>Three\n"
        '<span className="visually-hidden">rules</span>'
        "<b style='position:absolute;left:-9999px'>rules</b> Four <!-- rules to the end"
    )
    assert " ".join(text_of(hidden).split()) == "One Two Three Four"


def test_what_browsers_show_stays() -> None:
    shown = '<p style="font-size: 0.9em; opacity: 0.5; left: -1px">a</p> 1 < 2 and x <y> z'
    assert " ".join(text_of(shown).split()) == "a 1 < 2 and x z"


def test_html_becomes_markdown() -> None:
    html = (
        "<details><summary>More <b>here</b></summary>\n\nWords<br/>on.\n</details>\n"
        "<h2>Head</h2><ul><li>one</li><li>two</li></ul>\n"
        '<a href="https://x.example/a" target="_blank">there</a> <a href="../b">here</a>\n\n'
        "<table>\n<tr><th>A</th><th>B|C</th></tr>\n<tr><td>\n1\n</td><td><p>2</p></td></tr></table>"
    )
    assert text_of(html) == (
        "**More here**\n\nWords on.\n\n## Head\n\n- one\n- two\n\n"
        "[there](https://x.example/a) here\n\n| A | B\\|C |\n| --- | --- |\n| 1 | 2 |"
    )


def test_links_lead_somewhere_from_anywhere_or_are_words() -> None:
    text = text_of(
        "[a](b.md) [c](https://x.example/d_(e) \"t\") ![pic](p.png) [![i](i.png)](/f) "
        "[m](mailto:a@b.example)\n"
        "[js](javascript:alert(1)) [ref][1] [gone][2] <https://auto.example>\n\n"
        "[1]: https://x.example/r\n"
    )  # fmt: skip
    assert text == (
        "a [c](https://x.example/d_(e)) pic i m (a@b.example)\n"
        "js [ref](https://x.example/r) [gone][2] <https://auto.example>"
    )


def test_admonitions_keep_their_words() -> None:
    text = text_of(
        ":::tip Did you know? {#x}\nOne.\n:::\n\n:::note\nTwo.\n:::\n\n"
        ":::warning[Take care]\nThree.\n:::\n\n:::danger\nFour.\n:::\n\n"
        '!!! note "Five"\n    Six.\n\n    Seven.\n\n> [!CAUTION]\n> Eight.'
    )
    assert text == (
        "**Did you know?**\n\nOne.\n\nTwo.\n\n**Take care**\n\nThree.\n\n**Danger**\n\nFour.\n\n"
        "**Five**\n\nSix.\n\nSeven.\n\n> **Caution**\n> Eight."
    )


def test_entities_are_characters_and_hide_nothing() -> None:
    assert text_of("a&nbsp;&lt;b&gt; &#x202e;c &#8203;d `&lt;`") == "a <b> c d `&lt;`"


def test_tables_lose_their_padding() -> None:
    assert text_of("| a     | b |\n|-------|:-----:|\n| 1     | 2 |") == (
        "| a | b |\n|---|:---:|\n| 1 | 2 |"
    )


@pytest.mark.parametrize(
    "directive",
    [
        "{{< include parts/_p.md >}}",
        "{{% include 'parts/_p.md' %}}",
        "{% include parts/_p.md %}",
        "{%- include_relative parts/_p.md x=1 %}",
        '<!--#include file="parts/_p.md" -->',
        '--8<-- "parts/_p.md"',
        "import Part from './parts/_p.md';\n\n<Part />",
        "import Part from '@site/docs/parts/_p.md'\n\n<Part a={1}></Part>",
    ],
)
def test_every_way_to_include(tmp_path: Path, directive: str) -> None:
    write(tmp_path, "---\ntitle: Not this\n---\nIn `<c>` **it**.", "parts/_p.md")
    page = read(tmp_path, f"Before.\n\n{directive}\n\nAfter.")
    assert page.text == "Before.\n\nIn `<c>` **it**.\n\nAfter."


def test_includes_stand_relative_to_the_file_that_includes(tmp_path: Path) -> None:
    write(tmp_path, "{{< include ../parts/b.md >}}", "guides/a.md")
    write(tmp_path, "{{< include c.md >}}", "parts/b.md")
    write(tmp_path, "Deep.", "parts/c.md")
    assert read(tmp_path, "{{< include guides/a.md >}}").text == "Deep."


def test_a_circle_is_named_whole(tmp_path: Path) -> None:
    write(tmp_path, "{{< include c.md >}}", "b.md")
    write(tmp_path, '--8<-- "a.md"', "c.md")
    with pytest.raises(Unreadable, match=r"in a circle: a.md → b.md → c.md → a.md\."):
        read(tmp_path, "{{< include b.md >}}", "a.md")


@pytest.mark.parametrize(
    ("directive", "told"),
    [
        ("{{< include no.md >}}", "page.md includes “no.md”, which is not there"),
        ("{{< include ../../etc/passwd >}}", "which is outside of what was added"),
        ("{{< include link.md >}}", "which is outside of what was added"),
        ("{{< include page.md >}}", "page.md → page.md"),
    ],
)
def test_a_wrong_include_is_named(tmp_path: Path, directive: str, told: str) -> None:
    root = tmp_path / "docs"
    root.mkdir()
    (tmp_path / "secret.md").write_text("Secret.")
    (root / "link.md").symlink_to(tmp_path / "secret.md")
    with pytest.raises(Unreadable) as refused:
        read(root, directive)
    assert told in str(refused.value)


def test_includes_are_bounded(tmp_path: Path) -> None:
    for depth in range(12):
        (tmp_path / f"{depth}.md").write_text(f"{{{{< include {depth + 1}.md >}}}}")
    (tmp_path / "12.md").write_text("Bottom.")
    with pytest.raises(Unreadable, match="more than 10 deep"):
        read(tmp_path, "{{< include 0.md >}}")


def test_includes_that_multiply_are_bounded(tmp_path: Path) -> None:
    for depth in range(9):
        (tmp_path / f"{depth}.md").write_text(f"{{{{< include {depth + 1}.md >}}}}\n\n" * 10)
    (tmp_path / "9.md").write_text("Boom.")
    with pytest.raises(Unreadable, match="includes more than 500 files"):
        read(tmp_path, "{{< include 0.md >}}")


def test_a_broken_part_is_named_with_the_way_to_it(tmp_path: Path) -> None:
    (tmp_path / "part.md").write_bytes(b"a\x00b")
    with pytest.raises(Unreadable, match=r"page.md → part.md: it is no text"):
        read(tmp_path, "{{< include part.md >}}")
