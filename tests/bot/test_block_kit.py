"""How cards look in Slack: the particulars that the contract with every renderer leaves open."""

import json
from typing import Any

import pytest

from bot.render.block_kit import home_view, message, modal_view, plain_message
from bot.render.plain import plain_text
from bot.render.slack_text import cut, inert, is_quiet, isolated, line, prose, slack_units
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

ACME = Card(
    title="Acme",
    summary="Acme is doing well.",
    tone=Tone.GOOD,
    blocks=(
        Fields(
            items=(
                Fact(label="ARR", value="$120,000"),
                Fact(label="Site", value="acme.example"),
                Fact(label="Health", value="82 of 100", tone=Tone.FAIR),
            )
        ),
        Spark(label="Health", values=(0, 50, None, 100), caption="up 12 in four weeks"),
        Divider(),
        Heading(text="Risks"),
        Bullets(items=(Bullet(lead="Habits decline", text="Usage fell.", tone=Tone.BAD),)),
        Table(columns=("Name", "ARR"), rows=(("Acme", "$120"), ("", "$5")), numeric=(1,)),
        Note(text="Data of 2 March"),
        Actions(
            buttons=(
                Button(id="a:1", label="Open", style=ButtonStyle.PRIMARY, describe="Open Acme"),
                Button(id="a:1", label="Again"),
            )
        ),
    ),
)


def blocks_of(*parts: Any, **card: Any) -> list[dict[str, Any]]:
    return message(Card(title="T", summary="", blocks=parts, **card)).blocks


def test_a_card_as_a_message() -> None:
    said = message(ACME)
    assert said.text == "Acme is doing well."
    kinds = [block["type"] for block in said.blocks]
    assert kinds == [
        "header", "rich_text", "section", "rich_text", "divider", "rich_text", "rich_text",
        "table", "context", "actions",
    ]  # fmt: skip
    assert said.blocks[0]["text"]["text"] == "🟢 Acme (good)"
    fields = said.blocks[2]["fields"]
    assert fields[0] == {"type": "mrkdwn", "text": "*ARR*\n$120,000", "verbatim": True}
    assert fields[1] == {"type": "plain_text", "text": "Site\nacme.example", "emoji": False}
    assert fields[2]["text"] == "*Health*\n🟩 82 of 100 (fair)"
    spark = said.blocks[3]["elements"][0]["elements"]
    assert [part["text"].strip() for part in spark] == ["Health", "▁▅·█", "up 12 in four weeks"]
    table = said.blocks[7]
    assert table["rows"][2][0] == {"type": "raw_text", "text": "–"}
    assert [column["align"] for column in table["column_settings"]] == ["left", "right"]
    first, second = said.blocks[9]["elements"]
    assert (first["action_id"], first["value"], first["style"]) == ("a:1", "a:1", "primary")
    assert first["accessibility_label"] == "Open Acme"
    assert (second["action_id"], second["value"]) == ("a:1#2", "a:1")


def test_tones_differ_in_shape_and_are_named_once() -> None:
    tones = (Tone.GOOD, Tone.FAIR, Tone.WARN, Tone.BAD)
    bullets = Bullets(items=tuple(Bullet(lead="x", tone=tone) for tone in tones))
    (_, listed) = blocks_of(bullets)
    texts = [item["elements"][0]["text"] for item in listed["elements"][0]["elements"]]
    assert texts == ["🟢 x (good)", "🟩 x (fair)", "⚠️ x (warning)", "🛑 x (alert)"]
    (_, said) = blocks_of(Text(text="All good here", tone=Tone.GOOD))
    assert said["elements"][0]["elements"][0]["text"] == "🟢 All good here"


def test_lists_are_cut_and_say_by_how_much() -> None:
    (_, listed) = blocks_of(Bullets(items=(Bullet(text="x"),) * 30))
    assert listed["elements"][1]["elements"][0]["text"] == "… and 5 more"
    (_, table, more) = blocks_of(Table(columns=("a",), rows=(("x",),) * 200))
    assert len(table["rows"]) == 41
    assert more["elements"][0]["text"] == "… and 160 more"
    (*_, more) = blocks_of(Fields(items=(Fact(label="a", value="b"),) * 25))
    assert more["elements"][0]["text"] == "… and 5 more"


def test_a_second_table_and_those_at_home_are_text() -> None:
    table = Table(
        columns=("Name", "ARR"), rows=(("Acme", "$120"), ("Globex GmbH", "$5")), numeric=(1,)
    )
    kinds = [block["type"] for block in blocks_of(table, table)]
    assert kinds == ["header", "table", "rich_text"]
    (_, at_home) = home_view(Card(title="T", summary="", blocks=(table,)))["blocks"]
    text = at_home["elements"][0]["elements"][0]["text"]
    assert text == "Name          ARR\nAcme         $120\nGlobex GmbH    $5"


