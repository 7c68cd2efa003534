"""How grades, severities and quadrants look and are called."""

from typing import Final

from csm.card import Tone
from csm.health import Grade, Health, Quadrant, Severity
from csm.wording import number

GRADE_TONES: Final = {
    Grade.GREEN: Tone.GOOD,
    Grade.LIME: Tone.FAIR,
    Grade.YELLOW: Tone.WARN,
    Grade.RED: Tone.BAD,
    Grade.NONE: Tone.NEUTRAL,
}

SEVERITY_TONES: Final = {
    Severity.LOW: Tone.NEUTRAL,
    Severity.MEDIUM: Tone.WARN,
    Severity.HIGH: Tone.BAD,
    Severity.CRITICAL: Tone.BAD,
}

QUADRANT_NAMES: Final = {
    Quadrant.SUCCESSFUL: "Successful: good outcomes, good experience",
    Quadrant.FRIENDLY_NO_ROI: "Friendly but no ROI: good experience, poor outcomes",
    Quadrant.VALUE_WITHOUT_LOVE: "Value without love: good outcomes, poor experience",
    Quadrant.FAILING: "Failing: poor outcomes, poor experience",
    Quadrant.UNKNOWN: "Not known: too little data",
}


def grade_tone(health: Health | None) -> Tone:
    return GRADE_TONES[health.grade] if health else Tone.NEUTRAL


def grade_text(health: Health | None) -> str:
    """`Yellow 58`, or `No grade` where nothing fresh is known."""
    if health is None or health.score is None:
        return "No grade"
    return f"{health.grade.capitalize()} {number(health.score)}"
