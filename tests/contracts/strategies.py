"""Cards and forms made of what customers, attackers and accidents write."""

from typing import Any

from hypothesis import strategies as st

from csm.card import (
    Actions,
    Bullet,
    Bullets,
    Button,
    ButtonStyle,
    Card,
    Divider,
    Fact,
    Fields,
    Form,
    Heading,
    Input,
    Note,
    Option,
    Spark,
    Table,
    Text,
    Tone,
)

# Each would do something somewhere if it were taken for markup.
HOSTILE = (
    "<!channel> <!here> <!everyone> <!subteam^S012AB3CD>",
    "<@U012AB3CD> <#C012AB3CD|general>",
    "@here @channel @everyone",
    "<https://evil.example/?q=1|click me> https://evil.example evil.example",
    "[click](javascript:alert(1)) ![x](https://evil.example/p.png)",
    "*bold* _italic_ ~gone~ `code` ```block``` > quote",
    "# heading\n- item\n1. item\n\n---",
    ":smile: :wave::skin-tone-3: :no-such-emoji:",
    "<script>alert('x')</script> &lt;b&gt; &amp;amp; \"quoted\"",
    "[bold red]rich[/] [link=https://evil.example]x[/link] \\[escaped]",
    "\x1b[31mred\x1b[0m \x1b]8;;https://evil.example\x07link\x1b]8;;\x07 \x07\x00\x7f\x9b",
    "a\r\nb\rc\td\x0be\x0cf\u2028g\u2029h\x85i",
    "\u202egnp.exe\u202c \u2066x\u2069 \u200f\u200e\u061c",
    "שלום עולם 123 مرحبا بالعالم",
    "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 e\u0301 Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢",
    "株式会社アクメ Crème Brûlée Łódź",
    "{0} %s ${x} {{y}} <% z %>",
    "",
    "   ",
    "\u200b\ufeff\u2060",
    "x" * 10_000,
    "word " * 2_000,
    "😀" * 3_000,
    "שלום\n" * 1_000,
    "line\n" * 3_000,
)

_ODD = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)  # a card takes no surrogates
_SHORT = st.text(max_size=10)


@st.composite
def _texts(draw: st.DrawFn) -> str:
    way = draw(st.integers(0, 3))
    if way < 2:
        return HOSTILE[draw(st.integers(0, len(HOSTILE) - 1))]
    return draw(_ODD if way == 2 else _SHORT)


texts = _texts()
tones = st.sampled_from(Tone)
some_texts = st.tuples(texts, texts).map(" ".join)
button_ids = st.one_of(
    st.from_regex(r"[a-z]{1,8}\.[a-z]{1,8}:[0-9]{1,6}", fullmatch=True),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200),
)
labels = some_texts.map(lambda text: (text.strip() or "go")[:75])

buttons = st.builds(
    Button,
    id=button_ids,
    label=labels,
    style=st.sampled_from(ButtonStyle),
    describe=texts.map(lambda text: text[:75]),
)
facts = st.builds(Fact, label=texts, value=texts, tone=tones)
links = st.one_of(texts, st.just("https://help.example/a#b"))
bullets = st.builds(Bullet, lead=texts, text=texts, link=links, tone=tones)
values = st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True), st.floats(0, 100))


def _tuples(of: st.SearchStrategy[Any], most: int) -> st.SearchStrategy[tuple[Any, ...]]:
    """A few, or one again and again, so that long lists are cheap to make."""
    few = st.lists(of, max_size=4).map(tuple)
    many = st.tuples(of, st.integers(0, most)).map(lambda pair: (pair[0],) * pair[1])
    return st.one_of(few, many)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    width = draw(st.one_of(st.integers(1, 5), st.just(30)))
    cells = st.lists(texts, min_size=1, max_size=3)
    row = cells.map(lambda some: tuple(some[i % len(some)] for i in range(width)))
    return Table(
        columns=draw(row),
        rows=draw(_tuples(row, 150)),
        numeric=tuple(draw(st.sets(st.integers(0, width - 1), max_size=3))),
    )


blocks = st.one_of(
    st.builds(Heading, text=texts),
    st.builds(Text, text=some_texts, tone=tones),
    st.builds(Fields, items=_tuples(facts, 60)),
    st.builds(Bullets, items=_tuples(bullets, 200), first=st.integers(0, 100_000)),
    tables(),
    st.builds(Spark, label=texts, values=_tuples(values, 300), caption=texts),
    st.builds(Note, text=texts),
    st.just(Divider()),
    st.builds(Actions, buttons=_tuples(buttons, 40)),
)
cards = st.builds(Card, title=texts, summary=texts, blocks=_tuples(blocks, 70), tone=tones)

options = st.builds(
    Option,
    value=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60),
    label=texts,
)
inputs = st.builds(
    Input,
    id=st.uuids().map(str),
    label=texts,
    options=_tuples(options, 250),
    multiline=st.booleans(),
    required=st.booleans(),
    max_length=st.integers(1, 100_000),
    hint=texts,
)
forms = st.builds(
    Form,
    id=button_ids,
    title=labels.map(lambda text: text[:24]),
    submit=labels.map(lambda text: text[:24]),
    intro=texts,
    inputs=st.lists(inputs, min_size=1, max_size=4, unique_by=lambda field: field.id).map(tuple),
)
