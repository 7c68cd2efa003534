"""Cards and forms in a terminal: complete, inside the width, and deaf to what their text wants."""

import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console, RenderableType

from bot.render.terminal import MAX_ROWS, render_card, render_form
from csm.card import (
    Actions,
    Block,
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
    buttons_of,
)

# What rich itself may write to colour a line; anything else that begins with ESC came from data.
STYLE_CODE = re.compile(r"\x1b\[[0-9;]*m")
HOSTILE = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=80),
    st.sampled_from(
        [
            "[bold red]x[/bold red] [link=http://evil.example]y[/link] [/] :smile:",
            "\x1b[2J\x1b]8;;http://evil.example\x07click\x1b]8;;\x07",
            "\x9b31mred \x07bell \x08back \r over",
            "exe.\u202egpj\u202c \u2066x\u2069",
            "long " * 2000,
            "x" * 10_000,
            "a\n" * 5000,
            "株式会社" * 40,
            "👩‍👩‍👧" * 60,
            "مرحبا بالعالم",
            "z\u0301\u0302\u0303" * 50,
        ]
    ),
)
TONES = st.sampled_from(list(Tone))
FACTS = st.builds(Fact, label=HOSTILE, value=HOSTILE, tone=TONES)
BULLETS = st.builds(Bullet, lead=HOSTILE, text=HOSTILE, tone=TONES)
BUTTONS = st.builds(
    Button,
    id=st.from_regex(r"[a-z]{1,8}(\.[a-z]{1,8})?:[A-Za-z0-9_-]{1,150}", fullmatch=True),
    label=st.text(min_size=1, max_size=75),
    style=st.sampled_from(list(ButtonStyle)),
    opens_form=st.booleans(),
)
TABLES = st.integers(1, 4).flatmap(
    lambda width: st.builds(
        Table,
        columns=st.tuples(*[HOSTILE] * width),
        rows=st.lists(st.tuples(*[HOSTILE] * width), max_size=4).map(tuple),
        numeric=st.just((0,)),
    )
)
VALUES = st.lists(st.one_of(st.none(), st.floats(allow_nan=False)), max_size=200).map(tuple)
BLOCKS: st.SearchStrategy[Block] = st.one_of(
    st.builds(Heading, text=HOSTILE),
    st.builds(Text, text=HOSTILE, tone=TONES),
    st.builds(Fields, items=st.lists(FACTS, max_size=5).map(tuple)),
    st.builds(Bullets, items=st.lists(BULLETS, max_size=4).map(tuple)),
    TABLES,
    st.builds(Spark, label=HOSTILE, values=VALUES, caption=HOSTILE),
    st.builds(Note, text=HOSTILE),
    st.builds(Divider),
    st.builds(Actions, buttons=st.lists(BUTTONS, max_size=4).map(tuple)),
)
CARDS = st.builds(
    Card,
    title=HOSTILE,
    summary=HOSTILE,
    blocks=st.lists(BLOCKS, max_size=4).map(tuple),
    tone=TONES,
)
FORMS = st.builds(
    Form,
    id=st.just("cta.close:7"),
    title=st.text(max_size=24),
    intro=HOSTILE,
    inputs=st.lists(
        st.builds(
            Input,
            id=st.just("note"),
            label=HOSTILE,
            hint=HOSTILE,
            options=st.lists(st.builds(Option, value=HOSTILE, label=HOSTILE), max_size=3).map(
                tuple
            ),
        ),
        max_size=3,
    ).map(tuple),
)


def shown(what: RenderableType, width: int = 80, colour: bool = False) -> str:
    out = io.StringIO()
    console = Console(
        file=out,
        width=width,
        force_terminal=colour,
        color_system="truecolor" if colour else None,
        legacy_windows=False,
        _environ={},
    )
    console.print(what)
    return out.getvalue()


@settings(max_examples=150, deadline=None)
@given(CARDS, st.integers(40, 160))
def test_nothing_in_a_card_reaches_the_screen_as_a_command(card: Card, width: int) -> None:
    text = STYLE_CODE.sub("", shown(render_card(card), width, colour=True))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    assert all(cell_len(line) <= width for line in text.split("\n"))


@settings(max_examples=60, deadline=None)
@given(FORMS, st.integers(40, 160))
def test_nothing_in_a_form_does_either(form: Form, width: int) -> None:
    text = STYLE_CODE.sub("", shown(render_form(form), width, colour=True))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    assert all(cell_len(line) <= width for line in text.split("\n"))
    assert form.id in text


@settings(max_examples=100, deadline=None)
@given(st.lists(BUTTONS, min_size=1, max_size=8), st.integers(60, 140))
def test_every_button_can_be_pressed_by_what_is_shown(buttons: list[Button], width: int) -> None:
    card = Card(title="t", summary="s", blocks=(Actions(buttons=tuple(buttons)),))
    lines = shown(render_card(card), width).split("\n")
    for number, button in enumerate(buttons_of(card), 1):
        start = next(i for i, line in enumerate(lines) if line.split()[:1] == [str(number)])
        column = lines[start].rindex(button.id[:10])
        written = "".join(line[column:].rstrip() for line in lines[start:])
        assert written.startswith(button.id)


