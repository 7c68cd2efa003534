"""HTML: what a visitor would read, and nothing that is hidden from them."""

from collections.abc import Iterator
from datetime import date

import pytest

from knowledge.reading.apart import HTML, Apart
from knowledge.reading.page import Page, Unreadable

PAGE = """<!doctype html><html><head><meta charset="utf-8">
<title>Reset your password | Lanternboard Help</title>
<link rel="canonical" href="/help/reset">
<meta property="article:modified_time" content="2026-02-03T10:00:00Z">
</head><body><header>Lanternboard</header><nav><a href="/">Home</a></nav>
<main><header><h1>Reset your password<a class="headerlink" href="#x">¶</a></h1>By Kim</header>
<p>Press <b>Reset</b>, see <a href="../sso#okta" onclick="x()">SSO</a> or <a href="#top">top</a>,
<a href="javascript:alert(1)">click</a>, <img src="a.png" alt="a picture">.</p>
<table><tr><td>Plan</td><td>user_limit</td></tr><tr><td>Pro</td><td>5</td></tr></table>
<pre class="language-js"><code>let a_b = 1;\n  go();</code></pre>
<aside>Related</aside></main><footer>Imprint</footer></body></html>"""


@pytest.fixture(scope="module")
def apart() -> Iterator[Apart]:
    with Apart() as apart:
        yield apart


def read(apart: Apart, html: str | bytes, address: str = "", charset: str = "") -> Page:
    data = html.encode() if isinstance(html, str) else html
    return apart.read(HTML, data, "some-page", address, charset)


def test_a_page_is_its_main_part(apart: Apart) -> None:
    page = read(apart, PAGE, "https://help.example/help/account/reset")
    assert page == Page(
        title="Reset your password",
        text=(
            "# Reset your password\n\n"
            "Press **Reset**, see [SSO](https://help.example/help/sso#okta) or top,\n"
            "click, a picture.\n\n"
            "| Plan | user_limit |\n| --- | --- |\n| Pro | 5 |\n\n"
            "```js\nlet a_b = 1;\n  go();\n```"
        ),
        modified_on=date(2026, 2, 3),
        where="https://help.example/help/reset",
    )


def test_links_of_a_file_without_an_address_are_words(apart: Apart) -> None:
    text = read(apart, '<p><a href="b.html">b</a> <a href="https://x.example/">x</a></p>').text
    assert text == "b [x](https://x.example/)"


@pytest.mark.parametrize(
    "hidden",
    [
        '<p style="display:none">EVIL</p>',
        '<p style="color:red; DISPLAY : none !important">EVIL</p>',
        '<div style="visibility:hidden"><p>EVIL</p></div>',
        '<p hidden>EVIL</p>',
        '<p aria-hidden="true">EVIL</p>',
        '<span style="font-size:0">EVIL</span>',
        '<span style="font-size: 0.0px;">EVIL</span>',
        '<span style="opacity:0">EVIL</span>',
        '<div style="height:0;overflow:hidden">EVIL</div>',
        '<div style="position:absolute; left:-9999px">EVIL</div>',
        '<div style="text-indent:-1000em">EVIL</div>',
        '<span style="disp/**/lay:none">EVIL</span>',
        '<span style="color:transparent">EVIL</span>',
        '<span class="big sr-only">EVIL</span>',
        "<!-- EVIL -->",
        "<script>EVIL</script><style>EVIL</style><template>EVIL</template><noscript>EVIL</noscript>",
        "<nav>EVIL</nav><aside>EVIL</aside><form>EVIL</form>",
        '<div role="navigation">EVIL</div>',
        "<svg><text>EVIL</text></svg><iframe>EVIL</iframe>",
        '<details hidden><summary>EVIL</summary>EVIL</details>',
    ],
)  # fmt: skip
def test_what_is_hidden_is_dropped(apart: Apart, hidden: str) -> None:
    page = read(apart, f"<title>T</title><main><p>Seen.</p>{hidden}<p>Also.</p></main>")
    assert page.text == "Seen.\n\nAlso."


@pytest.mark.parametrize(
    "shown",
    [
        '<p style="font-size:0.8em;opacity:.5">WORDS</p>',
        '<p style="max-width:100px;margin-left:-1px">WORDS</p>',
        '<p aria-hidden="false" hidden="until-found">WORDS</p>',
        '<details><summary>WORDS</summary></details>',
    ],
)  # fmt: skip
def test_what_is_shown_stays(apart: Apart, shown: str) -> None:
    assert read(apart, f"<main>{shown}</main>").text == "WORDS"


@pytest.mark.parametrize(
    ("html", "title"),
    [
        ("<title>Help</title><h1>Reset</h1>", "Help"),
        ("<title>Reset – Help</title><h1>Reset</h1>", "Reset"),
        ("<h1>Only <i>this</i></h1>", "Only this"),
        ("<p>Nothing", "Some page"),
        ("<title>&lt;!channel&gt;\u202e x</title>", "<!channel> x"),
    ],
)
def test_titles(apart: Apart, html: str, title: str) -> None:
    assert read(apart, html).title == title


def test_a_canonical_link_elsewhere_is_not_believed(apart: Apart) -> None:
    html = '<link rel="canonical" href="https://evil.example/reset"><p>x</p>'
    assert read(apart, html, "https://help.example/reset").where == ""


@pytest.mark.parametrize(
    ("data", "charset"),
    [
        ('<meta charset="iso-8859-2"><p>Žižka</p>'.encode("iso-8859-2"), ""),
        ("<p>Žižka</p>".encode("iso-8859-2"), "iso-8859-2"),
        ("<p>Žižka</p>".encode("utf-16"), ""),
    ],
)
def test_encodings(apart: Apart, data: bytes, charset: str) -> None:
    assert read(apart, data, charset=charset).text == "Žižka"


def test_entities_hide_nothing(apart: Apart) -> None:
    assert read(apart, "<p>a&#x202e;b&#8203;c &amp;lt;d</p>").text == "abc &lt;d"


def test_deep_nesting_is_refused_and_the_next_page_read(apart: Apart) -> None:
    with pytest.raises(Unreadable, match="nested more than 400 deep"):
        read(apart, "<div>" * 20_000 + "x")
    assert read(apart, "<div>" * 300 + "x").text == "x"


def test_a_page_that_takes_too_long_is_given_up_and_the_next_one_read() -> None:
    with Apart(seconds=20) as apart:
        apart.read(HTML, b"<p>warm", "x")
        impatient = Apart(seconds=0.05)
        with impatient, pytest.raises(Unreadable, match="took more than"):
            impatient.read(HTML, b"<p>x" * 100_000, "x")
        assert apart.read(HTML, b"<p>x", "x").text == "x"


def test_a_reader_that_dies_is_a_failure_of_its_file() -> None:
    with Apart() as apart:
        with pytest.raises(Unreadable, match="more memory"):
            apart.read(("os", "_exit"), 1)
        assert apart.read(HTML, b"<p>x", "x").text == "x"


def test_whatever_a_reader_trips_over_is_a_failure_of_its_file(apart: Apart) -> None:
    with pytest.raises(Unreadable, match=r"it is damaged \(TypeError\)"):
        apart.read(HTML, 5, "x")