def test_jagged_rows_are_made_even() -> None:
    (_, table) = blocks_of(Table(columns=("a", "b"), rows=(("1",), ("1", "2", "3"))))
    assert [len(row) for row in table["rows"]] == [2, 2, 2]


def test_the_summary_is_not_said_twice() -> None:
    card = Card(title="T", summary="Same.", blocks=(Text(text="Same."),))
    assert len(message(card).blocks) == 2


def test_a_summary_with_which_the_blocks_begin_is_for_notifications_only() -> None:
    table = Table(columns=("What", "Kept"), rows=(("Trash", "30 days"), ("Log", "365 days")))
    steps = Bullets(items=(Bullet(text="Open it."), Bullet(text="Select Save.")), first=1)
    for parts, summary in [
        ((Text(text="Open Sharing. Then select the link."), table), "Open Sharing. Then sel…"),
        ((Text(text="Do this:"), steps, table), "Do this: Open it. Select Sa…"),
        ((table,), "Trash: 30 days. Log: 3…"),
        ((Text(text="Late!", tone=Tone.WARN), Text(text="Same.")), "Same."),
    ]:
        said = message(Card(title="Answer", summary=summary, blocks=parts))
        assert len(said.blocks) == 1 + len(parts)
        assert said.text == summary
        in_words = plain_text(Card(title="Answer", summary=summary, blocks=parts))
        assert in_words.count(summary.removesuffix("…")) <= 1


def test_of_a_summary_that_introduces_the_blocks_only_the_beginning_is_shown() -> None:
    card = Card(
        title="Draft for Acme",
        summary="Jo Park (Acme) asks: how do I share a v…",
        blocks=(Text(text="“how do I share a view?”"),),
    )
    (_, first, second) = message(card).blocks
    assert said_in([first, second]) == "Jo Park (Acme) asks: “how do I share a view?”"


def test_a_summary_that_says_something_else_stays() -> None:
    for summary in ("Acme is well.", "…", "Open it and more"):
        card = Card(title="T", summary=summary, blocks=(Text(text="Open it."),))
        assert said_in(message(card).blocks[1:2]) == summary


LONG = " ".join(f"word{n}" for n in range(600)) + "\n" + "\n".join(f"line {n}" for n in range(90))


def said_in(blocks: list[dict[str, Any]]) -> str:
    texts = [block["elements"][0]["elements"][0]["text"] for block in blocks]
    return " ".join(texts).replace("\n", " ")


def test_a_long_text_takes_several_blocks_and_loses_nothing() -> None:
    card = Card(title="T", summary="Short.", blocks=(Text(text=LONG),))
    (_, _, *blocks) = message(card).blocks
    assert len(blocks) > 1
    assert said_in(blocks) == LONG.replace("\n", " ")
    (_, *alone) = message(Card(title="T", summary=LONG, blocks=(Text(text=LONG),))).blocks
    assert said_in(alone) == LONG.replace("\n", " ")


def test_a_text_that_no_message_takes_says_that_it_ends() -> None:
    (_, *blocks) = blocks_of(Text(text=LONG * 3))
    assert said_in(blocks).endswith("…")


def test_only_an_address_of_the_web_becomes_a_link() -> None:
    address = "https://help.lanternboard.example/share-a-view?x=1#who"
    good = Bullet(lead="Share <!here>", text="page", link=address)
    (_, listed) = blocks_of(Bullets(items=(good,)))
    link, text = listed["elements"][0]["elements"][0]["elements"]
    assert (link["type"], link["url"], link["text"]) == ("link", address, "Share <!here>")
    assert text["text"] == "  page"
    for bad in ("javascript:alert(1)", "https://x y", "https://x|y", "https://", "", "ftp://x"):
        (_, listed) = blocks_of(Bullets(items=(good.model_copy(update={"link": bad}),)))
        kinds = [part["type"] for part in listed["elements"][0]["elements"][0]["elements"]]
        assert kinds == ["text", "text"]


def test_a_field_begins_with_what_is_there_to_be_changed() -> None:
    form = Form(
        id="f",
        title="Edit",
        inputs=(
            Input(id="text", label="Text", value="As it is.", max_length=5),
            Input(id="more", label="More"),
        ),
    )
    first, second = (block["element"] for block in modal_view(form)["blocks"])
    assert first["initial_value"] == "As i…"
    assert "initial_value" not in second