def test_markup_in_the_data_is_shown_as_it_was_typed() -> None:
    card = Card(
        title="[red]Acme[/red]", summary="", blocks=(Text(text="[link=x]a[/link] :smile:"),)
    )
    text = shown(render_card(card))
    assert "[red]Acme[/red]" in text
    assert "[link=x]a[/link] :smile:" in text


@pytest.mark.parametrize(
    ("tone", "badge"),
    [
        (Tone.GOOD, "● good"),
        (Tone.FAIR, "◆ fair"),
        (Tone.WARN, "▲ warning"),
        (Tone.BAD, "■ alert"),
    ],
)
def test_a_tone_is_told_without_colour_wherever_it_stands(tone: Tone, badge: str) -> None:
    card = Card(
        title="Acme",
        summary="",
        tone=tone,
        blocks=(
            Text(text="text", tone=tone),
            Fields(items=(Fact(label="label", value="value", tone=tone),)),
            Bullets(items=(Bullet(lead="lead", text="text", tone=tone),)),
        ),
    )
    text = shown(render_card(card))
    assert text.count(badge) == 4
    assert "\x1b" not in text


def test_fields_stand_side_by_side_only_where_there_is_room() -> None:
    facts = tuple(Fact(label=f"Label {n}", value=f"value {n}") for n in range(4))
    card = render_card(Card(title="t", summary="", blocks=(Fields(items=facts),)))
    assert any("value 0" in line and "value 1" in line for line in shown(card, 80).split("\n"))
    assert not any("value 0" in line and "value 1" in line for line in shown(card, 50).split("\n"))


def test_numbers_stand_on_the_right_of_their_column() -> None:
    table = Table(
        columns=("Account", "ARR"), rows=(("Acme", "$5"), ("Globex", "$900")), numeric=(1,)
    )
    text = shown(render_card(Card(title="t", summary="", blocks=(table,))))
    ends = {len(line) for line in text.split("\n") if line.endswith(("ARR", "$5", "$900"))}
    assert len(ends) == 1


def test_a_long_table_says_how_many_rows_it_left_out() -> None:
    rows = tuple((f"row {n}",) for n in range(MAX_ROWS + 1))
    card = Card(title="t", summary="", blocks=(Table(columns=("Name",), rows=rows),))
    text = shown(render_card(card))
    assert f"row {MAX_ROWS - 1}" in text
    assert f"row {MAX_ROWS}\n" not in text
    assert "… and 1 more row\n" in text


def test_a_sparkline_that_does_not_fit_keeps_its_newest_values() -> None:
    spark = Spark(label="Health", values=(*[0.0] * 200, None, 100.0), caption="rising")
    text = shown(render_card(Card(title="t", summary="", blocks=(spark,))), 60)
    line = next(line for line in text.split("\n") if "Health" in line)
    assert line.endswith("▁·█")
    assert "rising" in text


def test_the_summary_stands_in_for_a_card_that_says_nothing_else() -> None:
    buttons = Actions(buttons=(Button(id="help:", label="Help"),))
    assert "All is well." in shown(render_card(Card(title="t", summary="All is well.")))
    bare = Card(title="t", summary="All is well.", blocks=(buttons,))
    assert "All is well." in shown(render_card(bare))
    told = Card(title="t", summary="All is well.", blocks=(Text(text="Said in full."),))
    assert "All is well." not in shown(render_card(told))


def test_absurdly_long_text_is_cut_and_says_so() -> None:
    card = Card(
        title="t", summary="", blocks=(Text(text="word " * 20_000), Text(text="a\n" * 9999))
    )
    text = shown(render_card(card))
    assert text.count("…") == 2
    assert len(text.split("\n")) < 130


def test_no_line_ends_in_blanks_that_a_clipboard_would_carry() -> None:
    card = Card(
        title="t",
        summary="",
        blocks=(
            Fields(items=(Fact(label="a", value="b"), Fact(label="c", value="d"))),
            Table(columns=("x", "y"), rows=(("1", "2"),)),
            Actions(buttons=(Button(id="a:b", label="c"),)),
        ),
    )
    assert all(line == line.rstrip() for line in shown(render_card(card)).split("\n"))


def test_a_form_shows_its_questions_their_choices_and_whether_they_must_be_answered() -> None:
    form = Form(
        id="cta.close:7",
        title="Close the CTA",
        submit="Close it",
        intro="How did it end?",
        inputs=(
            Input(
                id="outcome",
                label="Outcome",
                options=(Option(value="done", label="Done"), Option(value="lost", label="Lost")),
            ),
            Input(id="note", label="Note", required=False, hint="For the next person"),
        ),
    )
    text = shown(render_form(form))
    for part in (
        "Close the CTA",
        "How did it end?",
        "1. Outcome  (required)",
        "1  Done",
        "2  Lost",
        "2. Note  (optional)",
        "For the next person",
        "[Close it]  cta.close:7",
    ):
        assert part in text
