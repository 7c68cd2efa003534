"""Long lists, a page at a time."""

from collections.abc import Sequence
from typing import Final, TypeVar

from csm.card import Button

PAGE: Final = 10

Item = TypeVar("Item")


def page_of(items: Sequence[Item], page: int) -> tuple[Sequence[Item], int]:
    """The items of a page, counted from 0, and its number: the last one if it was too high."""
    last = max(0, (len(items) - 1) // PAGE)
    page = min(page, last)
    return items[page * PAGE : (page + 1) * PAGE], page


def page_buttons(action: str, count: int, page: int) -> tuple[Button, ...]:
    """Earlier and later; `action` takes the page as its last argument."""
    buttons = []
    if page > 0:
        buttons.append(Button(id=f"{action}:{page - 1}", label="◀ Earlier"))
    left = count - (page + 1) * PAGE
    if left > 0:
        buttons.append(Button(id=f"{action}:{page + 1}", label=f"Next {min(PAGE, left)} ▶"))
    return tuple(buttons)


def range_text(count: int, page: int) -> str:
    """`11 to 20 of 34`; empty when all fit on one page."""
    if count <= PAGE:
        return ""
    return f"{page * PAGE + 1} to {min(count, (page + 1) * PAGE)} of {count:,}"
