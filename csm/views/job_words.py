"""How jobs and what became of them are called in cards."""

from collections.abc import Mapping
from typing import Final

from csm.card import Tone
from csm.firing import FiringState
from csm.wording import listing

STATE_TONES: Final = {
    FiringState.DONE: Tone.GOOD,
    FiringState.RUNNING: Tone.NEUTRAL,
    FiringState.WAITING: Tone.NEUTRAL,
    FiringState.SKIPPED: Tone.WARN,
    FiringState.FAILED: Tone.BAD,
}


def firing_name(job: str, whose: str) -> str:
    """`digest (Casey Rivers)`, `refresh (1-250)`, `backup`."""
    return f"{job} ({whose})" if whose else job


def counts_text(counts: Mapping[FiringState, int]) -> str:
    """`212 done, 1 failed and 3 waiting`."""
    order = (
        FiringState.DONE,
        FiringState.FAILED,
        FiringState.SKIPPED,
        FiringState.RUNNING,
        FiringState.WAITING,
    )
    return listing([f"{counts[state]:,} {state}" for state in order if counts.get(state)])


def worst_tone(counts: Mapping[FiringState, int]) -> Tone:
    """How a reader should feel about firings of which so many are in each state."""
    if counts.get(FiringState.FAILED):
        return Tone.BAD
    if counts.get(FiringState.SKIPPED):
        return Tone.WARN
    return Tone.GOOD if counts.get(FiringState.DONE) else Tone.NEUTRAL
