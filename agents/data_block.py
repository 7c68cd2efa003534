"""What a model is given besides its instructions: data, of a bounded size, between two marks."""

import json
from typing import Any


def data_block(mark: str, data: Any) -> str:
    """The data as JSON between <mark> and </mark>, which nothing in it can close."""
    text = json.dumps(data, ensure_ascii=False, indent=1)
    return f"<{mark}>\n{text.replace('<', chr(92) + 'u003c')}\n</{mark}>"


def shortened(text: str, most: int) -> str:
    """At most that many characters, cut between two words where that is possible."""
    if len(text) <= most:
        return text
    cut = text[: max(most - 1, 0)]
    return f"{cut[: cut.rfind(' ')] if ' ' in cut else cut}…"[:most]
