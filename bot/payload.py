"""JSON that somebody else made: whatever shape it has, reading it never fails."""

from typing import Any, Final

Json = dict[str, Any]

# Longer than any id of a platform.
_LONGEST_ID: Final = 255


def as_object(value: object) -> Json:
    """The object, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[Any]:
    """The list, or an empty one for anything else."""
    return value if isinstance(value, list) else []


def as_text(value: object) -> str:
    """The text, or an empty one for anything else."""
    return value if isinstance(value, str) else ""


def as_id(value: object) -> str | None:
    """The id, or None for what can be none: empty, overlong, or with anything but plain ASCII."""
    text = as_text(value)
    fits = 0 < len(text) <= _LONGEST_ID and text.isascii() and text.isprintable()
    return text if fits else None