def test_many_buttons_are_packed_and_none_of_fifty_is_lost() -> None:
    one = tuple(Actions(buttons=(Button(id=f"b:{n}", label="x"),)) for n in range(60))
    blocks = blocks_of(*one)
    ids = [e["value"] for b in blocks if b["type"] == "actions" for e in b["elements"]]
    assert ids == [f"b:{n}" for n in range(50)]
    assert blocks[-1]["elements"][0]["text"].startswith("… and 10 more buttons")


def test_plainly_is_one_block_with_the_reference() -> None:
    said = plain_message(ACME, "0badcafe")
    (block,) = said.blocks
    assert "0badcafe" in block["text"]["text"]
    assert block["text"]["text"].startswith("Acme (good)\n\nAcme is doing well.")


def test_a_form_as_a_modal() -> None:
    form = Form(
        id="cta.closed:7",
        title="Close it",
        intro="How did it end?",
        inputs=(
            Input(id="outcome", label="Outcome", options=(Option(value="d", label="Done"),)),
            Input(id="note", label="Note", multiline=True, required=False, max_length=9999),
        ),
    )
    view = modal_view(form, "{}")
    intro, outcome, note = view["blocks"]
    assert intro["text"]["text"] == "How did it end?"
    assert outcome["block_id"] == "outcome"
    assert outcome["optional"] is False
    assert outcome["element"]["options"][0]["value"] == "d"
    assert note["element"] == {
        "type": "plain_text_input",
        "action_id": "text",
        "multiline": True,
        "max_length": 3000,
    }


def test_more_options_than_a_list_holds_are_grouped() -> None:
    options = tuple(Option(value=str(n), label=f"Account {n}") for n in range(250))
    form = Form(id="f", title="t", inputs=(Input(id="i", label="l", options=options),))
    groups = modal_view(form)["blocks"][0]["element"]["option_groups"]
    assert [len(group["options"]) for group in groups] == [100, 100, 50]
    assert groups[2]["label"]["text"] == "201 to 250"


def test_an_option_that_would_come_back_changed_is_refused() -> None:
    form = Form(
        id="f",
        title="t",
        inputs=(Input(id="i", label="l", options=(Option(value="x" * 151, label="l"),)),),
    )
    with pytest.raises(ValueError, match="150"):
        modal_view(form)


def test_plain_text_of_a_card() -> None:
    assert plain_text(ACME).splitlines() == [
        "Acme (good)", "", "Acme is doing well.", "",
        "ARR: $120,000", "Site: acme.example", "Health: 82 of 100 (fair)", "",
        "Health: ▁▅·█ up 12 in four weeks", "", "RISKS", "",
        "- Habits decline (alert): Usage fell.", "",
        "Name   ARR", "Acme  $120", "        $5", "", "Data of 2 March",
    ]  # fmt: skip
    assert plain_text(ACME, 10) == "Acme (goo…"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<!channel> & <@U1>", "&lt;!channel&gt; &amp; &lt;@U1&gt;"),
        ("@here :smile: 10:30", "@\u2060here :\u2060smile: 10:30"),
        ("Crème & Co", "Crème &amp; Co"),
    ],
)
def test_top_level_text_is_inert(text: str, expected: str) -> None:
    assert inert(text) == expected


@pytest.mark.parametrize(
    "text", ["ARR", "$120,000", "1 March 2026 (45 days)", "No ROI: likes us", "Crème Brûlée", ""]
)
def test_quiet_text(text: str) -> None:
    assert is_quiet(text)


@pytest.mark.parametrize(
    "text",
    [
        "*b*",
        "_i_",
        "~s~",
        "`c`",
        "<x>",
        "a&b",
        ":x:",
        "a:b:c",
        "@here",
        "acme.example",
        "a\nb",
        "#x",
    ],
)
def test_text_that_is_not_quiet(text: str) -> None:
    assert not is_quiet(text)


def test_cutting_keeps_signs_whole() -> None:
    assert cut("abcdef", 4) == "abc…"
    family = "👩‍👩‍👧"
    assert cut(family + "x", slack_units(family)) == "…"
    assert cut("ee\u0301e", 3) == "e…"
    assert slack_units(cut("😀" * 100, 75)) <= 75


def test_right_to_left_text_stays_where_it_is() -> None:
    assert isolated("Acme") == "Acme"
    assert isolated("שלום") == "\u2068שלום\u2069"
    assert line("שלום\u202e\nעולם", 50) == "\u2068שלום עולם\u2069"
    assert prose("Acme\nשלום", 50) == "Acme\n\u2068שלום\u2069"
    assert line("  \x00 ", 50) == "–"


def test_nothing_in_a_message_needs_more_than_json() -> None:
    assert json.loads(json.dumps(message(ACME).blocks)) == message(ACME).blocks
