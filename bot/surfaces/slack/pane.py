"""What the assistant pane suggests to whoever opens it: each prompt is said as if they typed it."""

from typing import Final

from csm.people import Principal, Role

Prompts = list[dict[str, str]]

# Slack shows at most four.
_FOR_STAFF: Final = (
    ("How is my book of business?", "portfolio"),
    ("Which risks are open?", "risks"),
    ("Which questions wait for a person?", "cases"),
    ("What does our help not answer?", "gaps"),
)
_FOR_CONTACTS: Final = (
    ("What can you help me with?", "help"),
    ("How do I get started?", "How do I get started?"),
    ("What became of my questions?", "status"),
    ("I would like to talk to a person", "I would like to talk to a person"),
)


def prompts_for(who: Principal) -> Prompts:
    """None for somebody we do not know."""
    if who.role is Role.STRANGER:
        return []
    offered = _FOR_STAFF if who.is_staff else _FOR_CONTACTS
    return [{"title": title, "message": message} for title, message in offered]
