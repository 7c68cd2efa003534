"""What Slack refuses, written down a second time and independently of the renderer: as its own
models check it, and as its reference states it where the models do not."""

import re
from collections.abc import Collection, Iterator

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.payload import Json

_TEXT_LIMITS = {"header": 150, "section": 3_000, "context": 3_000, "button": 75}
_KNOWN = {"header", "section", "rich_text", "context", "divider", "actions", "table", "input"}
_LITERAL = {"plain_text", "raw_text", "text"}


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def nodes(value: object) -> Iterator[Json]:
    """Every object in the payload."""
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from nodes(part)
    elif isinstance(value, list):
        for part in value:
            yield from nodes(part)


def strings(value: object) -> Iterator[str]:
    """Every text that is shown."""
    for node in nodes(value):
        if isinstance(node.get("text"), str):
            yield node["text"]


def problem_with_message(payload: Json) -> str | None:
    """Slack's error code for a message, None when it would be taken."""
    blocks = payload.get("blocks") or []
    if units(payload.get("text", "")) > 40_000:
        return "msg_too_long"
    if not blocks and not payload.get("text"):
        return "no_text"
    if len(blocks) > 50 or sum(block["type"] == "table" for block in blocks) > 1:
        return "invalid_blocks"
    if sum(units(text) for text in strings(blocks)) + 125 * len(blocks) > 13_100:
        return "msg_blocks_too_long"
    return _problem_with_blocks(blocks)


def problem_with_view(view: Json) -> str | None:
    """Slack's error code for a modal or an App Home."""
    if view.get("type") not in {"modal", "home"} or len(view["blocks"]) > 100:
        return "invalid_arguments"
    if any(block["type"] == "table" for block in view["blocks"]):
        return "invalid_arguments"
    titles = [view[key]["text"] for key in ("title", "submit", "close") if key in view]
    if any(not 1 <= units(text) <= 24 for text in titles):
        return "invalid_arguments"
    if units(view.get("private_metadata", "")) > 3_000 or units(view.get("callback_id", "")) > 255:
        return "invalid_arguments"
    if view["type"] == "modal":
        View(**view).validate_json()
    return _problem_with_blocks(view["blocks"])


def _problem_with_blocks(blocks: list[Json]) -> str | None:
    if any(block["type"] not in _KNOWN for block in blocks):
        return "invalid_blocks"
    for block in blocks:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.validate_json()
    ids = [
        node["action_id"]
        for block in blocks
        if block["type"] == "actions"
        for node in nodes(block)
        if "action_id" in node
    ]
    good = len(ids) == len(set(ids)) and all(
        _is_good(node) for block in blocks for node in nodes(block)
    )
    return None if good else "invalid_blocks"


def _is_good(node: Json) -> bool:
    return all(
        check(node) for check in (_text_is_good, _button_is_good, _shape_is_good, _table_is_good)
    )


def _text_is_good(node: Json) -> bool:
    text = node.get("text")
    if isinstance(text, str):
        return 1 <= units(text) <= 12_000
    limit = _TEXT_LIMITS.get(node.get("type", ""))
    return limit is None or not isinstance(text, dict) or units(text["text"]) <= limit


def _button_is_good(node: Json) -> bool:
    return (
        len(node.get("action_id", "x")) <= 255
        and len(str(node.get("value", "x"))) <= 2_000
        and units(node.get("accessibility_label", "")) <= 75
        and node.get("style")
        in (None, "primary", "danger", "bullet", "ordered", *_style_objects(node))
    )


def _style_objects(node: Json) -> tuple[object, ...]:
    return (node["style"],) if isinstance(node.get("style"), dict) else ()


def _shape_is_good(node: Json) -> bool:
    return (
        len(node.get("fields", ())) <= 10
        and all(units(field["text"]) <= 2_000 for field in node.get("fields", ()))
        and (node.get("type") != "context" or 1 <= len(node["elements"]) <= 10)
        and (node.get("type") != "actions" or 1 <= len(node["elements"]) <= 25)
        and len(node.get("options", ())) <= 100
    )


def _table_is_good(node: Json) -> bool:
    if node.get("type") != "table":
        return True
    rows = node["rows"]
    return (
        1 <= len(rows) <= 100
        and len({len(row) for row in rows}) == 1
        and 1 <= len(rows[0]) <= 20
        and len(node.get("column_settings", ())) <= 20
        and sum(units(cell["text"]) for row in rows for cell in row) <= 10_000
    )


def live_markup(payload: Json, meant: Collection[str] = ()) -> list[str]:
    """Every text of the payload that Slack would turn into a mention, a link, a format or an
    emoji: it must be empty. `meant` has the addresses that may be links."""
    live = [
        node["type"]
        for node in nodes(payload)
        if node.get("type") in {"user", "usergroup", "broadcast", "link", "channel", "emoji"}
        and not (node["type"] == "link" and node["url"] in meant)
    ]
    for node in nodes(payload):
        if node.get("type") == "mrkdwn":
            live.extend(_live_in_markup(node))
        if node.get("type") == "plain_text" and node.get("emoji") is not False:
            live.append(node["text"])
    if any(character in payload.get("text", "") for character in "<>"):
        live.append(payload["text"])
    return live


def _live_in_markup(node: Json) -> list[str]:
    label, _, value = node["text"].partition("\n")
    inside = label.removeprefix("*").removesuffix("*") + value
    is_plain = not any(character in inside for character in "*_~`<>&@#\n")
    is_plain = is_plain and not re.search(r":\S+:", inside)
    return [] if is_plain and node.get("verbatim") is True else [node["text"]]
