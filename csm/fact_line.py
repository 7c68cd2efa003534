"""Facts as lines: what language models are given, and what their words are held against."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FactLine:
    """One thing that may be said: where it comes from, and in which words."""

    name: str
    value: str
    source: str = ""
