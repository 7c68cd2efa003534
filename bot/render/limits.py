"""What each platform accepts, in one table. Text is counted as `slack_units` counts it."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class SlackLimits:
    """Figures of Slack. Documented ones come from its Block Kit and Web API reference; measured
    ones from what its servers were seen to refuse, with a margin."""

    # Documented, by the page of the block, element or object.
    message_blocks: int = 50
    view_blocks: int = 100  # modals and the App Home
    header_text: int = 150
    section_text: int = 3_000
    fields: int = 10
    actions: int = 25
    button_text: int = 75
    accessibility_label: int = 75
    table_rows: int = 100  # the header is one of them
    table_columns: int = 20
    table_text: int = 9_000  # all cells together may have 10,000
    tables: int = 1  # a second one is refused; tables are for messages only
    options: int = 100
    option_groups: int = 100
    option_text: int = 75
    option_value: int = 150
    modal_title: int = 24  # also of its buttons
    input_label: int = 2_000
    input_hint: int = 2_000
    input_length: int = 3_000
    alt_text: int = 1_000

    # Measured: a message is refused as msg_blocks_too_long somewhere above 13,100 characters in
    # all, where a bare divider counts for about 125 of them.
    message_text: int = 12_000
    block_overhead: int = 125
    # Documented as 4,000 recommended for `text`; it only has to serve notifications.
    notification: int = 3_000
    fallback: int = 2_900

    # Ours: what still reads well.
    buttons_in_row: int = 5
    buttons: int = 50
    text: int = 2_500
    whole_text: int = 7_000  # of a message whose summary is all that it says
    label: int = 80
    value: int = 400
    facts: int = 20
    bullets: int = 25
    bullet_lead: int = 150
    bullet_text: int = 600
    rows: int = 40
    cell: int = 120
    bars: int = 60


SLACK: Final = SlackLimits()
