"""What accounts are compared by, as playbook/benchmark.toml defines it."""

from typing import Annotated

from pydantic import Field

from csm.playbook_part import Line, Part, Whole


class BenchmarkLine(Part):
    """One number to compare: a signal, what it is called, and which way is better."""

    signal: str
    label: Line
    more_is_better: bool = True


class BenchmarkSettings(Part):
    """What to compare by. Fewer than `fewest_peers` others say nothing about where one stands."""

    fewest_peers: Annotated[Whole, Field(ge=1, le=1000)] = 5
    lines: Annotated[tuple[BenchmarkLine, ...], Field(alias="line", min_length=1)]
