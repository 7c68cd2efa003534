"""The console surface: names become people and places, and replies land where they should."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.plain import plain_text
from bot.surfaces.console import (
    ConsoleSurface,
    Delivered,
    values_from_json,
)
from bot.surfaces.console_json import ButtonJson, DeliveredJson, PictureJson, to_json
from bot.surfaces.console_pictures import save_picture
from bot.surfaces.console_places import direct_messages
from bot.turn import Delivery, Reply, TurnKind
from csm.card import Actions, Button, Card, Form, Input, Picture, Text, Tone
from csm.errors import Busy, InvalidInput, Unavailable
from csm.people import (
    STRANGER,
    UNKNOWN_AUDIENCE,
    PlaceKind,
    Principal,
    Role,
)
from csm.post import Post, PostState
from tests.bot.desks import desk
from tests.bot.scripted import CASEY, JO, SHARED, TEAM, FewRecords, ScriptedChat
from tests.bot.slack_records import FixedClock, MemoryRecords

DOCS = Path(__file__).parents[2] / "docs" / "console.md"
CARD = Card(
    title="Acme",
    summary="Acme is red.",
    tone=Tone.BAD,
    blocks=(
        Text(text="Acme is red."),
        Actions(buttons=(Button(id="account.trend:17", label="Trend"),)),
    ),
)
PICTURE = Picture(name="trend.png", alt="Health fell from 72 to 35.", png=b"\x89PNG...")
FORM = Form(id="cta.close:7", title="Close", intro="Why?", inputs=(Input(id="note", label="Note"),))


def surface(*replies: Reply) -> tuple[ConsoleSurface, ScriptedChat]:
    chat = ScriptedChat(lambda _: replies)
    return ConsoleSurface(chat, FewRecords(), desk(), FixedClock()), chat


def test_known_people_are_found_and_others_are_strangers() -> None:
    console, _ = surface()
    assert console.resolve_person("casey") == CASEY
    assert console.resolve_person(" casey ") == CASEY
    assert console.resolve_person("mallory") == STRANGER
    assert console.resolve_person("") == STRANGER


def test_known_places_are_found_and_others_count_as_outside() -> None:
    console, _ = surface()
    assert console.resolve_place("cs-team", CASEY) == TEAM
    unknown = console.resolve_place("somewhere", CASEY)
    assert unknown.kind is PlaceKind.CHANNEL
    assert unknown.audience == UNKNOWN_AUDIENCE
    assert unknown.channel == unknown.name == "somewhere"


@pytest.mark.parametrize(
    ("person", "channel", "audience"),
    [
        (CASEY, "dm:casey", "staff"),
        (JO, "dm:jo", "customer:acme"),
        (STRANGER, "dm:stranger", "unknown"),
        (Principal("lost", "Lost", Role.CONTACT), "dm:lost", "unknown"),
    ],
)
def test_direct_messages_are_heard_by_the_person_alone(
    person: Principal, channel: str, audience: str
) -> None:
    console, _ = surface()
    place = console.resolve_place("dm", person)
    assert (place.channel, place.kind, str(place.audience)) == (channel, PlaceKind.DM, audience)


def test_nobody_gets_into_the_direct_messages_of_another() -> None:
    console, _ = surface()
    assert console.resolve_place("dm:casey", JO).audience == UNKNOWN_AUDIENCE


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("/account acme", TurnKind.COMMAND, "/account acme"),
        ("  /help ", TurnKind.COMMAND, "/help"),
        ("how is acme?", TurnKind.MESSAGE, "how is acme?"),
        ("", TurnKind.MESSAGE, ""),
    ],
)
def test_what_is_said_becomes_a_turn(text: str, kind: TurnKind, words: str) -> None:
    console, chat = surface()
    assert console.say(text, CASEY, TEAM) == []
    [turn] = chat.turns
    assert (turn.who, turn.place, turn.kind, turn.text) == (CASEY, TEAM, kind, words)


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("how do I share it?", TurnKind.OVERHEARD, "how do I share it?"),
        ("@csm how do I share it?", TurnKind.MESSAGE, "how do I share it?"),
        ("@CSM", TurnKind.MESSAGE, ""),
        ("@csmith can you look?", TurnKind.OVERHEARD, "@csmith can you look?"),
        ("/help", TurnKind.COMMAND, "/help"),
    ],
)
def test_in_a_customers_channel_who_wants_us_calls_us(
    text: str, kind: TurnKind, words: str
) -> None:
    console, chat = surface()
    console.say(text, JO, SHARED)
    [turn] = chat.turns
    assert (turn.kind, turn.text) == (kind, words)


def test_messages_have_ids_and_threads_and_commands_have_none() -> None:
    console, chat = surface()
    console.say("first", JO, SHARED)
    console.say("second", JO, SHARED, thread=chat.turns[0].thread)
    console.say("/help", JO, SHARED)
    first, second, command = chat.turns
    assert first.message == first.thread
    assert second.thread == first.thread
    assert len({first.message, second.message, ""}) == 3
    assert (command.message, command.thread) == ("", "")


def test_progress_in_json_is_what_we_are_at() -> None:
    reply = Reply(Delivery.PROGRESS, "ref", progress="Looking that up…")
    shown = to_json(Delivered(reply, "jo", SHARED, "t1"))
    assert (shown["delivery"], shown["text"], shown["thread"]) == (
        "progress",
        "Looking that up…",
        "t1",
    )


def post(key: str, **more: Any) -> Post:
    now = FixedClock().now()
    given = {"platform": "console", "workspace": "demo", "created_at": now, **more}
    return Post(key=key, card=CARD.model_dump(mode="json"), **given)


def console_of(*posts: Post) -> tuple[ConsoleSurface, MemoryRecords]:
    records = MemoryRecords(CASEY, JO)
    for place in (TEAM, SHARED):
        records.save_place(place, FixedClock().now())
    for one in posts:
        records.add_post(one)
    return ConsoleSurface(ScriptedChat(lambda _: []), records, desk(), FixedClock()), records


def test_posts_are_shown_after_the_turn_with_who_sees_them() -> None:
    console, records = console_of(
        post("a", channel="cs-team"),
        post("b", channel="acme-shared", thread="t1", account_key="acme"),
        post("c", person_key="casey"),
        post("d", channel="dm:jo", account_key="acme"),
    )
    shown = console.say("hello", CASEY, TEAM)
    assert [(one.to, one.place.name, one.thread, one.reply.delivery) for one in shown] == [
        ("everyone", "cs-team", "", Delivery.PUBLIC),
        ("everyone", "acme-shared", "t1", Delivery.PUBLIC),
        ("casey", "dm", "", Delivery.DIRECT),
        ("jo", "dm", "", Delivery.DIRECT),
    ]
    assert console.posts() == []
    assert {one.state for one in records.kept_posts.values()} == {PostState.SENT}


@pytest.mark.parametrize(
    "wrong",
    [
        {"channel": "acme-shared"},
        {"channel": "acme-shared", "account_key": "globex"},
        {"channel": "cs-team", "account_key": "acme"},
        {"person_key": "jo"},
        {"person_key": "nobody"},
        {"channel": "nowhere"},
    ],
)
def test_a_post_is_shown_to_nobody_else(wrong: dict[str, Any]) -> None:
    console, records = console_of(post("a", **wrong))
    assert console.posts() == []
    assert records.kept_posts[1].state is PostState.DEAD


def test_posts_that_cannot_be_fetched_now_keep_nobody_from_the_answer() -> None:
    console, records = console_of(post("a", channel="cs-team"))
    records.trouble = Busy("The records are locked.")
    assert console.say("hello", CASEY, TEAM) == []
    records.trouble = None
    assert len(console.posts()) == 1


def test_a_press_carries_its_id_and_its_values() -> None:
    console, chat = surface()
    console.press("cta.close:7", {"note": "Done"}, CASEY, TEAM)
    [turn] = chat.turns
    assert (turn.kind, turn.text, turn.values) == (TurnKind.PRESS, "cta.close:7", {"note": "Done"})


def test_the_start_page_is_opened_for_the_person() -> None:
    console, chat = surface()
    console.open_home(CASEY)
    assert chat.turns[0].kind is TurnKind.HOME
    assert chat.turns[0].place == direct_messages(CASEY)


@pytest.mark.parametrize(
    ("delivery", "to", "place"),
    [
        (Delivery.PRIVATE, "casey", SHARED),
        (Delivery.FORM, "casey", SHARED),
        (Delivery.PUBLIC, "everyone", SHARED),
        (Delivery.DIRECT, "casey", direct_messages(CASEY)),
        (Delivery.HOME, "casey", direct_messages(CASEY)),
    ],
)
def test_a_reply_lands_where_its_delivery_says(delivery: Delivery, to: str, place: object) -> None:
    console, _ = surface(Reply(delivery, "ref", card=CARD))
    [delivered] = console.say("/account acme", CASEY, SHARED)
    assert (delivered.to, delivered.place, delivered.reference) == (to, place, "ref")


def test_a_stranger_is_answered_without_a_key() -> None:
    console, _ = surface(Reply(Delivery.PRIVATE, "ref", card=CARD))
    [delivered] = console.say("hello", STRANGER, TEAM)
    assert delivered.to == "stranger"


def test_json_says_everything_about_a_reply(tmp_path: Path) -> None:
    reply = Reply(Delivery.DIRECT, "1a2b3c4d", card=CARD, picture=PICTURE, replaces=True)
    shown = to_json(Delivered(reply, "casey", direct_messages(CASEY)), tmp_path / "trend.png")
    assert shown == {
        "to": "casey",
        "place": "dm",
        "audience": "staff",
        "thread": "",
        "delivery": "direct",
        "card": CARD.model_dump(mode="json"),
        "buttons": [
            {
                "id": "account.trend:17",
                "label": "Trend",
                "style": "default",
                "opens_form": False,
            }
        ],
        "form": None,
        "picture": {
            "name": "trend.png",
            "alt": "Health fell from 72 to 35.",
            "bytes": len(PICTURE.png),
            "path": str(tmp_path / "trend.png"),
        },
        "text": plain_text(CARD),
        "reference": "1a2b3c4d",
        "replaces": True,
    }
    assert json.loads(json.dumps(shown)) == shown


def test_json_of_a_form() -> None:
    shown = to_json(Delivered(Reply(Delivery.FORM, "ref", form=FORM), "casey", TEAM))
    assert shown["card"] is None
    assert shown["buttons"] == []
    assert shown["form"] == FORM.model_dump(mode="json")
    assert shown["text"] == "Close\nWhy?"


def test_values_are_read_from_a_json_object_of_texts() -> None:
    assert values_from_json('{"note": "Done"}') == {"note": "Done"}


@pytest.mark.parametrize("text", ["", "{", "[]", "1", '{"note": 1}', '{"note": null}', '"x"'])
def test_other_values_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(InvalidInput, match=r'like this: ."outcome": "done"'):
        values_from_json(text)


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_picture_never_leaves_its_folder(name: str, reference: str) -> None:
    with TemporaryDirectory() as folder:
        path = save_picture(Picture(name=name, alt="", png=b"png"), Path(folder), reference)
        assert list(Path(folder).iterdir()) == [path]


def test_a_picture_is_written_under_a_harmless_name(tmp_path: Path) -> None:
    picture = Picture(name="../../etc/Acme & Söhne.png", alt="", png=b"png")
    path = save_picture(picture, tmp_path / "pictures", "../1a2b")
    assert path == tmp_path / "pictures" / "Acme-S-hne--1a2b.png"
    assert path.read_bytes() == b"png"


def test_a_picture_that_cannot_be_written_says_where(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(Unavailable, match=r"could not be written to .*file"):
        save_picture(PICTURE, blocked, "ref")


def field_table() -> str:
    """The tables of docs/console.md, from the models themselves."""
    parts = []
    for title, model in (
        ("A reply", DeliveredJson),
        ("A button", ButtonJson),
        ("A picture", PictureJson),
    ):
        rows = [f"| `{name}` | {field.description} |" for name, field in model.model_fields.items()]
        parts.append("\n".join((f"### {title}", "", "| key | value |", "|---|---|", *rows)))
    return "\n\n".join(parts)


def example() -> str:
    """The example of docs/console.md, from the code itself."""
    chat = ScriptedChat(lambda _: [Reply(Delivery.PRIVATE, "1a2b3c4d", card=CARD)])
    console = ConsoleSurface(chat, FewRecords(), desk(), FixedClock())
    replies = console.say("/account acme", CASEY, console.resolve_place("cs-team", CASEY))
    text = json.dumps([to_json(reply) for reply in replies], indent=2, ensure_ascii=False)
    return f"```json\n{text}\n```"


def test_the_documentation_lists_every_key() -> None:
    assert field_table() in DOCS.read_text(encoding="utf-8")


def test_the_documentation_shows_what_is_really_printed() -> None:
    assert example() in DOCS.read_text(encoding="utf-8")
