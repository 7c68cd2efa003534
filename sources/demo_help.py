"""The help centre of the demo product: where its pages are, and what is asked of it.

`sources/demo_help` has a folder for each shelf. The pages for customers have deliberate gaps, so
that the demo can show what happens then: how often a failed webhook is tried again, fonts of one's
own in reports, a desktop app, provisioning of people (SCIM), importing from an ERP, a sandbox,
deleting many users at once, embedding, a dark mode, a domain of one's own, where the data lies,
comments on charts, fiscal years, currencies, formulas, merging workspaces, other languages, an
assistant, barcodes, and sign-in from certain networks only. `GAPS` asks for each of them; add to
the pages what you like, but not those.
"""

from pathlib import Path
from typing import Final

from csm.knowledge import Shelf
from sources.demo_question import DemoQuestion, Expected
from sources.demo_questions import (
    ANSWERABLE,
    DEMO_QUESTIONS,
    GAPS,
    SMALL_TALK,
    TOPICS,
    TOUR_QUESTIONS,
)

__all__ = [
    "ANSWERABLE",
    "BASE_ADDRESS",
    "DEMO_QUESTIONS",
    "GAPS",
    "INTERNAL_FACTS",
    "SHELF_FOLDERS",
    "SMALL_TALK",
    "TOPICS",
    "TOUR_QUESTIONS",
    "DemoQuestion",
    "Expected",
]

_FOLDER: Final = Path(__file__).parent / "demo_help"

SHELF_FOLDERS: Final = {shelf: _FOLDER / shelf.value for shelf in Shelf}

# The address of a page for customers is this, then its slug.
BASE_ADDRESS: Final = "https://help.lanternboard.example"

# Words of the internal pages that no customer may ever read, in any answer.
INTERNAL_FACTS: Final = (
    "Wick",
    "Taper",
    "Snuffer",
    "lanternctl",
    "LB-2207",
    "LB-2231",
    "LB-2244",
    "LB-2250",
    "LB-2198",
    "LB-2189",
    "Moth desk",
    "Candle desk",
    "Lamp desk",
    "7741",
    "amber watch",
    "Ember",
    "Hearth",
    "reset_link_grace_seconds",
    "90 seconds",
    "72 hours",
    "Firefly",
    "Foxfire",
    "release 44",
    "180 minutes",
    "31 workspaces",
)
