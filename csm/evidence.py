"""Evidence: sentences of the playbook with the account's numbers put in.

    {usage_change_28d}                      down 34 %     (units are known from the signal)
    {usage_change_28d:size}                 34 %
    {days_since_usage}                      1 day, 45 days
    {days_since_usage:ago}                  today, 1 day ago, 45 days ago
    {open_tickets:open ticket|open tickets} 1 open ticket, 3 open tickets

Money has no place in a template: it needs the account's currency, which a view knows.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from string import Formatter
from typing import Final, NamedTuple

from csm.playbook_part import nearest
from csm.signal_table import Signal, Unit
from csm.wording import number, percent, plural

MAX_LENGTH: Final = 1000
# From here on hours are told in days.
HOURS_UP_TO: Final = 72


class Piece(NamedTuple):
    """Some text, and the signal that follows it, if any."""

    text: str
    signal: str | None
    form: str


@lru_cache(maxsize=1024)
def pieces(template: str) -> tuple[Piece, ...]:
    """Take a template apart. Raises ValueError for braces that do not match."""
    parsed = Formatter().parse(template)
    return tuple(Piece(text, name, form or "") for text, name, form, _ in parsed)


def signals_in(template: str) -> tuple[str, ...]:
    """The signals that a template names."""
    return tuple(piece.signal for piece in pieces(template) if piece.signal is not None)


def fill(template: str, known: Mapping[str, Signal], values: Mapping[str, float]) -> str:
    """The finished sentence, from each signal's number."""
    words: list[str] = []
    for piece in pieces(template):
        words.append(piece.text)
        if piece.signal is not None:
            words.append(say(known[piece.signal], values[piece.signal], piece.form))
    return "".join(words)


def say(signal: Signal, value: float, form: str = "") -> str:
    """One number in words, by its unit."""
    if math.isnan(value):
        return "unknown"
    if math.isinf(value):
        return "never"
    if "|" in form:
        one, many = form.split("|")
        return f"{number(value)} {one if value == 1 else many}"
    return _WRITERS[signal.unit](value, signal, form)


def _whole(value: float, unit: str) -> str:
    return plural(math.floor(value), unit, zero="0")


def _change(value: float, _signal: Signal, form: str) -> str:
    size = percent(abs(value))
    if form == "size":
        return size
    if size == percent(0):
        return "unchanged"
    return f"{'up' if value > 0 else 'down'} {size}"


def _days(value: float, _signal: Signal, form: str) -> str:
    words = _whole(value, "day")
    if form == "ago":
        return "today" if value < 1 else f"{words} ago"
    return words


def _hours(value: float, _signal: Signal, _form: str) -> str:
    return _whole(value, "hour") if value < HOURS_UP_TO else _whole(value / 24, "day")


_WRITERS: Final[dict[Unit, Callable[[float, Signal, str], str]]] = {
    Unit.COUNT: lambda value, _signal, _form: number(value),
    Unit.NUMBER: lambda value, _signal, _form: number(value),
    Unit.SCORE: lambda value, _signal, _form: number(value),
    Unit.SHARE: lambda value, _signal, _form: percent(value),
    Unit.CHANGE: _change,
    Unit.DAYS: _days,
    Unit.HOURS: _hours,
    Unit.FLAG: lambda value, _signal, _form: "yes" if value else "no",
    Unit.LABEL: lambda value, signal, _form: signal.labels[int(value)].replace("_", " "),
}


_FORMS: Final = {Unit.CHANGE: "size", Unit.DAYS: "ago"}


def template_faults(template: str, known: Mapping[str, Signal]) -> Iterator[str]:
    """What is wrong with a template."""
    try:
        parts = pieces(template)
    except ValueError as error:
        yield f"{error}; write {{signal}} or {{signal:form}}"
        return
    for piece in parts:
        if piece.signal is not None:
            yield from _piece_faults(piece, known)


def _piece_faults(piece: Piece, known: Mapping[str, Signal]) -> Iterator[str]:
    signal = known.get(piece.signal or "")
    if signal is None:
        yield f'unknown signal "{piece.signal}"{nearest(piece.signal or "", list(known))}'
    elif signal.unit is Unit.MONEY:
        yield f'"{signal.id}" is money, which cannot be put in a sentence here'
    elif not _form_fits(piece.form, signal):
        yield (
            f'"{piece.form}" is no form for {signal.id}; '
            'counts take "singular|plural", changes "size", days "ago"'
        )


def _form_fits(form: str, signal: Signal) -> bool:
    if not form:
        return True
    if signal.unit in _FORMS:
        return form == _FORMS[signal.unit]
    return signal.unit in {Unit.COUNT, Unit.NUMBER} and form.count("|") == 1
