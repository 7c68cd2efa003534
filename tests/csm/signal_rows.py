"""The table of signals in playbook/README.md, as the registry has it."""

from csm.signal_table import Signal, Unit
from csm.signals import SIGNALS

_UNITS = {
    Unit.SHARE: "share, 0 to 1",
    Unit.CHANGE: "change, -0.3 is a fall by 30 %",
    Unit.SCORE: "score, 0 to 100",
    Unit.MONEY: "minor units",
    Unit.FLAG: "1 or 0",
}


def row(signal: Signal) -> str:
    """One line of the table."""
    labels = ", ".join(f"`{label}`" for label in signal.labels)
    unit = labels or _UNITS.get(signal.unit, signal.unit.value)
    feeds = ", ".join(signal.feeds)
    return f"| `{signal.id}` | {signal.text} | {unit} | {feeds} |"


def rows() -> list[str]:
    """Every line of the table, in the registry's order."""
    return [row(signal) for signal in SIGNALS.values()]
