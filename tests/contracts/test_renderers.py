"""Every renderer takes every card: within its platform's limits, and with nothing made live."""

import json
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.render.block_kit import home_view, message, modal_view, plain_message
from bot.render.mail import mail_parts
from bot.render.neutral import neutral
from bot.render.plain import plain_text
from csm.card import Actions, Bullets, Button, Card, Form, Text, buttons_of
from tests.contracts.block_kit_rules import (
    live_markup,
    nodes,
    problem_with_message,
    problem_with_view,
    strings,
)
from tests.contracts.strategies import cards, forms

THOROUGH = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
ALLOWED = "https://help.example/a#b"
_TAGS = "html head meta title body h2 p b br ul ol li table tr th td hr a"
MAIL_TAGS = frozenset(_TAGS.split())
POWERS = {chr(code) for code in (*range(0x202A, 0x202F), 0x2066, 0x2067)}


def slack_message(card: Card) -> None:
    rendered = message(card)
    payload = {"blocks": rendered.blocks, "text": rendered.text}
    assert problem_with_message(payload) is None
    _check_slack(card, payload)
    _check_point_survives(card, payload)


def slack_plain_message(card: Card) -> None:
    rendered = plain_message(card, "0badcafe")
    payload = {"blocks": rendered.blocks, "text": rendered.text}
    assert problem_with_message(payload) is None
    _check_slack(card, payload)
    assert "0badcafe" in json.dumps(payload)


def slack_home(card: Card) -> None:
    view = home_view(card)
    assert problem_with_view(view) is None
    _check_slack(card, view)
    _check_point_survives(card, view)


def plain(card: Card) -> None:
    text = plain_text(card)
    assert not {c for c in text if c < " " and c != "\n"} | (POWERS & set(text))
    text.encode()
    assert len(plain_text(card, 100)) <= 100


def mail(card: Card) -> None:
    text, html = mail_parts(card, "de", [ALLOWED])
    for part in (text, html):
        part.encode()
        assert not {c for c in part if c < " " and c != "\n"} | (POWERS & set(part))
    page = _Page()
    page.feed(html)
    page.close()
    assert page.tags <= MAIL_TAGS
    assert page.links <= {ALLOWED}
    assert page.attributes <= {
        "lang",
        "dir",
        "charset",
        "name",
        "content",
        "style",
        "href",
        "start",
    }
    for paragraph in (block.text for block in card.blocks if isinstance(block, Text)):
        assert _letters(neutral(paragraph)) in _letters(text)
        assert _letters(neutral(paragraph)) in _letters("".join(page.said))


class _Page(HTMLParser):
    """What a mail program finds in the HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: set[str | None] = set()
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links |= {value for name, value in attrs if name == "href"}

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def _check_slack(card: Card | None, payload: dict[str, Any]) -> None:
    json.dumps(payload).encode()
    lists = [block for block in (card.blocks if card else ()) if isinstance(block, Bullets)]
    meant = [bullet.link for block in lists for bullet in block.items]
    assert live_markup(payload, [link for link in meant if link.startswith("https://")]) == []
    for text in strings(payload):
        text.encode()
        assert not {c for c in text if c < " " and c != "\n"}
        assert not POWERS & set(text)
        assert text.count("\u2068") == text.count("\u2069")


def _check_point_survives(card: Card, payload: dict[str, Any]) -> None:
    assert payload["blocks"][0]["type"] == "header"
    if card.summary.strip():
        shown = "".join(_letters(text) for text in strings(payload["blocks"]))
        assert _letters(card.summary)[:40] in shown
    pressed = [node["value"] for node in nodes(payload) if node.get("type") == "button"]
    assert sorted(pressed) == sorted(button.id for button in buttons_of(card)[:50])


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())


RENDERERS: tuple[Callable[[Card], None], ...] = (
    slack_message,
    slack_plain_message,
    slack_home,
    plain,
    mail,
)


@pytest.mark.parametrize("renderer", RENDERERS, ids=lambda renderer: renderer.__name__)
@THOROUGH
@given(card=cards)
def test_any_card_is_rendered_within_the_limits(
    renderer: Callable[[Card], None], card: Card
) -> None:
    renderer(card)


@THOROUGH
@given(form=forms, metadata=st.text(st.characters(exclude_categories=["Cs"]), max_size=500))
def test_any_form_is_a_modal_that_slack_takes(form: Form, metadata: str) -> None:
    view = modal_view(form, metadata)
    assert problem_with_view(view) is None
    _check_slack(None, view)
    assert view["callback_id"] == form.id
    assert view["private_metadata"] == metadata
    asked = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    assert asked == [field.id for field in form.inputs]


def test_too_much_of_everything_is_cut_and_said_so() -> None:
    text = Text(text="a long story " * 300)
    go = Actions(buttons=(Button(id="go:1", label="Go"),))
    card = Card(title="Acme", summary="All is well.", blocks=(*(text,) * 30, go))
    rendered = message(card)
    said = list(strings({"blocks": rendered.blocks}))
    assert said[0] == "Acme"
    assert said[1] == "All is well."
    assert "more parts that there is no room for here" in said[-1]
    assert "Go" in said
