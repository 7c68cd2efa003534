"""Cards and forms as Block Kit: messages, the App Home and modals.

Whatever a card holds, the result keeps Slack's limits; when something has to go, it is the tail
of lists and texts, never the title, the summary or the buttons. A summary that the blocks begin
with is not said twice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.payload import Json
from bot.render.block_kit_parts import (
    MARK_ROOM,
    Room,
    marked,
    plain,
    render_part,
    rich,
    section,
    words,
)
from bot.render.limits import SLACK
from bot.render.plain import plain_text, with_word
from bot.render.slack_text import cut, inert, line, prose, slack_units
from bot.render.summary import shown_summary
from csm.card import Actions, Button, ButtonStyle, Card, Form, Input, Option, Text, buttons_of
from csm.wording import plural

TEXT_INPUT: Final = "text"
CHOICE: Final = "choice"


@dataclass(frozen=True, slots=True)
class SlackMessage:
    """`text` is what notifications and screen readers get, in Slack's escaped form."""

    blocks: list[Json]
    text: str


def message(card: Card) -> SlackMessage:
    """The card as a message."""
    room = Room(SLACK.message_blocks, SLACK.message_text, SLACK.tables)
    return SlackMessage(_blocks(card, room), notification(card))


def plain_message(card: Card, reference: str) -> SlackMessage:
    """The card without any layout, for when Slack refused the other one."""
    note = f"\n\nShown without its layout, because Slack did not take it (reference {reference})."
    text = cut(plain_text(card), SLACK.fallback - slack_units(note)) + note
    return SlackMessage([{"type": "section", "text": plain(text)}], notification(card))


def notification(card: Card) -> str:
    """The sentence that stands for the card, made inert."""
    said = card.summary.strip() or with_word(card.title, card.tone)
    return cut(inert(prose(said, SLACK.notification // 5)), SLACK.notification)


def home_view(card: Card) -> Json:
    """The card as the person's App Home. Tables are not allowed there, so they become text."""
    room = Room(SLACK.view_blocks, SLACK.message_text * 2, tables=0)
    return {"type": "home", "blocks": _blocks(card, room)}


def modal_view(form: Form, private_metadata: str = "") -> Json:
    """The form as a modal. `private_metadata` comes back with what the person fills in."""
    intro = [{"type": "section", "text": plain(prose(form.intro, SLACK.text))}]
    return {
        "type": "modal",
        "callback_id": form.id,
        "private_metadata": private_metadata,
        "title": plain(line(form.title, SLACK.modal_title)),
        "submit": plain(line(form.submit, SLACK.modal_title)),
        "close": plain("Cancel"),
        "blocks": (intro if form.intro.strip() else []) + [_input(one) for one in form.inputs],
    }


def _blocks(card: Card, room: Room) -> list[Json]:
    top = shown_summary(card)
    blocks = [_title(card), *_summary(top)]
    room.take(blocks)
    actions = _action_blocks(card)
    for group in actions:
        room.take(group)
    remaining = iter(actions)
    left_out = 0
    for part in card.blocks:
        if isinstance(part, Actions):
            blocks.extend(next(remaining))
            continue
        if isinstance(part, Text) and part.text.strip() == top:
            continue
        rendered = render_part(part, _reserved(room))
        if not rendered or not _reserved(room).fits(rendered):
            left_out += 1
            continue
        room.take(rendered)
        blocks.extend(rendered)
    return blocks + _cut_note(left_out, len(buttons_of(card)))


def _reserved(room: Room) -> Room:
    """The room without what the last line may need."""
    return Room(room.blocks - 1, room.text - SLACK.block_overhead * 2, room.tables)


def _cut_note(parts: int, buttons: int) -> list[Json]:
    missing = []
    if parts:
        missing.append(plural(parts, "more part"))
    if buttons > SLACK.buttons:
        missing.append(plural(buttons - SLACK.buttons, "more button"))
    if not missing:
        return []
    text = f"… and {' and '.join(missing)} that there is no room for here"
    return [{"type": "context", "elements": [plain(text)]}]


def _title(card: Card) -> Json:
    title = marked(line(card.title, SLACK.header_text - MARK_ROOM), card.tone)
    return {"type": "header", "text": plain(title)}


def _summary(said: str) -> list[Json]:
    return [rich(section(words(prose(said, SLACK.text))))] if said else []


def _action_blocks(card: Card) -> list[list[Json]]:
    """The blocks of each `Actions`: rows of a few buttons, or full ones when there are many, and
    all at the end when even those would be too many."""
    seen: dict[str, int] = {}
    groups: list[list[Json]] = []
    allowed = SLACK.buttons
    for block in card.blocks:
        if isinstance(block, Actions):
            shown = block.buttons[:allowed]
            allowed -= len(shown)
            groups.append([_button(button, seen) for button in shown])
    most = SLACK.message_blocks // 2
    for width in (SLACK.buttons_in_row, SLACK.actions):
        rows = [list(_rows(group, width)) for group in groups]
        if sum(map(len, rows)) <= most:
            return rows
    together = [button for group in groups for button in group]
    return [[] for _ in groups[1:]] + [list(_rows(together, SLACK.actions))]


def _rows(elements: Sequence[Json], width: int) -> Iterator[Json]:
    for start in range(0, len(elements), width):
        yield {"type": "actions", "elements": list(elements[start : start + width])}


def _button(button: Button, seen: dict[str, int]) -> Json:
    """`value` is what was meant; `action_id` also has to be unique in the message."""
    seen[button.id] = nth = seen.get(button.id, 0) + 1
    element: Json = {
        "type": "button",
        "text": plain(line(button.label, SLACK.button_text)),
        "action_id": button.id if nth == 1 else f"{button.id}#{nth}",
        "value": button.id,
    }
    if button.style is not ButtonStyle.DEFAULT:
        element["style"] = button.style.value
    if button.describe.strip():
        element["accessibility_label"] = line(button.describe, SLACK.accessibility_label)
    return element


def _input(field: Input) -> Json:
    block: Json = {
        "type": "input",
        "block_id": field.id,
        "label": plain(line(field.label, SLACK.input_label)),
        "optional": not field.required,
        "element": _choice(field.options) if field.options else _free_text(field),
    }
    if field.hint.strip():
        block["hint"] = plain(line(field.hint, SLACK.input_hint))
    return block


def _free_text(field: Input) -> Json:
    longest = max(1, min(field.max_length, SLACK.input_length))
    return {
        "type": "plain_text_input",
        "action_id": TEXT_INPUT,
        "multiline": field.multiline,
        "max_length": longest,
        **({"initial_value": cut(field.value, longest)} if field.value else {}),
    }


def _choice(options: Sequence[Option]) -> Json:
    chosen: Json = {"type": "static_select", "action_id": CHOICE}
    items = [_option(option) for option in options]
    if len(items) <= SLACK.options:
        return {**chosen, "options": items}
    return {**chosen, "option_groups": list(_groups(items))[: SLACK.option_groups]}


def _groups(items: Sequence[Json]) -> Iterator[Json]:
    for start in range(0, len(items), SLACK.options):
        group = list(items[start : start + SLACK.options])
        yield {"label": plain(f"{start + 1} to {start + len(group)}"), "options": group}


def _option(option: Option) -> Json:
    if not 1 <= slack_units(option.value) <= SLACK.option_value:
        raise ValueError(f"an option's value must have 1 to {SLACK.option_value} characters")
    return {"text": plain(line(option.label, SLACK.option_text)), "value": option.value}
